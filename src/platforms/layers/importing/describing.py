"""What an import would do, said column by column, and what is still open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from platforms.issues import IssueTable
from platforms.layers.cards import Card, Column
from platforms.layers.importing.catalogue import span_columns
from platforms.layers.importing.filling import Filled
from platforms.layers.importing.finding import FoundTable
from platforms.layers.importing.matching import Match
from platforms.layers.importing.preview import ImportColumn

__all__ = ["described", "tell_open", "tell_table"]

_SAMPLES = 3
_CHARS = 40
_TABLES = 8


def described(
    card: Card, found: FoundTable, matches: Sequence[Match], filled: Filled
) -> Iterator[ImportColumn]:
    """Go through the file's columns, then through those that none of them gives."""
    for match in matches:
        written = [row[match.at].strip() for row in found.rows]
        used = bool(match.target) and match.source not in filled.dropped
        parted = span_columns(card, match.source) if match.source in filled.parted else None
        target = parted[0] if parted else match.target if used else ""
        column = card.column(target)
        if not match.source and not any(written):
            continue
        cells = filled.cells.get(target, written) if column else written
        yield ImportColumn(
            source=match.source or f"#{match.at + 1}",
            target=column.name if column else "",
            title=column.title.show() if column else "",
            how="parted" if parted else match.how if column and match.how else "unused",
            unit=filled.units.get(match.source, match.unit),
            wanted=(column.unit or "") if column else "",
            samples=_samples(written, cells, column),
            filled=sum(map(bool, written)),
            required=bool(column and column.required),
        )
    mapped = {m.target for m in matches if m.source not in filled.dropped}
    mapped |= {span[0] for name in filled.parted if (span := span_columns(card, name))}
    for column in card.columns:
        if column.name in mapped and column.name in filled.cells:
            continue
        cells = filled.cells.get(column.name, [])
        yield ImportColumn(
            source="",
            target=column.name,
            title=column.title.show(),
            how=filled.how.get(column.name, "empty"),
            wanted=column.unit or "",
            samples=_samples(cells, cells, column),
            filled=sum(map(bool, cells)),
            required=column.required,
        )


def _samples(
    written: Sequence[str], stored: Sequence[str], column: Column | None
) -> tuple[str, ...]:
    pairs = dict.fromkeys((w, s) for w, s in zip(written, stored, strict=True) if w or s)
    shown = [(_short(w), _short(_worded(s, column))) for w, s in list(pairs)[:_SAMPLES]]
    return tuple(w if w == s else f"{w} → {s}" for w, s in shown)


def _worded(stored: str, column: Column | None) -> str:
    """Return a cell in the words that people read."""
    if column is None or column.type not in {"category", "list"}:
        return stored
    return "、".join(map(column.label, stored.split(";")))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _CHARS else f"{line[:_CHARS]}…"


def tell_table(found: FoundTable, issues: IssueTable, file: str, *, chosen: bool) -> None:
    """Name the table that was taken, where nobody chose it, and lines that are no data."""
    if found.others and not chosen:
        told: dict[str, Any] = {"table": found.name, "others": found.others[:_TABLES]}
        issues.add("import_table_chosen", "info", file=file, **told)
    for line, text in found.left_out:
        issues.add("import_row_left_out", "info", file=file, line=line, text=text)


def tell_open(
    card: Card,
    matches: Sequence[Match],
    filled: Filled,
    issues: IssueTable,
    file: str,
    doubled: Mapping[str, Sequence[str]],
) -> None:
    """Name columns that several could be, that are not used, and that must not stay empty."""
    for target, sources in doubled.items():
        column = card.column(target)
        title = target if column is None else column.title.show()
        issues.add("import_column_double", "error", field=title, file=file, names=sources)
    unused = [m.source for m in matches if m.source not in {"", *filled.parted} and not m.target]
    rivals = {source for sources in doubled.values() for source in sources}
    left = [name for name in unused if name not in rivals]
    if left:
        issues.add("import_columns_unused", "warning", file=file, names=left)
    for column in card.columns:
        if column.required and column.name not in filled.cells and column.name not in doubled:
            title = column.title.show()
            told: dict[str, Any] = {"column": column.name, "layer": card.layer}
            issues.add("import_column_missing", "error", field=title, file=file, **told)
