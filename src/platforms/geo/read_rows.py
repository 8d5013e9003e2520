"""The door of `platforms.geo.read`, for tables that have no map.

The same copy under our name, the same checks of the container and the same worker process;
what comes out are the cells as text, none of them interpreted.
"""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING

from platforms.errors import FormatError
from platforms.geo.ingest.limits import LIMITS, Limits
from platforms.geo.ingest.preflight import Upload, staged
from platforms.geo.ingest.sandbox import reading
from platforms.geo.ingest.sniff import datasets
from platforms.geo.read import Source, choose_dataset

if TYPE_CHECKING:
    from platforms.issues import IssueTable

__all__ = ["Rows", "read_rows"]

_TABLES = {"table", "workbook"}


@dataclasses.dataclass(frozen=True)
class Rows:
    """Rows of a sheet.

    Attributes
    ----------
    cells
        Text of each cell, empty where there is none; all rows are as long as the longest.
    lines
        1-based line of each row in the file.
    issues
        What was seen while reading: hidden sheets, numbers whose digits are lost.
    source
        Where they came from; no coordinate system.
    merged
        Column, first and last row (from 0) of each cell that reaches over several rows; its text
        stands in the first.
    """

    cells: list[list[str]]
    lines: list[int]
    issues: IssueTable
    source: Source
    merged: tuple[tuple[int, int, int], ...] = ()


def read_rows(
    path: str | os.PathLike[str] | Upload,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    limits: Limits = LIMITS,
) -> Rows:
    """Read the cells of a CSV file or an Excel sheet.

    Parameters
    ----------
    path
        A file, a zip of one, or an upload.
    layer
        Sheet, where several have cells.
    encoding
        Encoding of the text, where the file's content does not tell.
    limits
        What it may cost.

    Returns
    -------
    rows
        All rows that can be seen, as text.

    Raises
    ------
    FormatError, LimitError
        When it is no table, cannot be read, or costs too much.
    InputError
        When a sheet must be chosen.
    """
    with staged(path, limits=limits) as stage:
        found, _ = datasets(stage.members, file=stage.name)
        dataset = choose_dataset(found, layer, file=stage.name)
        if dataset.kind not in _TABLES:
            raise FormatError("read.no_table", file=stage.name)
        dataset = dataclasses.replace(dataset, kind=f"{dataset.kind}_rows")
        inner = None if len(found) > 1 else layer
        with reading(dataset, layer=inner, encoding=encoding, limits=limits) as result:
            from platforms.issues import IssueTable

            raw = result()
    issues = IssueTable()
    for fault in raw.faults:
        # hidden sheets and lost digits: nothing that keeps a row out
        issues.add(fault.kind, "warning", field=fault.field, file=stage.name, **fault.told)
    first, *columns = raw.table.columns
    cells = [list(row) for row in zip(*(c.to_pylist() for c in columns), strict=True)]
    source = Source(
        name=stage.name,
        driver=raw.driver,
        layer=raw.layer,
        encoding=raw.encoding,
        encoding_basis=raw.encoding_basis,
        crs="",
        crs_basis="",
        features=len(cells),
        sha256=stage.sha256,
        plane="",
    )
    merged = tuple((int(c), int(a), int(b)) for c, a, b in raw.notes.get("merged", ()))
    return Rows(cells, first.to_pylist(), issues, source, merged)
