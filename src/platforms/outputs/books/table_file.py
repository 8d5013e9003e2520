"""Tables as files: one sheet or several of a workbook, or text for spreadsheets.

The ending of the name decides the format. Nothing that a user wrote is read as a formula or a
link, a file appears whole or not at all, and columns are as wide as what stands in them, up to
a limit.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from platforms.errors import OutputError
from platforms.geo.write import atomic_path
from platforms.outputs.books.book_pages import PLAIN, width_of
from platforms.outputs.books.sheet_rows import SheetRows, put_rows
from platforms.outputs.plots_file import harmless

__all__ = ["TABLE_ENDINGS", "book_file", "ending_of", "save_sheets", "save_table", "write_csv"]

TABLE_ENDINGS = (".xlsx", ".csv")

_NARROWEST, _WIDEST = 8, 60


def ending_of(path: str | os.PathLike[str], allowed: Sequence[str]) -> str:
    """Return the ending of a file that is to be written, in lower case.

    Parameters
    ----------
    path
        The file.
    allowed
        Endings that can be written.

    Raises
    ------
    OutputError
        For any other ending.
    """
    target = Path(path)
    ending = target.suffix.lower()
    if ending not in allowed:
        raise OutputError("sheet.ending_unknown", path=target.name, allowed=list(allowed))
    return ending


@contextmanager
def book_file(
    path: str | os.PathLike[str],
    *,
    overwrite: bool = False,
    rows: Mapping[int, SheetRows] | None = None,
) -> Iterator[Any]:
    """Open a workbook for writing; its file appears whole or not at all.

    Parameters
    ----------
    path
        The ``.xlsx`` file.
    overwrite
        Replace a file that is there.
    rows
        Rows that are put in at the end, as :class:`~.book_pages.Pages` keeps them; may be filled
        while the book is open.

    Yields
    ------
    book
        Of xlsxwriter; what a user wrote stays text.

    Raises
    ------
    OutputError
        For a file that exists, a read-only folder or a full disk.
    """
    with atomic_path(path, overwrite=overwrite) as tmp:
        # into memory first: on a full disk the library leaves its own half file open
        made = io.BytesIO()
        with xlsxwriter.Workbook(made, PLAIN) as book:
            yield book
        if rows:
            put_rows(made, rows, tmp)
        else:
            tmp.write_bytes(made.getvalue())


def save_table(
    table: pd.DataFrame,
    path: str | os.PathLike[str],
    *,
    sheet: str,
    frozen: int = 1,
    overwrite: bool = False,
) -> Path:
    """Write one table.

    Parameters
    ----------
    table
        Under headings for readers.
    path
        ``.xlsx``, or ``.csv`` (UTF-8 with a mark, for Excel).
    sheet
        Name of the sheet.
    frozen
        Columns that stay in sight beside the heading.
    overwrite
        Replace a file that is there.

    Returns
    -------
    path
        The file written; it appears whole or not at all.

    Raises
    ------
    OutputError
        For another ending, a file that exists, a read-only folder or a full disk.
    """
    if ending_of(path, TABLE_ENDINGS) == ".xlsx":
        return save_sheets({sheet: table}, path, frozen=frozen, overwrite=overwrite)
    with atomic_path(path, overwrite=overwrite) as tmp:
        write_csv(table, tmp)
    return Path(path)


def save_sheets(
    tables: Mapping[str, pd.DataFrame],
    path: str | os.PathLike[str],
    *,
    frozen: int = 1,
    overwrite: bool = False,
) -> Path:
    """Write tables as the sheets of a workbook.

    Parameters
    ----------
    tables
        By the name of the sheet, in order, under headings for readers.
    path
        The ``.xlsx`` file.
    frozen, overwrite
        As for :func:`save_table`.

    Returns
    -------
    path
        The file written; it appears whole or not at all.

    Raises
    ------
    OutputError
        For another ending, a file that exists, a read-only folder or a full disk.
    """
    ending_of(path, (".xlsx",))
    made = io.BytesIO()
    with atomic_path(path, overwrite=overwrite) as tmp:
        # into memory first, as book_file
        with pd.ExcelWriter(made, engine="xlsxwriter", engine_kwargs={"options": PLAIN}) as book:
            for name, table in tables.items():
                table.to_excel(book, sheet_name=name, index=False, freeze_panes=(1, frozen))
                sheet = book.sheets[name]
                for column, title in enumerate(table.columns):
                    cells = [title, *table[title].dropna()]
                    wide = max(map(width_of, cells)) + 2
                    sheet.set_column(column, column, min(max(wide, _NARROWEST), _WIDEST))
        tmp.write_bytes(made.getvalue())
    return Path(path)


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table as text in UTF-8 with a mark, so that Excel reads its characters."""
    # a line ends in two characters, so that either of them in a cell is quoted and starts no row
    shown = table.map(harmless).rename(columns=harmless)
    shown.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")
