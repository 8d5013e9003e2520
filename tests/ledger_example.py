"""The store of 乐清 with the ledger of the example in it, filled once a worker."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import platforms as ip


@pytest.fixture(scope="session")
def example_ledger(yueqing, example, tmp_path_factory) -> Callable[[Path], ip.Ledger]:
    """Put a store with the filled ledger into a folder; each caller has one of its own."""
    made = ip.open_store(yueqing, tmp_path_factory.mktemp("ledger"))
    made.ledger.take(example, by="王")

    def put(folder: Path) -> ip.Ledger:
        folder.mkdir(parents=True, exist_ok=True)
        # by the library's own copying: a file that is open has more beside it
        with (
            closing(sqlite3.connect(made.path)) as there,
            closing(sqlite3.connect(folder / made.path.name)) as here,
        ):
            there.backup(here)
        return ip.open_store(yueqing, folder).ledger

    return put
