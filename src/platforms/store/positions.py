"""Positions that users gave, with their history: an entry is added and none is changed.

Each entry holds all that is true of a feature from then on. An undo is an entry as well: it
takes back the newest that still holds and gives what held before, in the end the position of
the workspace's files. Entries of a feature are numbered, so that of two who write at once one
is told what the other did.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any

import pandas as pd
import shapely
import sqlalchemy as sa

from platforms.errors import InputError, StoreError
from platforms.layers.positions import Position, PositionSet
from platforms.store.members.asking import allow_on
from platforms.store.moments import moment
from platforms.store.position_rules import (
    checked_position,
    plain_words,
    refuse_older,
    refuse_passing,
    was_undone,
)
from platforms.store.schema import has_tables
from platforms.store.schema import position_entry as entry
from platforms.store.turns import Writing

__all__ = ["HISTORY_COLUMNS", "Positions"]

HISTORY_COLUMNS = (
    "key", "at", "what", "who", "layer", "feature_id", "number", "basis", "accuracy_m",
    "author", "stated", "source", "why", "undoes", "holds",
)  # fmt: skip
_Turn = Callable[[], AbstractContextManager[sa.Connection]]


class Positions:
    """Positions kept of a workspace; see :attr:`platforms.Store.positions`.

    Parameters
    ----------
    workspace
        Name of the workspace.
    reading, writing
        Open a connection to read with, and a transaction for somebody to write in.
    """

    def __init__(self, workspace: str, reading: _Turn, writing: Writing) -> None:
        self.workspace = workspace
        self._reading = reading
        self._writing = writing

    def mark(self) -> str:
        """Return what changes with each entry, without reading the shapes."""
        with self._reading() as connection:
            if not _there(connection):
                return ""
            newest = sa.select(sa.func.max(entry.c.id), sa.func.count()).where(self._mine())
            last, count = connection.execute(newest).one()
        return f"{last}-{count}" if count else ""

    def current(self) -> PositionSet:
        """Return the positions that hold now.

        Raises
        ------
        StoreError
            When an entry was changed by other means.
        """
        with self._reading() as connection:
            if not _there(connection):
                return PositionSet(self.workspace)
            last = (
                sa.select(sa.func.max(entry.c.id))
                .where(self._mine())
                .group_by(entry.c.layer, entry.c.feature_id)
            )
            rows = connection.execute(sa.select(entry).where(entry.c.id.in_(last))).all()
            known = self._known(connection)
        positions = tuple(_position(row) for row in rows if row.wkb is not None)
        follows = {one.key: known[one.key] for one in positions}
        return PositionSet(self.workspace, positions, follows)

    def history(self, layer: str | None = None, feature_id: str | None = None) -> pd.DataFrame:
        """Return what was done, the oldest first.

        Parameters
        ----------
        layer, feature_id
            Only of this layer, of this feature.

        Returns
        -------
        history
            ``HISTORY_COLUMNS``: ``at`` (UTC), ``what`` (set, bring, undo), ``who`` entered it
            and ``why``, what holds from then on (``basis`` missing: the position of the
            files), ``undoes`` (key of the entry that was taken back), and ``holds``: whether
            it says what is true now.
        """
        wanted = sa.select(entry).where(self._mine()).order_by(entry.c.id)
        if layer is not None:
            wanted = wanted.where(entry.c.layer == layer)
        if feature_id is not None:
            wanted = wanted.where(entry.c.feature_id == feature_id)
        with self._reading() as connection:
            rows = connection.execute(wanted).all() if _there(connection) else []
        newest = {(row.layer, row.feature_id): row.id for row in rows}
        told = [
            {**row._mapping, "holds": newest[row.layer, row.feature_id] == row.id}  # noqa: SLF001
            for row in rows
        ]
        table = pd.DataFrame(told, columns=list(HISTORY_COLUMNS))
        table["at"] = pd.to_datetime(table["at"], utc=True)
        table["accuracy_m"] = table["accuracy_m"].astype("float64")
        return table

    def newest(self, layer: str, feature_id: str) -> str:
        """Return the key of a feature's newest entry; empty where there is none."""
        with self._reading() as connection:
            last = self._last(connection, layer, feature_id) if _there(connection) else None
        return "" if last is None else str(last.key)

    def place(
        self, position: Position, *, by: str, why: str = "", after: str | None = None
    ) -> str:  # fmt: skip
        """Put a feature where it is.

        Parameters
        ----------
        position
            The boundary with its author, source, day, basis and accuracy.
        by
            Who enters it.
        why
            A remark.
        after
            Key of the newest entry that the writer has seen, empty for none; an entry made
            meanwhile by somebody else is then not passed over, and the same said again by the
            same person (a button pressed twice) adds none. None does not ask.

        Returns
        -------
        key
            Of the entry.

        Raises
        ------
        InputError
            When author, source or day are missing, the shape is no polygon, or somebody else
            was quicker.
        StoreError
            When the store cannot be written to.
        """
        checked = checked_position(position)
        with self._writing(by) as connection:
            last = self._last(connection, *checked.key)
            told = (checked.sha256, plain_words(by), plain_words(why))
            if after is not None and last is not None and told == (last.sha256, last.who, last.why):
                return str(last.key)
            refuse_passing(last, after)
            return self._add(connection, last, "set", checked, checked.key, by=by, why=why)

    def undo(
        self, layer: str, feature_id: str, *, by: str, why: str = "", after: str | None = None
    ) -> str:  # fmt: skip
        """Take back the newest entry that holds; what held before it holds again.

        Parameters
        ----------
        layer, feature_id
            The feature.
        by, why
            Who takes it back, and why.
        after
            As :meth:`place` has it.

        Raises
        ------
        InputError
            When nothing is left to take back, or somebody else was quicker.
        """
        key = (layer, feature_id)
        with self._writing(by) as connection:
            rows = connection.execute(
                sa.select(entry).where(self._mine(), *_is(*key)).order_by(entry.c.id)
            ).all()
            last: Any = rows[-1] if rows else None
            if was_undone(rows, after) and (last.who, last.why) == (
                plain_words(by),
                plain_words(why),
            ):
                return str(last.key)
            refuse_passing(last, after)
            standing: list[Any] = []
            for row in rows:
                if row.what == "undo":
                    standing = [one for one in standing if one.key != row.undoes]
                else:
                    standing.append(row)
            if not standing:
                raise InputError("positions.nothing_to_undo", feature=feature_id)
            taken = standing.pop()
            allow_on(connection, self.workspace, by, owner=taken.who)
            before = _position(standing[-1]) if standing else None
            return self._add(
                connection, last, "undo", before, key, by=by, why=why, undoes=taken.key
            )

    def bring(
        self, positions: Iterable[Position], *, by: str, why: str = "", replace: bool = False
    ) -> list[str]:  # fmt: skip
        """Take a change set, all of it or nothing; what already holds adds no entry.

        Parameters
        ----------
        positions
            As :func:`platforms.import_positions` gives them.
        by, why
            Who brings them, and why.
        replace
            Put them in the place of positions that the change set does not know of.

        Returns
        -------
        keys
            Of the entries made.

        Raises
        ------
        InputError, StoreError
            As :meth:`place`; InputError too for a change set that is older than what holds, or
            does not know of it, unless it may replace that.
        """
        checked = [checked_position(one) for one in positions]
        follows = positions.follows if isinstance(positions, PositionSet) else {}
        made = []
        with self._writing(by) as connection:
            known = self._known(connection)
            for one in checked:
                last = self._last(connection, *one.key)
                if last is None or last.sha256 != one.sha256:
                    if not replace:
                        seen = follows.get(one.key, frozenset())
                        refuse_older(last, one, seen, known.get(one.key, frozenset()))
                    made.append(self._add(connection, last, "bring", one, one.key, by=by, why=why))
        return made

    def _known(self, connection: sa.Connection) -> dict[tuple[str, str], frozenset[str]]:
        """Return the hashes of all positions that a feature had."""
        wanted = sa.select(entry.c.layer, entry.c.feature_id, entry.c.sha256).where(
            self._mine(), entry.c.sha256.is_not(None)
        )
        found: dict[tuple[str, str], set[str]] = {}
        for row in connection.execute(wanted):
            found.setdefault((row.layer, row.feature_id), set()).add(row.sha256)
        return {key: frozenset(hashes) for key, hashes in found.items()}

    def _mine(self) -> sa.ColumnElement[bool]:
        return entry.c.workspace == self.workspace

    def _last(self, connection: sa.Connection, layer: str, feature_id: str) -> Any:  # noqa: ANN401 a row
        wanted = sa.select(entry).where(self._mine(), *_is(layer, feature_id))
        return connection.execute(wanted.order_by(entry.c.id.desc()).limit(1)).first()

    def _add(
        self, connection: sa.Connection, last: Any, what: str, position: Position | None,  # noqa: ANN401
        of: tuple[str, str], *, by: str, why: str, undoes: str | None = None,
    ) -> str:  # fmt: skip
        key = uuid.uuid4().hex[:12]
        held: dict[str, object] = {}
        if position is not None:
            held = {
                name: getattr(position, name)
                for name in ("basis", "accuracy_m", "author", "stated", "source", "sha256")
            }
            held["wkb"] = shapely.to_wkb(position.shape, byte_order=1)
        connection.execute(
            sa.insert(entry).values(
                key=key, workspace=self.workspace, layer=of[0], feature_id=of[1], what=what,
                number=1 if last is None else last.number + 1, undoes=undoes, who=plain_words(by),
                at=moment(connection, after=None if last is None else last._mapping["at"]),  # noqa: SLF001 the row as a mapping
                why=plain_words(why), **held,
            )
        )  # fmt: skip
        return key


def _there(connection: sa.Connection) -> bool:
    """Say whether the store has the table: an old one that is read-only has not."""
    return has_tables(connection, entry)


def _is(layer: str, feature_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return entry.c.layer == layer, entry.c.feature_id == feature_id


def _position(row: Any) -> Position:  # noqa: ANN401 a row
    made = Position(
        layer=row.layer, feature_id=row.feature_id, shape=shapely.from_wkb(row.wkb),
        basis=row.basis, accuracy_m=row.accuracy_m, author=row.author, source=row.source,
        stated=row.stated,
    )  # fmt: skip
    if made.sha256 != row.sha256:
        raise StoreError("positions.changed", feature=row.feature_id)
    return made
