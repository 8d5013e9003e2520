"""The nearest place: by all distances the same as by a tree."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from platforms.planning.belonging import nearness
from platforms.planning.belonging.nearness import nearest, to_others
from platforms.planning.belonging.places import NONE, Places


def places(shapes):
    count = len(shapes)
    ids = np.array([f"p{n}" for n in range(count)], dtype=object)
    array = np.array(list(shapes), dtype=object)
    return Places(ids, ids, array, np.full(count, "", dtype=object), np.full(count, np.nan))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 6))
def test_the_nearest_of_a_few_points_is_that_of_the_tree(seed, count):
    rng = np.random.default_rng(seed)
    # a coarse raster, so that points coincide and distances tie
    sites = places([*shapely.points(rng.integers(0, 4, (count, 2)) * 100.0), None])
    spots = np.append(shapely.points(rng.integers(0, 9, (60, 2)) * 50.0), None)
    with pytest.MonkeyPatch.context() as patch:
        quick = nearest(spots, sites, within_m=180)
        gap = to_others(spots, quick[0], sites, within_m=500)
        patch.setattr(nearness, "_FEW", 0)
        slow = nearest(spots, sites, within_m=180)
        np.testing.assert_array_equal(quick[0], slow[0])
        np.testing.assert_allclose(quick[1], slow[1], atol=1e-9)
        np.testing.assert_allclose(gap, to_others(spots, slow[0], sites, within_m=500), atol=1e-9)


def test_of_places_equally_near_the_first_is_taken(monkeypatch):
    sites = places([shapely.Point(100, 0), shapely.Point(-100, 0), shapely.box(0, 100, 1, 101)])
    for few in (0, 64):
        monkeypatch.setattr(nearness, "_FEW", few)
        at, away = nearest(np.array([shapely.Point(0, 0), None]), sites, within_m=100)
        assert at.tolist() == [0, NONE]
        assert away[0] == 100
        at, _ = nearest(np.array([shapely.Point(0, 0)]), sites, within_m=99.999)
        assert at.tolist() == [NONE]
