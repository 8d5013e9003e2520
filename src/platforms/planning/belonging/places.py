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

from platforms.geo.threads import in_threads
from platforms.geo.transform import reproject
from platforms.planning.belonging.cells import cells_over

__all__ = [
    "NONE",
    "Index",
    "Places",
    "Shapes",
    "largest",
    "nearest",
    "only",
    "places_of",
    "shapes_of",
    "to_others",
]

Shapes = NDArray[np.object_]
Floats = NDArray[np.float64]
Index = NDArray[np.intp]

NONE = -1

_AREA = 2
# below this, a grid costs more than it saves
_MANY = 2000
# where to look first for a neighbour, metres
_NEAR_M = 500.0
# nothing in a city is farther from anything, metres
_FAR_M = 1e6
# up to so many points, every distance is taken
_FEW = 64
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
    shapes = shapes_of(ordered, plane)
    count = len(ordered)
    ids = ordered[key].to_numpy(dtype=object)
    names = ordered["name"].to_numpy(dtype=object) if "name" in ordered else ids
    basis = ordered["basis"].to_numpy(dtype=object) if "basis" in ordered else np.full(count, "")
    accuracy = np.full(count, np.nan)
    if "accuracy_m" in ordered:
        accuracy = ordered["accuracy_m"].to_numpy(dtype=np.float64, na_value=np.nan)
    return Places(ids, names, shapes, basis.astype(object), accuracy)


def shapes_of(frame: gpd.GeoDataFrame, plane: CRS) -> Shapes:
    """Return the shapes of a frame in a plane; an empty one as None.

    Raises
    ------
    CRSError
        As ``reproject``.
    """
    only_shapes = frame[[frame.geometry.name]]
    # moving a million points to where they are costs as much as placing them
    there = frame.crs is not None and frame.crs == plane
    shapes = (only_shapes if there else reproject(only_shapes, plane)).geometry.to_numpy()
    empty = shapely.is_empty(shapes)
    return only(shapes, ~empty) if empty.any() else shapes


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
    cells = cells_over(areas, len(features)) if len(features) >= _MANY else None
    # what a stretch belongs to; the last is for what lies beyond the cells, where no place is
    holder = np.full(1, NONE, dtype=np.intp)
    if cells is not None:
        middles, _ = _held(np.asarray(shapely.points(cells.middles)), areas)
        holder = np.concatenate([holder, middles, holder])

    def piece(some: Shapes) -> Floats:
        # prepared shapes remember what they were last asked: each thread has its own
        own = shapely.force_2d(areas)
        if cells is None:
            return np.column_stack(_held(some, own))
        stretch = cells.at_boxes(shapely.bounds(some))
        at = holder[stretch]
        share = np.where(at == NONE, np.nan, 1.0)
        left = np.flatnonzero(stretch == 0)
        at[left], share[left] = _held(some[left], own)
        return np.column_stack([at, share])

    found = in_threads(piece, features)
    return found[:, 0].astype(np.intp), found[:, 1]


def _held(features: Shapes, areas: Shapes) -> tuple[Index, Floats]:
    """Return what holds most of each feature and the share, one by one."""
    at = np.full(len(features), NONE, dtype=np.intp)
    share = np.full(len(features), np.nan)
    shapely.prepare(areas)
    feature, place = shapely.STRtree(areas).query(features)
    inside = shapely.covers(areas[place], features[feature])
    _first(at, feature[inside], place[inside])
    share[at != NONE] = 1.0

    # no part of a point lies anywhere
    open_ = (at == NONE) & (shapely.get_dimensions(features) > 0)
    feature, place = feature[open_[feature]], place[open_[feature]]
    meets = shapely.intersects(areas[place], features[feature])
    feature, place = feature[meets], place[meets]
    part = shapely.intersection(features[feature], areas[place])
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
