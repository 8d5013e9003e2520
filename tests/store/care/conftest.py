"""The workspace of the tests of copying: something of everything that is kept."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "copying"))
from whole_store import fill


@pytest.fixture
def filled(opened, tmp_path):
    store = opened("here")
    fill(store, tmp_path)
    return store
