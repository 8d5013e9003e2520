"""A presentation: for each chapter of a map one slide with a figure and its numbers.

A slide shows what the document's chapter says: the map where it looks, the layers that it
shows, its key figures as they are printed, its chart as a chart that can be changed. Words
that have no room on the slide stand in the notes, with the sources. Nothing leaves the page.
"""

from __future__ import annotations

import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from platforms import messages
from platforms.errors import InputError, MissingPartError
from platforms.geo.write import atomic_path
from platforms.outputs.figures.figure_bars import chart_title
from platforms.outputs.figures.figure_file import as_bytes
from platforms.outputs.figures.figure_words import clean, fitted, shortened, wrapped
from platforms.outputs.figures.plan_figure import lang_of, map_picture, marks_of
from platforms.outputs.figures.pptx_chart import add_chart
from platforms.outputs.figures.slide_source import slide_sources
from platforms.outputs.maps.map_document import MapDocument

__all__ = ["save_slides"]

_FONT = "Microsoft YaHei"
_EMU_PER_MM = 36_000
_POINT_MM = 25.4 / 72
_WIDE, _HIGH = 338.6667, 190.5
_EDGE = 9.0
_TOP, _BOTTOM = 24.0, 178.0
_PICTURE = 214.0
_SIDE = _EDGE + _PICTURE + 5.0
_DPI = 220
_INK, _QUIET, _BLUE, _RED = "1F2937", "5B6673", "1D4E89", "B42318"
_MOST_FIGURES = 6

Chapter = Mapping[str, Any]
# objects of python-pptx, which has few types of its own
Shape = Any


def save_slides(
    document: MapDocument,
    path: str | os.PathLike[str],
    *,
    lang: str | None = None,
    overwrite: bool = True,
) -> Path:
    """Write the chapters of a map document as a presentation, whole or not at all.

    Parameters
    ----------
    document
        Any map document; one without chapters gives an overview and a slide for each chart.
    path
        The ``.pptx`` file, 16:9.
    lang
        Language of the presentation's own words; default the document's.
    overwrite
        Replace a file that is there.

    Returns
    -------
    path
        The file written. Words name the font Microsoft YaHei; pictures hold their own.

    Raises
    ------
    InputError
        When the name does not end in ``.pptx``.
    MissingPartError
        Without python-pptx, the typesetter or a Chinese font on this machine.
    OutputError
        When the file cannot be written.
    """
    if Path(path).suffix.lower() != ".pptx":
        raise InputError("figures.slides_ending", name=Path(path).name)
    try:
        import pptx
    except ImportError as error:
        raise MissingPartError("figures.no_pptx") from error
    deck: Shape = pptx.Presentation()
    deck.slide_width, deck.slide_height = _emu(_WIDE), _emu(_HIGH)
    deck.core_properties.title = clean(document.content["title"])[:200]
    deck.core_properties.author = messages.text("figures.made_by", lang_of(document, lang))
    chapters = _chapters(document, lang_of(document, lang))
    pictures: dict[str, bytes] = {}
    for number, chapter in enumerate(chapters, start=1):
        page = f"{number} / {len(chapters)}"
        _slide(deck, document, chapter, page, pictures, lang_of(document, lang))
    with atomic_path(path, overwrite=overwrite) as tmp:
        deck.save(str(tmp))
    return Path(path)


def _rgb(ink: str) -> Shape:
    from pptx.dml.color import RGBColor

    return RGBColor(*bytes.fromhex(ink))  # type: ignore[no-untyped-call]


def _emu(mm: float) -> Shape:
    from pptx.util import Emu

    return Emu(round(mm * _EMU_PER_MM))


def _chapters(document: MapDocument, lang: str) -> list[Chapter]:
    """Return the document's chapters, or an overview and one for each chart."""
    content = document.content
    written = cast("Sequence[Chapter] | None", content.get("slides"))
    if written:
        return list(written)
    figures = cast("Sequence[Mapping[str, Any]]", content["figures"])
    overview = {
        "title": content["title"] or messages.text("figures.slide_overview", lang),
        "text": content["subtitle"],
        "figures": figures[:_MOST_FIGURES],
    }
    charts = cast("Sequence[Mapping[str, Any]]", content["charts"])
    return [overview, *({"title": one["title"], "chart": one["id"]} for one in charts)]


