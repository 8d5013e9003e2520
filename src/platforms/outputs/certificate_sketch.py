"""The sketch of a plot as SVG: boundary points, edge lengths, scale bar, north.

Labels never cover one another or the boundary: one that finds no room is left out, and how
many were is told, so that the reader turns to the table. North is the plane's, upwards. No
text of a user gets into the drawing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from platforms.geo.ingest.boundary_txt import Ring

__all__ = ["Sketch", "sketch"]

WIDTH, HEIGHT = 640.0, 350.0
_MARGIN = 34.0
_FOOT = 24.0
_SIZE = 10.0
_DIGIT = 0.58
# more points than this are labelled at even steps only
_MOST_LABELS = 60
_GAP = 4.0
_BARS = (1, 2, 5)
_FONT = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei',sans-serif"


@dataclass(frozen=True)
class Sketch:
    """A drawn plot.

    Attributes
    ----------
    svg
        The drawing.
    points_omitted, lengths_omitted
        Labels for which there was no room.
    """

    svg: str
    points_omitted: int
    lengths_omitted: int


def sketch(rings: Sequence[Ring], lengths: Sequence[Sequence[str]], *, label: str) -> Sketch:
    """Draw a plot.

    Parameters
    ----------
    rings
        Boundary points, (northing, easting) in metres.
    lengths
        For each ring the printed length of the edge that begins at each point.
    label
        What a screen reader says of the drawing.

    Returns
    -------
    sketch
        SVG without script, links or styles from outside.
    """
    drawing = _Drawing(rings)
    body = [drawing.outline()]
    names = [(r, i) for r, ring in enumerate(rings) for i in range(len(ring.points))]
    step = -(-len(names) // _MOST_LABELS)
    # the first point of each ring is what the numbering starts from
    chosen = [(r, i) for n, (r, i) in enumerate(names) if i == 0 or n % step == 0]
    chosen.sort(key=lambda pair: pair[1] != 0)
    body += drawing.dots(None if step == 1 else chosen)
    shown = sum(drawing.point(r, i, rings[r].names[i], body) for r, i in chosen)
    edges = sum(drawing.edge(r, i, lengths[r][i], body) for r, i in names)
    body += [drawing.bar(), _north()]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" '
        f'aria-label="{_attribute(label)}" font-family="{_FONT}" font-size="{_SIZE:g}">'
        f"{''.join(body)}</svg>"
    )
    return Sketch(svg, len(names) - shown, len(names) - edges)


class _Drawing:
    """Brings metres to the sheet and keeps labels apart."""

    def __init__(self, rings: Sequence[Ring]) -> None:
        metres = [np.array(ring.points)[:, ::-1] for ring in rings]
        low = np.min([m.min(axis=0) for m in metres], axis=0)
        high = np.max([m.max(axis=0) for m in metres], axis=0)
        room = np.array([WIDTH - 2 * _MARGIN, HEIGHT - 2 * _MARGIN - _FOOT])
        self.scale = float(np.min(room / np.maximum(high - low, 0.001)))
        middle = np.array([WIDTH / 2, (HEIGHT - _FOOT) / 2])
        turn = np.array([self.scale, -self.scale])
        self.rings = [(m - (low + high) / 2) * turn + middle for m in metres]
        self.line = shapely.MultiLineString([_closed(ring).tolist() for ring in self.rings])
        shapely.prepare(self.line)
        corner = shapely.box(WIDTH - 44, 0, WIDTH, 62)
        foot = shapely.box(0, HEIGHT - _FOOT, 260, HEIGHT)
        self.taken: list[shapely.Geometry] = [corner, foot]
        self.sheet = shapely.box(2, 2, WIDTH - 2, HEIGHT - 2)

    def outline(self) -> str:
        paths = ("M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in ring) + "Z" for ring in self.rings)
        return (
            f'<path d="{"".join(paths)}" fill="#e8f0f8" fill-rule="evenodd" '
            'stroke="#b42318" stroke-width="1.2" stroke-linejoin="round"/>'
        )

    def dots(self, chosen: Sequence[tuple[int, int]] | None) -> list[str]:
        """Return the marks of the points; of the labelled ones only where there are many."""
        places = (
            [p for ring in self.rings for p in ring]
            if chosen is None
            else [self.rings[r][i] for r, i in chosen]
        )
        return [
            f'<circle cx="{x:.2f}" cy="{y:.2f}" r="2" fill="#fff" stroke="#b42318"/>'
            for x, y in places
        ]

    def point(self, ring: int, place: int, name: str, body: list[str]) -> bool:
        """Put a point's name beside it, outside the plot if there is room."""
        here = self.rings[ring][place]
        ways = [self._outward(ring, place) + turn for turn in np.arange(8) * math.pi / 4]
        wide = len(name) * _SIZE * _DIGIT
        for away in (3.0, 9.0):
            for way in ways:
                toward = np.array([math.cos(way), math.sin(way)])
                reach = away + abs(toward[0]) * wide / 2 + abs(toward[1]) * _SIZE / 2
                if self._put(here + toward * reach, name, 0.0, "#1f4e79", body):
                    return True
        return False

    def edge(self, ring: int, place: int, length: str, body: list[str]) -> bool:
        """Write an edge's length along it where the edge is long enough."""
        points = self.rings[ring]
        a, b = points[place], points[(place + 1) % len(points)]
        run = b - a
        size = float(np.hypot(*run))
        if size < len(length) * _SIZE * _DIGIT + _GAP:
            return False
        angle = math.degrees(math.atan2(run[1], run[0]))
        upright = (angle + 90) % 180 - 90
        # rings run clockwise on the sheet: what is left of the way is outside
        normal = np.array([run[1], -run[0]]) / size
        return any(
            self._put((a + b) / 2 + normal * off, length, upright, "#333", body)
            for off in (8.0, -8.0)
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
        if float(np.hypot(*inward)) < 1e-6:  # noqa: PLR2004 a straight angle
            return math.atan2(-sides[1][0], sides[1][1])
        turning = sides[0][0] * sides[1][1] - sides[0][1] * sides[1][0]
        out = -inward if turning < 0 else inward
        return math.atan2(out[1], out[0])

    def _put(
        self, middle: NDArray[np.float64], text: str, angle: float, colour: str, body: list[str]
    ) -> bool:
        half = (len(text) * _SIZE * _DIGIT / 2 + 1, _SIZE / 2)
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
            f'<text x="0" y="{_SIZE * 0.36:.2f}" text-anchor="middle" fill="{colour}" '
            f'transform="translate({x:.2f} {y:.2f}) rotate({angle:.2f})">{text}</text>'
        )
        return True

    def bar(self) -> str:
        """Return the scale bar, about a fifth of the width long, in round metres."""
        metres = WIDTH / 5 / self.scale
        power = 10.0 ** math.floor(math.log10(metres))
        whole = max(n * power for n in _BARS if n * power <= metres)
        size = whole * self.scale
        y = HEIGHT - 12
        return (
            f'<g stroke="#333" fill="none"><path d="M16 {y - 5}V{y}H{16 + size:.2f}V{y - 5}"/>'
            f'<path d="M{16 + size / 2:.2f} {y}V{y - 4}"/></g>'
            f'<text x="{22 + size:.2f}" y="{y}" fill="#333">{whole:g} m</text>'
        )


def _north() -> str:
    x = WIDTH - 24
    return (
        f'<g><path d="M{x} 20L{x + 7} 46L{x} 40L{x - 7} 46Z" fill="#333"/>'
        f'<text x="{x}" y="14" text-anchor="middle" fill="#333" font-size="12">N</text></g>'
    )


def _closed(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.vstack([points, points[:1]])


def _attribute(text: str) -> str:
    for mark, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(mark, entity)
    return text
