"""Which place a feature lies in, or is nearest to: the geometry of belonging.

All distances and areas are in the survey plane, in metres. Places are kept in the order of
their ids, and on a tie the first wins, so that the answer does not depend on the order of a
file. A point on a border lies in both neighbours and is given to the first, once.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from platforms.geo.transform import reproject

__all__ = [
    "NONE",
    "Places",
    "Shapes",
    "largest",
    "nearest",
    "only",
    "places_of",
    "taken",
    "to_others",
]

Shapes = NDArray[np.object_]
Floats = NDArray[np.float64]
Index = NDArray[np.intp]

NONE = -1

_AREA = 2
# where to look first for a neighbour, metres
_NEAR_M = 500.0
# shares nearer to each other than this are a tie
_TIE_DIGITS = 9


@dataclass(frozen=True)
class Places:
    """Places in the survey plane, in the order of their ids.

    Attributes
    ----------
    ids, names
        What they are called.
    shapes
        Points or polygons; None where a place has no position.
    basis
        How the shape came about; empty where nothing says so.
    accuracy_m
        Accuracy of the shape, metres; NaN unknown.
    """

    ids: NDArray[np.object_]
    names: NDArray[np.object_]
    shapes: Shapes
    basis: NDArray[np.object_]
    accuracy_m: Floats

    def where(self, chosen: NDArray[np.bool_]) -> Places:
        """Return the places without those that are not chosen; positions in the order stay."""
        shapes = only(self.shapes, chosen)
        return Places(self.ids, self.names, shapes, self.basis, self.accuracy_m)

    @property
    def is_area(self) -> NDArray[np.bool_]:
        """Which of them are polygons."""
        return np.asarray(shapely.get_dimensions(self.shapes) == _AREA)


def only(shapes: Shapes, chosen: NDArray[np.bool_]) -> Shapes:
    """Return the shapes that are chosen, None in the place of the others."""
    kept = shapes.copy()
    kept[~chosen] = None
    return kept


def taken(values: NDArray[np.object_], at: Index) -> NDArray[np.object_]:
    """Return the value at each position, None for ``NONE``."""
    out: NDArray[np.object_] = np.full(len(at), None, dtype=object)
    out[at != NONE] = values[at[at != NONE]]
    return out


def places_of(frame: gpd.GeoDataFrame, key: str, plane: CRS) -> Places:
    """Return the places of a layer.

    Parameters
    ----------
    frame
        Layer with a CRS, the column ``key`` and perhaps ``name``, ``basis``, ``accuracy_m``.
    key
        Column that names a row.
    plane
        Survey plane.

    Returns
    -------
    places
        Sorted by id.
    """
    ordered = frame.sort_values(key, kind="stable")
    shapes = reproject(ordered[[ordered.geometry.name]], plane).geometry.to_numpy()
    count = len(ordered)
    ids = ordered[key].to_numpy(dtype=object)
    names = ordered["name"].to_numpy(dtype=object) if "name" in ordered else ids
    basis = ordered["basis"].to_numpy(dtype=object) if "basis" in ordered else np.full(count, "")
    accuracy = np.full(count, np.nan)
    if "accuracy_m" in ordered:
        accuracy = ordered["accuracy_m"].to_numpy(dtype=np.float64, na_value=np.nan)
    return Places(ids, names, shapes, basis.astype(object), accuracy)


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
    at = np.full(len(features), NONE, dtype=np.intp)
    share = np.full(len(features), np.nan)
    shapes = only(places.shapes, places.is_area)
    shapely.prepare(shapes)
    feature, place = shapely.STRtree(shapes).query(features)
    inside = shapely.covers(shapes[place], features[feature])
    _first(at, feature[inside], place[inside])
    share[at != NONE] = 1.0

    open_ = (at == NONE)[feature]
    feature, place = feature[open_], place[open_]
    meets = shapely.intersects(shapes[place], features[feature])
    feature, place = feature[meets], place[meets]
    part = shapely.intersection(features[feature], shapes[place])
    # an area that only touches shares a line, which is no part of it
    flat = shapely.get_dimensions(features[feature]) == _AREA
    whole, part = (
        np.where(flat, shapely.area(one), shapely.length(one)) for one in (features[feature], part)
    )
    ratio = np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
    some = ratio > 0
    feature, place, ratio = feature[some], place[some], ratio[some]
    order = np.lexsort((place, -np.round(ratio, _TIE_DIGITS), feature))
    _, first = np.unique(feature[order], return_index=True)
    chosen = order[first]
    at[feature[chosen]] = place[chosen]
    share[feature[chosen]] = ratio[chosen]
    return at, share


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
    usable = np.flatnonzero(~(shapely.is_missing(features) | shapely.is_empty(features)))
    tree = shapely.STRtree(places.shapes)
    if len(usable) and len(tree):
        (feature, place), away = tree.query_nearest(
            features[usable], max_distance=within_m, return_distance=True
        )
        _first(at, usable[feature], place)
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
    tree = shapely.STRtree(places.shapes)
    pieces, owner = _pieces(places.shapes)
    start = np.searchsorted(owner, np.arange(len(places.shapes) + 1))
    order = np.argsort(own, kind="stable")
    ones, first = np.unique(own[order], return_index=True)
    for one, rows in zip(ones, np.split(order, first)[1:], strict=True):
        if one == NONE:
            continue
        left = rows
        # most features have a neighbour near by: look far only for those that have none
        for reach_m in _rings(within_m):
            others = np.setdiff1d(tree.query(_around(features[left], reach_m)), [one])
            if len(others):
                near = np.concatenate([pieces[start[p] : start[p + 1]] for p in others])
                found, away = _away(features[left], near, reach_m)
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


def _rings(within_m: float) -> list[float]:
    """Return distances to look within, growing to the farthest."""
    rings = [within_m]
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


def _first(at: Index, feature: Index, place: Index) -> None:
    """Give each feature the first of its places."""
    best = np.full(len(at), np.iinfo(np.intp).max)
    np.minimum.at(best, feature, place)
    found = np.unique(feature)
    at[found] = best[found]
