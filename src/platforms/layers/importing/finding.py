"""The table of a file that is meant for a layer, and its rows.

Of several tables the one whose header knows most of the card's columns is taken; the user may
name another by its number, sheet or layer. Titles, rows of units, sums, remarks and repeated
headers are left out with their line. A header of the card's own names is read as it stands.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from platforms.errors import InputError
from platforms.geo.ingest.formats.header import Column as Head
from platforms.geo.ingest.formats.header import Table, tabulate
from platforms.geo.ingest.preflight import Upload
from platforms.geo.read_tables import Grid, Grids
from platforms.layers.cards import Card
from platforms.layers.firm_columns import plain
from platforms.layers.firm_sheet import SheetMarks, sheet_marks
from platforms.layers.importing.catalogue import span_columns
from platforms.layers.importing.matching import header_name, match_header

__all__ = ["FoundTable", "find_table"]

_HEADER_ROWS = 20
_FEWEST = 2


@dataclass(frozen=True)
class FoundTable:
    """A table that was found.

    Attributes
    ----------
    name
        Sheet, layer, or the 1-based number of the table in its document.
    others
        Further tables of the file that could have been meant.
    heads
        Its header, joined.
    rows, lines
        Cells of each row of data as text, and its line.
    above
        Texts above it.
    left_out
        Line and text of rows that are none of its data.
    merged, formulas
        Column (from 0), first and last line of cells that reach down; column and line of
        formulas without a stored value.
    cut
        Whether its format cuts long names of columns, as a Shapefile's does.
    """

    name: str
    others: list[str]
    heads: list[Head]
    rows: list[list[str]]
    lines: list[int]
    above: list[str]
    left_out: list[tuple[int, str]] = field(default_factory=list)
    merged: list[tuple[int, int, int]] = field(default_factory=list)
    formulas: list[tuple[int, int]] = field(default_factory=list)
    cut: bool = False


def find_table(
    grids: Grids,
    path: str | os.PathLike[str] | Upload,
    card: Card,
    *,
    named: str | None = None,
    also: Collection[str] = (),
) -> FoundTable:
    """Find the table for a layer.

    Parameters
    ----------
    grids
        All tables of the file.
    path
        The file, for what a workbook's cells do not say.
    card
        The layer's.
    named
        The table that the user names: sheet, layer, or number from 1.
    also
        Names of the file's columns that the user or an earlier import named.

    Raises
    ------
    InputError
        When no table has such a header, when two have it equally, or when there is none of
        the name given.
    """
    file = grids.source.name
    chosen = _named(grids, named)
    words = {plain(word) for word in also}
    tables = [(_table(grid, card, words, mapped=grids.mapped), grid) for grid in chosen]
    scored = [
        (_score(t.columns, card, words, mapped=grids.mapped), t, grid)
        for t, grid in tables
        if t is not None
    ]
    most = max((score for score, _, _ in scored), default=0)
    best = [(table, grid) for score, table, grid in scored if score == most and most]
    if not best:
        raise InputError(
            "importing.no_header", file=file, layer=str(card.title), names=_wanted(card)
        )
    if len(best) > 1:
        raise InputError("importing.table_open", file=file, tables=[g.name for _, g in best])
    (table, grid) = best[0]
    found = FoundTable(
        name=grid.name,
        others=[g.name for _, _, g in scored if g is not grid],
        heads=table.columns,
        rows=table.rows,
        lines=table.lines,
        above=[*grid.above, *table.above],
        left_out=[(int(note.told["line"]), str(note.told["text"])) for note in table.notes],
        merged=[m for m in grid.merged if m[2] >= min(table.lines, default=0)],
        cut=grids.mapped,
    )
    if grids.source.driver != "Excel":
        return found
    marks: SheetMarks = sheet_marks(path, grid.name)
    return replace(found, merged=list(marks.merged), formulas=list(marks.formulas))


def _named(grids: Grids, named: str | None) -> Sequence[Grid]:
    if named is None:
        return grids.grids
    by_name = [grid for grid in grids.grids if grid.name == named]
    if not by_name and named.isdecimal() and 0 < int(named) <= len(grids.grids):
        by_name = [grids.grids[int(named) - 1]]
    if not by_name:
        names = [grid.name for grid in grids.grids]
        raise InputError(
            "importing.table_unknown", file=grids.source.name, table=named, tables=names
        )
    return by_name


def _wanted(card: Card) -> list[str]:
    return [column.title.show() for column in card.columns if column.name not in {"doc", "section"}]


def _table(grid: Grid, card: Card, words: Collection[str], *, mapped: bool) -> Table | None:
    if mapped:
        return _as_it_stands(grid, 0)
    own = {column.name for column in card.columns}
    for at, row in enumerate(grid.cells[:_HEADER_ROWS]):
        names = [cell.strip() for cell in row if cell.strip()]
        if len(names) >= _FEWEST and set(names) <= own:
            return _as_it_stands(grid, at)
    return tabulate(grid.cells, score=lambda c: _score(c, card, words), lines=grid.lines)


def _as_it_stands(grid: Grid, at: int) -> Table:
    """Return a table whose header is one row of names, and every other row its data."""
    names = grid.cells[at]
    heads = [Head((n,) if n else (), n, "", n) for n in (name.strip() for name in names)]
    table = Table(heads, [], [], {}, [], [])
    for line, row in zip(grid.lines[at + 1 :], grid.cells[at + 1 :], strict=True):
        if any(row):
            table.rows.append([*row, *[""] * (len(names) - len(row))])
            table.lines.append(line)
    return table


def _score(
    columns: Sequence[Head], card: Card, words: Collection[str], *, mapped: bool = False
) -> int:
    """Count the columns that are known; 0 where they are too few to be a header of the layer.

    The names of a map file are its header whatever they say: one that is known is enough.
    """
    matches, open_ones = match_header(columns, card, cut=mapped)
    found = sum(bool(m.target) for m in matches) + sum(map(len, open_ones.values()))
    found += sum(
        not match.target
        and (plain(header_name(head)) in words or span_columns(card, header_name(head)) is not None)
        for match, head in zip(matches, columns, strict=True)
    )
    return found if found >= (1 if mapped else _FEWEST) else 0
