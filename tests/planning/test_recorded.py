"""What a ledger records beside the targets: counted in their years, or told why it cannot be."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pandas as pd
import pytest

from platforms.planning.recorded import MEASURES, Reached, recorded_standing
from platforms.planning.standing import TARGET_COLUMNS

LOW, LAND, FIRMS = "low_efficiency_mu", "reclaimable_mu", "low_efficiency_firms"


def target(name, year, value, computed_by=LOW, unit="亩", **more):
    row = dict.fromkeys(TARGET_COLUMNS) | {"doc": "d", "operator": "equals", "indicator": name}
    return row | {"target_id": name, "year": year, "value": value, "unit": unit,
                  "computed_by": computed_by, **more}  # fmt: skip


def city(*targets):
    table = pd.DataFrame(targets, columns=list(TARGET_COLUMNS))
    return SimpleNamespace(
        has=lambda layer: layer == "targets",
        table=lambda _: table.copy(),
        plan=SimpleNamespace(documents=[]),
    )


def row(key, day, mu=10.0, *, step="close", net=None, code="", verdict="low_efficiency"):
    net = mu / 2 if net is None and mu is not None else net
    return {"plot_id": key, "step": step, "day": dt.date.fromisoformat(day), "verdict": verdict,
            "area_mu": mu, "net_mu": net, "credit_code": code or None}  # fmt: skip


def reached(*rows, begins="2023-01-01", day="2026-06-30", open_codes=(), sample=()):
    columns = ["plot_id", "step", "day", "verdict", "area_mu", "net_mu", "credit_code"]
    table = pd.DataFrame(rows, columns=columns)
    keys = [*dict.fromkeys(one["plot_id"] for one in rows), *(f"open{i}" for i, _ in
            enumerate(open_codes))]  # fmt: skip
    codes = {one["plot_id"]: one["credit_code"] or "" for one in rows}
    codes |= {f"open{i}": code for i, code in enumerate(open_codes)}
    plots = pd.DataFrame(
        {"plot_id": keys, "town": ["甲镇" if k != "B" else "乙镇" for k in keys],
         "platform": "", "unit": "局", "credit_code": [codes[k] for k in keys], "area_mu": 10.0,
         "sample": [k in sample for k in keys]}
    ).astype({"sample": "bool"})  # fmt: skip
    begins = None if begins is None else dt.date.fromisoformat(begins)
    return Reached(("accept", "close"), "close", begins, dt.date.fromisoformat(day), table, plots)


def stands(found, name):
    return found.targets.set_index("target_id").loc[name]


def test_each_target_counts_what_came_in_its_own_years():
    found = recorded_standing(
        city(target("t23", 2023, 25.0), target("t24", 2024, 5.0), target("t23-24", 2024, 100.0,
             base_year=2023), target("land", 2023, 15.0, LAND)),
        reached(row("A", "2023-03-01"), row("B", "2023-12-31", 20.0), row("C", "2024-01-01"),
                row("D", "2023-05-05", 7.0, step="accept")),
    )  # fmt: skip
    t23 = stands(found, "t23")
    assert (t23["reported"], t23["gap"], t23["state"], t23["plots"]) == (30, -5, "reached", 2)
    assert (t23["by_step"], t23["outside"], t23["why"]) == ({"accept": 7, "close": 30}, 10, "")
    assert stands(found, "t24")[["reported", "state"]].tolist() == [10, "reached"]
    both = stands(found, "t23-24")
    assert (both["reported"], both["gap"], both["state"]) == (40, 60, "open")
    # 净面积 of the two plots
    assert stands(found, "land")[["reported", "state"]].tolist() == [15, "reached"]


@pytest.mark.parametrize(
    ("begins", "years", "why", "state", "recorded"),
    [
        (None, (2023, 2023), "empty", "unknown", None),
        ("2024-05-01", (2023, 2023), "before", "unknown", None),
        ("2024-05-01", (2027, 2027), "later", "unknown", None),
        ("2024-05-01", (2023, 2025), "within", "unknown", 10),
        ("2023-01-01", (2023, 2025), "", "open", 10),
        ("2023-01-02", (2023, 2025), "within", "unknown", 10),
    ],
)
def test_a_ledger_says_nothing_of_years_that_it_does_not_hold(begins, years, why, state, recorded):
    rows = () if begins is None else (row("A", "2024-06-01"),)
    found = recorded_standing(
        city(target("t", years[1], 50.0, base_year=years[0])), reached(*rows, begins=begins)
    )  # fmt: skip
    t = stands(found, "t")
    assert (t["why"], t["state"]) == (why, state)
    assert (None if pd.isna(t["reported"]) else t["reported"]) == recorded
    assert pd.isna(t["gap"]) == (recorded is None)


def test_what_lacks_something_can_be_enough_and_not_too_little():
    rows = row("A", "2024-06-01", 60.0), row("B", "2024-06-01", None)
    most = target("most", 2024, 100.0, operator="at_most")
    found = recorded_standing(
        city(target("little", 2024, 100.0), target("enough", 2024, 50.0), most), reached(*rows)
    )
    assert stands(found, "little")[["reported", "state", "unknown", "why"]].tolist() == [
        60, "unknown", 1, "no_area",
    ]  # fmt: skip
    assert stands(found, "enough")["state"] == "reached"
    assert stands(found, "most")["state"] == "unknown"


def test_nothing_known_of_any_plot_is_not_nothing_done():
    found = recorded_standing(city(target("t", 2024, 1.0)), reached(row("A", "2024-01-01", None)))
    t = stands(found, "t")
    assert (pd.isna(t["reported"]), t["state"], t["why"]) == (True, "unknown", "no_area")
    none = recorded_standing(city(target("t", 2024, 1.0)), reached())
    assert stands(none, "t")[["reported", "gap", "state"]].tolist() == [0, 1, "open"]


def test_a_plot_whose_verdict_was_never_low_is_told_and_not_counted():
    found = recorded_standing(
        city(target("t", 2024, 1.0)), reached(row("A", "2024-01-01", 9.0, verdict="unknown"))
    )
    assert stands(found, "t")[["plots", "unknown", "state"]].tolist() == [1, 1, "unknown"]


def test_a_firm_is_done_with_the_last_of_its_plots():
    firms = target("f23", 2023, 3.0, FIRMS, "家"), target("f24", 2024, 3.0, FIRMS, "家")
    rows = (row("A", "2023-02-01", code="X"), row("B", "2024-02-01", code="X"),
            row("C", "2023-02-01", code="Y"), row("D", "2023-02-01", code="Z"))  # fmt: skip
    found = recorded_standing(city(*firms), reached(*rows, open_codes=("Y", "")))
    assert stands(found, "f23")["reported"] == 1
    assert stands(found, "f24")["reported"] == 1
    unnamed = recorded_standing(city(*firms), reached(row("A", "2023-02-01")))
    assert stands(unnamed, "f23")[["unknown", "why"]].tolist() == [1, "no_area"]


def test_what_has_no_measure_or_number_is_named_and_not_answered():
    found = recorded_standing(
        city(target("tax", 2023, 56.0, "tax_wan_per_mu", "万元/亩"), target("plain", 2023, 5.0,
             None), target("hectares", 2023, 5.0, LOW, "公顷"), target("words", 2023, None),
             target("set", 2023, 5.0, operator="complete_assigned")),
        reached(row("A", "2023-02-01")),
    )  # fmt: skip
    why = found.targets.set_index("target_id")["why"].to_dict()
    assert why == {"tax": "no_measure", "plain": "no_measure", "hectares": "no_measure",
                   "words": "no_number", "set": "no_number"}  # fmt: skip
    assert found.targets["reported"].isna().all()
    assert found.targets["state"].tolist() == ["unknown"] * 3 + ["no_number"] * 2


def test_the_pace_is_from_what_is_recorded_today_to_the_end_of_the_target_year():
    found = recorded_standing(
        city(target("t", 2026, 70.0, base_year=2023)), reached(row("A", "2024-06-01"))
    )
    # 60 亩 in the half year from 30 June
    assert stands(found, "t")["pace_month"] == pytest.approx(60 / (184 / 365) / 12)


def test_a_value_of_each_year_is_recorded_year_by_year():
    each = target("t", 2024, 10.0, yearly="true", base_year=2022)
    found = recorded_standing(
        city(each), reached(row("A", "2023-06-01", 12.0), row("B", "2024-06-01", 9.0))
    )
    told = {one["year"]: (one["reported"], one["state"]) for one in stands(found, "t")["years"]}
    assert told == {2023: (12, "reached"), 2024: (9, "open")}


def test_the_reports_of_units_stand_beside_what_is_recorded():
    told = pd.DataFrame([{"target_id": "t", "value": 11.0, "unit": "亩", "date": "2023-12-31",
                          "source": "s", "author": "a"}])  # fmt: skip
    found = recorded_standing(
        city(target("t", 2023, 20.0)), reached(row("A", "2023-06-01")), reported=told
    )
    assert stands(found, "t")[["reported", "told", "gap"]].tolist() == [10, 11, 10]


def test_shares_add_up_to_the_whole_by_period_town_and_unit():
    found = recorded_standing(
        city(), reached(row("A", "2023-03-31"), row("B", "2023-04-01", 20.0),
                        row("C", "2024-01-01", None), open_codes=("X",), sample=("A",)),
    )  # fmt: skip
    shares = found.shares[found.shares["step"].eq("close")]
    for by in ("year", "quarter", "town", "platform", "unit"):
        mine = shares[shares["by"].eq(by)]
        assert mine[["plots", "unknown", LOW, LAND]].sum().tolist() == [3, 1, 30, 15]
    quarters = shares[shares["by"].eq("quarter")].set_index("name")["plots"].to_dict()
    assert quarters == {"2023-Q1": 1, "2023-Q2": 1, "2024-Q1": 1}
    town = shares[shares["by"].eq("town")].set_index("name")
    assert town.loc["甲镇", ["plots", "all_plots", "all_mu"]].tolist() == [2, 3, 30]


def test_sample_plots_are_marked():
    plots = reached(row("A", "2023-03-31"), row("B", "2024-03-31"), sample=("A",))
    found = recorded_standing(city(target("t23", 2023, 1.0), target("t24", 2024, 1.0)), plots)
    assert found.targets["sample"].tolist() == [True, False]
    assert set(MEASURES) == {LOW, LAND, FIRMS}
