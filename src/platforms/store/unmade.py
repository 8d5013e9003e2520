"""A store whose file is not there yet: it is read as empty, and its first act makes it.

Who only looks leaves nothing behind. The first act is written into a file beside the place, in
the turn of the folder, and that file gets its name when all is written: an act that fails on
the way, for want of room for instance, leaves no empty store.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from platforms import messages
from platforms.errors import StoreError
from platforms.geo.hidden_folder import hidden_folder
from platforms.store.faults import told
from platforms.store.geopackage import connect_file, fill_file, fill_tables, new_engine
from platforms.store.queue_of_writers import patience, take_turn
from platforms.store.spatial import add_functions

__all__ = ["Unmade"]

_LOCK = threading.Lock()
_LOG = logging.getLogger("platforms.store")


class Unmade:
    """The place of a file that is not there.

    Parameters
    ----------
    path
        Where it will lie.

    Raises
    ------
    StoreError
        When what should be a folder on the way is a file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        folder = next((one for one in path.parents if one.exists()), path.parent)
        if not folder.is_dir():
            raise StoreError("store.no_folder", path=path.name, folder=str(folder))
        self.writable = os.access(folder, os.W_OK)
        self.engine = sa.create_engine(
            "sqlite+pysqlite://", creator=_nothing, poolclass=NullPool
        )  # fmt: skip

    @contextmanager
    def first_act(self) -> Iterator[sa.Engine]:
        """Open a database for the first act, and make it the store when all is written.

        Where another program made the store meanwhile, it is that one.

        Raises
        ------
        StoreError
            When the folder cannot be made or written to, or the disk is full.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise told(error, self.path, making=True) from None
        wait = patience()
        turn = take_turn(self.path.parent, wait)
        try:
            if not self.path.exists():
                yield from self._filled(wait)
                return
        finally:
            if turn is not None:
                turn.end()
        yield connect_file(self.path)[0]

    def _filled(self, wait: float) -> Iterator[sa.Engine]:
        """Give a name to a file beside the place when what is done meanwhile went well."""
        acting = False
        try:
            with hidden_folder(self.path.parent) as folder:
                made = folder / self.path.name
                fill_file(made, wait)
                engine = new_engine(made, wait, self.path)
                acting = True
                yield engine
                acting = False
                engine.dispose()
                with closing(sqlite3.connect(made)) as plain:
                    plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                os.link(made, self.path)
                _settle(self.path.parent)
        except (OSError, sqlite3.Error) as error:
            if acting:
                raise
            raise told(error, self.path, making=True) from None
        # the command line says it on
        _LOG.info(messages.text("store.made", None, path=str(self.path)))


def _settle(folder: Path) -> None:
    """Have the name of a new file written to the disk, where the system can be asked to."""
    with suppress(OSError):
        place = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(place)
        finally:
            os.close(place)


def _nothing() -> sqlite3.Connection:
    """Return an empty store in memory."""
    made = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    with _LOCK:
        _template().backup(made)
    add_functions(made)
    return made


@cache
def _template() -> sqlite3.Connection:
    plain = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    add_functions(plain)
    engine = sa.create_engine(
        "sqlite+pysqlite://", creator=lambda: plain, poolclass=sa.pool.StaticPool
    )
    with engine.begin() as connection:
        fill_tables(connection)
    return plain
