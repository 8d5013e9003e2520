"""Plots in a table: outlines as WKT, as a list of coordinates, or point by point.

The header is the first row that names one of them. In a table of boundary points the rows of
one plot follow each other in the order of its outline, rings by 圈号. Which column is the
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
from platforms.geo.ingest.formats.boundary import polygon_of
from platforms.geo.ingest.formats.sheets import Grid, csv_rows, workbook_rows
from platforms.geo.ingest.numbers import parse_number
from platforms.geo.ingest.raw import ROW, WKB, Fault, RawTable
from platforms.geo.ingest.shapes import judge

if TYPE_CHECKING:
    from collections.abc import Sequence

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
_TOTALS = {"合计", "总计", "小计", "累计"}
_HEADER_ROWS = 20
_MIN_POINTS = 3
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
    layer, encoding = None, ("utf-8", "format")
    if job.kind == "workbook":
        layer, rows, faults = workbook_rows(job)
    else:
        rows, choice = csv_rows(job)
        encoding = choice.name, choice.basis
    at, header = _header(rows, job.name)
    body = [row for row in rows[at + 1 :] if any(row)]
    crs, plots = _plots(body, header, job.name)
    _turn(plots, header, faults)
    numbers = np.arange(1, len(plots) + 1)
    wkb = [_outline(plot, int(n), faults) for n, plot in zip(numbers, plots, strict=True)]
    named = {f.row for f in faults if f.severity == "error"}
    shapes, judged = judge(wkb, numbers, name=job.name, limits=job.limits)
    faults += [f for f in judged if not (f.kind == "geometry_missing" and f.row in named)]
    columns: dict[str, Any] = {
        ROW: pa.array(numbers),
        WKB: pa.array(shapely.to_wkb(shapes), pa.binary()),
    }
    for column, name in enumerate(header):
        if name and name not in columns and _kind(name) is None:
            cells = [p.cells[column] if column < len(p.cells) else "" for p in plots]
            columns[name] = pa.array([c or None for c in cells], pa.string())
    raw = RawTable(pa.table(columns), "Excel" if layer else "CSV", layer)
    raw.encoding, raw.encoding_basis = encoding
    raw.faults, raw.crs, raw.crs_from = faults, crs, "SRID" if crs else ""
    return raw


def _folded(name: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).casefold()


def _kind(name: str) -> str | None:
    """Return what a column is to the outline, None where it is an attribute."""
    folded = _folded(name)
    for kind, names in (
        ("wkt", _WKT),
        ("list", _LIST),
        ("first", _FIRST),
        ("second", _SECOND),
        ("ring", _RING),
        ("point", _POINT),
    ):
        if folded in names:
            return kind
    return None


def _header(rows: Grid, name: str) -> tuple[int, list[str]]:
    """Return the place and cells of the row that names an outline."""
    for at, row in enumerate(rows[:_HEADER_ROWS]):
        kinds = {_kind(cell) for cell in row if cell}
        if {"wkt", "list"} & kinds or {"first", "second"} <= kinds:
            return at, row
    raise FormatError("read.table_no_outline", file=name)


def _plots(body: Grid, header: Sequence[str], name: str) -> tuple[str, list[_Plot]]:
    kinds = [_kind(cell) for cell in header]
    if "wkt" in kinds:
        return _from_wkt(body, kinds.index("wkt"))
    if "list" in kinds:
        return "", [_from_list(row, kinds.index("list")) for row in body]
    plots = _from_points(body, header, kinds)
    if not any(sum(map(len, p.rings)) >= _MIN_POINTS for p in plots):
        raise FormatError("read.no_polygon_layer", file=name, types=["Point"])
    return "", plots


def _from_wkt(body: Grid, column: int) -> tuple[str, list[_Plot]]:
    srid = ""
    plots: list[_Plot] = []
    for row in body:
        text = _cell(row, column)
        stated = re.match(r"SRID=(\d{4,6});", text, re.IGNORECASE)
        if stated:
            srid, text = f"EPSG:{stated.group(1)}", text[stated.end() :]
        shape = shapely.from_wkt(text, on_invalid="ignore") if text else None
        plots.append(_Plot(row, None if shape is None else bytes(shapely.to_wkb(shape))))
    return srid, plots


def _from_list(row: list[str], column: int) -> _Plot:
    text = unicodedata.normalize("NFKC", _cell(row, column))
    pairs = [(float(a), float(b)) for a, b in _PAIR.findall(text)]
    return _Plot(row, rings=[_open(pairs)] if pairs else [])


def _from_points(body: Grid, header: Sequence[str], kinds: Sequence[str | None]) -> list[_Plot]:
    first, second = kinds.index("first"), kinds.index("second")
    ring = kinds.index("ring") if "ring" in kinds else -1
    plot = next((i for i, cell in enumerate(header) if _folded(cell) in _PLOT), -1)
    plots: list[_Plot] = []
    key: object = None
    ring_now = ""
    for number, row in enumerate(body, start=1):
        if any(cell in _TOTALS for cell in row):
            continue
        # merged cells name a plot in its first row only
        own = _cell(row, plot) or key or "1"
        if own != key:
            plots.append(_Plot(row))
            key, ring_now = own, ""
        x, y = (parse_number(_cell(row, c)) for c in (first, second))
        if x is None or y is None:
            told = {"row": len(plots), "line": number, "text": " ".join(row)[:60]}
            fault = Fault("table_point_unreadable", "error", len(plots), None, told)
            plots[-1].fault = plots[-1].fault or fault
            continue
        if not plots[-1].rings or (_cell(row, ring) and _cell(row, ring) != ring_now):
            plots[-1].rings.append([])
            ring_now = _cell(row, ring)
        plots[-1].rings[-1].append((float(x), float(y)))
    for one in plots:
        one.rings = [_open(r) for r in one.rings]
    return plots


def _cell(row: Sequence[str], column: int) -> str:
    return row[column] if 0 <= column < len(row) else ""


def _open(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return points[:-1] if len(points) > 1 and points[0] == points[-1] else points


def _turn(plots: Sequence[_Plot], header: Sequence[str], faults: list[Fault]) -> None:
    """Put easting before northing, by the size of the numbers, and say which is which."""
    points = np.array([p for plot in plots for ring in plot.rings for p in ring])
    if not len(points) or not _is_northing_first(points):
        return
    for plot in plots:
        plot.rings = [[(b, a) for a, b in ring] for ring in plot.rings]
    names = [cell for cell in header if _kind(cell) in {"first", "second", "list"}]
    faults.append(Fault("table_northing_first", "info", 0, None, {"names": names}))


def _is_northing_first(points: NDArray[np.float64]) -> bool:
    first, second = np.median(points, axis=0)
    degrees = _LAT[0] <= first <= _LAT[1] and _LON[0] <= second <= _LON[1]
    northing = _NORTH[0] <= first <= _NORTH[1] and not _NORTH[0] <= second <= _NORTH[1]
    return bool(degrees or northing)


def _outline(plot: _Plot, row: int, faults: list[Fault]) -> bytes | None:
    if any(cell in _TOTALS for cell in plot.cells[:3]) and plot.wkb is None and not plot.rings:
        faults.append(Fault("row_total", "error", row, None, {"line": row, "text": " ".join(plot.cells)[:40]}))
        return None
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
