"""Versions of plots in the tables: each written once, and the newest beside them.

Every function takes part in a transaction of its caller. A version and what it makes of the
newest are written together, in batches that bound the memory.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa

from platforms.store.moments import moment
from platforms.store.plots.records import Record
from platforms.store.schema import has_tables, plot, plot_version
from platforms.store.spatial import renew_extent

__all__ = ["Move", "PlotAct", "act_versions", "has_plots", "hashes", "newest", "numbers"]
__all__ += ["all_versions", "in_parts", "rebuild", "stand", "versions_of", "write_moves"]

# so many rows go into one statement, and so many keys into one question
_ROWS, _KEYS = 5_000, 500
_MOVING = ("version", "shape", "attributes", "sha256", "changed_by", "changed_at")
T = TypeVar("T")


@dataclass(frozen=True)
class PlotAct:
    """Who does what with plots, and why."""

    who: str
    why: str = ""
    undoes: str | None = None
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])


class Move(NamedTuple):
    """What becomes of a plot: its next version; without a record it is taken out."""

    plot_id: str
    number: int
    what: str
    record: Record | None


def in_parts(many: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield a sequence in parts of a size."""
    rest = iter(many)
    while part := list(islice(rest, size)):
        yield part


def has_plots(connection: sa.Connection) -> bool:
    """Say whether there are the tables: an old store that can only be read has none."""
    return has_tables(connection, plot, plot_version)


def hashes(connection: sa.Connection, workspace: str) -> dict[str, tuple[int, str]]:
    """Return version and hash of each plot that is there."""
    asked = sa.select(plot.c.plot_id, plot.c.version, plot.c.sha256)
    rows = connection.execute(asked.where(plot.c.workspace == workspace).order_by(plot.c.id))
    return {row.plot_id: (row.version, row.sha256) for row in rows}


def numbers(connection: sa.Connection, workspace: str) -> dict[str, int]:
    """Return the newest version of each plot that was ever there."""
    asked = sa.select(plot_version.c.plot_id, sa.func.max(plot_version.c.number))
    mine = asked.where(plot_version.c.workspace == workspace).group_by(plot_version.c.plot_id)
    return {row[0]: row[1] for row in connection.execute(mine)}


def versions_of(connection: sa.Connection, workspace: str, plot_id: str) -> list[dict[str, Any]]:
    """Return all versions of a plot, the oldest first."""
    mine = sa.and_(plot_version.c.workspace == workspace, plot_version.c.plot_id == plot_id)
    asked = sa.select(plot_version).where(mine).order_by(plot_version.c.number)
    return [dict(row) for row in connection.execute(asked).mappings()]


def act_versions(connection: sa.Connection, workspace: str, act: str) -> list[dict[str, Any]]:
    """Return the versions that an act made."""
    mine = sa.and_(plot_version.c.workspace == workspace, plot_version.c.act == act)
    asked = sa.select(plot_version).where(mine).order_by(plot_version.c.id)
    return [dict(row) for row in connection.execute(asked).mappings()]


def newest(
    connection: sa.Connection, workspace: str, plot_ids: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Return the newest version of plots, also of such as were taken out."""
    found: dict[str, dict[str, Any]] = {}
    for part in in_parts(plot_ids, _KEYS):
        mine = sa.and_(plot_version.c.workspace == workspace, plot_version.c.plot_id.in_(part))
        asked = sa.select(plot_version).where(mine).order_by(plot_version.c.number)
        found |= {row["plot_id"]: dict(row) for row in connection.execute(asked).mappings()}
    return found


def write_moves(
    connection: sa.Connection, workspace: str, moves: Iterable[Move], act: PlotAct
) -> None:
    """Write versions and what holds now.

    Parameters
    ----------
    connection
        In a transaction that writes.
    workspace
        Name of the workspace.
    moves
        Each plot once.
    act
        Who, why and of which act.
    """
    last = sa.select(plot_version.c.at).where(plot_version.c.workspace == workspace)
    before = connection.execute(last.order_by(plot_version.c.id.desc()).limit(1)).scalar()
    at = moment(connection, after=before)
    told = {"workspace": workspace, "act": act.id, "who": act.who, "at": at, "why": act.why,
            "undoes": act.undoes}  # fmt: skip
    for part in in_parts(moves, _ROWS):
        rows = [_version(one, told) for one in part]
        connection.execute(sa.insert(plot_version), rows)
        stand(connection, rows)
    renew_extent(connection, plot.name, plot.c.shape.name)


def _version(one: Move, told: Mapping[str, Any]) -> dict[str, Any]:
    held = one.record._asdict() if one.record else dict.fromkeys(Record._fields)
    return {**told, "plot_id": one.plot_id, "number": one.number, "what": one.what, **held}


def stand(connection: sa.Connection, versions: Sequence[Mapping[str, Any]]) -> None:
    """Write what holds now, after versions of which each is the newest of its plot."""
    gone = [_key(one) for one in versions if one["sha256"] is None]
    held = [one for one in versions if one["sha256"] is not None]
    # what was out may come back by an undo, and nothing is there to be changed
    there = _there(connection, [one for one in held if one["what"] != "add"])
    fresh = [_standing(one) for one in held if one["plot_id"] not in there]
    moved = [_standing(one) | _key(one) for one in held if one["plot_id"] in there]
    mine = sa.and_(
        plot.c.workspace == sa.bindparam("the_workspace"), plot.c.plot_id == sa.bindparam("the_id")
    )
    if gone:
        connection.execute(sa.delete(plot).where(mine), gone)
    if fresh:
        connection.execute(sa.insert(plot), fresh)
    if moved:
        now: dict[str, Any] = {name: sa.bindparam(name) for name in _MOVING}
        connection.execute(sa.update(plot).where(mine).values(**now), moved)


def _there(connection: sa.Connection, versions: Sequence[Mapping[str, Any]]) -> set[str]:
    found: set[str] = set()
    for part in in_parts(versions, _KEYS):
        ids = [one["plot_id"] for one in part]
        mine = sa.and_(plot.c.workspace == part[0]["workspace"], plot.c.plot_id.in_(ids))
        found |= set(connection.execute(sa.select(plot.c.plot_id).where(mine)).scalars())
    return found


def _key(row: Mapping[str, Any]) -> dict[str, str]:
    return {"the_workspace": row["workspace"], "the_id": row["plot_id"]}


def _standing(version: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "workspace": version["workspace"], "plot_id": version["plot_id"],
        "version": version["number"], "shape": version["wkb"],
        "attributes": version["attributes"], "sha256": version["sha256"],
        "changed_by": version["who"], "changed_at": version["at"],
    }  # fmt: skip


def rebuild(connection: sa.Connection, workspace: str, plot_ids: Iterable[str]) -> None:
    """Write what holds now of plots anew, from their versions.

    Parameters
    ----------
    connection
        In a transaction that writes.
    workspace
        Name of the workspace.
    plot_ids
        Those whose versions came by other ways than :func:`write_moves`.
    """
    for part in in_parts(plot_ids, _KEYS):
        found = newest(connection, workspace, part).values()
        stand(connection, [dict(row, what="change") for row in found])
    renew_extent(connection, plot.name, plot.c.shape.name)


def all_versions(connection: sa.Connection, workspace: str) -> Iterator[Mapping[str, Any]]:
    """Return all versions of a workspace, plot by plot, the oldest first."""
    asked = sa.select(plot_version).where(plot_version.c.workspace == workspace)
    order = asked.order_by(plot_version.c.plot_id, plot_version.c.number)
    for row in connection.execution_options(yield_per=_ROWS).execute(order).mappings():
        yield dict(row)
