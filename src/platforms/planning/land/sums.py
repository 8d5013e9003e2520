"""What layers take of plots, as sums of what their pieces share with a plot.

Where the pieces that reach into a plot do not lie over each other, no shape needs to be built:
a layer takes what its pieces share with the plot, whatever the order of the layers. Plots whose
pieces lie over each other inside of them are left to be cut.
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


def summed(areas: Shapes, layers: Sequence[Pieces]) -> tuple[Floats, Bools]:
    """Return what each layer takes of areas, where that is a plain sum.

    Parameters
    ----------
    areas
        Valid polygons and multipolygons in the plane of the layers.
    layers
        Limits in any order.

    Returns
    -------
    claimed_m2
        Areas by layers, m² of the plane.
    plain
        Whether this holds for an area; else its pieces lie over each other.
    """
    claimed = np.zeros((len(areas), len(layers)))
    rows: list[Index] = []
    pieces: list[Index] = []
    held = np.concatenate([layer.small.shapes for layer in layers]) if layers else areas[:0]
    before = 0
    for number, layer in enumerate(layers):
        at, by = layer.small.near(areas)
        shared = shared_m2(areas, at, layer.small.shapes, by)
        some = np.flatnonzero(shared > _BORDER_M2)
        claimed[:, number] = np.bincount(at[some], shared[some], len(areas))
        rows.append(at[some])
        pieces.append(by[some] + before)
        before += len(layer.small.shapes)
    if not before:
        return claimed, np.ones(len(areas), dtype=bool)
    return claimed, _plain(areas, np.concatenate(rows), held, np.concatenate(pieces))


def _plain(areas: Shapes, row: Index, held: Shapes, piece: Index) -> Bools:
    """Say in which areas no two of their pieces lie over each other."""
    order = np.argsort(row, kind="stable")
    row, piece = row[order], piece[order]
    count = np.bincount(row, minlength=len(areas))
    plain = count <= _MOST_PIECES
    keep = plain[row] & (count > 1)[row]
    row, piece = row[keep], piece[keep]
    own, theirs = shapely.bounds(areas)[row], shapely.bounds(held[piece])
    low = np.maximum(own[:, :2], theirs[:, :2])
    high = np.minimum(own[:, 2:], theirs[:, 2:])
    one: list[Index] = []
    for step in range(1, _MOST_PIECES):
        first = np.flatnonzero(row[step:] == row[:-step])
        if not first.size:
            break
        both = np.minimum(high[first], high[first + step]) > np.maximum(
            low[first], low[first + step]
        )
        first = first[both.all(axis=1)]
        one.append(np.column_stack([first, first + step]))
    if not one:
        return plain
    first, second = np.concatenate(one).T
    # the same two pieces meet in many areas
    pair = np.minimum(piece[first], piece[second]) * len(held) + np.maximum(
        piece[first], piece[second]
    )
    pairs, back = np.unique(pair, return_inverse=True)
    over = shared_m2(held, pairs // len(held), held, pairs % len(held)) > _BORDER_M2
    plain[row[first[over[back]]]] = False
    return plain
