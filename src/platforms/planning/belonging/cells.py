"""Where whole stretches of land lie, so that most features need no geometry of their own.

A grid is laid over the places and every cell near a border is marked, on the safe side. Cells
that are not marked and touch each other hang together without a border between them: what
holds the middle of one holds all of them, and one exact test answers for every feature that
stays inside. Only features in or across marked cells are left to be tested one by one. The
answer is the same as without the grid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage

__all__ = ["Cells", "cells_over"]

Floats = NDArray[np.float64]
Index = NDArray[np.intp]

_SIDE = 2048
# points along borders that are laid into the grid; longer borders get larger cells
_SAMPLES = 4_000_000
# a feature asks for about this many cells
_CELLS_A_FEATURE = 4
# cells around the places
_EDGE = 2
# a little over a quarter of a cell, both ways
_AROUND = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]]) * 0.26


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
        Number of the stretch of each cell, rows from south to north; 0 near a border.
    marked
        How many marked cells lie west and south of a cell's corner, one row and column more.
    middles
        Coordinates inside each stretch, from stretch 1 on.
    """

    west: float
    south: float
    size_m: float
    stretch: NDArray[np.int32]
    marked: NDArray[np.int32]
    middles: Floats

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
        if (boxes[:, :2] == boxes[:, 2:]).all():
            east, north = west, south
        else:
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


def cells_over(shapes: NDArray[np.object_], features: int) -> Cells | None:
    """Lay a grid over polygons.

    Parameters
    ----------
    shapes
        Polygons in a plane, metres; None takes no part.
    features
        How many features will be looked up.

    Returns
    -------
    cells
        None where there is nothing to lay a grid over.
    """
    west, south, east, north = shapely.total_bounds(shapes)
    extent = max(east - west, north - south)
    if not (np.isfinite(extent) and extent > 0):
        return None
    side = int(np.clip(np.sqrt(_CELLS_A_FEATURE * features), 16, _SIDE))
    starts, steps = _segments(shapes)
    length = np.hypot(*steps.T)
    # the points lie at most half a cell apart
    size = max(extent / side, 2 * float(length.sum()) / _SAMPLES)
    corner = np.array([west - _EDGE * size, south - _EDGE * size])
    width, height = (int(n / size) + 1 + 2 * _EDGE for n in (east - west, north - south))
    near = np.zeros((height, width), dtype=bool)
    along = (_along(starts, steps, length, size / 2) - corner) / size
    # a border is nowhere farther than a quarter of a cell from one of them
    for shift in _AROUND:
        cell = np.floor(along + shift).astype(np.intp)
        near[cell[:, 1], cell[:, 0]] = True
    labels, count = ndimage.label(~near)
    stretch: NDArray[np.int32] = labels.astype("int32", copy=False)
    marked = np.zeros((height + 1, width + 1), dtype=np.int32)
    np.cumsum(np.cumsum(near, axis=0, dtype=np.int32), axis=1, out=marked[1:, 1:])
    some = np.zeros(count + 1, dtype=np.intp)
    some[stretch.ravel()] = np.arange(stretch.size)
    middles = np.column_stack([some[1:] % width, some[1:] // width]) + 0.5
    return Cells(float(corner[0]), float(corner[1]), size, stretch, marked, corner + middles * size)


def _segments(shapes: NDArray[np.object_]) -> tuple[Floats, Floats]:
    """Return the beginnings of the borders' segments, and the way to their ends."""
    rings = shapely.get_rings(shapely.get_parts(shapes))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    return points[:-1][same], (points[1:] - points[:-1])[same]


def _along(starts: Floats, steps: Floats, length: Floats, apart_m: float) -> Floats:
    """Return points along segments, both ends among them, at most so far apart."""
    count = np.ceil(length / apart_m).astype(np.intp) + 1
    segment = np.repeat(np.arange(len(count)), count)
    first = np.cumsum(count) - count
    part = (np.arange(len(segment)) - first[segment]) / np.maximum(count - 1, 1)[segment]
    points: Floats = starts[segment] + part[:, None] * steps[segment]
    return points
