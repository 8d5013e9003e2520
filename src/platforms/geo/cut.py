"""A polygon cut along a line.

Edges are straight in the survey plane, so the cut is made there. Corners that the polygon had
keep their numbers to the last digit; only where the line meets the boundary, and along the line,
there are new ones, and both pieces have the same.
"""

from __future__ import annotations

import numpy as np
import shapely
from pyproj import CRS

from platforms.errors import GeometryError
from platforms.geo.crs import CGCS2000, transformer

__all__ = ["cut_polygon"]


def cut_polygon(
    shape: shapely.Polygon | shapely.MultiPolygon, line: shapely.LineString, plane: object
) -> list[shapely.Polygon | shapely.MultiPolygon]:
    """Cut a polygon along a line.

    Parameters
    ----------
    shape
        Polygon with its holes, or several, EPSG:4490.
    line
        At least two points, EPSG:4490; where it begins and ends does not matter as long as it
        crosses the polygon.
    plane
        Gauss plane in which edges are straight.

    Returns
    -------
    pieces
        Two or more, the largest first; parts that the line does not cut stay with the largest.

    Raises
    ------
    GeometryError
        When the line cuts nothing off, or the polygon crosses itself.
    """
    used = CRS.from_user_input(plane)
    forth, back = transformer(CGCS2000, used), transformer(used, CGCS2000)

    def to_plane(points: np.ndarray) -> np.ndarray:
        return np.column_stack(forth.transform(*points.T))

    laid = shapely.transform(shape, to_plane)
    if not laid.is_valid:
        raise GeometryError("correction.crossed")
    knife = shapely.transform(line, to_plane)
    pieces: list[shapely.Polygon] = []
    whole: list[shapely.Polygon] = []
    for part in shapely.get_parts(laid):
        made = _pieces(part, knife)
        (pieces if len(made) > 1 else whole).extend(made)
    if not pieces:
        raise GeometryError("correction.cuts_nothing")
    pieces.sort(key=lambda piece: piece.area, reverse=True)
    first = shapely.MultiPolygon([pieces[0], *whole]) if whole else pieces[0]
    known = _known(shape, laid)

    def to_degrees(points: np.ndarray) -> np.ndarray:
        there = np.column_stack(back.transform(*points.T))
        for row, point in enumerate(map(tuple, points.tolist())):
            if point in known:
                there[row] = known[point]
        return there

    return [shapely.transform(piece, to_degrees) for piece in (first, *pieces[1:])]


def _pieces(part: shapely.Polygon, knife: shapely.LineString) -> list[shapely.Polygon]:
    if not knife.intersects(part):
        return [part]
    lines = shapely.union_all([part.boundary, knife])
    faces = shapely.get_parts(shapely.polygonize(list(shapely.get_parts(lines))))
    inside = [face for face in faces if part.contains(face.representative_point())]
    return inside if len(inside) > 1 else [part]


def _known(
    shape: shapely.Geometry, laid: shapely.Geometry
) -> dict[tuple[float, float], tuple[float, float]]:
    """Return the corners that were there: plane → degrees."""
    degrees = map(tuple, shapely.get_coordinates(shape).tolist())
    return dict(zip(map(tuple, shapely.get_coordinates(laid).tolist()), degrees, strict=True))
