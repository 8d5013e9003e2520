"""Taking back what was done together, as a new entry; the old ones stay, and so do new plots."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from platforms.errors import ConflictError, InputError
from platforms.store.ledger.fields import Value, read_back
from platforms.store.ledger.writing import Act, Change, current_rows, events_of, write

__all__ = ["undo_act"]

_NAMED = 5


def undo_act(connection: sa.Connection, workspace: str, act: str, who: tuple[str, str]) -> int:
    """Give each field that an act changed the value that it had before.

    Parameters
    ----------
    connection, workspace
        Where to write, in a transaction.
    act
        Key of the act.
    who
        Who takes it back, and why.

    Returns
    -------
    moved
        How many rows changed.

    Raises
    ------
    ConflictError
        When one of the fields was changed since.
    InputError
        When there is no such act, it only brought rows in, or it is taken back already.
    """
    events = events_of(connection, workspace, subject=None, act=act)
    if not events:
        raise InputError("ledger.act_unknown", act=act)
    # a row that came in stays; what the same act changed in others goes back
    events = [one for one in events if one["what"] != "add"]
    if not events:
        raise InputError("ledger.add_stays")
    subject = str(events[0]["subject"])
    keys = list(dict.fromkeys(str(one["key"]) for one in events))
    rows = current_rows(connection, workspace, keys, subject=subject)
    back: dict[str, dict[str, Value]] = {}
    conflicts: list[dict[str, Any]] = []
    for one in events:
        row, name = rows[one["key"]], one["field"]
        was, became = (read_back(name, one[side]) for side in ("was", "became"))
        back.setdefault(one["key"], {})[name] = was
        if row[name] not in {became, was}:
            conflicts.append(
                {
                    "key": one["key"], "field": name, "base": became, "theirs": row[name],
                    "ours": was, "mine": True, "version": one["version"],
                    "version_now": row["version"], "who": row["changed_by"],
                    "at": row["changed_at"], "why": None,
                }
            )  # fmt: skip
    if conflicts:
        names = list(dict.fromkeys(one["key"] for one in conflicts))
        raise ConflictError(
            "ledger.changed_since", names=names[:_NAMED], count=len(names), conflicts=conflicts
        )
    made = Act("undo", *who, subject=subject, undoes=act)
    moved = write(connection, workspace, [Change(key, f) for key, f in back.items()], made)
    if not moved:
        raise InputError("ledger.undone_already", act=act)
    return moved
