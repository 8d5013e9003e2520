"""Summed and cut: the same printed areas, whatever the limits look like."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from level_plots import EAST, NORTH, box, frame, plots
from pandas.testing import assert_frame_equal

from platforms.geo.crs import parse_crs
from platforms.planning.land import cutting
from platforms.planning.land.apportion import apportion_m2, near_a_tie
from platforms.planning.land.cutting import deduct
from platforms.planning.land.pieces import Pieces
from platforms.planning.land.reclaim import reclaim
from platforms.planning.land.sums import EXACT_M2, summed

PLANE = parse_crs("EPSG:4528")


def blob(rng, reach):
    turn = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(3, 60))))
    away = reach * rng.uniform(0.3, 1, len(turn))
    x, y = rng.uniform(0, 400, 2)
    ring = np.column_stack([EAST + x + away * np.cos(turn), NORTH + y + away * np.sin(turn)])
    shape = shapely.make_valid(shapely.Polygon(ring))
    return shape if shape.geom_type == "Polygon" else shape.convex_hull


def hard(rng):
    """Slivers, holes, pieces that share a border or a corner, copies and pieces in pieces."""
    some = [blob(rng, 60) for _ in range(6)]
    one = some[0]
    ring = one.difference(shapely.buffer(one.representative_point(), 3))
    sliver = box(0, 50, 400, 50.02)
    beside = [box(100, 100, 200, 200), box(200, 100, 300, 200), box(300, 200, 350, 260)]
    return [*some, *beside, some[1], ring, sliver, box(120, 120, 130, 130)]


def land(rng):
    squares = [box(x, y, x + 80, y + 80) for x in range(0, 400, 80) for y in range(0, 400, 80)]
    made = squares + [blob(rng, 50) for _ in range(6)]
    island = shapely.MultiPolygon([box(-90, 0, -50, 40), box(10, 10, 50, 50)])
    holed = box(0, 0, 300, 300).difference(box(100, 100, 200, 200))
    return [*made, island, holed, squares[3]]


@pytest.fixture
def summing(monkeypatch):
    monkeypatch.setattr(cutting, "_FEW", 0)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_sums_are_what_is_cut(seed):
    rng = np.random.default_rng(seed)
    areas = np.array(land(rng), dtype=object)
    layers = [Pieces(np.array([blob(rng, 40) for _ in range(9)])), Pieces(np.array(hard(rng)))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutting, "_FEW", 0)
        quick = deduct(areas, layers, PLANE)
    slow = deduct(areas, layers, PLANE, cut=True)
    assert not slow.summed.any()
    np.testing.assert_allclose(quick.claimed_m2, slow.claimed_m2, atol=EXACT_M2, rtol=0)
    np.testing.assert_allclose(quick.left_m2, slow.left_m2, atol=EXACT_M2, rtol=0)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_printed_areas_do_not_depend_on_the_way(seed):
    rng = np.random.default_rng(seed)
    given_ = plots(*land(rng))
    limits = {"farm": frame(*[blob(rng, 40) for _ in range(9)]), "river": frame(*hard(rng))}
    slow = reclaim(given_, limits)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutting, "_FEW", 0)
        assert_frame_equal(reclaim(given_, limits), slow, check_exact=True)


def test_what_two_have_is_taken_off_the_later_one():
    areas = np.array([box(0, 0, 10, 10), box(20, 0, 30, 10), box(40, 0, 50, 10)])
    farm = Pieces(np.array([box(0, 0, 6, 10), box(20, 0, 25, 10), box(39, 0, 51, 10)]))
    river = Pieces(np.array([box(5, 0, 10, 10), box(25, 0, 30, 5), box(60, 0, 61, 1)]))
    claimed, plain = summed(areas, [farm, river])
    assert plain.all()
    np.testing.assert_allclose(claimed, [[60, 40], [50, 25], [100, 0]], atol=1e-6)
    turned, plain = summed(areas, [river, farm])
    assert plain.all()
    np.testing.assert_allclose(turned, [[50, 50], [25, 50], [0, 100]], atol=1e-6)


def test_of_one_layer_it_is_counted_once():
    areas = np.array([box(0, 0, 10, 10)])
    farm = Pieces(np.array([box(0, 0, 6, 10), box(0, 0, 6, 10), box(8, 0, 10, 10)]))
    claimed, plain = summed(areas, [farm])
    assert plain.all()
    np.testing.assert_allclose(claimed, [[80]], atol=1e-6)


def test_land_that_three_pieces_have_is_left_to_be_cut():
    areas = np.array([box(0, 0, 10, 10), box(20, 0, 30, 10)])
    three = Pieces(np.array([box(0, 0, 6, 10), box(4, 0, 10, 10), box(5, 0, 7, 10)]))
    _, plain = summed(areas, [three])
    assert plain.tolist() == [False, True]


def test_pieces_that_overlap_elsewhere_are_cut_for_nothing_but_rightly(summing):
    # the boxes of these two meet in the plot, they themselves beside it
    hook = shapely.union(box(0, 0, 4, 10), box(0, 20, 30, 24))
    other = shapely.union(box(6, 0, 10, 10), box(6, 0, 8, 30))
    layers = [Pieces(np.array([hook.convex_hull])), Pieces(np.array([other]))]
    areas = np.array([box(0, 0, 10, 10)])
    quick, slow = deduct(areas, layers, PLANE), deduct(areas, layers, PLANE, cut=True)
    np.testing.assert_allclose(quick.claimed_m2, slow.claimed_m2, atol=EXACT_M2)


def test_no_layers_and_no_plots(summing):
    areas = np.array([box(0, 0, 10, 10)])
    none = deduct(areas, [], PLANE)
    assert none.left_m2.tolist() == [100.0]
    assert none.claimed_m2.shape == (1, 0)
    empty = Pieces(np.empty(0, dtype=object))
    assert deduct(areas, [empty], PLANE).claimed_m2.tolist() == [[0.0]]
    assert deduct(areas[:0], [empty], PLANE).claimed_m2.shape == (0, 1)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 5))
def test_shares_far_from_a_tie_may_be_off(seed, count):
    rng = np.random.default_rng(seed)
    parts = np.round(rng.uniform(0, 30, (20, count)), int(rng.integers(2, 5)))
    parts[rng.uniform(size=parts.shape) < 0.3] = 0.0
    whole = np.round(parts.sum(axis=1) * 0.9998, 2)
    off = np.where(parts > 0, parts + rng.uniform(-EXACT_M2, EXACT_M2, parts.shape), 0.0)
    far = ~near_a_tie(whole, off, EXACT_M2)
    same = apportion_m2(whole, np.maximum(off, 0)) == apportion_m2(whole, parts)
    assert same.all(axis=1)[far].all()


def test_a_tie_is_near_itself():
    whole = np.array([100.0, 100.01, 50.0, np.nan])
    parts = np.array([[100.0, 0.0], [50.0, 50.0], [25.003, 24.997], [1.0, 1.0]])
    assert near_a_tie(whole, parts, EXACT_M2).tolist() == [False, True, False, False]
