"""How much of a shape lies on cells of a class, exactly.

Shapes and cells are in pixel coordinates: column and row as real numbers, cell (r, c) the
square from c to c+1 and r to r+1. The land of class k inside a ring is ∮ F dy (Green), where
F(x, y) is the length of class k in the row, left of x. Edges are cut where they cross a line
of the grid; on a piece F is linear, so that its middle gives the integral without an error
beyond that of floating point. No cell is approximated and no shape is looped over. A shape's
sums are made in one order, in coordinates of the raster itself: what is found of it does not
depend on which part of the raster was read, nor on the shapes beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["class_areas"]

# edges that are cut at once; bounds the memory
_EDGES = 400_000


def class_areas(
    shapes: NDArray[np.object_],
    codes: NDArray[np.uint8],
    count: int,
    *,
    origin: tuple[int, int] = (0, 0),
    row_weights: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Return the area of each class in each shape.

    Parameters
    ----------
    shapes
        Valid polygons and multipolygons in pixel coordinates, inside the grid; empty ones
        have no area.
    codes
        Class of each cell, rows by columns, below ``count``.
    count
        Number of classes.
    origin
        Row and column of the first cell of ``codes``.
    row_weights
        What a cell of each row counts; default one.

    Returns
    -------
    areas
        Shapes by classes, in cells (or in the unit of ``row_weights``).
    """
    areas = np.zeros((count, len(shapes)))
    x, y, owner, last = _vertices(shapes)
    if len(x) == 0:
        return areas.T
    height, width = codes.shape
    present = np.flatnonzero(np.bincount(codes.ravel(), minlength=count))
    lengths = {code: _lengths(codes == code) for code in present}
    start = np.flatnonzero(~last)
    left = np.full(len(shapes), width, dtype=np.int64)
    np.minimum.at(left, owner, np.floor(x).astype(np.int64) - origin[1])
    left = np.clip(left, 0, width - 1)
    for at in range(0, len(start), _EDGES):
        edge = start[at : at + _EDGES]
        whose = owner[edge]
        dy, mid, row, col, piece = _pieces(x[edge], y[edge], x[edge + 1], y[edge + 1])
        whose = whose[piece]
        row = np.clip(row - origin[0], 0, height - 1)
        col = np.clip(col - origin[1], 0, width - 1)
        weight = dy if row_weights is None else dy * row_weights[row]
        base = row * (width + 1)
        # counted from the shape's own left edge, so that nothing large is subtracted
        far, near = base + col, base + left[whose]
        inside = np.clip(mid - (col + origin[1]), 0.0, 1.0)
        own = codes[row, col]
        for code in present:
            length = (lengths[code][far] - lengths[code][near]).astype(np.float64)
            length += np.where(own == code, inside, 0.0)
            # one after the other, wherever the edges were parted
            np.add.at(areas[code], whose, weight * length)
    # outer rings run one way and holes the other, whichever way that is
    return np.abs(areas.T)


def _lengths(cells: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Count the cells left of each line of the grid, row after row."""
    height, width = cells.shape
    lengths = np.zeros((height, width + 1), dtype=np.int32)
    np.cumsum(cells, axis=1, out=lengths[:, 1:])
    return lengths.ravel()


def _vertices(
    shapes: NDArray[np.object_],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp], NDArray[np.bool_]]:
    """Return x, y, the shape of each vertex, and whether it closes a ring."""
    parts, part_of = shapely.get_parts(shapes, return_index=True)
    rings, ring_of = shapely.get_rings(shapely.orient_polygons(parts), return_index=True)
    xy, at = shapely.get_coordinates(rings, return_index=True)
    last = np.ones(len(xy), dtype=bool)
    last[:-1] = at[1:] != at[:-1]
    owner: NDArray[np.intp] = part_of[ring_of][at] if len(at) else np.empty(0, dtype=np.intp)
    return xy[:, 0].copy(), xy[:, 1].copy(), owner, last


def _pieces(
    x0: NDArray[np.float64],
    y0: NDArray[np.float64],
    x1: NDArray[np.float64],
    y1: NDArray[np.float64],
) -> tuple[
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.intp],
]:
    """Cut edges at the grid: height and middle of each piece, its cell and its edge."""
    slanted = np.flatnonzero(y0 != y1)
    by_row, y_from, y_to, x_from, x_to = _cut(y0, y1, x0, x1, slanted)
    every = np.arange(len(by_row))
    by_col, x_from, x_to, y_from, y_to = _cut(x_from, x_to, y_from, y_to, every)
    mid = (x_from + x_to) / 2
    row = np.floor((y_from + y_to) / 2).astype(np.int64)
    return y_to - y_from, mid, row, np.floor(mid).astype(np.int64), by_row[by_col]


def _cut(
    a0: NDArray[np.float64],
    a1: NDArray[np.float64],
    b0: NDArray[np.float64],
    b1: NDArray[np.float64],
    use: NDArray[np.intp],
) -> tuple[
    NDArray[np.intp],
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.float64],
]:
    """Cut edges where ``a`` is a whole number.

    Returns
    -------
    edge, a_from, a_to, b_from, b_to
        Of each piece, in the order in which the edge is walked.
    """
    a0, a1, b0, b1 = a0[use], a1[use], b0[use], b1[use]
    up = a1 >= a0
    low, high = np.minimum(a0, a1), np.maximum(a0, a1)
    crossings = np.maximum(np.ceil(high) - np.floor(low) - 1, 0).astype(np.int64)
    many = crossings + 1
    edge = np.repeat(np.arange(len(a0)), many)
    number = np.arange(len(edge)) - np.repeat(np.cumsum(many) - many, many)
    first = np.where(up, np.floor(low) + 1, np.ceil(high) - 1)
    step = np.where(up, 1.0, -1.0)
    line = first[edge] + step[edge] * number
    closing = number == crossings[edge]
    a_to = np.where(closing, a1[edge], line)
    span = a1 - a0
    share = np.divide(a_to - a0[edge], span[edge], out=np.ones(len(edge)), where=~closing)
    b_to = np.where(closing, b1[edge], b0[edge] + share * (b1 - b0)[edge])
    opening = number == 0
    a_from = np.where(opening, a0[edge], np.roll(a_to, 1))
    b_from = np.where(opening, b0[edge], np.roll(b_to, 1))
    return use[edge], a_from, a_to, b_from, b_to
