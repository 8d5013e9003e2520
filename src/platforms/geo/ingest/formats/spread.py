"""A table whose cells span columns and rows, laid out cell by cell."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from platforms.errors import LimitError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from platforms.geo.ingest.worker import Job

__all__ = ["DrawnTable", "Spread"]

# of what stands above a table so much is kept
_ABOVE = 3


@dataclasses.dataclass
class DrawnTable:
    """One table of a file.

    Attributes
    ----------
    name
        Name of the sheet; the 1-based number of a table in a document.
    cells
        Text of each cell.
    lines
        1-based line of each row.
    above
        Texts right above it, the nearest last.
    merged
        Column (from 0), first and last line of cells that reach down.
    """

    name: str
    cells: list[list[str]] = dataclasses.field(default_factory=list)
    lines: list[int] = dataclasses.field(default_factory=list)
    above: list[str] = dataclasses.field(default_factory=list)
    merged: list[tuple[int, int, int]] = dataclasses.field(default_factory=list)


class Spread:
    """Lays cells that span columns and rows into a table, row by row."""

    def __init__(self, job: Job, name: str, above: Sequence[str]) -> None:
        self.table = DrawnTable(name, above=[text for text in above if text][-_ABOVE:])
        self._job = job
        self._taken: dict[int, int] = {}
        self._open: dict[int, int] = {}

    def row(self, cells: Sequence[tuple[str, int, int]], *, skipped: int = 0) -> None:
        """Add a row of (text, columns, rows); ``skipped`` columns before it are empty."""
        limits, table = self._job.limits, self.table
        line = len(table.cells) + 1
        if line > limits.rows:
            raise LimitError("read.rows_many", file=self._job.name, allowed=limits.rows)
        self._refuse_wide(skipped)
        out = [""] * skipped
        for text, wide, deep in cells:
            self._pass(out)
            at = len(out)
            self._refuse_wide(at + max(wide, 1))
            out += [text, *[""] * (max(wide, 1) - 1)]
            if deep > 1:
                self._taken |= dict.fromkeys(range(at, len(out)), deep)
                self._open[at] = line
        self._pass(out)
        table.cells.append(out)
        table.lines.append(line)
        self._down(line)

    def _refuse_wide(self, columns: int) -> None:
        """Refuse a row before it is laid out: a cell may say that it spans a thousand million."""
        allowed = self._job.limits.sheet_columns
        if columns > allowed:
            raise LimitError("read.fields_many", file=self._job.name, allowed=allowed)

    def _pass(self, out: list[str]) -> None:
        while self._taken.get(len(out)):
            out.append("")

    def _down(self, line: int) -> None:
        for at in list(self._taken):
            self._taken[at] -= 1
            if not self._taken[at]:
                del self._taken[at]
                self._close(at, line)

    def _close(self, at: int, line: int) -> None:
        if at in self._open and self._open[at] < line:
            self.table.merged.append((at, self._open[at], line))
        self._open.pop(at, None)

    def end(self) -> DrawnTable:
        """Return the table; what reaches below its last row ends there."""
        for at in list(self._open):
            self._close(at, len(self.table.cells))
        return self.table
