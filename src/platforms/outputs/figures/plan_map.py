"""The map itself on paper: land and water, layers in their order, marks, names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import geopandas as gpd
import numpy as np
import shapely

from platforms import messages
from platforms.outputs.figures.figure_svg import Drawing, points_path
from platforms.outputs.figures.figure_words import clean, width_of
from platforms.outputs.figures.plan_frame import (
    BAND,
    graticule_lines,
    inset,
    neatline,
    north_arrow,
    scale_bar,
    scale_size,
    watermark,
)
from platforms.outputs.figures.plan_glyphs import count, gauge, glyph
from platforms.outputs.figures.plan_ground import county_line, ground
from platforms.outputs.figures.plan_layer import PlanLayer
from platforms.outputs.figures.plan_names import (
    NameLook,
    area_names,
    draw_name,
    mark_names,
    name_look,
)
from platforms.outputs.figures.plan_paint import LINE_ORDER, paint_areas, paint_flows
from platforms.outputs.figures.plan_places import Mark, Occupied, Rect, hold, spread
from platforms.outputs.figures.plan_view import View
from platforms.outputs.maps.map_document import MapDocument
from platforms.outputs.maps.map_reading import base_frames

__all__ = ["Land", "Painted", "paint_map"]

_FIRST = 10


@dataclass(frozen=True)
class Land:
    """A map to draw.

    Attributes
    ----------
    document
        The map document.
    layers
        Those that are printed, the lowest first.
    unit
        Size beside that of an A4 sheet.
    lang
        Language of the figure's own words.
    """

    document: MapDocument
    layers: Sequence[PlanLayer]
    unit: float
    lang: str


@dataclass(frozen=True)
class Painted:
    """What a reader is told of a map that was drawn.

    Attributes
    ----------
    names_left_out
        Names of marks that found no room.
    counts
        Whether some marks stand for several places.
    specks
        Areas too small to have a shape, drawn as squares.
    """

    names_left_out: int
    counts: bool
    specks: int = 0

    def notes(self, lang: str) -> list[str]:
        """Return what a reader is told, one sentence each."""
        told = []
        if self.counts:
            told.append(messages.text("figures.counts", lang))
        if self.specks:
            told.append(messages.text("figures.specks", lang, n=f"{self.specks:,}"))
        if self.names_left_out:
            told.append(messages.text("figures.names_left_out", lang, n=self.names_left_out))
        return told


def paint_map(drawing: Drawing, view: View, land: Land, *, locator: bool = True) -> Painted:
    """Draw the map with its frame.

    Parameters
    ----------
    drawing
        The sheet.
    view
        What lies where.
    land
        What is drawn.
    locator
        Draw the inset.

    Returns
    -------
    painted
        What the reader is told of it.
    """
    base = base_frames(land.document)
    shown = [layer for layer in land.layers if layer.shown_at(view.zoom)]
    ground(drawing, view, base)
    graticule_lines(drawing, view, land.unit)
    lined, specks = False, 0
    for layer in shown:
        if not lined and float(layer.doc["order"]) >= LINE_ORDER:
            county_line(drawing, view, base["county"])
            lined = True
        if layer.kind == "flow":
            paint_flows(drawing, view, layer, _rims(layer, shown, view))
        elif layer.kind != "point":
            specks += paint_areas(drawing, view, layer)
    if not lined:
        county_line(drawing, view, base["county"])
    if "sample" in cast("Sequence[str]", land.document.content["marks"]):
        watermark(drawing, view.frame, messages.text("figures.sample", land.lang), land.unit)
    taken = Occupied(8 * land.unit)
    corners = _corners(view, base["county"], land.unit, locator=locator)
    for box in corners.values():
        taken.add_box(box)
    told = _marks_and_names(drawing, view, shown, taken)
    _base_names(drawing, view, base, land, taken)
    _cover(drawing, view)
    if "inset" in corners:
        inset(drawing, view, base, corners["inset"], land.unit, land.lang)
    left, _, _, bottom = corners["scale"]
    scale_bar(drawing, view, (left, bottom), land.unit, land.lang)
    a, top, c, _ = corners["north"]
    north_arrow(drawing, view, ((a + c) / 2, top), land.unit, land.lang)
    neatline(drawing, view, land.unit)
    return replace(told, specks=specks)


def _cover(drawing: Drawing, view: View) -> None:
    """Paint the paper around the frame white: a clip of a wall map takes half a gigabyte."""
    left, top, right, bottom = view.frame
    wide, high = drawing.width, drawing.height
    outer = points_path([(0, 0), (wide, 0), (wide, high), (0, high)], closed=True)
    hole = points_path([(left, top), (left, bottom), (right, bottom), (right, top)], closed=True)
    drawing.add("path", d=outer + hole, fill="#ffffff", fill_rule="evenodd")


def _corners(
    view: View, county: gpd.GeoDataFrame, unit: float, *, locator: bool
) -> dict[str, Rect]:
    """Return where inset, scale and north go: corners with the least of the county in them."""
    left, top, right, bottom = view.frame
    gap = 2 * unit
    sizes = {"inset": (34 * unit, 42 * unit)} if locator else {}
    sizes |= {"scale": scale_size(view, unit), "north": (10 * unit, 17 * unit)}
    shape = shapely.union_all(view.on_sheet(county.geometry.to_numpy()))
    free = ["bottom right", "bottom left", "top right", "top left"]
    found: dict[str, Rect] = {}
    for name, (wide, high) in sizes.items():
        boxes = {}
        for corner in free:
            x = left + gap if "left" in corner else right - gap - wide
            y = top + gap if "top" in corner else bottom - gap - high
            boxes[corner] = (x, y, x + wide, y + high)
        # in tenths: a sliver of the county is no reason to leave the usual corner
        covered = {
            corner: round(
                10 * shapely.area(shapely.intersection(shape, shapely.box(*box))) / (wide * high)
            )
            for corner, box in boxes.items()
        }
        # a map reader looks for north above and for the scale below
        usual = {"scale": "bottom", "north": "top right", "inset": "bottom"}[name]
        best = min(free, key=lambda c: (covered[c], usual not in c))
        free.remove(best)
        found[name] = boxes[best]
    return found


def _rims(layer: PlanLayer, shown: Sequence[PlanLayer], view: View) -> dict[str, float]:
    """Return the radius of the marks at which flows end."""
    ends = (layer.style.get("flow") or {}).get("ends")
    marks = next((other for other in shown if other.name == ends), None)
    if marks is None:
        return {}
    keys = marks.words(str(marks.doc["key"]))
    return {key: (marks.radius(f) + 2) * view.pixel for f, key in enumerate(keys)}


def _marks_and_names(
    drawing: Drawing, view: View, shown: Sequence[PlanLayer], taken: Occupied
) -> Painted:
    points = [layer for layer in shown if layer.kind == "point"]
    seats = [_places(n, one, view) for n, one in enumerate(points) if _shape(one) == "seat"]
    for mark in (m for group in seats for m in group):
        taken.add_circle(mark.x, mark.y, 4 * view.pixel)
    loose: list[Mark] = []
    fixed: list[Mark] = []
    for n, layer in enumerate(points):
        if _shape(layer) != "seat":
            (loose if layer.style.get("spread") is True else fixed).extend(_places(n, layer, view))
    fixed = hold(fixed, taken, pixel=view.pixel)
    for group in seats:
        _draw_marks(drawing, view, points, group)
    left_out = mark_names(drawing, view, points, [m for g in seats for m in g], taken)
    areas = [layer for layer in shown if layer.kind == "polygon"]
    looks = [(layer, name_look(layer, view.pixel)) for layer in areas]
    for layer, look in looks:
        if look and look.priority < _FIRST:
            left_out += area_names(drawing, view, layer, taken)
    marks = [*fixed, *spread(loose, taken, zoom=view.zoom, pixel=view.pixel)]
    _draw_marks(drawing, view, points, marks)
    left_out += mark_names(drawing, view, points, marks, taken)
    for layer, look in looks:
        if look and look.priority >= _FIRST:
            left_out += area_names(drawing, view, layer, taken)
    return Painted(left_out, any(len(mark.members) > 1 for mark in marks))


def _shape(layer: PlanLayer) -> str:
    return str(layer.style.get("shape"))


def _places(n: int, layer: PlanLayer, view: View) -> list[Mark]:
    shapes = layer.frame.geometry.to_numpy()
    if not len(shapes):
        return []
    middle = shapely.get_coordinates(shapely.centroid(shapes))
    x, y = view.project(middle[:, 0], middle[:, 1])
    left, top, right, bottom = view.frame
    rank = float(layer.style.get("collapse") or 0)
    return [
        Mark(n, [f], float(x[f]), float(y[f]), float(x[f]), float(y[f]),
             layer.radius(f) * view.pixel, rank)
        for f in np.flatnonzero((x >= left) & (x <= right) & (y >= top) & (y <= bottom)).tolist()
    ]  # fmt: skip


def _draw_marks(
    drawing: Drawing, view: View, points: Sequence[PlanLayer], marks: Sequence[Mark]
) -> None:
    pixel = view.pixel
    for mark in marks:
        if np.hypot(mark.x - mark.ax, mark.y - mark.ay) > mark.r:
            drawing.line(
                (mark.ax, mark.ay), (mark.x, mark.y),
                stroke="#5b6b7b", stroke_opacity=0.45, stroke_width=0.7 * pixel,
            )  # fmt: skip
    # small ones above: a large one never hides another
    for mark in sorted(marks, key=lambda m: -m.r):
        layer, at = points[mark.layer], (mark.x, mark.y)
        look = layer.look(mark.members[0])
        if len(mark.members) > 1:
            count(drawing, look, at, len(mark.members), mark.r, pixel)
        elif layer.style.get("gauge"):
            gauge(drawing, look, at, mark.r, float(layer.taken[mark.members[0]]), pixel)
        else:
            glyph(drawing, _shape(layer), look, at, mark.r, pixel)


def _base_names(
    drawing: Drawing,
    view: View,
    base: Mapping[str, gpd.GeoDataFrame],
    land: Land,
    taken: Occupied,
) -> None:
    """Name neighbours and waters in what room is left."""
    left, top, right, bottom = view.frame
    names: list[tuple[str, float, float, NameLook]] = []
    grey = NameLook(13 * view.pixel, False, "#8b8678", 3 * view.pixel, 95, 0)  # noqa: FBT003
    blue = NameLook(15 * view.pixel, False, "#4d86ad", 5 * view.pixel, 95, 0)  # noqa: FBT003
    for water in cast("Sequence[Mapping[str, Any]]", land.document.content["base"]["waters"]):  # type: ignore[index]
        place = view.project(float(water["lon"]), float(water["lat"]))
        names.append((clean(water["text"])[:20], float(place[0]), float(place[1]), blue))
    if "neighbours" in base:
        around = base["neighbours"]
        shapes = shapely.clip_by_rect(
            shapely.make_valid(view.on_sheet(around.geometry.to_numpy())), left, top, right, bottom
        )
        for name, shape in zip(around["name"], shapes, strict=True):
            if shapely.area(shape) > (12 * land.unit) ** 2:
                spot = shapely.point_on_surface(shape)
                names.append((clean(name)[:20], spot.x, spot.y, grey))
    for name, x, y, look in names:
        wide = width_of(name, look.size) + look.spacing * len(name)
        box = (x - wide / 2, y - look.size * 0.6, x + wide / 2, y + look.size * 0.6)
        edge = BAND * land.unit / 2
        inside = box[0] > left + edge and box[2] < right - edge
        if name and inside and top < box[1] and box[3] < bottom and taken.box_free(box):
            taken.add_box(box)
            draw_name(drawing, [name], (x, y), look)
