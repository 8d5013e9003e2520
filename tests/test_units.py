from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.units import (
    M2_PER_MU,
    half_up,
    m2_to_ha,
    m2_to_mu,
    mu_to_m2,
    printed,
    printed_column,
)


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (2.675, 2, 2.68),
        (1.005, 2, 1.01),
        (-0.125, 2, -0.13),
        (0.5, 0, 1.0),
        (9997.62919, 2, 9997.63),
    ],
)
def test_half_up_rounds_the_printed_decimal(value, digits, expected):
    assert half_up(value, digits) == expected


@given(st.integers(-(10**12), 10**12), st.integers(0, 4))
def test_half_up_agrees_with_decimal(thousandths, digits):
    value = thousandths / 1000
    quantum = Decimal(1).scaleb(-digits)
    assert half_up(value, digits) == float(Decimal(repr(value)).quantize(quantum, ROUND_HALF_UP))


def test_half_up_keeps_nan_and_shape():
    out = half_up(np.array([[1.005, np.nan], [2.675, -1.005]]).ravel())
    assert np.isnan(out[1])
    assert out[[0, 2, 3]].tolist() == [1.01, 2.68, -1.01]


def test_fifteen_mu_are_a_hectare():
    assert m2_to_mu(10_000.0) == 15.0
    assert m2_to_ha(mu_to_m2(15.0)) == pytest.approx(1.0, abs=1e-15)
    assert pytest.approx(666.666666, abs=1e-6) == M2_PER_MU


@pytest.mark.parametrize(
    ("value", "shown"),
    [(8020.075, "8,020.08"), (9706.565, "9,706.57"), (-0.001, "0.00"), (float("nan"), "—")],
)
def test_a_number_is_printed_half_up(value, shown):
    assert printed(value) == shown


@given(st.lists(st.integers(0, 10**11), min_size=1))
def test_a_column_is_printed_as_its_numbers_are(ties):
    values = [float(f"{whole}.{cent:02d}5") for whole, cent in (divmod(t, 100) for t in ties)]
    exact = [Decimal(repr(v)).quantize(Decimal("0.01"), ROUND_HALF_UP) for v in values]
    assert printed_column(values) == [f"{number:,}" for number in exact]
    assert [printed(v) for v in values] == printed_column(values)
