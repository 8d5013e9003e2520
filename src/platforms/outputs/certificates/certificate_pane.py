"""A rectangle of a sketch in which part of a plot is drawn at one scale.

Labels keep off one another and off the boundary; one that finds no room is not drawn. North is
the plane's, upwards, and no text of a user gets into the drawing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["SIZE", "Box", "Pane", "Spot"]

Box = tuple[float, float, float, float]
"""Left, top, right and bottom on the sheet."""
Spot = tuple[int, int]
"""Ring and place in it of a boundary point."""

SIZE = 10.0
_DIGIT = 0.58
_GAP = 4.0
_BARS = (1, 2, 5)
_KILOMETRE = 1000
_STRAIGHT = 1e-6


class Pane:
    """Brings metres to a rectangle of the sheet and keeps labels apart.

    Parameters
    ----------
    metres
        Rings, (easting, northing) in metres.
    window
        West, south, east and north of what is shown, metres.
    box
        Where to draw it; the window is fitted in and centred.
    frame
        What labels must stay in.
    taken
        What labels must keep off; shared by the panes of a sheet and added to.
    """

    def __init__(
        self,
        metres: Sequence[NDArray[np.float64]],
        window: Box,
        box: Box,
        frame: Box,
        taken: list[shapely.Geometry],
    ) -> None:
        west, south, east, north = window
        left, top, right, bottom = box
        fits = ((right - left) / max(east - west, 1e-3), (bottom - top) / max(north - south, 1e-3))
        self.scale = min(fits)
        middle = np.array([(left + right) / 2, (top + bottom) / 2])
        centre = np.array([(west + east) / 2, (south + north) / 2])
        turn = np.array([self.scale, -self.scale])
        self.rings = [(m - centre) * turn + middle for m in metres]
        self.frame = frame
        self.sheet = shapely.box(*frame)
        self.taken = taken
        # enlarged, a ring reaches farther than the numbers of a drawing hold
        around = (frame[0] - SIZE, frame[1] - SIZE, frame[2] + SIZE, frame[3] + SIZE)
        closed = [np.vstack([ring, ring[:1]]) for ring in self.rings]
        self.shapes = shapely.clip_by_rect(np.array([shapely.Polygon(c) for c in closed]), *around)
        self.line = shapely.clip_by_rect(shapely.MultiLineString(closed), *around)
        shapely.prepare(self.line)

    def outline(self) -> str:
        """Return the boundary with its filling."""
        rings = [shapely.get_coordinates(one) for one in shapely.get_rings(self.shapes)]
        paths = ("M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in ring[:-1]) + "Z" for ring in rings)
        return (
            f'<path d="{"".join(paths)}" fill="#e8f0f8" fill-rule="evenodd" '
            'stroke="#b42318" stroke-width="1.2" stroke-linejoin="round"/>'
        )

    def dots(self, spots: Iterable[Spot]) -> list[str]:
        """Return the marks of points."""
        return [
            f'<circle cx="{x:.2f}" cy="{y:.2f}" r="2" fill="#fff" stroke="#b42318"/>'
            for x, y in (self.rings[r][i] for r, i in spots)
        ]

    def point(self, spot: Spot, name: str, body: list[str]) -> bool:
        """Put a point's name beside it, outside the plot if there is room."""
        here = self.rings[spot[0]][spot[1]]
        ways = [self._outward(*spot) + turn for turn in np.arange(8) * math.pi / 4]
        wide = len(name) * SIZE * _DIGIT
        for away in (3.0, 9.0):
            for way in ways:
                toward = np.array([math.cos(way), math.sin(way)])
                reach = away + abs(toward[0]) * wide / 2 + abs(toward[1]) * SIZE / 2
                if self._put(here + toward * reach, name, 0.0, "#1f4e79", body):
                    return True
        return False

    def edge(self, spot: Spot, length: str, body: list[str]) -> bool:
        """Write an edge's length along it where the edge is long enough."""
        points = self.rings[spot[0]]
        a, b = points[spot[1]], points[(spot[1] + 1) % len(points)]
        run = b - a
        size = float(np.hypot(*run))
        if size < len(length) * SIZE * _DIGIT + _GAP:
            return False
        angle = math.degrees(math.atan2(run[1], run[0]))
        upright = (angle + 90) % 180 - 90
        # rings run clockwise on the sheet: what is left of the way is outside
        normal = np.array([run[1], -run[0]]) / size
        return any(
            self._put(a + run * share + normal * off, length, upright, "#333", body)
            for off in (8.0, -8.0)
            for share in (0.5, 0.35, 0.65)
        )

    def bar(self, share: float = 0.2) -> str:
        """Return the scale bar, in round metres, at most a share of the frame's width long."""
        left, _, right, bottom = self.frame
        metres = (right - left) * share / self.scale
        power = 10.0 ** math.floor(math.log10(metres))
        whole = max(n * power for n in _BARS if n * power <= metres)
        size = whole * self.scale
        x, y = left + 12, bottom - 10
        told = f"{whole / _KILOMETRE:g} km" if whole >= _KILOMETRE else f"{whole:g} m"
        self.taken.append(shapely.box(left, y - SIZE, x + size + 40, bottom))
        return (
            f'<g stroke="#333" fill="none"><path d="M{x} {y - 5}V{y}H{x + size:.2f}V{y - 5}"/>'
            f'<path d="M{x + size / 2:.2f} {y}V{y - 4}"/></g>'
            f'<text x="{x + size + 6:.2f}" y="{y}" fill="#333">{told}</text>'
        )

    def _outward(self, ring: int, place: int) -> float:
        """Return the direction that halves the outer angle at a point."""
        points = self.rings[ring]
        here = points[place]
        sides = []
        for other in (points[place - 1], points[(place + 1) % len(points)]):
            along = other - here
            sides.append(along / max(float(np.hypot(*along)), 1e-9))
        inward = sides[0] + sides[1]
        if float(np.hypot(*inward)) < _STRAIGHT:
            return math.atan2(-sides[1][0], sides[1][1])
        turning = sides[0][0] * sides[1][1] - sides[0][1] * sides[1][0]
        out = -inward if turning < 0 else inward
        return math.atan2(out[1], out[0])

    def _put(
        self, middle: NDArray[np.float64], text: str, angle: float, colour: str, body: list[str]
    ) -> bool:
        half = (len(text) * SIZE * _DIGIT / 2 + 1, SIZE / 2)
        plain = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
        turn = math.radians(angle)
        spin = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
        box = shapely.polygons(plain @ spin + middle)
        if not shapely.contains(self.sheet, box) or shapely.intersects(self.line, box):
            return False
        if shapely.intersects(np.array(self.taken, dtype=object), box).any():
            return False
        self.taken.append(box)
        x, y = middle
        # the baseline stands a third of the size below the middle of digits
        body.append(
            f'<text x="0" y="{SIZE * 0.36:.2f}" text-anchor="middle" fill="{colour}" '
            f'transform="translate({x:.2f} {y:.2f}) rotate({angle:.2f})">{text}</text>'
        )
        return True
