"""Two stores side by side: what one lacks of the other, and what went apart.

A strand of one store is the beginning of that of the other, or the two went apart. What went
apart is told with who wrote what and when; nobody's entry is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa

from platforms.store.copying.scope import CONTENT, STANDINGS, key_of, rows_of
from platforms.store.copying.strands import Entry, Key, frozen_tables, look, said_digest
from platforms.store.plots.records import Record
from platforms.store.plots.telling import SHAPE, areas_told, fields_of
from platforms.store.plots.versions import in_parts
from platforms.store.sayings import alike
from platforms.store.schema import TABLES, kept, plot, standing

__all__ = ["Comparison", "Parted", "compared", "rows_by_id", "said_by", "told_apart"]

_MANY = 500


class Parted(NamedTuple):
    """A strand that went on in another way on either side.

    Attributes
    ----------
    table, key
        Which.
    rest, more
        What only the source and only the target has.
    there
        How many entries the target has.
    """

    table: sa.Table
    key: Key
    rest: Sequence[Entry]
    more: Sequence[Entry]
    there: int


@dataclass
class Comparison:
    """What a store lacks of another.

    Attributes
    ----------
    lacking
        By table, the numbers that the rows have in the source, in their order.
    ahead
        By table, how many entries only the target has.
    standing
        By table, keys of rows that stand otherwise now.
    apart
        Each field that was written differently on both sides.
    parted
        The strands that it was written in.
    numbered
        By table, the places that rows get in the target where those of a strand that was settled
        stand in another order there.
    """

    lacking: dict[str, list[int]] = field(default_factory=dict)
    ahead: dict[str, int] = field(default_factory=dict)
    standing: dict[str, list[Key]] = field(default_factory=dict)
    apart: list[dict[str, Any]] = field(default_factory=list)
    parted: list[Parted] = field(default_factory=list)
    numbered: dict[str, dict[int, int]] = field(default_factory=dict)

    def number(self, table: sa.Table, entries: Iterable[Entry], *, after: int) -> list[int]:
        """Give entries the places that follow in the target, and return their rows."""
        places = {row: place for place, entry in enumerate(entries, after + 1) for row in entry.ids}
        self.numbered.setdefault(table.name, {}).update(places)
        return list(places)


def compared(
    source: sa.Connection, target: sa.Connection, workspace: str | None
) -> Comparison:  # fmt: skip
    """Compare what two stores keep.

    Parameters
    ----------
    source, target
        From and to which is copied.
    workspace
        Name of the workspace; None for all.
    """
    found = Comparison()
    for table in frozen_tables():
        _compare(found, source, target, table, workspace)
    for table in TABLES:
        if table.name in STANDINGS and table is not plot:
            moved = _moved(source, target, table, workspace)
            if moved:
                found.standing[table.name] = moved
    found.apart += _names(source, target, workspace)
    return found


def _compare(
    found: Comparison, source: sa.Connection, target: sa.Connection, table: sa.Table,
    workspace: str | None,
) -> None:  # fmt: skip
    """Add what a table that only grows lacks."""
    ours, theirs = look(source, table, workspace), look(target, table, workspace)
    lacking: list[int] = []
    for key, entries in ours.by_key.items():
        there = theirs.by_key.get(key, [])
        same = _shared(entries, there)
        rest, more = entries[same:], there[same:]
        if rest and more and table not in CONTENT:
            parted = Parted(table, key, rest, more, len(there))
            joined = _joined(source, target, parted)
            if joined is None:
                found.parted.append(parted)
                found.apart += told_apart(source, target, parted)
            elif joined:
                lacking += found.number(table, joined, after=len(there))
        elif not more:
            lacking += [number for entry in rest for number in entry.ids]
    ahead = sum(max(len(entries) - ours.count(key), 0) for key, entries in theirs.by_key.items())
    if lacking:
        found.lacking[table.name] = sorted(lacking)
    if ahead:
        found.ahead[table.name] = ahead


def _shared(ours: Sequence[Entry], theirs: Sequence[Entry]) -> int:
    """Return how many entries two strands begin with alike.

    Up to an entry that settles both have the same, whichever side was first.
    """
    pairs = list(zip(ours, theirs, strict=False))
    same = [one.digest == other.digest for one, other in pairs]
    settled = [at for at, (one, _) in enumerate(pairs) if same[at] and one.settles]
    start = settled[-1] + 1 if settled else 0
    return next((at for at in range(start, len(pairs)) if not same[at]), len(pairs))


def _joined(
    source: sa.Connection, target: sa.Connection, parted: Parted
) -> list[Entry] | None:  # fmt: skip
    """Return the entries that carry the target on where one side was settled with the other."""
    rest, more = parted.rest, parted.more
    if not any(one.settles for one in (*rest, *more)):
        return None
    ours = said_by(source, parted.table, rest)
    theirs = set(said_by(target, parted.table, more))
    last = max((at for at, one in enumerate(rest) if one.settles), default=0)
    if theirs <= set(ours[:last]):
        return [
            one for at, one in enumerate(rest) if at >= last or ours[at] not in theirs
        ]  # fmt: skip
    last = max((at for at, one in enumerate(more) if one.settles), default=0)
    if set(ours) <= set(said_by(target, parted.table, more[:last])):
        return []
    return None


def said_by(
    connection: sa.Connection, table: sa.Table, entries: Sequence[Entry]
) -> list[str]:  # fmt: skip
    """Return what entries say, as digests that do not depend on their numbers."""
    found = rows_by_id(connection, table, [number for one in entries for number in one.ids])
    rows = {row["id"]: said_digest(table, row) for row in found}
    return [" ".join(sorted(rows[number] for number in one.ids)) for one in entries]


def _moved(
    source: sa.Connection, target: sa.Connection, table: sa.Table, workspace: str | None
) -> list[Key]:
    """Return the keys of rows whose strand is longer in the source."""
    ours, theirs = (_lengths(one, table, workspace) for one in (source, target))
    return [key for key, length in ours.items() if length > theirs.get(key, 0)]


def _lengths(
    connection: sa.Connection, table: sa.Table, workspace: str | None
) -> dict[Key, int]:  # fmt: skip
    told = STANDINGS[table.name]
    history = next(one for one in TABLES if one.name == told.history)
    by = [history.c[name] for name in told.by]
    asked = sa.select(*by, sa.func.count()).where(rows_of(history, workspace)).group_by(*by)
    if told.subject is not None:
        asked = asked.where(history.c.subject == told.subject)
    first = sa.func.min(history.c.id)
    return {tuple(row[:-1]): row[-1] for row in connection.execute(asked.order_by(first))}


def rows_by_id(
    connection: sa.Connection, table: sa.Table, ids: Sequence[int]
) -> list[dict[str, Any]]:
    """Return rows by their numbers, in the order they came."""
    found: list[dict[str, Any]] = []
    for part in in_parts(ids, _MANY):
        asked = sa.select(table).where(table.c.id.in_(part)).order_by(table.c.id)
        found += [dict(row) for row in connection.execute(asked).mappings()]
    return found


def told_apart(
    source: sa.Connection, target: sa.Connection, parted: Parted, *, every: bool = False
) -> list[dict[str, Any]]:
    """Return the fields that were written on both sides since they had the same.

    Parameters
    ----------
    source, target
        Where to look.
    parted
        The strand.
    every
        Also the fields that one side wrote while the other wrote others.
    """
    table, key, ours, theirs, _ = parted
    named = dict(zip(key_of(table), key, strict=False))
    about = {
        "table": table.name, "workspace": named.pop("workspace", None),
        "key": " ".join(named.values()) or table.name,
    }  # fmt: skip
    mine = _fields(rows_by_id(source, table, [one for entry in ours for one in entry.ids]))
    other = _fields(rows_by_id(target, table, [one for entry in theirs for one in entry.ids]))
    both = [name for name in mine if name in other and mine[name][0] != other[name][0]]
    if every:
        both = [name for name in dict.fromkeys([*mine, *other])
                if name not in mine or name not in other or name in both]  # fmt: skip
    nothing: tuple[Any, Mapping[str, Any]] = (None, {})
    rows = []
    for name in both or dict.fromkeys([*mine, *other]):
        (value, row), (their_value, their_row) = mine.get(name, nothing), other.get(name, nothing)
        rows.append(
            {
                **about, "field": name, "base": None, "ours": value, "theirs": their_value,
                "ours_who": row.get("who"), "ours_at": row.get("at"),
                "who": their_row.get("who"), "at": their_row.get("at"), "mine": name in mine,
            }
        )  # fmt: skip
    return rows


def _fields(rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[Any, Mapping[str, Any]]]:
    """Return what rows say by field, the last word of each, with the row that says it."""
    told: dict[str, tuple[Any, Mapping[str, Any]]] = {}
    before: dict[str, Any] = {}
    for row in rows:
        if "attributes" in row:
            held = row["sha256"] and Record(row["wkb"], row["attributes"], row["sha256"])
            now = fields_of(held or None)
            if now.get(SHAPE):
                now[SHAPE] = areas_told([now[SHAPE]])[0]
            changed = {name: now.get(name) for name in {**before, **now}
                       if before.get(name) != now.get(name)}  # fmt: skip
            told |= {name: (value, row) for name, value in changed.items()}
            before = now
        elif "field" in row:
            told[row["field"]] = (row["became"], row)
        else:
            name = next((row[one] for one in ("what", "name") if row.get(one)), "")
            said = row.get("became") or row.get("basis") or row.get("sha256")
            told[str(name)] = (said, row)
    return told


def _names(
    source: sa.Connection, target: sa.Connection, workspace: str | None
) -> list[dict[str, Any]]:
    """Return names of scenarios that stand for one thing here and for another there."""
    asked = (
        sa.select(standing.c.key, standing.c.workspace, standing.c.name, kept.c.author,
                  kept.c.created_at)
        .join(kept, kept.c.key == standing.c.key)
        .where(rows_of(standing, workspace), standing.c.removed.is_(other=False))
    )  # fmt: skip
    there = {(row.workspace, alike(row.name)): row for row in target.execute(asked)}
    known = {row.key for row in there.values()}
    rows = []
    for row in source.execute(asked):
        other = there.get((row.workspace, alike(row.name)))
        if other is None or other.key == row.key or row.key in known:
            continue
        rows.append(
            {
                "table": standing.name, "workspace": row.workspace, "key": row.name,
                "field": "name", "base": None, "ours": row.key, "theirs": other.key,
                "ours_who": row.author, "ours_at": row.created_at, "who": other.author,
                "at": other.created_at, "mine": True,
            }
        )  # fmt: skip
    return rows
