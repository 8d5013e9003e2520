from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from platforms.planning.land.apportion import apportion_m2, largest_remainder

weights = st.lists(
    st.lists(st.floats(0, 1e7, allow_nan=False), min_size=3, max_size=3), min_size=1, max_size=6
)


def test_the_cents_that_remain_go_to_the_largest_remainders():
    units = largest_remainder(np.array([100]), np.array([[1.0, 1.0, 1.0]]))
    assert units.tolist() == [[34, 33, 33]]
    assert apportion_m2(np.array([10.0]), np.array([[2.0, 1.0]])).tolist() == [[6.67, 3.33]]


def test_unknown_stays_unknown_and_a_whole_without_parts_goes_to_the_first():
    shares = apportion_m2(
        np.array([np.nan, 5.0, 5.0]), np.array([[1.0, 1.0], [np.nan, 1.0], [0.0, 0.0]])
    )
    assert np.isnan(shares[:2]).all()
    assert shares[2].tolist() == [5.0, 0.0]


@given(weights, st.integers(0, 10**12))
def test_parts_sum_to_the_whole_stay_near_their_share_and_nothing_gets_nothing(rows, total):
    table = np.array(rows)
    units = largest_remainder(np.full(len(table), total), table)
    assert (units.sum(axis=1) == total).all()
    assert (units >= 0).all()
    sums = table.sum(axis=1, keepdims=True)
    weighted = np.flatnonzero(sums[:, 0] > 0)
    exact = table[weighted] / sums[weighted] * total
    assert (np.abs(units[weighted] - exact) < 1 + 1e-3).all()
    assert (units[weighted][table[weighted] == 0] == 0).all()
