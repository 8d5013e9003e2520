"""The plan map as a sheet of paper: A4 to A0, as PNG, SVG or PDF.

The sheet shows the map document and nothing else: numbers are printed as the document prints
them, areas are never measured here. Letters and lines grow with the paper, slower than it, so
that a wall map shows more of the land and is read from further away. What the document marks as
sample, schematic or internal is marked on the sheet.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, cast

from platforms import messages
from platforms.errors import InputError
from platforms.outputs.figures.figure_file import family, format_of, save_drawing
from platforms.outputs.figures.figure_svg import Drawing
from platforms.outputs.figures.figure_words import clean, fitted, shortened, width_of, wrapped
from platforms.outputs.figures.plan_frame import BAND
from platforms.outputs.figures.plan_layer import plan_layers
from platforms.outputs.figures.plan_map import Land, paint_map
from platforms.outputs.figures.plan_panel import draw_legend, draw_panel
from platforms.outputs.figures.plan_places import Rect
from platforms.outputs.figures.plan_view import View, view_of
from platforms.outputs.maps.map_document import MapDocument

__all__ = ["PAPERS", "lang_of", "map_picture", "marks_of", "plan_drawing", "save_figure"]

# ISO 216, portrait, millimetres
PAPERS = {
    "A4": (210.0, 297.0),
    "A3": (297.0, 420.0),
    "A2": (420.0, 594.0),
    "A1": (594.0, 841.0),
    "A0": (841.0, 1189.0),
}
_A4_LONG = 297.0
_GROWTH = 0.65
# a pixel of the styles on A4
_PIXEL = 0.22
# letters of the head: stamps, and the words below the key figures
_STAMP, _LABEL = 2.8, 2.8
_EDGE, _HEAD, _FOOT = 8.0, 16.0, 7.0
_PANEL, _PANEL_HIGH, _GAP = 66.0, 78.0, 3.0
# legend beside a map on a slide
_SIDE = 40.0
# a slide is read from the other end of a room
_ON_SCREEN = 1.25
# what was removed of a layer, and the columns behind it, which may hold brackets themselves
_COLUMNS = re.compile(r"(：|: )([^（(：]*?)\s*[（(].*[）)]$")
_RED, _BLUE, _QUIET = "#b42318", "#1d4e89", "#5b6673"

Orientation = Literal["landscape", "portrait"]


def lang_of(document: MapDocument, lang: str | None = None) -> str:
    """Return the language of a figure's own words: the one given, or the document's."""
    return lang or ("zh_CN" if document.content.get("lang") == "zh-CN" else "en")


def marks_of(document: MapDocument, lang: str) -> list[str]:
    """Return what is stamped on a figure: 示例数据, 示意, 内部资料 or 审图号."""
    content = document.content
    marks = list(cast("Sequence[str]", content["marks"]))
    publication = cast("Mapping[str, Any] | None", content.get("publication")) or {}
    public = publication.get("profile") == "public"
    if publication.get("profile") == "internal" and "internal" not in marks:
        marks.append("internal")
    words = [
        messages.text(f"figures.{mark}", lang)
        for mark in marks
        if mark in {"sample", "schematic", "internal"} and not (public and mark == "internal")
    ]
    if public:
        number = clean(publication.get("review_number") or "")[:60]
        entry = "figures.review_number" if number else "figures.review_blank"
        words.append(messages.text(entry, lang, number=number))
    return words


def save_figure(  # noqa: PLR0913 a sheet of paper has so many choices
    document: MapDocument,
    path: str | os.PathLike[str],
    *,
    paper: str = "A4",
    orientation: Orientation = "landscape",
    dpi: int = 300,
    layers: Collection[str] | None = None,
    extent: Sequence[float] | None = None,
    lang: str | None = None,
    overwrite: bool = True,
) -> Path:
    """Write the plan map of a document as a sheet of paper, whole or not at all.

    Parameters
    ----------
    document
        Any map document: of a run, a land map, a scenario, or one read from a page.
    path
        ``.png``, ``.svg`` or ``.pdf``.
    paper
        ``A4``, ``A3``, ``A2``, ``A1`` or ``A0``.
    orientation
        ``landscape`` or ``portrait``.
    dpi
        Dots in an inch of a PNG, 50 to 1200.
    layers
        Ids of the layers that are drawn; default those that the map shows at first.
    extent
        West, south, east, north in degrees (EPSG:4490); default what the map opens on.
    lang
        Language of the sheet's own words; default the document's.
    overwrite
        Replace a file that is there.

    Returns
    -------
    path
        The file written.

    Raises
    ------
    InputError
        When the ending, the paper, a layer or the extent is none that can be drawn.
    MissingPartError
        Without the typesetter or a Chinese font on this machine.
    OutputError
        When the file cannot be written.

    Notes
    -----
    The plane is the 3-degree Gauss zone of CGCS2000 of the map's middle; the scale is round
    and holds on the paper; the bar is as long as the geodesic that it names.
    """
    format_of(path)
    drawing = plan_drawing(
        document, paper=paper, orientation=orientation, layers=layers, extent=extent, lang=lang
    )
    title = clean(document.content["title"])
    return save_drawing(drawing, path, dpi=dpi, title=title, overwrite=overwrite)


def plan_drawing(
    document: MapDocument,
    *,
    paper: str = "A4",
    orientation: Orientation = "landscape",
    layers: Collection[str] | None = None,
    extent: Sequence[float] | None = None,
    lang: str | None = None,
) -> Drawing:
    """Return the sheet of a plan map; parameters as those of :func:`save_figure`."""
    if paper not in PAPERS:
        raise InputError("figures.paper", name=paper, allowed=list(PAPERS))
    if orientation not in {"landscape", "portrait"}:
        raise InputError("figures.orientation", name=orientation)
    short, long = PAPERS[paper]
    wide, high = (long, short) if orientation == "landscape" else (short, long)
    unit = (long / _A4_LONG) ** _GROWTH
    lang = lang_of(document, lang)
    land = Land(document, plan_layers(document, layers), unit, lang)
    label = messages.text("figures.map_of", lang, title=clean(document.content["title"]))
    drawing = Drawing(wide, high, family=family(), unit=unit, label=label)
    drawing.rect((0, 0, wide, high), fill="#ffffff")
    edge = _EDGE * unit
    inner = (edge, edge, wide - edge, high - edge)
    frame, columns = _rooms(inner, unit, orientation)
    view = view_of(_extent(document, extent), frame, pixel=_PIXEL * unit)
    told = paint_map(drawing, view, land)
    _header(drawing, document, inner, unit, lang)
    extra = [*_removed(document, lang), *told.notes(lang)]
    draw_panel(drawing, columns, land, zoom=view.zoom, extra=extra)
    _footer(drawing, document, view, inner, unit)
    return drawing


def map_picture(
    document: MapDocument,
    size: tuple[float, float],
    *,
    layers: Collection[str] | None = None,
    extent: Sequence[float] | None = None,
    lang: str | None = None,
) -> Drawing:
    """Return the map with its frame, scale, north and legend, for a slide.

    Parameters
    ----------
    document
        Any map document.
    size
        Width and height, millimetres.
    layers, extent, lang
        As those of :func:`save_figure`.
    """
    wide, high = size
    unit = _ON_SCREEN * (max(size) / 215.0) ** _GROWTH
    lang = lang_of(document, lang)
    land = Land(document, plan_layers(document, layers), unit, lang)
    label = messages.text("figures.map_of", lang, title=clean(document.content["title"]))
    drawing = Drawing(wide, high, family=family(), unit=unit, label=label)
    drawing.rect((0, 0, wide, high), fill="#ffffff")
    band, side = (BAND + 0.5) * unit, wide - _SIDE * unit
    frame = (band, band, side - band, high - band)
    view = view_of(_extent(document, extent), frame, pixel=_PIXEL * unit)
    told = paint_map(drawing, view, land, locator=False)
    letter, room = 2.2 * unit, wide - side - unit
    lines = [one for note in told.notes(lang) for one in wrapped(note, room, letter, lines=4)]
    foot = high - 1.4 * letter * len(lines)
    columns = [(side + unit, 0.5 * unit, wide, foot)]
    draw_legend(drawing, columns, land, zoom=view.zoom)
    for n, line in enumerate(lines, 1):
        drawing.text(line, (side + unit, foot + 1.35 * letter * n), letter, fill=_QUIET)
    return drawing


def _removed(document: MapDocument, lang: str) -> list[str]:
    """Say what a profile of publication removed, without the lists of columns."""
    publication = cast("Mapping[str, Any] | None", document.content.get("publication")) or {}
    removed = [_COLUMNS.sub(r"\1\2", clean(one)) for one in publication.get("removed") or ()]
    joint = "；" if lang == "zh_CN" else "; "
    return [messages.text("figures.removed", lang, removed=joint.join(removed))] if removed else []


def _extent(document: MapDocument, extent: Sequence[float] | None) -> Sequence[float]:
    content = document.content
    chosen = extent if extent is not None else content.get("focus") or content["extent"]
    return cast("Sequence[float]", chosen)


def _rooms(inner: Rect, unit: float, orientation: str) -> tuple[Rect, list[Rect]]:
    """Return the frame of the map, and the columns of the panel beside or below it."""
    left, top, right, bottom = inner
    top, bottom = top + _HEAD * unit, bottom - _FOOT * unit
    band, gap = BAND * unit, _GAP * unit
    if orientation == "landscape":
        side = right - _PANEL * unit
        frame = (left + band, top + band, side - gap - band, bottom - band)
        return frame, [(side + gap / 2, top, right, bottom)]
    low = bottom - _PANEL_HIGH * unit
    frame = (left + band, top + band, right - band, low - gap - band)
    count = 3
    share = (right - left + gap) / count
    columns = [(left + i * share, low, left + (i + 1) * share - gap, bottom) for i in range(count)]
    return frame, columns


def _header(drawing: Drawing, document: MapDocument, inner: Rect, unit: float, lang: str) -> None:
    """Draw seal, title, key figures and marks."""
    left, top, right, _ = inner
    seal = (left, top, left + 11 * unit, top + 11 * unit)
    drawing.rect(seal, fill=_BLUE, rx=1.6 * unit)
    middle = ((seal[0] + seal[2]) / 2, top + 7.9 * unit)
    words = messages.text("figures.seal", lang)
    drawing.text(words, middle, 6.6 * unit, anchor="middle", bold=True, fill="#ffffff")
    x = left + 13.5 * unit
    whole = right - x
    numbers = _key_figures(drawing, document, (right, top), whole * 0.5, unit)
    room = whole - numbers - 4 * unit
    content = document.content
    title, size = fitted(clean(content["title"]), room, 6.4 * unit, bold=True)
    width = drawing.text(title, (x, top + 5.6 * unit), size, bold=True, fill="#16263a")
    # beside the title where there is room, else at the line below
    marks = marks_of(document, lang)
    beside = sum(width_of(m, _STAMP * unit, bold=True) + 4.5 * unit for m in marks)
    at = (x + width + 3 * unit, top + 1.6 * unit)
    if width + 3 * unit + beside > room:
        at = (x, top + 7.4 * unit)
    end = _stamps(drawing, marks, at, unit)
    start = end + 2 * unit if at[0] == x else x
    subtitle = shortened(clean(content["subtitle"]), x + room - start, 2.9 * unit)
    drawing.text(subtitle, (start, top + 10.6 * unit), 2.9 * unit, fill=_QUIET)
    line = top + 13.2 * unit
    drawing.line((left, line), (right, line), stroke=_BLUE, stroke_width=0.6 * unit)


def _stamps(drawing: Drawing, marks: Sequence[str], at: tuple[float, float], unit: float) -> float:
    x, y = at
    size = _STAMP * unit
    for mark in marks:
        wide = width_of(mark, size, bold=True) + 2.4 * unit
        box = (x, y, x + wide, y + 4.3 * unit)
        drawing.rect(box, fill="#ffffff", stroke=_RED, stroke_width=0.35 * unit, rx=0.5 * unit)
        drawing.text(mark, (x + 1.2 * unit, y + 3.15 * unit), size, bold=True, fill=_RED)
        x += wide + 2 * unit
    return x


def _key_figures(
    drawing: Drawing,
    document: MapDocument,
    corner: tuple[float, float],
    most: float,
    unit: float,
) -> float:
    """Print key figures from the right, as many as there is room for; return their width."""
    right, top = corner
    figures = cast("Sequence[Mapping[str, Any]]", document.content["figures"])
    lang = lang_of(document)
    columns: list[tuple[str, str, float]] = []
    taken = 0.0
    for figure in figures:
        label = clean(figure["label"])[:40]
        if figure["unit"]:
            entry = "figures.label_unit"
            label = messages.text(entry, lang, label=label, unit=clean(figure["unit"])[:20])
        value = clean(figure["value"])[:40]
        wide = max(width_of(value, 5 * unit, bold=True), width_of(label, _LABEL * unit)) + 4 * unit
        if taken + wide > most:
            break
        columns.append((value, label, wide))
        taken += wide
    x = right
    for value, label, wide in reversed(columns):
        drawing.text(value, (x, top + 5.2 * unit), 5 * unit, anchor="end", bold=True, fill=_BLUE)
        drawing.text(label, (x, top + 10.2 * unit), _LABEL * unit, anchor="end", fill=_QUIET)
        x -= wide
    return taken


def _footer(drawing: Drawing, document: MapDocument, view: View, inner: Rect, unit: float) -> None:
    left, _, right, bottom = inner
    lang = lang_of(document)
    size, y = 2.2 * unit, bottom - 0.8 * unit
    drawing.line(
        (left, bottom - 4.4 * unit), (right, bottom - 4.4 * unit),
        stroke="#c4ccd4", stroke_width=0.2 * unit,
    )  # fmt: skip
    meridian = view.meridian
    parts = [
        messages.text("figures.made_by", lang),
        messages.text("figures.scale_is", lang, n=f"{view.scale:,.0f}"),
        messages.text("figures.crs", lang, meridian=f"{meridian:g}"),
        messages.text("figures.fingerprint", lang, id=document.id),
    ]
    date = clean(document.content.get("date") or "")[:40]
    drawn = messages.text("figures.drawn_on", lang, date=date) if date else ""
    room = right - left - width_of(drawn, size) - 4 * unit
    text, fit = fitted(" · ".join(parts), room, size)
    drawing.text(text, (left, y), fit, fill=_QUIET)
    drawing.text(drawn, (right, y), size, anchor="end", fill=_QUIET)
