"""Limits as shapes that can be cut with: valid, single, small.

A dissolved red line is one shape with tens of thousands of vertices, and cutting each plot
with the whole of it would take hours. So limits are taken apart, and parts with many
vertices are halved until they are small; what is cut away from a plot stays the same.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from platforms.geo.transform import reproject
from platforms.issues import IssueTable

__all__ = ["Shapes", "difference", "limit_shapes", "mended"]

Shapes = NDArray[np.object_]

_POLYGON, _MULTIPOLYGON, _COLLECTION = 3, 6, 7
_MOST_VERTICES = 256
_MOST_HALVINGS = 24


def limit_shapes(
    name: str, layer: gpd.GeoDataFrame | None, plane: CRS, issues: IssueTable
) -> Shapes | None:
    """Return the polygons of a limit, in the survey plane.

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
    shapes
        Valid single polygons; none for an absent or empty layer. None where the layer has
        no coordinate system and cannot be placed.

    Raises
    ------
    CRSError
        For a datum that cannot be brought to the plane's.
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
    shapes: Shapes = reproject(layer[[layer.geometry.name]], plane).geometry.to_numpy()
    labels = _labels(layer)
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    line = ~empty & (shapely.get_dimensions(shapes) < 2)  # noqa: PLR2004 areas have two
    for kind, where in (("constraint_without_geometry", empty), ("constraint_not_area", line)):
        if where.any():
            issues.add(kind, "warning", layer=name, count=int(where.sum()))
    use = ~empty & ~line
    return halved(mended(shapes[use], labels[use], issues, kind="constraint", layer=name))


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
    reasons = shapely.is_valid_reason(shapes)
    invalid = ~shapely.is_missing(shapes) & ~shapely.is_valid(shapes)
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
            problem=reasons[at] if invalid[at] else shapes[at].geom_type,
        )  # fmt: skip
    types = shapely.get_type_id(areas)
    areas[(types != _POLYGON) & (types != _MULTIPOLYGON)] = None
    return areas


def halved(areas: Shapes) -> Shapes:
    """Return areas as single polygons with few vertices each, which cover the same land."""
    small: list[Shapes] = []
    parts = shapely.get_parts(areas)
    for _ in range(_MOST_HALVINGS):
        large = shapely.get_num_coordinates(parts) > _MOST_VERTICES
        small.append(parts[~large])
        parts = parts[large]
        if len(parts) == 0:
            break
        west, south, east, north = shapely.bounds(parts).T
        wide = (east - west) > (north - south)
        x, y = np.where(wide, (west + east) / 2, east), np.where(wide, north, (south + north) / 2)
        lower = shapely.box(west, south, x, y)
        upper = shapely.box(np.where(wide, x, west), np.where(wide, south, y), east, north)
        cut = shapely.get_parts(shapely.intersection([parts, parts], [lower, upper]).ravel())
        parts = cut[shapely.get_type_id(cut) == _POLYGON]
    return np.concatenate([*small, parts])


def difference(areas: Shapes, limits: Shapes) -> Shapes:
    """Return what limits leave of areas.

    Parameters
    ----------
    areas
        Valid polygons and multipolygons, or None.
    limits
        Valid polygons; they may lie over each other.

    Returns
    -------
    rest
        In the order of the areas; empty where nothing is left.
    """
    rest = areas.copy()
    if len(limits) == 0:
        return rest
    area_at, limit_at = shapely.STRtree(limits).query(areas, predicate="intersects")
    touched, first, count = np.unique(area_at, return_index=True, return_counts=True)
    claims = limits[limit_at[first]]
    many = count > 1
    if many.any():
        # the limits of one area are united before they are cut away, all areas at once
        group = np.repeat(np.cumsum(many) - 1, count)
        of_many = np.repeat(many, count)
        sets = shapely.geometrycollections(limits[limit_at[of_many]], indices=group[of_many])
        claims[many] = shapely.union_all(sets[:, None], axis=1)
    rest[touched] = shapely.difference(areas[touched], claims)
    return rest


def _labels(layer: gpd.GeoDataFrame) -> NDArray[np.object_]:
    key = next((k for k in ("constraint_id", "building_id", "id") if k in layer.columns), None)
    named = layer.index if key is None else layer[key]
    return np.array([str(one) for one in named], dtype=object)
