"""Division of a street cell into plots.

Plots stand in two rows back to back, each fronting a street; some ends are one plot
through the whole depth. Neighbours share their boundary vertex for vertex, also where
three plots meet on the rear line, so that nothing overlaps and nothing gapes after the
coordinates are rounded to the millimetre. Joined plots (wide ones, L-shapes) are exact
unions. Corners at street crossings are cut (切角).
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from platforms.sample.recipe import Style

__all__ = ["cut_corners", "divide", "join_some"]

Floats = NDArray[np.float64]

_LARGEST_M2 = 100_000.0
_THROUGH = 0.3
_WHOLE = 0.03
# a plot through the whole depth takes at most this share of the cell's width
_END_SHARE = 0.4


def divide(quad: Floats, style: Style, rng: np.random.Generator) -> list[Floats]:
    """Divide a street cell into plots.

    Parameters
    ----------
    quad
        The cell's land, counter-clockwise from the lower left corner, shape (4, 2).
    style
        Range of frontages.
    rng
        Source of chance.

    Returns
    -------
    rings
        Open rings, counter-clockwise, one for each plot, in the cell's order.
    """
    if rng.random() < _WHOLE and _area(quad) < _LARGEST_M2:
        return [quad]
    width = float(np.linalg.norm(quad[1] - quad[0]))
    first, last = rng.random(2) < _THROUGH
    share = rng.uniform(*style.frontage, 2) * 0.9 / width
    left = share[0] if first and share[0] < _END_SHARE else 0.0
    right = 1.0 - share[1] if last and share[1] < _END_SHARE else 1.0
    rear = 0.5 + rng.uniform(-0.07, 0.07, 2)
    low = _cuts(left, right, width, style, rng)
    high = _cuts(left, right, width, style, rng)
    middle = np.union1d(low, high)
    rings = [_lot(quad, rear, low[k : k + 2], middle, upper=False) for k in range(len(low) - 1)]
    rings += [_lot(quad, rear, high[k : k + 2], middle, upper=True) for k in range(len(high) - 1)]
    if left > 0:
        at = [(0, 0), (left, 0), (left, _rear(rear, left)), (left, 1), (0, 1)]
        rings.append(np.array([_point(quad, s, t) for s, t in at]))
    if right < 1:
        at = [(right, 0), (1, 0), (1, 1), (right, 1), (right, _rear(rear, right))]
        rings.append(np.array([_point(quad, s, t) for s, t in at]))
    return rings


def _cuts(
    left: float, right: float, width: float, style: Style, rng: np.random.Generator
) -> Floats:
    span = (right - left) * width
    mean = rng.uniform(style.frontage[0] * 1.15, style.frontage[1] * 0.85)
    lots = max(1, round(span / mean))
    weight = rng.uniform(0.72, 1.35, lots)
    return left + (right - left) * np.concatenate([[0.0], weight.cumsum() / weight.sum()])


def _rear(rear: Floats, s: float) -> float:
    return float(rear[0] + (rear[1] - rear[0]) * s)


def _point(quad: Floats, s: float, t: float) -> Floats:
    low = quad[0] + (quad[1] - quad[0]) * s
    high = quad[3] + (quad[2] - quad[3]) * s
    point: Floats = low + (high - low) * t
    return point


def _lot(quad: Floats, rear: Floats, ends: Floats, middle: Floats, *, upper: bool) -> Floats:
    """Return one plot's ring; its rear edge passes every vertex of the rear line."""
    back = middle[(middle >= ends[0]) & (middle <= ends[1])]
    if upper:
        at = [(s, _rear(rear, s)) for s in back] + [(ends[1], 1.0), (ends[0], 1.0)]
    else:
        at = [(ends[0], 0.0), (ends[1], 0.0)] + [(s, _rear(rear, s)) for s in back[::-1]]
    return np.array([_point(quad, s, t) for s, t in at])


def _area(ring: Floats) -> float:
    return float(Polygon(ring).area)


def join_some(plots: list[Polygon], chance: float, rng: np.random.Generator) -> list[Polygon]:
    """Join some neighbouring plots into wide and L-shaped ones.

    Parameters
    ----------
    plots
        Plots of one cell, rounded to the millimetre.
    chance
        Chance for each plot to take in one neighbour.
    rng
        Source of chance.

    Returns
    -------
    joined
        Plots in the same order; a joined plot stands at the place of its first part.
    """
    plots = list(plots)
    k = 0
    while k < len(plots):
        if rng.random() < chance:
            shared = [
                shapely.length(shapely.intersection(plots[k], other)) if n > k else 0.0
                for n, other in enumerate(plots)
            ]
            fits = [
                n
                for n, metres in enumerate(shared)
                if metres > 18.0 and plots[n].area + plots[k].area < _LARGEST_M2  # noqa: PLR2004
            ]
            if fits:
                n = fits[int(rng.integers(len(fits)))]
                union = shapely.union(plots[k], plots[n])
                if isinstance(union, Polygon) and not union.interiors:
                    plots[k] = union
                    del plots[n]
        k += 1
    return plots


def cut_corners(ring: Floats, corners: Floats, cut: float) -> Floats:
    """Cut a ring where it has a corner of the cell.

    Parameters
    ----------
    ring
        Open ring, shape (n, 2).
    corners
        The cell's corners, shape (4, 2), the same coordinates as in the ring.
    cut
        Length to take off both edges, metres.

    Returns
    -------
    ring
        Open ring with two vertices in the place of each corner found.
    """
    out: list[Floats] = []
    for k, vertex in enumerate(ring):
        if not (np.abs(corners - vertex).max(axis=1) < 1e-6).any():  # noqa: PLR2004
            out.append(vertex)
            continue
        for other in (ring[k - 1], ring[(k + 1) % len(ring)]):
            way = other - vertex
            out.append(vertex + way * min(0.3, cut / float(np.linalg.norm(way))))
    return np.array(out)
