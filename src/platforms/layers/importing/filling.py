"""The card's columns, filled from the columns of a file and from what the user said.

What no column and no word of the user gives stays empty. A number whose unit neither header
nor cell states is not used; a number in a cell that is merged over several rows belongs to all
of them together and is left to its first. A text that the card also keeps as it is written is
kept there, so that a value that cannot be read is not lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from platforms.geo.ingest.numbers import parse_number, split_unit
from platforms.issues import IssueTable
from platforms.layers.cards import Card, Column
from platforms.layers.firm_columns import plain
from platforms.layers.firm_header import table_unit
from platforms.layers.importing.catalogue import ID_END, TEXT_END, span_columns, unit_factor
from platforms.layers.importing.cells import category_value, stored_cell
from platforms.layers.importing.finding import FoundTable
from platforms.layers.importing.matching import Match

__all__ = ["Filled", "ImportWords", "fill"]

# of these a number without a unit can only be one thing
_ASSUMED = {"°", "个", "家", "户", "宗", "项", "条", "座", "人", "名", "年"}
_NUMBERS = {"number", "integer"}
_SPAN = re.compile(r"(?P<first>(?:19|20)\d\d)年?(?:[-—–~至到](?P<last>(?:19|20)\d\d)年?)?")
_SHOWN = 5


@dataclass(frozen=True)
class ImportWords:
    """What the user, or an earlier import, said about a file.

    Attributes
    ----------
    units
        Name of a column in the file to its unit.
    words
        Column of the card to words of the file and the values for which they stand.
    fixed
        Column of the card to the value of every row.
    """

    units: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]
    fixed: Mapping[str, str]


@dataclass
class Filled:
    """Columns of a card, filled.

    Attributes
    ----------
    cells
        Column of the card to its cells in stored form, one a row of the file.
    how
        Columns that no column of the file was mapped to: ``fixed``, ``as_written``,
        ``reference``, ``option``, ``order``, ``parted`` or ``generated``.
    units
        Name of a column in the file to the unit that its numbers were taken in.
    dropped
        Columns of the file that are mapped but could not be used.
    parted
        Columns of the file that give two columns of the card.
    issues
        What should be known.
    """

    cells: dict[str, list[str]] = field(default_factory=dict)
    how: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    parted: set[str] = field(default_factory=set)
    issues: IssueTable = field(default_factory=IssueTable)


def fill(
    card: Card, found: FoundTable, matches: Sequence[Match], words: ImportWords, file: str
) -> Filled:
    """Fill the columns that the file or the user's words give.

    Parameters
    ----------
    card
        The layer's.
    found
        The table; texts that merged cells span are written into its rows.
    matches
        What its columns are.
    words
        Units, values and fixed values.
    file
        Name for messages.
    """
    filled = Filled()
    whole = table_unit(found.above)
    for match in matches:
        column = card.column(match.target)
        if column is None or match.target in words.fixed:
            continue
        _spread_merged(found, match, column, filled.issues, file)
        cells = [row[match.at].strip() for row in found.rows]
        _tell_formulas(found, match, filled.issues, file)
        unit = _unit(match, column, cells, words.units.get(match.source) or match.unit or whole)
        if unit is None:
            told: dict[str, Any] = {"unit": match.unit, "wanted": column.unit}
            kind = "import_unit_unknown" if match.unit else "import_unit_open"
            filled.issues.add(kind, "warning", field=match.source, file=file, **told)
            filled.dropped.append(match.source)
            continue
        if unit:
            filled.units[match.source] = unit
        own, values = match.how == "own", words.words.get(column.name, {})
        turned = {c: stored_cell(c, column, unit, own=own, values=values) for c in set(cells)}
        filled.cells[column.name] = [turned[cell] for cell in cells]
        if not own:
            _as_written(card, column, [_with_unit(c, unit) for c in cells], matches, filled)
        if column.type == "category":
            _tell_words(column, cells, filled, "")
    _spans(card, found, matches, filled)
    for name, value in words.fixed.items():
        column = card.column(name)
        # what is offered for it are labels
        stored = category_value(value, column) if column else value
        filled.cells[name] = [stored] * len(found.rows)
        filled.how[name] = "fixed"
    return filled


def _tell_words(column: Column, cells: Sequence[str], filled: Filled, kept: str) -> None:
    """Name once the words that stand for no value of a category; ``kept`` has them as text."""
    pairs = zip(cells, filled.cells[column.name], strict=True)
    unknown = list(dict.fromkeys(c for c, v in pairs if v and v not in (column.allowed or ())))
    if unknown:
        told: dict[str, Any] = {
            "count": len(unknown),
            "names": unknown[:_SHOWN],
            "column": column.name,
            "allowed": [column.label(value) for value in column.allowed or ()],
        }
        kind = "import_words_as_text" if kept else "import_words_unknown"
        told |= {"kept": kept} if kept else {}
        filled.issues.add(kind, "warning", field=column.title.show(), **told)


def _spans(card: Card, found: FoundTable, matches: Sequence[Match], filled: Filled) -> None:
    """Part a column of first and last years in two, where the card has two and no other source."""
    for match in matches:
        pair = None if match.target else span_columns(card, match.source)
        if pair is None or set(pair) & set(filled.cells):
            continue
        parted = [_SPAN.fullmatch(plain(row[match.at])) for row in found.rows]
        texts = [plain(row[match.at]) for row in found.rows]
        for at, name in enumerate(pair):
            filled.cells[name] = [
                (one["first"], one["last"] or one["first"])[at] if one else text
                for one, text in zip(parted, texts, strict=True)
            ]
            filled.how[name] = "parted"
        filled.parted.add(match.source)


def _spread_merged(
    found: FoundTable, match: Match, column: Column, issues: IssueTable, file: str
) -> None:
    """Write a text into each row that its merged cell spans; name numbers that span several."""
    place = {line: at for at, line in enumerate(found.lines)}
    count = 0
    for at, top, bottom in found.merged:
        inside = [place[line] for line in range(top, bottom + 1) if line in place]
        if at != match.at or len(inside) < 2 or top not in place:  # noqa: PLR2004 several rows
            continue
        if column.type in _NUMBERS:
            told: dict[str, Any] = {"first": top, "last": bottom}
            issues.add("import_merged_number", "warning", field=match.source, file=file, **told)
            continue
        for row in inside[1:]:
            found.rows[row][at] = found.rows[row][at] or found.rows[inside[0]][at]
            count += 1
    if count:
        issues.add("import_merged_filled", "info", field=match.source, file=file, count=count)


def _tell_formulas(found: FoundTable, match: Match, issues: IssueTable, file: str) -> None:
    lines = set(found.lines)
    count = sum(at == match.at and line in lines for at, line in found.formulas)
    if count:
        issues.add("import_formula_empty", "warning", field=match.source, file=file, count=count)


def _unit(match: Match, column: Column, cells: Sequence[str], unit: str) -> str | None:
    """Return the unit of a column's numbers, empty for none; None where it is open."""
    if column.type not in _NUMBERS or column.unit is None:
        return ""
    if match.how == "own":
        return column.unit
    if unit and unit_factor(unit, column.unit) is not None:
        return unit
    if match.unit:
        return None
    if column.unit in _ASSUMED:
        return column.unit
    parts = [split_unit(cell) for cell in cells]
    lonely = any(parse_number(digits) is not None and not behind for digits, behind in parts)
    return None if lonely else ""


