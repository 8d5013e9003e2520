"""Where a section and a row of a document stand in its full text.

Sections are found by their headings: 一、 over （一） over 1、 over （1）, and beside them annexes
(附件), tables (表), boxes (专栏) and footnotes, as government documents number them. A row of a
table is found by its number, one after the other, or counted where it is known how many there
are. What is cited is looked for between its
heading and the next one of its rank.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from platforms.layers.documents.folding import fold

__all__ = ["Span", "Structure"]

_CHINESE = "一二三四五六七八九十百"
_HEADS = (
    ("annex", re.compile(rf"附件([{_CHINESE}\d]*)")),
    ("table", re.compile(r"表(\d+(?:-\d+)?)")),
    ("box", re.compile(r"专栏(\d+(?:-\d+)?)")),
    ("article", re.compile(rf"(第[{_CHINESE}\d]+[条章节])")),
    ("first", re.compile(rf"([{_CHINESE}]+)、")),
    ("second", re.compile(rf"\(([{_CHINESE}]+)\)")),
    ("third", re.compile(r"(\d{1,2})[、.](?!\d)")),
    ("fourth", re.compile(r"\((\d{1,2})\)")),
)
_TOKENS = re.compile(
    rf"(?P<annex>附件[{_CHINESE}\d]*)|(?P<table>表\d+(?:-\d+)?)|(?P<box>专栏\d+(?:-\d+)?)"
    rf"|(?P<note>脚注\d+)|(?P<article>第[{_CHINESE}\d]+[条章节款])"
    rf"|(?P<point>[{_CHINESE}]+是)|(?P<second>\([{_CHINESE}]+\))"
    rf"|(?P<fourth>\(\d+\))|(?P<first>[{_CHINESE}]+)|(?P<third>\d+)|(?P<words>[^\d、(]+)"
)
_RANKS = {"annex": 0, "article": 0, "first": 1, "second": 2, "third": 3, "fourth": 4}
# a table or box ends where text of the next greater part, or another table, begins
_ASIDE = 2
_NOTE = re.compile("^\\s*([⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
# an entry of the table of contents ends with its page
_CONTENTS = re.compile(r"(?:\t|\.{3,}|…+|·{3,})\s*\d{1,3}\s*$")
# the text without its annexes, and what it says before its first heading
_BODY = ("正文", "正文首段")
# a page number between two pages
_PAGE = re.compile(r"^\s*[-–—－]\s*\d{1,4}\s*[-–—－]\s*$")
_FEW, _WIDE = 2, 3
_FIRST = re.compile(r"\s*(\d{1,3})(?:\s+|[、.．]\s*)(?=[^\W\d])")
_FIGURE = re.compile(r"-?[\d.,]+%?$")


@dataclass(frozen=True)
class Span:
    """A part of a document: lines from ``first`` up to, not with, ``end``."""

    first: int
    end: int


@dataclass(frozen=True)
class _Head:
    line: int
    kind: str
    label: str


@dataclass
class Structure:
    """A document's full text with its headings.

    Parameters
    ----------
    lines
        As :func:`read_lines` returns them.

    Attributes
    ----------
    flat
        The whole text as it is compared, without blanks.
    """

    lines: Sequence[tuple[str, ...]]
    flat: str = ""
    _starts: list[int] = field(default_factory=list)
    _heads: list[_Head] = field(default_factory=list)
    _breaks: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        parts: list[str] = []
        length = 0
        for number, cells in enumerate(self.lines):
            self._starts.append(length)
            text = "" if _PAGE.match("".join(cells)) else "".join(fold(cell) for cell in cells)
            parts.append(text)
            length += len(text)
            if text and not _CONTENTS.search("\t".join(cells)):
                self._heads += _head(number, text, cells)
        self._starts.append(length)
        self.flat = "".join(parts)
        self._breaks = frozenset(self._starts)

    @property
    def whole(self) -> Span:
        """The whole document."""
        return Span(0, len(self.lines))

    def bounds(self, span: Span) -> tuple[int, int]:
        """Return where a span begins and ends in ``flat``."""
        return self._starts[span.first], self._starts[span.end]

    @property
    def breaks(self) -> frozenset[int]:
        """Where lines begin in ``flat``."""
        return self._breaks

    def section(self, section: str) -> Span | None:
        """Return the part of the document that a section is, or None where it is not there."""
        span = self.whole
        for kind, label in _tokens(section):
            if kind == "words":
                found = self._titled(label, span)
            elif kind == "note":
                found = self._labelled("note", label, self.whole)
            elif kind == "point":
                # 二是 stands within a paragraph, which is as near as a line tells
                found = span if label in self.flat[slice(*self.bounds(span))] else None
            else:
                found = self._labelled(kind, label, span)
            if found is None:
                return None
            span = found
        return span

    def rows(self, span: Span, count: int | None = None) -> dict[str, Span]:
        """Return the rows of a table by their numbers.

        Parameters
        ----------
        span
            The part of the document that the table is.
        count
            How many rows it has, where that is known: a table without numbers is then counted.

        Returns
        -------
        rows
            Empty where the rows have no numbers and cannot be told apart.
        """
        starts: list[int] = []
        for number in range(span.first, span.end):
            if str(len(starts) + 1) in self._cells(number)[:_FEW]:
                starts.append(number)
        last = span.end
        if len(starts) < _FEW:
            figures = self._figures(span)
            drawn = (self._wide(span), self._blocks(span), figures, figures[1:])
            starts = next((found for found in drawn if len(found) == count), self._plain(span))
            # what comes behind a counted table is none of its last row
            filled = range(starts[-1], span.end) if starts else ()
            last = next((n for n in filled if not self._cells(n)), span.end)
        ends = [*starts[1:], last]
        return {
            str(n): Span(first, end)
            for n, (first, end) in enumerate(zip(starts, ends, strict=False), 1)
        }

    def _cells(self, number: int) -> list[str]:
        return [text for cell in self.lines[number] if (text := fold(cell))]

    def _wide(self, span: Span) -> list[int]:
        """Return the lines of at least three cells without the heading, also where it is again."""
        found = [n for n in range(span.first, span.end) if len(self._cells(n)) >= _WIDE]
        return [n for n in found if self._cells(n) != self._cells(found[0])]

    def _blocks(self, span: Span) -> list[int]:
        """Return where blocks of at least three lines begin, without the heading: a cell a line."""
        filled = [bool(self._cells(n)) for n in range(span.first, span.end)] + [False]
        found, first = [], 0
        for number, full in enumerate(filled):
            if not full:
                found += [span.first + first] if number - first >= _WIDE else []
                first = number + 1
        return found[1:]

    def _figures(self, span: Span) -> list[int]:
        """Return the lines of at least four figures between blanks."""
        lines = (("".join(self.lines[n]).split(), n) for n in range(span.first, span.end))
        return [n for words, n in lines if sum(bool(_FIGURE.match(w)) for w in words) > _WIDE]

    def _plain(self, span: Span) -> list[int]:
        """Return the lines that begin with 1, 2, 3 and so on; none where other numbers do too."""
        heads = [(n, _FIRST.match("".join(self.lines[n]))) for n in range(span.first, span.end)]
        found = [(n, int(head[1])) for n, head in heads if head]
        whole = [number for _, number in found] == list(range(1, len(found) + 1))
        return [n for n, _ in found] if whole and len(found) >= _FEW else []

    def named(self, position: int) -> str:
        """Return the headings over a position in ``flat``: ``三（四）2``; empty where none is."""
        line = bisect_right(self._starts, position) - 1
        over: dict[int, str] = {}
        for head in self._heads:
            if head.line > line:
                break
            rank = _RANKS.get(head.kind)
            if rank is None:
                continue
            over = {known: label for known, label in over.items() if known < rank}
            over[rank] = _written(head)
        return "".join(label for _, label in sorted(over.items()))

    def _labelled(self, kind: str, label: str, span: Span) -> Span | None:
        inside = [head for head in self._heads if span.first <= head.line < span.end]
        at = next((n for n, h in enumerate(inside) if (h.kind, h.label) == (kind, label)), None)
        if at is None:
            return None
        if kind == "annex":
            # the body announces an annex before it comes
            last = [n for n, h in enumerate(inside) if (h.kind, h.label) == (kind, label)]
            at = last[-1]
        if kind == "note":
            return Span(inside[at].line, inside[at].line + 1)
        ends = (head.line for head in inside[at + 1 :] if _ends(kind, head))
        return Span(inside[at].line, next(ends, span.end))

    def _titled(self, words: str, span: Span) -> Span | None:
        """Return the part below a heading without a number, or what comes before the first."""
        if words in _BODY:
            heads = (head.line for head in self._heads if head.kind == "first")
            return span if words == _BODY[0] else Span(span.first, next(heads, span.end))
        for number in range(span.first, span.end):
            text = "".join(fold(cell) for cell in self.lines[number])
            if text.startswith(words) and not _CONTENTS.search("\t".join(self.lines[number])):
                ends = (h.line for h in self._heads if h.line > number and h.kind == "first")
                return Span(number, min(next(ends, span.end), span.end))
        return None


def _head(number: int, text: str, cells: tuple[str, ...]) -> Iterable[_Head]:
    mark = _NOTE.match("".join(cells))
    if mark:
        return [_Head(number, "note", mark[1].translate(_DIGITS))]
    for kind, pattern in _HEADS:
        if found := pattern.match(text):
            return [_Head(number, kind, found[1])]
    return []


def _ends(kind: str, head: _Head) -> bool:
    """Say whether a heading ends a part of another kind."""
    rank = _RANKS.get(head.kind)
    if kind in {"table", "box"}:
        return head.kind in {"table", "box"} or (rank is not None and rank <= _ASIDE)
    return rank is not None and rank <= _RANKS[kind]


def _tokens(section: str) -> list[tuple[str, str]]:
    """Return the parts of a section: kind of heading and its label."""
    found = []
    for token in _TOKENS.finditer(fold(section)):
        kind = str(token.lastgroup)
        label = token[0].removeprefix("附件" if kind == "annex" else "")
        for sign in ("表", "专栏", "脚注") if kind in {"table", "box", "note"} else ():
            label = label.removeprefix(sign)
        found.append((kind, label.strip("()") if kind in {"second", "fourth"} else label))
    return found


def _written(head: _Head) -> str:
    if head.kind == "annex":
        return f"附件{head.label}"
    if head.kind == "second":
        return f"（{head.label}）"
    return f"（{head.label}）" if head.kind == "fourth" else head.label
