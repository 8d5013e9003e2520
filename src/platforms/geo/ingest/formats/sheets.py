"""Sheets of a workbook as rows of text, nothing lost and nothing guessed.

Every cell is text: a code keeps its zeros, a number its digits. Only sheets that can be seen
are read; hidden rows of theirs are read too, and counted. The extent that a workbook claims
is not believed; rows and columns are counted while they are read.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from platforms.errors import FormatError, InputError, LimitError
from platforms.geo.ingest.formats.sheet_marks import cells_that_failed, hidden_in
from platforms.geo.ingest.formats.xml_parts import refuse_declarations
from platforms.geo.ingest.raw import Fault

if TYPE_CHECKING:
    from platforms.geo.ingest.worker import Job

__all__ = ["Grid", "bounded", "merged_cells", "workbook_rows", "workbook_sheets"]

Grid = list[list[str]]

_EXACT = 10**15
_DIGITS = 15
# numbers of date formats that a Chinese workbook has without writing them out (ECMA-376, 18.8.30)
_MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^<>]*?ref=[\"']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})[\"']"
)
_CHUNK, _LONGEST_MARK = 1 << 20, 200
_DATES = {27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58}


def bounded(job: Job, rows: Iterator[list[str]]) -> Grid:
    """Return rows without the blanks around their cells, counted while they are read.

    Raises
    ------
    LimitError
        When they are more, or longer, than allowed.
    """
    out: Grid = []
    for row in rows:
        if len(out) > job.limits.rows:
            raise LimitError("read.rows_many", file=job.name, allowed=job.limits.rows)
        if len(row) > job.limits.sheet_columns:
            allowed = job.limits.sheet_columns
            raise LimitError("read.fields_many", file=job.name, allowed=allowed)
        out.append([cell.strip() for cell in row])
    return out


def workbook_rows(job: Job) -> tuple[str, Grid, list[Fault]]:
    """Return name, rows and remarks of the one sheet that is read.

    Raises
    ------
    FormatError, InputError, LimitError
        When it does not open, a sheet must be chosen, or it is too large.
    """
    full, remarks, faults, many = _sheets(job)
    if job.layer is not None and many:
        if job.layer not in full:
            raise InputError(
                "read.layer_unknown", file=job.name, layer=job.layer, layers=list(full)
            )
        return job.layer, full[job.layer], [*faults, *remarks[job.layer]]
    if len(full) > 1:
        raise InputError("read.layer_open", file=job.name, layers=list(full))
    ((title, rows),) = full.items()
    return title, rows, [*faults, *remarks[title]]


def merged_cells(job: Job, title: str, *, rows: int) -> list[tuple[int, int, int]]:
    """Return the cells of a sheet that reach over several rows: column, first and last row.

    Parameters
    ----------
    job
        What is read.
    title
        Of the sheet.
    rows
        How many rows it has; a cell ends with them.
    """
    import openpyxl
    from openpyxl.utils import range_boundaries

    # read only, it keeps to itself where a sheet lies; merged cells stand behind all rows there
    book: Any = openpyxl.load_workbook(job.path, read_only=True, keep_links=False)
    found: dict[bytes, None] = {}
    with book._archive.open(book[title]._worksheet_path) as part:  # noqa: SLF001
        rest = b""
        while chunk := part.read(_CHUNK):
            found |= dict.fromkeys(_MERGED.findall(rest + chunk))
            rest = (rest + chunk)[-_LONGEST_MARK:]
    book.close()
    made = []
    for ref in found:
        left, top, _, bottom = range_boundaries(ref.decode())
        # a range of whole columns or rows names no other ends
        first, last = top or 1, min(bottom or rows, rows)
        if first < last:
            made.append(((left or 1) - 1, first - 1, last - 1))
    return made


def workbook_sheets(job: Job) -> tuple[dict[str, Grid], list[Fault]]:
    """Return the rows of each sheet that can be seen and has cells, and remarks on all.

    Raises
    ------
    FormatError, LimitError
        When it does not open, has no cells, or is too large.
    """
    full, remarks, faults, _ = _sheets(job)
    return full, [*faults, *itertools.chain.from_iterable(remarks.values())]


def _sheets(job: Job) -> tuple[dict[str, Grid], dict[str, list[Fault]], list[Fault], bool]:
    """Return rows and remarks by sheet, remarks on the book, and whether it has several sheets."""
    import openpyxl

    refuse_declarations(job)
    try:
        book = openpyxl.load_workbook(job.path, read_only=True, data_only=True, keep_links=False)
    except (KeyError, ValueError, OSError, zipfile.BadZipFile, SyntaxError) as error:
        raise FormatError("read.not_opened", file=job.name) from error
    _know_dates(book)
    faults: list[Fault] = []
    seen = [s for s in book.worksheets if s.sheet_state == "visible"]
    hidden = [s.title for s in book.worksheets if s.sheet_state != "visible"]
    if hidden:
        faults.append(Fault("sheets_hidden", "warning", 0, None, {"sheets": hidden}))
    lost: dict[str, dict[int, list[str]]] = {s.title: {} for s in seen}
    failed: dict[str, dict[int, list[str]]] = {s.title: {} for s in seen}
    full = {s.title: rows for s in seen if (rows := _sheet(job, s, lost[s.title], failed[s.title]))}
    if not full and (job.layer is None or len(book.worksheets) == 1):
        raise FormatError("read.no_rows", file=job.name)
    remarks = {
        title: [
            *_lost_told(lost[title]),
            *cells_that_failed(_by_letter(failed[title])),
            *hidden_in(book, title),
        ]
        for title in full
    }
    return full, remarks, faults, len(book.worksheets) > 1


def _lost_told(lost: dict[int, list[str]]) -> list[Fault]:
    """Say once a column how many of its codes have lost digits."""
    return [
        Fault(
            "cell_digits_lost",
            "warning",
            0,
            letter,
            {"column": letter, "count": len(cells), "value": cells[0]},
        )
        for letter, cells in _by_letter(lost).items()
    ]


def _by_letter(cells: dict[int, list[str]]) -> dict[str, list[str]]:
    from openpyxl.utils import get_column_letter

    return {get_column_letter(at + 1): cells[at] for at in sorted(cells)}


def _know_dates(book: Any) -> None:  # noqa: ANN401 the styles of a book are not public
    """Tell the reader which formats of Chinese Excel and WPS are dates: it knows few of them."""
    styles = enumerate(book._cell_styles)  # noqa: SLF001
    book._date_formats.update(at for at, s in styles if s.numFmtId in _DATES)  # noqa: SLF001


def _sheet(
    job: Job,
    sheet: Any,  # noqa: ANN401 read-only sheets have no public type
    lost: dict[int, list[str]],
    failed: dict[int, list[str]],
) -> Grid:
    sheet.reset_dimensions()
    cells = sheet.iter_rows(values_only=True)
    rows = bounded(job, (_texts(row, lost, failed) for row in cells))
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _texts(
    row: Sequence[object], lost: dict[int, list[str]], failed: dict[int, list[str]]
) -> list[str]:
    # a cell far to the right that only has a colour makes no column
    end = next((at for at in range(len(row), 0, -1) if row[at - 1] is not None), 0)
    texts = [_text(cell) for cell in row[:end]]
    for at, cell in enumerate(row[:end]):
        if isinstance(cell, (int, float)) and _is_cut(cell):
            lost.setdefault(at, []).append(texts[at])
        elif cell is not None and not texts[at] and str(cell).strip():
            failed.setdefault(at, []).append(str(cell).strip())
    return texts


def _is_cut(number: float) -> bool:
    """Say whether a spreadsheet dropped digits of a number; all digits of a whole one are its."""
    if abs(number) < _EXACT:
        return False
    return isinstance(number, float) or not number % 10 ** (len(str(abs(number))) - _DIGITS)


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, (dt.datetime, dt.date)):
        return cell.isoformat()[:10]
    if isinstance(cell, float) and "e" in repr(cell):
        # written out it would have digits that nobody wrote
        return repr(cell)
    if isinstance(cell, (int, float)):
        return str(int(cell)) if float(cell).is_integer() else repr(cell)
    word = str(cell).strip()
    # what a sheet shows where a formula failed is no value
    return "" if word.startswith("#") and word.endswith(("!", "?", "/A")) else word
