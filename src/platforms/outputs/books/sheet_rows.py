"""Rows of large sheets, written straight into the workbook's file.

Writing cell by cell takes a library several times as long as everything else that makes a
ledger of 100,000 plots. So the library writes all but the rows: headings, widths, formats,
filters, print settings and, below the headings, one row that shows the number of each format;
the rows themselves are put in its place as the file's own markup, a few thousand at a time.
Text is always an inline string, so that nothing a user wrote is a formula or a link; a
character that a workbook may not hold is written in its escaped form and reads back the same.
"""

from __future__ import annotations

import io
import math
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from platforms.errors import OutputError
from platforms.outputs.books.book_columns import EITHER, MAX_TEXT, Field, row_heights

__all__ = ["MAX_ROWS", "SheetRows", "put_rows"]

_ROWS_AT_A_TIME = 4096
# of a sheet in a workbook; what stands below is not opened, or cut off without a word
MAX_ROWS = 1_048_576
_ILLEGAL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
_LIKE_ESCAPED = re.compile("(_x[0-9A-Fa-f]{4}_)")
_MOULD = re.compile(r'<row r="(?P<row>\d+)"[^>]*>(?P<cells>(?:<c [^>]*/>)+)</row></sheetData>')
_STYLE = re.compile(r'<c r="[A-Z]+\d+" s="(\d+)"/>')
_DIMENSION = re.compile(r'<dimension ref="[^"]*"/>')


@dataclass(frozen=True)
class SheetRows:
    """Rows that are still to be put on a sheet.

    Attributes
    ----------
    fields
        Its columns.
    formats
        Decimals that each cell of the mould row has the number format of; the last cell of
        that row has the format of text.
    """

    fields: Sequence[Field]
    formats: Sequence[int]


@dataclass(frozen=True)
class _Styles:
    numbers: Mapping[int, str]
    text: str


def put_rows(made: io.BytesIO, rows: Mapping[int, SheetRows], path: Path) -> None:
    """Write a workbook to its file with the rows of its sheets.

    Parameters
    ----------
    made
        What the library wrote; each sheet of ``rows`` ends with its mould row.
    rows
        By the number of the sheet, from 1.
    path
        The file; written from the start.

    Raises
    ------
    OutputError
        When a sheet would have more rows than a workbook can hold.
    """
    names = {f"xl/worksheets/sheet{number}.xml": one for number, one in rows.items()}
    with (
        zipfile.ZipFile(made) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            info = zipfile.ZipInfo(entry.filename, entry.date_time)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = entry.external_attr
            with source.open(entry) as given, target.open(info, "w") as taken:
                if entry.filename not in names:
                    shutil.copyfileobj(given, taken)
                    continue
                for part in _sheet(given.read().decode(), names[entry.filename]):
                    taken.write(part.encode())


def _sheet(markup: str, rows: SheetRows) -> Iterator[str]:
    """Yield a sheet with its rows in the place of the mould."""
    mould = _MOULD.search(markup)
    if mould is None:
        msg = "the sheet has no mould row"
        raise ValueError(msg)
    styles = _STYLE.findall(mould["cells"])
    known = _Styles(dict(zip(rows.formats, styles[:-1], strict=True)), styles[-1])
    first, count = int(mould["row"]), len(rows.fields[0].cells)
    if first + count - 1 > MAX_ROWS:
        raise OutputError("sheet.rows_many", rows=count, allowed=MAX_ROWS - first + 1)
    corner = f"{xl_col_to_name(len(rows.fields) - 1)}{first + count - 1}"
    yield _DIMENSION.sub(f'<dimension ref="A1:{corner}"/>', markup[: mould.start()])
    yield from _rows(rows.fields, first, known)
    yield f"</sheetData>{markup[mould.end() :]}"


def _rows(fields: Sequence[Field], first: int, styles: _Styles) -> Iterator[str]:
    cells = "".join(f'<c r="{xl_col_to_name(at)}%s"%s' for at in range(len(fields)))
    row = f'<row r="%s" ht="%g" customHeight="1">{cells}</row>'
    words: dict[str, str] = {}
    for start in range(0, len(fields[0].cells), _ROWS_AT_A_TIME):
        part = [field.cells[start : start + _ROWS_AT_A_TIME] for field in fields]
        numbers = range(first + start, first + start + len(part[0]))
        columns: list[Sequence[object]] = [numbers, row_heights(fields, part)]
        for field, values in zip(fields, part, strict=True):
            columns += [numbers, _cells(values, field.digits, styles, words)]
        yield "".join(map(row.__mod__, zip(*columns, strict=True)))


def _cells(
    values: Sequence[object], digits: int, styles: _Styles, words: dict[str, str]
) -> list[str]:
    """Return what stands in each cell behind its place."""
    form = "" if digits == EITHER else f' s="{styles.numbers[digits]}"><v>'
    made = []
    for value in values:
        if value.__class__ is float:
            made.append(_number(value, form, styles))
        elif value.__class__ is str:
            text = words.get(value)
            if text is None:
                text = words[value] = _text(value, styles)
            made.append(text)
        elif value is None or value is pd.NA:
            made.append(f' s="{styles.text}"/>')
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            made.append(_number(value, form, styles))
        else:
            made.append(_text(str(value), styles))
    return made


def _number(value: float, form: str, styles: _Styles) -> str:
    if not math.isfinite(value):
        return f' s="{styles.text}"/>'
    whole = value.__class__ is not float or float(value).is_integer()
    if not form:
        form = f' s="{styles.numbers[0 if whole else 2]}"><v>'
    return f"{form}{int(value) if whole else float(value)!r}</v></c>"


def _text(value: str, styles: _Styles) -> str:
    """Return text as an inline string that reads back as it is."""
    shown = value[:MAX_TEXT]
    if "_x" in shown:
        shown = _LIKE_ESCAPED.sub(r"_x005F\1", shown)
    if _ILLEGAL.search(shown):
        shown = _ILLEGAL.sub(lambda found: f"_x{ord(found[0]):04X}_", shown)
    shown = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f' s="{styles.text}" t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>'
