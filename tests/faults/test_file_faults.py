"""A store that is a file, and what else can happen to it: each told in words, nothing lost."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
import subprocess
import time
from contextlib import closing

import fault_acts as acts
import pytest
from fault_checks import edits_there, none_skipped, whole
from killing import few, noted

from platforms.errors import PlatformsError
from platforms.store.ledger.ledger import LedgerEdit
from platforms.store.opening import open_store


@pytest.fixture
def store(tmp_path):
    made = open_store("here", tmp_path / "one.gpkg")
    acts.fill(made)
    return made


def refused(call, *words, **named):
    """Return the key of an error that both languages can say."""
    with pytest.raises(PlatformsError) as caught:
        call(*words, **named)
    assert caught.value.message("zh_CN") != caught.value.message("en")
    return caught.value.key


WRITES = ("edit", "take", "milestone", "keep", "plots")


def count(store):
    goals = len(store.ledger.milestones())
    return len(store.ledger.history()), goals, len(store.scenarios()), store.plots.count()


# no room


@pytest.mark.parametrize("what", WRITES)
def test_a_disk_that_takes_no_more(store, killer, tmp_path, what):
    before, notes = count(store), tmp_path / "notes"
    killer.let(acts.starve, str(store.path), str(notes), what)
    assert set(noted(notes)) <= {"store.disk_full", "store.disk_failed"}
    assert len(noted(notes)) >= 2
    whole(store)
    assert count(store) == before
    acts.writes(store)[what]()
    assert count(store) != before
    whole(store)


@pytest.fixture
def small(tmp_path):
    """A disk of 1 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(words, check=False, capture_output=True).returncode:
        pytest.skip("only root can make a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk(small):
    store = open_store("here", small / "one.gpkg")
    acts.fill(store)
    before = count(store)
    (small / "other").write_bytes(b"x" * (shutil.disk_usage(small).free - 8192))
    for name, write in acts.writes(store).items():
        assert refused(write) in {"store.disk_full", "store.disk_failed"}, name
    (small / "other").unlink()
    assert count(store) == before
    for name, write in acts.writes(store).items():
        if name != "plots":
            write()
    whole(store)
    (small / "new").mkdir()
    (small / "other").write_bytes(b"x" * (shutil.disk_usage(small).free - 8192))
    assert refused(open_store, "here", small / "new" / "two.gpkg") in {
        "store.disk_full",
        "store.disk_failed",
    }
    assert list((small / "new").iterdir()) == []


# shut


@pytest.fixture
def other_user(store):
    """Become somebody who owns nothing, for a while; the libraries are loaded."""
    acts.writes(store)
    if os.geteuid() != 0:
        yield lambda *_: None
        return
    for folder in (store.path.parent, *store.path.parent.parents):
        if not folder.stat().st_mode & 0o001:
            pytest.skip("nobody else can enter the folder of the tests")

    def become(*shown):
        os.seteuid(65534)

    yield become
    os.seteuid(0)


def test_a_store_that_one_may_only_read(store, other_user):
    store.ledger.set(LedgerEdit("P1", {"note": "seen"}), by="王")
    store.path.chmod(0o444)
    store.path.parent.chmod(0o555)
    other_user()
    closed = open_store("here", store.path)
    assert not closed.writable
    assert "seen" in set(closed.ledger.plots()["note"])
    for name, write in acts.writes(closed).items():
        assert refused(write) == "store.read_only", name
    os.seteuid(os.getuid())
    store.path.parent.chmod(0o755)


def test_who_may_only_read_sees_what_is_written_beside(store):
    # as it is for a member of the office without the right to write
    from platforms.store.geopackage import _connect_reading

    with store._writing("王") as connection:
        connection.exec_driver_sql("UPDATE ledger_plot SET note = 'new' WHERE key = 'P1'")
    busy = sqlite3.connect(store.path)
    busy.execute("SELECT * FROM ledger_plot").fetchone()
    store.ledger.set(LedgerEdit("P2", {"note": "just now"}), by="王")
    assert (store.path.parent / "one.gpkg-wal").stat().st_size
    with closing(_connect_reading(store.path, 1.0)) as reader:
        seen = reader.execute("SELECT note FROM ledger_plot WHERE key = 'P2'").fetchone()
    assert seen == ("just now",)
    busy.close()


# held by another program


@pytest.mark.parametrize("how", ["IMMEDIATE", "EXCLUSIVE"])
def test_another_program_holds_the_store(store, monkeypatch, how):
    monkeypatch.setenv("PLATFORMS_STORE_WAIT", "0.3")
    mine = open_store("here", store.path)
    before = count(store)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as theirs:
        theirs.execute(f"BEGIN {how}")
        for name, write in acts.writes(mine).items():
            assert refused(write) == "store.busy", name
        # reading goes on
        assert count(mine) == before
        theirs.execute("ROLLBACK")
    for write in acts.writes(mine).values():
        write()
    whole(mine)


def test_another_program_that_only_reads_is_in_nobodys_way(store):
    with closing(sqlite3.connect(store.path, isolation_level=None)) as theirs:
        theirs.execute("BEGIN")
        notes = theirs.execute("SELECT count(note) FROM ledger_plot").fetchone()
        for write in acts.writes(store).values():
            write()
        assert theirs.execute("SELECT count(note) FROM ledger_plot").fetchone() == notes
    whole(store)


# the file is not what it was


def test_a_store_that_was_put_back_while_it_was_open(store, tmp_path):
    copy = tmp_path / "copy.gpkg"
    with closing(sqlite3.connect(store.path)) as here, closing(sqlite3.connect(copy)) as there:
        here.backup(there)
    store.ledger.set(LedgerEdit("P1", {"note": "after the copy"}), by="王")
    copy.replace(store.path)
    # each act opens the file anew: the next sees what stands there now
    assert "after the copy" not in set(store.ledger.plots()["note"])
    store.ledger.set(LedgerEdit("P1", {"note": "again"}), by="王")
    whole(store)


def test_a_store_that_is_gone_is_told_and_not_made_anew(store):
    store.path.unlink()
    assert refused(store.ledger.plots) in {"store.away", "store.no_access", "store.no_file"}
    assert not store.path.exists()


@pytest.mark.parametrize("keep", [0, 1, 100, 4096, 30_000])
def test_a_store_that_was_cut_off(store, keep):
    store.path.write_bytes(store.path.read_bytes()[:keep])

    def use():
        opened = open_store("here", store.path)
        opened.ledger.plots()
        whole(opened)

    assert refused(use) in {"store.not_a_store", "store.damaged"}
    assert store.path.stat().st_size == keep


def test_a_store_in_the_place_of_a_folder(tmp_path):
    (tmp_path / "one.gpkg").mkdir()
    assert refused(open_store, "here", tmp_path / "one.gpkg") == "store.not_a_store"


# a power cut


@few(2)
def test_a_power_cut_while_editing(store, tmp_path, killer, times):
    took = killer.let(acts.edit, str(store.path), str(tmp_path / "first"), "alone", 12)
    for turn in killer.turns(times):
        if turn % 20 == 0:
            # all that is in a store is looked at after each cut, and it grows with each
            notes, folder = tmp_path / f"notes{turn}", tmp_path / f"store{turn}"
            folder.mkdir()
            place = folder / "one.gpkg"
            acts.fill(open_store("here", place))
        # what was on the disk at the moment: the file and a part of what is ahead of it
        cut = tmp_path / f"cut{turn}"
        cut.mkdir()
        copied = []

        def cut_off(cut=cut, copied=copied, notes=notes, place=place):
            told = edits_told(notes)
            for end in ("", "-wal"):
                part = place.with_name(f"one.gpkg{end}")
                if part.exists():
                    shutil.copy(part, cut / part.name)
            copied.append(told)

        killer.kill(acts.edit, str(place), str(notes), f"c{turn}", 400, within=took,
                    before=cut_off)  # fmt: skip
        ahead = cut / "one.gpkg-wal"
        if ahead.exists() and turn % 2:
            size = ahead.stat().st_size
            with ahead.open("r+b") as file:
                file.truncate(killer.dice.randrange(size + 1))
        there = open_store("here", cut / "one.gpkg")
        whole(there)
        if turn % 2:
            none_skipped(there, copied[0])
        else:
            edits_there(there, copied[0])
        shutil.rmtree(cut)


def edits_told(notes):
    """Keep what was told as accepted up to now."""
    kept = notes.with_name(f"told-{time.monotonic_ns()}")
    kept.write_bytes(notes.read_bytes() if notes.exists() else b"")
    return kept


# clocks and memory


def test_a_clock_that_was_set_back(store, monkeypatch):
    from platforms.store.ledger import writing

    class Earlier(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return dt.datetime(2020, 1, 1, tzinfo=dt.UTC)

    store.ledger.set(LedgerEdit("P1", {"step": "plan"}), by="王")
    monkeypatch.setattr(writing.dt, "datetime", Earlier)
    store.ledger.set(LedgerEdit("P1", {"step": "act"}), by="王")
    monkeypatch.undo()
    past = store.ledger.history("P1")
    steps = past[past["field"].eq("step")]
    assert steps["became"].tolist() == ["identify", "plan", "act"]
    assert past["at"].is_monotonic_increasing
    whole(store)


def test_no_memory_left(store, tmp_path, killer):
    notes = tmp_path / "notes"
    killer.let(acts.hunger, str(store.path), str(notes))
    # it ended as it might, and what it was told is there
    told = noted(notes)
    assert told
    assert told[-1] == "no memory"
    whole(store)
    kept = set(store.ledger.history("P2")["became"])
    assert set(told[:-1]) <= kept
    store.ledger.set(LedgerEdit("P1", {"note": "after"}), by="王")
