"""Order of numbers and dates, and calendar months."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.policy.order import add_months, ordered


def days(*texts):
    return np.array(texts, dtype="datetime64[D]")


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2020-05-01", 12, "2021-05-01"),
        ("2020-02-29", 12, "2021-02-28"),
        ("2020-02-29", 48, "2024-02-29"),
        ("2021-01-31", 1, "2021-02-28"),
        ("2021-12-31", 2, "2022-02-28"),
        ("2021-03-15", 0, "2021-03-15"),
        ("NaT", 12, "NaT"),
    ],
)
def test_months_by_the_calendar(day, months, later):
    np.testing.assert_array_equal(add_months(days(day), months), days(later))


@given(st.dates(dt.date(1950, 1, 1), dt.date(2090, 1, 1)), st.integers(0, 60))
def test_a_later_day_stays_later_or_the_same(day, months):
    pair = np.array([day, day + dt.timedelta(1)], dtype="datetime64[D]")
    one, two = add_months(pair, months)
    assert one <= two
    assert one >= pair[0]


@pytest.mark.parametrize(
    ("op", "holds"),
    [
        ("<", [True, False, False, False]),
        ("<=", [True, True, False, False]),
        (">", [False, False, True, False]),
        (">=", [False, True, True, False]),
        ("==", [False, True, False, False]),
    ],
)
def test_the_order_of_numbers_and_of_dates(op, holds):
    numbers = np.array([0.2, 0.1 + 0.2, 0.4, np.nan])
    assert ordered(op, numbers, 0.3).tolist() == holds
    dates = days("2020-01-01", "2020-01-02", "2020-01-03", "NaT")
    assert ordered(op, dates, np.datetime64("2020-01-02")).tolist() == holds
    assert ordered(op, dates, days(*["2020-01-02"] * 4)).tolist() == holds
