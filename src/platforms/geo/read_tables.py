"""The door of `platforms.geo.read`, for all tables of a file at once.

Sheets of a workbook, a CSV, the tables of a Word document or a web page, and the attributes
of a map file: the same copy under our name, the same checks and the same worker process. Cells
come as text, none of them interpreted; which table is meant is for the caller to say.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
from typing import TYPE_CHECKING, Any

from platforms.errors import FormatError
from platforms.geo.ingest.limits import LIMITS, Limits
from platforms.geo.ingest.preflight import Upload, staged
from platforms.geo.ingest.sandbox import reading
from platforms.geo.ingest.sniff import KINDS, TABLE_KINDS, datasets
from platforms.geo.read import Source, choose_dataset

if TYPE_CHECKING:
    import geopandas as gpd

    from platforms.geo.ingest.georeference import SurveyArea
    from platforms.geo.ingest.raw import RawTable
    from platforms.issues import IssueTable

__all__ = ["Grid", "Grids", "read_outlines", "read_tables"]

# goes through the making of plots with each row, and is in no file
_LINE = "\x01line"
_GRIDS = {"table", "workbook", *TABLE_KINDS.values()}


@dataclasses.dataclass(frozen=True)
class Grid:
    """One table of a file.

    Attributes
    ----------
    name
        Sheet, layer, or the 1-based number of the table in its document.
    cells
        Text of each cell; all rows are as long as the longest.
    lines
        1-based line of each row: of the sheet or file, of the table in a document. That of a
        map file is the row's number, its header has 0.
    above
        Texts right above a table of a document, the nearest last.
    merged
        Column (from 0), first and last line of cells that reach down; of documents and pages.
    """

    name: str
    cells: list[list[str]]
    lines: list[int]
    above: list[str]
    merged: list[tuple[int, int, int]]


@dataclasses.dataclass(frozen=True)
class Grids:
    """The tables of a file.

    Attributes
    ----------
    grids
        Those with a cell, in the file's order.
    issues
        What was seen while reading: hidden sheets, digits that are lost.
    source
        Where they came from; no coordinate system.
    mapped
        Whether it is a map file, whose first row is the names of its columns.
    """

    grids: list[Grid]
    issues: IssueTable
    source: Source
    mapped: bool


def read_tables(
    path: str | os.PathLike[str] | Upload,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    limits: Limits = LIMITS,
) -> Grids:
    """Read the tables of a file.

    Parameters
    ----------
    path
        CSV, Excel (.xlsx), Word (.docx), a web page (.html), a map file, a zip of one, or an
        upload.
    layer
        Data set of a zip, or layer of a map file, where there are several.
    encoding
        Encoding of the text, where the file's content does not tell.
    limits
        What it may cost.

    Returns
    -------
    tables
        All tables that can be seen, as text.

    Raises
    ------
    FormatError, LimitError
        When it has no table, cannot be read, or costs too much.
    InputError
        When a layer must be chosen.
    """
    with staged(path, limits=limits) as stage:
        found, _ = datasets(stage.members, file=stage.name, kinds={**KINDS, **TABLE_KINDS})
        several = len(found) > 1
        dataset = choose_dataset(found, layer if several else None, file=stage.name)
        if dataset.kind == "boundary":
            raise FormatError("read.no_table", file=stage.name)
        mapped = dataset.kind not in _GRIDS
        if not mapped:
            dataset = dataclasses.replace(dataset, kind=f"{dataset.kind}_grids")
        inner = None if several or not mapped else layer
        with reading(dataset, layer=inner, encoding=encoding, limits=limits) as result:
            from platforms.issues import IssueTable

            raw = result()
    dataset.tell_encoding(raw)
    issues = IssueTable()
    for fault in raw.faults:
        # what is wrong with a shape is no matter of the table
        if not mapped or not fault.row:
            told = {k: v for k, v in fault.told.items() if k not in {"field", "feature"}}
            issues.add(fault.kind, "warning", field=fault.field, file=stage.name, **told)
    grids = [_attributes(raw, stage.name)] if mapped else _grids(raw)
    source = Source(
        name=stage.name,
        driver=raw.driver,
        layer=raw.layer,
        encoding=raw.encoding,
        encoding_basis=raw.encoding_basis,
        crs=raw.crs,
        crs_basis="",
        features=sum(len(grid.cells) for grid in grids),
        sha256=stage.sha256,
        plane="",
    )
    return Grids(grids, issues, source, mapped)


def read_outlines(
    path: str | os.PathLike[str] | Upload,
    *,
    area: SurveyArea,
    layer: str | None = None,
    encoding: str | None = None,
    crs: str | None = None,
) -> tuple[gpd.GeoSeries, IssueTable]:
    """Read the areas of a map file whose attributes :func:`read_tables` reads.

    Parameters
    ----------
    path, layer, encoding
        As there.
    area
        The county, which decides between coordinate systems.
    crs
        Coordinate system, where the file states none.

    Returns
    -------
    outlines, issues
        Polygons in EPSG:4490 by the line of their row, those that can be used; and what was
        seen of them and of the coordinate system.

    Raises
    ------
    FormatError, LimitError, CRSError, InputError
        As `platforms.geo.read.read_plots`.
    """
    with staged(path) as stage:
        found, _ = datasets(stage.members, file=stage.name)
        several = len(found) > 1
        dataset = choose_dataset(found, layer if several else None, file=stage.name)
        with reading(dataset, layer=None if several else layer, encoding=encoding) as result:
            import geopandas as gpd

            from platforms.geo.ingest.assemble import assemble
            from platforms.geo.ingest.raw import ROW

            raw = result()
    raw.table = raw.table.append_column(_LINE, raw.table[ROW])
    made = assemble(raw, file=stage.name, crs=crs, area=area)
    lines = made.frame[_LINE].astype(int).to_numpy()
    return gpd.GeoSeries(made.frame.geometry.array, index=lines), made.issues


def _grids(raw: RawTable) -> list[Grid]:
    lines, numbers, *columns = (column.to_pylist() for column in raw.table.columns)
    rows = list(zip(*columns, strict=True))
    made: list[Grid] = []
    for number, note in enumerate(raw.notes["grids"]):
        own = [at for at, grid in enumerate(numbers) if grid == number]
        cells = [list(rows[at][: note["width"]]) for at in own]
        merged = [(int(c), int(a), int(b)) for c, a, b in note["merged"]]
        place = [lines[at] for at in own]
        made.append(Grid(str(note["name"]), cells, place, list(note["above"]), merged))
    return made


def _attributes(raw: RawTable, file: str) -> Grid:
    """Return the attributes of a map file, their names as the first row."""
    from platforms.geo.ingest.raw import ROW, WKB

    names = [name for name in raw.table.column_names if name not in {ROW, WKB}]
    if not names:
        raise FormatError("read.no_table", file=file)
    columns = [[_text(cell) for cell in raw.table[name].to_pylist()] for name in names]
    rows = [list(row) for row in zip(*columns, strict=True)]
    lines = [0, *(int(row) for row in raw.table[ROW].to_pylist())]
    return Grid(raw.layer or "1", [names, *rows], lines, [], [])


def _text(cell: Any) -> str:  # noqa: ANN401 what Arrow holds
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, float):
        return "" if cell != cell else f"{cell:.15g}" if cell.is_integer() else repr(cell)  # noqa: PLR0124 not a number
    return str(cell).strip()
