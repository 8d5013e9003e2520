"""Where whole stretches of land lie, so that most features need no geometry of their own.

A grid is laid over the places and every cell that a border enters is marked. Cells that are
not marked and touch each other hang together without a border between them: what holds the
middle of one holds all of them, and one exact test answers for every feature that stays
inside. Only features in or across marked cells are left to be tested one by one. The answer
is the same as without the grid.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage

__all__ = ["Cells", "cells_over"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Index = NDArray[np.intp]

_SIDE = 2048
# how often borders may pass from cell to cell; longer borders get larger cells
_CROSSINGS = 4_000_000
# a point, and a feature that has a width itself, asks for about this many cells
_CELLS_A_POINT, _CELLS_A_SHAPE = 4, 12
# cells around the places
_EDGE = 2
# a border as near to the side of a cell as this is on both sides of it, in cells
_CLOSE = 1e-6


@dataclass(frozen=True)
class Cells:
    """Stretches of land without a border in them.

    Attributes
    ----------
    west, south
        Corner of the grid, metres.
    size_m
        Side of a cell, metres.
    stretch
        Number of the stretch of each cell, rows from south to north; 0 where a border is.
    middles
        Coordinates inside each stretch, from stretch 1 on.
    """

    west: float
    south: float
    size_m: float
    stretch: NDArray[np.int32]
    middles: Floats

    @cached_property
    def marked(self) -> NDArray[np.int32]:
        """How many marked cells lie west and south of a cell's corner, one row and column more."""
        height, width = self.stretch.shape
        marked = np.zeros((height + 1, width + 1), dtype=np.int32)
        inner = marked[1:, 1:]
        np.cumsum(self.stretch == 0, axis=0, dtype=np.int32, out=inner)
        np.cumsum(inner, axis=1, out=inner)
        return marked

    def at_points(self, points: Floats) -> NDArray[np.int32]:
        """Return the stretch that holds each point.

        Parameters
        ----------
        points
            x and y, metres; NaN for a point that is nowhere.

        Returns
        -------
        stretch
            As for ``at_boxes``.
        """
        height, width = self.stretch.shape
        column = np.floor((points[:, 0] - self.west) / self.size_m)
        row = np.floor((points[:, 1] - self.south) / self.size_m)
        inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
        cell = np.where(inside, row * width + column, 0).astype(np.intp)
        found: NDArray[np.int32] = np.where(inside, self.stretch.ravel()[cell], np.int32(-1))
        return found

    def at_boxes(self, boxes: Floats) -> NDArray[np.int32]:
        """Return the stretch that holds each box.

        Parameters
        ----------
        boxes
            West, south, east, north, metres; NaN for a shape that is nowhere.

        Returns
        -------
        stretch
            0 where a border may cut the box, -1 beyond the grid.
        """
        height, width = self.stretch.shape
        west, south = self._step(boxes[:, 0], self.west), self._step(boxes[:, 1], self.south)
        east, north = self._step(boxes[:, 2], self.west), self._step(boxes[:, 3], self.south)
        beyond = (east < 0) | (north < 0) | (west >= width) | (south >= height)
        partly = (west < 0) | (south < 0) | (east >= width) | (north >= height)
        corner = np.where(partly, 0, south * width + west)
        found = self.stretch.ravel()[corner]
        wide = np.flatnonzero(~partly & (found > 0) & ((east > west) | (north > south)))
        left, low, right, top = west[wide], south[wide], east[wide] + 1, north[wide] + 1
        crossed = self.marked[top, right] + self.marked[low, left]
        crossed -= self.marked[low, right] + self.marked[top, left]
        found[wide[crossed > 0]] = 0
        found[partly] = 0
        found[beyond] = -1
        return found

    def _step(self, values: Floats, start: float) -> Index:
        # beyond the grid it does not matter how far, and an empty shape is nowhere
        steps = np.floor((values - start) / self.size_m)
        np.clip(steps, -1, 2 * _SIDE, out=steps)
        steps[np.isnan(steps)] = -1
        return steps.astype(np.intp)


def cells_over(shapes: NDArray[np.object_], features: int, *, points: bool = False) -> Cells | None:
    """Lay a grid over polygons.

    Parameters
    ----------
    shapes
        Polygons in a plane, metres; None takes no part.
    features
        How many features will be looked up.
    points
        Whether they are points.

    Returns
    -------
    cells
        None where there is nothing to lay a grid over.
    """
    west, south, east, north = shapely.total_bounds(shapes)
    extent = max(east - west, north - south)
    if not (np.isfinite(extent) and extent > 0):
        return None
    asked = (_CELLS_A_POINT if points else _CELLS_A_SHAPE) * features
    starts, ends = _segments(shapes)
    length = float(np.hypot(*(ends - starts).T).sum())
    size = max(extent / float(np.clip(np.sqrt(asked), 16, _SIDE)), 2 * length / _CROSSINGS)
    corner = np.array([west - _EDGE * size, south - _EDGE * size])
    width, height = (int(n / size) + 1 + 2 * _EDGE for n in (east - west, north - south))
    # counted into cells as features are, so that both are rounded alike
    near = _entered((starts - corner) / size, (ends - corner) / size, (height, width))
    labels, count = ndimage.label(~near)
    stretch: NDArray[np.int32] = labels.astype("int32", copy=False)
    row = stretch.ravel()
    change = np.flatnonzero(row[1:] != row[:-1]) + 1
    some = np.zeros(count + 1, dtype=np.intp)
    some[row[change]] = change
    # the first cell of all lies beyond every border
    some[row[0]] = 0
    middles = np.column_stack([some[1:] % width, some[1:] // width]) + 0.5
    return Cells(float(corner[0]), float(corner[1]), size, stretch, corner + middles * size)


def _segments(shapes: NDArray[np.object_]) -> tuple[Floats, Floats]:
    """Return the beginnings and the ends of the borders' segments."""
    rings = shapely.get_rings(shapely.get_parts(shapes))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    return points[:-1][same], points[1:][same]


def _entered(starts: Floats, ends: Floats, size: tuple[int, int]) -> Bools:
    """Mark the cells that segments enter or touch; coordinates are in cells."""
    near = np.zeros(size, dtype=bool)
    near[*np.floor(starts.T[::-1]).astype(np.intp)] = True
    for axis, grid in enumerate((near.T, near)):
        line, across = _crossings(starts, ends, axis)
        cell, other = (np.floor(across + by).astype(np.intp) for by in (-_CLOSE, _CLOSE))
        both = np.flatnonzero(cell != other)
        for side in (line - 1, line):
            grid[side, cell] = True
            grid[side[both], other[both]] = True
    return near


def _crossings(starts: Floats, ends: Floats, axis: int) -> tuple[Index, Floats]:
    """Return the grid lines that segments meet, and where on the line they do."""
    begin, finish = starts[:, axis], ends[:, axis]
    first = np.ceil(np.minimum(begin, finish)).astype(np.intp)
    count = np.floor(np.maximum(begin, finish)).astype(np.intp) + 1 - first
    # a segment along a line meets it everywhere; the lines across it tell where
    count[begin == finish] = 0
    segment = np.repeat(np.arange(len(count)), count)
    line = np.arange(len(segment)) + (first - np.cumsum(count) + count)[segment]
    slope = (ends[:, 1 - axis] - starts[:, 1 - axis]) / np.where(count > 0, finish - begin, 1.0)
    return line, starts[segment, 1 - axis] + (line - begin[segment]) * slope[segment]
