"""How far many features are from the nearest of many short pieces of a border.

Neighbouring features have the same border next to them. They are looked up together: whatever
of the border may be nearest to one of a bundle is found once for all of it, from a circle around
the bundle; a circle around each feature leaves one or two pieces of those, and only these are
measured. The distance is the same as if all had been.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from platforms.geo.threads import side_by_side
from platforms.planning.belonging.places import Floats, Index, Shapes

__all__ = ["distances", "plain"]

# about so many features are looked up together
_BUNDLE = 16
# so many pairs of a feature and a piece at a time stay in the processor's cache
_PAIRS = 1 << 17
# of so many pieces a tree finds the nearest sooner
_MOST, _KEPT = 64, 8
# a circle is wider than what it holds by this, metres
_SEAM_M = 1e-3
_ENDS = 2


def distances(features: Shapes, pieces: Shapes, *, within_m: float) -> Floats:
    """Return how far features are from the nearest piece.

    Parameters
    ----------
    features
        Any shapes in a plane, none empty or missing.
    pieces
        Points and segments in the same plane.
    within_m
        Farthest distance, metres, included.

    Returns
    -------
    distance_m
        NaN where no piece is so near.
    """
    out = np.full(len(features), np.nan)
    if not (len(features) and len(pieces)):
        return out
    tree = shapely.STRtree(pieces)
    boxes = shapely.bounds(features)
    order, first = _bundles(boxes)
    boxes = boxes[order]
    land = np.hstack(
        [np.minimum.reduceat(boxes[:, :2], first), np.maximum.reduceat(boxes[:, 2:], first)]
    )
    middle, radius = _circles(land)
    (near, _), away = tree.query_nearest(
        shapely.points(middle), max_distance=within_m + float(radius.max()) + _SEAM_M,
        return_distance=True, all_matches=False,
    )  # fmt: skip
    bundle, piece = tree.query(
        shapely.points(middle[near]), predicate="dwithin", distance=away + 2 * radius[near]
    )
    bundle = near[bundle]
    by_bundle = np.argsort(bundle, kind="stable")
    piece = piece[by_bundle]
    count = np.bincount(bundle, minlength=len(first))
    begin = np.cumsum(count) - count
    member = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(features))))
    some = np.flatnonzero((count[member] > 0) & (count[member] <= _MOST))
    ends = _ends(pieces)

    def block(part: Index) -> Floats:
        own = member[part]
        chosen = _ragged(begin[own], count[own])
        return _least(features[order[part]], boxes[part], count[own], piece[chosen], pieces, ends)

    if len(some):
        sizes = np.cumsum(count[member[some]])
        blocks = np.split(some, np.flatnonzero(np.diff(sizes // _PAIRS)) + 1)
        out[order[some]] = np.concatenate(side_by_side(block, blocks))
    out[out > within_m] = np.nan
    # what has too many pieces around it, and so was not measured
    many = np.zeros(len(features), dtype=bool)
    many[order[count[member] > _MOST]] = True
    left = np.flatnonzero(many | np.isneginf(out))
    out[left] = np.nan
    (at, _), far = tree.query_nearest(
        features[left], max_distance=within_m, return_distance=True, all_matches=False
    )
    out[left[at]] = far
    return out


def _bundles(boxes: Floats) -> tuple[Index, Index]:
    """Return an order in which neighbours stand together, and where each bundle begins."""
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    start = middle.min(axis=0)
    width, height = np.maximum(middle.max(axis=0) - start, 1.0)
    size = np.sqrt(width * height / max(len(boxes) / _BUNDLE, 1.0))
    column, row = np.floor((middle - start) / size).astype(np.int64).T
    cell = row * (column.max() + 1) + column
    order = np.argsort(cell, kind="stable")
    return order, np.flatnonzero(np.diff(cell[order], prepend=-1))


def _circles(boxes: Floats) -> tuple[Floats, Floats]:
    """Return the middles and radii of circles around boxes."""
    size = boxes[:, 2:] - boxes[:, :2]
    return (boxes[:, :2] + boxes[:, 2:]) / 2, np.hypot(*size.T) / 2 + _SEAM_M


def _ends(pieces: Shapes) -> tuple[Floats, Floats]:
    """Return where pieces begin, and the ways to their ends."""
    points, owner = shapely.get_coordinates(pieces, return_index=True)
    first = np.searchsorted(owner, np.arange(len(pieces)))
    last = np.append(first[1:], len(points)) - 1
    return points[first], points[last] - points[first]


def _ragged(begin: Index, count: Index) -> Index:
    """Return ``begin``, ``begin + 1`` and on, so many of each."""
    start = np.cumsum(count) - count
    found: Index = np.arange(count.sum()) + np.repeat(begin - start, count)
    return found


def _least(
    features: Shapes,
    boxes: Floats,
    count: Index,
    piece: Index,
    pieces: Shapes,
    ends: tuple[Floats, Floats],
) -> Floats:
    """Return the least distance of features to their pieces; -inf for one with too many.

    Parameters
    ----------
    features, boxes
        Shapes, and what they lie in.
    count, piece
        How many pieces each may be nearest to, and these, one feature after the other.
    pieces, ends
        All pieces, and as :func:`_ends` gives them.
    """
    middle, radius = _circles(boxes)
    start, feature = np.cumsum(count) - count, np.repeat(np.arange(len(count)), count)
    way = ends[1][piece]
    to = middle[feature] - ends[0][piece]
    square: NDArray[np.float64] = (way * way).sum(axis=1)
    along = np.clip((to * way).sum(axis=1) / np.where(square > 0, square, 1.0), 0.0, 1.0)
    away = np.hypot(*(to - along[:, None] * way).T)
    reach = np.minimum.reduceat(away, start) + 2 * radius
    kept = away <= reach[feature]
    many = np.add.reduceat(kept, start, dtype=np.intp) > _KEPT
    pairs = np.flatnonzero(kept & ~many[feature])
    least = np.where(many, -np.inf, np.inf)
    exact = shapely.distance(features[feature[pairs]], pieces[piece[pairs]])
    np.minimum.at(least, feature[pairs], exact)
    return least


def plain(pieces: Shapes) -> bool:
    """Say whether pieces are points and segments."""
    return bool((shapely.get_num_coordinates(pieces) <= _ENDS).all())
