"""What a store is: where, in which database, of which version, and how much it keeps."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from platforms.errors import StoreError
from platforms.store.keeping import Store
from platforms.store.place import Place
from platforms.store.schema import SCHEMA_VERSION, TABLES, mark

__all__ = ["StoreStatus", "refuse_older", "store_status"]


@dataclass(frozen=True)
class StoreStatus:
    """A store, as :func:`store_status` found it.

    Attributes
    ----------
    place
        The file or the server; its ``name`` holds no password.
    kind
        ``geopackage`` or ``postgis``.
    database
        The database and its version.
    version, known
        Version of the layout, and the newest that this program knows.
    writable
        Whether it can be written to.
    workspaces
        Names of the workspaces that have something in it.
    rows
        Rows by table, of all workspaces.
    """

    place: Place
    kind: str
    database: str
    version: int
    known: int
    writable: bool
    workspaces: tuple[str, ...]
    rows: dict[str, int]


def store_status(store: Store) -> StoreStatus:
    """Return what a store is.

    Parameters
    ----------
    store
        An opened store.

    Raises
    ------
    StoreError
        When it cannot be read.
    """
    with store._reading() as connection:  # noqa: SLF001 of the same room
        there = set(sa.inspect(connection).get_table_names())
        tables = [table for table in TABLES if table.name in there]
        rows = {
            table.name: connection.execute(
                sa.select(sa.func.count()).select_from(table)
            ).scalar_one()
            for table in tables
        }
        named = [table for table in tables if "workspace" in table.c]
        known = sa.union(*(sa.select(table.c.workspace) for table in named))
        workspaces = sorted(connection.execute(known).scalars())
        return StoreStatus(
            store.path, _kind(connection), _database(connection), _version(connection),
            SCHEMA_VERSION, store.writable, tuple(workspaces), rows,
        )  # fmt: skip


def refuse_older(store: Store) -> None:
    """Refuse a file that lacks tables and may not be given them, before all is read.

    Parameters
    ----------
    store
        An opened store; a server is brought up to date, or refused, when it is opened.

    Raises
    ------
    StoreError
        When its layout is older than what this program knows.
    """
    if store.writable:
        return
    with store._reading() as connection:  # noqa: SLF001 of the same room
        version = _version(connection)
    if version < SCHEMA_VERSION:
        fields = {"version": version, "known": SCHEMA_VERSION}
        raise StoreError("store.older", path=store.path.name, **fields)


def _version(connection: sa.Connection) -> int:
    version = sa.select(mark.c.value).where(mark.c.name == "schema_version")
    return int(connection.execute(version).scalar_one())


def _kind(connection: sa.Connection) -> str:
    return "geopackage" if connection.dialect.name == "sqlite" else "postgis"


def _database(connection: sa.Connection) -> str:
    run = connection.exec_driver_sql
    if connection.dialect.name == "sqlite":
        return f"SQLite {run('SELECT sqlite_version()').scalar_one()}"
    postgis = run("SELECT extversion FROM pg_extension WHERE extname = 'postgis'").scalar()
    return f"PostgreSQL {run('SHOW server_version').scalar_one()}, PostGIS {postgis or '—'}"
