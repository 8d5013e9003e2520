"""Which rows of which table belong to a workspace, and what makes two rows the same.

It is read from the tables themselves: a row names its workspace, or hangs on a row that does,
or is hung on by one. What only grows is told by strands: the entries of one subject in their
order. What stands follows from a strand. A number that a database gives out is never looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa

from platforms.store.schema import (
    FROZEN,
    TABLES,
    attachment,
    content,
    content_table,
    ledger_attachment,
    mark,
)

__all__ = ["CONTENT", "COPIED", "STANDINGS", "Standing"]
__all__ += ["counter_of", "key_of", "rows_of", "workspaces"]

_COUNTERS = ("number", "version")
_DIGEST_LETTERS = 64
# all but what a store says of itself
COPIED = tuple(table for table in TABLES if table is not mark)
# named by what it holds: the same name is the same content
CONTENT = frozenset({content, content_table, attachment})


class Standing(NamedTuple):
    """From which entries a table of what stands follows.

    Attributes
    ----------
    history
        Name of the table of the entries.
    by
        Columns that both have: entries of a row are those equal in them.
    subject
        Of the entries only those of this ``subject``.
    """

    history: str
    by: tuple[str, ...]
    subject: str | None = None


STANDINGS: Mapping[str, Standing] = {
    "scenario_standing": Standing("scenario_event", ("key",)),
    "ledger_plot": Standing("ledger_event", ("workspace", "key"), "plot"),
    "ledger_milestone": Standing("ledger_event", ("workspace", "key"), "milestone"),
    "ledger_attachment": Standing("ledger_event", ("workspace", "key"), "attachment"),
    "member": Standing("member_event", ("workspace", "key")),
    "plot": Standing("plot_version", ("workspace", "plot_id")),
}


@cache
def key_of(table: sa.Table) -> tuple[str, ...]:
    """Return the columns that name a row, or a strand of rows; none where each is by itself."""
    unique = _unique(table)
    counter = counter_of(table)
    if counter is not None:
        return unique[: unique.index(counter)]
    if unique:
        return unique
    return tuple(sorted(key.parent.name for key in table.foreign_keys))


@cache
def counter_of(table: sa.Table) -> str | None:
    """Return the column that counts the entries of a strand."""
    unique = _unique(table) if table in FROZEN else ()
    return next((name for name in _COUNTERS if name in unique), None)


def _unique(table: sa.Table) -> tuple[str, ...]:
    found = [one for one in table.constraints if isinstance(one, sa.UniqueConstraint)]
    named = [tuple(column.name for column in one.columns) for one in found]
    alone = [(column.name,) for column in table.columns if column.unique]
    # what counts the entries says more than a name of each
    counted = [one for one in named if table in FROZEN and set(one) & set(_COUNTERS)]
    return next(iter([*counted, *alone, *named]), ())


def rows_of(table: sa.Table, workspace: str | None) -> sa.ColumnElement[bool]:
    """Return what picks the rows of a workspace; without one all.

    Raises
    ------
    LookupError
        For a table that belongs to no workspace.
    """
    if workspace is None:
        return sa.true()
    if table is attachment:
        # content of files: the key of each that hangs on a plot begins with the digest
        begun = sa.func.substr(ledger_attachment.c.key, 1, _DIGEST_LETTERS)
        return table.c.sha256.in_(sa.select(begun).where(rows_of(ledger_attachment, workspace)))
    if "workspace" in table.c:
        return table.c.workspace == workspace
    for key in sorted(table.foreign_keys, key=lambda one: one.parent.name):
        owner = key.column.table
        return key.parent.in_(sa.select(key.column).where(rows_of(owner, workspace)))
    for other in TABLES:
        for key in other.foreign_keys:
            if key.column.table is table and "workspace" in other.c:
                used = sa.select(key.parent).where(other.c.workspace == workspace)
                return key.column.in_(used)
    raise LookupError(table.name)


def workspaces(connection: sa.Connection) -> list[str]:
    """Return the names of all workspaces that a store keeps something of."""
    found: set[str] = set()
    for table in COPIED:
        if "workspace" in table.c:
            found |= set(connection.execute(sa.select(table.c.workspace).distinct()).scalars())
    return sorted(found)
