"""The national exchange file of boundary points (勘测定界界址点坐标交换格式), read and written.

Blocks of ``key=value``, then ``[地块坐标]``: a line that ends in ``@`` opens a plot, the lines
after it are its points as ``点号,圈号,X,Y`` with X the northing and Y the easting. What the
files in circulation do otherwise is read too: full-width marks, rings left open, points
numbered on or anew, plots with more or fewer values. Rings after the first are holes or
parts by where they lie, never by their number. Counts and areas that are stated are compared
and named, never believed.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

__all__ = ["HEADER", "BoundaryFile", "BoundaryPlot", "Ring", "compose", "parse"]

HEADER = (
    ("格式版本号", "1.01"),
    ("数据产生单位", ""),
    ("数据产生日期", ""),
    ("坐标系", "2000国家大地坐标系"),
    ("几度分带", "3"),
    ("投影类型", "高斯克吕格"),
    ("计量单位", "米"),
    ("带号", ""),
    ("精度", "0.001"),
    ("转换参数", ",,,,,,"),
)
_FOLD = str.maketrans("【】［］，＝＠\u3000", "[][],=@ ")
_SECTION = re.compile(r"\[\s*([^\[\]]+?)\s*\]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?", re.ASCII)
_RING = re.compile(r"\d{1,6}", re.ASCII)
_AREA = re.compile(r"([\d.]+)\s*(公顷|hm2|ha)?", re.ASCII | re.IGNORECASE)
_POINT_FIELDS = 4
_PLOT_FIELDS = 7
_PLACES = "points", "area_ha", "plot_id", "name", "shape", "sheet", "use", "code"
_SAME_M = 5e-4


@dataclasses.dataclass
class Ring:
    """One ring as it was written.

    Attributes
    ----------
    number
        圈号.
    names
        点号 of each point.
    points
        (X, Y) of each point as written; the first is not repeated at the end.
    closed
        Whether the file repeated the first point.
    """

    number: int
    names: list[str] = dataclasses.field(default_factory=list)
    points: list[tuple[float, float]] = dataclasses.field(default_factory=list)
    closed: bool = False


@dataclasses.dataclass
class BoundaryPlot:
    """One plot.

    Attributes
    ----------
    plot_id, name, shape, sheet, use, code
        地块编号, 地块名称, 图形属性 (面, 线, 点), 图幅号, 地块用途, 地类编码.
    area_ha
        地块面积 in hectares as written, empty where there is none.
    points
        界址点数 as written.
    extra
        Further values of the line.
    line
        1-based line of the file.
    rings
        In the order of the file.
    problems
        Kind and values of what was found wrong.
    broken
        Whether a point could not be read, so that the outline is not known.
    """

    plot_id: str = ""
    name: str = ""
    shape: str = "面"
    sheet: str = ""
    use: str = ""
    code: str = ""
    area_ha: str = ""
    points: str = ""
    extra: list[str] = dataclasses.field(default_factory=list)
    line: int = 0
    rings: list[Ring] = dataclasses.field(default_factory=list)
    problems: list[tuple[str, dict[str, object]]] = dataclasses.field(default_factory=list)
    broken: bool = False


@dataclasses.dataclass
class BoundaryFile:
    """A whole file.

    Attributes
    ----------
    header
        Values of all blocks before the plots, by key.
    plots
        In the order of the file.
    """

    header: dict[str, str] = dataclasses.field(default_factory=dict)
    plots: list[BoundaryPlot] = dataclasses.field(default_factory=list)


def parse(text: str) -> BoundaryFile:
    """Read the text of a file; what is wrong with a plot is kept with the plot."""
    file = BoundaryFile()
    section = ""
    for number, raw in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        line = raw.translate(_FOLD).strip()
        if not line:
            continue
        named = _SECTION.fullmatch(line)
        if named:
            section = named.group(1)
        elif section == "地块坐标":
            _plot_or_point(line, number, file.plots)
        elif "=" in line:
            key, _, value = line.partition("=")
            file.header[key.strip()] = value.strip()
    for plot in file.plots:
        _settle(plot)
    return file


def _plot_or_point(line: str, number: int, plots: list[BoundaryPlot]) -> None:
    marked = line.endswith("@")
    fields = [f.strip() for f in line.removesuffix("@").rstrip().removesuffix(",").split(",")]
    if marked or (len(fields) >= _PLOT_FIELDS and _point(fields) is None):
        plot = BoundaryPlot(line=number)
        for name, value in zip(_PLACES, fields, strict=False):
            setattr(plot, name, value)
        plot.extra = fields[len(_PLACES) :]
        if not marked:
            plot.problems.append(("txt_mark_missing", {"line": number}))
        plots.append(plot)
        return
    if not plots:
        plots.append(BoundaryPlot(line=number, problems=[("txt_no_plot_line", {"line": number})]))
    point = _point(fields)
    if point is None:
        plots[-1].broken = True
        plots[-1].problems.append(("txt_point_unreadable", {"line": number, "text": line[:60]}))
        return
    _add_point(plots[-1], *point)


def _point(fields: Sequence[str]) -> tuple[str, int, float, float] | None:
    if len(fields) < _POINT_FIELDS:
        return None
    name, ring, *xy = (unicodedata.normalize("NFKC", f) for f in fields[:_POINT_FIELDS])
    if not _RING.fullmatch(ring) or not all(_NUMBER.fullmatch(v) for v in xy):
        return None
    return name, int(ring), float(xy[0]), float(xy[1])


def _add_point(plot: BoundaryPlot, name: str, number: int, x: float, y: float) -> None:
    ring = plot.rings[-1] if plot.rings else None
    if ring is None or ring.number != number or ring.closed:
        ring = Ring(number)
        plot.rings.append(ring)
    elif len(ring.points) > 2 and _same(ring.points[0], (x, y)):  # noqa: PLR2004
        ring.closed = True
        return
    ring.names.append(name)
    ring.points.append((x, y))


def _same(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return abs(one[0] - other[0]) < _SAME_M and abs(one[1] - other[1]) < _SAME_M


def _settle(plot: BoundaryPlot) -> None:
    """Compare what a plot states with what it has."""
    count = sum(len(r.points) for r in plot.rings)
    closing = sum(r.closed for r in plot.rings)
    stated = unicodedata.normalize("NFKC", plot.points)
    if stated.isdecimal() and int(stated) not in {count, count + closing, count + len(plot.rings)}:
        told: dict[str, object] = {"stated": int(stated), "count": count}
        plot.problems.append(("txt_point_count", told))
    for ring in plot.rings:
        if not ring.closed and len(ring.names) > 1 and ring.names[0] == ring.names[-1]:
            plot.problems.append(("txt_ring_apart", {"ring": ring.number, "name": ring.names[0]}))
    match = _AREA.fullmatch(unicodedata.normalize("NFKC", plot.area_ha))
    plot.area_ha = match.group(1) if match else ""


def compose(plots: Iterable[BoundaryPlot], header: Mapping[str, str], *, digits: int = 3) -> str:
    """Return the text of a file, lines ended by CRLF.

    Parameters
    ----------
    plots
        Their rings hold each point once, X (northing) before Y (easting); the first point is
        repeated by the writer. ``points`` is counted anew.
    header
        Values of ``[属性描述]``; keys that are not given get the usual value or stay empty.
    digits
        Decimals of a coordinate.
    """
    lines = ["[属性描述]"]
    lines += [f"{key}={_clean(header.get(key, usual), keep=',')}" for key, usual in HEADER]
    lines.append("[地块坐标]")
    for plot in plots:
        count = sum(len(r.points) + 1 for r in plot.rings)
        values = (plot.plot_id, plot.name, plot.shape, plot.sheet, plot.use, plot.code)
        cells = [str(count), plot.area_ha, *(_clean(v) for v in values), "@"]
        lines.append(",".join(cells))
        for ring in plot.rings:
            named = zip([*ring.names, ring.names[0]], [*ring.points, ring.points[0]], strict=True)
            lines += [f"{n},{ring.number},{x:.{digits}f},{y:.{digits}f}" for n, (x, y) in named]
    return "\r\n".join(lines) + "\r\n"


def _clean(value: str, *, keep: str = "") -> str:
    """Return a value that cannot break the line that it stands in."""
    words = " ".join(value.split())
    return words if keep == "," else re.sub("[,，]", "、", words).rstrip("@")
