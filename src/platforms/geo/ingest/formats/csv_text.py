"""CSV as rows of text, nothing lost and nothing guessed.

A quotation mark that is never closed makes one cell of all that follows: rows after it would be
gone without a word. A row of several lines is therefore looked at once more, strictly.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from platforms.errors import FormatError, LimitError
from platforms.geo.ingest.encoding import Choice, choose_of_text
from platforms.geo.ingest.formats.sheets import Grid, bounded
from platforms.geo.ingest.raw import Fault

if TYPE_CHECKING:
    from platforms.geo.ingest.worker import Job

__all__ = ["csv_rows"]

_DELIMITERS = ",;\t|，；"
# lines that are looked at for the delimiter, and what a name in a header is not
_HEAD_LINES = 60
_NAME_CHARS = 40
_MANY_DIGITS = re.compile(r"\d{5}|^[\s\d.+-]+$")
# an outline as text, of which a separator without quotation marks makes several cells
_SRID = re.compile(r"\s*SRID=\d{4,6}\s*", re.IGNORECASE)
_SHAPE = re.compile(
    rf"(?:{_SRID.pattern};)?\s*(?:MULTI)?(?:CURVE)?(?:POLYGON|SURFACE)\s*(?:ZM?|M)?\s*\(",
    re.IGNORECASE,
)
# how our own CSV of plots begins, in which an apostrophe keeps text from being a formula
_OURS = re.compile(rb"\xef\xbb\xbfplot_id,[^\r\n]*WKT\r\n")
_INERT = re.compile("'(?='*[=+@\t\r\n＝＋－＠-])")
# a line of an outline that goes on over several
_NUMBERS = re.compile(r"[\s\d.,;()|+-]*")


def csv_rows(job: Job) -> tuple[Grid, list[int], Choice, list[Fault]]:
    """Return the rows of a CSV file, the line on which each ends, its encoding and remarks.

    Raises
    ------
    FormatError, LimitError
        When it cannot be decoded, a quotation mark swallows lines, or it is too large.
    """
    whole = job.path.read_bytes()
    data, choice = choose_of_text(whole, file=job.name, given=job.encoding)
    text = data.decode(choice.name, "replace")
    mark = _delimiter(text)
    if mark in "，；":
        # a delimiter of two bytes is not one for the csv module
        text, mark = text.replace(mark, ","), ","
    csv.field_size_limit(job.limits.cell_chars)
    faults = choice.faults()
    lines: list[int] = []
    found = _rows(job, text, mark, lines, faults)
    if _OURS.match(whole):
        # only there it is certain that the mark is none of the text
        found = ([cell[1:] if _INERT.match(cell) else cell for cell in row] for row in found)
    rows = bounded(job, found)
    return rows, lines, choice, faults


def _delimiter(text: str) -> str:
    """Return what parts the cells: that with which most rows are as long as a header above.

    A title may stand above, and other marks in the cells, so no single line can tell.
    """
    head = [line for line in itertools.islice(io.StringIO(text), _HEAD_LINES) if line.strip()]
    # a long outline is no reason not to see what parts it from the rest
    csv.field_size_limit(len(text) + 1)

    def agreeing(mark: str) -> tuple[int, int]:
        try:
            rows = [_whole_shapes(row, mark) for row in csv.reader(head, delimiter=mark)]
        except csv.Error:
            return 0, 0
        best = 0, 0
        for at, row in enumerate(rows):
            if len(row) > 1 and sum(map(_may_be_name, row)) > 1:
                like = sum(len(other) == len(row) for other in rows[at + 1 :])
                best = max(best, (like, len(row)))
        return best

    return max(_DELIMITERS, key=agreeing)


def _whole_shapes(row: list[str], mark: str) -> list[str]:
    """Put outlines together again whose own commas parted them: their brackets say how far."""
    made: list[str] = []
    at = 0
    while at < len(row):
        end = _shape_end(row, at, mark)
        made.append(mark.join(row[at:end]))
        at = end
    return made


def _shape_end(row: Sequence[str], at: int, mark: str) -> int:
    """Return where the cells of an outline end that begins here; the next cell for any other."""
    first = at + (mark == ";" and _SRID.fullmatch(row[at]) is not None)
    if first == len(row) or not _SHAPE.match(row[first]):
        return at + 1
    deep = 0
    for end in range(first, len(row)):
        if end > first and not _NUMBERS.fullmatch(row[end]):
            break
        deep += row[end].count("(") - row[end].count(")")
        if deep <= 0:
            return end + 1 if deep == 0 else at + 1
    return at + 1


def _may_be_name(cell: str) -> bool:
    return bool(cell.strip()) and len(cell) <= _NAME_CHARS and not _MANY_DIGITS.search(cell)


def _rows(
    job: Job, text: str, mark: str, lines: list[int], faults: list[Fault]
) -> Iterator[list[str]]:
    """Give row after row; a cell in quotes may hold line breaks, so rows are not lines."""
    taken: list[str] = []
    reader = csv.reader(_noted(io.StringIO(text, newline=""), taken), delimiter=mark)
    while True:
        first = reader.line_num + 1
        taken.clear()
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _unread(job, taken, first) from error
        if len(taken) > 1:
            _check_quotes(job, taken, mark, first)
            if _hides_rows(row, mark):
                told = {"line": first, "last": reader.line_num}
                faults.append(Fault("rows_in_cell", "warning", reader.line_num, None, told))
        lines.append(reader.line_num)
        yield _whole_shapes(row, mark)


def _noted(lines: Iterator[str], taken: list[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        yield line


def _unread(job: Job, taken: Sequence[str], first: int) -> FormatError | LimitError:
    """Return why the csv module gave up: most often a cell was longer than allowed."""
    allowed, last = job.limits.cell_chars, first + len(taken) - 1
    if sum(map(len, taken)) <= allowed:
        return FormatError("read.not_opened", file=job.name)
    if last > first:
        return FormatError("read.quote_open", file=job.name, line=first, last=last)
    return LimitError("read.cell_long", file=job.name, line=first, allowed=allowed)


def _check_quotes(job: Job, taken: Sequence[str], mark: str, first: int) -> None:
    """Refuse a row of several lines whose quotation marks do not say where its cells end."""
    try:
        list(csv.reader(taken, delimiter=mark, strict=True))
    except csv.Error as error:
        last = first + len(taken) - 1
        raise FormatError("read.quote_open", file=job.name, line=first, last=last) from error


def _hides_rows(row: Sequence[str], mark: str) -> bool:
    """Say whether a line within a cell has as many cells as the row that it stands in."""
    for cell in row:
        for line in cell.splitlines()[1:]:
            if line.count(mark) == len(row) - 1 > 0 and not _NUMBERS.fullmatch(line):
                return True
    return False
