"""A ring drawn on the map, measured by the function that measures files.

The ring takes the road of a file that was read: the same checks, the same plane, the same
printed area. A drawing that crosses itself has edges and a length but no area.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import shapely

from platforms import messages
from platforms.errors import InputError, LimitError
from platforms.geo.area import edges
from platforms.geo.crs import describe
from platforms.issues import IssueTable
from platforms.layers.workspace import Workspace
from platforms.planning.survey import survey
from platforms.units import half_up

__all__ = ["MOST_POINTS", "Drawn", "closed_ring", "measure_ring"]

MOST_POINTS = 10_000

_FRAME = "EPSG:4490"
_FEWEST_POINTS = 3
_NO_AREA = frozenset({"shape_missing", "shape_empty", "shape_not_polygon", "shape_crossed"})
_AREAS = ("area_m2", "area_mu", "area_ha", "geodesic_m2", "planar_m2")


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A drawn ring with its areas and edges.

    Attributes
    ----------
    ring
        Longitude and latitude in EPSG:4490, closed, as drawn.
    plane
        Gauss plane in which the edges are straight, as ``EPSG:4528``.
    plane_name
        The plane in words.
    area_m2, area_mu, area_ha
        Official ellipsoidal area (椭球面积), as printed; None where the ring has no area.
    geodesic_m2, planar_m2
        Independent check, and the area in the plane (平面面积), m²; None likewise.
    perimeter_m, perimeter_plane_m
        Length on the ellipsoid and in the plane, m, unrounded.
    edges
        As :func:`platforms.geo.area.edges`: start, end, east_m, north_m, plane_m,
        ellipsoid_m.
    issues
        Faults of the shape.
    """

    ring: tuple[tuple[float, float], ...]
    plane: str
    plane_name: str
    area_m2: float | None
    area_mu: float | None
    area_ha: float | None
    geodesic_m2: float | None
    planar_m2: float | None
    perimeter_m: float
    perimeter_plane_m: float
    edges: pd.DataFrame
    issues: IssueTable

    @property
    def sound(self) -> bool:
        """Whether the ring has an area that may be used."""
        return self.area_m2 is not None

    def to_geojson(self, name: str = "1") -> str:
        """Return the ring as GeoJSON in EPSG:4490, each coordinate to its last digit.

        Parameters
        ----------
        name
            The plot's id.
        """
        length = {
            "perimeter_m": half_up(self.perimeter_m, 2),
            "perimeter_plane_m": half_up(self.perimeter_plane_m, 2),
        }
        areas = {area: getattr(self, area) for area in _AREAS}
        properties = {"plot_id": name, "basis": "drawn", **areas, **length, "plane": self.plane}
        geometry = {"type": "Polygon", "coordinates": [[list(point) for point in self.ring]]}
        return json.dumps(
            {
                "type": "FeatureCollection",
                "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}},
                "features": [{"type": "Feature", "properties": properties, "geometry": geometry}],
            },
            ensure_ascii=False,
        )


def measure_ring(
    ring: Sequence[Sequence[float]], workspace: Workspace, *, name: str = "1"
) -> Drawn:
    """Check and measure a ring as a file with one plot would be.

    Parameters
    ----------
    ring
        Points as longitude, latitude in degrees (EPSG:4490); the first may stand again at
        the end.
    workspace
        Gives the plane and the county's outline.
    name
        What the issues call the plot.

    Returns
    -------
    drawn
        Areas, lengths, edges and faults.

    Raises
    ------
    InputError
        When the points are no longitudes and latitudes, or fewer than three.
    LimitError
        When there are more than 10,000 points.
    """
    points = closed_ring(ring)
    shape = shapely.Polygon(points)
    frame = gpd.GeoDataFrame({"plot_id": [name]}, geometry=[shape], crs=_FRAME)
    measured = survey(frame, workspace=workspace)
    row = measured.frame.iloc[0]
    plane = str(measured.frame.attrs.get("plane") or workspace.plan.crs)
    sound = not (set(measured.issues.by_kind()) & _NO_AREA)
    area = {
        column: float(row[column]) if sound and math.isfinite(row[column]) else None
        for column in _AREAS
    }
    table = edges(shape, plane, crs=_FRAME)
    return Drawn(
        ring=points,
        plane=plane,
        plane_name=describe(plane).label(messages.language()),
        perimeter_m=float(table["ellipsoid_m"].sum()),
        perimeter_plane_m=float(table["plane_m"].sum()),
        edges=table,
        issues=measured.issues,
        **area,
    )


def closed_ring(ring: Sequence[Sequence[float]]) -> tuple[tuple[float, float], ...]:
    """Return a closed ring of pairs of degrees, or say what else came.

    Parameters
    ----------
    ring
        Points as longitude, latitude in degrees (EPSG:4490); the first may stand again at
        the end.

    Raises
    ------
    InputError
        When the points are no longitudes and latitudes, or fewer than three.
    LimitError
        When there are more than ``MOST_POINTS``.
    """
    if not isinstance(ring, Sequence):
        raise InputError("planning.drawing.few", points=0)
    if len(ring) > MOST_POINTS:
        raise LimitError("planning.drawing.many", points=len(ring), most=MOST_POINTS)
    points: list[tuple[float, float]] = []
    for number, pair in enumerate(ring, start=1):
        try:
            lon, lat = (float(value) for value in pair)
        except (TypeError, ValueError):
            lon, lat = math.nan, math.nan
        # a comparison with NaN is false
        if not (abs(lon) <= 180 and abs(lat) <= 90):  # noqa: PLR2004 degrees of the globe
            raise InputError("planning.drawing.point", number=number)
        points.append((lon, lat))
    if points and points[0] == points[-1]:
        points.pop()
    if len(set(points)) < _FEWEST_POINTS:
        raise InputError("planning.drawing.few", points=len(set(points)))
    return (*points, points[0])
