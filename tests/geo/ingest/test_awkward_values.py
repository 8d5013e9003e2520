"""Cells and ids that are plausible and must not be taken for what they are not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from platforms.geo.ingest.columns import recognise
from platforms.geo.ingest.ids import row_ids
from platforms.geo.ingest.values import interpret
from platforms.issues import IssueTable


def understood(header: str, cells: list[object], dtype: object = None) -> tuple[list, IssueTable]:
    """Return what cells under a header are taken for, and what is said about them."""
    ((meaning, *_),) = recognise([header]).values()
    issues = IssueTable()
    names = [str(at) for at in range(len(cells))]
    values = interpret(pd.Series(cells, dtype=dtype), meaning, issues, names)
    return [None if pd.isna(v) else v for v in values], issues


@pytest.mark.parametrize(
    "cell", ["1.0-1.5", "0.8~1.2", "1/2", "3 000", "1.5(规划)", "２．５以下", "1.2.3", "≤1.5"]
)
def test_what_only_begins_with_a_number_is_none(cell):
    values, issues = understood("容积率", [cell, "1.5"])
    assert values == [None, 1.5]
    assert [(i.kind, i.feature) for i in issues] == [("value_unreadable", "0")]


def test_per_cent_in_the_header_counts():
    assert understood("投资比例(%)", [20, "45", "30％", 0.8, None])[0] == [
        0.2,
        0.45,
        0.3,
        0.008,
        None,
    ]
    assert understood("投资比例", ["20%", 0.2])[0] == [0.2, 0.2]
    assert understood("建筑密度(%)", [45.0, 30.5], "float64")[0] == [0.45, 0.305]
    assert understood("容积率(%)", ["150", 80])[0] == [1.5, 0.8]


def test_per_cent_that_may_be_parts_of_one_is_left_open():
    values, issues = understood("已投资比例（%）", [0.2, 0.5, 1, 0, None])
    assert values == [None] * 5
    assert [i.kind for i in issues] == ["share_open"]


def test_a_plot_ratio_of_a_few_per_cent_is_left_open():
    # 0.8 under 容积率(%) was read as 0.008, and the plot judged low-efficient
    values, issues = understood("容积率(%)", [120, 0.8, "1.2", "5%", 0, "90％", None])
    assert values[1:3] == [None, None]
    assert [values[0], values[4], values[6]] == [1.2, 0.0, None]
    (told,) = (issue for issue in issues if issue.kind == "percent_mixed")
    assert "2 of its numbers are at most 10" in told.message("en")
    assert "1, 2" in told.message("en")
    assert told.action()
    assert understood("容积率", [1.2, 0.8])[0] == [1.2, 0.8]


@pytest.mark.parametrize("wrong", [-10_000.0, np.inf, -np.inf, 1e308])
def test_an_area_that_cannot_be_is_named(wrong):
    for dtype in (None, "float64"):
        values, issues = understood("TBMJ", [wrong, 9_600.0], dtype)
        assert values == [None, 9_600.0]
        assert [i.kind for i in issues] == ["value_unreadable"]


def test_infinity_is_no_tax():
    values, issues = understood("2022年税收", [np.inf, -5.0, 3.0], "float64")
    assert values == [None, -5.0, 3.0]
    assert [i.kind for i in issues] == ["value_unreadable"]


@pytest.mark.parametrize("day", ["0113-03-01", "1021-03-01", "2924-03-01", "113年3月1日"])
def test_a_year_of_another_calendar_is_no_year(day):
    values, issues = understood("供地日期", [day, "2024-03-01"])
    assert values == [None, "2024-03-01"]
    assert [i.kind for i in issues] == ["value_unreadable"]


def named(**columns: list[object]) -> tuple[list[str], list[tuple[str, str | None, str | None]]]:
    table, issues = pd.DataFrame(columns), IssueTable()
    found = row_ids(table, range(1, len(table) + 1), recognise(table.columns), issues)
    return found.ids, [(i.kind, i.feature, i.field) for i in issues]


def test_ids_that_look_the_same_are_named():
    ids, told = named(地块编号=["A1", "Ａ１", "a1", "A\u200b1", "A 1", "A2"])
    assert ids == ["A1", "Ａ１", "a1", "A\u200b1", "A 1", "A2"]
    assert [(kind, at) for kind, at, _ in told if kind == "id_alike"] == [
        ("id_alike", one) for one in ids[1:5]
    ]


def test_a_hard_blank_around_an_id_is_no_part_of_it():
    ids, told = named(地块编号=["A1", "A1\u00a0"])
    assert ids == ["A1", "A1#2"]
    assert ("id_double", "A1#2", "地块编号") in told


def test_a_column_of_ids_that_is_passed_over_is_named():
    ids, told = named(地块编号=["A", "B", "B"], BSM=[101, 102, 103])
    assert ids == ["101", "102", "103"]
    assert ("id_passed_over", None, "地块编号") in told
    assert [kind for kind, *_ in named(地块编号=["A", "B"], BSM=[1, 2])[1]] == ["id_column"]
