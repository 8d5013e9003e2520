"""Marks of places: the app's shapes, gauges and counts, drawn on paper."""

from __future__ import annotations

import math

from platforms.outputs.figures.figure_svg import Drawing, number, points_path
from platforms.outputs.maps.map_styles import Look

__all__ = ["count", "gauge", "glyph"]

_UP = -math.pi / 2
_HALO = 1.6
_CROSS = 0.38


def _ring(x: float, y: float, r: float, n: int, turn: float = _UP) -> str:
    angles = [turn + 2 * math.pi * i / n for i in range(n)]
    return points_path([(x + r * math.cos(a), y + r * math.sin(a)) for a in angles], closed=True)


def _star(x: float, y: float, r: float) -> str:
    points = [
        (x + q * math.cos(_UP + i * math.pi / 5), y + q * math.sin(_UP + i * math.pi / 5))
        for i, q in enumerate([r * 1.35, r * 0.62] * 5)
    ]
    return points_path(points, closed=True)


def _plus(x: float, y: float, a: float) -> str:
    b = a * _CROSS
    corners = (
        (-b, -a), (b, -a), (b, -b), (a, -b), (a, b), (b, b),
        (b, a), (-b, a), (-b, b), (-a, b), (-a, -b), (-b, -b),
    )  # fmt: skip
    return points_path([(x + dx, y + dy) for dx, dy in corners], closed=True)


def _circle(x: float, y: float, r: float) -> str:
    arc = f"a{number(r)} {number(r)} 0 1 0"
    return f"M{number(x - r)} {number(y)}{arc} {number(2 * r)} 0{arc} -{number(2 * r)} 0Z"


# size, corners and turn of the regular ones; the triangle stands a little lower
_REGULAR = {
    "square": (0.9 * math.sqrt(2), 4, math.pi / 4),
    "diamond": (1.2, 4, _UP),
    "triangle": (1.25, 3, _UP),
    "hexagon": (1.08, 6, 0.0),
    "pentagon": (1.12, 5, _UP),
}


def _outline(shape: str, x: float, y: float, r: float) -> str:
    if shape in _REGULAR:
        size, corners, turn = _REGULAR[shape]
        return _ring(x, y + (r * 0.2 if shape == "triangle" else 0.0), r * size, corners, turn)
    return {"star": _star, "cross": _plus}.get(shape, _circle)(x, y, r)


def glyph(
    drawing: Drawing, shape: str, look: Look, at: tuple[float, float], r: float, pixel: float
) -> None:
    """Draw the mark of a place.

    Parameters
    ----------
    drawing
        The sheet.
    shape
        One of the shapes of styles.yaml.
    look
        Fill and outline.
    at
        Its middle, millimetres.
    r
        Half its height, millimetres.
    pixel
        Millimetres for a pixel of the styles.
    """
    path = _outline(shape, *at, r)
    if shape not in {"dot", "seat"}:
        edge = (2 * _HALO + look.width) * pixel
        drawing.add(
            "path", d=path, fill="none", stroke="#ffffff", stroke_width=edge,
            stroke_linejoin="round", stroke_opacity=0.95,
        )  # fmt: skip
    drawing.add(
        "path",
        d=path,
        fill=look.fill or "#ffffff",
        stroke=look.stroke or "#1f2937",
        stroke_width=(look.width or 1.0) * pixel,
    )


def gauge(
    drawing: Drawing, look: Look, at: tuple[float, float], r: float, taken: float, pixel: float
) -> None:
    """Draw a round mark with a ring that is closed as far as ``taken`` says; empty without room."""
    x, y = at
    ring = min(4 * pixel, r * 0.45)
    drawing.add(
        "circle", cx=x, cy=y, r=r + 0.8 * pixel, fill="#ffffff", stroke="#ffffff",
        stroke_width=1.6 * pixel,
    )  # fmt: skip
    if math.isnan(taken):
        drawing.add("circle", cx=x, cy=y, r=r, fill="#ffffff", stroke="#6b7280", stroke_width=pixel)
        return
    ink = look.fill or "#1f2937"
    inner = r - ring / 2
    drawing.add(
        "circle", cx=x, cy=y, r=inner, fill="none", stroke="#d4d4d4", stroke_width=float(ring)
    )
    if taken >= 1:
        drawing.add(
            "circle", cx=x, cy=y, r=inner, fill="none", stroke=ink, stroke_width=float(ring)
        )
    elif taken > 0:
        end = _UP + 2 * math.pi * taken
        place = f"{number(x + inner * math.cos(end))} {number(y + inner * math.sin(end))}"
        size = f"{number(inner)} {number(inner)} 0 {int(taken > 0.5)} 1"  # noqa: PLR2004
        path = f"M{number(x)} {number(y - inner)}A{size} {place}"
        drawing.add("path", d=path, fill="none", stroke=ink, stroke_width=float(ring))
    drawing.add("circle", cx=x, cy=y, r=r, fill="none", stroke=ink, stroke_width=pixel)


def count(
    drawing: Drawing, look: Look, at: tuple[float, float], n: int, r: float, pixel: float
) -> None:
    """Draw a mark that stands for several places of a kind."""
    x, y = at
    drawing.add(
        "circle", cx=x, cy=y, r=r, fill="#ffffff", stroke=look.stroke or "#1f2937",
        stroke_width=1.4 * pixel,
    )  # fmt: skip
    drawing.add(
        "circle", cx=x, cy=y, r=r - 1.6 * pixel, fill=look.fill or "#ffffff", fill_opacity=0.3
    )
    size = 11 * pixel
    drawing.text(str(n), (x, y + size * 0.36), size, anchor="middle", bold=True)
