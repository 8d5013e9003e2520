"""Where both sides wrote on one thing, one word settles it, and both histories hold both."""

from __future__ import annotations

import datetime as dt

import pytest
from whole_store import a_place

from platforms.errors import ConflictError, InputError, StoreError
from platforms.store.care.checking import check_store
from platforms.store.copying.copying import copy_store
from platforms.store.copying.settling import settle_store
from platforms.store.ledger.ledger import LedgerEdit
from platforms.store.opening import open_store


@pytest.fixture
def there(opened):
    return opened("here")


@pytest.fixture
def parted(filled, there):
    """Two stores that went apart in a plot of the ledger, a plot, a park and a member."""
    copy_store(filled, there, by="王")
    filled.ledger.set(LedgerEdit("A", {"unit": "经信局", "note": "甲"}), by="王", why="会议")
    there.ledger.set(LedgerEdit("A", {"unit": "资规局", "due": "2099-01-01"}), by="李")
    there.ledger.set(LedgerEdit("A", {"unit": "住建局"}), by="李")
    filled.plots.change("A", attributes={"use": "x"}, by="王")
    there.plots.change("A", attributes={"use": "y"}, by="李")
    filled.positions.place(a_place(121.2), by="王")
    there.positions.place(a_place(121.3), by="李")
    filled.members.add("张", "editor", by="王")
    there.members.add("赵", "reader", by="王")
    # what only one side went on with is not held up
    filled.ledger.set(LedgerEdit("B", {"note": "也"}), by="王")
    return filled, there


def both_ways(own, other):
    copy_store(other, own, by="王")
    return copy_store(own, other, by="王")


@pytest.mark.parametrize("keep", ["own", "other"])
def test_after_settling_both_sides_keep_the_same(parted, keep):
    own, other = parted
    told = settle_store(own, other, keep=keep, by="王", why="以此为准")
    assert both_ways(own, other).same
    for source, target in (parted, parted[::-1]):
        again = copy_store(source, target, by="王")
        assert (dict(again.rows), dict(again.ahead), again.same) == ({}, {}, True)
    unit, use, west = {"own": ("经信局", "x", 121.2), "other": ("住建局", "y", 121.3)}[keep]
    for store in parted:
        row = store.ledger.plots().set_index("plot_id").loc["A"]
        assert (row["unit"], row["note"]) == (unit, "甲" if keep == "own" else "")
        assert row["due"] == ("" if keep == "own" else "2099-01-01")
        assert store.plots.frame()["use"].tolist() == [use]
        shape = store.positions.current().get("platforms", "p1").shape
        assert shape.bounds[0] == west
        assert (store.members.role_of("张") is None) == (keep == "other")
        assert check_store(store).sound, check_store(store).faults
    assert {row["field"] for row in told.fields if row["table"] == "ledger_event"} == {
        "unit", "note", "due",
    }  # fmt: skip
    (row,) = [one for one in told.fields if one["field"] == "unit"]
    assert (row["own"], row["own_who"], row["other"], row["other_who"]) == (
        "经信局", "王", "住建局", "李",
    )  # fmt: skip
    assert row["own_at"] < row["other_at"]


def test_both_histories_hold_both_with_who_and_when(parted):
    own, other = parted
    before = [store.ledger.history("A") for store in parted]
    settle_store(own, other, keep="own", by="王", why="以此为准")
    both_ways(own, other)
    names = ["at", "who", "what", "field", "was", "became", "why", "act"]
    after = [store.ledger.history("A")[names] for store in parted]
    for one in after:
        told = set(one.itertuples(index=False, name=None))
        for past in before:
            assert set(past[names].itertuples(index=False, name=None)) <= told
        last = one.iloc[-1]
        assert (last["what"], last["who"], last["why"]) == ("settle", "王", "以此为准")
    assert after[0].equals(after[1])
    assert set(own.plots.history("A")["who"]) == set(other.plots.history("A")["who"])


def test_both_sides_say_the_same_of_the_past(parted):
    own, other = parted
    since = other.plots.history("A")["at"].max().to_pydatetime()
    settle_store(own, other, keep="own", by="王")
    both_ways(own, other)
    for moment in (since, since - dt.timedelta(microseconds=1)):
        one, two = (store.plots.frame(at=moment) for store in parted)
        assert one["use"].tolist() == two["use"].tolist()
    assert own.plots.frame(at=since)["use"].tolist() == ["y"]


def test_both_go_on_after_it(parted):
    own, other = parted
    settle_store(own, other, keep="own", by="王")
    both_ways(own, other)
    other.ledger.set(LedgerEdit("A", {"unit": "农业局"}), by="李")
    other.positions.undo("platforms", "p1", by="王")
    assert copy_store(other, own, by="王").same
    assert own.ledger.plots().set_index("plot_id").loc["A", "unit"] == "农业局"
    # and apart again, and settled again
    own.ledger.set(LedgerEdit("A", {"unit": "甲"}), by="王")
    other.ledger.set(LedgerEdit("A", {"unit": "乙"}), by="李")
    with pytest.raises(ConflictError):
        copy_store(other, own, by="王")
    settle_store(own, other, keep="other", by="王")
    assert both_ways(own, other).same
    assert own.ledger.plots().set_index("plot_id").loc["A", "unit"] == "乙"


def test_a_third_store_is_carried_on(parted, tmp_path):
    own, other = parted
    third = open_store("here", tmp_path / "third.gpkg")
    copy_store(own, third, by="王")
    settle_store(own, other, keep="other", by="王")
    both_ways(own, other)
    assert copy_store(other, third, by="王").same
    assert check_store(third).sound


def test_one_plot_is_settled_and_the_rest_is_named(parted):
    own, other = parted
    told = settle_store(own, other, keep="own", by="王", only=["p1"])
    assert told.names == ("p1",)
    assert set(told.left) == {"A", "here"}
    with pytest.raises(ConflictError) as caught:
        copy_store(other, own, by="王")
    assert {row["table"] for row in caught.value.fields["conflicts"]} == {
        "ledger_event", "plot_version", "member_event",
    }  # fmt: skip


def test_only_looking_writes_nothing(parted):
    own, other = parted
    before = own.ledger.history()
    told = settle_store(own, other, keep="own", by="王", dry_run=True)
    assert told.fields
    assert own.ledger.history().equals(before)


def test_what_cannot_be_settled_is_said(filled, there):
    copy_store(filled, there, by="王")
    with pytest.raises(InputError) as caught:
        settle_store(filled, there, keep="own", by="王")
    assert caught.value.key == "copying.settle.nothing"
    filled.ledger.set(LedgerEdit("A", {"unit": "x"}), by="王")
    there.ledger.set(LedgerEdit("A", {"unit": "y"}), by="王")
    with pytest.raises(InputError) as caught:
        settle_store(filled, there, keep="own", by="王", only=["Z"])
    assert caught.value.key == "copying.settle.unknown"
    with pytest.raises(StoreError):
        settle_store(filled, there, keep="own", by="李")
    filled.rename("甲案", "丙案", by="王")
    there.rename("甲案", "丁案", by="王")
    key = filled.scenarios()["key"].iloc[0]
    with pytest.raises(InputError) as caught:
        settle_store(filled, there, keep="own", by="王", only=[key])
    assert caught.value.key == "copying.settle.not_so"
