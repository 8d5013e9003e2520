"""Beside the map: legend in full words, key figures' charts, notes, sources.

The panel is a list of lines that flow through columns. The legend is always whole: where the
rest has no room, letters get smaller, then charts and notes make way, and the sheet says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from platforms import messages
from platforms.outputs.figures.figure_bars import Line, bar_lines, chart_title
from platforms.outputs.figures.figure_svg import Drawing
from platforms.outputs.figures.figure_words import clean, shortened, width_of, wrapped
from platforms.outputs.figures.plan_glyphs import gauge, glyph
from platforms.outputs.figures.plan_layer import PlanLayer, within
from platforms.outputs.figures.plan_map import Land
from platforms.outputs.figures.plan_paint import arrow
from platforms.outputs.figures.plan_places import Rect
from platforms.outputs.maps.map_styles import Look

__all__ = ["draw_legend", "draw_panel"]

_INK, _QUIET = "#1f2937", "#5b6673"
# size of letters, charts that are kept, whether notes are: tried in this order
_TRIES = (
    (1.0, 9, True), (0.93, 9, True), (0.87, 9, True), (0.87, 1, True), (0.87, 0, True),
    (0.8, 0, True), (0.87, 0, False), (0.75, 0, False), (0.62, 0, False), (0.5, 0, False),
)  # fmt: skip
_MOST_NOTE_LINES = 6
_MOST_BARS = 14


def draw_panel(
    drawing: Drawing, columns: Sequence[Rect], land: Land, *, zoom: float, extra: Sequence[str] = ()
) -> None:
    """Draw the panel.

    Parameters
    ----------
    drawing
        The sheet.
    columns
        Boxes that are filled one after another.
    land
        What the map shows.
    zoom
        At which zoom of the app's map, which says what layers are drawn.
    extra
        Notes of the figure itself.
    """
    wide = columns[0][2] - columns[0][0]
    placed: list[tuple[Line, float, float]] | None = None
    for share, charts_kept, notes_kept in _TRIES:
        unit = land.unit * share
        charts = _charts(land, wide, unit)[:charts_kept]
        notes = _notes(land, wide, unit, extra) if notes_kept else _more(land, wide, unit)
        lines = [
            *_legend(land, zoom, wide, unit),
            *(line for one in charts for line in one),
            *notes,
        ]
        placed = _flow(lines, columns)
        if placed is not None:
            break
    # a legend longer than the sheet ends where the sheet ends
    placed = placed or _flow(lines, columns, cut=True) or []
    for line, x, y in placed:
        line.draw(drawing, x, y)


def draw_legend(drawing: Drawing, columns: Sequence[Rect], land: Land, *, zoom: float) -> None:
    """Draw the legend alone; parameters as those of :func:`draw_panel`."""
    wide = columns[0][2] - columns[0][0]
    for share in (1.0, 0.9, 0.8, 0.7, 0.6):
        lines = list(_legend(land, zoom, wide, land.unit * share))[1:]
        placed = _flow(lines, columns) if lines else []
        if placed is not None:
            break
    for line, x, y in placed or _flow(lines, columns, cut=True) or []:
        line.draw(drawing, x, y)


def _flow(
    lines: Sequence[Line], columns: Sequence[Rect], *, cut: bool = False
) -> list[tuple[Line, float, float]] | None:
    """Return where each line goes; None where they do not fit."""
    placed: list[tuple[Line, float, float]] = []
    column, y = 0, columns[0][1]
    for i, line in enumerate(lines):
        need = line.height
        following = i
        while lines[following].tied and following + 1 < len(lines):
            following += 1
            need += lines[following].height
        if y + need > columns[column][3] and y > columns[column][1]:
            column += 1
            if column == len(columns):
                return placed if cut else None
            y = columns[column][1]
        placed.append((line, columns[column][0], y))
        y += line.height
    return placed if cut or y <= columns[column][3] + 0.01 else None


def _heading(text: str, wide: float, unit: float) -> Line:
    def draw(drawing: Drawing, x: float, y: float) -> None:
        drawing.rect((x, y + 1.6 * unit, x + 0.9 * unit, y + 5.2 * unit), fill="#1d4e89")
        size = 3.1 * unit
        shown = shortened(text, wide - 3 * unit, size, bold=True)
        drawing.text(shown, (x + 2.4 * unit, y + 4.6 * unit), size, bold=True, fill="#1c2f45")

    return Line(6.6 * unit, draw, tied=True)


def _words(
    text: str, size: float, *, fill: str = _INK, indent: float = 0, tied: bool = False
) -> Line:
    def draw(drawing: Drawing, x: float, y: float) -> None:
        drawing.text(text, (x + indent, y + size * 1.08), size, fill=fill)

    return Line(size * 1.45, draw, tied)


def _legend(land: Land, zoom: float, wide: float, unit: float) -> Iterator[Line]:
    shown = [one for one in land.layers if one.shown_at(zoom) and len(one.frame)]
    if not shown:
        return
    yield _heading(messages.text("figures.legend", land.lang), wide, unit)
    group = None
    for layer in sorted(shown, key=lambda one: -float(one.doc["order"])):
        if layer.doc["group"] != group:
            group = layer.doc["group"]
            yield _words(clean(group), 2.2 * unit, fill=_QUIET, tied=True)
        yield from _layer_lines(layer, land, wide, unit)


def _layer_lines(layer: PlanLayer, land: Land, wide: float, unit: float) -> Iterator[Line]:
    title = _marked(layer, land.lang)
    used = [c for c, n in enumerate(layer.class_counts) if n]
    if len(layer.looks) == 1 or (len(used) == 1 and used[0] == len(layer.looks) - 1):
        yield _row([_Entry(layer, layer.looks[-1], title, len(layer.frame))], wide, unit)
    else:
        yield _words(shortened(title, wide, 2.4 * unit), 2.4 * unit, tied=True)
        entries = [
            _Entry(layer, layer.looks[c], layer.class_titles[c], layer.class_counts[c])
            for c in used
        ]
        half = (wide - 2 * unit) / 2
        while entries:
            pair = entries[:2]
            fits = all(one.width(unit) <= half for one in pair)
            taken = pair if fits else pair[:1]
            entries = entries[len(taken) :]
            yield _row(taken, wide, unit)
    if layer.kind == "flow" or layer.style.get("gauge"):
        yield from _sizes(layer, land, wide, unit)


@dataclass(frozen=True)
class _Entry:
    """A swatch and its words."""

    layer: PlanLayer
    look: Look
    words: str
    n: int

    def width(self, unit: float) -> float:
        size = 2.4 * unit
        return 11.0 * unit + width_of(self.words, size) + width_of(f"{self.n:,}", size)


def _marked(layer: PlanLayer, lang: str) -> str:
    """Return the title, which says whether the layer is sample or schematic."""
    title = layer.title
    for mark in ("sample", "schematic"):
        word = messages.text(f"figures.{mark}", lang)
        if layer.doc.get(mark) and word[:2].casefold() not in title.casefold():
            title = f"{title}（{word}）" if lang == "zh_CN" else f"{title} ({word.lower()})"
    return title


def _row(entries: Sequence[_Entry], wide: float, unit: float) -> Line:
    """Return a line of the legend with one entry, or with two beside one another."""
    size = 2.4 * unit
    gap = 2 * unit
    whole = entries[0].width(unit) > (wide - gap) / 2
    room = wide if whole else (wide - gap) / 2
    texts = [
        wrapped(one.words, room - 11.0 * unit - width_of(f"{one.n:,}", size), size, lines=2) or [""]
        for one in entries
    ]

    def draw(drawing: Drawing, x: float, y: float) -> None:
        for column, (one, lines) in enumerate(zip(entries, texts, strict=True)):
            left = x + column * (room + gap)
            _swatch(drawing, one.layer, one.look, (left, y + 0.5 * unit), unit)
            for i, text in enumerate(lines):
                at = (left + 8.2 * unit, y + (2.85 + 3.2 * i) * unit)
                wide_text = drawing.text(text, at, size)
            after = (at[0] + wide_text + 0.8 * size, at[1])
            drawing.text(f"{one.n:,}", after, size, fill=_QUIET)

    return Line((4.2 + 3.2 * (max(map(len, texts)) - 1)) * unit, draw)


def _swatch(
    drawing: Drawing, layer: PlanLayer, look: Look, at: tuple[float, float], unit: float
) -> None:
    """Draw 6.5 × 3 units as the map draws it."""
    x, y = at
    pixel = 0.22 * unit
    middle = (x + 3.25 * unit, y + 1.5 * unit)
    if layer.style.get("gauge"):
        gauge(drawing, look, middle, 1.5 * unit, 0.7, pixel)
    elif layer.kind == "flow":
        path = np.array([[x, middle[1]], [x + 3 * unit, middle[1]], [x + 6.5 * unit, middle[1]]])
        arrow(drawing, path, 0.6 * unit, look.stroke or "#333333", pixel)
    elif layer.kind == "point":
        r = min(within(layer.style.get("size"), 2, 20, 6), 6.0) * pixel
        glyph(drawing, str(layer.style.get("shape")), look, middle, r, pixel)
    else:
        _patch(drawing, layer, look, (x, y, x + 6.5 * unit, y + 3 * unit), pixel)


def _patch(drawing: Drawing, layer: PlanLayer, look: Look, box: Rect, pixel: float) -> None:
    left, top, right, bottom = box
    ink: dict[str, object] = {
        "stroke": look.stroke or "none",
        "stroke_width": max(1.0, min(look.width, 2.0)) * pixel,
        "stroke_dasharray": " ".join(f"{d * pixel * 0.7:.3f}" for d in look.dash) or None,
    }
    if layer.kind == "line":
        middle = (top + bottom) / 2
        drawing.line((left, middle), (right, middle), **ink)
        return
    if look.fill:
        drawing.rect(box, fill=look.fill, fill_opacity=max(look.opacity, 0.35))
    if look.hatch != "none" and look.stroke:
        drawing.rect(box, fill=drawing.hatch(look.hatch, look.stroke))
    drawing.rect(box, fill="none", **ink)


def _sizes(layer: PlanLayer, land: Land, wide: float, unit: float) -> Iterator[Line]:
    """Say what widths of arrows and sizes of marks stand for."""
    if not layer.most:
        return
    flow = layer.style.get("flow")
    column = (flow or layer.style["gauge"])["weight" if flow else "size"]
    doc: Mapping[str, Any] = next(
        (one for one in layer.doc["columns"] if one["name"] == column), {}
    )
    name = clean(doc.get("title") or column)
    entry = "figures.flow_scale" if flow else "figures.gauge_scale"
    most = f"{layer.most:,.0f} {clean(doc.get('unit') or '')}".strip()
    words = messages.text(entry, land.lang, name=name, most=most)
    for text in wrapped(words, wide - 8.5 * unit, 2.1 * unit, lines=2):
        yield _words(text, 2.1 * unit, fill=_QUIET, indent=8.5 * unit)


def _charts(land: Land, wide: float, unit: float) -> list[list[Line]]:
    found = []
    for chart in cast("Sequence[Mapping[str, Any]]", land.document.content["charts"]):
        if chart["bars"]:
            heading = _heading(chart_title(chart, land.lang), wide, unit)
            found.append([heading, *bar_lines(chart["bars"][:_MOST_BARS], wide, unit)])
    return found


def _notes(land: Land, wide: float, unit: float, extra: Sequence[str]) -> Iterator[Line]:
    size = 2.05 * unit
    content = land.document.content
    notes = [clean(note) for note in cast("Sequence[str]", content["notes"])]
    notes = [note for note in [*notes, *extra] if note]
    if notes:
        yield _heading(messages.text("figures.notes", land.lang), wide, unit)
        for note in notes:
            for text in wrapped(note, wide, size, lines=_MOST_NOTE_LINES):
                yield _words(text, size, fill=_QUIET)
    sources = cast("Sequence[Mapping[str, Any]]", content["sources"])
    if sources:
        yield _heading(messages.text("figures.sources", land.lang), wide, unit)
        for source in sources:
            title = messages.text("figures.book", land.lang, title=clean(source["title"]))
            facts = [clean(source.get(part) or "") for part in ("number", "issuer", "date")]
            words = " · ".join([title, *[fact for fact in facts if fact]])
            for text in wrapped(words, wide, size, lines=3):
                yield _words(text, size, fill=_QUIET)


def _more(land: Land, wide: float, unit: float) -> Iterator[Line]:
    for text in wrapped(messages.text("figures.more_notes", land.lang), wide, 2.2 * unit):
        yield _words(text, 2.2 * unit, fill=_QUIET)
