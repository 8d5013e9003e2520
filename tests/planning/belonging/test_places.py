"""Places by the grid: the same as one by one, whatever the features are."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from platforms.planning.belonging import holding, nearness
from platforms.planning.belonging.cells import cells_over
from platforms.planning.belonging.holding import largest
from platforms.planning.belonging.nearness import nearest, to_others
from platforms.planning.belonging.places import NONE, Places


def places(shapes):
    count = len(shapes)
    ids = np.array([f"p{n}" for n in range(count)], dtype=object)
    array = np.array(list(shapes), dtype=object)
    return Places(ids, ids, array, np.full(count, "", dtype=object), np.full(count, np.nan))


def wavy(count, seed):
    """Areas side by side with bent borders, one over the others, one with a hole."""
    rng = np.random.default_rng(seed)
    box = shapely.box(0, 0, 10_000, 8_000)
    seats = shapely.multipoints(rng.uniform([0, 0], [10_000, 8_000], (count, 2)))
    cells = shapely.intersection(
        shapely.get_parts(shapely.voronoi_polygons(seats, extend_to=box)), box
    )
    bent = shapely.transform(
        shapely.segmentize(cells, 200), lambda xy: xy + 60 * np.sin(xy[:, ::-1] / 300)
    )
    over = shapely.Point(5000, 4000).buffer(900)
    ring = shapely.Point(2000, 2000).buffer(700) - shapely.Point(2000, 2000).buffer(300)
    return places([*bent, over, shapely.Point(1, 1), None, ring])


def features(seed, count=300):
    rng = np.random.default_rng(seed)
    at = rng.uniform([-600, -600], [10_600, 8_600], (count, 2))
    size = rng.uniform(1, 400, (count, 2))
    boxes = shapely.box(*at.T, *(at + size).T)
    lines = shapely.linestrings(np.stack([at, at + size], axis=1))
    kinds = np.array([shapely.points(at), boxes, lines], dtype=object)
    chosen = kinds[rng.integers(0, 3, count), np.arange(count)]
    chosen[::50] = None
    return chosen


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(3, 30))
def test_the_grid_gives_what_one_by_one_gives(seed, count):
    areas, shapes = wavy(count, seed), features(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(holding, "_MANY", 0)
        quick = largest(shapes, areas)
        patch.setattr(holding, "_MANY", 10**9)
        slow = largest(shapes, areas)
    assert (quick[0] == slow[0]).all()
    np.testing.assert_array_equal(quick[1], slow[1])
    assert (quick[0] != NONE).any()


def test_points_on_borders_and_corners_go_to_the_first(monkeypatch):
    monkeypatch.setattr(holding, "_MANY", 0)
    squares = places([shapely.box(x, y, x + 10, y + 10) for x in (0, 10) for y in (0, 10)])
    spots = shapely.points([(10, 10), (10, 5), (5, 10), (20, 20), (0, 0), (20.001, 5), (15, 15)])
    at, share = largest(spots, squares)
    assert at.tolist() == [0, 0, 0, 3, 0, NONE, 3]
    assert share[:5].tolist() == [1.0] * 5


def test_a_stretch_has_no_border_in_it():
    areas = wavy(12, 4)
    polygons = areas.shapes[areas.is_area]
    cells = cells_over(polygons, 4000)
    middles = shapely.points(cells.middles)
    borders = shapely.union_all(shapely.boundary(polygons))
    assert (shapely.distance(middles, borders) > cells.size_m / 2).all()
    # a box that the grid answers for does not meet a border
    boxes = features(4)
    boxes = boxes[shapely.get_type_id(boxes) == shapely.GeometryType.POLYGON]
    sure = cells.at_boxes(shapely.bounds(boxes)) != 0
    assert sure.any()
    assert not shapely.intersects(boxes[sure], borders).any()


def test_nothing_is_laid_over_nothing():
    assert cells_over(np.array([None], dtype=object), 10) is None
    at, share = largest(features(1), places([shapely.Point(0, 0), None]))
    assert (at == NONE).all()
    assert np.isnan(share).all()


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
