"""Areas of plots: which one is meant is always said.

``area_m2`` is the official ellipsoidal area (图斑椭球面积) as a survey office prints it, to
0.01 m². ``geodesic_m2`` is the true area on the same ellipsoid, worked out another way: an
independent check that agrees to about 1 ppm. ``planar_m2`` is the area in the Gauss plane,
the one of contracts and the town cadastre; it is larger by 60 to 900 ppm in a 3-degree
zone. None is ever taken in degrees or in Web Mercator.

All three belong to the same edges: straight between vertices in one Gauss plane of
CGCS2000. Where there is nothing to measure the area is NaN, never 0.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, cast

import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

from platforms.errors import CRSError
from platforms.geo import ellipsoid as el
from platforms.geo.crs import describe, parse_crs, plane_for, transformer, zone_of
from platforms.geo.gauss import edge_lengths_m, geodesic_rings_m2, planar_rings_m2
from platforms.geo.official import official_rings_m2
from platforms.geo.placed import Placed
from platforms.geo.rings import Rings, rings_of
from platforms.geo.threads import in_blocks
from platforms.units import half_up, m2_to_ha, m2_to_mu

if TYPE_CHECKING:
    import geopandas as gpd
    from pyproj import CRS

__all__ = [
    "AREA_COLUMNS",
    "edges",
    "geodesic_area_m2",
    "measure_frame",
    "official_area_m2",
    "perimeter_m",
    "planar_area_m2",
]

AREA_COLUMNS = ("area_m2", "area_mu", "area_ha", "geodesic_m2", "planar_m2")

_Areas: TypeAlias = NDArray[np.float64]
_Rows: TypeAlias = NDArray[np.intp]

# 0.01 m² is exactly 0.000015 亩 and 0.000001 ha: six decimals lose nothing
_DERIVED_DIGITS = 6
# below a tenth of a cubic centimetre the bits of an eight-digit easting speak
_CHECK_DIGITS = 3
# a file wider than this from the meridian of its zone is measured zone by zone
_REACH_DEG = 3.0


class _HasFrame(Protocol):
    @property
    def frame(self) -> gpd.GeoDataFrame: ...


def official_area_m2(
    geometry: ArrayLike | shapely.Geometry,
    plane: object,
    *,
    crs: object = None,
    digits: int | None = el.AREA_DIGITS,
) -> _Areas:
    """Return the official ellipsoidal areas (图斑椭球面积).

    Parameters
    ----------
    geometry
        Polygons and multipolygons, one or many.
    plane
        Gauss plane of CGCS2000 in which edges are straight, with or without zone prefix.
    crs
        System of the coordinates when it is not ``plane``: EPSG:4490, EPSG:4326 or another
        Gauss plane of CGCS2000. They are brought into ``plane`` first.
    digits
        Decimals, half up; None for the unrounded value.

    Returns
    -------
    area_m2
        One per geometry, never negative; NaN for missing, empty and other geometries.

    Raises
    ------
    CRSError
        When ``plane`` is not a Gauss plane of CGCS2000, or ``crs`` cannot be brought there.

    Notes
    -----
    国土调查办发〔2008〕32号 with the ellipsoid of CGCS2000; see `platforms.geo.official`.

    Examples
    --------
    >>> import shapely
    >>> square = shapely.box(40598000, 3121000, 40598100, 3121100)
    >>> float(official_area_m2(square, "EPSG:4528")[0])
    9997.63
    """
    rings, meridian = _in_plane(geometry, plane, crs)
    area = rings.whole(official_rings_m2(rings, meridian))
    return area if digits is None else half_up(area, digits)


def geodesic_area_m2(
    geometry: ArrayLike | shapely.Geometry, plane: object, *, crs: object = None
) -> _Areas:
    """Return the true areas on the ellipsoid, edges straight in the Gauss plane.

    Parameters
    ----------
    geometry, plane, crs
        As in `official_area_m2`.

    Returns
    -------
    area_m2
        One per geometry, unrounded; within 0.001 m² or 0.01 ppm of GeographicLib up to
        1.6 degrees from the central meridian. NaN where there is nothing to measure.

    Raises
    ------
    CRSError
        As in `official_area_m2`.

    Examples
    --------
    >>> import shapely
    >>> square = shapely.box(40598000, 3121000, 40598100, 3121100)
    >>> round(float(geodesic_area_m2(square, "EPSG:4528")[0]), 4)
    9997.6283
    """
    rings, _ = _in_plane(geometry, plane, crs)
    return rings.whole(geodesic_rings_m2(rings))


def planar_area_m2(
    geometry: ArrayLike | shapely.Geometry, plane: object, *, crs: object = None
) -> _Areas:
    """Return the areas in the Gauss plane (平面面积).

    Parameters
    ----------
    geometry, plane, crs
        As in `official_area_m2`.

    Returns
    -------
    area_m2
        One per geometry, unrounded; NaN where there is nothing to measure.

    Raises
    ------
    CRSError
        As in `official_area_m2`.
    """
    rings, _ = _in_plane(geometry, plane, crs)
    return rings.whole(planar_rings_m2(rings))


def perimeter_m(
    geometry: ArrayLike | shapely.Geometry,
    plane: object,
    *,
    crs: object = None,
    surface: Literal["plane", "ellipsoid"] = "plane",
) -> _Areas:
    """Return the lengths of all rings of each polygon, holes included.

    Parameters
    ----------
    geometry, plane, crs
        As in `official_area_m2`.
    surface
        ``plane``: as computed from the coordinates (反算); ``ellipsoid``: on the ground of
        the ellipsoid.

    Returns
    -------
    length_m
        One per geometry, unrounded; NaN where there is nothing to measure.

    Raises
    ------
    CRSError
        As in `official_area_m2`.
    """
    rings, _ = _in_plane(geometry, plane, crs)
    lengths = edge_lengths_m(rings.east, rings.north)[0 if surface == "plane" else 1]
    return rings.total(rings.along(lengths))


def edges(geometry: shapely.Geometry, plane: object, *, crs: object = None) -> pd.DataFrame:
    """Return the edges of one polygon with their lengths, for a sketch or a certificate.

    Parameters
    ----------
    geometry
        One polygon or multipolygon.
    plane, crs
        As in `official_area_m2`.

    Returns
    -------
    edges
        One row per edge: ring (from 1), hole, start and end (boundary points, numbered from
        1 through all rings), east_m, north_m (of the start, in ``plane``, with its false
        easting), plane_m and ellipsoid_m (unrounded).

    Raises
    ------
    CRSError
        As in `official_area_m2`.
    """
    rings, _ = _in_plane(geometry, plane, crs)
    plane_m, ellipsoid_m = edge_lengths_m(rings.east, rings.north)
    row = np.setdiff1d(np.arange(rings.east.size), rings.last)
    ring = np.searchsorted(rings.start, row, side="right") - 1
    # the repeated last vertex of each ring has no number of its own
    point = row - ring + 1
    closes = np.isin(row + 1, rings.last)
    end = np.where(closes, rings.start[ring] - ring + 1, point + 1)
    return pd.DataFrame(
        {
            "ring": ring + 1,
            "hole": rings.sign[ring] < 0,
            "start": point,
            "end": end,
            "east_m": rings.east[row] + describe(plane).false_easting_m,
            "north_m": rings.north[row] + describe(plane).false_northing_m,
            "plane_m": plane_m[row],
            "ellipsoid_m": ellipsoid_m[row],
        }
    )


def measure_frame(frame: gpd.GeoDataFrame | _HasFrame, *, plane: object = None) -> gpd.GeoDataFrame:
    """Add all areas to a frame of plots.

    Parameters
    ----------
    frame
        Polygons in EPSG:4490, EPSG:4326 or a Gauss plane of CGCS2000; also what
        `read_plots` gives. Not changed.
    plane
        Gauss plane to measure in. Default: the frame's own, else ``frame.attrs["plane"]``,
        else the 3-degree zone in the middle of the data. Data that reach more than
        3 degrees from that meridian are measured each in its own zone. Also what
        `platforms.geo.placed.place` gave for this frame: nothing is transformed then.

    Returns
    -------
    frame
        Same rows, index, columns and CRS, and these columns (NaN where there is nothing to
        measure): area_m2 (official, two decimals half up), area_mu and area_ha (from the
        printed area_m2, exact at six decimals), geodesic_m2 and planar_m2 (three decimals).
        ``attrs["plane"]`` names the plane.

    Raises
    ------
    CRSError
        Without a CRS, in Web Mercator and other projections, and for datums other than
        CGCS2000 and WGS84.
    """
    plots = cast("gpd.GeoDataFrame", frame if hasattr(frame, "total_bounds") else frame.frame)
    placed = isinstance(plane, Placed)
    shapes = plane.shapes if isinstance(plane, Placed) else plots.geometry.to_numpy()
    columns = {name: np.full(len(plots), np.nan) for name in AREA_COLUMNS}
    planes = _planes(plots, plane.plane if isinstance(plane, Placed) else plane)
    for used, rows in planes:
        crs = used if placed else plots.crs
        every = in_blocks(partial(_measured, plane=used, crs=crs), shapes[rows])
        area, geodesic, planar = every.T
        area = half_up(area, el.AREA_DIGITS)
        columns["area_m2"][rows] = area
        columns["area_mu"][rows] = half_up(m2_to_mu(area), _DERIVED_DIGITS)
        columns["area_ha"][rows] = half_up(m2_to_ha(area), _DERIVED_DIGITS)
        columns["geodesic_m2"][rows] = half_up(geodesic, _CHECK_DIGITS)
        columns["planar_m2"][rows] = half_up(planar, _CHECK_DIGITS)
    out = cast("gpd.GeoDataFrame", plots.assign(**columns))
    if len(planes) == 1:
        out.attrs["plane"] = planes[0][0].to_string()
    return out


def _measured(shapes: NDArray[np.object_], *, plane: CRS, crs: object) -> _Areas:
    """Return official, geodesic and planar areas side by side, unrounded."""
    rings, meridian = _in_plane(shapes, plane, crs)
    official = official_rings_m2(rings, meridian)
    sizes = (official, geodesic_rings_m2(rings), planar_rings_m2(rings))
    return np.column_stack([rings.whole(size) for size in sizes])


def _planes(frame: gpd.GeoDataFrame, plane: object) -> list[tuple[CRS, _Rows]]:
    """Return the planes to measure in, each with the rows that it serves."""
    every = np.arange(len(frame))
    system = describe(frame.crs)
    if not (system.is_plane or system.is_degrees):
        raise CRSError("geo.not_measurable", system=system.label())
    if plane is not None:
        return [(parse_crs(plane), every)]
    box = frame.total_bounds
    if system.is_degrees and not np.isfinite(box).all():
        # nothing to measure; any plane says so
        return []
    chosen = plane_for(frame)
    meridian = describe(chosen).central_meridian or 0.0
    if system.is_plane or max(meridian - box[0], box[2] - meridian) <= _REACH_DEG:
        return [(chosen, every)]
    boxes = shapely.bounds(frame.geometry.to_numpy())
    middle = np.nan_to_num((boxes[:, 0] + boxes[:, 2]) / 2, nan=meridian)
    zones = np.array([zone_of(lon) for lon in middle])
    return [
        (plane_for(float(middle[zones == zone][0])), np.flatnonzero(zones == zone))
        for zone in np.unique(zones)
    ]


def _in_plane(
    geometry: ArrayLike | shapely.Geometry, plane: object, crs: object
) -> tuple[Rings, float]:
    """Return rings counted from the central meridian, and the meridian in degrees."""
    target = describe(plane)
    if not target.is_plane or target.central_meridian is None:
        raise CRSError("geo.not_a_plane", system=target.label())
    source = target if crs is None else describe(crs)
    rings = rings_of(geometry)
    east, north = rings.east, rings.north
    same = source.is_plane and source.central_meridian == target.central_meridian
    if not same:
        if not (source.is_plane or source.is_degrees):
            raise CRSError("geo.not_measurable", system=source.label())
        source = target
        if east.size:
            east, north = transformer(crs, plane).transform(east, north)
    # planes on one meridian differ only by their origin: prefixes come off without loss
    moved = rings.moved(east - source.false_easting_m, north - source.false_northing_m)
    return moved, target.central_meridian
