"""The ledger is read when somebody wrote, and never shown as it stood before."""

from __future__ import annotations

import datetime as dt

import pytest

import platforms as ip
from platforms.app.exports import kinds
from platforms.app.ledger import stands
from platforms.app.ledger.plot_list import shown_table, step_titles, table_of
from platforms.app.ledger.stands import stand_of
from platforms.app.scene import Scene
from platforms.store.ledger.ledger import Ledger


@pytest.fixture
def store(example_ledger, tmp_path, yueqing, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path))
    example_ledger(tmp_path)
    return ip.open_store(yueqing)


@pytest.fixture
def reads(monkeypatch):
    read, as_it_is = [], Ledger.plots

    def plots(self, **given):
        read.append(self.workspace)
        return as_it_is(self, **given)

    monkeypatch.setattr(Ledger, "plots", plots)
    return read


def test_it_is_read_again_after_each_act_and_only_then(store, reads, yueqing):
    first = stand_of(store)
    other = ip.open_store(yueqing)
    assert stand_of(other) is first
    assert len(reads) == 1
    plot = first.plots["plot_id"].iloc[0]
    for turn, note in enumerate(("甲", "乙", "甲"), start=2):
        other.ledger.set(ip.LedgerEdit(plot, {"note": note}), by="李")
        now = stand_of(store)
        assert now.plots.set_index("plot_id").loc[plot, "note"] == note
        assert stand_of(other) is now
        assert len(reads) == turn
    assert first.plots.set_index("plot_id").loc[plot, "note"] == ""


def test_a_day_later_something_else_is_overdue(store, monkeypatch):
    first = stand_of(store)

    class Tomorrow(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return super().now(tz) + dt.timedelta(days=1)

    monkeypatch.setattr(stands.dt, "datetime", Tomorrow)
    assert stand_of(store) is not first


def test_another_store_is_another_ledger(store, tmp_path, yueqing):
    first = stand_of(store)
    empty = ip.open_store(yueqing, tmp_path / "other" / "s.gpkg")
    assert stand_of(empty).plots.empty
    assert stand_of(store) is first


def test_so_many_ledgers_are_held_and_no_more(tmp_path, yueqing):
    for number in range(6):
        stand_of(ip.open_store(yueqing, tmp_path / f"{number}.gpkg"))
    assert len(stands._HELD) <= stands._MOST


def test_some_rows_are_put_into_words_as_all_of_them_are(store):
    stand, titles = stand_of(store), step_titles(store.ledger)
    some = stand.plots[stand.plots["town"].ne(stand.plots["town"].iloc[0])].iloc[::-1]
    table, formats = table_of(stand, some, titles)
    apart, same = shown_table(some, titles)
    assert table.equals(apart)
    assert formats == same
    ip.set_language("en")
    assert list(table_of(stand, some, titles)[0]) == list(shown_table(some, titles)[0])


def test_the_page_of_files_reads_no_ledger_to_know_that_there_is_one(store, reads, example):
    scene = Scene(example, None, "zh_CN")
    assert kinds._has_ledger(scene)
    before = len(reads)
    assert kinds._has_ledger(scene)
    assert len(reads) == before
