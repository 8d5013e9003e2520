"""What is kept, found by key, name or id, and told as rows.

Something that was removed is found by its key only, and only for its history.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa

from platforms import messages
from platforms.errors import InputError
from platforms.planning.scenarios.record import Kept, Scenario
from platforms.store.sayings import alike
from platforms.store.schema import content, event, kept, standing
from platforms.units import printed

__all__ = ["Row", "headline", "listed", "open_one", "past", "refuse_taken", "seen"]

_NAMED = 5
_LISTED = (
    "key", "scenario_id", "name", "kind", "created_at", "author", "note", "locked", "parent",
    "sample", "headline", "version",
)  # fmt: skip
_PAST = ("at", "what", "who", "was", "became", "why")
# figures of each kind that are counted, not measured
_COUNTS = {"low_efficiency", "moved_firms", "unassigned_firms", "plots", "firms", "ranked"}
_SHOWN = {
    "run": ("reclaimable_mu", "low_efficiency", "net_mu"),
    "relocation": ("moved_firms", "moved_mu", "unassigned_firms"),
    "portfolio": ("land_mu", "target_mu", "plots"),
    "siting": ("best_score", "ranked"),
}


@dataclass(frozen=True)
class Row:
    """One that is kept, without its content."""

    key: str
    scenario_id: str
    name: str
    note: str
    author: str
    created_at: str
    locked: bool
    parent: str | None

    def kept(self, scenario: Scenario) -> Kept:
        """Return it with its content."""
        at = dt.datetime.fromisoformat(self.created_at)
        return Kept(
            scenario, self.name, self.note, self.author, at, self.locked, self.parent, self.key
        )


def _rows(workspace: str) -> sa.Select[Any]:
    both = kept.join(standing, kept.c.key == standing.c.key)
    chosen: sa.Select[Any] = (
        sa.select(
            kept.c.key, kept.c.scenario_id, standing.c.name, standing.c.note, kept.c.author,
            kept.c.created_at, standing.c.locked, kept.c.parent,
        )
        .select_from(both)
        .where(kept.c.workspace == workspace, standing.c.removed.is_(other=False))
        .order_by(kept.c.id)
    )  # fmt: skip
    return chosen


def seen(connection: sa.Connection, workspace: str, one: str) -> Row:
    """Return what is kept under a key, a name, or an id that only one has.

    Raises
    ------
    InputError
        Lists what there is, or those that an id stands for.
    """
    rows = [Row(**row._mapping) for row in connection.execute(_rows(workspace))]  # noqa: SLF001 public in SQLAlchemy
    for column in ("key", "name", "scenario_id"):
        found = [row for row in rows if getattr(row, column) == one]
        if len(found) == 1:
            return found[0]
        if found:
            names = [row.name for row in found]
            raise InputError("store.ambiguous", name=one, names=names)
    names = [row.name for row in rows[::-1]]
    if not names:
        raise InputError("store.nothing_kept", name=one, workspace=workspace)
    raise InputError("store.unknown", name=one, known=names[:_NAMED], count=len(names))


def open_one(connection: sa.Connection, workspace: str, one: str) -> Row:
    """Return what is kept and not locked.

    Raises
    ------
    InputError
        As `seen`, and when it is locked.
    """
    row = seen(connection, workspace, one)
    if row.locked:
        raise InputError("store.locked", name=row.name)
    return row


def refuse_taken(
    connection: sa.Connection, workspace: str, name: str, *, but: str | None = None
) -> None:
    """Refuse a name that something already has, whatever its case and width; ``but`` aside."""
    held = sa.select(standing.c.key, standing.c.name).where(
        standing.c.workspace == workspace, standing.c.removed.is_(other=False)
    )
    for key, known in connection.execute(held):
        if key != but and alike(known) == alike(name):
            raise InputError("store.name_taken", name=known)


def listed(connection: sa.Connection, workspace: str, kind: str | None) -> pd.DataFrame:
    """Return a row for each that is kept, the newest first."""
    query = _rows(workspace).add_columns(content.c.kind, content.c.record)
    query = query.join(content, content.c.scenario_id == kept.c.scenario_id)
    if kind is not None:
        query = query.where(content.c.kind == kind)
    rows = []
    for *plain, kind_of, record in reversed(connection.execute(query).all()):
        row, told = Row(*plain), json.loads(record)
        rows.append(
            {
                **vars(row), "kind": kind_of, "sample": bool(told["sample"]),
                "headline": headline(kind_of, told["figures"]), "version": told["version"],
            }
        )  # fmt: skip
    table = pd.DataFrame(rows, columns=list(_LISTED))
    table["created_at"] = pd.to_datetime(table["created_at"], utc=True, format="ISO8601")
    return table.astype({"locked": "bool", "sample": "bool"})


def past(connection: sa.Connection, workspace: str, one: str) -> pd.DataFrame:
    """Return the events of one, the oldest first; of one removed by its key."""
    held = sa.select(kept.c.key).where(kept.c.key == one, kept.c.workspace == workspace)
    key = connection.execute(held).scalar_one_or_none()
    if key is None:
        key = seen(connection, workspace, one).key
    told = sa.select(*(event.c[name] for name in _PAST)).where(event.c.key == key)
    rows = connection.execute(told.order_by(event.c.id)).all()
    table = pd.DataFrame([tuple(row) for row in rows], columns=list(_PAST))
    table["at"] = pd.to_datetime(table["at"], utc=True, format="ISO8601")
    return table


def headline(kind: str, figures: dict[str, float | None]) -> str:
    """Return the figures of a scenario in one line of the current language."""
    shown = {
        name: printed(figures.get(name), 0 if name in _COUNTS else 2)
        if kind != "siting" or name in _COUNTS
        else printed(figures.get(name), 4)
        for name in _SHOWN[kind]
    }
    return messages.text(f"store.headline.{kind}", None, **shown)
