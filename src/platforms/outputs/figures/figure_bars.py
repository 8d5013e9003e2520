"""Bars with their labels and numbers, as lines that are drawn one below the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from platforms import messages
from platforms.outputs.figures.figure_svg import Drawing
from platforms.outputs.figures.figure_words import clean, shortened, width_of
from platforms.outputs.figures.plan_layer import colour_of, within

__all__ = ["Line", "bar_lines", "chart_title"]

_BAR = "#3b6ea5"
_TRACK = "#edf1f5"

Draw = Callable[[Drawing, float, float], None]


@dataclass(frozen=True)
class Line:
    """One line of the panel.

    Attributes
    ----------
    height
        Millimetres.
    draw
        Draws it with its left top at a place.
    tied
        Must not be the last of a column.
    """

    height: float
    draw: Draw
    tied: bool = False


def chart_title(chart: Mapping[str, Any], lang: str) -> str:
    """Return the title of a chart with its unit."""
    title, unit = clean(chart["title"]), clean(chart["unit"])
    return messages.text("figures.title_unit", lang, title=title, unit=unit) if unit else title


def bar_lines(bars: Sequence[Mapping[str, Any]], wide: float, unit: float) -> Iterator[Line]:
    """Return the bars of a chart as lines: label, bar, number.

    Parameters
    ----------
    bars
        Of a chart of a map document.
    wide
        Millimetres of a line.
    unit
        Size beside that of an A4 sheet.
    """
    size = 2.4 * unit
    spans = [(within(b.get("start"), 0, 1e15, 0.0), within(b["value"], 0, 1e15, 0.0)) for b in bars]
    most = max([start + value for start, value in spans], default=0) or 1e-9
    labels = max(width_of(clean(b["label"]), size) for b in bars)
    labels = min(labels, wide * 0.36)
    numbers = min(max(width_of(clean(b["text"]), size) for b in bars), wide * 0.36)
    room = wide - labels - numbers - 3 * unit
    for bar, (start, value) in zip(bars, spans, strict=True):
        yield _bar(bar, (start / most, value / most), (labels, room, wide), unit)


def _bar(
    bar: Mapping[str, Any],
    share: tuple[float, float],
    widths: tuple[float, float, float],
    unit: float,
) -> Line:
    size = 2.4 * unit
    labels, room, wide = widths
    label = shortened(clean(bar["label"]), labels, size)
    text = shortened(clean(bar["text"]), wide * 0.36, size)
    ink = colour_of(bar.get("color"), None) or _BAR

    def draw(drawing: Drawing, x: float, y: float) -> None:
        drawing.text(label, (x, y + 2.9 * unit), size)
        left, top = x + labels + 1.5 * unit, y + 0.7 * unit
        bottom = top + 2.7 * unit
        drawing.rect((left, top, left + room, bottom), fill=_TRACK)
        start = left + room * share[0]
        # a sliver of a step is still a bar
        end = start + max(room * share[1], 0.25 * unit if share[1] > 0 else 0.0)
        drawing.rect((start, top, end, bottom), fill=ink)
        drawing.text(text, (x + wide, y + 2.9 * unit), size, anchor="end", bold=True)

    return Line(4.2 * unit, draw)
