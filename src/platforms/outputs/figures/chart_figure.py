"""One chart of a map document as a picture: the bars of the page, with their numbers.

A bar is as long as its value and its number is the text that the document prints.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from platforms import messages
from platforms.errors import InputError
from platforms.outputs.figures.figure_bars import bar_lines, chart_title
from platforms.outputs.figures.figure_file import family, format_of, save_drawing
from platforms.outputs.figures.figure_svg import Drawing
from platforms.outputs.figures.figure_words import clean, fitted, shortened, width_of
from platforms.outputs.figures.plan_figure import lang_of, marks_of
from platforms.outputs.maps.map_document import MapDocument

__all__ = ["chart_drawing", "chart_of", "save_chart"]

_WIDE, _UNIT, _EDGE = 180.0, 1.6, 8.0
_QUIET, _RED = "#5b6673", "#b42318"


def chart_of(document: MapDocument, chart_id: str) -> Mapping[str, Any]:
    """Return a chart of a document.

    Raises
    ------
    InputError
        When the document has no chart of that id.
    """
    charts = cast("Sequence[Mapping[str, Any]]", document.content["charts"])
    for chart in charts:
        if chart["id"] == chart_id:
            return chart
    allowed = [str(chart["id"]) for chart in charts]
    raise InputError("figures.chart_unknown", name=chart_id, allowed=allowed)


def save_chart(
    document: MapDocument,
    chart_id: str,
    path: str | os.PathLike[str],
    *,
    dpi: int = 300,
    lang: str | None = None,
    overwrite: bool = True,
) -> Path:
    """Write a chart of a map document as a picture, whole or not at all.

    Parameters
    ----------
    document
        Any map document.
    chart_id
        ``id`` of one of ``document.content["charts"]``.
    path
        ``.png``, ``.svg`` or ``.pdf``.
    dpi
        Dots in an inch of a PNG, 50 to 1200.
    lang
        Language of the picture's own words; default the document's.
    overwrite
        Replace a file that is there.

    Returns
    -------
    path
        The file written, 180 mm wide and as high as its bars.

    Raises
    ------
    InputError
        When there is no such chart, or the ending is none that can be drawn.
    MissingPartError
        Without the typesetter or a Chinese font on this machine.
    OutputError
        When the file cannot be written.
    """
    format_of(path)
    drawing = chart_drawing(document, chart_id, lang=lang)
    title = clean(chart_of(document, chart_id)["title"])
    return save_drawing(drawing, path, dpi=dpi, title=title, overwrite=overwrite)


def chart_drawing(document: MapDocument, chart_id: str, *, lang: str | None = None) -> Drawing:
    """Return the sheet of a chart; parameters as those of :func:`save_chart`."""
    chart = chart_of(document, chart_id)
    lang = lang_of(document, lang)
    wide = _WIDE - 2 * _EDGE
    lines = list(bar_lines(chart["bars"], wide, _UNIT)) if chart["bars"] else []
    body = sum(line.height for line in lines) or 8.0
    title = chart_title(chart, lang)
    high = _EDGE + 12 + body + 8 + _EDGE
    label = messages.text("figures.chart_of", lang, title=title)
    drawing = Drawing(_WIDE, high, family=family(), unit=_UNIT, label=label)
    drawing.rect((0, 0, _WIDE, high), fill="#ffffff")
    _head(drawing, title, marks_of(document, lang), wide)
    y = _EDGE + 12
    for line in lines:
        line.draw(drawing, _EDGE, y)
        y += line.height
    if not lines:
        drawing.text(messages.text("figures.no_bars", lang), (_EDGE, y + 4), 3.6, fill=_QUIET)
    _foot(drawing, document, high - _EDGE, lang)
    return drawing


def _head(drawing: Drawing, title: str, marks: Sequence[str], wide: float) -> None:
    drawing.rect((_EDGE, _EDGE, _EDGE + 1.4, _EDGE + 6.4), fill="#1d4e89")
    stamped = " · ".join(marks)
    room = wide - 4 - width_of(stamped, 3.2, bold=True) - 4
    shown, size = fitted(title, room, 5.2, bold=True)
    drawing.text(shown, (_EDGE + 3.6, _EDGE + 5.2), size, bold=True, fill="#16263a")
    drawing.text(stamped, (_WIDE - _EDGE, _EDGE + 5.0), 3.2, anchor="end", bold=True, fill=_RED)


def _foot(drawing: Drawing, document: MapDocument, y: float, lang: str) -> None:
    content = document.content
    date = clean(content.get("date") or "")[:40]
    parts = [
        clean(content["title"]),
        messages.text("figures.drawn_on", lang, date=date) if date else "",
        messages.text("figures.fingerprint", lang, id=document.id),
    ]
    words = " · ".join(part for part in parts[1:] if part)
    room = _WIDE - 2 * _EDGE - width_of(words, 2.8) - 4
    drawing.line((_EDGE, y - 4.4), (_WIDE - _EDGE, y - 4.4), stroke="#c4ccd4", stroke_width=0.2)
    drawing.text(shortened(parts[0], room, 2.8), (_EDGE, y), 2.8, fill=_QUIET)
    drawing.text(words, (_WIDE - _EDGE, y), 2.8, anchor="end", fill=_QUIET)
