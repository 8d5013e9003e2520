"""Neighbours that surely share no land, told from their corners alone.

Plots of one survey share their borders to the last digit, and nearly all pairs of plots whose
boxes lie over each other only have such a border in common. Two tests, both of which are never
wrong when they say so, spare these pairs the question how much land they share:

* All that two polygons have in common is one run of edges, which they go along in opposite
  directions, and the other corners of each lie strictly left of the line from the beginning to
  the end of its run. On the left of that line of the one, the other is only what lies between
  run and line, and turns about it the other way; so no point is inside of both.
* A line parts them.

All else is left to be measured.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["surely_apart"]

Shapes = NDArray[np.object_]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Index = NDArray[np.intp]

_POLYGON = 3
# odd numbers that spread the bits of a coordinate
_SPREAD_X, _SPREAD_Y = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
# a corner is beside a line from this distance on, metres
_BESIDE_M = 1e-6
# polygons, and corners of one, that a run of edges can be numbered with
_MOST_BITS = 20
_MOST = 1 << _MOST_BITS


@dataclass(frozen=True)
class _Outlines:
    """Rings of polygons without holes; the first corner of each stands again at its end."""

    x: Floats
    y: Floats
    first: Index
    edges: Index

    def around(self, polygon: Index, start: Index, count: Index) -> tuple[Index, Index]:
        """Return which row, and which corner, for some corners of each polygon.

        Starts are counted in the ring.
        """
        row = np.repeat(np.arange(len(polygon)), count)
        corner = np.arange(len(row)) + (start - np.cumsum(count) + count)[row]
        size = self.edges[polygon][row]
        corner -= np.where(corner >= size, size, 0)
        return row, corner + self.first[polygon][row]


def surely_apart(shapes: Shapes, left: Index, right: Index) -> Bools:
    """Say which pairs of polygons share no land for certain.

    Parameters
    ----------
    shapes
        Valid polygons in one plane, metres.
    left, right
        Positions of the two of each pair; best of some thousand polygons at a time, which
        the processor's cache holds.

    Returns
    -------
    apart
        False for pairs that share land, and for those that these tests cannot tell.
    """
    apart = np.zeros(len(left), dtype=bool)
    used = np.sort(np.concatenate([left, right]))
    used = used[np.diff(used, prepend=-1) > 0]
    some = shapes[used]
    size = shapely.get_num_coordinates(some)
    plain = (shapely.get_type_id(some) == _POLYGON) & (size < _MOST)
    plain[plain] = shapely.get_num_interior_rings(some[plain]) == 0
    used, size = used[plain], size[plain].astype(np.intp)
    if not 0 < len(used) < _MOST:
        return apart
    place = np.searchsorted(used, left), np.searchsorted(used, right)
    inside = [np.minimum(at, len(used) - 1) for at in place]
    asked = np.flatnonzero((used[inside[0]] == left) & (used[inside[1]] == right))
    one, other = inside[0][asked], inside[1][asked]
    x, y = shapely.get_coordinates(shapes[used]).T.copy()
    outlines = _Outlines(x, y, np.cumsum(size) - size, size - 1)
    bordering, clean = _bordering(outlines)
    pair = _number(one, other)
    at = np.minimum(np.searchsorted(bordering, pair), max(len(bordering) - 1, 0))
    touch = bordering[at] == pair if len(bordering) else np.zeros(len(pair), dtype=bool)
    apart[asked[touch]] = clean[at[touch]]
    free = np.flatnonzero(~touch)
    apart[asked[free]] = _parted(outlines, one[free], other[free])
    return apart


def _number(one: Index, other: Index) -> Index:
    number: Index = (np.minimum(one, other) << _MOST_BITS) + np.maximum(one, other)
    return number


def _bordering(outlines: _Outlines) -> tuple[Index, Bools]:
    """Return the numbers of pairs that have edges in common, and whether that is all."""
    one, other, against = _twins(outlines)
    if not one.size:
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=bool)
    of = np.repeat(np.arange(len(outlines.first)), outlines.edges + 1)
    ccw = _ccw(outlines)
    mine, theirs = of[one], of[other]
    # along each other where one of them is gone along clockwise
    opposite = against == (ccw[mine] == ccw[theirs])
    # in the order of the pair, and of the edges in the ring
    turn = np.concatenate([one - outlines.first[mine], other - outlines.first[theirs]])
    pair = np.concatenate([(mine << _MOST_BITS) + theirs, (theirs << _MOST_BITS) + mine])
    packed = np.sort((pair << (_MOST_BITS + 1)) + (turn << 1) + np.tile(opposite, 2))
    pair, turn, facing = packed >> (_MOST_BITS + 1), (packed >> 1) & (_MOST - 1), packed & 1
    run = np.flatnonzero(np.diff(pair, prepend=-1))
    count = np.diff(run, append=len(pair))
    mine, theirs = pair[run] >> _MOST_BITS, pair[run] & (_MOST - 1)
    # where an edge in common does not go on from another one, a run begins
    begins = np.diff(turn, prepend=-2) != 1
    begins[run] = True
    starts = np.add.reduceat(begins.astype(np.intp), run)
    size = outlines.edges[mine]
    # a run that goes over the ring's end begins in the middle of the list
    over = (turn[run] == 0) & (turn[run + count - 1] == size - 1) & (starts == 2)  # noqa: PLR2004
    late = np.maximum.reduceat(np.where(begins, np.arange(len(turn)), -1), run)
    start = turn[np.where(over, late, run)]
    good = ((starts == 1) | over) & (np.minimum.reduceat(facing, run) == 1) & (count < size)
    some = np.flatnonzero(good)
    good[some] = _left_of_run(outlines, mine[some], start[some], count[some], ccw)
    number = _number(mine, theirs)
    order = np.argsort(number, kind="stable")
    # each pair stands there twice, as the one sees it and as the other does
    return number[order][::2], good[order][::2] & good[order][1::2]


def _twins(outlines: _Outlines) -> tuple[Index, Index, Bools]:
    """Return pairs of edges with the same ends, and whether they run against each other."""
    x, y = outlines.x, outlines.y
    corner = (x.view(np.uint64) * _SPREAD_X) ^ (y.view(np.uint64) * _SPREAD_Y)
    key = corner[:-1] + corner[1:]
    # from one ring to the next there is no edge
    between = outlines.first[1:] - 1
    key[between] = between
    order = np.argsort(key)
    key = key[order]
    same = np.flatnonzero(key[1:] == key[:-1])
    one, other = order[same], order[same + 1]
    against = _at_one(outlines, one, other + 1) & _at_one(outlines, one + 1, other)
    true = against | (_at_one(outlines, one, other) & _at_one(outlines, one + 1, other + 1))
    # an edge without a length has no direction
    true &= ~_at_one(outlines, one, one + 1)
    return one[true], other[true], against[true]


def _at_one(outlines: _Outlines, one: Index, other: Index) -> Bools:
    x, y = outlines.x, outlines.y
    same: Bools = (x[one] == x[other]) & (y[one] == y[other])
    return same


def _ccw(outlines: _Outlines) -> Bools:
    start = np.repeat(outlines.first, outlines.edges + 1)
    x, y = outlines.x - outlines.x[start], outlines.y - outlines.y[start]
    # between two rings one factor of each product is 0
    doubled = np.append(x[:-1] * y[1:] - x[1:] * y[:-1], 0.0)
    turned: Bools = np.add.reduceat(doubled, outlines.first) > 0
    return turned


def _left_of_run(
    outlines: _Outlines, polygon: Index, start: Index, count: Index, ccw: Bools
) -> Bools:
    """Say where all corners off a run of edges lie left of the line between its ends."""
    size, first = outlines.edges[polygon], outlines.first[polygon]
    end = (start + count) % size
    begin_x, begin_y = outlines.x[first + start], outlines.y[first + start]
    way_x, way_y = outlines.x[first + end] - begin_x, outlines.y[first + end] - begin_y
    # clockwise rings are gone along from the end of the run
    turn = np.where(ccw[polygon], 1.0, -1.0) / np.maximum(np.hypot(way_x, way_y), _BESIDE_M)
    way_x, way_y = way_x * turn, way_y * turn
    good = np.ones(len(polygon), dtype=bool)
    row, corner = outlines.around(polygon, (end + 1) % size, size - count - 1)
    beside = way_x[row] * (outlines.y[corner] - begin_y[row])
    beside -= way_y[row] * (outlines.x[corner] - begin_x[row])
    good[row[beside <= _BESIDE_M]] = False
    return good


def _parted(outlines: _Outlines, one: Index, other: Index) -> Bools:
    """Say which pairs a line across the way between their middles parts."""
    if not one.size:
        return np.zeros(0, dtype=bool)
    x, y = (
        (np.minimum.reduceat(n, outlines.first) + np.maximum.reduceat(n, outlines.first)) / 2
        for n in (outlines.x, outlines.y)
    )
    way_x, way_y = x[other] - x[one], y[other] - y[one]
    far: list[Floats] = []
    for polygon, sign in ((one, 1.0), (other, -1.0)):
        count = outlines.edges[polygon]
        row, corner = outlines.around(polygon, np.zeros_like(polygon), count)
        along = (outlines.x[corner] - x[one][row]) * way_x[row]
        along += (outlines.y[corner] - y[one][row]) * way_y[row]
        far.append(np.maximum.reduceat(sign * along, np.cumsum(count) - count))
    # about one middle there is no way and no line across it
    parted: Bools = (far[0] <= -far[1]) & ((way_x != 0) | (way_y != 0))
    return parted
