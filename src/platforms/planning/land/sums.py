"""What layers take of plots, as sums of what their pieces share with a plot.

Where the pieces that reach into a plot do not lie over each other, no shape needs to be built:
a layer takes what its pieces share with the plot, whatever the order of the layers. Where two
pieces do, what they have in common is taken off the later layer: that is exact as long as no
three have land in common, which one or two such pairs in a plot cannot. Plots with more of them
are left to be cut.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from platforms.geo.shares import shared_m2
from platforms.planning.land.pieces import Pieces, Shapes

__all__ = ["EXACT_M2", "summed"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Index = NDArray[np.intp]

EXACT_M2 = 1e-5
"""Sums of shared land and areas of what was cut lie no farther apart than this."""

# less than this is a border in common
_BORDER_M2 = 1e-6
# plots with more pieces than this are cut: their pieces would make too many pairs
_MOST_PIECES = 24
# three pieces that have land in common are three pairs that do
_MOST_PAIRS = 2


def summed(areas: Shapes, layers: Sequence[Pieces]) -> tuple[Floats, Bools]:
    """Return what each layer takes of areas, where that is a plain sum.

    Parameters
    ----------
    areas
        Valid polygons and multipolygons in the plane of the layers.
    layers
        Limits in their order.

    Returns
    -------
    claimed_m2
        Areas by layers, m² of the plane.
    plain
        Whether this holds for an area; else too many of its pieces lie over each other.
    """
    claimed = np.zeros((len(areas), len(layers)))
    rows: list[Index] = []
    pieces: list[Index] = []
    held = np.concatenate([layer.small.shapes for layer in layers]) if layers else areas[:0]
    before = np.cumsum([0, *(len(layer.small.shapes) for layer in layers)])
    for number, layer in enumerate(layers):
        at, by = layer.small.near(areas)
        shared = shared_m2(areas, at, layer.small.shapes, by)
        some = np.flatnonzero(shared > _BORDER_M2)
        claimed[:, number] = np.bincount(at[some], shared[some], len(areas))
        rows.append(at[some])
        pieces.append(by[some] + before[number])
    if not len(held):
        return claimed, np.ones(len(areas), dtype=bool)
    row, piece = np.concatenate(rows), np.concatenate(pieces)
    plain, at, one, other = _meeting(areas, row, held, piece)
    # the same two pieces meet in many areas
    pairs, back = np.unique(one * len(held) + other, return_inverse=True)
    one, other = np.divmod(pairs, len(held))
    over = shared_m2(held, one, held, other) > _BORDER_M2
    common = np.full(len(pairs), None, dtype=object)
    common[over] = shapely.intersection(held[one[over]], held[other[over]])
    some = np.flatnonzero(over[back])
    at, back = at[some], back[some]
    shared = shared_m2(areas, at, common, back)
    some = np.flatnonzero(shared > _BORDER_M2)
    at, back, shared = at[some], back[some], shared[some]
    # pieces stand in the order of the layers, so the other one's is the later
    late = np.searchsorted(before, other[back], side="right") - 1
    np.subtract.at(claimed, (at, late), shared)
    plain &= np.bincount(at, minlength=len(areas)) <= _MOST_PAIRS
    return claimed, plain


def _meeting(
    areas: Shapes, row: Index, held: Shapes, piece: Index
) -> tuple[Bools, Index, Index, Index]:
    """Return areas with few pieces, and areas and pairs of pieces whose boxes meet in them."""
    order = np.lexsort((piece, row))
    row, piece = row[order], piece[order]
    count = np.bincount(row, minlength=len(areas))
    plain = count <= _MOST_PIECES
    keep = plain[row] & (count > 1)[row]
    row, piece = row[keep], piece[keep]
    own, theirs = shapely.bounds(areas)[row], shapely.bounds(held[piece])
    low = np.maximum(own[:, :2], theirs[:, :2])
    high = np.minimum(own[:, 2:], theirs[:, 2:])
    found = [np.empty((0, 2), dtype=np.intp)]
    for step in range(1, _MOST_PIECES):
        first = np.flatnonzero(row[step:] == row[:-step])
        if not first.size:
            break
        both = np.minimum(high[first], high[first + step]) > np.maximum(
            low[first], low[first + step]
        )
        first = first[both.all(axis=1)]
        found.append(np.column_stack([first, first + step]))
    first, second = np.concatenate(found).T
    return plain, row[first], piece[first], piece[second]
