"""Where one outline of a table of points ends and the next begins.

Ids are not to be relied on: Excel makes different codes equal, and people leave them out. A
ring ends where the ring number changes, where its first point comes again (which closes it),
and where the number of its first point comes again at another place. What then begins is a
ring of the same plot only where a ring number says so, or where a plot with a whole id of
its own has it inside or closed its last ring and counts on; else it is another plot. What no
ring number told is a warning.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
import unicodedata
from collections.abc import Sequence

import shapely

from platforms.geo.ingest.raw import Fault

__all__ = ["Run", "Runs", "as_half_width", "is_cut", "names_points", "point_order"]

_Point = tuple[float, float]
_WIDE = {c: c - 0xFEE0 for c in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B))}
_WIDE |= {c: c - 0xFEE0 for c in (*range(0xFF41, 0xFF5B), 0xFF0D, 0xFF3F)}
_CUT = re.compile(r"\d(\.\d+)?[eE]\+?\d{2}", re.ASCII)
_DIGITS = re.compile(r"\d+(?=\D*$)", re.ASCII)
_MIN_POINTS = 3
# a column in which half of the rows repeat the one above does not number points
_REPEATS = 0.5


@dataclasses.dataclass
class Run:
    """Points that follow each other in one ring.

    Attributes
    ----------
    row, line
        Its first row and that row's line.
    number
        圈号, empty where there is none.
    points, names
        Each point once, and its 点号.
    closed
        Whether the first point came again.
    again
        Whether it begins with the number that the run before began with.
    """

    row: list[str]
    line: int
    number: str
    points: list[_Point] = dataclasses.field(default_factory=list)
    names: list[str] = dataclasses.field(default_factory=list)
    closed: bool = False
    again: bool = False


class Runs:
    """Runs of the rows that have one id.

    Parameters
    ----------
    own
        The id, empty where the table has none.
    """

    def __init__(self, own: str) -> None:
        self.own = own
        self.runs: list[Run] = []

    def add(self, row: list[str], line: int, point: _Point, *, name: str, number: str) -> None:
        """Add a point; begin a new run where it cannot be of the last one."""
        last = self.runs[-1] if self.runs else None
        number = number or (last.number if last else "")
        first = last.names[0] if last and last.names else ""
        again = bool(name) and name == first
        if last is not None and number == last.number and not last.closed:
            if len(last.points) >= _MIN_POINTS and point == last.points[0]:
                last.closed = True
                return
            if not again:
                last.points.append(point)
                last.names.append(name)
                return
        self.runs.append(Run(row, line, number, [point], [name], again=again))

    def parted(self, label: str, faults: list[Fault]) -> list[list[Run]]:
        """Return the runs of each plot, and say how that was decided.

        Parameters
        ----------
        label
            What the messages call the plot.
        faults
            Takes a warning where no ring number decided.
        """
        self._apart(faults)
        plots: list[list[Run]] = []
        for run in self.runs:
            now = plots[-1] if plots else []
            known = {r.number for r in now}
            if now and run.number not in known:
                now.append(run)
            elif now and self._is_ring(now, run):
                now.append(run)
                told = {"line": run.line, "plot": label}
                faults.append(Fault("points_ring", "warning", now[0].line, None, told))
            else:
                if now:
                    told = {"line": run.line, "plot": label, "point": run.names[0]}
                    faults.append(Fault("points_again", "warning", run.line, None, told))
                plots.append([run])
        return plots

    def _is_ring(self, plot: Sequence[Run], run: Run) -> bool:
        if not self.own or is_cut(self.own):
            return False
        if not run.again:
            return True
        return any(_within(run.points, other.points) for other in plot)

    def _apart(self, faults: list[Fault]) -> None:
        """Keep a last point that has the first one's number and another place in its ring."""
        kept: list[Run] = []
        for run in self.runs:
            if kept and run.again and len(run.points) == 1 and not kept[-1].closed:
                before = kept[-1]
                told = {"line": run.line, "name": run.names[0]}
                faults.append(Fault("points_apart", "warning", self.runs[0].line, None, told))
                before.points += run.points
                before.names += run.names
                continue
            kept.append(run)
        self.runs = kept


def _within(inner: Sequence[_Point], outer: Sequence[_Point]) -> bool:
    if min(len(inner), len(outer)) < _MIN_POINTS:
        return False
    a, b = shapely.Polygon(inner), shapely.Polygon(outer)
    return bool(a.is_valid and b.is_valid and b.contains(a))


def is_cut(text: str) -> bool:
    """Say whether an id is a number of which a spreadsheet kept only the first digits."""
    return _CUT.fullmatch(text) is not None


def as_half_width(text: str) -> str:
    """Return an id with the letters and digits that full-width ones stand for.

    Examples
    --------
    >>> as_half_width("Ｔ１（东）")
    'T1（东）'
    """
    return text.translate(_WIDE)


def names_points(names: Sequence[str]) -> bool:
    """Say whether a column can number points: rows that follow each other differ."""
    pairs = [(a, b) for a, b in itertools.pairwise(names) if a or b]
    return sum(a == b for a, b in pairs) < _REPEATS * max(len(pairs), 1)


def point_order(names: Sequence[str]) -> bool:
    """Say whether numbers of points that follow each other without a gap are in order.

    Parameters
    ----------
    names
        点号 of a ring. Numbers with gaps belong to a whole survey and have no order here.

    Returns
    -------
    in_order
        False only for a row of numbers such as 1, 3, 2, 4; where a ring begins and in which
        direction it goes is free.
    """
    found = [_DIGITS.search(unicodedata.normalize("NFKC", name)) for name in names]
    numbers = [int(match.group()) for match in found if match]
    if len(numbers) != len(names) or len(numbers) < _MIN_POINTS:
        return True
    if len(set(numbers)) != len(numbers) or max(numbers) - min(numbers) != len(numbers) - 1:
        return len(set(numbers)) == len(numbers)
    steps = [b > a for a, b in zip(numbers, [*numbers[1:], numbers[0]], strict=True)]
    return sum(steps) <= 1 or len(steps) - sum(steps) <= 1
