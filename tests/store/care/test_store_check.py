"""Each kind of damage, done by other means, is seen and named."""

from __future__ import annotations

import sqlite3

import pytest
from whole_store import fill

from platforms.store.care.checking import check_store
from platforms.store.opening import open_store


def kinds(check):
    return {one.said for one in check.faults if one.wrong}


def test_a_sound_store_says_how_much_it_looked_at(filled):
    found = check_store(filled)
    assert found.faults == ()
    assert found.sound
    assert len(found.content) == 64
    some = {"rows", "ledger_entries", "ledger_plots", "ledger_milestones", "ledger_attachments",
            "scenarios", "scenario_tables", "members", "positions", "attachments", "plots",
            "plot_versions", "guards", "references", "spatial_index"}  # fmt: skip
    assert {name for name, count in found.looked.items() if count} >= some
    empty = check_store(open_store("none", filled.path))
    assert empty.content == found.content


def test_an_empty_store_is_sound(opened):
    found = check_store(opened("here"))
    assert found.sound
    assert found.looked["plots"] == 0


_DAMAGE = {
    "ledger": "UPDATE ledger_plot SET unit = 'x' WHERE key = 'A'",
    "member": "UPDATE member SET role = 'approver' WHERE name = '李'",
    "scenario_standing": "UPDATE scenario_standing SET name = 'x' WHERE name = '甲案'",
    "plot": "UPDATE plot SET attributes = '{}' WHERE plot_id = 'A'",
    "index": "DELETE FROM rtree_plot_shape",
    "gap": "UPDATE position_entry SET number = 7 WHERE number = 2",
    "position": "UPDATE position_entry SET author = 'x' WHERE number = 1",
    "attachment": "UPDATE attachment SET content = x'00'",
    "attachment_lost": "DELETE FROM attachment",
    "plot_version": "UPDATE plot_version SET attributes = '{}' WHERE number = 1 AND plot_id = 'A'",
    "scenario": "UPDATE scenario_table SET parquet = x'00'",
    "reference": "DELETE FROM scenario",
}


@pytest.fixture
def file_store(tmp_path):
    store = open_store("here", tmp_path / "one.gpkg")
    fill(store, tmp_path)
    return store


def damaged(store, *statements, guarded=False):
    plain = sqlite3.connect(store.path)
    found = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    triggers = plain.execute(found).fetchall()
    for name, _ in triggers:
        plain.execute(f"DROP TRIGGER {name}")
    for one in statements:
        assert plain.execute(one).rowcount != 0, one
    for _, sql in () if guarded else triggers:
        plain.execute(sql)
    plain.commit()
    plain.close()


@pytest.mark.parametrize("said", _DAMAGE)
def test_damage_is_seen(file_store, said):
    damaged(file_store, _DAMAGE[said])
    found = check_store(file_store)
    assert not found.sound
    assert said in kinds(found)
    # and nothing else is accused, but for what follows from it
    follows = {"attachment_lost": set(), "reference": {"scenario"}, "scenario": set()}
    assert kinds(found) <= {said} | follows.get(said, set())
    for one in found.faults:
        assert one.message("zh_CN") != one.message("en")


def test_missing_guards_are_seen(file_store):
    damaged(file_store, guarded=True)
    found = check_store(file_store)
    assert kinds(found) == {"guard"}
    assert any(one.where == "ledger_event_no_update" for one in found.faults)


def test_a_moved_shape_is_not_where_the_index_has_it(file_store):
    damaged(file_store, "UPDATE rtree_plot_shape SET minx = minx - 1")
    assert kinds(check_store(file_store)) == {"index"}


def test_leftovers_are_named_and_harmless(file_store):
    (file_store.path.parent / ".tmp-store-x").mkdir()
    found = check_store(file_store)
    assert found.sound
    assert [one.said for one in found.faults] == ["leftover"]


def test_broken_pages_are_seen(file_store):
    plain = sqlite3.connect(file_store.path)
    plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    page = plain.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ledger_event'")
    size = plain.execute("PRAGMA page_size").fetchone()[0]
    at = (page.fetchone()[0] - 1) * size
    plain.close()
    with file_store.path.open("r+b") as file:
        file.seek(at)
        file.write(b"\xff" * 64)
    found = check_store(file_store)
    assert "pages" in kinds(found)


def test_damage_on_a_server_is_seen(postgis):
    database = postgis.database()
    store = open_store("here", postgis.address(database))
    try:
        store.ledger.set_milestone("2099-Q1", "plan", plots=2, by="王")
        assert check_store(store).sound
        postgis.say(
            "SET session_replication_role = replica; UPDATE ledger_milestone SET plots = 3;"
            " DROP TRIGGER ledger_event_no_change ON ledger_event; DROP INDEX plot_shape",
            database=database,
        )
        assert kinds(check_store(store)) == {"ledger", "guard", "index"}
        postgis.say(
            "CREATE INDEX plot_shape ON plot USING gist (shape); CREATE TRIGGER"
            " ledger_event_no_change BEFORE UPDATE OR DELETE ON ledger_event"
            " FOR EACH ROW EXECUTE FUNCTION platforms_keep()",
            database=database,
        )
        assert kinds(check_store(store)) == {"ledger"}
    finally:
        postgis.give_back(database)
