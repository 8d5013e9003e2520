from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.geo.ingest.numbers import parse_area, parse_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", "12"),
        ("１２３．４", "123.4"),
        ("1,234.50", "1234.50"),
        ("１，２３４", "1234"),
        (" 7 ", "7"),
        ("-5", "-5"),
        ("1e3", "1000"),
        (".5", "0.5"),
        ("12,34", None),
        ("1_000", None),
        ("（12）", None),
        ("\u22125", None),
        ("nan", None),
        ("inf", None),
        ("12亩", None),
        ("", None),
        ("5..3", None),
        ("٣", None),
    ],
)
def test_numbers_are_read_strictly(text, number):
    assert parse_number(text) == (None if number is None else Decimal(number))


@pytest.mark.parametrize("value", [None, True, float("nan"), float("inf")])
def test_what_is_no_number(value):
    assert parse_number(value) is None


@pytest.mark.parametrize(
    ("cell", "unit", "area_m2"),
    [
        ("15亩", "", 10_000),
        ("１５ 亩", "", 10_000),
        (15, "亩", 10_000),
        ("3公顷", "亩", 30_000),
        ("10㎡", "", 10),
        ("10m²", "", 10),
        ("10 平方米", "", 10),
        ("1,000", "", 1000),
        ("5斤", "", None),
        (5, "?", None),
        ("abc", "", None),
    ],
)
def test_areas_carry_their_unit(cell, unit, area_m2):
    assert parse_area(cell, unit=unit)[0] == area_m2


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9
    )
)
def test_what_is_printed_is_read(number):
    assert parse_number(f"{number:f}") == number
    assert parse_number(f"{number:,f}") == number
