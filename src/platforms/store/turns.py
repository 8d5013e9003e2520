"""Turns at a store: a connection that reads one moment, or a transaction that writes.

Who writes has the workspace for themselves. With ``rows`` an act says that it only changes rows
that are there, and locks those: on a server such acts run side by side, in a file they wait.
Whatever goes wrong takes the whole act back, and is told in words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

from platforms.errors import ConflictError, StoreError
from platforms.store.belonging import City, check, claim
from platforms.store.faults import told
from platforms.store.geopackage import connect_file, refuse_damaged
from platforms.store.members.asking import allow
from platforms.store.place import Place, ServerPlace, folder_of
from platforms.store.server import SNAPSHOT
from platforms.store.unmade import Unmade

__all__ = ["Turns", "Writing", "refuse_writing", "repeated"]

_OWN: Mapping[str, Any] = {}
_TRIES = 4
T = TypeVar("T")


class Writing(Protocol):
    """Opens a transaction for somebody to write in; see :meth:`Turns.writing`."""

    def __call__(
        self, by: str = "", deed: str = "write", *, rows: bool = False
    ) -> AbstractContextManager[sa.Connection]:
        """Open it."""


class Turns:
    """Turns of one workspace at its store.

    Parameters
    ----------
    workspace
        Name of the workspace.
    place
        The file or the server.
    engine
        The database.
    writable
        Whether it can be written to.
    unmade
        The place of a file that is not there yet; its first act makes it.
    city
        Of which city the workspace is; None where only its name is known.
    """

    def __init__(
        self, workspace: str, place: Place, engine: sa.Engine, *, writable: bool,
        unmade: Unmade | None = None, city: City | None = None,
    ) -> None:  # fmt: skip
        self.workspace = workspace
        self.place = place
        self.writable = writable
        self._engine = engine
        self._unmade = unmade
        self._city, self._marked = city, city is None
        self._reads = SNAPSHOT if isinstance(place, ServerPlace) else _OWN

    def refuse_other_city(self) -> None:
        """Refuse a workspace that is marked as of another city; one without a mark is read.

        Raises
        ------
        StoreError
            Names both cities, and the ways out.
        """
        if self._city is not None:
            with self.reading() as connection:
                self._marked = check(connection, self.workspace, self._city, self.place.name)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Open a connection that sees one moment."""
        try:
            with self._now().connect() as plain:
                yield plain.execution_options(**self._reads)
        except (sa.exc.DBAPIError, sa.exc.TimeoutError) as error:
            raise told(error, self.place) from None

    @contextmanager
    def writing(
        self, by: str = "", deed: str = "write", *, rows: bool = False
    ) -> Iterator[sa.Connection]:  # fmt: skip
        """Open a transaction; what was done in it is kept as a whole or not at all.

        Parameters
        ----------
        by
            Who writes; asked for where the workspace has members.
        deed
            What is done, as :mod:`platforms.store.members.asking` knows it.
        rows
            Only rows that are there are changed, and each is locked before it is read.

        Raises
        ------
        ConflictError
            When another act of the same moment stood in the way.
        StoreError
            When one may not write, or the database cannot.
        """
        refuse_writing(self.place, writable=self.writable)
        done = False
        try:
            with self._to_write() as engine, engine.connect() as plain:
                connection = plain.execution_options(
                    writes=True, rows=rows, workspace=self.workspace
                )
                with connection.begin():
                    if self._city is not None and not self._marked:
                        claim(connection, self.workspace, self._city, self.place.name)
                    allow(connection, self.workspace, by, deed)
                    yield connection
                    done = True
            self._marked = True
            self._now()
        except (sa.exc.DBAPIError, sa.exc.TimeoutError) as error:
            raise told(error, self.place, committing=done) from None

    def _now(self) -> sa.Engine:
        """Return the database, as soon as there is one."""
        if self._unmade is not None and self._unmade.path.exists():
            self._engine, self._unmade = connect_file(self._unmade.path)[0], None
        return self._engine

    def _to_write(self) -> AbstractContextManager[sa.Engine]:
        engine = self._now()
        if self._unmade is not None:
            return self._unmade.first_act()
        if isinstance(self.place, Path):
            refuse_damaged(engine, self.place)
        return nullcontext(engine)


def refuse_writing(place: Place, *, writable: bool) -> None:
    """Refuse to write into what can only be read.

    Raises
    ------
    StoreError
        Says whom to ask.
    """
    if not writable:
        entry = "server.read_only" if isinstance(place, ServerPlace) else "read_only"
        raise StoreError(f"store.{entry}", path=place.name, folder=folder_of(place))


def repeated(act: Callable[[], T]) -> T:
    """Do an act again that met another of the same moment and was taken back whole.

    Parameters
    ----------
    act
        Opens its own transaction, and may be done several times.

    Raises
    ------
    ConflictError
        When it met others each time.
    """
    for _ in range(_TRIES - 1):
        try:
            return act()
        except ConflictError as error:
            if error.key != "store.meanwhile":
                raise
    return act()
