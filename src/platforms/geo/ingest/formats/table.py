"""Plots in a table: outlines as WKT, as a list of coordinates, or point by point.

The header is the block of rows that names one of them and most of what is known. A row that
is longer than the header is set aside, since nobody can tell which cell is too many; a
shorter one is read where its outline is whole, and named with its line. In a table of
boundary points the rows of one plot follow each other in the order of its outline, rings by
圈号. A row's number is its line in the file, that of a plot the line where it begins.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely

from platforms.errors import FormatError
from platforms.geo.ingest.columns import recognise
from platforms.geo.ingest.formats.csv_text import csv_rows
from platforms.geo.ingest.formats.curves import FINER, chord_loss
from platforms.geo.ingest.formats.header import Column, Table, tabulate
from platforms.geo.ingest.formats.points import (
    Places,
    Plot,
    easting_first,
    outline,
    plot_of_list,
    plots_of_points,
    uneven,
)
from platforms.geo.ingest.formats.sheets import merged_cells, workbook_rows
from platforms.geo.ingest.formats.wkt import is_curved, wkt_shape
from platforms.geo.ingest.raw import ROW, WKB, Fault, RawTable
from platforms.geo.ingest.shapes import judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from platforms.geo.ingest.worker import Job

__all__ = ["read"]

_WKT = {"wkt", "geometry", "geom", "the_geom", "图形", "几何", "wkt图形"}
_LIST = {"坐标", "坐标串", "坐标列表", "界址点坐标", "拐点坐标", "coordinates"}
_FIRST = {
    "x",
    "x坐标",
    "x(m)",
    "纵坐标",
    "纵坐标x",
    "x纵坐标",
    "x(纵)",
    "北坐标",
    "经度",
    "lon",
    "lng",
    "longitude",
}
_SECOND = {
    "y",
    "y坐标",
    "y(m)",
    "横坐标",
    "横坐标y",
    "y横坐标",
    "y(横)",
    "东坐标",
    "纬度",
    "lat",
    "latitude",
}
_RING = {"圈号", "环号", "ring"}
_POINT = {"点号", "界址点号", "界址点", "序号", "point", "拐点号"}
_PLOT = {
    "地块编号",
    "地块代码",
    "图斑编号",
    "宗地代码",
    "宗地编号",
    "编号",
    "plot_id",
    "tbbh",
    "zddm",
    "地块名称",
    "id",
    "地块号",
    "宗地号",
}
_KINDS = {
    "wkt": _WKT,
    "list": _LIST,
    "first": _FIRST,
    "second": _SECOND,
    "ring": _RING,
    "point": _POINT,
}
_COORDINATES = {"wkt", "list", "first", "second"}
_FRACTION = re.compile(r"\.(\d+)", re.ASCII)
_MIN_POINTS = 3


def read(job: Job) -> RawTable:
    """Read a CSV file or a workbook.

    Raises
    ------
    FormatError, InputError, LimitError
        When it has no outlines, a sheet must be chosen, or it is too large.
    """
    faults: list[Fault] = []
    layer, encoding, lines = None, ("utf-8", "format"), None
    if job.kind == "workbook":
        layer, rows, faults = workbook_rows(job)
    else:
        rows, lines, choice, faults = csv_rows(job)
        encoding = choice.name, choice.basis
    table = tabulate(rows, score=_score, lines=lines)
    if table is None:
        raise FormatError("read.table_no_outline", file=job.name)
    if lines is None:
        # a workbook has no row that is short or long, only cells outside the header
        table.spare = {}
    faults += table.notes
    if layer is not None:
        faults += _merged(table, merged_cells(job, layer, rows=len(rows)))
    crs, plots = _plots(table, job, faults)
    pair = [c for c in table.columns if _kind(c) in {"first", "second", "list"}]
    easting_first(plots, sorted(pair, key=lambda c: _kind(c) == "second"), faults)
    numbers = np.array([plot.line for plot in plots], dtype=np.int64)
    wkb = [outline(plot, at, faults) for at, plot in enumerate(plots, start=1)]
    curved = [(w, plot.finer) for w, plot in zip(wkb, plots, strict=True) if plot.finer]
    if curved:
        step = job.limits.arc_step_degrees
        lost = chord_loss(*map(list, zip(*curved, strict=True)), step_degrees=step)
        faults += [lost] if lost else []
    named = {f.row for f in faults if f.severity == "error"}
    shapes, judged = judge(wkb, numbers, name=job.name, limits=job.limits)
    faults += [f for f in judged if not (f.kind == "geometry_missing" and f.row in named)]
    columns: dict[str, Any] = {
        ROW: pa.array(numbers),
        WKB: pa.array(shapely.to_wkb(shapes), pa.binary()),
    }
    columns |= _attributes(table.columns, plots, faults)
    raw = RawTable(pa.table(columns), "Excel" if layer else "CSV", layer)
    raw.encoding, raw.encoding_basis = encoding
    if layer is None:
        raw.notes["decimals"] = _decimals(table)
    raw.faults, raw.crs, raw.crs_from = faults, crs, "SRID" if crs else ""
    return raw


def _merged(table: Table, cells: Sequence[tuple[int, int, int]]) -> list[Fault]:
    """Name rows whose cell is one with that above: the value stands in the first of them alone.

    Whether it is meant for each of them (a town) or for all together (an area) nobody can tell.
    The rows of a plot that is given point by point are one plot, so nothing is lost there.
    """
    if not {"wkt", "list"} & {_kind(column) for column in table.columns}:
        return []
    places = {line: at for at, line in enumerate(table.lines)}
    lost: dict[int, list[int]] = {}
    for column, first, last in cells:
        if column >= len(table.columns) or not _cell(table, places, first + 1, column):
            continue
        below = [line for line in range(first + 2, last + 2) if line in places]
        lost.setdefault(column, []).extend(below)
    return [
        Fault("cells_merged", "warning", 0, name, {"count": len(lines), "line": min(lines)})
        for column, lines in sorted(lost.items())
        if lines and (name := table.columns[column].label or str(column + 1))
    ]


def _cell(table: Table, places: dict[int, int], line: int, column: int) -> str:
    row = table.rows[places[line]] if line in places else []
    return row[column] if column < len(row) else ""


def _decimals(table: Table) -> int:
    """Return how many decimals the coordinates are written with; cells of a sheet do not tell."""
    places = [at for at, c in enumerate(table.columns) if _kind(c) in _COORDINATES]
    cells = (unicodedata.normalize("NFKC", row[at]) for row in table.rows for at in places)
    return max((len(d) for cell in cells for d in _FRACTION.findall(cell)), default=0)


def _attributes(
    columns: Sequence[Column], plots: Sequence[Plot], faults: list[Fault]
) -> dict[str, pa.Array]:
    """Return the columns that are no part of the outline; none with a value is lost."""
    out: dict[str, pa.Array] = {}
    for at, column in enumerate(columns):
        if _kind(column) is not None:
            continue
        cells = [plot.cells[at] or None for plot in plots]
        name, number = column.label or "field", 1
        if not column.label and not any(cells):
            continue
        while name in out:
            number += 1
            name = f"{column.label or 'field'}_{number}"
        if name != column.label:
            told = {"field": column.label or str(at + 1), "name": name}
            faults.append(Fault("field_renamed", "warning", 0, told["field"], told))
        out[name] = pa.array(cells, pa.string())
    return out


def _folded(name: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).casefold()


def _kind(column: Column) -> str | None:
    """Return what a column is to the outline, None where it is an attribute."""
    for text in (column.label, column.name, column.leaf):
        folded = _folded(text)
        bare = re.sub(r"[(\[【][^)\]】]*[)\]】]", "", folded)
        for kind, names in _KINDS.items():
            if folded in names or bare in names:
                return kind
    return None


def _score(columns: Sequence[Column]) -> int:
    """Count the columns that are known, none where no outline is among them."""
    kinds = [_kind(column) for column in columns]
    if not ({"wkt", "list"} & set(kinds) or {"first", "second"} <= set(kinds)):
        return 0
    return sum(k is not None for k in kinds) + len(recognise(c.label for c in columns))


def _plots(table: Table, job: Job, faults: list[Fault]) -> tuple[str, list[Plot]]:
    kinds = [_kind(column) for column in table.columns]
    if "wkt" in kinds:
        crs, plots = _from_wkt(table, kinds.index("wkt"), job.limits.arc_step_degrees)
    elif "list" in kinds:
        rows = zip(table.rows, table.lines, strict=True)
        crs, plots = "", [plot_of_list(row, kinds.index("list"), line) for row, line in rows]
    else:
        _one_side(table, kinds, job.name)
        places = _places(table, kinds)
        plots = plots_of_points(table, places, faults)
        if not any(plot.points >= _MIN_POINTS for plot in plots):
            keys = [plot.cells[places.plot] for plot in plots] if places.plot >= 0 else []
            if keys and len(set(keys)) * _MIN_POINTS <= len(table.rows):
                raise FormatError("read.table_points_mixed", file=job.name)
            raise FormatError("read.no_polygon_layer", file=job.name, types=["Point"])
        return "", plots
    for at, spare in table.spare.items():
        plot = plots[at]
        whole = bool(plot.wkb or plot.rings)
        fault = uneven(spare, plot, at + 1, plot.line, whole=whole)
        if fault.severity == "error":
            plot.fault = fault
        else:
            faults.append(fault)
    return crs, plots


def _one_side(table: Table, kinds: Sequence[str | None], file: str) -> None:
    """Refuse points that go on in further columns beside: half of them would be lost."""
    names = [table.columns[at].leaf for at, kind in enumerate(kinds) if kind == "first"]
    folded = [_folded(name) for name in names]
    if len(set(folded)) < len(folded):
        raise FormatError("read.table_sides", file=file, name=names[0])


def _places(table: Table, kinds: Sequence[str | None]) -> Places:
    ring = kinds.index("ring") if "ring" in kinds else -1
    plot = next((i for i, c in enumerate(table.columns) if _folded(c.leaf) in _PLOT), -1)
    return Places(
        kinds.index("first"), kinds.index("second"), ring, plot, _point_place(table, kinds)
    )


def _point_place(table: Table, kinds: Sequence[str | None]) -> int:
    """Return the column of 点号; a serial number only stands in for one."""
    found = [at for at, kind in enumerate(kinds) if kind == "point"]
    serial = [at for at in found if _folded(table.columns[at].leaf) == "序号"]
    return next((at for at in [*(a for a in found if a not in serial), *serial]), -1)


def _from_wkt(table: Table, column: int, step: float) -> tuple[str, list[Plot]]:
    srid = ""
    plots: list[Plot] = []
    for row, line in zip(table.rows, table.lines, strict=True):
        text = row[column]
        stated = re.match(r"SRID=(\d{4,6});", text, re.IGNORECASE)
        if stated:
            own, text = f"EPSG:{stated.group(1)}", text[stated.end() :]
            srid = srid or own
        plot = Plot(row, line)
        if stated and own != srid:
            told = {"row": line, "own": own, "first": srid}
            plot.fault = Fault("srid_differs", "error", line, None, told)
        elif text:
            plot.wkb, kind = wkt_shape(text, step_degrees=step)
            plot.fault = Fault(kind, "error", line, None, {"row": line}) if kind else None
        if plot.wkb and is_curved(text):
            plot.finer = wkt_shape(text, step_degrees=step / FINER)[0]
        plots.append(plot)
    return srid, plots