def _slide(
    deck: Shape,
    document: MapDocument,
    chapter: Chapter,
    page: str,
    pictures: dict[str, bytes],
    lang: str,
) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    marks = marks_of(document, lang)
    _heading(slide, clean(chapter["title"]), " · ".join(marks))
    _picture(slide, document, chapter, pictures, lang)
    y = _TOP
    alone = not chapter.get("figures") and not chapter.get("chart")
    y = _said(slide, str(chapter.get("text") or ""), y, size=16.0 if alone else 13.0)
    y = _numbers(slide, chapter.get("figures") or (), y, lang)
    charts = cast("Sequence[Mapping[str, Any]]", document.content["charts"])
    chart = next((one for one in charts if one["id"] == chapter.get("chart")), None)
    if chart and chart["bars"] and _BOTTOM - y > 24:  # noqa: PLR2004 mm that a chart needs
        _charted(slide, chart, y, lang)
    _foot(slide, document, chapter, page, lang)
    _note(slide, document, chapter, lang)


def _box(slide: Shape, box: Sequence[float]) -> Shape:
    """Add a box for words; left, top, width, height in millimetres."""
    shape = slide.shapes.add_textbox(*(_emu(v) for v in box))
    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    return frame


def _write(
    frame: Shape,
    text: str,
    size: float,
    *,
    ink: str = _INK,
    bold: bool = False,
    first: bool = True,
) -> Shape:
    """Write a paragraph in a box and return it."""
    paragraph = frame.paragraphs[0] if first else frame.add_paragraph()
    _run(paragraph, text, size, ink=ink, bold=bold)
    return paragraph


def _run(paragraph: Shape, text: str, size: float, *, ink: str, bold: bool) -> None:
    from pptx.oxml.ns import qn
    from pptx.util import Pt

    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, _FONT
    run.font.color.rgb = _rgb(ink)
    # the font of Chinese letters is another entry than that of Latin ones
    properties = run._r.get_or_add_rPr()  # noqa: SLF001 no public way
    properties.append(properties.makeelement(qn("a:ea"), {"typeface": _FONT}))


def _heading(slide: Shape, title: str, marks: str) -> None:
    from pptx.enum.shapes import MSO_SHAPE
    from pptx.enum.text import PP_ALIGN

    bar = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, _emu(_EDGE), _emu(8.5), _emu(2.2), _emu(11.0))
    bar.fill.solid()
    bar.fill.fore_color.rgb = _rgb(_BLUE)
    bar.line.fill.background()
    room = _WIDE - 2 * _EDGE - 6 - 76
    shown, size = fitted(title, room / _POINT_MM, 26, least=0.5, bold=True)
    _write(_box(slide, (_EDGE + 6, 7.5, room, 13)), shown, size, bold=True, ink="16263A")
    if marks:
        frame = _box(slide, (_WIDE - _EDGE - 74, 10.5, 74, 8))
        words, size = fitted(marks, 74 / _POINT_MM, 12, bold=True)
        _write(frame, words, size, ink=_RED, bold=True).alignment = PP_ALIGN.RIGHT


def _picture(
    slide: Shape,
    document: MapDocument,
    chapter: Chapter,
    pictures: dict[str, bytes],
    lang: str,
) -> None:
    extent, layers = chapter.get("extent"), chapter.get("layers")
    known = repr((extent, layers))
    size = (_PICTURE, _BOTTOM - _TOP)
    if known not in pictures:
        drawing = map_picture(document, size, layers=layers, extent=extent, lang=lang)
        pictures[known] = as_bytes(drawing, "png", dpi=_DPI)
    made = slide.shapes.add_picture(
        io.BytesIO(pictures[known]), _emu(_EDGE), _emu(_TOP), _emu(size[0]), _emu(size[1])
    )
    words = messages.text("figures.map_of", lang, title=clean(chapter["title"]))
    made._element.nvPicPr.cNvPr.set("descr", words)  # noqa: SLF001 no public way


def _said(slide: Shape, text: str, top: float, *, size: float) -> float:
    """Write what is said of a chapter, cut where there is no room; return where it ends."""
    paragraphs = [clean(line) for line in text.splitlines()]
    paragraphs = [line for line in paragraphs if line]
    if not paragraphs:
        return top
    wide = _WIDE - _EDGE - _SIDE
    most = 9
    letters = size * _POINT_MM
    shown: list[str] = []
    lines = 0
    for paragraph in paragraphs:
        if lines >= most:
            break
        # a program breaks lines a little earlier than we reckon
        broken = wrapped(paragraph, wide * 0.95, letters, lines=most - lines)
        lines += len(broken)
        shown.append(
            "".join(broken)
            if len(broken) == 1
            else shortened(paragraph, wide * 0.95 * len(broken) - letters, letters)
        )
    high = lines * letters * 1.35 + len(shown) * 1.0
    frame = _box(slide, (_SIDE, top, wide, high))
    for i, line in enumerate(shown):
        _write(frame, line, size, first=i == 0)
    return top + high + 3


