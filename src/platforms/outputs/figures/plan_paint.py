"""Areas, lines and flows of a map on paper.

Colours, outlines and hatches are those of the app's map; a pixel of the styles is a fifth of a
millimetre on A4. An area too small to have a shape is a square, as on the screen, so that no
plot is lost; the veil of planned areas and thin outlines follow the scale as there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely

from platforms.outputs.figures.figure_svg import Drawing, number
from platforms.outputs.figures.plan_layer import PlanLayer
from platforms.outputs.figures.plan_view import View
from platforms.outputs.maps.map_styles import Look

__all__ = ["LINE_ORDER", "arrow", "paint_areas", "paint_flows", "shape_path"]

# above this order layers lie over the county's line
LINE_ORDER = 30
_SPECK = 2.0
_MARK = 3.0
# sides of a square: of the class that lies on top, and of any other
_FOREMOST, _PLAIN = 4.6, 2.6
_FINE = 0.02
_BEYOND = 6.0
_BOW = 0.14
_STEPS = 12
_CASING = 2.0


def shape_path(shapes: npt.NDArray[np.object_], *, closed: bool = True) -> str:
    """Return the path of polygons or lines that are in millimetres of the sheet."""
    parts = shapely.get_parts(shapes)
    rings = shapely.get_rings(parts) if closed else parts
    coords, owner = shapely.get_coordinates(rings, return_index=True)
    if not len(coords):
        return ""
    whole = np.rint(coords * 100).astype(np.int64)
    texts = [f"{x / 100:g} {y / 100:g}" for x, y in whole.tolist()]
    starts = [0, *(np.flatnonzero(np.diff(owner)) + 1).tolist(), len(texts)]
    end = "Z" if closed else ""
    step = 1 if closed else 0
    return "".join(f"M{'L'.join(texts[a : b - step])}{end}" for a, b in pairwise(starts))


def _seen(layer: PlanLayer, view: View) -> npt.NDArray[np.int64]:
    """Return the features whose box meets the frame."""
    west, south, east, north = view.bounds
    b = layer.inside
    with np.errstate(invalid="ignore"):
        meets = (b[:, 0] <= east) & (b[:, 2] >= west) & (b[:, 1] <= north) & (b[:, 3] >= south)
    return np.flatnonzero(meets)


def _cut(shapes: npt.NDArray[np.object_], view: View) -> npt.NDArray[np.object_]:
    """Return shapes in millimetres, without detail that no printer shows, cut near the frame."""
    placed = shapely.simplify(view.on_sheet(shapes), _FINE)
    left, top, right, bottom = view.frame
    large = _BEYOND * view.pixel * 5
    return np.asarray(
        shapely.clip_by_rect(placed, left - large, top - large, right + large, bottom + large),
        dtype=object,
    )


def paint_areas(drawing: Drawing, view: View, layer: PlanLayer) -> int:
    """Draw the areas or lines of a layer and return how many are squares in place of shapes."""
    seen = _seen(layer, view)
    if not len(seen):
        return 0
    polygon = layer.kind == "polygon"
    shapes = layer.frame.geometry.to_numpy()[seen]
    boxes = shapely.bounds(view.on_sheet(shapes))
    side = _SPECK * view.pixel
    speck = polygon & (boxes[:, 2] - boxes[:, 0] < side) & (boxes[:, 3] - boxes[:, 1] < side)
    numbered = list(enumerate(layer.looks))
    foremost = layer.style.get("first_on_top") is True
    if foremost:
        numbered.reverse()
    for number_, look in numbered:
        own = layer.class_of[seen] == number_
        if (own & ~speck).any():
            _paint(drawing, view, layer, look, _cut(shapes[own & ~speck], view))
        if (own & speck).any():
            side = _FOREMOST if foremost and number_ == 0 else _PLAIN
            _specks(drawing, view, look, boxes[own & speck], side)
    return int(speck.sum())


def _paint(
    drawing: Drawing,
    view: View,
    layer: PlanLayer,
    look: Look,
    shapes: npt.NDArray[np.object_],
) -> None:
    polygon = layer.kind == "polygon"
    path = shape_path(shapes, closed=polygon)
    if not path:
        return
    veil = _veil(layer, view)
    if polygon and look.fill:
        drawing.add("path", d=path, fill=look.fill, fill_opacity=look.opacity * veil)
    if polygon and look.hatch != "none" and look.stroke:
        drawing.add(
            "path",
            d=path,
            fill=drawing.hatch(look.hatch, look.stroke),
            fill_opacity=min(1.0, look.opacity * 0.75) * veil,
        )
    if look.stroke and look.width:
        crowded = polygon and look.width < _MARK and len(layer.frame) > 200  # noqa: PLR2004
        thin = min(1.0, 2 ** ((view.zoom - 14) / 2)) if crowded else 1.0
        edges = path
        if polygon and not look.fill and look.dash:
            # a shared edge once: two dashed lines on one another look solid
            lines = shapely.line_merge(shapely.unary_union(shapely.boundary(shapes)))
            edges = shape_path(np.array([lines], dtype=object), closed=False)
        drawing.add(
            "path",
            d=edges,
            fill="none",
            stroke=look.stroke,
            stroke_width=look.width * max(0.3, thin) * view.pixel,
            stroke_linejoin="round",
            stroke_dasharray=" ".join(number(d * view.pixel) for d in look.dash) or None,
        )


def _veil(layer: PlanLayer, view: View) -> float:
    """Return how much of planned areas is left as one comes closer."""
    if float(layer.doc["order"]) >= LINE_ORDER:
        return 1.0
    return min(1.0, max(0.3, 1 - (view.zoom - 12) * 0.3))


def _specks(
    drawing: Drawing, view: View, look: Look, boxes: npt.NDArray[np.float64], pixels: float
) -> None:
    side = (look.width if look.width >= _MARK else pixels) * view.pixel
    across = number(side)
    path = "".join(
        f"M{number(x)} {number(y)}h{across}v{across}h-{across}z"
        for x, y in (boxes[:, :2] + boxes[:, 2:]) / 2 - side / 2
    )
    ink = look.fill or look.stroke or "#666666"
    edge = {"stroke": look.stroke or "#ffffff", "stroke_width": 0.4 * view.pixel}
    drawing.add("path", d=path, fill=ink, **(edge if pixels == _FOREMOST else {}))


def paint_flows(drawing: Drawing, view: View, layer: PlanLayer, rims: dict[str, float]) -> int:
    """Draw arrows, the wide ones first, and return how many there are.

    Parameters
    ----------
    drawing
        The sheet.
    view
        The map.
    layer
        Of kind ``flow``.
    rims
        Radius (millimetres) of the mark at which an arrow ends, by the id of its place.
    """
    shapes = layer.frame.geometry.to_numpy()
    ends = shapely.get_coordinates([shapely.get_point(s, i) for s in shapes for i in (0, -1)])
    if not len(ends):
        return 0
    x, y = view.project(ends[:, 0], ends[:, 1])
    to = (layer.style.get("flow") or {}).get("to")
    places = layer.words(str(to)) if to else [""] * len(shapes)
    for f in np.argsort(-layer.weights, kind="stable").tolist():
        rim = rims.get(places[f], 0.0) + view.pixel
        start, end = (x[2 * f], y[2 * f]), (x[2 * f + 1], y[2 * f + 1])
        width = layer.flow_width(float(layer.weights[f])) * view.pixel
        ink = layer.look(f).stroke or "#333333"
        arrow(drawing, _bow(start, end, rim, width, view.pixel), width, ink, view.pixel)
    return len(shapes)


def _head(width: float, pixel: float) -> float:
    return 4.5 * pixel + width * 0.9


def _bow(
    start: Sequence[float], end: Sequence[float], rim: float, width: float, pixel: float
) -> npt.NDArray[np.float64]:
    """Return points of a bow that ends where the mark begins."""
    a, b = np.asarray(start, float), np.asarray(end, float)
    way = float(np.hypot(*(b - a)))
    least = _head(width, pixel) + 7 * pixel
    if way < rim + least:
        # too short to be seen: from the same side, as long as it takes
        out = (a - b) / way if way > 0.01 * pixel else np.array([0.0, -1.0])
        return np.array([b + out * (rim + least), b + out * rim])
    t = np.linspace(0, 1, _STEPS * 4 + 1)[:, None]
    rise = 4 * _BOW * t * (1 - t)
    across = np.array([b[1] - a[1], -(b[0] - a[0])])
    points = a + (b - a) * t + across * rise
    return np.asarray(points[np.hypot(*(points - b).T) >= rim])


def arrow(
    drawing: Drawing, path: npt.NDArray[np.float64], width: float, ink: str, pixel: float
) -> None:
    """Draw an arrow along points, the last of which is its tip; all in millimetres."""
    tip, head = path[-1], _head(width, pixel)
    far = np.flatnonzero(np.hypot(*(path - tip).T) >= head)
    back = path[far[-1] if len(far) else 0]
    turn = math.atan2(tip[1] - back[1], tip[0] - back[0])
    along = np.array([math.cos(turn), math.sin(turn)])
    side = np.array([-along[1], along[0]]) * (2.4 * pixel + width * 0.75)
    neck, foot = tip - along * head * 0.8, tip - along * head
    shaft = [*path[: (far[-1] if len(far) else 0) + 1], neck]
    line = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in shaft)
    point = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in (tip, foot + side, foot - side))
    casing = _CASING * pixel
    white = {"stroke": "#ffffff", "stroke_opacity": 0.9, "stroke_linejoin": "round"}
    drawing.add("path", d=line, fill="none", stroke_width=width + casing, **white)
    drawing.add("path", d=point + "Z", fill="none", stroke_width=casing, **white)
    drawing.add("path", d=line, fill="none", stroke=ink, stroke_width=width)
    drawing.add("path", d=point + "Z", fill=ink)