def _as_written(
    card: Card, column: Column, cells: Sequence[str], matches: Sequence[Match], filled: Filled
) -> None:
    """Keep a text in the column that the card has for it; take a bad value out beside it."""
    twin = _text_twin(card, column)
    mapped = {match.target for match in matches}
    if twin and twin not in mapped and twin not in filled.cells:
        filled.cells[twin] = list(cells)
        filled.how[twin] = "as_written"
    kept = twin if twin in filled.cells else ""
    if not kept or column.required:
        return
    values = filled.cells[column.name]
    if column.type == "category":
        _tell_words(column, cells, filled, _heading(card, kept))
        filled.cells[column.name] = [v if v in (column.allowed or ()) else "" for v in values]
    elif column.type in _NUMBERS:
        good = [not value or parse_number(value) is not None for value in values]
        bad = [at for at, one in enumerate(good) if not one]
        filled.cells[column.name] = [v if g else "" for v, g in zip(values, good, strict=True)]
        if bad:
            told: dict[str, Any] = {
                "count": len(bad),
                "value": cells[bad[0]][:40],
                "kept": _heading(card, kept),
            }
            filled.issues.add("import_value_as_text", "warning", field=column.title.show(), **told)


def _heading(card: Card, name: str) -> str:
    column = card.column(name)
    return name if column is None else column.title.show()


def _with_unit(cell: str, unit: str) -> str:
    """Return a number with the unit that its header states, another text as it is."""
    return f"{cell}{unit}" if unit and parse_number(cell) is not None else cell


def _text_twin(card: Card, column: Column) -> str:
    """Return the column that keeps the text from which a value was read, empty without one."""
    stem = column.name.rsplit("_", 1)[0]
    for name in (f"{column.name}{TEXT_END}", f"{stem}{TEXT_END}"):
        if column.type not in {"string", "list"} and card.column(name) is not None:
            return name
    stem = column.name.removesuffix(ID_END)
    return stem if stem != column.name and card.column(stem) is not None else ""
