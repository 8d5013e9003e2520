"""Shared land from edges: that of an overlay, for polygons of every make."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from platforms.geo import shares
from platforms.geo.shares import shared_m2

EAST, NORTH = 40_590_000.0, 3_110_000.0


def star(rng, corners, radius):
    """A polygon of many corners around a point near the middle, as far east as the county."""
    x, y = rng.uniform(-60, 60, 2)
    turn = np.sort(rng.uniform(0, 2 * np.pi, corners))
    away = radius * rng.uniform(0.3, 1, corners)
    ring = np.column_stack([x + away * np.cos(turn), y + away * np.sin(turn)])
    shape = shapely.make_valid(shapely.Polygon(ring + np.array([EAST, NORTH])))
    return shape if shape.geom_type.endswith("Polygon") else shape.convex_hull


def odd(rng, shape):
    """Give some of them a hole, a second part, whole coordinates, or the other direction."""
    kind = rng.integers(0, 5)
    middle = shape.representative_point()
    if kind == 0:
        shape = shape - middle.buffer(5)
    if kind == 1:
        shape = shape | shapely.box(EAST + 80, NORTH - 90, EAST + 95, NORTH + 90)
    if kind == 2:
        return shapely.box(*np.round(shape.bounds, -1))
    return shapely.reverse(shape) if kind == 3 else shapely.normalize(shape)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_it_is_the_area_of_the_intersection(seed):
    rng = np.random.default_rng(seed)
    small = np.array([odd(rng, star(rng, rng.integers(3, 15), 50)) for _ in range(12)])
    large = np.array([odd(rng, star(rng, rng.integers(3, 60), 120)) for _ in range(5)])
    some, other = (n.ravel() for n in np.meshgrid(np.arange(12), np.arange(5)))
    expected = shapely.area(shapely.intersection(small[some], large[other]))
    for turn in (np.arange(60), rng.permutation(60)):
        found = shared_m2(small, some[turn], large, other[turn])
        np.testing.assert_allclose(found, expected[turn], atol=1e-6)


def test_runs_do_not_change_it(monkeypatch):
    rng = np.random.default_rng(3)
    small = np.array([star(rng, 9, 50) for _ in range(20)])
    large = np.array([star(rng, 40, 120)])
    pairs = np.arange(20), np.zeros(20, dtype=int)
    whole = shared_m2(small, pairs[0], large, pairs[1])
    monkeypatch.setattr(shares, "_AT_ONCE", 64)
    np.testing.assert_array_equal(shared_m2(small, pairs[0], large, pairs[1]), whole)


@pytest.mark.parametrize(
    ("shape", "area"),
    [
        (shapely.box(2, 2, 4, 4), 4.0),
        (shapely.box(8, 2, 12, 4), 4.0),
        (shapely.box(10, 2, 12, 4), 0.0),
        (shapely.box(20, 2, 22, 4), 0.0),
        (shapely.box(2, -8, 4, -4), 0.0),
        (shapely.box(2, 14, 4, 18), 0.0),
        (shapely.box(0, 0, 10, 10), 100.0),
        (shapely.box(-5, -5, 15, 15), 100.0),
    ],
)
def test_boxes(shape, area):
    one = np.array([0])
    square = np.array([shapely.box(0, 0, 10, 10)])
    assert shared_m2(np.array([shape]), one, square, one) == pytest.approx([area], abs=1e-12)


def test_no_pairs_share_nothing():
    none = np.empty(0, dtype=np.intp)
    boxes = np.array([shapely.box(0, 0, 1, 1)])
    assert shared_m2(boxes, none, boxes, none).shape == (0,)
