"""Corners that were joined to a boundary on the map, put where that boundary is to the last digit.

A map holds corners to 1e-6 degree, about 0.1 m. Two plots that shall share a corner must have
the same numbers there, or a sliver lies between them: so a corner that says it was joined takes
the numbers of the corner, or the place on the edge, that it was joined to.
"""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from platforms.geo.crs import CGCS2000, transformer

__all__ = ["TOLERANCE_M", "Corner", "join_corners"]

Corner = tuple[float, float]
# what the map's rounding may move a corner, and as much again
TOLERANCE_M = 0.25

_TO_CORNER, _TO_EDGE = 1, 2
_JOINED = 3
_NEAR_DEG = 1e-5


def join_corners(
    corners: Sequence[Sequence[float]], plots: gpd.GeoDataFrame, plane: object
) -> list[Corner]:
    """Put joined corners exactly on the boundaries that they were joined to.

    Parameters
    ----------
    corners
        Longitude and latitude in degrees (EPSG:4490), then 1 where it was joined to a corner
        and 2 where it was joined to an edge.
    plots
        Polygons, EPSG:4490, not changed: what can be joined to.
    plane
        Gauss plane in which edges are straight.

    Returns
    -------
    corners
        Pairs of longitude and latitude; a corner that finds no boundary within
        ``TOLERANCE_M`` stays where it was.
    """
    used = CRS.from_user_input(plane)
    return [_joined(corner, plots, used) for corner in corners]


def _joined(corner: Sequence[float], plots: gpd.GeoDataFrame, plane: CRS) -> Corner:
    lon, lat = float(corner[0]), float(corner[1])
    kind = corner[2] if len(corner) >= _JOINED else 0
    if kind not in {_TO_CORNER, _TO_EDGE}:
        return lon, lat
    window = shapely.box(lon - _NEAR_DEG, lat - _NEAR_DEG, lon + _NEAR_DEG, lat + _NEAR_DEG)
    near = plots.geometry.to_numpy()[plots.sindex.query(window, predicate="intersects")]
    if not len(near):
        return lon, lat
    forth, back = transformer(CGCS2000, plane), transformer(plane, CGCS2000)
    east, north = forth.transform(lon, lat)
    if kind == _TO_CORNER:
        found = shapely.get_coordinates(near)
        away = np.hypot(*(np.column_stack(forth.transform(*found.T)) - (east, north)).T)
        best = int(away.argmin())
        if away[best] <= TOLERANCE_M:
            return float(found[best, 0]), float(found[best, 1])
        return lon, lat
    laid = shapely.transform(near, lambda p: np.column_stack(forth.transform(*p.T)))
    lines = shapely.boundary(laid)
    point = shapely.Point(east, north)
    away = shapely.distance(lines, point)
    best = int(away.argmin())
    if away[best] > TOLERANCE_M:
        return lon, lat
    line = lines[best]
    on = shapely.line_interpolate_point(line, shapely.line_locate_point(line, point))
    if isinstance(line, shapely.MultiLineString):
        on = shapely.shortest_line(line, point).boundary.geoms[0]
    there = back.transform(on.x, on.y)
    return float(there[0]), float(there[1])
