"""Small tables that people hand in by form: reported values, a project, parks, locks.

They come by the same door as plots (any encoding that can be told, any separator, a sheet of
Excel), since a file that one box takes is no other file at the next. Who hands one in has no
option for its encoding or sheet, so what is open is answered with what to save instead.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import pandas as pd

from platforms.errors import FormatError, InputError, TableError
from platforms.geo.read_rows import Rows, read_rows
from platforms.issues import IssueTable
from platforms.layers.cards import Card
from platforms.layers.tables import typed_table

__all__ = ["TABLE_ENDINGS", "given_rows", "read_given", "refuse_nameless"]

TABLE_ENDINGS = (".csv", ".tsv", ".xlsx")
"""Endings of tables that are handed in."""


def given_rows(path: str | os.PathLike[str]) -> Rows:
    """Read the rows of a table that have a cell.

    Parameters
    ----------
    path
        CSV, text parted by tabs, or Excel with one sheet.

    Returns
    -------
    rows
        Cells without blanks around them.

    Raises
    ------
    FormatError, InputError, LimitError
        When it cannot be read, has nothing in it, or its encoding or sheet is open.
    """
    try:
        rows = read_rows(path)
    except (FormatError, InputError) as error:
        if error.key not in {"read.encoding_open", "read.layer_open"}:
            raise
        raise type(error)(f"{error.key}_here", **error.fields) from None
    kept = [
        ([cell.strip() for cell in cells], line)
        for cells, line in zip(rows.cells, rows.lines, strict=True)
        if any(cell.strip() for cell in cells)
    ]
    if not kept:
        raise FormatError("read.no_cells", file=rows.source.name)
    return Rows([c for c, _ in kept], [n for _, n in kept], rows.issues, rows.source, rows.merged)


def refuse_nameless(rows: Rows) -> None:
    """Refuse cells in a column that the first row does not name: they would be lost.

    Parameters
    ----------
    rows
        As `given_rows` gives them.

    Raises
    ------
    TableError
        Names the first such cell.
    """
    header = rows.cells[0]
    for cells, line in zip(rows.cells[1:], rows.lines[1:], strict=True):
        for at, (name, cell) in enumerate(zip(header, cells, strict=True), start=1):
            if cell and not name:
                told = {"column": at, "line": line, "value": cell}
                raise TableError("layers.cell_beyond", file=rows.source.name, **told)


def read_given(
    card: Card, path: str | os.PathLike[str]
) -> tuple[pd.DataFrame, Sequence[int], IssueTable]:
    """Read a table whose first row names its columns, by a card.

    Parameters
    ----------
    card
        What the columns are.
    path
        As `given_rows`.

    Returns
    -------
    table, lines, issues
        Columns and types as the card says; the line of each row in the file; and what was
        seen while reading.

    Raises
    ------
    TableError
        Names the file, the row and what is allowed; nothing is read in part.
    FormatError, InputError, LimitError
        As `given_rows`.
    """
    rows = given_rows(path)
    refuse_nameless(rows)
    header, *cells = rows.cells
    used = [at for at, name in enumerate(header) if name]
    columns = {at: pd.Series([row[at] for row in cells], dtype="str") for at in used}
    raw = pd.DataFrame(columns)
    raw.columns = pd.Index([header[at] for at in used])
    lines = rows.lines[1:]
    return typed_table(card, raw, file=rows.source.name, lines=lines), lines, rows.issues
