"""Shared by all tests: Chinese by default, and no leftovers of a user's settings."""

from __future__ import annotations

import pytest
from hypothesis import settings

from city import city
from platforms import messages

__all__ = ["city", "example", "yueqing"]

# how long an example takes is no matter of right or wrong, and a busy machine is slow
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch):
    for name in ("PLATFORMS_LANG", "PLATFORMS_WORKSPACE", "PLATFORMS_STORE"):
        monkeypatch.delenv(name, raising=False)
    yield
    messages.set_language(None)


@pytest.fixture(scope="session")
def yueqing():
    """The 乐清 workspace."""
    from platforms.policy.workspace import Workspace

    return Workspace.open("yueqing")


@pytest.fixture(scope="session")
def example(yueqing):
    """The 乐清 example, run once a session."""
    from platforms.planning.run import run

    return run(yueqing)
