"""Sums that do not depend on order or cuts."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from platforms.policy.evaluate import assess, mean_sums
from platforms.policy.exact_sums import exact_sums

NUMBERS = st.lists(st.floats(allow_nan=False, allow_infinity=False, width=64), max_size=30)


@given(NUMBERS, st.integers(min_value=0, max_value=30))
def test_sums_are_exact_and_those_of_parts_add_up(numbers, cut):
    values = np.array(numbers, dtype=np.float64)
    (whole,) = exact_sums(values)
    assert whole == sum((Fraction(value) for value in numbers), Fraction(0))
    assert exact_sums(values[:cut])[0] + exact_sums(values[cut:])[0] == whole


def test_sums_of_groups_are_apart():
    values = np.array([0.1] * 10 + [2.5, -7.0])
    group = np.array([0] * 10 + [2, 2], dtype=np.intp)
    sums = exact_sums(values, group, 3)
    assert float(sums[0]) == math.fsum([0.1] * 10) == 1.0
    assert [float(one) for one in sums[1:]] == [0.0, -4.5]


def test_parts_are_judged_by_the_means_of_the_whole(yueqing, example):
    pack, plots = yueqing.rules("2022"), pd.DataFrame(example.plots)
    whole = assess(plots, pack)
    parts = [plots.iloc[start::3] for start in range(3)]
    first, *rest = (mean_sums(part, pack) for part in parts)
    assert first, "the pack compares with no industry"
    sums = dict(first)
    for one in rest:
        sums = {key: sums[key] + one[key] for key in sums}
    together = pd.concat([assess(part, pack, means=sums) for part in parts]).loc[plots.index]
    pd.testing.assert_frame_equal(together, whole)
    alone = pd.concat([assess(part, pack) for part in parts]).loc[plots.index]
    assert not alone["reason"].equals(whole["reason"])
