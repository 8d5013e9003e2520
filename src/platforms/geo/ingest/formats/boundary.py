"""The boundary-point exchange file as a table of plots.

The header names datum, zone width and zone; the eastings carry a prefix or do not; both must
agree. Northing and easting cannot be confused here by size (seven digits against six or
eight), so a file that has them the wrong way round is turned and says so.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely

from platforms.errors import CRSError, FormatError, LimitError
from platforms.geo.ingest.boundary_txt import BoundaryFile, BoundaryPlot, Ring, parse
from platforms.geo.ingest.encoding import choose_of_text
from platforms.geo.ingest.raw import ROW, WKB, Fault, RawTable
from platforms.geo.ingest.shapes import judge
from platforms.units import half_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from platforms.geo.ingest.worker import Job

__all__ = ["placed_rings", "read"]

_COLUMNS = {
    "地块编号": "plot_id",
    "地块名称": "name",
    "图形属性": "shape",
    "图幅号": "sheet",
    "地块用途": "use",
    "地类编码": "code",
    "地块面积(公顷)": "area_ha",
}
_NORTH = (1_000_000.0, 9_999_999.0)
_PREFIXED = 10_000_000.0
_MILLION = 1_000_000
_MIN_POINTS = 3
_ZONES = {3: range(25, 46), 6: range(13, 24)}
# EPSG codes of a zone less its number: with prefix, without
_CODES = {3: (4488, 4509), 6: (4478, 4489)}
_OLD_WORDS = {"80": "xian80", "西安": "xian80", "54": "beijing54", "北京": "beijing54"}
_OLD_DEGREES = {"xian80": 4610, "beijing54": 4214}
_OLD_CODES = {
    "xian80": {3: (2324, 2345), 6: (2314, 2325)},
    "beijing54": {3: (2376, 2397), 6: (21400, 21440)},
}
# a stated area is rounded to a square metre and may be of the ellipsoid: 1 in 1000
_AREA_M2, _AREA_SHARE = 1.0, 1e-3
_LARGEST_DEGREE = 360.0
# coordinates have more digits before the point than areas
_DECIMALS = re.compile(r"[,，]\s*[0-9０-９]{5,8}[.．]?([0-9０-９]*)\s*(?=[,，\n\r]|$)")


def read(job: Job) -> RawTable:
    """Read a boundary-point file.

    Raises
    ------
    FormatError, CRSError, LimitError
        When it has no plots, contradicts itself about its zone, or is too large.
    """
    data, choice = choose_of_text(job.path.read_bytes(), file=job.name, given=job.encoding)
    text = data.decode(choice.name, "replace")
    file = parse(text)
    if not file.plots:
        raise FormatError("read.no_rows", file=job.name)
    if sum(len(r.points) for p in file.plots for r in p.rings) > job.limits.vertices:
        raise LimitError("read.vertices_many", file=job.name, allowed=job.limits.vertices)
    faults = choice.faults()
    swapped = _turn(file)
    crs = _system(file, job.name)
    rows = np.arange(1, len(file.plots) + 1)
    wkb = [_outline(plot, row, faults) for row, plot in enumerate(file.plots, start=1)]
    shapes, judged = judge(wkb, rows, name=job.name, limits=job.limits)
    # a plot whose points cannot be read has been named already
    named = {f.row for f in faults if f.severity == "error"}
    faults += [f for f in judged if not (f.kind == "geometry_missing" and f.row in named)]
    _compare_areas(file.plots, shapes, faults)
    columns: dict[str, Any] = {
        ROW: pa.array(rows),
        WKB: pa.array(shapely.to_wkb(shapes), pa.binary()),
    }
    for label, name in _COLUMNS.items():
        columns[label] = pa.array([getattr(p, name) or None for p in file.plots], pa.string())
    raw = RawTable(pa.table(columns), "TXT")
    raw.faults = faults
    raw.encoding, raw.encoding_basis = choice.name, choice.basis
    raw.crs, raw.crs_from = crs, "坐标系" if crs else ""
    raw.notes = dict(file.header)
    raw.notes["decimals"] = max(map(len, _DECIMALS.findall(text)), default=0)
    if swapped:
        raw.fault("txt_axes_turned", "warning")
    return raw


def _turn(file: BoundaryFile) -> bool:
    """Put northing first where the whole file has it second; say whether."""
    points = np.array([p for plot in file.plots for r in plot.rings for p in r.points])
    if not len(points):
        return False
    low, high = _NORTH
    north = (points >= low) & (points <= high)
    swapped = bool(north[:, 1].all() and not north[:, 0].any())
    if swapped:
        for ring in (r for plot in file.plots for r in plot.rings):
            ring.points = [(y, x) for x, y in ring.points]
    return swapped


def _system(file: BoundaryFile, name: str) -> str:
    """Return the system that header and eastings agree on, empty where the header is silent."""
    header = file.header
    unit = header.get("计量单位", "")
    if unit not in {"", "米", "m", "M"}:
        raise FormatError("read.txt_unit", file=name, unit=unit)
    datum = header.get("坐标系", "")
    easting = next((r.points[0][1] for p in file.plots for r in p.rings), 0.0)
    prefix = int(easting // _MILLION) if easting >= _PREFIXED else None
    zone, width = (_whole(header.get(k, "")) for k in ("带号", "几度分带"))
    if prefix is not None and zone is not None and prefix != zone:
        raise CRSError("read.txt_zone", file=name, zone=zone, prefix=prefix)
    zone = zone if zone is not None else prefix
    by_number = next((w for w, zones in _ZONES.items() if zone in zones), None)
    if zone is not None and width is not None and by_number != width:
        raise CRSError("read.txt_width", file=name, zone=zone, width=width)
    old = next((d for word, d in _OLD_WORDS.items() if word in datum), None)
    if zone is None or by_number is None:
        # an old datum is refused, or shifted, under its own name
        return f"EPSG:{_OLD_DEGREES[old]}" if old else ""
    if not datum:
        return ""
    codes = _OLD_CODES[old] if old else _CODES
    return f"EPSG:{codes[by_number][prefix is None] + zone}"


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _outline(plot: BoundaryPlot, row: int, faults: list[Fault]) -> bytes | None:
    """Return a plot's polygon, or None with the reason named."""
    for kind, told in plot.problems:
        error = kind in {"txt_point_unreadable", "txt_no_plot_line"}
        if not (error and plot.rings and not plot.broken):
            severity = "error" if error else "warning"
            faults.append(Fault(kind, severity, row, None, {"row": row, **told}))
    if plot.broken or any(kind == "txt_no_plot_line" for kind, _ in plot.problems):
        return None
    if plot.shape not in {"", "面"}:
        told = {"row": row, "type": plot.shape}
        faults.append(Fault("not_polygon", "error", row, None, told))
        return None
    short = [r for r in plot.rings if len(r.points) < _MIN_POINTS]
    if short or not plot.rings:
        count = len(short[0].points) if short else 0
        faults.append(Fault("txt_ring_short", "error", row, None, {"row": row, "count": count}))
        return None
    return placed_rings([_easting_first(r) for r in plot.rings], row, faults)


