"""Settling what two stores wrote on the same thing: one side's word holds, both histories stay.

The own store takes over what the other wrote, and then gets an entry that says what holds from
now on. Nothing is changed or taken away: by that entry the histories are one again, and copying
brings the other store the same. Entries keep who wrote them and when; only their numbers follow
the order in which a store got to know them.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from platforms.errors import InputError
from platforms.store.copying.comparing import (
    Comparison,
    Parted,
    compared,
    rows_by_id,
    said_by,
    told_apart,
)
from platforms.store.copying.copying import fill, refuse_two
from platforms.store.copying.scope import STANDINGS, key_of
from platforms.store.copying.strands import SETTLED
from platforms.store.keeping import Store
from platforms.store.ledger.fields import read_back, reasoned, signed, written
from platforms.store.moments import moment
from platforms.store.plots.records import Record
from platforms.store.plots.telling import SHAPE, areas_told, fields_of
from platforms.store.plots.versions import rebuild
from platforms.store.schema import (
    TABLES,
    ledger_event,
    member,
    member_event,
    plot_version,
    position_entry,
)

__all__ = ["Side", "StoreSettled", "settle_store"]

Side = Literal["own", "other"]
_NAMED = 5
_HELD = ("wkb", "basis", "accuracy_m", "author", "stated", "source", "sha256")


@dataclass(frozen=True)
class StoreSettled:
    """What was settled.

    Attributes
    ----------
    workspace
        Its name.
    own, other
        Names of the stores; no password.
    keep
        The side whose word holds: ``own`` or ``other``.
    fields
        Each field in which the sides differ: ``table``, ``key``, ``field``, ``own``, ``other``,
        who wrote it on either side and when (UTC).
    names
        What was settled.
    left
        What went apart and was not named.
    dry_run
        Whether nothing was written.
    """

    workspace: str
    own: str
    other: str
    keep: Side
    fields: tuple[Mapping[str, Any], ...]
    names: tuple[str, ...]
    left: tuple[str, ...]
    dry_run: bool


@dataclass(frozen=True)
class _Act:
    """Who settles, why, and for which side."""

    who: str
    why: str
    keep: Side
    id: str


def settle_store(
    own: Store, other: Store, *, keep: Side, by: str, why: str = "", only: Sequence[str] = (),
    dry_run: bool = False,
) -> StoreSettled:  # fmt: skip
    """Say which side holds where both wrote on the same plot, milestone, position or member.

    Written into the own store, in one transaction; :func:`platforms.copy_store` then goes on
    both ways, and brings the other one what was settled.

    Parameters
    ----------
    own, other
        Stores of one workspace.
    keep
        ``own`` or ``other``: the side whose word holds, for all fields of what is settled.
    by, why
        Who settles, and why. Where the own store has members, an approver.
    only
        Ids of plots, parks and the like; default all that went apart.
    dry_run
        Only say what would be settled.

    Returns
    -------
    settled
        Each field with both values, and who wrote them.

    Raises
    ------
    InputError
        When nothing went apart, an id is not among it, or it is a scenario, which is not settled
        in this way.
    StoreError
        When the own store cannot be written to, or this person may not.
    """
    refuse_two(own, other)
    act = _Act(signed(by), reasoned(why), keep, uuid.uuid4().hex[:12])
    opened = own.turns.reading() if dry_run else own.turns.writing(act.who, "others")
    with other.turns.reading() as theirs, opened as mine:
        found = compared(theirs, mine, own.workspace)
        chosen = _chosen(found, only)
        told = tuple(row for one in chosen for row in _fields(theirs, mine, one))
        for one in () if dry_run else chosen:
            _carry_over(theirs, mine, one)
            _WRITE[one.table.name](theirs, mine, one, act)
    names = tuple(dict.fromkeys(_name(one) for one in chosen))
    left = tuple(dict.fromkeys(_name(one) for one in found.parted if one not in chosen))
    return StoreSettled(
        own.workspace, own.path.name, other.path.name, keep, told, names, left, dry_run
    )


def _name(parted: Parted) -> str:
    """Return the id of what a strand is about, as users know it."""
    return parted.key[-1].partition("/")[2] or parted.key[-1]


def _chosen(found: Comparison, only: Sequence[str]) -> list[Parted]:
    there = [_name(one) for one in found.parted]
    strange = [name for name in only if name not in there]
    if strange or not there:
        entry = "unknown" if strange and there else "nothing"
        raise InputError(f"copying.settle.{entry}", names=strange[:_NAMED], known=there[:_NAMED])
    chosen = [one for one in found.parted if not only or _name(one) in only]
    other = [_name(one) for one in chosen if one.table.name not in _WRITE]
    if other and (only or len(other) == len(chosen)):
        raise InputError("copying.settle.not_so", names=other[:_NAMED])
    return [one for one in chosen if one.table.name in _WRITE]


def _fields(
    theirs: sa.Connection, mine: sa.Connection, parted: Parted
) -> list[dict[str, Any]]:  # fmt: skip
    """Return each field in which the sides differ, own and other as the user sees them."""
    rows = []
    now = [_now(one, parted) for one in (mine, theirs)]
    for row in told_apart(theirs, mine, parted, every=True):
        own, other = (held.get(row["field"], row[side])
                      for held, side in zip(now, ("theirs", "ours"), strict=True))  # fmt: skip
        if own == other and parted.table.name != position_entry.name:
            continue
        rows.append(
            {
                "table": row["table"], "key": row["key"], "field": row["field"], "own": own,
                "other": other, "own_who": row["who"], "own_at": row["at"],
                "other_who": row["ours_who"], "other_at": row["ours_at"],
            }
        )  # fmt: skip
    return rows


def _now(connection: sa.Connection, parted: Parted) -> dict[str, Any]:
    """Return how what a strand is about stands, by field."""
    if parted.table is ledger_event:
        row = _standing(connection, parted)
        return {name: written(value) if name != "version" else value
                for name, value in row.items()}  # fmt: skip
    if parted.table is plot_version:
        last = _last(connection, parted)
        if last["sha256"] is None:
            return {}
        told = fields_of(Record(last["wkb"], last["attributes"], last["sha256"]))
        return told | {SHAPE: areas_told([told[SHAPE]])[0] if told[SHAPE] else None}
    return {}


def _standing(connection: sa.Connection, parted: Parted) -> dict[str, Any]:
    """Return the row of the ledger that a strand is about."""
    workspace, subject, key = parted.key
    table = _standing_table(subject)
    mine = sa.and_(table.c.workspace == workspace, table.c.key == key)
    return dict(connection.execute(sa.select(table).where(mine)).mappings().one())


def _standing_table(subject: str) -> sa.Table:
    return next(
        table for table in TABLES
        if table.name in STANDINGS and STANDINGS[table.name].subject == subject
    )  # fmt: skip


def _strand(parted: Parted) -> sa.ColumnElement[bool]:
    table = parted.table
    named = zip(key_of(table), parted.key, strict=True)
    return sa.and_(*(table.c[name] == value for name, value in named))


def _last(connection: sa.Connection, parted: Parted) -> dict[str, Any]:
    """Return the newest entry of a strand."""
    counter = parted.table.c.number
    asked = sa.select(parted.table).where(_strand(parted)).order_by(counter.desc()).limit(1)
    return dict(connection.execute(asked).mappings().one())


def _carry_over(theirs: sa.Connection, mine: sa.Connection, parted: Parted) -> None:
    """Write the other side's entries after the own ones, with who and when as they were."""
    known = set(said_by(mine, parted.table, parted.more))
    said = said_by(theirs, parted.table, parted.rest)
    lacking = [one for one, digest in zip(parted.rest, said, strict=True) if digest not in known]
    found = Comparison()
    rows = found.number(parted.table, lacking, after=parted.there)
    found.lacking[parted.table.name] = sorted(rows)
    fill(theirs, mine, found)


