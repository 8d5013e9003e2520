"""Outlines as well-known text: arcs become chords, what is no shape says why.

GEOS reads arcs and shapely cannot hold them, so an arc is split here, at the step that
drawings and databases use, into chords that keep its three points. The text that is left has
only straight edges and is read as any other.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence

import shapely

__all__ = ["is_curved", "straight", "wkt_shape"]

_CURVED = re.compile(r"\b(CIRCULARSTRING|COMPOUNDCURVE|CURVEPOLYGON|MULTICURVE|MULTISURFACE)")
_TAG = r"\s*(?:ZM|Z|M)?\s*"
_POINTS = re.compile(r"\(([^()]*)\)")
_ARCS = re.compile(rf"CIRCULARSTRING{_TAG}\(([^()]*)\)")
_RUN = rf"(?:LINESTRING{_TAG})?\([^()]*\)\s*"
_COMPOUND = re.compile(rf"COMPOUNDCURVE{_TAG}\(\s*({_RUN}(?:,\s*{_RUN})*)\)")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:E[+-]?\d+)?|\b(?:NAN|INF|INFINITY)\b", re.ASCII)
# three points of an arc that lie this near to a line (share of its length) are one
_STRAIGHT = 1e-9
_HEIGHT = 2

_Point = tuple[float, ...]


def is_curved(text: str) -> bool:
    """Say whether a shape's text has arcs or may have them."""
    return _CURVED.search(text.upper()) is not None


def wkt_shape(text: str, *, step_degrees: float) -> tuple[bytes | None, str]:
    """Read one shape.

    Parameters
    ----------
    text
        Well-known text, not empty.
    step_degrees
        Arcs become chords of this angle.

    Returns
    -------
    wkb, fault
        WKB, or None and the kind of issue that says why.
    """
    try:
        plain = straight(text, step_degrees=step_degrees) if is_curved(text) else text
    except ValueError:
        return None, _reason(text)
    shape = shapely.from_wkt(plain, on_invalid="ignore")
    return (None, _reason(text)) if shape is None else (bytes(shapely.to_wkb(shape)), "")


def straight(text: str, *, step_degrees: float) -> str:
    """Return the text of a shape with chords in place of its arcs.

    Raises
    ------
    ValueError
        When an arc is not made of three points, or a coordinate is no finite number.
    """
    words = " ".join(text.upper().split())
    top = words.split("(", 1)[0].strip().split(" ")[0]
    step = math.radians(step_degrees)
    words = _ARCS.sub(lambda m: _written(_chords(_points(m[1]), step)), words)
    words = _COMPOUND.sub(lambda m: _written(_joined(m[1])), words)
    if top.startswith(("CIRCULARSTRING", "COMPOUNDCURVE")):
        return f"LINESTRING {words}"
    if not top.startswith(("MULTISURFACE", "MULTICURVE", "CURVEPOLYGON")):
        return words.replace("CURVEPOLYGON", "POLYGON")
    # what stands inside has one kind only, and is not named again in plain text
    inside = re.sub(rf"((?:CURVE)?POLYGON|LINESTRING){_TAG}(?=\()", "", words[len(top) :])
    return {"S": "MULTIPOLYGON", "C": "MULTILINESTRING"}.get(top[5:6], "POLYGON") + inside


def _reason(text: str) -> str:
    numbers = _NUMBER.findall(text.upper())
    if any(not math.isfinite(float(number)) for number in numbers):
        return "coordinate_not_finite"
    return "geometry_unreadable"


def _points(text: str) -> list[_Point]:
    points = [tuple(float(n) for n in point.split()) for point in text.split(",")]
    if any(len(p) < _HEIGHT or not all(map(math.isfinite, p[:_HEIGHT])) for p in points):
        raise ValueError(text)
    return points


def _written(points: Sequence[_Point]) -> str:
    return "(" + ", ".join(" ".join(f"{n!r}" for n in p) for p in points) + ")"


def _joined(text: str) -> list[_Point]:
    """Return the runs of a compound curve as one, the points where they meet only once."""
    out: list[_Point] = []
    for run in _POINTS.findall(text):
        points = _points(run)
        out += points[1:] if out and out[-1][:_HEIGHT] == points[0][:_HEIGHT] else points
    return out


def _chords(points: Sequence[_Point], step: float) -> list[_Point]:
    """Return arcs through each three points, the next from the end of the last, as chords."""
    if len(points) < 3 or not len(points) % 2:  # noqa: PLR2004 an arc has three points
        raise ValueError(len(points))
    out = [points[0]]
    for at in range(0, len(points) - 2, 2):
        out += _arc(points[at], points[at + 1], points[at + 2], step)
    return out


def _arc(start: _Point, middle: _Point, end: _Point, step: float) -> list[_Point]:
    """Return the points of an arc after its first; a height is kept only as being there."""
    # from the first point, since squares of whole coordinates have no digits left
    mx, my = middle[0] - start[0], middle[1] - start[1]
    ex, ey = end[0] - start[0], end[1] - start[1]
    cross = 2 * (mx * ey - my * ex)
    if start[:_HEIGHT] == end[:_HEIGHT]:
        cx, cy, sweeps = mx / 2, my / 2, (math.pi, math.pi)
    elif abs(cross) <= _STRAIGHT * (mx * mx + my * my + ex * ex + ey * ey):
        return [middle, end]
    else:
        m2, e2 = mx * mx + my * my, ex * ex + ey * ey
        cx, cy = (ey * m2 - my * e2) / cross, (mx * e2 - ex * m2) / cross
        at = [math.atan2(y - cy, x - cx) for x, y in ((0.0, 0.0), (mx, my), (ex, ey))]
        turn = 1 if cross > 0 else -1
        one, two = (turn * ((turn * (b - a)) % math.tau) for a, b in itertools.pairwise(at))
        sweeps = one, two
    out: list[_Point] = []
    first = math.atan2(-cy, -cx)
    radius = math.hypot(cx, cy)
    for sweep, last in zip(sweeps, (middle, end), strict=True):
        count = max(math.ceil(abs(sweep) / step - 1e-9), 1)
        for k in range(1, count):
            angle = first + sweep * k / count
            x, y = cx + radius * math.cos(angle), cy + radius * math.sin(angle)
            out.append((start[0] + x, start[1] + y, *[0.0] * (len(start) - _HEIGHT)))
        out.append(last)
        first += sweep
    return out
