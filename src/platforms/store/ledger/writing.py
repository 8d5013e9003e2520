"""Writing the ledger: each field that changes is an entry, and what holds now is kept beside it.

A change names the version that it was made on. Where the row has moved on, nothing is written
and each field is told as it was, as it is and as it was to become. All that is done together
is one act in one transaction.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import sqlalchemy as sa

from platforms.errors import ConflictError, InputError
from platforms.store.ledger.fields import EDITED, FACTS, Value, read_back, written
from platforms.store.moments import moment
from platforms.store.schema import (
    ledger_attachment,
    ledger_event,
    ledger_milestone,
    ledger_plot,
)

__all__ = ["MANY", "Act", "Change", "current_rows", "events_of", "replayed", "write"]

_TABLES = {"plot": ledger_plot, "milestone": ledger_milestone, "attachment": ledger_attachment}
_FIELDS = {
    "plot": (*EDITED, *FACTS), "milestone": ("plots", "area_mu"), "attachment": ("attachment",),
}  # fmt: skip
# acts that bring in rows which may not be there
_NEW = {"add", "attach"}
# so many values go into one statement
MANY = 500


@dataclass(frozen=True)
class Change:
    """What one row is to become.

    Attributes
    ----------
    key
        Of the plot or milestone.
    became
        By field.
    version
        The version that it was made on; None for whatever holds now.
    """

    key: str
    became: Mapping[str, Value]
    version: int | None = None


@dataclass(frozen=True)
class Act:
    """Who does what, and why.

    Attributes
    ----------
    what
        ``add``, ``retake``, ``set``, ``import``, ``undo``, ``attach`` or ``detach``.
    who, why
        The person and the reason.
    subject
        ``plot``, ``milestone`` or ``attachment``.
    undoes
        The act that is undone.
    """

    what: str
    who: str
    why: str = ""
    subject: str = "plot"
    undoes: str | None = None
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    at: str = field(
        default_factory=lambda: dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")
    )


def current_rows(
    connection: sa.Connection,
    workspace: str,
    keys: Sequence[str] | None = None,
    *,
    subject: str = "plot",
    lock: bool = False,
) -> dict[str, dict[str, Any]]:
    """Return how rows stand now, by key; without keys all of them in the order they came.

    With ``lock`` nobody else changes them until the transaction ends. All who lock do so in the
    same order, so that no two wait for each other.
    """
    if keys is not None and len(keys) == 1:
        named = {"its_workspace": workspace, "its_key": keys[0]}
        found = connection.execute(_one_row(subject, lock=lock), named).mappings()
        return {row["key"]: dict(row) for row in found}
    table = _TABLES[subject]
    query = sa.select(table).where(table.c.workspace == workspace).order_by(table.c.id)
    if lock:
        # a file is held as a whole, and has no such words
        query = query.with_for_update()
    parts = [None] if keys is None else _parts(keys)
    rows: dict[str, dict[str, Any]] = {}
    for part in parts:
        asked = query if part is None else query.where(table.c.key.in_(part))
        for row in connection.execute(asked).mappings():
            rows[row["key"]] = dict(row)
    return rows


# what every edit says is built once: building it costs more than the database needs for it


@cache
def _one_row(subject: str, *, lock: bool) -> sa.Select[Any]:
    table = _TABLES[subject]
    query = sa.select(table).where(
        table.c.workspace == sa.bindparam("its_workspace"), table.c.key == sa.bindparam("its_key")
    )
    return query.with_for_update() if lock else query


@cache
def _moving(subject: str, fields: tuple[str, ...]) -> sa.Update:
    """Return what changes these fields of a row, unless it has moved on."""
    table = _TABLES[subject]
    mine = table.c.id == sa.bindparam("its_id"), table.c.version == sa.bindparam("its_version")
    return sa.update(table).where(*mine).values({name: sa.bindparam(name) for name in fields})


@cache
def _adding(table: sa.Table) -> sa.Insert:
    return sa.insert(table)


def _parts(keys: Sequence[str]) -> list[list[str]]:
    return [list(keys[at : at + MANY]) for at in range(0, len(keys), MANY)]


def events_of(
    connection: sa.Connection, workspace: str, keys: Sequence[str] | None = None,
    *, subject: str | None = "plot", act: str | None = None, until: str | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return entries, the oldest first; what came from another store stands at its own time.

    Parameters
    ----------
    connection, workspace
        Where to look.
    keys, subject, act
        Only of these plots or milestones, of one kind, or of one act.
    until
        Only what was written before this moment (ISO 8601 in UTC).
    """
    query = sa.select(ledger_event).where(ledger_event.c.workspace == workspace)
    if subject is not None:
        query = query.where(ledger_event.c.subject == subject)
    if act is not None:
        query = query.where(ledger_event.c.act == act)
    if until is not None:
        query = query.where(ledger_event.c.at < until)
    found: list[dict[str, Any]] = []
    for part in [None] if keys is None else _parts(keys):
        asked = query if part is None else query.where(ledger_event.c.key.in_(part))
        found += [dict(row) for row in connection.execute(asked).mappings()]
    return sorted(found, key=lambda row: (str(row["at"]), int(row["id"])))