def _next(mine: sa.Connection, parted: Parted, counter: str) -> int:
    most = sa.select(sa.func.max(parted.table.c[counter])).where(_strand(parted))
    return int(mine.execute(most).scalar_one()) + 1


def _moment(theirs: sa.Connection, mine: sa.Connection, parted: Parted) -> str:
    """Return when it is, and never before what either side saw last."""
    last = sa.select(sa.func.max(parted.table.c.at)).where(_strand(parted))
    seen = max(str(one.execute(last).scalar_one()) for one in (theirs, mine))
    return moment(mine, after=seen)


def _entry(parted: Parted, act: _Act, at: str) -> dict[str, Any]:
    named = dict(zip(key_of(parted.table), parted.key, strict=True))
    return {**named, "what": SETTLED, "who": act.who, "at": at, "why": act.why}


def _of_ledger(theirs: sa.Connection, mine: sa.Connection, parted: Parted, act: _Act) -> None:
    own, other = _standing(mine, parted), _standing(theirs, parted)
    keeps, gives = (own, other) if act.keep == "own" else (other, own)
    wrote = [
        row["field"] for connection, entries in ((mine, parted.more), (theirs, parted.rest))
        for row in rows_by_id(connection, parted.table, [n for one in entries for n in one.ids])
    ]  # fmt: skip
    touched = list(dict.fromkeys(wrote))
    moved = [name for name in touched if own[name] != other[name]] or touched[:1]
    at, version = _moment(theirs, mine, parted), _next(mine, parted, "version")
    told = {**_entry(parted, act, at), "act": act.id, "version": version, "undoes": None}
    mine.execute(
        sa.insert(parted.table),
        [
            {**told, "field": name, "was": written(gives[name]), "became": written(keeps[name])}
            for name in moved
        ],
    )
    table = _standing_table(parted.key[1])
    stands = {name: read_back(name, written(keeps[name])) for name in touched}
    stands |= {"version": version, "changed_by": act.who, "changed_at": at}
    mine.execute(sa.update(table).where(table.c.id == own["id"]).values(**stands))


