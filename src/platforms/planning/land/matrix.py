"""How much land the limits share with each other, two by two.

Each layer is first made a cover in which no land lies twice, so the diagonal is what a layer
claims, its own overlaps counted once. All areas are official ellipsoidal m²: the shared pieces
are cut in the survey plane, measured one by one and summed, and rounded once. Pieces of
outlines with many vertices are cut apart for speed, which can move a sum by some 0.01 m²; a
pair never shares more than either of its layers has.

A limit without polygons of its own, such as a raster, has no end that could be measured: its
own area is known only within plots.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from platforms.geo.area import official_area_m2
from platforms.geo.crs import describe, plane_for, reproject
from platforms.geo.threads import in_threads
from platforms.issues import IssueTable
from platforms.planning.land.limits import (
    Limit,
    ReadyLimit,
    ShareLimit,
    limit_areas,
    mended,
    placed_shapes,
    refuse_other_plane,
)
from platforms.planning.land.pieces import Shapes, halved, once
from platforms.units import half_up

__all__ = ["overlap_matrix"]

_POLYGON = 3
_SHORT = 2_000
# anywhere in China: nothing is measured in it
_ANYWHERE = 120.0


@dataclasses.dataclass(frozen=True)
class _Cover:
    """Land of one layer, none of it twice.

    Attributes
    ----------
    pieces
        Where the layer may be, in the plane; None for one without an end.
    limit
        What is asked for its share of the pieces; None where it claims them whole.
    """

    pieces: Shapes | None
    limit: ShareLimit | None = None


def overlap_matrix(
    constraints: Mapping[str, Limit | ReadyLimit],
    *,
    plane: object = None,
    within: gpd.GeoDataFrame | None = None,
    issues: IssueTable | None = None,
) -> pd.DataFrame:
    """Return the land that each two limits both claim.

    Parameters
    ----------
    constraints
        Layers by name, as `reclaim` takes them.
    plane
        Survey plane to cut in; default that of ``within``, else of the first layer.
    within
        Plots: only land in them counts, once where they lie over each other. Without them
        the whole of the layers counts.
    issues
        Takes a row for each layer or shape that could not be used as it is.

    Returns
    -------
    shared_m2
        Rows and columns are the layers in their order, symmetric, official m², two decimals;
        the diagonal is what a layer claims. NaN where it is not known: for a layer without
        a coordinate system, for what a raster has no value on, and without ``within`` for a
        raster's own area and that of two rasters.

    Raises
    ------
    CRSError
        For plots without a coordinate system, and for plots or a layer of another datum.
    """
    found = IssueTable() if issues is None else issues
    target = _plane(within, constraints, plane)
    ground = None
    if within is not None:
        labels = np.array([str(label) for label in within.index], dtype=object)
        areas = mended(placed_shapes(within, target), labels, found, kind="plot", layer=None)
        ground = once(areas[~shapely.is_missing(areas)])
    covers = [_cover(name, one, target, ground, found) for name, one in constraints.items()]
    names = list(constraints)
    table = np.full((len(names), len(names)), np.nan)
    for first, one in enumerate(covers):
        table[first, first] = _claimed_m2(one, target)
        for second, other in enumerate(covers[:first]):
            table[first, second] = table[second, first] = _shared_m2(one, other, target)
    # the sums of pieces carry some square centimetres of rounding
    own = np.diag(table)
    most = np.fmin(own[:, None], own[None, :])
    table = np.where(np.isnan(table), np.nan, np.fmin(table, most))
    return pd.DataFrame(half_up(table, 2), index=names, columns=names)


def _plane(
    within: gpd.GeoDataFrame | None, constraints: Mapping[str, Limit | ReadyLimit], plane: object
) -> CRS:
    if within is not None:
        return plane_for(within, default=plane)
    for frame in constraints.values():
        if isinstance(frame, gpd.GeoDataFrame) and frame.crs is not None and len(frame):
            is_plane = describe(frame.crs).is_plane
            return plane_for(frame if is_plane else reproject(frame), default=plane)
    return plane_for(_ANYWHERE, default=plane)


def _cover(
    name: str,
    limit: Limit | ReadyLimit,
    plane: CRS,
    ground: Shapes | None,
    issues: IssueTable,
) -> _Cover | None:
    """Return a layer's land, inside the ground where there is one; None if it has no place."""
    if isinstance(limit, ReadyLimit):
        refuse_other_plane(name, limit.plane, plane)
        issues.extend(limit.told)
        pieces = limit.cover
    elif limit is None or isinstance(limit, gpd.GeoDataFrame):
        areas = limit_areas(name, limit, plane, issues)
        pieces = None if areas is None else once(areas)
    else:
        return _Cover(ground, limit)
    if pieces is None:
        return None
    return _Cover(pieces if ground is None else _shared(pieces, ground))


def _claimed_m2(cover: _Cover | None, plane: CRS) -> float:
    """Return what a layer claims of its pieces; NaN where not known."""
    if cover is None or cover.pieces is None:
        return np.nan
    if not len(cover.pieces):
        return 0.0
    area = official_area_m2(cover.pieces, plane, digits=None)
    if cover.limit is not None:
        area = area * cover.limit.shares(cover.pieces, plane)
    return float(area.sum())


def _shared_m2(one: _Cover | None, other: _Cover | None, plane: CRS) -> float:
    if one is None or other is None:
        return np.nan
    if one.limit is None:
        one, other = other, one
    if one.limit is None:
        return _claimed_m2(_Cover(_shared(_some(one), _some(other))), plane)
    if other.limit is None:
        return _claimed_m2(_Cover(other.pieces, one.limit), plane)
    if other.pieces is None:
        return np.nan
    claimed = once(other.limit.shapes(other.pieces, plane))
    return _claimed_m2(_Cover(_shared(other.pieces, claimed), one.limit), plane)


def _some(cover: _Cover) -> Shapes:
    return np.empty(0, dtype=object) if cover.pieces is None else cover.pieces


def _shared(first: Shapes, second: Shapes) -> Shapes:
    """Return the land that is in both, as single polygons."""
    # what lies near nothing of the other need not be taken apart
    at, by = shapely.STRtree(second).query(first)
    small, other = halved(first[np.unique(at)]), halved(second[np.unique(by)])
    at, by = shapely.STRtree(other).query(small, predicate="intersects")
    # in the order of the pieces, not of the tree: some of them sum up as all do
    order = np.lexsort((by, at))
    at, by = at[order], by[order]
    shared = in_threads(shapely.intersection, small[at], other[by], short=_SHORT)
    parts = shapely.get_parts(shared)
    return np.asarray(parts[shapely.get_type_id(parts) == _POLYGON], dtype=object)
