"""No test writes where a user keeps scenarios."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from platformdirs import user_data_path

from platforms.store.opening import open_store, store_path

_PRINT = "from platforms.store.opening import store_path; print(store_path('yueqing'))"
_own: list[Path] = []


@pytest.fixture(scope="session")
def set_for_the_session() -> str:
    """What a fixture of the session, such as a server, inherits."""
    return os.environ["PLATFORMS_STORE"]


def _apart(path: Path, stores: Path) -> bool:
    users = user_data_path("industrial-platforms", appauthor=False)
    return path.is_relative_to(stores) and not path.is_relative_to(users)


def test_stores_of_tests_lie_in_a_temporary_folder(stores, set_for_the_session):
    assert _apart(store_path("yueqing"), stores)
    assert _apart(Path(set_for_the_session), stores)
    assert open_store("yueqing").path == store_path("yueqing")


def test_processes_that_a_test_starts_keep_there_too(stores):
    told = subprocess.run(
        [sys.executable, "-c", _PRINT], capture_output=True, text=True, check=True
    )
    assert Path(told.stdout.strip()) == store_path("yueqing")
    assert _apart(Path(told.stdout.strip()), stores)


@pytest.mark.parametrize("_turn", [1, 2])
def test_each_test_has_its_own(_turn):
    assert store_path("yueqing") not in _own
    _own.append(store_path("yueqing"))
