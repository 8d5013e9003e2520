"""A backup is one file that says all, and comes back whole or not at all."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess

import pytest

from platforms.cli.main import main
from platforms.errors import OutputError, StoreError
from platforms.store.care import backup as backing
from platforms.store.care.backup import backup_store, restore_store
from platforms.store.care.checking import check_store
from platforms.store.copying.copying import copy_store
from platforms.store.copying.strands import content_hash
from platforms.store.ledger.ledger import LedgerEdit
from platforms.store.opening import open_store


def hash_of(store):
    with store.turns.reading() as connection:
        return content_hash(connection)


@pytest.fixture
def made(filled, opened, tmp_path):
    # another workspace lies in the same store
    opened("there").ledger.set_milestone("2099-Q2", "plan", plots=1, by="张")
    return backup_store(filled, tmp_path / "b" / "backup.gpkg", by="王")


def refused(call, *arguments, **named):
    with pytest.raises(StoreError) as caught:
        call(*arguments, **named)
    assert caught.value.message("zh_CN") != caught.value.message("en")
    return caught.value.key


def test_all_comes_back(filled, made, opened, tmp_path):
    assert made.workspaces == ("here", "there")
    assert made.content == hash_of(filled)
    assert [one.name for one in sorted(made.path.parent.iterdir())] == [
        "backup.gpkg", "backup.gpkg.sha256",
    ]  # fmt: skip
    told = subprocess.run(
        ["sha256sum", "-c", made.checksum.name], cwd=made.path.parent, check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    assert "backup.gpkg: OK" in told.stdout
    empty = opened("here", "two")
    back = restore_store(empty, made.path, by="李")
    assert (back.by, back.checked, back.content) == ("王", True, made.content)
    assert hash_of(empty) == made.content
    assert check_store(empty).sound
    assert opened("there", "two").ledger.milestones()["plots"].tolist() == [1.0]
    assert empty.ledger.plots().equals(filled.ledger.plots())
    # once more changes nothing, and into a file as well
    assert restore_store(empty, made.path, by="王").rows == 0
    file = open_store("here", tmp_path / "file.gpkg")
    assert restore_store(file, made.path, by="王").content == made.content
    # looking at it did not change it
    assert backing._sha256(made.path) == made.sha256


def test_what_is_there_is_replaced_only_when_told(filled, made):
    with pytest.raises(OutputError):
        backup_store(filled, made.path, by="王")
    filled.ledger.set(LedgerEdit("A", {"note": "x"}), by="王")
    again = backup_store(filled, made.path, by="王", overwrite=True)
    assert again.sha256 != made.sha256
    assert again.checksum.read_text(encoding="utf-8").startswith(again.sha256)


def test_a_store_that_has_more_is_not_passed_over(filled, made):
    before = hash_of(filled)
    filled.ledger.set(LedgerEdit("A", {"note": "x"}), by="王")
    assert refused(restore_store, filled, made.path, by="王") == "care.not_empty"
    assert hash_of(filled) != before
    assert filled.ledger.plots().set_index("plot_id").loc["A", "note"] == "x"


def test_the_beginning_of_it_is_carried_on(filled, made, opened, tmp_path):
    two = opened("here", "two")
    restore_store(two, made.path, by="王")
    filled.ledger.set(LedgerEdit("A", {"note": "x"}), by="王")
    later = backup_store(filled, tmp_path / "later.gpkg", by="王")
    assert restore_store(two, later.path, by="王").rows == 1
    assert hash_of(two) == later.content


def test_a_changed_backup_is_refused(made, opened):
    data = made.path.read_bytes()
    made.path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    two = opened("here", "two")
    before = hash_of(two)
    assert refused(restore_store, two, made.path, by="王") == "care.changed"
    made.path.write_bytes(data)
    # without a checksum the content itself is looked at
    made.checksum.unlink()
    with sqlite3.connect(made.path) as plain:
        plain.execute("DROP TRIGGER ledger_event_no_update")
        plain.execute("UPDATE ledger_event SET became = 'z' WHERE field = 'town'")
    plain.close()
    assert refused(restore_store, two, made.path, by="王") == "care.unsound"
    assert hash_of(two) == before


def test_what_is_no_backup_is_refused(filled, opened, tmp_path):
    two = opened("here", "two")
    assert refused(restore_store, two, tmp_path / "none.gpkg", by="王") == "store.no_file"
    (tmp_path / "x.gpkg").write_text("x", encoding="utf-8")
    assert refused(restore_store, two, tmp_path / "x.gpkg", by="王") == "store.not_a_store"
    plain = open_store("here", tmp_path / "plain.gpkg")
    shutil.copyfile(plain.path, tmp_path / "copy.gpkg")
    assert refused(restore_store, two, tmp_path / "copy.gpkg", by="王") == "care.no_backup"
    assert refused(backup_store, plain, plain.path, by="王", overwrite=True) == "care.own_file"


def test_an_older_file_that_may_only_be_read_is_called_older(tmp_path, monkeypatch):
    path = tmp_path / "old.gpkg"
    open_store("here", path)
    with sqlite3.connect(path) as plain:
        plain.execute("DROP TABLE journal")
        plain.execute("DELETE FROM gpkg_contents WHERE table_name = 'journal'")
        plain.execute("UPDATE store_mark SET value = '3' WHERE name = 'schema_version'")
    plain.close()
    monkeypatch.setattr(os, "access", lambda *_: False)
    old = open_store("here", path)
    monkeypatch.undo()
    assert refused(check_store, old) == "store.older"
    assert refused(backup_store, old, tmp_path / "b.gpkg", by="王") == "store.older"
    target = open_store("here", tmp_path / "two.gpkg")
    assert refused(copy_store, old, target, by="王") == "store.older"
    assert not (tmp_path / "b.gpkg").exists()
    assert check_store(open_store("here", path)).sound


def test_a_fault_while_copying_leaves_no_file(filled, tmp_path, monkeypatch):
    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backing, "fill", broken)
    with pytest.raises(OutputError) as caught:
        backup_store(filled, tmp_path / "b" / "backup.gpkg", by="王")
    assert caught.value.key == "write.disk_full"
    assert list((tmp_path / "b").iterdir()) == []


def test_what_is_no_backup_is_told_by_its_own_name(tmp_path):
    paper = tmp_path / "ledger.xlsx"
    paper.write_bytes(b"PK\x03\x04 no database" * 100)
    with pytest.raises(StoreError) as caught:
        restore_store(open_store("here", tmp_path / "kept.gpkg"), paper, by="王")
    assert "ledger.xlsx" in caught.value.message("en")


PROGRAMS = {
    "a view in the place of a table": [
        "ALTER TABLE journal RENAME TO j",
        "CREATE VIEW journal AS WITH RECURSIVE r(n) AS (VALUES(1) UNION ALL SELECT 1 FROM r) SELECT * FROM j",
    ],
    "a trigger of another's": [
        "CREATE TRIGGER more AFTER INSERT ON store_mark BEGIN DELETE FROM journal; END"
    ],
    "our trigger in other words": [
        "DROP TRIGGER ledger_event_no_update",
        "CREATE TRIGGER ledger_event_no_update UPDATE ON ledger_event BEGIN DELETE FROM journal; END",
    ],
    "a virtual table": ["CREATE VIRTUAL TABLE more USING fts5(a)"],
}


def _put_in(path, statements):
    with sqlite3.connect(path) as plain:
        for statement in statements:
            plain.execute(statement)
    plain.close()


@pytest.mark.parametrize("statements", PROGRAMS.values(), ids=PROGRAMS)
def test_a_backup_that_runs_something_is_refused_unopened(made, opened, monkeypatch, statements):
    _put_in(made.path, statements)
    made.checksum.unlink()
    target = opened("here", "two")
    monkeypatch.setattr(backing, "_opened", lambda path: pytest.fail(f"opened {path}"))
    assert refused(restore_store, target, made.path, by="王") == "care.programs"


@pytest.mark.parametrize("statements", PROGRAMS.values(), ids=PROGRAMS)
def test_a_store_of_others_that_runs_something_is_refused_at_every_door(
    tmp_path, monkeypatch, capsys, statements
):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path / "own.gpkg"))
    path = tmp_path / "theirs.gpkg"
    open_store("yueqing").journal.note("export", "map", by="王")
    open_store("yueqing", path).journal.note("export", "map", by="李")
    _put_in(path, statements)
    before, own = path.read_bytes(), (tmp_path / "own.gpkg").read_bytes()
    for words in (
        ["ledger", "pull", str(path), "--by", "王"], ["ledger", "push", str(path), "--by", "王"],
        ["ledger", "pull", str(path), "--by", "王", "--settle", "other", "--why", "b"],
        ["store", "check", str(path)], ["store", "status", str(path)],
    ):  # fmt: skip
        assert main([*words, "-w", "yueqing"]) == 1, words
        assert "theirs.gpkg" in capsys.readouterr().err
    assert refused(open_store, "yueqing", path) == "care.programs"
    assert (path.read_bytes(), (tmp_path / "own.gpkg").read_bytes()) == (before, own)


def test_what_its_owner_added_to_the_own_store_keeps_nobody_out(tmp_path, monkeypatch):
    path = tmp_path / "own.gpkg"
    open_store("here", path)
    _put_in(path, PROGRAMS["a trigger of another's"])
    assert refused(open_store, "here", path) == "care.programs"
    monkeypatch.setenv("PLATFORMS_STORE", str(path))
    assert open_store("here").journal.lines().empty
    assert open_store("here", path).journal.lines().empty
