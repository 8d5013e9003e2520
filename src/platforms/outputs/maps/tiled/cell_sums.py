"""Plots summed by cells of a grid, drawn as large as they are.

In each cell stands one square, as large as the plots of the cell together and where they lie in
the middle, cut into upright strips as wide as the share of each class. So the painted land is
the true land at every scale, class by class. A square that could not be seen is drawn larger.
What a strip says of itself are sums of the official areas, not of what is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from platforms.outputs.maps.tiled.plot_index import Floats, Ints, apart

__all__ = ["CellSums", "drawn_m2", "sum_cells"]

_METRES_PER_DEGREE = 111_320.0
_RADIUS = 6_371_000.0


@dataclass(frozen=True)
class CellSums:
    """Sums of plots by cell and class, a row each.

    Attributes
    ----------
    cells
        Address of the cell.
    classes
        Number of the class.
    plots
        How many.
    cents
        Official area in cents of a square metre, of those that have one.
    unknown
        How many have none.
    shapes
        The strip that is drawn, degrees.
    """

    cells: Ints
    classes: Ints
    plots: Ints
    cents: Ints
    unknown: Ints
    shapes: npt.NDArray[np.object_]


def drawn_m2(shapes: npt.NDArray[np.object_], boxes: Floats) -> Floats:
    """Return how large shapes are, square metres, near enough to draw by (1 %)."""
    lat = np.radians((boxes[:, 1] + boxes[:, 3]) / 2)
    return np.abs(shapely.area(shapes)) * np.cos(lat) * _METRES_PER_DEGREE**2


def sum_cells(
    z: int,
    cells: Ints,
    classes: Ints,
    cents: Floats,
    drawn: Floats,
    boxes: Floats,
    *,
    least: float = 0.0,
) -> CellSums:
    """Sum plots by the cell that each belongs to.

    Parameters
    ----------
    z
        Zoom of the cells.
    cells, classes
        Address and class of each plot.
    cents
        Official area, cents of a square metre; NaN unknown.
    drawn
        As :func:`drawn_m2` gives it.
    boxes
        (n, 4) degrees.
    least
        Side below which no square is drawn, in sides of its cell.
    """
    kinds = int(classes.max(initial=0)) + 1
    keys, of = np.unique(cells * kinds + classes, return_inverse=True)
    n = len(keys)
    own, kind = keys // kinds, keys % kinds
    known = np.isfinite(cents)
    plots: Ints = np.bincount(of, minlength=n).astype(np.int64)
    # whole numbers of cents stay exact in float64 up to 90 million km²
    area = _sums(of, np.where(known, cents, 0.0), n)
    middle = [_sums(of, (boxes[:, i] + boxes[:, i + 2]) / 2, n) for i in (0, 1)]
    return CellSums(
        cells=own,
        classes=kind,
        plots=plots,
        cents=np.rint(area).astype(np.int64),
        unknown=plots - _sums(of, known.astype(np.float64), n).astype(np.int64),
        shapes=_strips(z, own, _sums(of, drawn, n), plots, (middle[0], middle[1]), least),
    )


def _sums(of: Ints, weights: Floats, n: int) -> Floats:
    return np.bincount(of, weights, minlength=n).astype(np.float64)


def _strips(
    z: int,
    cells: Ints,
    size: Floats,
    plots: Ints,
    middles: tuple[Floats, Floats],
    least: float,
) -> npt.NDArray[np.object_]:
    """Return the strip of each cell and class; rows are sorted by cell."""
    if not len(cells):
        return np.empty(0, dtype=object)
    begins = np.flatnonzero(np.r_[True, cells[1:] != cells[:-1]])
    counts = np.diff(np.r_[begins, len(cells)])
    whole, number = np.add.reduceat(size, begins), np.add.reduceat(plots, begins)
    x, y = apart(cells[begins])
    # where in its cell the plots lie: 0 to 1 from the upper left corner
    lon, lat = (np.add.reduceat(one, begins) / number for one in middles)
    sine = np.sin(np.radians(lat))
    u = (lon + 180) / 360 * 2**z - x
    v = (0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)) * 2**z - y
    metres = 2 * np.pi * _RADIUS * np.cos(np.radians(lat)) / 2**z
    side = np.clip(np.sqrt(whole / metres**2), least, 1.0)
    left = np.clip(u - side / 2, 0, 1 - side)
    top = np.clip(v - side / 2, 0, 1 - side)
    # a class without any area to draw has a share by number
    flat = np.repeat(whole, counts) <= 0
    share = np.where(flat, plots, size) / np.where(flat, *_each(number, whole, counts))
    before = np.cumsum(share) - share
    before -= np.repeat(before[begins], counts)
    wide, start = np.repeat(side, counts), np.repeat(x + left, counts)
    west = _lon(start + before * wide, z)
    east = _lon(start + np.minimum(before + share, 1.0) * wide, z)
    north = _lat(np.repeat(y + top, counts), z)
    south = _lat(np.repeat(y + top + side, counts), z)
    shapes: npt.NDArray[np.object_] = shapely.box(west, south, east, north)
    return shapes


def _each(number: Ints, whole: Floats, counts: Ints) -> tuple[Floats, Floats]:
    return np.repeat(number.astype(float), counts), np.repeat(whole, counts)


def _lon(x: Floats, z: int) -> Floats:
    degrees: Floats = 360 * x / 2**z - 180
    return degrees


def _lat(y: Floats, z: int) -> Floats:
    degrees: Floats = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y / 2**z))))
    return degrees
