"""Shared by all tests: Chinese by default, and no leftovers of a user's settings."""

from __future__ import annotations

import pytest
from hypothesis import settings

from city import city
from platforms import messages

__all__ = ["city", "doubled", "example", "yueqing"]

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


@pytest.fixture(scope="session")
def doubled(yueqing, example):
    """The example with its largest plot to vacate given twice: the copy is TWICE."""
    import pandas as pd

    from platforms.planning.run import run

    clears = example.plots["measure_suggested"].eq("vacate")
    low = example.plots[clears & example.plots["verdict"].eq("low_efficiency")]
    largest = low.loc[low["net_m2"].idxmax(), "plot_id"]
    own = yueqing.layer("plots")
    copy = own[own["plot_id"].eq(largest)].assign(plot_id="TWICE")
    return run(yueqing, plots=pd.concat([own, copy], ignore_index=True))
