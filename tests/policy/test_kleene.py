from __future__ import annotations

import numpy as np
import pytest

from platforms.policy.kleene import FALSE, TRUE, UNKNOWN, conjunction, disjunction, negation, truth

ALL = [FALSE, UNKNOWN, TRUE]


def table(join):
    return [[int(join([np.array([a]), np.array([b])])[0]) for b in ALL] for a in ALL]


def test_the_tables_of_kleene():
    assert table(conjunction) == [[-1, -1, -1], [-1, 0, 0], [-1, 0, 1]]
    assert table(disjunction) == [[-1, 0, 1], [0, 0, 1], [1, 1, 1]]
    assert negation(np.array(ALL)).tolist() == [1, 0, -1]


@pytest.mark.parametrize(
    ("holds", "known", "value"), [(True, True, 1), (False, True, -1), (True, False, 0)]
)
def test_what_is_not_known_is_not_true(holds, known, value):
    assert truth(np.array([holds]), np.array([known])).tolist() == [value]
