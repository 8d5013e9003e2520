"""What holds most of a feature, by the grid and by edges: the same as one by one by overlay."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from platforms.planning.belonging import holding
from platforms.planning.belonging.cells import cells_over
from platforms.planning.belonging.holding import largest
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


def plainly(shape, areas):
    """Return the place and share of one feature as one would work them out by hand."""
    if shape is None or shape.is_empty:
        return NONE, None
    shares = []
    for number, area in enumerate(areas.shapes):
        if area is None or area.geom_type == "Point":
            continue
        if area.covers(shape):
            return number, 1.0
        part = shape.intersection(area)
        whole = shape.area or shape.length
        had = part.area if shape.area else part.length
        if whole and had:
            shares.append((-round(had / whole, 9), number))
    return (min(shares)[1], -min(shares)[0]) if shares else (NONE, None)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(3, 30), st.booleans())
def test_both_ways_give_what_plain_overlays_give(seed, count, grid):
    areas, shapes = wavy(count, seed), features(seed, 120)
    if seed % 3 == 0:
        shapes = np.append(shapes[shapely.get_type_id(shapes) == 0], [None, shapely.Point()])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(holding, "_MANY", 0 if grid else 10**9)
        at, share = largest(np.where(shapely.is_empty(shapes), None, shapes), areas)
    for shape, found, told in zip(shapes, at, share, strict=True):
        expected, part = plainly(shape, areas)
        assert found == expected
        assert np.isnan(told) if part is None else told == pytest.approx(part, abs=1e-9)


def test_a_plot_on_the_border_of_two_towns_is_counted_once(monkeypatch):
    squares = places([shapely.box(x, 0, x + 10, 10) for x in (0, 10, 20)])
    # half and half, a sliver over the line, wholly beside it, on a corner of the county
    plots = np.array([
        shapely.box(8, 1, 12, 2), shapely.box(8, 1, 10 + 1e-9, 2), shapely.box(10, 1, 12, 2),
        shapely.box(19, 9, 21, 11), shapely.box(30, 0, 31, 1), shapely.box(-1, -1, 31, 11),
    ])  # fmt: skip
    for many in (0, 10**9):
        monkeypatch.setattr(holding, "_MANY", many)
        at, share = largest(plots, squares)
        assert at.tolist() == [0, 0, 1, 1, NONE, 0]
        np.testing.assert_allclose(share[:4], [0.5, 1, 1, 0.25], atol=1e-8)
        assert share[1] < 1.0
        assert np.isnan(share[4])
        assert share[5] == pytest.approx(100 / (32 * 12))


def test_crossed_and_flat_plots_do_not_fail():
    squares = places([shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)])
    bow = shapely.Polygon([(8, 1), (12, 3), (12, 1), (8, 3)])
    flat = shapely.Polygon([(8, 1), (12, 1), (9, 1)])
    at, share = largest(np.array([bow, flat]), squares)
    assert at.tolist() == [0, NONE]
    assert share[0] == pytest.approx(0.5)


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
