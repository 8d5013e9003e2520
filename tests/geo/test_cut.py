"""Cutting a polygon: nothing is lost, corners keep their numbers, holes and parts survive."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from platforms.errors import GeometryError
from platforms.geo.cut import cut_polygon

PLANE = "EPSG:4528"
TO_DEGREES = Transformer.from_crs(4528, 4490, always_xy=True)
TO_PLANE = Transformer.from_crs(4490, 4528, always_xy=True)
EAST, NORTH = 40598000, 3121000


def degrees(shape):
    return shapely.transform(shape, lambda p: np.column_stack(TO_DEGREES.transform(*p.T)))


def plane(shape):
    return shapely.transform(shape, lambda p: np.column_stack(TO_PLANE.transform(*p.T)))


def box(w, s, e, n):
    return shapely.box(EAST + w, NORTH + s, EAST + e, NORTH + n)


def line(*points):
    return degrees(shapely.LineString([(EAST + x, NORTH + y) for x, y in points]))


def corners(shape):
    return set(map(tuple, shapely.get_coordinates(shape).tolist()))


def test_two_pieces_have_the_corners_of_the_whole_and_share_the_new_ones():
    whole = degrees(box(0, 0, 100, 80))
    large, small = cut_polygon(whole, line((70, -5), (70, 90)), PLANE)
    assert plane(large).area == pytest.approx(70 * 80, abs=1e-5)
    assert plane(small).area == pytest.approx(30 * 80, abs=1e-5)
    # every corner of the whole is in a piece with all its digits
    assert corners(whole) <= corners(large) | corners(small)
    new = (corners(large) | corners(small)) - corners(whole)
    assert len(new) == 2
    assert new <= corners(large) & corners(small)


def test_a_hole_and_a_part_that_the_line_does_not_meet_survive():
    holed = box(0, 0, 100, 80).difference(box(10, 10, 20, 20))
    whole = degrees(shapely.MultiPolygon([holed, box(200, 0, 210, 10)]))
    large, small = cut_polygon(whole, line((60, -5), (60, 90)), PLANE)
    assert isinstance(large, shapely.MultiPolygon)
    assert sum(len(part.interiors) for part in large.geoms) == 1
    assert plane(large).area == pytest.approx(60 * 80 - 100 + 100, abs=1e-5)
    assert plane(small).area == pytest.approx(40 * 80, abs=1e-5)


def test_a_line_through_a_hole_opens_it():
    whole = degrees(box(0, 0, 100, 80).difference(box(40, 20, 60, 60)))
    pieces = cut_polygon(whole, line((50, -5), (50, 90)), PLANE)
    assert [len(piece.interiors) for piece in pieces] == [0, 0]
    assert sum(plane(p).area for p in pieces) == pytest.approx(100 * 80 - 20 * 40, abs=1e-5)


def test_a_bent_line_may_cut_more_than_once():
    whole = degrees(box(0, 0, 100, 80))
    bent = line((20, -5), (20, 90), (50, 90), (50, -5))
    areas = [plane(piece).area for piece in cut_polygon(whole, bent, PLANE)]
    assert areas == pytest.approx([50 * 80, 30 * 80, 20 * 80], abs=1e-5)


@pytest.mark.parametrize(
    "points", [((10, 10), (50, 50)), ((-10, -5), (110, -5)), ((-5, 40), (50, 40))]
)
def test_a_line_that_parts_nothing_is_refused(points):
    with pytest.raises(GeometryError):
        cut_polygon(degrees(box(0, 0, 100, 80)), line(*points), PLANE)


def test_a_crossed_polygon_is_refused():
    crossed = shapely.Polygon([(EAST, NORTH), (EAST + 9, NORTH + 9), (EAST + 9, NORTH),
                               (EAST, NORTH + 9)])  # fmt: skip
    with pytest.raises(GeometryError):
        cut_polygon(degrees(crossed), line((4, -5), (4, 20)), PLANE)
