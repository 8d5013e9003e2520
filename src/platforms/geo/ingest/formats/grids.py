"""All tables of a file at once, as they stand: sheets, a CSV, the tables of a document or page.

Which of them is meant can only be said by who knows the header that is looked for, so none is
chosen here. A merged cell has its text in its first row and column; how far down it reaches is
told beside the cells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from platforms.errors import FormatError, LimitError
from platforms.geo.ingest.formats.csv_text import csv_rows
from platforms.geo.ingest.formats.sheets import workbook_sheets
from platforms.geo.ingest.formats.spread import DrawnTable
from platforms.geo.ingest.raw import ROW, Fault, RawTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from platforms.geo.ingest.worker import Job

__all__ = ["GRID", "read"]

# column of ours: which table a row belongs to, from 0
GRID = "\x01grid"
_DRIVERS = {"table": "CSV", "workbook": "Excel", "document": "Word", "page": "HTML"}


def read(job: Job) -> RawTable:
    """Read all tables as text.

    Returns
    -------
    raw
        ``ROW`` (1-based line in its table), ``GRID`` (which table), and one column of text for
        each column of the widest, named by its place; no ``WKB``. ``notes["grids"]`` has
        name, texts above, width and merged cells of each table.

    Raises
    ------
    FormatError, LimitError
        When it does not open, has no table, or is too large.
    """
    kind = job.kind.removesuffix("_grids")
    faults: list[Fault] = []
    encoding = ("utf-8", "format")
    if kind == "workbook":
        sheets, faults = workbook_sheets(job)
        tables = [
            DrawnTable(title, rows, list(range(1, len(rows) + 1))) for title, rows in sheets.items()
        ]
    elif kind == "document":
        from platforms.geo.ingest.formats.word import document_tables

        tables = document_tables(job)
    elif kind == "page":
        from platforms.geo.ingest.formats.web_page import page_tables

        tables, choice = page_tables(job)
        faults, encoding = choice.faults(), (choice.name, choice.basis)
    else:
        rows, lines, choice, faults = csv_rows(job)
        tables, encoding = [DrawnTable("1", rows, lines)], (choice.name, choice.basis)
    raw = _gathered(job, tables)
    raw.driver = _DRIVERS[kind]
    raw.encoding, raw.encoding_basis = encoding
    raw.faults = faults
    return raw


def _gathered(job: Job, tables: Sequence[DrawnTable]) -> RawTable:
    full = [table for table in tables if any(any(row) for row in table.cells)]
    if not full:
        raise FormatError("read.no_rows", file=job.name)
    width = max(len(row) for table in full for row in table.cells)
    count = sum(len(table.cells) for table in full)
    if width * count > job.limits.cells:
        raise LimitError("read.fields_many", file=job.name, allowed=job.limits.sheet_columns)
    rows = [row for table in full for row in table.cells]
    numbers = [at for at, table in enumerate(full) for _ in table.cells]
    columns: dict[str, pa.Array] = {
        ROW: pa.array([line for table in full for line in table.lines], pa.int64()),
        GRID: pa.array(numbers, pa.int64()),
    }
    for at in range(width):
        cells = [row[at] if at < len(row) else "" for row in rows]
        columns[str(at)] = pa.array(cells, pa.string())
    notes = [
        {
            "name": table.name,
            "above": table.above,
            "width": max(map(len, table.cells)),
            "merged": table.merged,
        }
        for table in full
    ]
    return RawTable(pa.table(columns), "", notes={"grids": notes})
