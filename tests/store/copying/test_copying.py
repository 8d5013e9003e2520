"""From file to server and back: nothing is lost, nothing is passed over, nothing is forgotten."""

from __future__ import annotations

import pytest
import shapely
import sqlalchemy as sa
from whole_store import a_place

from platforms.errors import ConflictError, InputError, StoreError
from platforms.planning.scenarios.fingerprint import table_hash
from platforms.store.copying.copying import copy_store
from platforms.store.copying.scope import COPIED, STANDINGS, counter_of, key_of, rows_of
from platforms.store.copying.strands import content_hash, rows_there
from platforms.store.ledger.ledger import LedgerEdit
from platforms.store.opening import open_store
from platforms.store.schema import FROZEN


def hash_of(store):
    with store.turns.reading() as connection:
        return content_hash(connection, store.workspace)


@pytest.fixture
def there(opened):
    return opened("here")


def test_every_table_belongs_to_a_workspace_and_has_rows_in_these_tests(filled):
    with filled.turns.reading() as connection:
        counted = rows_there(connection, "here")
    assert set(counted) == {table.name for table in COPIED}
    # a table that is added is put into the workspace of these tests, or is not copied unseen
    assert [name for name, rows in counted.items() if rows == 0] == []
    for table in COPIED:
        if table in FROZEN:
            # what grows is told apart by a strand, or each entry is by itself
            assert key_of(table) or table.name == "journal"
        else:
            assert table.name in STANDINGS, f"{table.name}: from which entries does it follow?"
            history = next(one for one in COPIED if one.name == STANDINGS[table.name].history)
            assert set(STANDINGS[table.name].by) <= set(history.c.keys()) & set(table.c.keys())
    assert rows_of(COPIED[0], None) is not None


def test_there_and_back_is_the_same(filled, there, tmp_path):
    first = copy_store(filled, there, by="王")
    assert first.same
    assert first.rows["ledger_event"] > 0
    assert hash_of(filled) == hash_of(there) == first.content
    third = open_store("here", tmp_path / "third.gpkg")
    back = copy_store(there, third, by="王")
    assert back.same
    assert hash_of(third) == first.content
    # and by what users see
    for one in (there, third):
        assert one.ledger.plots().equals(filled.ledger.plots())
        assert one.ledger.milestones().equals(filled.ledger.milestones())
        assert one.scenarios().equals(filled.scenarios())
        mine, theirs = filled.kept("甲案").scenario, one.kept("甲案").scenario
        assert table_hash(mine["plots"]) == table_hash(theirs["plots"])
        assert one.positions.history().equals(filled.positions.history())
        assert one.members.list().equals(filled.members.list())
        assert one.plots.history("B").equals(filled.plots.history("B"))
        wkb = [shapely.to_wkb(store.plots.frame().geometry).tolist() for store in (one, filled)]
        assert wkb[0] == wkb[1]
    again = copy_store(filled, third, by="王")
    assert (dict(again.rows), dict(again.ahead), again.same) == ({}, {}, True)


def test_what_is_lacking_is_carried_on(filled, there):
    copy_store(filled, there, by="王")
    there.ledger.set(LedgerEdit("A", {"unit": "经信局"}), by="李")
    there.plots.change("A", attributes={"use": "仓储"}, by="李")
    there.rename("甲案", "丙案", by="王")
    there.members.change("李", "reader", by="王")
    ahead = copy_store(filled, there, by="王")
    assert dict(ahead.rows) == {}
    assert not ahead.same
    assert set(ahead.ahead) == {"ledger_event", "plot_version", "scenario_event", "member_event"}
    # each side went on with something else: both are carried on
    filled.ledger.set(LedgerEdit("B", {"note": "x"}), by="王")
    looked = copy_store(there, filled, by="王", dry_run=True)
    assert looked.rows["ledger_event"] == 1
    assert filled.ledger.plots().set_index("plot_id").loc["A", "unit"] == ""
    copy_store(there, filled, by="王")
    assert filled.ledger.plots().set_index("plot_id").loc["A", "unit"] == "经信局"
    assert filled.plots.frame()["use"].tolist() == ["仓储"]
    assert filled.scenarios()["name"].tolist() == ["丙案"]
    assert filled.members.role_of("李") == "reader"
    assert copy_store(filled, there, by="王").same
    assert hash_of(filled) == hash_of(there)


