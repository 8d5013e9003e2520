"""Whether what stands follows from what was written: every history played again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from platforms.store.care.findings import Findings
from platforms.store.copying.scope import workspaces
from platforms.store.ledger.writing import current_rows, events_of, replayed
from platforms.store.schema import event, kept, member, member_event, standing

__all__ = ["look_at_ledger"]

_SUBJECTS = ("plot", "milestone", "attachment")
_OWN = {"id", "workspace", "key", "version", "changed_by", "changed_at"}


def look_at_ledger(connection: sa.Connection, found: Findings) -> None:
    """Play the histories of ledger, scenarios and members again.

    Parameters
    ----------
    connection
        Where to look.
    found
        Takes what is found.
    """
    for workspace in workspaces(connection):
        for subject in _SUBJECTS:
            _ledger(connection, workspace, subject, found)
    _scenarios(connection, found)
    _members(connection, found)


def _ledger(connection: sa.Connection, workspace: str, subject: str, found: Findings) -> None:
    events = events_of(connection, workspace, subject=subject)
    rows = current_rows(connection, workspace, subject=subject)
    found.count("ledger_entries", len(events))
    found.count(f"ledger_{subject}s", len(rows))
    # by their own numbers: a copy may have them in another order
    events.sort(key=lambda one: int(one["version"]))
    told, last = replayed(events), {one["key"]: one for one in events}
    wrong = [key for key, row in rows.items() if not _follows(row, told.get(key), last.get(key))]
    wrong += [key for key in told if key not in rows]
    found.tell("replay", "ledger", [f"{workspace} {subject} {key}" for key in wrong])


def _follows(
    row: Mapping[str, Any], told: Mapping[str, Any] | None, last: Mapping[str, Any] | None
) -> bool:  # fmt: skip
    if told is None or last is None:
        return False
    fields = {name: value for name, value in row.items() if name not in _OWN}
    same = all(value == told.get(name) for name, value in fields.items())
    stands = row["version"], row["changed_by"], row["changed_at"]
    return same and stands == (last["version"], last["who"], last["at"])


def _scenarios(connection: sa.Connection, found: Findings) -> None:
    asked = sa.select(event).order_by(event.c.key, event.c.at, event.c.id)
    told: dict[str, dict[str, Any]] = {}
    for row in connection.execute(asked):
        now = told.setdefault(row.key, {"locked": False, "removed": False})
        if row.what in {"keep", "copy", "rename"}:
            now["name"] = row.became
        elif row.what == "note":
            now["note"] = row.became
        elif row.what in {"lock", "unlock"}:
            now["locked"] = row.what == "lock"
        elif row.what == "remove":
            now["removed"] = True
        found.count("scenario_entries", 1)
    stands = {row["key"]: dict(row) for row in connection.execute(sa.select(standing)).mappings()}
    known = set(connection.execute(sa.select(kept.c.key)).scalars())
    wrong = [
        key for key in known | set(stands)
        if key not in stands
        or any(stands[key][name] != value for name, value in told.get(key, {"name": None}).items())
    ]  # fmt: skip
    found.tell("replay", "scenario_standing", sorted(wrong))


def _members(connection: sa.Connection, found: Findings) -> None:
    asked = sa.select(member_event).order_by(member_event.c.workspace, member_event.c.number)
    told = {(row.workspace, row.key): row.became for row in connection.execute(asked)}
    rows = connection.execute(sa.select(member.c.workspace, member.c.key, member.c.role))
    stands = {(row.workspace, row.key): row.role for row in rows}
    found.count("members", len(stands))
    wrong = [key for key in {**told, **stands} if told.get(key) != stands.get(key)]
    found.tell("replay", "member", [" ".join(key) for key in wrong])
