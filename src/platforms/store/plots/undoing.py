"""Taking back an act on plots: each plot becomes again what it was, as a new version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from platforms.errors import ConflictError, InputError
from platforms.store.plots.records import Record
from platforms.store.plots.versions import Move, in_parts, newest
from platforms.store.schema import plot_version

__all__ = ["undo_moves"]

_NAMED, _KEYS = 5, 500


def undo_moves(
    connection: sa.Connection, workspace: str, act: str, done: Sequence[Mapping[str, Any]]
) -> list[Move]:
    """Return what takes an act back.

    Parameters
    ----------
    connection, workspace
        Where to look.
    act
        Key of the act.
    done
        The versions that it made.

    Raises
    ------
    ConflictError
        When one of its plots was changed since.
    InputError
        When there is no such act, or it is taken back already.
    """
    if not done:
        raise InputError("plots.act_unknown", act=act)
    now = newest(connection, workspace, [one["plot_id"] for one in done])
    before = _before(connection, workspace, done)
    moves, conflicts = [], []
    for one in done:
        key, last = one["plot_id"], now[one["plot_id"]]
        was = before.get(key)
        record = None if was is None or was["sha256"] is None else _record(was)
        if last["sha256"] == (record.sha256 if record else None):
            continue
        if last["number"] != one["number"]:
            conflicts.append(
                {
                    "key": key, "field": "version", "base": one["number"],
                    "theirs": last["number"], "ours": one["number"] - 1, "mine": True,
                    "version": one["number"], "version_now": last["number"],
                    "who": last["who"], "at": last["at"], "why": last["why"],
                }
            )  # fmt: skip
        moves.append(Move(key, last["number"] + 1, "undo", record))
    if conflicts:
        names = [one["key"] for one in conflicts]
        raise ConflictError(
            "plots.changed_since", names=names[:_NAMED], count=len(names), conflicts=conflicts
        )
    if not moves:
        raise InputError("plots.undone_already", act=act)
    return moves


def _before(
    connection: sa.Connection, workspace: str, done: Sequence[Mapping[str, Any]]
) -> dict[str, Mapping[str, Any]]:
    """Return the versions right before those of an act, of plots that had one."""
    wanted = {one["plot_id"]: one["number"] - 1 for one in done}
    found: dict[str, Mapping[str, Any]] = {}
    for part in in_parts(wanted, _KEYS):
        mine = sa.and_(plot_version.c.workspace == workspace, plot_version.c.plot_id.in_(part))
        for row in connection.execute(sa.select(plot_version).where(mine)).mappings():
            if row["number"] == wanted[row["plot_id"]]:
                found[row["plot_id"]] = dict(row)
    return found


def _record(version: Mapping[str, Any]) -> Record:
    return Record(version["wkb"], version["attributes"], version["sha256"])
