"""Which place a feature is nearest to, and how far it is from the next.

Distances are in the survey plane, in metres. Of places equally near the first wins.
"""

from __future__ import annotations

import numpy as np
import shapely

from platforms.geo.threads import in_threads
from platforms.planning.belonging.bundles import distances, plain
from platforms.planning.belonging.places import NONE, Floats, Index, Places, Shapes

__all__ = ["nearest", "to_others"]

_AREA = 2
# where to look first for a neighbour, metres
_NEAR_M = 500.0
# nothing in a city is farther from anything, metres
_FAR_M = 1e6
# so many features of a place are looked up in bundles
_MANY = 500
# up to so many points, every distance is taken
_FEW = 64


def nearest(features: Shapes, places: Places, *, within_m: float) -> tuple[Index, Floats]:
    """Return the nearest place of each feature, if it is near enough.

    Parameters
    ----------
    features
        Any shapes in the plane of the places; None is near nothing.
    places
        Points or polygons.
    within_m
        Farthest distance, metres, included.

    Returns
    -------
    at, distance_m
        Position of the place or ``NONE``; distance or NaN.
    """
    at = np.full(len(features), NONE, dtype=np.intp)
    distance = np.full(len(features), np.nan)
    if shapely.is_missing(places.shapes).all():
        return at, distance
    usable = np.flatnonzero(~(shapely.is_missing(features) | shapely.is_empty(features)))
    if _few_points(features[usable], places.shapes):
        found, away = _by_distance(features[usable], places.shapes)
        near = away <= within_m
        at[usable[near]], distance[usable[near]] = found[near], away[near]
        return at, distance
    tree = shapely.STRtree(places.shapes)
    if len(usable) and len(tree):
        (feature, place), away = tree.query_nearest(
            features[usable], max_distance=within_m, return_distance=True
        )
        # the last that is set stays: the first of the places
        late = np.argsort(-place, kind="stable")
        at[usable[feature][late]] = place[late]
        distance[usable[feature]] = away
    return at, distance


def to_others(features: Shapes, own: Index, places: Places, *, within_m: float) -> Floats:
    """Return how far each feature is from the nearest place that is not its own.

    Parameters
    ----------
    features
        Any shapes in the plane of the places.
    own
        Position of each feature's own place; ``NONE`` gives NaN.
    places
        Points or polygons.
    within_m
        How far to look from a feature, metres.

    Returns
    -------
    distance_m
        0 where the feature reaches into another place; NaN where none is near.
    """
    distance = np.full(len(features), np.nan)
    mine = own != NONE
    if not mine.any():
        return distance
    if _few_points(features[mine], places.shapes):
        _, away = _by_distance(features[mine], places.shapes, but=own[mine])
        distance[mine] = np.where(away <= within_m, away, np.nan)
        return distance
    tree = shapely.STRtree(places.shapes)
    pieces, owner = _pieces(places.shapes)
    start = np.searchsorted(owner, np.arange(len(places.shapes) + 1))
    order = np.argsort(own, kind="stable")
    ones, first = np.unique(own[order], return_index=True)
    for one, rows in zip(ones, np.split(order, first)[1:], strict=True):
        if one == NONE:
            continue
        left = rows
        bundled = len(rows) >= _MANY and plain(pieces)
        # most features have a neighbour near by: look far only for those that have none
        for reach_m in _rings(within_m)[-1 if bundled else 0 :]:
            others = np.setdiff1d(tree.query(_around(features[left], reach_m)), [one])
            if len(others):
                near = np.concatenate([pieces[start[p] : start[p + 1]] for p in others])
                found, away = (_bundled if bundled else _away)(features[left], near, reach_m)
                # wholly inside a place over its own, a feature is far from every border
                inner, _ = shapely.STRtree(places.shapes[others]).query(
                    features[left], "intersects"
                )
                distance[left[found]] = away
                distance[left[inner]] = 0.0
                left = left[np.isnan(distance[left])]
            if len(left) == 0:
                break
    return distance


def _few_points(features: Shapes, shapes: Shapes) -> bool:
    """Whether all are points, and the places so few that all distances can be taken."""
    kinds = [shapely.get_type_id(one) for one in (features, shapes)]
    return len(shapes) <= _FEW and bool((kinds[0] == 0).all() and (kinds[1] <= 0).all())


def _by_distance(
    features: Shapes, shapes: Shapes, *, but: Index | None = None
) -> tuple[Index, Floats]:
    """Return the nearest of a few points, and how near it is; infinite where there is none.

    Parameters
    ----------
    features
        Points.
    shapes
        Points; None is near nothing.
    but
        The one that is left out, for each feature.
    """
    others = np.full(len(features), NONE) if but is None else but

    def piece(some: Shapes, left_out: Index) -> Floats:
        x, y = shapely.get_coordinates(some).T.copy()
        found = np.column_stack([np.full(len(some), float(NONE)), np.full(len(some), np.inf)])
        at, least = found.T
        for one in np.flatnonzero(~shapely.is_missing(shapes)):
            away = np.sqrt((x - shapes[one].x) ** 2 + (y - shapes[one].y) ** 2)
            nearer = (away < least) & (left_out != one)
            at[nearer], least[nearer] = one, away[nearer]
        return found

    at, least = in_threads(piece, features, others).T
    return at.astype(np.intp), least


def _rings(within_m: float) -> list[float]:
    """Return distances to look within, growing to the farthest."""
    rings = [within_m if np.isfinite(within_m) else _FAR_M]
    while rings[0] > _NEAR_M:
        rings.insert(0, rings[0] / 4)
    return rings


def _around(shapes: Shapes, reach_m: float) -> shapely.Geometry:
    west, south, east, north = shapely.total_bounds(shapes)
    box: shapely.Geometry = shapely.box(
        west - reach_m, south - reach_m, east + reach_m, north + reach_m
    )
    return box


def _away(features: Shapes, pieces: Shapes, within_m: float) -> tuple[Index, Floats]:
    """Return the features that have a piece within a distance, and how near it is."""
    (feature, _), away = shapely.STRtree(pieces).query_nearest(
        features, max_distance=within_m, return_distance=True, all_matches=False
    )
    return feature, away


def _bundled(features: Shapes, pieces: Shapes, within_m: float) -> tuple[Index, Floats]:
    """Return the same as ``_away``, for many features."""
    away = distances(features, pieces, within_m=within_m)
    found = np.flatnonzero(~np.isnan(away))
    return found, away[found]


def _pieces(shapes: Shapes) -> tuple[Shapes, Index]:
    """Return the segments of polygons' borders, points and lines as they are, and whose."""
    area = np.flatnonzero(shapely.get_dimensions(shapes) == _AREA)
    parts, part_of = shapely.get_parts(shapes[area], return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    ends = np.stack([points[:-1][same], points[1:][same]], axis=1)
    segment_of = area[part_of[ring_of[ring[1:][same]]]]
    rest = np.flatnonzero(
        (shapely.get_dimensions(shapes) >= 0) & ~np.isin(np.arange(len(shapes)), area)
    )
    pieces = np.concatenate([shapely.linestrings(ends), shapes[rest]])
    owner = np.concatenate([segment_of, rest])
    order = np.argsort(owner, kind="stable")
    return pieces[order], owner[order]
