"""How often each promise is broken into: a few times in `make test`, 200 times in `make faults`.

`FAULTS_TIMES` and `FAULTS_SEED` change the number and the moments.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from killing import Killer

from platforms.store.opening import open_store

TESTS = Path(__file__).resolve().parents[1]
# runs of a ledger and scenarios made by hand
sys.path += [str(TESTS / "store" / "ledger"), str(TESTS / "planning" / "scenarios")]
OFTEN = int(os.environ.get("FAULTS_TIMES", "200"))
SEED = int(os.environ.get("FAULTS_SEED", "20261122"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for `times` a short form, and a long one with the marker."""
    if "times" in metafunc.fixturenames:
        short = getattr(metafunc.function, "short", 4)
        long = pytest.param(OFTEN, marks=[pytest.mark.faults, pytest.mark.timeout(7200)], id="many")
        metafunc.parametrize("times", [pytest.param(short, id="few"), long])


@pytest.fixture
def killer(request: pytest.FixtureRequest) -> Iterator[Killer]:
    """Kills at moments that the seed and the name of the test decide."""
    made = Killer(f"{SEED}-{request.node.originalname}")
    yield made
    # told at the end of the run by faults_told
    request.node.user_properties.append(("faults", (made.met, made.ended)))


@pytest.fixture(scope="session")
def example_store(example, tmp_path_factory) -> Path:
    """A GeoPackage of 乐清 with the example's ledger and scenario in it, to be copied."""
    from platforms.planning.scenarios.making import scenario_of

    store = open_store("yueqing", tmp_path_factory.mktemp("example-store"))
    store.ledger.take(example, by="王")
    store.keep(scenario_of(example, workspace="yueqing"), name="甲案", author="王")
    return store.path


@pytest.fixture(scope="session")
def example_folder(example, tmp_path_factory) -> Path:
    """What a run of the example wrote."""
    from platforms.outputs.folder import save_run

    folder = tmp_path_factory.mktemp("example-run") / "out"
    save_run(example, folder)
    return folder