def test_what_went_apart_is_told_and_nothing_is_written(filled, there):
    copy_store(filled, there, by="王")
    filled.ledger.set(LedgerEdit("A", {"unit": "经信局", "note": "甲"}), by="王")
    filled.ledger.set(LedgerEdit("B", {"note": "也"}), by="王")
    there.ledger.set(LedgerEdit("A", {"unit": "资规局"}), by="李")
    filled.positions.place(a_place(121.2), by="王")
    there.positions.place(a_place(121.3), by="李")
    filled.plots.change("A", attributes={"use": "x"}, by="王")
    there.plots.change("A", attributes={"use": "y"}, by="李")
    before = hash_of(there)
    with pytest.raises(ConflictError) as caught:
        copy_store(filled, there, by="王")
    assert caught.value.key == "copying.apart"
    assert caught.value.message("zh_CN") != caught.value.message("en")
    told = {
        (one["table"], one["key"], one["field"]): one for one in caught.value.fields["conflicts"]
    }
    unit = told["ledger_event", "plot A", "unit"]
    assert (unit["ours"], unit["theirs"]) == ("经信局", "资规局")
    assert (unit["ours_who"], unit["who"]) == ("王", "李")
    assert unit["at"] < unit["at"][:4] + "~"
    assert ("plot_version", "A", "use") in told
    assert told["position_entry", "platforms p1", "set"]["who"] == "李"
    # B went on here only; still nothing of it is written
    assert not any("B" in key for _, key, _ in told)
    assert hash_of(there) == before


def test_two_scenarios_of_one_name_are_told(filled, there):
    made = filled.kept("甲案").scenario
    there.keep(made, name="甲案", author="张")
    with pytest.raises(ConflictError) as caught:
        copy_store(filled, there, by="王")
    (told,) = caught.value.fields["conflicts"]
    assert (told["key"], told["field"], told["who"]) == ("甲案", "name", "张")


def test_who_may_not_copy_does_not(filled, there):
    copy_store(filled, there, by="王")
    filled.ledger.set(LedgerEdit("A", {"unit": "经信局"}), by="李")
    with pytest.raises(StoreError) as caught:
        copy_store(filled, there, by="李")
    assert caught.value.key.startswith("members.refused")
    assert copy_store(filled, there, by="王").same


def test_a_store_is_not_copied_into_itself_nor_into_another_workspace(filled, there):
    with pytest.raises(InputError):
        copy_store(filled, filled, by="王")
    other = open_store("there", filled.path)
    with pytest.raises(InputError):
        copy_store(other, there, by="王")


def test_a_fault_in_the_middle_leaves_nothing(filled, there, monkeypatch):
    from platforms.store.copying import copying

    before = hash_of(there)

    def broken(*_):
        raise sa.exc.OperationalError("x", {}, Exception("disk is full"))

    monkeypatch.setattr(copying, "rebuild", broken)
    with pytest.raises(StoreError):
        copy_store(filled, there, by="王")
    assert hash_of(there) == before


def test_entries_are_counted_by_their_own_numbers():
    by_name = {table.name: table for table in COPIED}
    assert key_of(by_name["ledger_event"]) == ("workspace", "subject", "key")
    assert counter_of(by_name["ledger_event"]) == "version"
    assert key_of(by_name["position_entry"]) == ("workspace", "layer", "feature_id")
    assert key_of(by_name["plot_version"]) == ("workspace", "plot_id")
    assert key_of(by_name["member_event"]) == ("workspace",)
    assert key_of(by_name["scenario_event"]) == ("key",)
    assert key_of(by_name["attachment"]) == ("sha256",)
    assert key_of(by_name["journal"]) == ()
