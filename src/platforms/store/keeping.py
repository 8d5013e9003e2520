"""What is kept of a workspace: scenarios, what they are called, and who said what when.

A scenario that was kept is never changed. Its name, note and lock are what people say about
it: each such word is an event that stays, and what holds now is written in the same
transaction. Removing hides; history stays. Every write is one transaction.
"""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from platforms import messages
from platforms.errors import InputError
from platforms.planning.scenarios.record import Kept, Scenario
from platforms.store import exchange, finding, recording, sayings
from platforms.store.belonging import City
from platforms.store.frames import scenario_from
from platforms.store.journal import Journal
from platforms.store.ledger.ledger import Ledger
from platforms.store.members.asking import allow_on
from platforms.store.members.members import Members
from platforms.store.place import Place
from platforms.store.plots.plots import StoredPlots
from platforms.store.positions import Positions
from platforms.store.schema import content, content_table
from platforms.store.turns import Turns, refuse_writing
from platforms.store.unmade import Unmade

__all__ = ["Store"]


class Store:
    """Scenarios of a workspace; opened by :func:`platforms.open_store`.

    Where a method takes an ``id``, it is the key of what is kept, or its name, or the
    scenario's own id where only one has it.

    Parameters
    ----------
    workspace
        Name of the workspace.
    path
        The file, or the server; its ``name`` holds no password.
    engine
        The database.
    writable
        Whether it can be written to.
    unmade
        The place of a file that is not there yet.
    city
        Of which city the workspace is; None where only its name is known.
    """

    def __init__(
        self, workspace: str, path: Place, engine: sa.Engine, *, writable: bool,
        unmade: Unmade | None = None, city: City | None = None,
    ) -> None:  # fmt: skip
        self.workspace = workspace
        self.path = path
        self.writable = writable
        turns = self.turns = Turns(
            workspace, path, engine, writable=writable, unmade=unmade, city=city
        )
        self._engine = engine
        self._reading, self._writing = turns.reading, turns.writing

    def __repr__(self) -> str:
        """Name the workspace and the file or server."""
        return f"Store({self.workspace!r}, {self.path.name!r})"

    @property
    def positions(self) -> Positions:
        """Positions that users gave in the place of those of the workspace's files."""
        return Positions(self.workspace, self._reading, self._writing)

    @property
    def plots(self) -> StoredPlots:
        """Plots with every version of each."""
        return StoredPlots(self.workspace, reading=self._reading, writing=self._writing)

    @property
    def members(self) -> Members:
        """Who may do what; without members the store is in single-user mode."""
        return Members(self.workspace, reading=self._reading, writing=self._writing)

    @property
    def journal(self) -> Journal:
        """Who brought which file in, who took what out, and who signed in."""
        return Journal(self.workspace, reading=self._reading, writing=self._writing)

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger: how each plot stands, and who changed it."""
        return Ledger(self.workspace, reading=self._reading, writing=self._writing)

    def check_name(self, name: str) -> str:
        """Return a name as it would be kept; said before a long computation, not after it.

        Raises
        ------
        InputError
            For a name that is empty, too long or taken.
        StoreError
            When the store cannot be written to.
        """
        called = sayings.called(name)
        refuse_writing(self.path, writable=self.writable)
        with self._reading() as connection:
            finding.refuse_taken(connection, self.workspace, called)
        return called

    def keep(
        self, scenario: Scenario, *, name: str, author: str = "", note: str = "",
        parent: str | None = None,
    ) -> Kept:  # fmt: skip
        """Keep a scenario under a name.

        Parameters
        ----------
        scenario
            What :func:`platforms.scenario_of` made, of this workspace.
        name
            What to call it; stands once in a workspace, at most 200 letters.
        author, note
            Who keeps it, and what is said about it.
        parent
            What it follows; None for nothing.

        Returns
        -------
        kept
            With its key.

        Raises
        ------
        InputError
            For a name that is empty, too long or taken, or a scenario of another workspace.
        StoreError
            When the store cannot be written to.
        """
        called = sayings.called(name)
        if scenario.workspace != self.workspace:
            raise InputError(
                "store.other_workspace", workspace=self.workspace, other=scenario.workspace
            )
        # what takes long is made before the store is held
        made = recording.content_of(scenario)
        with self._writing(author) as connection:
            origin = None if parent is None else finding.seen(connection, self.workspace, parent)
            recording.add_content(connection, made)
            key = recording.add_kept(
                connection, self.workspace, scenario.scenario_id,
                recording.Words(called, author, note),
                what="keep", parent=None if origin is None else origin.key,
            )  # fmt: skip
        return self.kept(key)

    def scenarios(self, kind: str | None = None) -> pd.DataFrame:
        """List what is kept, the newest first; what was removed is not there.

        Parameters
        ----------
        kind
            Only ``run``, ``relocation``, ``portfolio`` or ``siting``.

        Returns
        -------
        scenarios
            ``key``, ``scenario_id``, ``name``, ``kind``, ``created_at`` (UTC), ``author``,
            ``note``, ``locked``, ``parent`` (key), ``sample``, ``headline`` (in the current
            language), ``version``.
        """
        with self._reading() as connection:
            return finding.listed(connection, self.workspace, kind)

    def kept(self, id: str) -> Kept:  # noqa: A002 the word of the command line
        """Return what is kept, its tables read and their hashes checked.

        Raises
        ------
        InputError
            When nothing is called so, or the id stands for several.
        StoreError
            When what was kept has been changed by other means.
        """
        with self._reading() as connection:
            row = finding.seen(connection, self.workspace, id)
            mine = content_table.c.scenario_id == row.scenario_id
            found = connection.execute(
                sa.select(content_table.c.name, content_table.c.parquet).where(mine)
            ).all()
            record = connection.execute(
                sa.select(content.c.record).where(content.c.scenario_id == row.scenario_id)
            ).scalar_one()
        return row.kept(
            scenario_from(record, dict(tuple(pair) for pair in found), path=self.path.name)
        )

    def rename(self, id: str, name: str, *, by: str = "", why: str = "") -> None:  # noqa: A002
        """Call it something else."""
        called = sayings.called(name)
        with self._writing(by) as connection:
            row = finding.open_one(connection, self.workspace, id)
            if called == row.name:
                return
            finding.refuse_taken(connection, self.workspace, called, but=row.key)
            recording.say(connection, row.key, "rename", by, was=row.name, became=called, why=why)
            recording.stand(connection, row.key, name=called)

    def annotate(self, id: str, note: str, *, by: str = "", why: str = "") -> None:  # noqa: A002
        """Say something about it; the note before stays in the history."""
        said = sayings.said(note)
        with self._writing(by) as connection:
            row = finding.open_one(connection, self.workspace, id)
            recording.say(connection, row.key, "note", by, was=row.note, became=said, why=why)
            recording.stand(connection, row.key, note=said)

    def lock(self, id: str, *, by: str = "", why: str = "") -> None:  # noqa: A002
        """Lock it: it can be neither renamed, annotated nor removed."""
        self._set_lock(id, by=by, why=why, locked=True)

    def unlock(self, id: str, *, by: str = "", why: str = "") -> None:  # noqa: A002
        """Unlock it."""
        self._set_lock(id, by=by, why=why, locked=False)

    def copy(self, id: str, name: str, *, by: str = "", why: str = "") -> Kept:  # noqa: A002
        """Keep the same content under another name, with a history of its own.

        Returns
        -------
        kept
            Its ``parent`` is the key of what it was copied from.
        """
        called = sayings.called(name)
        with self._writing(by) as connection:
            row = finding.seen(connection, self.workspace, id)
            key = recording.add_kept(
                connection, self.workspace, row.scenario_id,
                recording.Words(called, by, row.note), what="copy", parent=row.key, why=why,
            )  # fmt: skip
        return self.kept(key)

    def remove(self, id: str, *, by: str = "", why: str = "") -> None:  # noqa: A002
        """Take it out of sight; its content and history stay in the store."""
        with self._writing(by) as connection:
            row = finding.open_one(connection, self.workspace, id)
            allow_on(connection, self.workspace, by, owner=row.author)
            recording.say(connection, row.key, "remove", by, was=row.name, became=None, why=why)
            recording.stand(connection, row.key, removed=True)

    def history(self, id: str) -> pd.DataFrame:  # noqa: A002
        """Return what was done, the oldest first; of what was removed, by its key.

        Returns
        -------
        history
            ``at`` (UTC), ``what`` (keep, copy, bring, rename, note, lock, unlock, remove),
            ``who``, ``was``, ``became``, ``why``.
        """
        with self._reading() as connection:
            return finding.past(connection, self.workspace, id)

    def export(
        self, id: str, path: str | os.PathLike[str], *, overwrite: bool = False  # noqa: A002
    ) -> Path:  # fmt: skip
        """Write it into one zip file; see :mod:`platforms.store.exchange`."""
        return exchange.write_zip(self.kept(id), self.history(id), path, overwrite=overwrite)

    def bring(self, path: str | os.PathLike[str], *, name: str | None = None, by: str = "") -> Kept:
        """Keep what :meth:`export` wrote, every hash checked.

        The hashes prove the content only. Name, note and author are words of the file that
        anybody can write: its author is named in the note as the file states it, who brings
        it is the author here, and the history begins anew.

        Parameters
        ----------
        path
            The zip file.
        name
            What to call it; default as it was called.
        by
            Who brings it.
        """
        came = exchange.read_zip(path)
        if came.scenario.workspace != self.workspace:
            raise InputError(
                "store.other_workspace", workspace=self.workspace, other=came.scenario.workspace
            )
        stated = {"author": came.author or "—", "name": came.name, "file": Path(path).name}
        words = messages.text("store.as_stated", None, **stated)
        made = self.keep(
            came.scenario, name=name or came.name, author=by,
            note=f"{came.note}\n{words}".strip(),
        )  # fmt: skip
        with self._writing(by) as connection:
            recording.say(
                connection, made.key, "bring", by, was=came.key, became=Path(path).name, why=words
            )
        return made

    def _set_lock(self, one: str, *, by: str, why: str, locked: bool) -> None:
        with self._writing(by) as connection:
            row = finding.seen(connection, self.workspace, one)
            if row.locked != locked:
                if not locked:
                    allow_on(connection, self.workspace, by, owner=row.author)
                recording.say(connection, row.key, "lock" if locked else "unlock", by, why=why)
                recording.stand(connection, row.key, locked=locked)
