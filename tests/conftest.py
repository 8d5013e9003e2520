"""Shared by all tests: Chinese by default, and no leftovers of a user's settings."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from bare_city import bare
from city import city
from faults_told import pytest_terminal_summary
from ledger_example import example_ledger
from many_examples import load_profile, pytest_collection_modifyitems
from opened_once import opened_once
from platforms import messages
from postgis_server import opened, postgis
from warm_reading import cold_reading, warm_reading

__all__ = ["bare", "city", "cold_reading", "doubled", "example", "example_ledger"]
__all__ += ["opened", "postgis", "pytest_collection_modifyitems"]
__all__ += ["pytest_terminal_summary", "yueqing"]

load_profile()
_numbers = count(1)


@pytest.fixture(scope="session", autouse=True)
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for what servers and fixtures of a session keep: never the user's own."""
    folder = tmp_path_factory.mktemp("stores")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLATFORMS_STORE", str(folder / "session"))
        yield folder


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch, stores: Path):
    for name in ("PLATFORMS_LANG", "PLATFORMS_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    # each test keeps what it keeps where no other looks; the folder is made when it is needed
    monkeypatch.setenv("PLATFORMS_STORE", str(stores / f"test-{next(_numbers)}"))
    yield
    messages.set_language(None)


@pytest.fixture(scope="session", autouse=True)
def _shipped_cities():
    """What the checkout ships does not change while its tests run."""
    with opened_once():
        yield


@pytest.fixture(scope="session", autouse=True)
def readers_ready():
    """A file is read by a fork of a process that has its libraries; see warm_reading."""
    with warm_reading() as ready:
        yield ready


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
