from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from platforms.outputs.publication.thinning import thinned

CELL = 1e-4


def shapes_of(*shapes):
    return np.array(shapes, dtype=object)


def on_grid(shapes, decimals):
    steps = shapely.get_coordinates(shapes) * 10**decimals
    return bool((np.abs(steps - np.rint(steps)) < 1e-6).all())


@st.composite
def polygons(draw):
    x, y = draw(st.floats(119, 122)), draw(st.floats(27, 29))
    n = draw(st.integers(3, 12))
    size = draw(st.sampled_from([1e-7, 1e-5, 1e-4, 1e-3, 1e-2]))
    angles = np.sort(draw(st.lists(st.floats(0, 6.28), min_size=n, max_size=n, unique=True)))
    shape = shapely.Polygon(np.column_stack([x + size * np.cos(angles), y + size * np.sin(angles)]))
    return shape if shape.is_valid and shape.area > 0 else shapely.box(x, y, x + size, y + size)


@given(
    st.lists(polygons(), min_size=1, max_size=6), st.integers(3, 6), st.sampled_from([0.0, 10.0])
)
def test_whatever_is_thinned_is_valid_on_the_grid_and_near(given_shapes, decimals, tolerance):
    before = shapes_of(*given_shapes)
    after = thinned(before, decimals=decimals, tolerance_m=tolerance)
    assert shapely.is_valid(after).all()
    assert (shapely.area(after) > 0).all()
    assert on_grid(after, decimals)
    near = 3 * 10.0**-decimals + 3 * tolerance / 111_320
    assert shapely.hausdorff_distance(before, after).max() <= near


@given(st.lists(polygons(), min_size=1, max_size=4), st.integers(3, 6))
def test_rounding_twice_changes_nothing_more(given_shapes, decimals):
    once = thinned(shapes_of(*given_shapes), decimals=decimals)
    again = thinned(once, decimals=decimals)
    assert shapely.equals_exact(once, again, 1e-12).all()


def test_neighbours_that_share_an_edge_share_it_afterwards():
    middle = np.column_stack([0.01 + 3e-5 * np.sin(np.arange(60)), np.linspace(0, 0.01, 60)])
    left = shapely.Polygon([(0, 0), *middle, (0, 0.01)])
    right = shapely.Polygon([(0.02, 0), *middle, (0.02, 0.01)])
    before = shapes_of(left, right)
    after = thinned(before, decimals=5, tolerance_m=20)
    assert shapely.get_num_coordinates(after).sum() < shapely.get_num_coordinates(before).sum() / 2
    assert shapely.coverage_is_valid(after)
    assert after[0].intersection(after[1]).length > 0.009


def test_overlapping_neighbours_are_thinned_each_by_itself():
    before = shapes_of(
        shapely.Point(0, 0).buffer(0.01, quad_segs=64), shapely.Point(0.005, 0).buffer(0.01)
    )
    after = thinned(before, decimals=5, tolerance_m=30)
    assert (shapely.get_num_coordinates(after) < shapely.get_num_coordinates(before)).all()
    assert shapely.is_valid(after).all()


@pytest.mark.parametrize(
    "small",
    [
        shapely.box(120, 28, 120.000001, 28.000001),
        shapely.Polygon([(120, 28), (120.01, 28.01), (120.01, 28.010002), (120, 28.000002)]),
        shapely.MultiPolygon([shapely.box(120, 28, 120.00001, 28.00001), shapely.box(121, 28, 121.1, 28.1)]),
    ],
)  # fmt: skip
def test_no_part_is_lost_however_small(small):
    after = thinned(shapes_of(small), decimals=4, tolerance_m=10)[0]
    assert after.is_valid
    assert shapely.get_num_geometries(after) == shapely.get_num_geometries(small)
    assert min(part.area for part in shapely.get_parts(after)) >= CELL**2 / 2
    # a thin strip is widened, not boxed
    assert after.hausdorff_distance(small) < 3 * CELL


def test_lines_points_and_missing_ones_keep_their_kind():
    before = shapes_of(
        None,
        shapely.Point(120.12345678, 28),
        shapely.LineString([(120, 28), (120.00000001, 28)]),
        shapely.MultiLineString([[(120, 28), (121, 28)], [(120, 29), (120.000001, 29)]]),
    )
    after = thinned(before, decimals=4)
    assert after[0] is None
    assert after[1].equals(shapely.Point(120.1235, 28))
    assert after[2].length > 0
    assert shapely.get_num_geometries(after[3]) == 2
    assert shapely.is_valid(after[1:]).all()
