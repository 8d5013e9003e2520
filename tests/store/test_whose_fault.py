"""Where two stores are open, the one that is damaged is named."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import pytest

from platforms.errors import StoreError
from platforms.store.copying.copying import copy_store
from platforms.store.opening import open_store


def damaged(tmp_path, opened_by):
    """Return a store whose journal is hurt, and nothing else."""
    store = open_store("here", tmp_path / "mine.gpkg")
    store.journal.note("upload", "a.gpkg", by="王")
    path = tmp_path / "cor.gpkg"
    shutil.copyfile(store.path, path)
    with closing(sqlite3.connect(path)) as plain:
        page = plain.execute("SELECT rootpage FROM sqlite_master WHERE name = 'journal'")
        number, size = page.fetchone()[0], plain.execute("PRAGMA page_size").fetchone()[0]
    with path.open("r+b") as file:
        file.seek((number - 1) * size)
        file.write(b"\xff" * size)
    return opened_by("here", path)


def test_a_damaged_source_is_not_laid_at_the_door_of_the_target(tmp_path, opened):
    source, target = damaged(tmp_path, open_store), opened("here")
    for dry_run in (True, False):
        with pytest.raises(StoreError) as caught:
            copy_store(source, target, by="王", dry_run=dry_run)
        assert caught.value.key == "store.damaged"
        assert caught.value.fields["path"] == "cor.gpkg"


def test_a_damaged_target_is_named_as_well(tmp_path, opened):
    target, source = damaged(tmp_path, open_store), opened("here")
    source.journal.note("upload", "x", by="王")
    with pytest.raises(StoreError) as caught:
        copy_store(source, target, by="王")
    assert caught.value.fields["path"] == "cor.gpkg"