def replayed(events: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Value]]:
    """Return how each row stands after its entries: by key, then by field.

    Parameters
    ----------
    events
        Entries of one kind, the oldest first.
    """
    rows: dict[str, dict[str, Value]] = {}
    for one in events:
        rows.setdefault(one["key"], {})[one["field"]] = read_back(one["field"], one["became"])
    return rows


def write(connection: sa.Connection, workspace: str, changes: Sequence[Change], act: Act) -> int:
    """Write changes as one act, all or none; say how many rows moved.

    Parameters
    ----------
    connection
        In a transaction that writes.
    workspace
        Name of the workspace.
    changes
        Each row once.
    act
        Who, what, why; with ``add`` rows are new.

    Raises
    ------
    ConflictError
        When a row has moved on since its change was made.
    InputError
        When a row that is to be changed is not there.
    """
    new = act.what in _NEW
    asked = [one.key for one in changes]
    rows = current_rows(connection, workspace, asked, subject=act.subject, lock=not new)
    act = replace(act, at=_moment(connection, act.at, rows.values()))
    lost = [one.key for one in changes if one.key not in rows]
    if lost and not new:
        raise InputError("ledger.plot_unknown", names=lost[:5], count=len(lost))
    conflicts = [
        fault
        for one in changes
        if not new and one.version is not None and one.version != rows[one.key]["version"]
        for fault in _conflict(connection, workspace, one, rows[one.key], act)
    ]
    if conflicts:
        keys = list(dict.fromkeys(fault["key"] for fault in conflicts))
        who = list(dict.fromkeys(fault["who"] for fault in conflicts if fault["who"]))
        raise ConflictError("ledger.conflict", names=keys[:5], count=len(keys), who=who,
                            conflicts=conflicts)  # fmt: skip
    moved, entries, rows_new = 0, [], []
    rows_moved: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for one in changes:
        row = rows.get(one.key, {})
        if row and one.version is not None and one.version != row["version"]:
            # what it wants holds already, and the rest of it is older than what stands
            continue
        became = {name: value for name, value in one.became.items() if row.get(name) != value}
        if not became:
            continue
        version = int(row.get("version", 0)) + 1
        stands = {"version": version, "changed_by": act.who, "changed_at": act.at, **became}
        if row:
            stood = {"its_id": row["id"], "its_version": row["version"]}
            rows_moved.setdefault(tuple(stands), []).append({**stands, **stood})
        else:
            # rows that go in together name the same columns
            blank = dict.fromkeys(_FIELDS[act.subject])
            rows_new.append({**blank, "workspace": workspace, "key": one.key, **stands})
        entries += _entries(workspace, one.key, version, row, became, act)
        moved += 1
    for fields, many in rows_moved.items():
        _move(connection, workspace, _moving(act.subject, fields), many)
    for into, made in ((_TABLES[act.subject], rows_new), (ledger_event, entries)):
        if made:
            connection.execute(_adding(into), made)
    return moved


def _move(
    connection: sa.Connection, workspace: str, statement: sa.Update, rows: list[dict[str, Any]]
) -> None:  # fmt: skip
    if connection.execute(statement, rows).rowcount != len(rows):
        # only what does not lock its rows can have been so quick
        raise ConflictError("store.meanwhile", path=workspace, conflicts=[])


def _moment(connection: sa.Connection, now: str, rows: Iterable[Mapping[str, Any]]) -> str:
    """Return when it is, and never before what the rows saw last."""
    seen = max((str(row["changed_at"]) for row in rows), default=None)
    return moment(connection, now=now, after=seen)


def _entries(
    workspace: str, key: str, version: int, row: Mapping[str, Any], became: Mapping[str, Value],
    act: Act,
) -> list[dict[str, Any]]:  # fmt: skip
    told = {
        "workspace": workspace, "act": act.id, "subject": act.subject, "key": key,
        "version": version, "what": act.what, "who": act.who, "at": act.at, "why": act.why,
        "undoes": act.undoes,
    }  # fmt: skip
    return [
        {**told, "field": name, "was": written(row.get(name)), "became": written(value)}
        for name, value in became.items()
    ]


def _conflict(
    connection: sa.Connection, workspace: str, change: Change, row: Mapping[str, Any], act: Act
) -> list[dict[str, Any]]:
    """Return the fields in which a change and what holds now have gone apart."""
    events = events_of(connection, workspace, [change.key], subject=act.subject)
    base = replayed(one for one in events if one["version"] <= (change.version or 0)).get(
        change.key, {}
    )
    last = {one["field"]: one for one in events}
    mine = {name: value for name, value in change.became.items() if value != base.get(name)}
    if all(row[name] == value for name, value in mine.items()):
        # what was wanted holds already: a second press of the same button
        return []
    faults = []
    for name in _FIELDS[act.subject]:
        theirs = row[name]
        if theirs == base.get(name) and name not in mine:
            continue
        by = last.get(name, {}) if theirs != base.get(name) else {}
        faults.append(
            {
                "key": change.key, "field": name, "base": base.get(name), "theirs": theirs,
                "ours": mine.get(name, base.get(name)), "mine": name in mine,
                "version": change.version, "version_now": int(row["version"]),
                "who": by.get("who"), "at": by.get("at"), "why": by.get("why"),
            }
        )  # fmt: skip
    return faults
