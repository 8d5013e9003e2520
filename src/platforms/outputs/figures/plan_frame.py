"""What frames a map on paper: neatline with degrees, scale, north, inset, watermark.

North is that of the sheet's meridian; the arrow points where the meridian through the arrow
does, which is within half a degree of upwards in a 3-degree zone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import shapely

from platforms import messages
from platforms.outputs.figures.figure_svg import Drawing, points_path
from platforms.outputs.figures.figure_words import width_of
from platforms.outputs.figures.plan_paint import shape_path
from platforms.outputs.figures.plan_places import Rect
from platforms.outputs.figures.plan_view import View, bar_length, degrees_text, view_of

__all__ = [
    "BAND", "graticule_lines", "inset", "neatline", "north_arrow", "scale_bar", "scale_size",
    "watermark",
]  # fmt: skip

BAND = 3.4
_INK = "#33475b"
_APART = 38.0
_BAR_MOST = 42.0
_INSET_MARGIN = 0.06
_TURN = -math.degrees(math.pi / 7)


def graticule_lines(drawing: Drawing, view: View, unit: float) -> None:
    """Draw thin meridians and parallels."""
    found = view.graticule(_APART * unit)
    left, top, right, bottom = view.frame
    ends = [
        *zip(_by(found["top"]).items(), [_by(found["bottom"])] * len(found["top"]), strict=True),
    ]
    style = {"stroke": "#46647d", "stroke_opacity": 0.28, "stroke_width": 0.15 * unit}
    for (minutes, x), below in ends:
        if minutes in below:
            drawing.line((x, top), (below[minutes], bottom), **style)
    right_side = _by(found["right"])
    for minutes, y in _by(found["left"]).items():
        if minutes in right_side:
            drawing.line((left, y), (right, right_side[minutes]), **style)


def _by(crossings: list[tuple[float, float]]) -> dict[float, float]:
    return {round(minutes, 6): place for minutes, place in crossings}


def neatline(drawing: Drawing, view: View, unit: float) -> None:
    """Draw the frame of the map with ticks and degrees between its two lines."""
    left, top, right, bottom = view.frame
    band, size = BAND * unit, 2.1 * unit
    drawing.rect(view.frame, fill="none", stroke=_INK, stroke_width=0.25 * unit)
    outer = (left - band, top - band, right + band, bottom + band)
    drawing.rect(outer, fill="none", stroke=_INK, stroke_width=0.6 * unit)
    found = view.graticule(_APART * unit)
    tick = {"stroke": _INK, "stroke_width": 0.25 * unit}
    for side, edge, outside, words in (
        ("top", top, top - band, top - band * 0.3),
        ("bottom", bottom, bottom + band, bottom + band * 0.76),
    ):
        for minutes, x in found[side]:
            drawing.line((x, edge), (x, outside), **tick)
            _degrees(drawing, degrees_text(minutes), (x, words), size, (left, right))
    for side, edge, outside, words in (
        ("left", left, left - band, left - band * 0.3),
        ("right", right, right + band, right + band * 0.76),
    ):
        for minutes, y in found[side]:
            drawing.line((edge, y), (outside, y), **tick)
            text = degrees_text(minutes)
            if y - width_of(text, size) - size > top:
                drawing.text(text, (words, y - size * 0.3), size, fill=_INK, turn=-90)


def _degrees(
    drawing: Drawing, text: str, at: tuple[float, float], size: float, ends: tuple[float, float]
) -> None:
    """Print degrees right of their tick, where there is room."""
    x, y = at
    if x + width_of(text, size) + size < ends[1]:
        drawing.text(text, (x + size * 0.3, y), size, fill=_INK)


def scale_size(view: View, unit: float) -> tuple[float, float]:
    """Return width and height of the block with the scale bar, millimetres."""
    metres, _ = bar_length(view, _BAR_MOST * unit)
    return max(view.bar_mm(metres) + 16 * unit, 36 * unit), 12 * unit


def scale_bar(
    drawing: Drawing, view: View, at: tuple[float, float], unit: float, lang: str
) -> None:
    """Draw a scale bar whose length is that of the geodesic it names, and the scale in numbers.

    Parameters
    ----------
    drawing
        The sheet.
    view
        The map.
    at
        Left and bottom of the block, millimetres; it is :func:`scale_size` large.
    unit
        Size beside that of an A4 sheet.
    lang
        Language.
    """
    x, bottom = at
    metres, blocks = bar_length(view, _BAR_MOST * unit)
    wide, size = view.bar_mm(metres), 2.2 * unit
    across, high = scale_size(view, unit)
    drawing.rect((x, bottom - high, x + across, bottom), fill="#ffffff", fill_opacity=0.84)
    x, y, high = x + 4 * unit, bottom - 6.6 * unit, 1.2 * unit
    drawing.group(class_="scale-bar", data_metres=f"{metres:g}")
    for i in range(blocks):
        ink = "#ffffff" if i % 2 else "#24374a"
        drawing.rect((x + i * wide / blocks, y, x + (i + 1) * wide / blocks, y + high), fill=ink)
    drawing.rect((x, y, x + wide, y + high), fill="none", stroke="#24374a", stroke_width=0.2 * unit)
    drawing.end()
    large = metres >= 1000  # noqa: PLR2004
    for share in (0.0, 0.5, 1.0):
        value = f"{(metres / 1000 if large else metres) * share:g}"
        drawing.text(value, (x + wide * share, y - 0.8 * unit), size, anchor="middle", fill=_INK)
    name = messages.text("figures.kilometre" if large else "figures.metre", lang)
    drawing.text(name, (x + wide + 2.6 * unit, y - 0.8 * unit), size, fill=_INK)
    words = messages.text("figures.scale_is", lang, n=f"{view.scale:,.0f}")
    drawing.text(words, (x, bottom - 1.7 * unit), 2.5 * unit, fill="#24374a", bold=True)


def north_arrow(
    drawing: Drawing, view: View, at: tuple[float, float], unit: float, lang: str
) -> None:
    """Draw a north arrow whose middle top is ``at``; it is 8 × 16 units."""
    x, y = at
    lon, lat = view.unproject(x, y + 9 * unit)
    north_x, north_y = view.project([float(lon)] * 2, [float(lat), float(lat) + 0.01])
    turn = math.degrees(math.atan2(north_x[1] - north_x[0], north_y[0] - north_y[1]))
    drawing.group(transform=f"rotate({turn:.2f} {x:.3f} {y + 9 * unit:.3f})")
    words = messages.text("figures.north", lang)
    drawing.text(
        words, (x, y + 3.2 * unit), 3.6 * unit, anchor="middle", bold=True, halo=0.8 * unit
    )
    tip, foot, notch = (x, y + 4.4 * unit), y + 15 * unit, (x, y + 12.4 * unit)
    for side, ink in ((-1, "#1f2f3f"), (1, "#ffffff")):
        drawing.add(
            "path",
            d=points_path([tip, (x + side * 2.9 * unit, foot), notch], closed=True),
            fill=ink, stroke="#1f2f3f", stroke_width=0.25 * unit, stroke_linejoin="round",
        )  # fmt: skip
    drawing.end()


def inset(
    drawing: Drawing,
    view: View,
    base: Mapping[str, gpd.GeoDataFrame],
    box: Rect,
    unit: float,
    lang: str,
) -> None:
    """Draw where the map lies: the county among its neighbours, and the frame in red."""
    left, top, right, bottom = box
    foot = 4.2 * unit
    county = base["county"]
    west, south, east, north = county.total_bounds
    grown = ((east - west) * 0.25, (north - south) * 0.25)
    seen_west, seen_south, seen_east, seen_north = view.bounds
    extent = (
        min(west - grown[0], seen_west), min(south - grown[1], seen_south),
        max(east + grown[0], seen_east), max(north + grown[1], seen_north),
    )  # fmt: skip
    seen = (left + unit, top + unit, right - unit, bottom - foot)
    small = view_of(extent, seen, pixel=view.pixel, margin=_INSET_MARGIN)
    drawing.rect(box, fill="#ffffff", stroke=_INK, stroke_width=0.25 * unit)
    drawing.rect(seen, fill="#d3e4ee")
    drawing.group(clip_path=drawing.clip(seen))
    for name, fill, ink, pen in (
        ("neighbours", "#efede7", "#bdb9ae", 0.15),
        ("county", "#e9def2", "#6b4a94", 0.3),
    ):
        if name in base:
            shapes = shapely.simplify(small.on_sheet(base[name].geometry.to_numpy()), 0.08)
            cut = shapely.clip_by_rect(shapes, left - 5, top - 5, right + 5, bottom + 5)
            path = shape_path(cut)
            if path:
                drawing.add("path", d=path, fill=fill, stroke=ink, stroke_width=pen * unit)
    edge = np.array([shapely.segmentize(shapely.box(*view.frame), 10.0)], dtype=object)
    lon, lat = view.unproject(*shapely.get_coordinates(edge).T)
    x, y = small.project(lon, lat)
    # an extent that is lost in the inset is still a mark
    drawing.add(
        "path",
        d=points_path(zip(x, y, strict=True), closed=True),
        fill="#c0392b", fill_opacity=0.1, stroke="#c0392b", stroke_width=0.45 * unit,
    )  # fmt: skip
    drawing.end()
    words = messages.text("figures.locator", lang)
    drawing.text(
        words, ((left + right) / 2, bottom - 1.3 * unit), 2.2 * unit, anchor="middle", fill=_INK
    )


def watermark(drawing: Drawing, frame: Rect, text: str, unit: float) -> None:
    """Print a pale word across the map."""
    left, top, right, bottom = frame
    size = 7.5 * unit
    wide, high = width_of(text, size) + 42 * unit, 42 * unit
    drawing.group(fill_opacity=0.09, transform=f"rotate({_TURN:.3f} {left:.3f} {top:.3f})")
    reach = math.hypot(right - left, bottom - top)
    rows = range(math.ceil(1.5 * reach / high))
    for row in rows:
        for column in range(-math.ceil(reach / wide), math.ceil(reach / wide) + 1):
            x = left + column * wide + (wide / 2 if row % 2 else 0)
            drawing.text(text, (x, top + row * high), size, fill="#962828", bold=True)
    drawing.end()