def _easting_first(ring: Ring) -> NDArray[np.float64]:
    return np.array(ring.points)[:, ::-1]


def placed_rings(rings: Sequence[NDArray[np.float64]], row: int, faults: list[Fault]) -> bytes:
    """Return the polygon that a row's rings bound as WKB; say what several rings became."""
    polygon = polygon_of(rings)
    if len(rings) > 1:
        parts = shapely.get_parts(polygon).tolist()
        holes = [shapely.Polygon(ring) for part in parts for ring in part.interiors]
        # degrees have no square metres to tell
        plane = not holes or np.abs(shapely.bounds(polygon)).max() > _LARGEST_DEGREE
        delta = half_up(-sum(hole.area for hole in holes), 2) + 0.0 if plane else None
        told = {"rings": len(rings), "parts": len(parts), "holes": len(holes)}
        faults.append(
            Fault("rings_placed", "info", row, None, {**told, "row": row, "delta_m2": delta})
        )
    return bytes(shapely.to_wkb(polygon))


def polygon_of(rings: Sequence[NDArray[np.float64]]) -> shapely.Geometry:
    """Return the polygon that rings bound: what lies in an odd number of others is a hole."""
    shells = [shapely.Polygon(r) for r in rings]
    if len(shells) == 1:
        return shells[0]
    inside: list[list[int]] = [[] for _ in shells]
    for a, b in itertools.permutations(range(len(shells)), 2):
        if shells[b].area > shells[a].area and _lies_in(shells[a], shells[b]):
            inside[a].append(b)
    parts = []
    for at, shell in enumerate(shells):
        if len(inside[at]) % 2:
            continue
        depth = len(inside[at]) + 1
        holes = [rings[h] for h, outer in enumerate(inside) if at in outer and len(outer) == depth]
        parts.append(shapely.Polygon(shell.exterior, holes))
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _lies_in(inner: shapely.Polygon, outer: shapely.Polygon) -> bool:
    if not inner.is_valid or not outer.is_valid:
        return bool(outer.envelope.contains(inner.envelope))
    return bool(outer.contains(inner.representative_point()))


def _compare_areas(
    plots: Sequence[BoundaryPlot], shapes: NDArray[np.object_], faults: list[Fault]
) -> None:
    areas = shapely.area(shapes)
    for row, (plot, area) in enumerate(zip(plots, areas, strict=True), start=1):
        if not plot.area_ha or not np.isfinite(area):
            continue
        try:
            stated = float(plot.area_ha) * 10_000
        except ValueError:
            continue
        if abs(stated - area) > max(_AREA_M2, _AREA_SHARE * area):
            told = {"row": row, "stated_m2": f"{stated:.2f}", "planar_m2": f"{area:.2f}"}
            faults.append(Fault("txt_area_differs", "warning", row, None, told))
