"""The look that all sheets of a workbook share, and columns written under their headings.

Text is always written as text: a cell that begins with ``=`` is no formula, and codes keep
their digits; the workbook must be opened with ``PLAIN``.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from platforms import messages
from platforms.outputs.books.book_columns import (
    AS_IT_IS,
    EITHER,
    LINE,
    MAX_TEXT,
    Block,
    Field,
    row_heights,
    width_of,
)
from platforms.outputs.books.sheet_rows import SheetRows

__all__ = [
    "A3",
    "AS_IT_IS",
    "EITHER",
    "LINE",
    "PLAIN",
    "Block",
    "Field",
    "Pages",
    "width_of",
]

# nothing that a user wrote is read as more than text
PLAIN = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
    # no files on the way, which a disk that is full would leave behind
    "in_memory": True,
}
A3, _A4 = 8, 9
# columns that A3 has beside each other
_A3_WIDE = 150
# columns that A4 and A3 have when they are printed as small as can be read
_A4_WIDE, _A3_READ = 150, 280


@dataclass
class _Formats:
    title: Any
    mark: Any
    note: Any
    head: Any
    text: Any
    day: Any
    total: Any
    numbers: dict[int, Any]
    totals: dict[int, Any]


class Pages:
    """Makes sheets of one look.

    Parameters
    ----------
    book
        The open workbook of xlsxwriter.
    mark
        What stands in the foot of every page, at its left.
    foot
        What stands in the middle of it: what the numbers were made from.
    late
        Takes the rows of :meth:`write`, which the file is given at the end: much faster.
    """

    def __init__(
        self,
        book: Any,  # noqa: ANN401 xlsxwriter is untyped
        mark: str,
        *,
        foot: str = "",
        late: dict[int, SheetRows] | None = None,
    ) -> None:
        self.book, self.mark, self.foot, self.late = book, mark, foot, late
        font = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
        cell = {**font, "border": 1, "border_color": "#D0D7DE"}
        bold = {**cell, "bold": True, "bg_color": "#EEF2F6"}
        forms = {AS_IT_IS: "General", 0: "#,##0", 2: "#,##0.00", 3: "#,##0.000", 4: "#,##0.0000"}
        self.formats = _Formats(
            title=book.add_format({**font, "bold": True, "font_size": 14}),
            mark=book.add_format({**font, "bold": True, "font_color": "#B42318"}),
            note=book.add_format({**font, "font_color": "#57606A"}),
            head=book.add_format(
                {**bold, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "text_wrap": True}
            ),
            # apart from a number that ends at its left
            text=book.add_format({**cell, "num_format": "@", "text_wrap": True, "indent": 1}),
            day=book.add_format({**cell, "num_format": "yyyy-mm-dd", "align": "left"}),
            total=book.add_format(bold),
            numbers={n: book.add_format({**cell, "num_format": f}) for n, f in forms.items()},
            totals={n: book.add_format({**bold, "num_format": f}) for n, f in forms.items()},
        )

    def sheet(self, name: str, *, landscape: bool = True) -> Any:  # noqa: ANN401
        """Add a sheet named by an entry of the catalogue, set up for print on A4."""
        entry = name if "." in name else f"sheet.book.{name}"
        sheet = self.book.add_worksheet(messages.text(entry))
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.4, 0.4, 0.6, 0.6)
        self.footer(sheet, self.mark)
        return sheet

    def footer(self, sheet: Any, mark: str) -> None:  # noqa: ANN401
        """Write a mark, what the numbers were made from and the page in the foot of a sheet."""
        left, middle = (text.replace("&", "&&") for text in (mark, self.foot))
        sheet.set_footer(f"&L{left}&C{middle}&R&P / &N")

    def write(
        self,
        sheet: Any,  # noqa: ANN401
        fields: Sequence[Field],
        *,
        frozen: int = 2,
    ) -> tuple[int, int]:
        """Write columns under their headings; return the first and the last row, from 1."""
        top, count = 2, len(fields[0].cells)
        sheet.set_row(top, 32)
        for column, field in enumerate(fields):
            sheet.write_string(top, column, field.title, self.formats.head)
            sheet.set_column(column, column, field.width)
        if self.late is not None and count:
            self._mould(sheet, top + 1, fields, self.late)
        else:
            self._cells(sheet, top + 1, fields)
        last = max(top + 1 + count, top + 2)
        sheet.freeze_panes(top + 1, frozen)
        sheet.autofilter(top, 0, last - 1, len(fields) - 1)
        sheet.repeat_rows(top)
        return top + 2, last

    def _cells(self, sheet: Any, top: int, fields: Sequence[Field]) -> None:  # noqa: ANN401
        for column, field in enumerate(fields):
            for row, value in enumerate(field.cells, start=top):
                self.cell(sheet, row, column, value, field.digits)
        for row, height in enumerate(row_heights(fields), start=top):
            sheet.set_row(row, height)

    def _mould(
        self,
        sheet: Any,  # noqa: ANN401
        row: int,
        fields: Sequence[Field],
        late: dict[int, SheetRows],
    ) -> None:
        """Write the row that shows the formats, and keep the rows for later."""
        for column, form in enumerate((*self.formats.numbers.values(), self.formats.text)):
            sheet.write_blank(row, column, None, form)
        number = self.book.worksheets().index(sheet) + 1
        late[number] = SheetRows(fields, tuple(self.formats.numbers))

    def paper(self, sheet: Any, fields: Sequence[Field], *, repeated: int = 2) -> None:  # noqa: ANN401
        """Choose paper on which a table can be read: A4, A3, or A3 pages beside each other.

        Parameters
        ----------
        sheet
            From :meth:`sheet`.
        fields
            Its columns.
        repeated
            How many of them each page repeats.
        """
        wide = sum(field.width for field in fields)
        if wide > _A4_WIDE:
            sheet.set_paper(A3)
        if wide > _A3_READ:
            again = sum(field.width for field in fields[:repeated])
            sheet.fit_to_pages(math.ceil((wide - again) / (_A3_READ - again)), 0)
            sheet.repeat_columns(0, repeated - 1)
            sheet.print_across()

    def two_pages(self, sheet: Any, fields: Sequence[Field], first: int) -> None:  # noqa: ANN401
        """Print a wide table on A3 as two pages side by side, each with the two id columns.

        Parameters
        ----------
        sheet
            From :meth:`sheet`, with the table written on it.
        fields
            Its columns; the first two are repeated.
        first
            How many of them the first page has.
        """
        again = sum(field.width for field in fields[:2])
        pages = (fields[:first], fields[first:])
        wide = [sum(field.width for field in page) for page in pages]
        widest = max(wide[0], wide[1] + again)
        # breaks that are set by hand hold for a scale, not for a fit to pages
        sheet.set_print_scale(max(10, min(100, int(100 * _A3_WIDE / widest))))
        sheet.set_v_pagebreaks([first])
        sheet.repeat_columns(0, 1)
        sheet.print_across()

    def stack(self, sheet: Any, blocks: Sequence[Block]) -> None:  # noqa: ANN401
        """Write tables below each other, each under its title; a column is as wide as asked."""
        widths: dict[int, float] = {}
        for block in blocks:
            for column, field in enumerate(block.fields):
                widths[column] = max(widths.get(column, 0), field.width)
        for column, width in widths.items():
            sheet.set_column(column, column, width)
        row = 3
        for block in blocks:
            sheet.set_row(row, 24)
            sheet.write_string(row, 0, block.title, self.formats.title)
            row = self._block(sheet, row + 1, block, widths) + 2
        sheet.freeze_panes(3, 1)

    def _block(self, sheet: Any, top: int, block: Block, widths: dict[int, float]) -> int:  # noqa: ANN401
        """Write one table; return the row below it."""
        sheet.set_row(top, 32)
        for column, field in enumerate(block.fields):
            sheet.write_string(top, column, field.title, self.formats.head)
        count = len(block.fields[0].cells)
        for at in range(count):
            for column, field in enumerate(block.fields):
                value, last = field.cells[at], block.total and at == count - 1
                self.cell(sheet, top + 1 + at, column, value, field.digits, total=last)
        shown = [replace(field, width=widths[at]) for at, field in enumerate(block.fields)]
        for row, height in enumerate(row_heights(shown), start=top + 1):
            sheet.set_row(row, height)
        return top + 1 + count

    def cell(
        self,
        sheet: Any,  # noqa: ANN401
        row: int,
        column: int,
        value: object,
        digits: int,
        *,
        total: bool = False,
    ) -> None:
        """Write one value: text as text, numbers with their decimals, nothing as a blank."""
        text = self.formats.total if total else self.formats.text
        numbers = self.formats.totals if total else self.formats.numbers
        if value is None or value is pd.NA or value != value:  # noqa: PLR0124 nan
            sheet.write_blank(row, column, None, text)
        elif isinstance(value, dt.date):
            sheet.write_datetime(row, column, value, self.formats.day)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            if digits == EITHER:
                digits = 0 if float(value).is_integer() else 2
            sheet.write_number(row, column, value, numbers[digits])
        else:
            sheet.write_string(row, column, str(value)[:MAX_TEXT], text)
