"""A name says what is in the file: another ending is refused before anything is written."""

from __future__ import annotations

import tempfile

import pytest

from platforms.errors import OutputError
from platforms.layers.positions import PositionSet
from platforms.store.care.backup import backup_store, restore_store
from platforms.store.opening import open_store
from platforms.store.position_file import export_positions


def test_what_is_in_a_file_and_its_ending_agree(tmp_path):
    store = open_store("here", tmp_path / "one.gpkg")
    (tmp_path / "out").mkdir()
    for write in (
        lambda path: backup_store(store, path, by="王"),
        lambda path: export_positions(PositionSet("here", ()), path),
    ):
        for name in ("b1.txt", "b1", "positions.gpkg.zip"):
            with pytest.raises(OutputError) as caught:
                write(tmp_path / "out" / name)
            assert caught.value.key == "sheet.ending_unknown"
    assert list((tmp_path / "out").iterdir()) == []
    with pytest.raises(OutputError, match=r"\.geojson"):
        export_positions(PositionSet("here", ()), tmp_path / "out" / "p.gpkg")


def test_what_a_killed_restore_left_is_swept_by_the_next(tmp_path, monkeypatch):
    temp = tmp_path / "temp"
    # the number of no process
    (temp / ".tmp-platforms-999999999-x").mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(temp))
    store = open_store("here", tmp_path / "one.gpkg")
    store.members.add("审", "approver", by="审")
    backup_store(store, tmp_path / "b.gpkg", by="王")
    again = open_store("here", tmp_path / "two.gpkg")
    assert restore_store(again, tmp_path / "b.gpkg", by="王").rows
    assert list(temp.iterdir()) == []