def _numbers(slide: Shape, figures: Sequence[Mapping[str, Any]], top: float, lang: str) -> float:
    """Add a table of key figures and return where it ends."""
    shown = [figure for figure in figures if isinstance(figure, Mapping)][:_MOST_FIGURES]
    if not shown:
        return top
    wide, row = _WIDE - _EDGE - _SIDE, 9.0
    high = row * len(shown)
    frame = slide.shapes.add_table(len(shown), 2, _emu(_SIDE), _emu(top), _emu(wide), _emu(high))
    frame._element.nvGraphicFramePr.cNvPr.set(  # noqa: SLF001 no public way
        "descr", messages.text("figures.figures", lang)
    )
    table = frame.table
    table.first_row = False
    table.columns[0].width, table.columns[1].width = _emu(wide * 0.5), _emu(wide * 0.5)
    for i, figure in enumerate(shown):
        table.rows[i].height = _emu(row)
        label, unit = clean(figure["label"]), clean(figure.get("unit") or "")
        if unit:
            label = messages.text("figures.label_unit", lang, label=label, unit=unit)
        for column, words, points, ink in (
            (0, label, 12.0, _QUIET), (1, clean(figure["value"]), 18.0, _BLUE),
        ):  # fmt: skip
            _cell(table.cell(i, column), words, points, ink, wide * 0.5 - 5, bold=column == 1)
    return top + high + 4


def _cell(cell: Shape, words: str, points: float, ink: str, room: float, *, bold: bool) -> None:
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN

    cell.fill.solid()
    cell.fill.fore_color.rgb = _rgb("F3F6F9")
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.margin_top = cell.margin_bottom = 0
    shown, size = fitted(words, room / _POINT_MM, points, bold=bold)
    paragraph = cell.text_frame.paragraphs[0]
    _run(paragraph, shown, size, ink=ink, bold=bold)
    if bold:
        paragraph.alignment = PP_ALIGN.RIGHT


def _charted(slide: Shape, chart: Mapping[str, Any], top: float, lang: str) -> None:
    wide = _WIDE - _EDGE - _SIDE
    title = chart_title(chart, lang)
    shown, size = fitted(title, wide / _POINT_MM, 13, bold=True)
    _write(_box(slide, (_SIDE, top, wide, 6)), shown, size, bold=True)
    high = min(_BOTTOM - top - 7, 12.0 * len(chart["bars"]) + 8)
    box = [_emu(v) for v in (_SIDE, top + 7, wide, high)]
    words = messages.text("figures.chart_of", lang, title=title)
    add_chart(slide, chart, box, font=_FONT, words=words)


def _foot(slide: Shape, document: MapDocument, chapter: Chapter, page: str, lang: str) -> None:
    from pptx.enum.text import PP_ALIGN

    content = document.content
    date = clean(content.get("date") or "")[:40]
    sources = slide_sources(content, chapter.get("layers"), lang)
    parts = [
        messages.text("figures.slide_sources", lang, text=sources) if sources else "",
        messages.text("figures.drawn_on", lang, date=date) if date else "",
        messages.text("figures.fingerprint", lang, id=document.id),
    ]
    room = _WIDE - 2 * _EDGE - 24
    words = shortened(" · ".join(part for part in parts if part), room * 0.97 / _POINT_MM, 10)
    _write(_box(slide, (_EDGE, 181.5, room, 5)), words, 10, ink=_QUIET)
    frame = _box(slide, (_WIDE - _EDGE - 22, 181.5, 22, 5))
    _write(frame, page, 10, ink=_QUIET).alignment = PP_ALIGN.RIGHT


def _note(slide: Shape, document: MapDocument, chapter: Chapter, lang: str) -> None:
    """Write what is said and where it is from into the notes."""
    content = document.content
    lines = [clean(line) for line in str(chapter.get("text") or "").splitlines()]
    shown = chapter.get("layers")
    for layer in cast("Sequence[Mapping[str, Any]]", content["layers"]):
        if (layer["visible"] if shown is None else layer["id"] in shown) and layer["source"]:
            date = clean(layer.get("date") or "")
            facts = [clean(layer["title"]), clean(layer["source"]), date]
            lines.append(" · ".join(fact for fact in facts if fact))
    lines.append(messages.text("figures.sources", lang))
    for source in cast("Sequence[Mapping[str, Any]]", content["sources"]):
        facts = [clean(source.get(part) or "") for part in ("number", "issuer", "date")]
        title = messages.text("figures.book", lang, title=clean(source["title"]))
        lines.append(" · ".join([title, *[fact for fact in facts if fact]]))
    lines += [clean(note) for note in cast("Sequence[str]", content["notes"])]
    frame = slide.notes_slide.notes_text_frame
    if frame is not None:
        frame.text = "\n".join(line for line in lines if line)
