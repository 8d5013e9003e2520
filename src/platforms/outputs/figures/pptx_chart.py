"""A chart of a map document as a chart of a presentation, which its reader may change.

The numbers beside the bars are the texts of the document, so that they are the same to the
digit; the data sheet inside holds the values. A label there is never a formula or a link.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from platforms.outputs.figures.figure_words import clean, shortened
from platforms.outputs.figures.plan_layer import colour_of, within

__all__ = ["add_chart"]

_BAR = "#3b6ea5"
_MOST = 14
# what a spreadsheet would read as a formula or a link
_ACTIVE = re.compile(r"[=+\-@{]|[A-Za-z]+:")
_LONGEST = 22


def _inert(text: object) -> str:
    shown = shortened(clean(text), _LONGEST, 1)
    return f" {shown}" if _ACTIVE.match(shown) else shown


def add_chart(
    slide: Any,  # noqa: ANN401 the library has few types
    chart: Mapping[str, Any],
    box: Sequence[int],
    *,
    font: str,
    words: str,
) -> None:
    """Put a bar chart on a slide.

    Parameters
    ----------
    slide
        Of a presentation.
    chart
        One of ``document.content["charts"]``; its first fourteen bars are shown.
    box
        Left, top, width, height in EMU.
    font
        Family of its words.
    words
        Text for those who do not see it.
    """
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION
    from pptx.util import Pt

    bars = chart["bars"][:_MOST]
    starts = [within(bar.get("start"), 0, 1e15, 0.0) for bar in bars]
    stacked = any(starts)
    data: Any = CategoryChartData()  # type: ignore[no-untyped-call]
    data.categories = [_inert(bar["label"]) for bar in bars]
    if stacked:
        data.add_series(" ", starts)
    data.add_series(_inert(chart["title"]), [within(b["value"], 0, 1e15, 0.0) for b in bars])
    kind = XL_CHART_TYPE.BAR_STACKED if stacked else XL_CHART_TYPE.BAR_CLUSTERED
    frame = slide.shapes.add_chart(kind, *box, data)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", words)  # noqa: SLF001 no public way
    made = frame.chart
    made.has_legend = made.has_title = False
    made.font.size, made.font.name = Pt(11 if len(bars) <= 9 else 9), font  # noqa: PLR2004
    ends = [s + within(b["value"], 0, 1e15, 0.0) for s, b in zip(starts, bars, strict=True)]
    _plain_axes(made, max(ends, default=0.0))
    plot = made.plots[0]
    plot.gap_width = 45
    if stacked:
        plot.overlap = 100
        plot.series[0].format.fill.background()
    place = XL_LABEL_POSITION.INSIDE_BASE if stacked else XL_LABEL_POSITION.OUTSIDE_END
    _paint(plot.series[-1], bars, place)


def _plain_axes(chart: Any, most: float) -> None:  # noqa: ANN401 untyped library
    """Take away what the numbers beside the bars already say."""
    from pptx.enum.chart import XL_TICK_LABEL_POSITION

    chart.category_axis.reverse_order = True
    for axis in (chart.category_axis, chart.value_axis):
        axis.format.line.fill.background()
        axis.has_major_gridlines = False
    chart.value_axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    chart.value_axis.minimum_scale = 0
    # room for the number at the end of the longest bar
    chart.value_axis.maximum_scale = 1.3 * most or 1


def _paint(series: Any, bars: Sequence[Mapping[str, Any]], place: Any) -> None:  # noqa: ANN401 untyped library
    """Colour each bar and put the document's own number beside it."""
    from pptx.dml.color import RGBColor
    from pptx.util import Pt

    for i, bar in enumerate(bars):
        point = series.points[i]
        point.format.fill.solid()
        ink = colour_of(bar.get("color"), None) or _BAR
        point.format.fill.fore_color.rgb = RGBColor(*bytes.fromhex(ink[1:]))  # type: ignore[no-untyped-call]
        label = point.data_label
        label.text_frame.text = shortened(clean(bar["text"]), _LONGEST, 1)
        label.text_frame.word_wrap = False
        label.text_frame.paragraphs[0].runs[0].font.size = Pt(10)
        label.position = place
