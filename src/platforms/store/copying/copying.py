"""Copying a workspace from one store to another: what is lacking is added, or nothing is.

All is written in one transaction of the target. Whose strands went apart is told, field by
field, and then nothing is written: neither side is passed over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from platforms.errors import ConflictError, InputError
from platforms.store.belonging import carry
from platforms.store.copying.comparing import Comparison, compared, rows_by_id
from platforms.store.copying.scope import COPIED, counter_of, key_of
from platforms.store.copying.strands import Key, content_hash
from platforms.store.keeping import Store
from platforms.store.ledger.fields import signed
from platforms.store.plots.versions import in_parts, rebuild
from platforms.store.schema import TABLES, plot_version
from platforms.store.status import refuse_older

__all__ = ["StoreCopied", "copy_store", "fill", "numbered_rows", "refuse_two"]

_NAMED, _ROWS = 5, 500


@dataclass(frozen=True)
class StoreCopied:
    """What was copied.

    Attributes
    ----------
    workspace
        Its name.
    source, target
        Names of the stores; no password.
    rows
        How many rows were added, by table; tables without are not named.
    ahead
        How many entries only the target has, by table.
    same
        Whether both stores now keep the same of the workspace.
    content
        The hash of what the target keeps of it.
    dry_run
        Whether nothing was written.
    """

    workspace: str
    source: str
    target: str
    rows: Mapping[str, int]
    ahead: Mapping[str, int]
    same: bool
    content: str
    dry_run: bool


def copy_store(source: Store, target: Store, *, by: str, dry_run: bool = False) -> StoreCopied:
    """Copy what a store keeps of a workspace into another store.

    Scenarios, positions, the ledger with its files and milestones, plots, members and the
    journal, each with its whole history. A history of one store that goes on in the other is
    carried on; numbers and words stay as they are.

    Parameters
    ----------
    source, target
        Stores of one workspace.
    by
        Who does it. Where the target has members, an approver.
    dry_run
        Only say what would be done.

    Raises
    ------
    ConflictError
        When histories went apart; ``fields["conflicts"]`` tells each field, who wrote it on
        either side and when. Nothing is written.
    InputError
        When both are one store, or of two workspaces.
    StoreError
        When the target cannot be written to, or this person may not.
    """
    refuse_two(source, target)
    who, name = signed(by), source.workspace
    opened = target.turns.reading() if dry_run else target.turns.writing(who, "others")
    with source.turns.reading() as reading, opened as connection:
        carry(reading, connection, name, target.path.name, write=not dry_run)
        found = compared(reading, connection, name)
        _refuse(found, source, target)
        if not dry_run:
            fill(reading, connection, found)
        rows = {table: len(ids) for table, ids in found.lacking.items()}
        content = content_hash(connection, name)
        same = content_hash(reading, name) == content
    return StoreCopied(
        name, source.path.name, target.path.name, rows, found.ahead, same, content, dry_run
    )


def refuse_two(source: Store, target: Store) -> None:
    """Refuse two stores that are one, or of two workspaces, or a source that is too old.

    Raises
    ------
    InputError
        When both are one store, or of two workspaces.
    StoreError
        When the source is of an older version.
    """
    if source.workspace != target.workspace:
        raise InputError("copying.other", source=source.workspace, target=target.workspace)
    if source.path == target.path:
        raise InputError("copying.same", path=source.path.name)
    refuse_older(source)


def _refuse(found: Comparison, source: Store, target: Store) -> None:
    if not found.apart:
        return
    # in front of an entry of the ledger stands what it is of, in no language of the user's
    names = list(
        dict.fromkeys(
            one["key"].partition(" ")[2] if one["table"] == "ledger_event" else one["key"]
            for one in found.apart
        )
    )
    who = list(dict.fromkeys(one["who"] for one in found.apart if one["who"]))
    raise ConflictError(
        "copying.apart", names=names[:_NAMED], count=len(names), who=who,
        source=source.path.name, target=target.path.name, conflicts=found.apart,
    )  # fmt: skip


def fill(source: sa.Connection, target: sa.Connection, found: Comparison) -> None:
    """Write what a store lacks.

    Parameters
    ----------
    source
        Where to read.
    target
        In a transaction that writes.
    found
        What the target lacks, nothing of it apart.
    """
    moved: dict[str, list[str]] = {}
    for table in COPIED:
        for part in in_parts(found.lacking.get(table.name, []), _ROWS):
            rows = numbered_rows(source, table, part, found.numbered.get(table.name, {}))
            target.execute(sa.insert(table), rows)
            if table is plot_version:
                for row in rows:
                    moved.setdefault(row["workspace"], []).append(row["plot_id"])
    for table in TABLES:
        for keys in in_parts(found.standing.get(table.name, []), _ROWS):
            _stand(source, target, table, keys)
    for workspace, ids in moved.items():
        rebuild(target, workspace, dict.fromkeys(ids))


def numbered_rows(
    source: sa.Connection, table: sa.Table, ids: Sequence[int], places: Mapping[int, int]
) -> list[dict[str, Any]]:
    """Return rows as another store takes them, those with a new place at that place."""
    counter = counter_of(table)
    return [
        _bare(row) | ({counter: places[row["id"]]} if counter and row["id"] in places else {})
        for row in rows_by_id(source, table, ids)
    ]


def _bare(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id"}


def _stand(
    source: sa.Connection, target: sa.Connection, table: sa.Table, keys: Sequence[Key]
) -> None:
    """Write how rows stand now, as in the source."""
    named = key_of(table)
    mine = sa.tuple_(*(table.c[name] for name in named)).in_([tuple(key) for key in keys])
    asked = sa.select(table).where(mine).order_by(table.c.id)
    rows = [_bare(dict(row)) for row in source.execute(asked).mappings()]
    known = sa.select(*(table.c[name] for name in named)).where(mine)
    there = {tuple(row) for row in target.execute(known)}
    key_of_row = [tuple(row[name] for name in named) for row in rows]
    fresh = [row for row, key in zip(rows, key_of_row, strict=True) if key not in there]
    old = [row for row, key in zip(rows, key_of_row, strict=True) if key in there]
    if fresh:
        target.execute(sa.insert(table), fresh)
    if old:
        this = sa.and_(*(table.c[name] == sa.bindparam(f"its_{name}") for name in named))
        now: dict[str, Any] = {
            name: sa.bindparam(name) for name in old[0] if name not in named
        }  # fmt: skip
        found = [row | {f"its_{name}": row[name] for name in named} for row in old]
        target.execute(sa.update(table).where(this).values(**now), found)
