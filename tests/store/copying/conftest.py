from __future__ import annotations

import sys
from pathlib import Path

import pytest

from platforms.store.opening import open_store

sys.path.append(str(Path(__file__).resolve().parent))
from whole_store import fill


@pytest.fixture
def filled(tmp_path):
    store = open_store("here", tmp_path / "mine.gpkg")
    fill(store, tmp_path)
    return store
