"""The ledger beside the targets of the documents, read from a store: file and server."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pandas as pd
import pytest
from ledger_samples import a_run

from platforms.planning.standing import TARGET_COLUMNS
from platforms.store.ledger import recording
from platforms.store.ledger.ledger import Ledger, LedgerEdit
from platforms.store.ledger.recording import ledger_targets

YEAR = dt.datetime.now(dt.UTC).astimezone().year


def target(name, year, value, computed_by="low_efficiency_mu", unit="亩"):
    row = dict.fromkeys(TARGET_COLUMNS) | {"doc": "d", "operator": "at_least", "indicator": name}
    return row | {"target_id": name, "year": year, "value": value, "unit": unit,
                  "computed_by": computed_by}  # fmt: skip


@pytest.fixture
def city():
    rows = [target("land", YEAR, 25.0), target("net", YEAR, 100.0, "reclaimable_mu"),
            target("past", YEAR - 1, 1.0), target("none", YEAR, 1.0, "special_towns", "个"),
            target("firms", YEAR, 1.0, "low_efficiency_firms", "家")]  # fmt: skip
    table = pd.DataFrame(rows, columns=list(TARGET_COLUMNS))
    return SimpleNamespace(has=lambda layer: layer == "targets", table=lambda _: table.copy(),
                           plan=SimpleNamespace(documents=[]))  # fmt: skip


def stands(store, city):
    return ledger_targets(store, city).targets.set_index("target_id")


def move(ledger, keys, step, why="原因"):
    ledger.set([LedgerEdit(key, {"step": step}) for key in keys], by="李", why=why)


def test_an_empty_ledger_answers_nothing(store, city):
    found = ledger_targets(store, city)
    assert found.reached.begins is None
    assert set(found.targets["why"]) == {"empty", "no_measure"}
    assert found.targets["reported"].isna().all()
    assert found.parts.empty


def test_what_is_closed_is_recorded_with_its_net_land(store, city, filled):
    now = stands(store, city)
    # it began in this year: nothing yet is not nothing this year
    assert now.loc["land", ["reported", "state", "why"]].tolist() == [0, "unknown", "within"]
    move(filled, "AB", "验收")
    assert stands(store, city).loc["land", "by_step"] == {"accept": 30, "close": 0}
    move(filled, "AB", "销号")
    now = stands(store, city)
    assert now.loc["land", ["reported", "gap", "state", "plots"]].tolist() == [30, -5, "reached", 2]
    assert now.loc["net", ["reported", "gap", "state"]].tolist() == [15, 85, "unknown"]
    assert now.loc["past", ["why", "outside"]].tolist() == ["before", 30]
    assert now.loc["none", "why"] == "no_measure"
    # no firm has a credit code here
    assert now.loc["firms", ["unknown", "state"]].tolist() == [2, "unknown"]
    found = ledger_targets(store, city)
    parts = found.parts[found.parts["step"].eq("close")].set_index("plot_id")
    assert parts["reclaimable_mu"].to_dict() == {"A": 5, "B": 10}


def test_plots_that_were_read_are_taken_unless_one_came_since(store, city, filled, monkeypatch):
    move(filled, "AB", "销号")
    read, now = filled.plots(), ledger_targets(store, city).targets
    asked, plots = [], Ledger.plots
    monkeypatch.setattr(Ledger, "plots", lambda one: asked.append(one) or plots(one))
    monkeypatch.setattr(recording, "_KEPT", [])
    assert ledger_targets(store, city, plots=read).targets.equals(now)
    assert asked == []
    older = read[read["plot_id"].ne("A")]
    assert ledger_targets(store, city, plots=older).targets.equals(now)
    assert len(asked) == 1


def test_the_same_ledger_is_not_reckoned_twice_and_another_is(store, city, filled, monkeypatch):
    found = ledger_targets(store, city)
    assert ledger_targets(store, city) is found
    other = SimpleNamespace(**vars(city))
    assert ledger_targets(store, other) is not found
    # what a unit does changes, and with it the sums of units alone
    filled.set(LedgerEdit("A", {"unit": "市经信局"}), by="李")
    moved = ledger_targets(store, city)
    assert "市经信局" in set(moved.shares["name"])
    assert "市经信局" not in set(found.shares["name"])
    tomorrow = found.reached.day + dt.timedelta(days=1)
    monkeypatch.setattr(recording, "today", lambda: tomorrow)
    assert ledger_targets(store, city).reached.day == tomorrow


def test_a_plot_that_went_back_counts_no_more(store, city, filled):
    move(filled, "AB", "close")
    move(filled, "B", "act")
    assert stands(store, city).loc["land", "reported"] == 10
    act = filled.history("B")["act"].iloc[-1]
    filled.undo(act, by="李")
    assert stands(store, city).loc["land", "reported"] == 30


def test_a_plot_put_in_order_keeps_the_land_that_it_was_low_efficient_with(store, city, filled):
    move(filled, "A", "act")
    # the next run finds it no longer low-efficient, and so with no reclaimable land
    again = a_run([("A", "not", 10.0)])
    again.plots["reclaimable_mu"] = float("nan")
    filled.take(again, by="王")
    move(filled, "A", "close")
    now = stands(store, city)
    assert now.loc[["land", "net"], "reported"].tolist() == [10, 5]
    assert now.loc["land", "unknown"] == 0


def test_a_plot_without_an_area_or_a_verdict_is_told(store, city, filled):
    filled.take(
        a_run([("X", "low_efficiency", float("nan")), ("U", "unknown", 4.0)]), by="王", survey=True
    )
    move(filled, "CXU", "close")
    now = stands(store, city)
    assert now.loc["land", ["reported", "plots", "unknown", "state"]].tolist() == [
        30, 3, 2, "reached",
    ]  # fmt: skip
    shares = ledger_targets(store, city).shares
    towns = shares[shares["step"].eq("close") & shares["by"].eq("town")].set_index("name")
    assert towns.loc["甲镇", ["plots", "unknown", "low_efficiency_mu"]].tolist() == [3, 2, 30]


def test_another_workspace_of_the_store_adds_nothing(store, opened, city, filled):
    other = opened("there")
    other.ledger.take(a_run([("A", "low_efficiency", 99.0)]), by="王")
    move(other.ledger, "A", "close")
    assert stands(store, city).loc["land", "reported"] == 0
