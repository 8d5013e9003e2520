"""Which area holds most of a feature, and how much of it.

What a grid of stretches answers needs no geometry. Of the rest, a feature that an area covers
is wholly inside, exactly; the others lie across borders and their shares are measured. A tie
goes to the first id, and so does a point on a border: each feature is given once.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from platforms.geo.shares import shared_m2
from platforms.geo.threads import in_threads
from platforms.planning.belonging.cells import Cells, cells_over
from platforms.planning.belonging.places import NONE, Floats, Index, Places, Shapes, only

__all__ = ["largest"]

Bools = NDArray[np.bool_]

_POINT, _POLYGONS, _AREA = 0, (3, 6), 2
# below this, a grid costs more than it saves
_MANY = 2000
# so many features at a time stay in the processor's cache
_AT_ONCE = 1 << 15
# shares nearer to each other than this are a tie
_TIE_DIGITS = 9
# beside nothing and all, an overlay says whether a share is more than a border in common
_SLIVER = 1e-6
# with more corners than this an overlay, which sorts them, is quicker
_CORNERS = 2000


def largest(features: Shapes, places: Places) -> tuple[Index, Floats]:
    """Return the place that holds most of each feature.

    Parameters
    ----------
    features
        Points, lines or polygons in the plane of the places; None belongs nowhere.
    places
        Polygons; what is not a polygon holds nothing.

    Returns
    -------
    at, share
        Position of the place, ``NONE`` where none holds any of it; and the share of the
        feature's area or length that lies in it: 1 for a feature wholly inside.
    """
    areas = only(places.shapes, places.is_area)
    if not places.is_area.any():
        return np.full(len(features), NONE, dtype=np.intp), np.full(len(features), np.nan)
    points = bool((shapely.get_type_id(features) <= _POINT).all())
    many = len(features) >= _MANY
    cells = cells_over(areas, len(features), points=points) if many else None
    # what a stretch belongs to; the last is for what lies beyond the cells, where no place is
    holder = np.full(1, NONE, dtype=np.intp)
    if cells is not None:
        middles, _ = _held(np.asarray(shapely.points(cells.middles)), areas)
        holder = np.concatenate([holder, middles, holder])

    def piece(some: Shapes) -> NDArray[np.int64] | Floats:
        # prepared shapes remember what they were last asked: each thread has its own
        own = shapely.force_2d(areas)
        stretch = np.zeros(len(some), dtype=np.int32)
        if cells is not None:
            for start in range(0, len(some), _AT_ONCE):
                part = slice(start, start + _AT_ONCE)
                stretch[part] = _stretch(some[part], cells, points=points)
        at, left = holder[stretch], np.flatnonzero(stretch == 0)
        at[left], part_in = _held(some[left], own)
        # no part of a point lies anywhere
        if points:
            return at
        share = np.where(at == NONE, np.nan, 1.0)
        share[left] = part_in
        return np.column_stack([at, share])

    found = in_threads(piece, features)
    if points:
        return found, np.where(found == NONE, np.nan, 1.0)
    return found[:, 0].astype(np.intp), found[:, 1].copy()


def _stretch(features: Shapes, cells: Cells, *, points: bool) -> NDArray[np.int32]:
    if points:
        return cells.at_points(np.column_stack([shapely.get_x(features), shapely.get_y(features)]))
    return cells.at_boxes(shapely.bounds(features))


def _held(features: Shapes, areas: Shapes) -> tuple[Index, Floats]:
    """Return what holds most of each feature and the share, one by one."""
    at = np.full(len(features), NONE, dtype=np.intp)
    share = np.full(len(features), np.nan)
    shapely.prepare(areas)
    feature, place = shapely.STRtree(areas).query(features)
    # a prepared shape that is asked again at once still lies in the cache
    order = np.argsort(place, kind="stable")
    feature, place = feature[order], place[order]
    inside = _inside(features, feature, areas, place)
    # of several areas the last that is set stays: the first id
    at[feature[inside][::-1]] = place[inside][::-1]
    share[at != NONE] = 1.0

    # no part of a point lies anywhere
    open_ = (at == NONE) & (shapely.get_dimensions(features) > 0)
    some = open_[feature]
    if not some.any():
        return at, share
    feature, place, ratio = _ratios(features, feature[some], areas, place[some])
    order = np.lexsort((place, -np.round(ratio, _TIE_DIGITS), feature))
    _, first = np.unique(feature[order], return_index=True)
    chosen = order[first]
    at[feature[chosen]] = place[chosen]
    share[feature[chosen]] = ratio[chosen]
    return at, share


def _inside(features: Shapes, feature: Index, areas: Shapes, place: Index) -> Bools:
    """Return which pairs are a feature and an area that covers it."""
    kind = shapely.get_type_id(features)
    if (kind <= _POINT).all():
        x, y = shapely.get_x(features)[feature], shapely.get_y(features)[feature]
    else:
        points, owner = shapely.get_coordinates(features, return_index=True)
        x, y = points[np.searchsorted(owner, feature)].T
    # what is outside with a corner is not inside, and of a point there is no more to ask
    inside: Bools = shapely.intersects_xy(areas[place], x, y)
    wide = np.flatnonzero(inside & (kind != _POINT)[feature])
    inside[wide] = shapely.covers(areas[place[wide]], features[feature[wide]])
    return inside


def _ratios(
    features: Shapes, feature: Index, areas: Shapes, place: Index
) -> tuple[Index, Index, Floats]:
    """Return the pairs that share anything, and the share of the feature."""
    ratio = np.zeros(len(feature))
    plain = np.isin(shapely.get_type_id(features), _POLYGONS)[feature]
    quick = np.flatnonzero(plain & (shapely.get_num_coordinates(areas)[place] <= _CORNERS))
    whole = shapely.area(features)[feature[quick]]
    shared = shared_m2(features, feature[quick], areas, place[quick])
    np.divide(shared, whole, out=shared, where=whole > 0)
    ratio[quick] = shared
    left = np.flatnonzero(~((ratio > _SLIVER) & (ratio < 1 - _SLIVER)))
    ratio[left] = 0.0
    left = left[shapely.intersects(areas[place[left]], features[feature[left]])]
    ratio[left] = _overlaid(features[feature[left]], areas[place[left]])
    some = ratio > 0
    return feature[some], place[some], ratio[some]


def _overlaid(features: Shapes, areas: Shapes) -> Floats:
    """Return the share of each feature that lies in an area, from the shape of that part."""
    try:
        part = shapely.intersection(features, areas)
    except shapely.GEOSException:
        if len(features) > 1:
            # what one shape is must not depend on the others
            halves = zip(np.array_split(features, 2), np.array_split(areas, 2), strict=True)
            return np.concatenate([_overlaid(*half) for half in halves])
        # a shape that crosses itself has been told as a fault, and still lies somewhere
        features, areas = shapely.make_valid(features), shapely.make_valid(areas)
        part = shapely.intersection(features, areas)
    # an area that only touches shares a line, which is no part of it
    flat = shapely.get_dimensions(features) == _AREA
    whole, part = (
        np.where(flat, shapely.area(one), shapely.length(one)) for one in (features, part)
    )
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
