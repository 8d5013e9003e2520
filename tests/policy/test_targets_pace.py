from __future__ import annotations

import pandas as pd
import pytest
from test_targets import reports, target

from platforms.policy.targets import target_status
from platforms.policy.targets_pace import moment

FROM_BASE = {
    "value": 500.0, "unit": "亿元", "operator": "equals", "year": 2020,
    "base_year": 2015, "base_value": 361.1, "computed_by": None,
}  # fmt: skip
GROWTH = {
    "value": 8.0, "unit": "%", "operator": "growth", "year": 2025, "computed_by": None,
    "base_year": 2020, "base_value": 1190.0, "base_unit": "亿元",
}  # fmt: skip


def status(*rows, **changes):
    told = reports(*rows) if rows else None
    return target_status(target(**changes), {}, reported=told).iloc[0]


@pytest.mark.parametrize(
    ("date", "years"),
    [
        ("2022", 2023.0),
        ("2022-12", 2023.0),
        ("2022-12-31", 2023.0),
        ("2023-01-01", 2023 + 1 / 365),
        ("2024-02", 2024 + 60 / 366),
        ("2024-02-29", 2024 + 60 / 366),
        (None, float("nan")),
    ],
)
def test_a_date_stands_at_its_end(date, years):
    assert moment(pd.Series([date], dtype="str"))[0] == pytest.approx(years, nan_ok=True)


def test_without_a_report_the_pace_runs_from_the_base():
    row = status(**FROM_BASE)
    assert row["pace_year"] == pytest.approx(138.9 / 5)
    assert row["pace_month"] == pytest.approx(138.9 / 60)


def test_the_pace_runs_from_the_newest_report_to_the_end_of_the_year():
    row = status((120.0, "亩", "2022-06-30"), (90.0, "亩", "2022-03"))
    assert row["pace_year"] == pytest.approx(180 / (184 / 365))
    assert row["pace_month"] == pytest.approx(row["pace_year"] / 12)


def test_a_cost_goes_down():
    row = status(**FROM_BASE | {"operator": "at_most", "value": 78.0, "base_value": 81.1})
    assert row["pace_year"] == pytest.approx(-3.1 / 5)


@pytest.mark.parametrize(
    ("rows", "pace"),
    [
        ([(300.0, "亩", "2022-06")], 0.0),
        ([(310.0, "亩", "2022-06")], 0.0),
        # the year is over: nothing is left to run
        ([(200.0, "亩", "2022")], None),
        ([(200.0, "亩", "2023-03")], None),
        ([], None),
    ],
)
def test_a_pace_needs_time_and_somewhere_to_start(rows, pace):
    found = status(*rows)["pace_year"]
    assert pd.isna(found) if pace is None else found == pace


def test_what_is_set_above_and_what_is_counted_each_year_has_no_pace():
    assert pd.isna(status((1.0, "亩", "2022-06"), operator="complete_assigned")["pace_year"])
    assert pd.isna(status((1.0, "亩", "2022-06"), yearly=True)["pace_year"])


def test_growth_comes_to_a_level_of_its_base():
    row = status(**GROWTH)
    assert row["planned_level"] == pytest.approx(1190 * 1.08**5)
    assert row["pace_year"] == pytest.approx(8.0)
    assert pd.isna(row["pace_month"])


def test_a_reported_level_is_growth_since_the_base_and_the_rest_must_make_up():
    row = status((1190 * 1.05**2, "亿元", "2022"), **GROWTH)
    assert row["reported"] == pytest.approx(5.0)
    assert row["gap"] == pytest.approx(3.0)
    assert row["state"] == "open"
    # 1.05² for two years, then what leads to 1.08⁵ in three
    assert 1 + row["pace_year"] / 100 == pytest.approx((1.08**5 / 1.05**2) ** (1 / 3))


def test_a_reported_rate_stands_as_it_is_and_leads_to_no_level():
    row = status((9.0, "%", "2022"), **GROWTH)
    assert (row["reported"], row["state"], row["pace_year"]) == (9.0, "reached", 0.0)
    assert pd.isna(status((7.0, "%", "2022"), **GROWTH)["pace_year"])


def test_a_rate_of_the_base_year_is_no_level():
    row = status(**GROWTH | {"base_value": -7.8, "base_unit": None})
    assert pd.isna(row["planned_level"])
    assert pd.isna(row["pace_year"])
