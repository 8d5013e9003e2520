from __future__ import annotations

import pandas as pd
import pytest
from test_targets import reports, target

from platforms.policy.targets import target_status
from platforms.policy.targets_records import target_records

PLAN = {"year": 2020, "base_year": 2015, "base_value": 100.0, "computed_by": None}
EACH = {
    "year": 2025, "value": 20.0, "unit": "个", "operator": "at_least", "yearly": "true",
    "plan_from": 2021.0, "computed_by": None,
}  # fmt: skip
SUPPLY = {"computed_by": "industrial_supply_mu", "value": 300.0, "operator": "equals"}


def record(*rows, figures=None, **changes):
    told = reports(*rows) if rows else None
    return target_records(target_status(target(**changes), figures or {}, reported=told))[0]


@pytest.mark.parametrize(
    ("change", "date", "counts"),
    [
        ({}, "2021-12-31", False),
        ({}, "2022-01-01", True),
        ({}, "2022", True),
        ({}, "2023", False),
        (PLAN, "2014", False),
        (PLAN, "2015", True),
        (PLAN, "2017-06", True),
        (PLAN, "2020-12", True),
        (PLAN, "2021", False),
        # without a base the document says when its years begin
        ({"year": 2025, "plan_from": 2021.0}, "2020", False),
        ({"year": 2025, "plan_from": 2021.0}, "2021-03", True),
        # growth begins after its base
        (PLAN | {"operator": "growth", "unit": "%"}, "2015", False),
        (PLAN | {"operator": "growth", "unit": "%"}, "2016", True),
    ],
)
def test_a_report_counts_in_the_years_of_its_target_only(change, date, counts):
    unit = change.get("unit", "亩")
    found = record((999.0, unit, date), **change)
    assert (found["reported"] is not None) is counts
    assert found["state"] == ("reached" if counts else "unknown")
    why = [(one["date"], one["value"], one["why"]) for one in found["outside_period"]]
    assert why == ([] if counts else [(date, 999.0, "outside_period")])


def test_a_report_of_another_year_does_not_hide_the_one_that_counts():
    found = record((250.0, "亩", "2022-09"), (900.0, "亩", "2024"))
    assert (found["reported"], found["state"], found["period"]) == (250.0, "open", [2022, 2022])


@pytest.mark.parametrize(
    ("values", "state", "reached"),
    [
        ({}, "unknown", []),
        ({2021: 25}, "open", [2021]),
        ({2021: 25, 2022: 19, 2023: 20}, "open", [2021, 2023]),
        (dict.fromkeys(range(2021, 2026), 20), "reached", list(range(2021, 2026))),
        (dict.fromkeys(range(2022, 2026), 20), "open", list(range(2022, 2026))),
    ],
)
def test_a_value_of_each_year_is_judged_year_by_year(values, state, reached):
    found = record(*((value, "个", str(year)) for year, value in values.items()), **EACH)
    assert found["state"] == state
    assert [one["year"] for one in found["years"]] == list(range(2021, 2026))
    assert [one["year"] for one in found["years"] if one["state"] == "reached"] == reached
    silent = [one["year"] for one in found["years"] if one["reported"] is None]
    assert silent == [year for year in range(2021, 2026) if year not in values]


def test_the_newest_report_of_a_year_counts_and_an_average_stands_for_its_years():
    rows = [(5.0, "个", "2021-06"), (21.0, "个", "2021")]
    assert record(*rows, **EACH)["years"][0] == {"year": 2021, "reported": 21.0, "state": "reached"}
    growth = EACH | {"unit": "%", "operator": "growth", "value": 8.0, "base_year": 2020}
    growth |= {"base_value": 100.0, "base_unit": "亿元"}
    found = record((100 * 1.1**2, "亿元", "2022"), **growth)
    assert [one["state"] for one in found["years"]] == ["reached"] * 2 + ["unknown"] * 3
    assert found["state"] == "open"


@pytest.mark.parametrize(
    ("change", "computed", "years", "state"),
    [
        ({"year": 2021}, 310.0, [2021, 2021], "reached"),
        ({"year": 2020}, 0.0, [2020, 2020], "open"),
        # no data for that year is not none
        ({"year": 2023}, None, None, "unknown"),
        # one year of five: short of the target decides nothing, enough is enough
        ({"year": 2025, "plan_from": 2021.0}, 310.0, [2021, 2021], "reached"),
        ({"year": 2025, "plan_from": 2021.0, "value": 5000.0}, 310.0, [2021, 2021], "unknown"),
        ({"year": 2021, "plan_from": 2019.0, "value": 5000.0}, 410.2, [2019, 2021], "open"),
    ],
)
def test_what_adds_up_is_summed_over_the_years_of_the_target(change, computed, years, state):
    supplied = pd.Series({2019: 100.2, 2020: 0.0, 2021: 310.0})
    found = record(figures={"industrial_supply_mu": supplied}, **SUPPLY | change)
    assert (found["computed"], found["computed_years"], found["state"]) == (computed, years, state)
    assert found["data_years"] == [2019, 2021]


def test_a_level_of_another_year_decides_nothing():
    change = {"computed_by": "tax_wan_per_mu", "unit": "万元/亩", "value": 50.0}
    tax = {"tax_wan_per_mu": pd.Series({2021: 60.0})}
    assert record(figures=tax, **change)["state"] == "unknown"
    found = record(figures=tax, **change | {"year": 2025, "plan_from": 2021.0})
    assert (found["state"], found["computed_counts"]) == ("reached", True)
    assert found["computed_scope"] == {"scale": "above", "industry": ""}


@pytest.mark.parametrize(
    ("operator", "value", "state"),
    [("above", 20.0, "open"), ("above", 20.5, "reached"),
     ("below", 20.0, "open"), ("below", 19.5, "reached")],
)  # fmt: skip
def test_a_year_that_only_equals_a_strict_value_has_not_reached_it(operator, value, state):
    found = record((value, "个", "2022"), **EACH | {"operator": operator})
    assert {one["year"]: one["state"] for one in found["years"]}[2022] == state
