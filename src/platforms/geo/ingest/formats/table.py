"""Plots in a table: outlines as WKT, as a list of coordinates, or point by point.

The header is the block of rows that names one of them and most of what is known. A row that
is longer than the header is set aside, since nobody can tell which cell is too many; a
shorter one is read where its outline is whole, and named with its line. In a table of
boundary points the rows of one plot follow each other in the order of its outline, rings by
圈号. Which column is the
northing is seen from the size of the numbers (seven digits), since X means one thing to a
surveyor and another to a program; degrees are told apart by the place of China.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely

from platforms.errors import FormatError
from platforms.geo.ingest.columns import recognise
from platforms.geo.ingest.formats.boundary import polygon_of
from platforms.geo.ingest.formats.header import Column, Table, tabulate
from platforms.geo.ingest.formats.sheets import Grid, csv_rows, workbook_rows
from platforms.geo.ingest.numbers import parse_number
from platforms.geo.ingest.raw import ROW, WKB, Fault, RawTable
from platforms.geo.ingest.shapes import judge

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from numpy.typing import NDArray

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
_MIN_POINTS = 3
# points of one table lie within a tenth of their distance from the origin
_NEAR = 0.1
_PAIR = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*[,\s，]\s*([+-]?\d+(?:\.\d+)?)", re.ASCII)
_NORTH = (1_000_000.0, 9_999_999.0)
_LON, _LAT = (72.0, 137.0), (2.0, 55.0)


@dataclasses.dataclass
class _Plot:
    """One plot of a table: its first row's cells and its outline."""

    cells: list[str]
    wkb: bytes | None = None
    fault: Fault | None = None
    rings: list[list[tuple[float, float]]] = dataclasses.field(default_factory=list)


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
        rows, lines, choice = csv_rows(job)
        encoding = choice.name, choice.basis
    table = tabulate(rows, score=_score, lines=lines)
    if table is None:
        raise FormatError("read.table_no_outline", file=job.name)
    if lines is None:
        # a workbook has no row that is short or long, only cells outside the header
        table.spare = {}
    faults += table.notes
    crs, plots = _plots(table, job.name, faults)
    _turn(plots, table.columns, faults)
    numbers = np.arange(1, len(plots) + 1)
    wkb = [_outline(plot, int(n), faults) for n, plot in zip(numbers, plots, strict=True)]
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
    raw.faults, raw.crs, raw.crs_from = faults, crs, "SRID" if crs else ""
    return raw


