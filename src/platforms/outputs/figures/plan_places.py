"""Where marks go on paper: places that share a stand-in point are laid out around it.

The data keep their place; only the drawing moves, and a thin line leads back. Where more
places share a point than there is room for at this scale, a kind turns into a count, those
first whose style says so. The rules are those of the app's map.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

__all__ = ["Mark", "Occupied", "Rect", "hold", "spread"]

Rect = tuple[float, float, float, float]
_REACH = 22.0
_RING = 15.0
_STEP = 8.0
_COUNT = 10.5
_RINGS = 60
_FOLDED = 3


@dataclass
class Mark:
    """A mark on the sheet, millimetres.

    Attributes
    ----------
    layer
        Number of its layer.
    members
        Features for which it stands; several are a count.
    x, y
        Where it is drawn.
    ax, ay
        Where its place is.
    r
        Half its height.
    """

    layer: int
    members: list[int]
    x: float
    y: float
    ax: float
    ay: float
    r: float
    rank: float = 50.0


@dataclass
class Occupied:
    """Circles and boxes that are taken, found by cells of ``cell`` millimetres."""

    cell: float
    _circles: dict[tuple[int, int], list[tuple[float, float, float]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _boxes: dict[tuple[int, int], list[Rect]] = field(default_factory=lambda: defaultdict(list))

    def _cells(self, box: Rect) -> list[tuple[int, int]]:
        a, b, c, d = (math.floor(v / self.cell) for v in box)
        return [(i, j) for i in range(a, c + 1) for j in range(b, d + 1)]

    def add_circle(self, x: float, y: float, r: float) -> None:
        """Take a circle."""
        for cell in self._cells((x - r, y - r, x + r, y + r)):
            self._circles[cell].append((x, y, r))

    def add_box(self, box: Rect) -> None:
        """Take a box: left, top, right, bottom."""
        for cell in self._cells(box):
            self._boxes[cell].append(box)

    def circle_free(self, x: float, y: float, r: float) -> bool:
        """Say whether a circle lies on nothing that is taken."""
        for cell in self._cells((x - r, y - r, x + r, y + r)):
            for ox, oy, other in self._circles.get(cell, ()):
                if (ox - x) ** 2 + (oy - y) ** 2 < (other + r) ** 2 - 1e-9:
                    return False
            for left, top, right, bottom in self._boxes.get(cell, ()):
                dx, dy = max(left - x, 0, x - right), max(top - y, 0, y - bottom)
                if dx * dx + dy * dy < r * r:
                    return False
        return True

    def box_free(self, box: Rect) -> bool:
        """Say whether a box lies on nothing that is taken."""
        left, top, right, bottom = box
        for cell in self._cells(box):
            for a, b, c, d in self._boxes.get(cell, ()):
                if a < right and c > left and b < bottom and d > top:
                    return False
            for x, y, r in self._circles.get(cell, ()):
                dx, dy = max(left - x, 0, x - right), max(top - y, 0, y - bottom)
                if dx * dx + dy * dy < r * r:
                    return False
        return True


def _limit(zoom: float) -> int:
    """Return how many marks one place may show before kinds turn into counts."""
    steps = ((9.5, 2), (10.5, 4), (11.5, 8), (12.5, 12), (13.5, 20))
    return next((most for below, most in steps if zoom < below), 40)


def spread(marks: Sequence[Mark], taken: Occupied, *, zoom: float, pixel: float) -> list[Mark]:
    """Put every mark on the nearest free slot of rings around its own place.

    Parameters
    ----------
    marks
        One for each place; ``rank`` says which kinds turn into a count first.
    taken
        What is taken; the marks are added.
    zoom
        Zoom of the app's map that the sheet has.
    pixel
        Millimetres for a pixel of the styles.
    """
    limit = _limit(zoom)
    groups = [_folded(group, limit, pixel) for group in _groups(marks, _REACH * pixel)]
    # places with few marks first: they keep their spot, crowds flow around them
    groups.sort(key=len)
    room = min(3.4, max(1.0, 1 + (zoom - 12.2) * 0.75))
    placed = []
    for group in groups:
        for mark in group:
            _settle(mark, taken, alone=len(group) == 1, room=room, pixel=pixel)
            taken.add_circle(mark.x, mark.y, mark.r + 1.5 * pixel)
            placed.append(mark)
    return placed


def hold(marks: Sequence[Mark], taken: Occupied, *, pixel: float) -> list[Mark]:
    """Leave marks where they are; only what would lie on another of them gives way.

    Parameters
    ----------
    marks
        One for each place.
    taken
        The marks are added; what is taken already does not move them.
    pixel
        Millimetres for a pixel of the styles.
    """
    own = Occupied(taken.cell)
    # large ones first: a small one moves less
    ordered = sorted(marks, key=lambda mark: -mark.r)
    for mark in ordered:
        _settle(mark, own, alone=True, room=1.0, pixel=pixel)
        for one in (own, taken):
            one.add_circle(mark.x, mark.y, mark.r + 1.5 * pixel)
    return ordered


def _groups(marks: Sequence[Mark], reach: float) -> list[list[Mark]]:
    """Return marks by the place that they share, the largest place first."""
    anchors: dict[tuple[float, float], list[Mark]] = defaultdict(list)
    for mark in marks:
        anchors[round(mark.ax, 1), round(mark.ay, 1)].append(mark)
    heads: dict[tuple[int, int], list[int]] = defaultdict(list)
    out: list[list[Mark]] = []
    ordered = sorted(anchors.values(), key=lambda g: (-len(g), g[0].ay, g[0].ax))
    for group in ordered:
        x, y = group[0].ax, group[0].ay
        i, j = math.floor(x / reach), math.floor(y / reach)
        near = [n for a in (-1, 0, 1) for b in (-1, 0, 1) for n in heads.get((i + a, j + b), ())]
        home = next(
            (n for n in near if math.hypot(out[n][0].ax - x, out[n][0].ay - y) < reach), None
        )
        if home is None:
            heads[i, j].append(len(out))
            out.append(list(group))
        else:
            out[home].extend(group)
    return out


def _folded(group: Sequence[Mark], limit: int, pixel: float) -> list[Mark]:
    kinds: dict[int, list[Mark]] = defaultdict(list)
    for mark in group:
        kinds[mark.layer].append(mark)
    symbols, folded = len(group), set()
    for layer, kind in sorted(kinds.items(), key=lambda k: (k[1][0].rank, -len(k[1]))):
        # a kind of rank 0 is there to be counted, unless there is room to spare
        most = limit if kind[0].rank else limit / 5
        if symbols > most and len(kind) >= _FOLDED:
            folded.add(layer)
            symbols -= len(kind) - 1
    marks = []
    for layer, kind in sorted(kinds.items(), key=lambda k: (-k[1][0].rank, k[0])):
        if layer not in folded:
            marks += kind
            continue
        x, y = sum(m.ax for m in kind) / len(kind), sum(m.ay for m in kind) / len(kind)
        members = [f for m in kind for f in m.members]
        marks.append(Mark(layer, members, x, y, x, y, _COUNT * pixel, kind[0].rank))
    return marks


def _settle(mark: Mark, taken: Occupied, *, alone: bool, room: float, pixel: float) -> None:
    need = (mark.r + 1.5 * pixel) * room
    if alone and taken.circle_free(mark.ax, mark.ay, need):
        return
    for ring in range(_RINGS):
        radius = (_RING * room + ring * _STEP) * pixel
        slots = max(6, math.floor(2 * math.pi * radius / (need * 2 + 0.6 * pixel)))
        for slot in range(slots):
            angle = -math.pi / 2 + slot * 2 * math.pi / slots
            x, y = mark.ax + radius * math.cos(angle), mark.ay + radius * math.sin(angle)
            if taken.circle_free(x, y, need):
                mark.x, mark.y = x, y
                return
