"""The sketch of a plot as SVG: boundary points, edge lengths, scale bar, north.

Where points crowd so that nobody could tell which name is whose, the place is ringed and drawn
again enlarged, with a scale bar of its own. Labels never cover one another or the boundary: one
that finds no room is left out, and how many were is told, so that the reader turns to the
table. North is the plane's, upwards. No text of a user gets into the drawing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from platforms.geo.ingest.boundary_txt import Ring
from platforms.outputs.certificates.certificate_pane import Box, Pane, Spot

__all__ = ["BESIDE", "WHOLE", "Sketch", "sketch"]

# units of the drawing; the certificate prints 640 of them on 180 mm
WHOLE = (640.0, 340.0)
BESIDE = (384.0, 290.0)
_MARGIN = 34.0
_FOOT = 24.0
_NORTH = (44.0, 62.0)
# more points than this are labelled at even steps only
_MOST_LABELS = 60
# points nearer than this cannot be told apart; a crowd wider than that is no detail
_NEAR, _WIDEST = 9.0, 60.0
_LETTERS = "AB"
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


@dataclass
class _Drawn:
    """What stands on the sheet so far."""

    body: list[str] = field(default_factory=list)
    taken: list[shapely.Geometry] = field(default_factory=list)
    names: int = 0
    edges: set[Spot] = field(default_factory=set)


def sketch(
    rings: Sequence[Ring],
    lengths: Sequence[Sequence[str]],
    *,
    label: str,
    size: tuple[float, float] = WHOLE,
) -> Sketch:
    """Draw a plot.

    Parameters
    ----------
    rings
        Boundary points, (northing, easting) in metres.
    lengths
        For each ring the printed length of the edge that begins at each point.
    label
        What a screen reader says of the drawing.
    size
        Width and height, units of the drawing.

    Returns
    -------
    sketch
        SVG without script, links or styles from outside.
    """
    metres = [np.array(ring.points)[:, ::-1] for ring in rings]
    spots = [(r, i) for r, ring in enumerate(rings) for i in range(len(ring.points))]
    step = -(-len(spots) // _MOST_LABELS)
    window = _window(metres, spots)
    drawn, main = _main(metres, window, size, (0.0, 0.0, *size))
    crowds = _crowds(main, spots) if step == 1 else []
    boxes: list[Box] = []
    if crowds:
        rest, boxes = _divided(size, window, min(len(crowds), len(_LETTERS)))
        drawn, main = _main(metres, window, size, rest)
        crowds = _crowds(main, spots)
    crowded = {spot for crowd in crowds for spot in crowd}
    for letter, crowd, box in zip(_LETTERS, crowds, boxes, strict=False):
        _ringed(main, crowd, letter, drawn)
        _detail(metres, crowd, box, letter, (rings, lengths), drawn)
    # the first point of each ring is what the numbering starts from
    singles = [s for n, s in enumerate(spots) if s[1] == 0 or n % step == 0]
    # of a crowd that is not enlarged one name says where it is
    lone = [crowd[0] for crowd in crowds[len(boxes) :]]
    singles = [s for s in singles if s not in crowded] + lone
    singles.sort(key=lambda spot: spot[1] != 0)
    drawn.body += main.dots(spots if step == 1 else singles)
    drawn.names += sum(main.point(s, rings[s[0]].names[s[1]], drawn.body) for s in singles)
    for r, i in spots:
        if (r, i) not in drawn.edges and main.edge((r, i), lengths[r][i], drawn.body):
            drawn.edges.add((r, i))
    drawn.body.append(_north(size[0] if not boxes else rest[2]))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]:g} {size[1]:g}" '
        f'role="img" aria-label="{_attribute(label)}" font-family="{_FONT}" font-size="10">'
        f"{''.join(drawn.body)}</svg>"
    )
    return Sketch(svg, len(spots) - drawn.names, len(spots) - len(drawn.edges))


def _main(
    metres: Sequence[NDArray[np.float64]], window: Box, size: tuple[float, float], rest: Box
) -> tuple[_Drawn, Pane]:
    """Draw the plot as a whole into what the details leave."""
    left, top, right, bottom = rest
    drawn = _Drawn()
    drawn.taken.append(shapely.box(right - _NORTH[0], top, right, top + _NORTH[1]))
    box = (left + _MARGIN, top + _MARGIN, right - _NORTH[0] - 4, bottom - _MARGIN - _FOOT)
    frame = (max(left, 2), max(top, 2), min(right, size[0] - 2), min(bottom, size[1] - 2))
    pane = Pane(metres, window, box, frame, drawn.taken)
    drawn.body += [pane.outline(), pane.bar()]
    return drawn, pane


def _divided(size: tuple[float, float], window: Box, count: int) -> tuple[Box, list[Box]]:
    """Return what is left to the plot, and the boxes of the details beside or below it."""
    width, height = size
    west, south, east, north = window
    flat = (east - west) * height > (north - south) * width
    if flat:
        top, share = height * 0.54, width / count
        boxes = [(n * share + 4, top, (n + 1) * share - 4, height - 4) for n in range(count)]
        return (0.0, 0.0, width, top - 2), boxes
    left, share = width * 0.66, height / count
    boxes = [(left, n * share + 4, width - 4, (n + 1) * share - 4) for n in range(count)]
    return (0.0, 0.0, left - 2, height), boxes


def _crowds(pane: Pane, spots: Sequence[Spot]) -> list[list[Spot]]:
    """Return points that stand too near to be told apart, those of most points first."""
    places = np.array([pane.rings[r][i] for r, i in spots])
    first, second = shapely.STRtree([shapely.Point(place) for place in places]).query(
        shapely.points(places), predicate="dwithin", distance=_NEAR
    )
    group = np.arange(len(spots))
    for _ in spots:
        lowest = group.copy()
        np.minimum.at(lowest, first, group[second])
        if (lowest == group).all():
            break
        group = lowest
    crowds = []
    for one in np.unique(group):
        members = np.flatnonzero(group == one)
        if len(members) > 1 and float(np.ptp(places[members], axis=0).max()) <= _WIDEST:
            crowds.append([spots[n] for n in members.tolist()])
    return sorted(crowds, key=len, reverse=True)


def _ringed(main: Pane, crowd: Sequence[Spot], letter: str, drawn: _Drawn) -> None:
    """Ring a crowd in the whole and give it a letter."""
    places = np.array([main.rings[r][i] for r, i in crowd])
    x, y = (places.min(axis=0) + places.max(axis=0)) / 2
    reach = float(np.hypot(*(places - [x, y]).T).max()) + 7
    drawn.body.append(
        f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{reach:.2f}" fill="none" stroke="#57606a" '
        'stroke-dasharray="3 2"/>'
    )
    drawn.taken.append(shapely.box(x - reach, y - reach, x + reach, y + reach))
    # the first side where the letter stands clear of the boundary
    ways = ((0.0, -1.0), (1.0, 0.0), (-1.0, 0.0), (0.0, 1.0))
    spots = [(float(x + (reach + 8) * e), float(y + (reach + 8) * s)) for e, s in ways]
    boxes = [shapely.box(e - 6, s - 6, e + 6, s + 6) for e, s in spots]
    clear = [main.sheet.contains(b) and not main.line.intersects(b) for b in boxes]
    side = clear.index(True) if any(clear) else 0
    drawn.taken.append(boxes[side])
    drawn.body.append(_letter(letter, spots[side][0], spots[side][1] + 4))


def _detail(
    metres: Sequence[NDArray[np.float64]],
    crowd: Sequence[Spot],
    box: Box,
    letter: str,
    words: tuple[Sequence[Ring], Sequence[Sequence[str]]],
    drawn: _Drawn,
) -> None:
    """Draw a crowd again, enlarged, in a box of its own."""
    left, top, right, bottom = box
    # the bar stands in a strip that is not drawn in
    inner = (left + 36, top + 22, right - 36, bottom - _FOOT - 16)
    pane = Pane(metres, _window(metres, crowd), inner, box, drawn.taken)
    letters = shapely.box(left, top, left + 20, top + 18)
    drawn.taken += [letters, shapely.box(left, bottom - _FOOT, right, bottom)]
    wide, high = right - left, bottom - top
    place = f'x="{left:.2f}" y="{top:.2f}" width="{wide:.2f}"'
    shown = f'{place} height="{high - _FOOT:.2f}"'
    view = f'viewBox="{left:.2f} {top:.2f} {wide:.2f} {high - _FOOT:.2f}"'
    drawn.body += [
        # a drawing within the drawing ends at its box, without a name that pages would share
        f"<svg {shown} {view}>{pane.outline()}</svg>",
        f'<rect {place} height="{high:.2f}" fill="none" stroke="#57606a" stroke-dasharray="3 2"/>',
        *pane.dots(crowd),
        pane.bar(0.4),
        _letter(letter, left + 10, top + 14),
    ]
    rings, lengths = words
    drawn.names += sum(pane.point((r, i), rings[r].names[i], drawn.body) for r, i in crowd)
    inside = set(crowd)
    for r, i in crowd:
        both = (r, (i + 1) % len(rings[r].points)) in inside
        if both and pane.edge((r, i), lengths[r][i], drawn.body):
            drawn.edges.add((r, i))


def _window(metres: Sequence[NDArray[np.float64]], spots: Sequence[Spot]) -> Box:
    places = np.array([metres[r][i] for r, i in spots])
    west, south = places.min(axis=0)
    east, north = places.max(axis=0)
    return float(west), float(south), float(east), float(north)


def _letter(letter: str, x: float, y: float) -> str:
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" text-anchor="middle" fill="#57606a" '
        f'font-weight="bold">{letter}</text>'
    )


def _north(right: float) -> str:
    x = right - 24
    return (
        f'<g><path d="M{x} 20L{x + 7} 46L{x} 40L{x - 7} 46Z" fill="#333"/>'
        f'<text x="{x}" y="14" text-anchor="middle" fill="#333" font-size="12">N</text></g>'
    )


def _attribute(text: str) -> str:
    for mark, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(mark, entity)
    return text
