"""Outlines in a table, row by row or point by point, and which of two numbers is the northing.

Numbers are taken as people type them: a unit, full-width digits, blanks between thousands.
A cell that holds no coordinate keeps its plot out, named with line, column and what stands
there; no point is left out in silence, since the others would still make a polygon. Which
column is the northing is seen from the size of the numbers (seven digits), since X means one
thing to a surveyor and another to a program; degrees are told apart by the place of China.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np

from platforms.geo.ingest.formats.boundary import placed_rings
from platforms.geo.ingest.formats.runs import Runs, as_half_width, names_points, point_order
from platforms.geo.ingest.numbers import parse_coordinate, parse_number
from platforms.geo.ingest.raw import Fault

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from numpy.typing import NDArray

    from platforms.geo.ingest.formats.header import Column, Table

__all__ = [
    "Places",
    "Plot",
    "easting_first",
    "outline",
    "plot_of_list",
    "plots_of_points",
    "uneven",
]

_MIN_POINTS = 3
# points of one table lie within a tenth of their distance from the origin
_NEAR = 0.1
_SHOWN = 40
_LONG = 20
_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_UNIT = r"\s*(?:米|度|°|[mM](?![A-Za-z]))?"
_PAIR = re.compile(rf"({_NUMBER}){_UNIT}\s*[,\s]\s*({_NUMBER}){_UNIT}", re.ASCII)
# a point's own name before its two numbers
_NAME = re.compile(r"(?<![A-Za-z0-9.])[A-Za-z]{1,2}\d{1,4}(?:\s*[:=,]|\s+|(?=\())", re.ASCII)
_BETWEEN = re.compile(r"[\s,;:|/、()\[\]{}。]*(?:(?:POINT|[XY]\s*=)[\s(]*)*")
_NORTH = (1_000_000.0, 9_999_999.0)
_LON, _LAT = (72.0, 137.0), (2.0, 55.0)
_SAYS_NORTH = re.compile(r"纵|北|纬|lat")
_SAYS_EAST = re.compile(r"横|东|经|lon|lng")


@dataclasses.dataclass
class Plot:
    """One plot of a table.

    Attributes
    ----------
    cells
        Its first row.
    line
        That row's line in the file, 1-based.
    wkb, finer
        Its outline, where the table has it whole, and the same with finer arcs.
    rings
        Or else its points, ring by ring, each once.
    fault
        Why it has no outline.
    points
        Rows that are points of it, also those that cannot be read.
    """

    cells: list[str]
    line: int
    wkb: bytes | None = None
    finer: bytes | None = None
    fault: Fault | None = None
    rings: list[list[tuple[float, float]]] = dataclasses.field(default_factory=list)
    points: int = 0


@dataclasses.dataclass(frozen=True)
class Places:
    """Columns of a table of points by their place; -1 where there is none."""

    first: int
    second: int
    ring: int
    plot: int
    point: int


def uneven(spare: int, plot: Plot, ordinal: int, line: int, *, whole: bool) -> Fault:
    """Name a row that is longer or shorter than the header."""
    told = {"row": ordinal, "line": line, "count": abs(spare)}
    if spare > 0:
        return Fault("row_long", "error", plot.line, None, told)
    kind, severity = ("row_short", "warning") if whole else ("row_short_open", "error")
    return Fault(kind, severity, plot.line, None, told)


def plot_of_list(row: list[str], column: int, line: int) -> Plot:
    """Return the plot of a cell that lists its points."""
    text = _NAME.sub(" ", unicodedata.normalize("NFKC", row[column]))
    pairs = [(float(a), float(b)) for a, b in _PAIR.findall(text)]
    plot = Plot(row, line, rings=[_open(pairs)] if pairs else [])
    left = [word for word in _PAIR.sub("\0", text).split("\0") if not _BETWEEN.fullmatch(word)]
    if left:
        told = {"line": line, "text": _short(left[0].strip(" ,;"))}
        plot.fault = Fault("table_list_unreadable", "error", line, None, told)
    return plot


def plots_of_points(table: Table, places: Places, faults: list[Fault]) -> list[Plot]:
    """Return the plots of a table whose rows are points, each in the order of its outline."""
    pair = places.first, places.second
    _fold_ids(table, places, faults)
    even = [row for at, row in enumerate(table.rows) if at not in table.spare]
    named = {_cell(row, places.plot) for row in even} if table.spare else set()
    middle = [_middle(even, c) if table.spare else None for c in pair]
    numbered = names_points([_cell(row, places.point) for row in table.rows])
    plots: list[tuple[Plot, Runs]] = []
    key = ""
    for at, row in enumerate(table.rows):
        spare, line = table.spare.get(at, 0), table.lines[at]
        # merged cells name a plot in its first row only; a shifted row names none
        given = _cell(row, places.plot) if not spare or _cell(row, places.plot) in named else ""
        own = given or key or "1"
        if own != key:
            plots.append((Plot(row, line), Runs(given)))
            key = own
        plot, runs = plots[-1]
        plot.points += 1
        numbers = [parse_coordinate(row[c]) for c in pair]
        fault = None
        if spare:
            # a shifted row has no point among the others
            whole = all(_near(n, m) for n, m in zip(numbers, middle, strict=True))
            fault = uneven(spare, plot, len(plots), line, whole=whole)
        elif None in numbers:
            column = pair[numbers.index(None)]
            told = {"row": len(plots), "line": line, "text": _short(row[column])}
            told["column"] = table.columns[column].label
            fault = Fault("table_point_unreadable", "error", plot.line, None, told)
        if fault is not None and fault.severity == "error":
            plot.fault = plot.fault or fault
            continue
        faults += [fault] if fault else []
        x, y = (float(n or 0) for n in numbers)
        name = _cell(row, places.point) if numbered else ""
        runs.add(row, line, (x, y), name=name, number=_cell(row, places.ring))
    return [one for plot, runs in plots for one in _settled(plot, runs, places, faults)]


def _fold_ids(table: Table, places: Places, faults: list[Fault]) -> None:
    """Write ids in half-width, since one that is typed both ways is one plot."""
    if places.plot < 0:
        return
    wide = [row for row in table.rows if as_half_width(row[places.plot]) != row[places.plot]]
    for row in wide:
        row[places.plot] = as_half_width(row[places.plot])
    if wide:
        told = {"count": len(wide), "plot": wide[0][places.plot]}
        field = table.columns[places.plot].label
        faults.append(Fault("ids_half_width", "info", 0, field, told))


def _settled(plot: Plot, runs: Runs, places: Places, faults: list[Fault]) -> list[Plot]:
    """Return the plots that rows of one id make; a broken outline is not parted."""
    if plot.fault is not None:
        return [plot]
    label = runs.own or str(plot.line)
    parted = runs.parted(label, faults)
    for part in parted:
        if not all(point_order(run.names) for run in part):
            names = "、".join(n for run in part for n in run.names)[:_SHOWN]
            told = {"plot": label, "names": names}
            faults.append(Fault("points_order", "warning", part[0].line, None, told))
    out = []
    for part in parted:
        cells = list(part[0].row)
        if runs.own:
            # a merged cell names the plot in its first row only
            cells[places.plot] = runs.own
        rings = [run.points for run in part]
        count = sum(len(ring) for ring in rings)
        out.append(Plot(cells, part[0].line, rings=rings, points=count))
    # the rows of the first also count where they are no points
    out[0].cells, out[0].line = plot.cells, plot.line
    return out


def _short(cell: str) -> str:
    """Return a cell as a message shows it: a number of many digits by its size."""
    number = parse_number(cell)
    if number is not None and len(cell) > _LONG:
        return f"{number:.1e}".replace("e+", "e")
    return cell[:_SHOWN] + ("…" if len(cell) > _SHOWN else "") or "–"


def _middle(rows: Sequence[Sequence[str]], column: int) -> float | None:
    known = [float(n) for row in rows if (n := parse_coordinate(row[column])) is not None]
    return float(np.median(known)) if known else None


def _near(number: Decimal | None, middle: float | None) -> bool:
    if number is None or middle is None:
        return False
    return abs(float(number) - middle) <= _NEAR * abs(middle)


def _cell(row: Sequence[str], column: int) -> str:
    return row[column] if column >= 0 else ""


def _open(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return points[:-1] if len(points) > 1 and points[0] == points[-1] else points


def easting_first(plots: Sequence[Plot], columns: Sequence[Column], faults: list[Fault]) -> None:
    """Put easting before northing, by the size of the numbers, and say which is which.

    Parameters
    ----------
    plots
        Their rings change.
    columns
        Those of the numbers, one or two.
    faults
        Takes a note, or a warning where the names say the opposite.
    """
    points = np.array([p for plot in plots for ring in plot.rings for p in ring])
    if not len(points):
        return
    turned = _is_northing_first(points)
    if turned:
        for plot in plots:
            plot.rings = [[(b, a) for a, b in ring] for ring in plot.rings]
    elif not _is_northing_first(points[:, ::-1]):
        return
    names = [c.label for c in columns]
    first = unicodedata.normalize("NFKC", names[0]).casefold()
    north, east = (p.search(first) is not None for p in (_SAYS_NORTH, _SAYS_EAST))
    said = len(names) > 1 and north != east
    if said and north == turned and not turned:
        return
    kind = "table_northing_first" if turned else "table_easting_first"
    severity = "warning" if said and north != turned else "info"
    faults.append(Fault(kind, severity, 0, None, {"names": names}))


def _is_northing_first(points: NDArray[np.float64]) -> bool:
    first, second = np.median(points, axis=0)
    degrees = _LAT[0] <= first <= _LAT[1] and _LON[0] <= second <= _LON[1]
    northing = _NORTH[0] <= first <= _NORTH[1] and not _NORTH[0] <= second <= _NORTH[1]
    return bool(degrees or northing)


def outline(plot: Plot, ordinal: int, faults: list[Fault]) -> bytes | None:
    """Return a plot's outline as WKB, or None where a fault says why it has none."""
    if plot.fault is not None:
        faults.append(plot.fault)
        return None
    if plot.wkb is not None or not plot.rings:
        return plot.wkb
    short = next((r for r in plot.rings if len(r) < _MIN_POINTS), None)
    if short is not None:
        told = {"row": ordinal, "count": len(short)}
        faults.append(Fault("txt_ring_short", "error", plot.line, None, told))
        return None
    return placed_rings([np.array(r) for r in plot.rings], plot.line, faults)
