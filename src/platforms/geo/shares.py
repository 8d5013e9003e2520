"""How much land pairs of polygons share, for very many small features at once.

An overlay builds the shape that two polygons share only for its area to be taken. Here the
area comes from the edges alone: a polygon is the land under its upper edges less that under its
lower ones, so what two share is a sum over pairs of edges, of the land between them where the
second is above the first. Nothing is built and nothing can fail; only edges over and under
each other count, of which a small feature meets few. Only differences of coordinates that lie
near each other enter, so that 40,000 km of easting cost no digits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from platforms.geo.threads import side_by_side

__all__ = ["shared_m2"]

Shapes = NDArray[np.object_]
Floats = NDArray[np.float64]
Index = NDArray[np.intp]

# pairs of edges that are looked at in one go; what they need stays in the processor's cache
_AT_ONCE = 1 << 17
_POLYGON = 3


@dataclass(frozen=True)
class _Edges:
    """Edges of polygons that are not vertical, those of one polygon side by side."""

    first: Index
    left: Floats
    right: Floats
    y: Floats
    low: Floats
    top: Floats
    slope: Floats
    sign: Floats

    @property
    def counts(self) -> Index:
        """How many edges each polygon has."""
        return np.diff(self.first)

    def of(self, polygons: Index) -> tuple[Index, Index]:
        """Return which of the polygons, and which edge, for all edges of some polygons."""
        counts = self.counts[polygons]
        which = np.repeat(np.arange(len(polygons)), counts)
        start = self.first[polygons] - np.cumsum(counts) + counts
        return which, np.arange(len(which)) + start[which]


def shared_m2(features: Shapes, feature: Index, areas: Shapes, area: Index) -> Floats:
    """Return the land that pairs of valid polygons share.

    Parameters
    ----------
    features, areas
        Polygons in one plane, metres.
    feature, area
        Position of the two of each pair.

    Returns
    -------
    shared_m2
        Square metres; about 0, of either sign, where a pair shares none.
    """
    few, feature = np.unique(feature, return_inverse=True)
    some, area = np.unique(area, return_inverse=True)
    boxes = shapely.bounds(features[few]), shapely.bounds(areas[some])
    inner, outer = _edges(features[few]), _edges(areas[some])
    # the pairs in runs that stay small
    work = np.cumsum(outer.counts[area] + 4 * inner.counts[feature])
    cuts = np.flatnonzero(np.diff(work // _AT_ONCE)) + 1
    ends = np.append(cuts, len(feature))

    def run(piece: tuple[int, int]) -> Floats:
        pairs = slice(*piece)
        return _shared(inner, feature[pairs], outer, area[pairs], boxes)

    pieces = zip(np.append(0, cuts).tolist(), ends.tolist(), strict=True)
    return np.concatenate(side_by_side(run, pieces))


def _shared(
    inner: _Edges, feature: Index, outer: _Edges, area: Index, boxes: tuple[Floats, Floats]
) -> Floats:
    """Return the shared land of some pairs."""
    west, south, east, _ = boxes[0][feature].T
    pair, edge = outer.of(area)
    # an edge beside the feature, or under it, is over none of its edges
    some = (outer.left[edge] < east[pair]) & (outer.right[edge] > west[pair])
    some = np.flatnonzero(some & (outer.top[edge] > south[pair]))
    pair, edge = pair[some], edge[some]
    # and one of the feature's beside the area, or over it, is under none of the area's
    west, _, east, north = boxes[1][area].T
    mine, own = inner.of(feature)
    some = (inner.left[own] < east[mine]) & (inner.right[own] > west[mine])
    some = np.flatnonzero(some & (inner.low[own] < north[mine]))
    first = np.searchsorted(mine[some], np.arange(len(feature) + 1))
    own = own[some]
    count = np.diff(first)[pair]
    begin = first[pair] - np.cumsum(count) + count
    which = np.repeat(np.arange(len(pair)), count)
    own = own[np.arange(len(which)) + begin[which]]
    pair, edge = pair[which], edge[which]
    left = np.maximum(inner.left[own], outer.left[edge])
    right = np.minimum(inner.right[own], outer.right[edge])
    meet = np.flatnonzero(right > left)
    pair, edge, own, left, right = pair[meet], edge[meet], own[meet], left[meet], right[meet]
    # how far the area's edge is over the feature's, at both ends
    at_left, at_right = (
        (outer.y[edge] - inner.y[own])
        + outer.slope[edge] * (x - outer.left[edge])
        - inner.slope[own] * (x - inner.left[own])
        for x in (left, right)
    )
    high, low = np.maximum(at_left, at_right), np.minimum(at_left, at_right)
    over = np.flatnonzero(high > 0)
    high, low, width = high[over], low[over], (right - left)[over]
    # where the edges cross, only the part of the way on which it is over
    part = high / (high - np.minimum(low, 0))
    between = width * part * (high + np.maximum(low, 0)) / 2
    signed: Floats = -inner.sign[own[over]] * outer.sign[edge[over]] * between
    return np.bincount(pair[over], signed, len(feature)).astype(np.float64, copy=False)


def _edges(shapes: Shapes) -> _Edges:
    """Return the edges of polygons, signed so that the land lies on the side that counts."""
    rings, polygon_of, hole = _rings(shapes)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    start, end, ring = points[:-1][same], points[1:][same], ring[1:][same]
    turned = shapely.is_ccw(rings) == hole
    way = np.sign(end[:, 0] - start[:, 0]) * np.where(turned, -1.0, 1.0)[ring]
    slant = np.flatnonzero(way)
    start, end, way, ring = start[slant], end[slant], way[slant], ring[slant]
    slope = (end[:, 1] - start[:, 1]) / (end[:, 0] - start[:, 0])
    backward = end[:, 0] < start[:, 0]
    left = np.where(backward[:, None], end, start)
    right = np.where(backward, start[:, 0], end[:, 0])
    owner = polygon_of[ring]
    first = np.searchsorted(owner, np.arange(len(shapes) + 1))
    low, top = np.minimum(start[:, 1], end[:, 1]), np.maximum(start[:, 1], end[:, 1])
    return _Edges(first, left[:, 0], right, left[:, 1], low, top, slope, way)


def _rings(shapes: Shapes) -> tuple[Shapes, Index, NDArray[np.bool_]]:
    """Return the rings of polygons, whose each is, and whether it is a hole."""
    plain = shapely.get_type_id(shapes) == _POLYGON
    if plain.all() and not shapely.get_num_interior_rings(shapes).any():
        # parts and lists of rings are dear, and one ring each has no need of them
        every = np.arange(len(shapes))
        return shapely.get_exterior_ring(shapes), every, np.zeros(len(shapes), dtype=bool)
    parts, part_of = shapely.get_parts(shapes, return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    return rings, part_of[ring_of], np.append(False, ring_of[1:] == ring_of[:-1])
