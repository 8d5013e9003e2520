"""The profile `fuzz` of hypothesis: fifty times the examples, the same ones every time.

It is chosen by `HYPOTHESIS_PROFILE=fuzz`, as `make fuzz` does. A test that states a number of
its own does so because its examples cost something; it gets fifty times that number.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

__all__ = ["load_profile", "pytest_collection_modifyitems"]

PROFILE = "fuzz"
TIMES = 50
EXAMPLES = 100 * TIMES


def load_profile() -> None:
    """Load the profile that is asked for, before any test takes its settings from it."""
    # how long an example takes is no matter of right or wrong, and a busy machine is slow
    settings.register_profile("untimed", deadline=None)
    settings.register_profile(PROFILE, deadline=None, derandomize=True, max_examples=EXAMPLES)
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "untimed"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let tests with a number of their own keep their share of the work."""
    if os.environ.get("HYPOTHESIS_PROFILE") != PROFILE:
        return
    for test in {getattr(item, "function", None) for item in items}:
        stated = getattr(test, "_hypothesis_internal_use_settings", None)
        if stated is not None and stated.max_examples != EXAMPLES:
            more = settings(stated, max_examples=stated.max_examples * TIMES)
            test._hypothesis_internal_use_settings = more
