"""Exact coverage of cells."""

import numpy as np
import pytest
import shapely
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from geopandas import GeoDataFrame
from hypothesis import given
from hypothesis import strategies as st

from platforms.geo.raster.cells import class_areas

CODES = np.random.default_rng(5).integers(0, 4, (12, 15)).astype(np.uint8)


def one(shape, codes=CODES, count=4, **options):
    return class_areas(np.array([shape], dtype=object), codes, count, **options)[0]


def by_cutting(shape, codes=CODES, count=4):
    areas = np.zeros(count)
    for (row, col), code in np.ndenumerate(codes):
        areas[code] += shape.intersection(shapely.box(col, row, col + 1, row + 1)).area
    return areas


def test_a_cell_cut_in_four_gives_a_quarter_each():
    codes = np.array([[0, 1], [2, 3]], dtype=np.uint8)
    assert one(shapely.box(0.5, 0.5, 1.5, 1.5), codes).tolist() == [0.25, 0.25, 0.25, 0.25]
    four = shapely.box([0, 0.5, 0, 0.5], [0, 0, 0.5, 0.5], [0.5, 1, 0.5, 1], [0.5, 0.5, 1, 1])
    assert class_areas(four, codes, 4)[:, 0].tolist() == [0.25] * 4


def test_a_shape_inside_one_cell_lies_on_its_class():
    tiny = shapely.Point(7.3, 4.6).buffer(0.01)
    areas = one(tiny)
    assert areas[CODES[4, 7]] == pytest.approx(tiny.area, rel=1e-9)
    assert np.count_nonzero(areas > 1e-15) == 1


def test_holes_parts_and_empty_shapes():
    hole = shapely.box(1.25, 1.25, 9, 9) - shapely.box(2.5, 2, 5, 5.75)
    both = shapely.union(hole, shapely.box(11, 3, 14.5, 9.5))
    for shape in (hole, both, both.reverse()):
        assert np.allclose(one(shape), by_cutting(shape), rtol=0, atol=1e-12)
    assert class_areas(np.array([shapely.Polygon(), None]), CODES, 4).tolist() == [[0.0] * 4] * 2


def test_a_window_and_its_rows_weights():
    window, weights = CODES[4:10, 3:12], np.linspace(1.0, 2.0, 6)
    shape = shapely.box(4.5, 5.25, 9.5, 8)
    assert np.allclose(one(shape, window, origin=(4, 3)), by_cutting(shape), atol=1e-12)
    doubled = one(shape, window, origin=(4, 3), row_weights=np.full(6, 2.0))
    assert np.allclose(doubled, 2 * by_cutting(shape), atol=1e-12)
    low = one(shapely.box(3, 4, 12, 5), window, origin=(4, 3), row_weights=weights)
    high = one(shapely.box(3, 9, 12, 10), window, origin=(4, 3), row_weights=weights)
    assert (low.sum(), high.sum()) == pytest.approx((9.0, 18.0))


def test_an_independent_library_agrees():
    angles = np.linspace(0, 2 * np.pi, 12)[:-1]
    rng = np.random.default_rng(8)
    middle, radius = rng.uniform(4, 8, (30, 2)), rng.uniform(0.2, 4, (30, 11))
    stars = [
        shapely.Polygon(np.column_stack([x + r * np.cos(angles), y + r * np.sin(angles)]))
        for (x, y), r in zip(middle, radius, strict=True)
    ]
    frame = GeoDataFrame(geometry=stars, crs="EPSG:4528")
    source = NumPyRasterSource(CODES[::-1], 0, 0, 15, 12, srs_wkt=frame.crs.to_wkt())
    cells = exact_extract(source, frame, ["values", "coverage"], output="pandas")
    want = [
        np.bincount(values, coverage, minlength=4)
        for values, coverage in zip(cells["values"], cells["coverage"], strict=True)
    ]
    # that library keeps coverage in single precision
    assert np.allclose(class_areas(np.array(stars), CODES, 4), want, rtol=0, atol=1e-5)


@given(
    st.lists(
        st.tuples(st.floats(0, 15, allow_subnormal=False), st.floats(0, 12, allow_subnormal=False)),
        min_size=3,
        max_size=8,
    )
)
def test_classes_sum_to_the_area_and_agree_with_cutting(points):
    shape = shapely.MultiPoint(points).convex_hull
    if shape.geom_type == "Polygon":
        areas = one(shape)
        assert areas.sum() == pytest.approx(shape.area, abs=1e-11)
        assert np.allclose(areas, by_cutting(shape), rtol=0, atol=1e-9)
