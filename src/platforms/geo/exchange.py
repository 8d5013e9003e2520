"""Plots as the text of the national boundary-point file.

Coordinates are in a Gauss plane with the zone number before the easting, three decimals.
Each outer ring starts at its north-western point and runs clockwise, holes run against it,
points are numbered on through the rings of a plot. The stated area is that of the rounded
points in the plane, in hectares with four decimals half up, unless a column says otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import shapely

from platforms.geo.crs import code_of, describe, parse_crs, plane_for, reproject
from platforms.geo.ingest.boundary_txt import BoundaryPlot, Ring, compose
from platforms.units import half_up, m2_to_ha

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray
    from pyproj import CRS

__all__ = ["boundary_rings", "boundary_text", "with_prefix"]

_DIGITS = 3
_HA_DIGITS = 4


def boundary_text(
    frame: gpd.GeoDataFrame,
    *,
    plane: object = None,
    area_column: str | None = None,
    header: Mapping[str, str] | None = None,
) -> str:
    """Return plots as the text of a boundary-point file.

    Parameters
    ----------
    frame
        Polygons with ``plot_id``, and ``name`` and ``land_use`` where there are such.
    plane
        Gauss plane of CGCS2000; default the frame's own or the zone that it lies in. A plane
        without prefix is replaced by the same one with prefix.
    area_column
        Column with the areas to state, m²; default the area in the plane. Where it is NaN
        the file states none.
    header
        Values of ``[属性描述]``, for example 数据产生单位 and 数据产生日期.

    Raises
    ------
    CRSError
        When the frame has no system, or ``plane`` is no Gauss plane of a whole zone.
    """
    target = with_prefix(parse_crs(plane) if plane is not None else plane_for(frame))
    system = describe(target)
    flat = reproject(frame, target)
    told = {"几度分带": str(system.width or ""), "带号": str(system.zone or ""), **(header or {})}
    plots = []
    stated = frame[area_column].tolist() if area_column else [None] * len(frame)
    rows = zip(
        _texts(frame, "plot_id"),
        _texts(frame, "name"),
        _texts(frame, "land_use"),
        flat.geometry.to_numpy(),
        stated,
        strict=True,
    )
    for plot_id, name, use, shape, area in rows:
        rings = boundary_rings(shape)
        planar = sum(_signed_area(r.points) for r in rings)
        plots.append(
            BoundaryPlot(
                plot_id=plot_id,
                name=name,
                use=use,
                area_ha=_hectares(planar if area is None else float(area)),
                rings=rings,
            )
        )
    return compose(plots, told, digits=_DIGITS)


def _hectares(area_m2: float) -> str:
    """Return an area as the file states it; empty where it is not known."""
    if not math.isfinite(area_m2):
        return ""
    return f"{half_up(m2_to_ha(area_m2), _HA_DIGITS):.{_HA_DIGITS}f}"


def with_prefix(plane: CRS) -> CRS:
    """Return the same Gauss plane with the zone number before its eastings.

    Parameters
    ----------
    plane
        A Gauss plane; one on a meridian of its own has no zone number and stays.
    """
    system = describe(plane)
    if system.prefix or system.zone is None or system.width is None:
        return plane
    return parse_crs(code_of(system.zone, width=system.width))


def _texts(frame: pd.DataFrame, column: str) -> list[str]:
    if column not in frame:
        return [""] * len(frame)
    cells = frame[column]
    return ["" if missing else str(c) for c, missing in zip(cells, cells.isna(), strict=True)]


def boundary_rings(shape: shapely.Geometry) -> list[Ring]:
    """Return the boundary points of one plot in the order in which they are numbered.

    Parameters
    ----------
    shape
        Polygon or multipolygon in a Gauss plane, metres.

    Returns
    -------
    rings
        Each outer ring clockwise from its north-western point, then its holes against the
        clock; names J1, J2 … through all rings; points (northing, easting), three decimals.
    """
    rings: list[Ring] = []
    count = 0
    for part in shapely.get_parts(shape):
        for place, ring in enumerate([part.exterior, *part.interiors]):
            points = _ordered(shapely.get_coordinates(ring)[:-1], clockwise=place == 0)
            names = [f"J{count + i}" for i in range(1, len(points) + 1)]
            count += len(points)
            # northing before easting
            rings.append(Ring(len(rings) + 1, names, [(float(n), float(e)) for e, n in points]))
    return rings


def _ordered(points: NDArray[np.float64], *, clockwise: bool) -> NDArray[np.float64]:
    """Return a ring in its direction, from its north-western point on."""
    points = half_up(points.ravel(), _DIGITS).reshape(points.shape)
    east, north = (points - points[0]).T
    turning = float(np.sum(east * np.roll(north, -1) - np.roll(east, -1) * north))
    if (turning < 0) != clockwise:
        points = points[::-1]
    start = int(np.argmin(points[:, 0] - points[:, 1]))
    return np.roll(points, -start, axis=0)


def _signed_area(points: list[tuple[float, float]]) -> float:
    """Return a ring's area, positive when it runs clockwise, from (northing, easting)."""
    north, east = (np.array(points) - points[0]).T
    return float(np.sum(north * np.roll(east, -1) - np.roll(north, -1) * east)) / 2
