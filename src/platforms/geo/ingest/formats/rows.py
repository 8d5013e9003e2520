"""The cells of a sheet or CSV file as they stand, for tables that have no map.

Nothing is looked for here: what the rows mean is for the caller to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from platforms.errors import LimitError
from platforms.geo.ingest.formats.csv_text import csv_rows
from platforms.geo.ingest.formats.sheets import merged_cells, workbook_rows
from platforms.geo.ingest.raw import ROW, Fault, RawTable

if TYPE_CHECKING:
    from platforms.geo.ingest.worker import Job

__all__ = ["read"]


def read(job: Job) -> RawTable:
    """Read all rows as text.

    Returns
    -------
    raw
        ``ROW`` (1-based line of the file) and one column of text for each column of the
        sheet, named by its place; no ``WKB``. ``notes["merged"]`` has column, first and last row
        (from 0) of each cell of a workbook that reaches over several rows.

    Raises
    ------
    FormatError, InputError, LimitError
        When it does not open, a sheet must be chosen, or it is too large.
    """
    faults: list[Fault] = []
    merged: list[tuple[int, int, int]] = []
    layer, encoding = None, ("utf-8", "format")
    if job.kind == "workbook_rows":
        layer, rows, faults = workbook_rows(job)
        merged = merged_cells(job, layer, rows=len(rows))
        lines = list(range(1, len(rows) + 1))
    else:
        rows, lines, choice, faults = csv_rows(job)
        encoding = choice.name, choice.basis
    width = max(map(len, rows), default=0)
    if width * len(rows) > job.limits.cells:
        raise LimitError("read.fields_many", file=job.name, allowed=job.limits.sheet_columns)
    columns: dict[str, pa.Array] = {ROW: pa.array(lines, pa.int64())}
    for at in range(width):
        cells = [row[at] if at < len(row) else "" for row in rows]
        columns[str(at)] = pa.array(cells, pa.string())
    raw = RawTable(pa.table(columns), "Excel" if layer else "CSV", layer)
    raw.encoding, raw.encoding_basis = encoding
    raw.faults = faults
    raw.notes["merged"] = merged
    return raw
