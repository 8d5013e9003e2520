"""Tables of a web page, as Word and Excel save them or a site shows them.

Only texts and spans are taken; scripts and styles are passed over and nothing is fetched. A
table inside a cell is a table of its own.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from platforms.errors import FormatError, LimitError
from platforms.geo.ingest.encoding import Choice, choose_of_text
from platforms.geo.ingest.formats.spread import DrawnTable, Spread

if TYPE_CHECKING:
    from platforms.geo.ingest.worker import Job

__all__ = ["page_tables"]

_BREAKS = {"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6"}
_SILENT = {"script", "style", "template", "noscript"}
_BROKEN = re.compile(
    "(?<=[\u3000-\u9fff\uff00-\uffef])[ \\t]*\\r?\\n\\s*(?=[\u3000-\u9fff\uff00-\uffef])"
)
_TABLES = 1000
_CAPTION_CHARS = 200
_MOST = 65_534


def page_tables(job: Job) -> tuple[list[DrawnTable], Choice]:
    """Return the tables of a page in the order in which they begin, and its encoding.

    Raises
    ------
    FormatError, LimitError
        When its text cannot be decoded, it has no table, or is too large.
    """
    data, choice = choose_of_text(job.path.read_bytes(), file=job.name, given=job.encoding)
    parser = _Tables(job)
    parser.feed(data.decode(choice.name, "replace"))
    parser.close()
    parser.end_all()
    if not parser.found:
        raise FormatError("read.document_no_table", file=job.name)
    return [spread.end() for spread in parser.found], choice


class _Open:
    """A table that is being read."""

    def __init__(self, spread: Spread) -> None:
        self.spread = spread
        self.cells: list[tuple[str, int, int]] | None = None
        self.span: tuple[int, int] | None = None
        self.text: list[str] = []

    def end_cell(self) -> None:
        if self.span is not None and self.cells is not None:
            self.cells.append((_tidy("".join(self.text)), *self.span))
        self.span, self.text = None, []

    def end_row(self) -> None:
        self.end_cell()
        if self.cells is not None:
            self.spread.row(self.cells)
        self.cells = None


class _Tables(HTMLParser):
    def __init__(self, job: Job) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Spread] = []
        self._job = job
        self._stack: list[_Open] = []
        self._above: list[str] = [""]
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        top = self._stack[-1] if self._stack else None
        if tag == "table":
            self._begin()
        elif tag in _SILENT:
            self._silent += 1
        elif top is not None and tag == "tr":
            top.end_row()
            top.cells = []
        elif top is not None and tag in {"td", "th"}:
            top.end_cell()
            top.cells = [] if top.cells is None else top.cells
            told = dict(attrs)
            top.span = _count(told.get("colspan")), _count(told.get("rowspan"))
        elif tag in _BREAKS:
            self._said("\n")

    def handle_endtag(self, tag: str) -> None:
        top = self._stack[-1] if self._stack else None
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        elif top is not None and tag in {"td", "th"}:
            top.end_cell()
        elif top is not None and tag == "tr":
            top.end_row()
        elif top is not None and tag == "table":
            top.end_row()
            self._stack.pop()
        elif tag in _BREAKS:
            self._said("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            # a line break of the source is a blank, and none within Chinese text
            self._said(re.sub(r"\s+", " ", _BROKEN.sub("", data)))

    def end_all(self) -> None:
        """End what a cut page left open."""
        for table in self._stack:
            table.end_row()

    def _begin(self) -> None:
        if len(self.found) >= _TABLES:
            raise LimitError("read.fields_many", file=self._job.name, allowed=_TABLES)
        lines = [_tidy(line)[:_CAPTION_CHARS] for line in "".join(self._above).split("\n")]
        spread = Spread(self._job, str(len(self.found) + 1), lines)
        self.found.append(spread)
        self._stack.append(_Open(spread))
        self._above = []

    def _said(self, text: str) -> None:
        if not self._stack:
            self._above.append(text)
        elif self._stack[-1].span is not None:
            self._stack[-1].text.append(text)


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.replace("\xa0", " ").split("\n"))
    return "\n".join(line for line in lines if line)


def _count(text: str | None) -> int:
    number = int(text) if text and text.strip().isascii() and text.strip().isdecimal() else 1
    return min(max(number, 1), _MOST)