def _attributes(
    columns: Sequence[Column], plots: Sequence[_Plot], faults: list[Fault]
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
        for kind, names in _KINDS.items():
            if folded in names:
                return kind
    return None


def _score(columns: Sequence[Column]) -> int:
    """Count the columns that are known, none where no outline is among them."""
    kinds = [_kind(column) for column in columns]
    if not ({"wkt", "list"} & set(kinds) or {"first", "second"} <= set(kinds)):
        return 0
    return sum(k is not None for k in kinds) + len(recognise(c.label for c in columns))


def _plots(table: Table, name: str, faults: list[Fault]) -> tuple[str, list[_Plot]]:
    kinds = [_kind(column) for column in table.columns]
    if "wkt" in kinds:
        crs, plots = _from_wkt(table.rows, kinds.index("wkt"))
    elif "list" in kinds:
        crs, plots = "", [_from_list(row, kinds.index("list")) for row in table.rows]
    else:
        plots = _from_points(table, kinds, faults)
        if not any(sum(map(len, p.rings)) >= _MIN_POINTS for p in plots):
            raise FormatError("read.no_polygon_layer", file=name, types=["Point"])
        return "", plots
    for at, spare in table.spare.items():
        row, whole = at + 1, bool(plots[at].wkb or plots[at].rings)
        fault = _uneven(spare, row, table.lines[at], whole=whole)
        if fault.severity == "error":
            plots[at].fault = fault
        else:
            faults.append(fault)
    return crs, plots


def _uneven(spare: int, row: int, line: int, *, whole: bool) -> Fault:
    """Name a row that is longer or shorter than the header."""
    told = {"row": row, "line": line, "count": abs(spare)}
    if spare > 0:
        return Fault("row_long", "error", row, None, told)
    if not whole:
        return Fault("row_short_open", "error", row, None, told)
    return Fault("row_short", "warning", row, None, told)


def _from_wkt(body: Grid, column: int) -> tuple[str, list[_Plot]]:
    srid = ""
    plots: list[_Plot] = []
    for row in body:
        text = row[column]
        stated = re.match(r"SRID=(\d{4,6});", text, re.IGNORECASE)
        if stated:
            srid, text = f"EPSG:{stated.group(1)}", text[stated.end() :]
        shape = shapely.from_wkt(text, on_invalid="ignore") if text else None
        plots.append(_Plot(row, None if shape is None else bytes(shapely.to_wkb(shape))))
    return srid, plots


def _from_list(row: list[str], column: int) -> _Plot:
    text = unicodedata.normalize("NFKC", row[column])
    pairs = [(float(a), float(b)) for a, b in _PAIR.findall(text)]
    return _Plot(row, rings=[_open(pairs)] if pairs else [])


def _from_points(table: Table, kinds: Sequence[str | None], faults: list[Fault]) -> list[_Plot]:
    first, second = kinds.index("first"), kinds.index("second")
    ring = kinds.index("ring") if "ring" in kinds else -1
    plot = next((i for i, c in enumerate(table.columns) if _folded(c.leaf) in _PLOT), -1)
    even = [row for at, row in enumerate(table.rows) if at not in table.spare]
    named = {_cell(row, plot) for row in even} if table.spare else set()
    middle = [_middle(even, c) if table.spare else None for c in (first, second)]
    plots: list[_Plot] = []
    key = ""
    ring_now = ""
    for at, row in enumerate(table.rows):
        spare, line = table.spare.get(at, 0), table.lines[at]
        # merged cells name a plot in its first row only; a shifted row names none
        own = _cell(row, plot) if not spare or _cell(row, plot) in named else ""
        own = own or key or "1"
        if own != key:
            plots.append(_Plot(row))
            key, ring_now = own, ""
        x, y = (parse_number(row[c]) for c in (first, second))
        fault = None
        if spare:
            # a shifted row has no point among the others
            whole = all(_near(n, m) for n, m in zip((x, y), middle, strict=True))
            fault = _uneven(spare, len(plots), line, whole=whole)
        elif x is None or y is None:
            told = {"row": len(plots), "line": line, "text": " ".join(row)[:60]}
            fault = Fault("table_point_unreadable", "error", len(plots), None, told)
        if fault is not None and fault.severity == "error":
            plots[-1].fault = plots[-1].fault or fault
            continue
        faults += [fault] if fault else []
        if not plots[-1].rings or (_cell(row, ring) and _cell(row, ring) != ring_now):
            plots[-1].rings.append([])
            ring_now = _cell(row, ring)
        plots[-1].rings[-1].append((float(x or 0), float(y or 0)))
    for one in plots:
        one.rings = [_open(r) for r in one.rings]
    return plots


def _middle(rows: Sequence[Sequence[str]], column: int) -> float | None:
    known = [float(n) for row in rows if (n := parse_number(row[column])) is not None]
    return float(np.median(known)) if known else None


def _near(number: Decimal | None, middle: float | None) -> bool:
    if number is None or middle is None:
        return False
    return abs(float(number) - middle) <= _NEAR * abs(middle)


def _cell(row: Sequence[str], column: int) -> str:
    return row[column] if column >= 0 else ""


def _open(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return points[:-1] if len(points) > 1 and points[0] == points[-1] else points


def _turn(plots: Sequence[_Plot], columns: Sequence[Column], faults: list[Fault]) -> None:
    """Put easting before northing, by the size of the numbers, and say which is which."""
    points = np.array([p for plot in plots for ring in plot.rings for p in ring])
    if not len(points) or not _is_northing_first(points):
        return
    for plot in plots:
        plot.rings = [[(b, a) for a, b in ring] for ring in plot.rings]
    names = [c.label for c in columns if _kind(c) in {"first", "second", "list"}]
    faults.append(Fault("table_northing_first", "info", 0, None, {"names": names}))


def _is_northing_first(points: NDArray[np.float64]) -> bool:
    first, second = np.median(points, axis=0)
    degrees = _LAT[0] <= first <= _LAT[1] and _LON[0] <= second <= _LON[1]
    northing = _NORTH[0] <= first <= _NORTH[1] and not _NORTH[0] <= second <= _NORTH[1]
    return bool(degrees or northing)


def _outline(plot: _Plot, row: int, faults: list[Fault]) -> bytes | None:
    if plot.fault is not None:
        faults.append(plot.fault)
        return None
    if plot.wkb is not None or not plot.rings:
        return plot.wkb
    short = next((r for r in plot.rings if len(r) < _MIN_POINTS), None)
    if short is not None:
        told = {"row": row, "count": len(short)}
        faults.append(Fault("txt_ring_short", "error", row, None, told))
        return None
    return bytes(shapely.to_wkb(polygon_of([np.array(r) for r in plot.rings])))