def _of_plots(theirs: sa.Connection, mine: sa.Connection, parted: Parted, act: _Act) -> None:
    held = _kept(theirs, mine, parted, act, ("wkb", "attributes", "sha256"))
    told = {**_entry(parted, act, _moment(theirs, mine, parted)), "act": act.id, "undoes": None}
    number = _next(mine, parted, "number")
    mine.execute(sa.insert(parted.table).values(**told, **held, number=number))
    workspace, plot_id = parted.key
    rebuild(mine, workspace, [plot_id])


def _of_positions(theirs: sa.Connection, mine: sa.Connection, parted: Parted, act: _Act) -> None:
    held = _kept(theirs, mine, parted, act, _HELD)
    told = _entry(parted, act, _moment(theirs, mine, parted))
    told |= {"key": uuid.uuid4().hex[:12], "number": _next(mine, parted, "number")}
    mine.execute(sa.insert(parted.table).values(**told, **held, undoes=None))


def _kept(
    theirs: sa.Connection, mine: sa.Connection, parted: Parted, act: _Act, names: Sequence[str]
) -> dict[str, Any]:
    """Return what the side that holds says last, of its own entries."""
    connection, entries = (mine, parted.more) if act.keep == "own" else (theirs, parted.rest)
    (last,) = rows_by_id(connection, parted.table, entries[-1].ids)
    return {name: last[name] for name in names}


def _of_members(theirs: sa.Connection, mine: sa.Connection, parted: Parted, act: _Act) -> None:
    wrote = {
        row["key"]: row["name"]
        for connection, entries in ((mine, parted.more), (theirs, parted.rest))
        for row in rows_by_id(connection, parted.table, [n for one in entries for n in one.ids])
    }
    own, other = (_roles(one, parted.key[0]) for one in (mine, theirs))
    keeps, gives = (own, other) if act.keep == "own" else (other, own)
    at, number = _moment(theirs, mine, parted), _next(mine, parted, "number")
    for place, (key, name) in enumerate(wrote.items(), number):
        told = _entry(parted, act, at) | {"number": place, "key": key, "name": name}
        became = keeps.get(key, "")
        mine.execute(sa.insert(parted.table).values(**told, was=gives.get(key, ""), became=became))
        stands = {"name": name, "role": became, "changed_by": act.who, "changed_at": at}
        this = sa.and_(member.c.workspace == parted.key[0], member.c.key == key)
        if mine.execute(sa.update(member).where(this).values(**stands)).rowcount == 0:
            mine.execute(sa.insert(member).values(workspace=parted.key[0], key=key, **stands))


def _roles(connection: sa.Connection, workspace: str) -> dict[str, str]:
    asked = sa.select(member.c.key, member.c.role).where(member.c.workspace == workspace)
    return {row.key: row.role for row in connection.execute(asked)}


_Write = Callable[[sa.Connection, sa.Connection, Parted, _Act], None]
_WRITE: Mapping[str, _Write] = {
    ledger_event.name: _of_ledger,
    plot_version.name: _of_plots,
    position_entry.name: _of_positions,
    member_event.name: _of_members,
}
