"""What a store refuses before anything is written: damage, a name that is too long, emptiness."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sa

from platforms.errors import PlatformsError
from platforms.store import geopackage, sayings
from platforms.store.opening import open_store
from platforms.store.place import server_place
from platforms.store.schema import TABLES
from platforms.store.server import VERSION_TABLE, forget_server


def refused(call, *words, **named):
    with pytest.raises(PlatformsError) as caught:
        call(*words, **named)
    assert caught.value.message("zh_CN") != caught.value.message("en")
    return caught.value.key


def test_a_damaged_page_elsewhere_is_seen_before_the_first_writing(tmp_path, monkeypatch):
    store = open_store("here", tmp_path / "one.gpkg")
    for at in range(40):
        store.members.add(f"编{at}", "editor" if at else "approver", by="编0")
    with closing(sqlite3.connect(store.path)) as plain:
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = plain.execute("PRAGMA page_size").fetchone()[0]
        root = "SELECT rootpage FROM sqlite_master WHERE name = 'scenario_table'"
        number = plain.execute(root).fetchone()[0]
    with store.path.open("r+b") as file:
        file.seek((number - 1) * page)
        file.write(b"\xff" * 100)
    before = store.path.read_bytes()
    monkeypatch.setattr(geopackage, "_SOUND", set())
    again = open_store("here", store.path)
    # what is not damaged is read
    assert len(again.members.list()) == 40
    assert refused(again.members.add, "新", "editor", by="编0") == "store.damaged"
    assert store.path.read_bytes() == before
    # a file that is too large to look through is written to as SQLite finds it
    monkeypatch.setattr(geopackage, "_LOOKED_AT", 0)
    again.members.add("新", "editor", by="编0")


def test_a_name_is_refused_and_not_cut(tmp_path):
    store = open_store("here", tmp_path / "one.gpkg")
    goal = store.ledger.set_milestone
    assert refused(goal, "2026-Q2", "close", plots=1, by="王" * 101) == "ledger.name_long"
    assert refused(sayings.who, "王" * 201) == "ledger.name_long"
    assert len(store.ledger.milestones()) == 0
    goal("2026-Q2", "close", plots=1, by="王" * 100)
    assert len(store.ledger.milestones()) == 1


def test_a_database_that_was_emptied_is_no_new_store(postgis):
    address = postgis.address(postgis.database())
    store = open_store("here", address)
    store.members.add("审", "approver", by="审")
    bare = sa.create_engine(server_place(address).url, poolclass=sa.pool.NullPool)
    with bare.begin() as plain:
        names = ", ".join(table.name for table in TABLES)
        plain.exec_driver_sql(f"DROP TABLE {names}, {VERSION_TABLE} CASCADE")
    for _ in range(2):
        assert refused(open_store, "here", address) == "store.server.emptied"
    with bare.connect() as plain:
        assert not sa.inspect(plain).has_table("member")
    forget_server(server_place(address))
