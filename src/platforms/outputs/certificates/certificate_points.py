"""The table of boundary points (界址点坐标成果表), as text.

X is the northing. An edge's length is that between the printed points, in the plane, so that
a reader can check it by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from platforms import messages
from platforms.geo.ingest.boundary_txt import Ring
from platforms.units import half_up

__all__ = ["PointRow", "edge_lengths", "point_rows"]


@dataclass(frozen=True)
class PointRow:
    """A boundary point.

    Attributes
    ----------
    ring
        What ring begins here, in words; empty on the other points and where there is one.
    name, x, y
        Number, northing and easting, three decimals.
    length
        Edge to the next point, m; empty where the ring has closed.
    """

    ring: str
    name: str
    x: str
    y: str
    length: str


def point_rows(rings: Sequence[Ring], lengths: Sequence[Sequence[str]]) -> Iterator[PointRow]:
    """Give the rows of the table; each ring closes where it began, as in the exchange file.

    Parameters
    ----------
    rings
        What :func:`platforms.geo.exchange.boundary_rings` gave.
    lengths
        For each ring what :func:`edge_lengths` gave.
    """
    for ring, sides in zip(rings, lengths, strict=True):
        kind = "outer" if _clockwise(ring) else "hole"
        words = messages.text(f"certificate.ring.{kind}", None, number=ring.number)
        heading = words if len(rings) > 1 else ""
        for place, (name, (x, y)) in enumerate(zip(ring.names, ring.points, strict=True)):
            first = heading if place == 0 else ""
            yield PointRow(first, name, f"{x:.3f}", f"{y:.3f}", sides[place])
        x, y = ring.points[0]
        yield PointRow("", ring.names[0], f"{x:.3f}", f"{y:.3f}", "")


def edge_lengths(ring: Ring) -> list[str]:
    """Return the length of the edge that begins at each point, m, two decimals half up."""
    points = np.array(ring.points)
    sides = np.hypot(*(np.roll(points, -1, axis=0) - points).T)
    return [f"{length:.2f}" for length in half_up(sides, 2)]


def _clockwise(ring: Ring) -> bool:
    north, east = (np.array(ring.points) - ring.points[0]).T
    return float(np.sum(north * np.roll(east, -1) - np.roll(north, -1) * east)) > 0
