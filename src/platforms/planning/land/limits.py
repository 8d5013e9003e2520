"""Limits as shapes that can be cut with: valid, single, small.

A dissolved red line is one shape with tens of thousands of vertices, and cutting each plot
with the whole of it would take hours. So limits are taken apart, and parts with many
vertices are halved until they are small; what is cut away from a plot stays the same.

A limit may also be anything that tells the share of an area that it claims, such as a raster
with a rule: it is asked where it is needed, and what it does not know (NaN) stays unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeAlias, runtime_checkable

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from platforms.errors import CRSError
from platforms.geo.crs import CGCS2000, describe, reproject
from platforms.geo.overlap import TOLERANCE_M2
from platforms.geo.threads import in_threads
from platforms.issues import Issue, IssueTable
from platforms.planning.land.pieces import Pieces, Shapes, difference, halved, once

__all__ = [
    "Limit",
    "ReadyLimit",
    "Shapes",
    "ShareLimit",
    "difference",
    "halved",
    "limit_areas",
    "limit_shapes",
    "mended",
    "placed_shapes",
]

_POLYGON, _MULTIPOLYGON, _COLLECTION = 3, 6, 7
_MOST_PAIRS = 1_000


@runtime_checkable
class ShareLimit(Protocol):
    """A limit without polygons of its own: it is asked what it claims of given areas."""

    def shares(self, areas: Shapes, plane: CRS, /) -> NDArray[np.float64]:
        """Return the share of each area that is claimed, 0 to 1; NaN where not known."""
        ...

    def shapes(self, areas: Shapes, plane: CRS, /) -> Shapes:
        """Return polygons, in the plane, of what is claimed near these areas."""
        ...


@dataclass(frozen=True)
class ReadyLimit:
    """A limit that was placed, mended and taken apart before.

    Attributes
    ----------
    layer
        What is cut with; None cannot be placed.
    areas
        Its areas as they were placed, before they were taken apart; None where not known.
    told
        Faults of the layer, for all that cut with it to tell.
    plane
        Survey plane in which it was placed (``CRS.srs``); None where whoever made it sees to it.
    """

    layer: Pieces | ShareLimit | None
    areas: Shapes | None = None
    told: tuple[Issue, ...] = ()
    plane: str | None = None

    @cached_property
    def cover(self) -> Shapes | None:
        """Single polygons of the same land, none of it twice; None where not known."""
        return None if self.areas is None else once(self.areas)


def refuse_other_plane(layer: str, was: str | None, plane: CRS) -> None:
    """Refuse a layer that was placed in another plane: it would lie elsewhere without a word.

    Raises
    ------
    CRSError
        When it was.
    """
    if was is not None and was != plane.srs and CRS.from_user_input(was) != plane:
        raise CRSError("planning.other_plane", layer=layer, was=was, plane=plane.srs)


# None is a limit that is named and absent
Limit: TypeAlias = gpd.GeoDataFrame | ShareLimit | None


def placed_shapes(frame: gpd.GeoDataFrame, plane: CRS) -> Shapes:
    """Return the geometries of a frame in a plane, without heights.

    Raises
    ------
    CRSError
        For a datum that cannot be brought to the plane's.
    """
    if frame.crs != plane:
        frame = reproject(frame[[frame.geometry.name]], plane)
    shapes: Shapes = np.asarray(frame.geometry.to_numpy(), dtype=object)
    return shapely.force_2d(shapes) if shapely.has_z(shapes).any() else shapes


def limit_shapes(
    name: str, layer: gpd.GeoDataFrame | None, plane: CRS, issues: IssueTable
) -> Shapes | None:
    """Return the polygons of a limit in the survey plane, with few vertices each.

    Parameters, faults and None are those of `limit_areas`.

    Raises
    ------
    CRSError
        As `limit_areas`.
    """
    areas = limit_areas(name, layer, plane, issues)
    return None if areas is None else halved(areas)


def limit_areas(
    name: str, layer: gpd.GeoDataFrame | None, plane: CRS, issues: IssueTable
) -> Shapes | None:
    """Return the areas of a limit, in the survey plane.

    Parameters
    ----------
    name
        Name of the layer.
    layer
        The layer; None where it is absent.
    plane
        Survey plane.
    issues
        Takes a row for each fault.

    Returns
    -------
    areas
        Valid polygons and multipolygons, which may lie over each other; none for an absent
        or empty layer. None where the layer has no coordinate system and cannot be placed.

    Raises
    ------
    CRSError
        For a datum that cannot be brought to the plane's; names the layer.
    """
    nothing: Shapes = np.empty(0, dtype=object)
    if layer is None:
        issues.add("constraint_absent", "warning", layer=name)
        return nothing
    if len(layer) == 0:
        issues.add("constraint_empty", "warning", layer=name)
        return nothing
    if layer.crs is None:
        issues.add("constraint_without_crs", "error", layer=name)
        return None
    try:
        shapes = placed_shapes(layer, plane)
    except CRSError as error:
        raise CRSError("planning.constraint_refused", layer=name, reason=str(error)) from None
    labels = _labels(layer)
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    line = ~empty & (shapely.get_dimensions(shapes) < 2)  # noqa: PLR2004 areas have two
    for kind, where in (("constraint_without_geometry", empty), ("constraint_not_area", line)):
        if where.any():
            issues.add(kind, "warning", layer=name, count=int(where.sum()))
    if layer.crs not in (plane, CGCS2000):
        system = describe(layer.crs).label()
        issues.add("constraint_transformed", "info", layer=name, system=system, plane=plane.name)
    use = ~empty & ~line
    areas = mended(shapes[use], labels[use], issues, kind="constraint", layer=name)
    areas = areas[~shapely.is_missing(areas)]
    _say_overlaps(name, areas, issues)
    return areas


def _say_overlaps(name: str, areas: Shapes, issues: IssueTable) -> None:
    """Say that a layer lies over itself; on a large layer only some neighbours are looked at."""
    first, second = shapely.STRtree(areas).query(areas)
    once = np.flatnonzero(first < second)[:_MOST_PAIRS]
    first, second = areas[first[once]], areas[second[once]]
    count = int((shapely.area(shapely.intersection(first, second)) > TOLERANCE_M2).sum())
    if count:
        issues.add("constraint_overlaps_itself", "info", layer=name, count=count, pairs=len(once))


def mended(
    shapes: Shapes, labels: NDArray[np.object_], issues: IssueTable, *, kind: str, layer: str | None
) -> Shapes:
    """Return shapes as valid areas; what is no area becomes None.

    Parameters
    ----------
    shapes
        Any shapes, in a plane.
    labels
        What to call them.
    issues
        Takes a row ``<kind>_repaired`` for each shape that was not valid, with the m² that
        the repair changed.
    kind
        ``plot`` or ``constraint``.
    layer
        Name of the layer, for the issues.

    Returns
    -------
    areas
        Valid polygons and multipolygons, or None.
    """
    areas = shapes.copy()
    types = shapely.get_type_id(shapes)
    invalid = ~shapely.is_missing(shapes) & ~in_threads(shapely.is_valid, shapes)
    reasons = dict(
        zip(np.flatnonzero(invalid), shapely.is_valid_reason(shapes[invalid]), strict=True)
    )
    mixed = (types == _COLLECTION) & ~shapely.is_empty(shapes)
    areas[invalid] = shapely.make_valid(shapes[invalid], method="structure", keep_collapsed=False)
    for at in np.flatnonzero(shapely.get_type_id(areas) == _COLLECTION):
        inside = shapely.get_parts(areas[at])
        areas[at] = shapely.union_all(inside[shapely.get_type_id(inside) == _POLYGON])
    change = shapely.area(areas) - shapely.area(shapes)
    for at in np.flatnonzero(invalid | mixed):
        issues.add(
            f"{kind}_repaired", "warning", feature=labels[at], layer=layer,
            delta_m2=round(float(change[at]), 2),
            problem=reasons.get(at, shapes[at].geom_type),
        )  # fmt: skip
    types = shapely.get_type_id(areas)
    areas[(types != _POLYGON) & (types != _MULTIPOLYGON)] = None
    return areas


def _labels(layer: gpd.GeoDataFrame) -> NDArray[np.object_]:
    key = next((k for k in ("constraint_id", "building_id", "id") if k in layer.columns), None)
    named = layer.index if key is None else layer[key]
    return np.array(list(map(str, named.tolist())), dtype=object)
