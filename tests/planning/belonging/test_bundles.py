"""Distances to a border, looked up in bundles: the least of all distances."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from platforms.planning.belonging import bundles, nearness
from platforms.planning.belonging.bundles import distances
from platforms.planning.belonging.nearness import to_others
from platforms.planning.belonging.places import Places


def features_of(rng, count):
    """Plots, points and lines, some of them the same, some on a raster of borders."""
    spots = np.concatenate([rng.uniform(0, 900, (count, 2)), rng.integers(0, 9, (9, 2)) * 100.0])
    points = shapely.points(spots)
    turned = shapely.linestrings(np.stack([spots, spots[::-1]], axis=1))
    plots = shapely.box(*spots.T, *(spots + rng.uniform(1, 60, spots.shape)).T)
    return np.concatenate([points, shapely.buffer(points, 20), turned[:5], plots, plots[:3]])


def pieces_of(rng, count):
    """Segments on a raster, so that they touch and cover each other, points, and no length."""
    ends = rng.integers(0, 9, (count, 2, 2)) * 100.0
    return np.concatenate([shapely.linestrings(ends), shapely.points(ends[: count // 4, 0])])


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10**6), st.integers(1, 150), st.integers(1, 200), st.sampled_from([50, 400, 1e6])
)
def test_the_least_of_all_distances(seed, count, number, within_m):
    rng = np.random.default_rng(seed)
    features, pieces = features_of(rng, count), pieces_of(rng, number)
    with pytest.MonkeyPatch.context() as patch:
        # now and then all is measured in bundles, now and then some by the tree
        patch.setattr(bundles, "_MOST", int(rng.integers(1, 300)))
        patch.setattr(bundles, "_KEPT", int(rng.integers(1, 30)))
        patch.setattr(bundles, "_PAIRS", int(rng.integers(10, 5000)))
        found = distances(features, pieces, within_m=within_m)
    every = shapely.distance(features[:, None], pieces[None, :]).min(axis=1)
    np.testing.assert_array_equal(np.isnan(found), every > within_m)
    np.testing.assert_allclose(found[every <= within_m], every[every <= within_m], atol=1e-9)


def test_nothing_is_near_nothing():
    spots = shapely.points([[0.0, 0.0], [5.0, 0.0]])
    assert np.isnan(distances(spots, spots[:0], within_m=10)).all()
    assert len(distances(spots[:0], spots, within_m=10)) == 0
    assert distances(spots, spots[1:], within_m=5).tolist() == [5.0, 0.0]
    assert np.isnan(distances(spots, spots[1:], within_m=4.999)).tolist() == [True, False]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([150, 5_000, np.inf]))
def test_margins_in_bundles_are_those_one_by_one(seed, within_m):
    rng = np.random.default_rng(seed)
    # towns side by side, one with a hole that another fills, one far off, one over another
    shapes = [shapely.box(n * 300, 0, n * 300 + 300, 900) for n in range(3)]
    shapes[1] = shapes[1].difference(hole := shapely.box(400, 400, 500, 500))
    shapes += [hole, shapely.box(90_000, 0, 91_000, 500), shapely.box(50, 50, 120, 800), None]
    ids = np.array([f"t{n}" for n in range(len(shapes))], dtype=object)
    array = np.array(shapes, dtype=object)
    towns = Places(ids, ids, array, np.full(7, "", dtype=object), np.full(7, np.nan))
    features = features_of(rng, 80)
    own = rng.integers(-1, 6, len(features))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nearness, "_MANY", 1)
        quick = to_others(features, own, towns, within_m=within_m)
        patch.setattr(nearness, "_MANY", 10**9)
        slow = to_others(features, own, towns, within_m=within_m)
    np.testing.assert_allclose(quick, slow, atol=1e-9)
    assert np.isfinite(quick).any()
