"""Names on the map: put where nothing else is, or left out; never one over another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from platforms.outputs.figures.figure_svg import Drawing
from platforms.outputs.figures.figure_words import shortened, width_of, wrapped
from platforms.outputs.figures.plan_layer import PlanLayer, colour_of, within
from platforms.outputs.figures.plan_places import Mark, Occupied, Rect
from platforms.outputs.figures.plan_view import View

__all__ = ["BONUS", "NameLook", "area_names", "draw_name", "mark_names", "name_look"]

# paper is sharper than a screen: names come a zoom earlier
BONUS = 1.0
_LINE = 1.22
_LONGEST = 40
_PER_LINE = 9
_FIRST = 10
_CLOSE = 14.8
_NEAR = (3.0, 7.0, 12.0)
_SIDES = (
    (1, 0), (-1, 0), (0, -1), (0, 1), (0.8, -0.8), (0.8, 0.8), (-0.8, -0.8), (-0.8, 0.8),
)  # fmt: skip
_GRID = 17
_MOST = 3000


@dataclass(frozen=True)
class NameLook:
    """How a name is printed; sizes in millimetres."""

    size: float
    bold: bool
    colour: str
    spacing: float
    priority: float
    least_zoom: float


def name_look(layer: PlanLayer, pixel: float) -> NameLook | None:
    """Return how the names of a layer are printed; None without names."""
    label: Mapping[str, Any] | None = layer.style.get("label")
    if not label:
        return None
    return NameLook(
        size=within(label.get("size"), 8, 40, 12) * pixel,
        bold=within(label.get("weight"), 100, 900, 400) >= 600,  # noqa: PLR2004
        colour=colour_of(label.get("color"), "#1f2937") or "#1f2937",
        spacing=within(label.get("spacing"), 0, 20, 0) * pixel,
        priority=within(label.get("priority"), 0, 100, 50),
        least_zoom=within(label.get("min_zoom"), 0, 24, 0),
    )


def lines_of(text: str, look: NameLook, most: int = _PER_LINE) -> list[str]:
    """Return a name on one line or on two of about equal length."""
    text = shortened(text, _LONGEST * look.size, look.size)
    wide = width_of(text, 1)
    if wide <= most:
        return [text] if text else []
    return wrapped(text, max(wide / 2 + 1.2, most * 0.6), 1, lines=2)


def _size(lines: Sequence[str], look: NameLook) -> tuple[float, float]:
    wide = max(
        width_of(line, look.size, bold=look.bold) + look.spacing * max(0, len(line) - 1)
        for line in lines
    )
    return wide, len(lines) * look.size * _LINE


def _box(x: float, y: float, wide: float, high: float, pad: float = 0.4) -> Rect:
    return (x - wide / 2 - pad, y - high / 2, x + wide / 2 + pad, y + high / 2)


def _inside(box: Rect, frame: Rect) -> bool:
    return box[0] >= frame[0] and box[1] >= frame[1] and box[2] <= frame[2] and box[3] <= frame[3]


def draw_name(
    drawing: Drawing, lines: Sequence[str], at: tuple[float, float], look: NameLook
) -> None:
    """Print the lines of a name around its middle."""
    step = look.size * _LINE
    for i, line in enumerate(lines):
        y = at[1] + (i - (len(lines) - 1) / 2) * step + look.size * 0.36
        drawing.text(
            line,
            (at[0] + look.spacing / 2, y),
            look.size,
            anchor="middle",
            fill=look.colour,
            bold=look.bold,
            halo=look.size / 4.5,
            spacing=look.spacing,
        )


def mark_names(
    drawing: Drawing,
    view: View,
    layers: Sequence[PlanLayer],
    marks: Sequence[Mark],
    taken: Occupied,
) -> int:
    """Name marks on one of their eight sides and return how many found no room."""
    looks = [name_look(layer, view.pixel) for layer in layers]
    words: dict[int, list[str]] = {}
    wanted = []
    for mark in marks:
        look = looks[mark.layer]
        if look and len(mark.members) == 1 and view.zoom + BONUS >= look.least_zoom:
            wanted.append((look.priority, mark, look))
    wanted.sort(key=lambda one: one[0])
    left_out = 0
    for _, mark, look in wanted[:_MOST]:
        layer = layers[mark.layer]
        if mark.layer not in words:
            words[mark.layer] = layer.words(str(layer.style["label"]["column"]))
        lines = lines_of(words[mark.layer][mark.members[0]], look)
        if not lines:
            continue
        wide, high = _size(lines, look)
        at = _beside(mark, wide, high, view, taken)
        if at is None:
            left_out += 1
            continue
        taken.add_box(_box(*at, wide, high))
        draw_name(drawing, lines, at, look)
    return left_out


def _beside(
    mark: Mark, wide: float, high: float, view: View, taken: Occupied
) -> tuple[float, float] | None:
    for gap in _NEAR:
        for sx, sy in _SIDES:
            x = mark.x + sx * (mark.r + gap * view.pixel + wide / 2)
            y = mark.y + sy * (mark.r + gap * view.pixel + high / 2)
            box = _box(x, y, wide, high)
            if _inside(box, view.frame) and taken.box_free(box):
                return x, y
    return None


def area_names(drawing: Drawing, view: View, layer: PlanLayer, taken: Occupied) -> int:
    """Name areas inside them, planned ones also beside; return how many of these had no room."""
    look = name_look(layer, view.pixel)
    if look is None or view.zoom + BONUS < look.least_zoom:
        return 0
    first = look.priority < _FIRST
    if first and view.zoom > _CLOSE:
        return 0
    left_out = 0
    left, top, right, bottom = view.frame
    names = layer.words(str(layer.style["label"]["column"]))
    west, south, east, north = view.bounds
    b = layer.inside
    seen = (b[:, 0] <= east) & (b[:, 2] >= west) & (b[:, 1] <= north) & (b[:, 3] >= south)
    for f in np.flatnonzero(seen)[:_MOST].tolist():
        if not names[f]:
            continue
        whole = view.on_sheet(layer.frame.geometry.to_numpy()[f : f + 1])[0]
        shape = shapely.clip_by_rect(shapely.make_valid(whole), left, top, right, bottom)
        if shapely.area(shape) < look.size**2:
            left_out += first and not shape.is_empty
            continue
        for most in (12, _PER_LINE * 0.6):
            lines = lines_of(names[f], look, int(most))
            wide, high = _size(lines, look)
            at = _spot(shape, wide, high, view, taken, must_fit=not first)
            if at is not None:
                taken.add_box(_box(*at, wide, high, look.size * 0.3))
                draw_name(drawing, lines, at, look)
                break
        else:
            left_out += first
    return left_out


def _spot(
    shape: shapely.Geometry,
    wide: float,
    high: float,
    view: View,
    taken: Occupied,
    *,
    must_fit: bool,
) -> tuple[float, float] | None:
    """Return the free place inside a shape that lies deepest in it."""
    x0, y0, x1, y1 = shapely.bounds(shape)
    if must_fit and (x1 - x0 < wide or y1 - y0 < high):
        return None
    xs, ys = np.meshgrid(np.linspace(x0, x1, _GRID), np.linspace(y0, y1, _GRID))
    own = shapely.point_on_surface(shape)
    places = np.vstack([np.c_[xs.ravel(), ys.ravel()], shapely.get_coordinates(own)])
    points = np.asarray(shapely.points(places), dtype=object)
    points = points[shapely.intersects(shape, points)]
    depth = shapely.distance(shapely.boundary(shape), points)
    for i in np.argsort(-depth, kind="stable").tolist():
        x, y = float(shapely.get_x(points[i])), float(shapely.get_y(points[i]))
        box = _box(x, y, wide, high)
        if must_fit and not shapely.contains(shape, shapely.box(*box)):
            continue
        if _inside(box, view.frame) and taken.box_free(box):
            return x, y
    return None
