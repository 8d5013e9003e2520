"""A store as one GeoPackage: all that only SQLite has, and nothing else.

The file is made whole beside its place and then linked there, so a half-made store is never
seen. Its tables are registered as attributes, and QGIS opens it. Writing is ahead (WAL): those
who read do not wait for one who writes, and what was not committed when a process was killed
is gone without trace. Triggers keep what must not change.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from platforms.errors import StoreError
from platforms.geo.hidden_folder import hidden_folder
from platforms.store.faults import told, whose_faults
from platforms.store.queue_of_writers import patience, take_turn
from platforms.store.schema import (
    FROZEN,
    SCHEMA_VERSION,
    TABLES,
    has_tables,
    mark,
    metadata,
    plot,
)
from platforms.store.spatial import add_functions, add_layer

__all__ = ["connect_file", "fill_file", "fill_tables", "make_file", "new_engine", "refuse_damaged"]

_APPLICATION = 0x47504B47
_VERSION = 10300
_TURN = "turn"
# bytes of a file that is looked through before the first writing: about half a second's work
_LOOKED_AT = 200_000_000
_SOUND: set[tuple[int, int]] = set()
_OPENED = "SELECT 1 FROM store_mark LIMIT 1"
# a GeoPackage calls numbers of 32 bits FLOAT; files of earlier versions call ours so
_CALLED_NARROW = "type = 'table' AND name IN ({names}) AND sql LIKE '% FLOAT%'".format(
    names=", ".join(f"'{table.name}'" for table in TABLES)
)
_NARROW = f"SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE {_CALLED_NARROW})"  # noqa: S608 ours
_WIDEN = f"UPDATE sqlite_master SET sql = replace(sql, ' FLOAT', ' DOUBLE') WHERE {_CALLED_NARROW}"  # noqa: S608

_STANDARD = (
    """CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,
    organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL,
    definition TEXT NOT NULL, description TEXT)""",
    """CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,
    identifier TEXT UNIQUE, description TEXT DEFAULT '', last_change DATETIME NOT NULL
    DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), min_x DOUBLE, min_y DOUBLE, max_x DOUBLE,
    max_y DOUBLE, srs_id INTEGER REFERENCES gpkg_spatial_ref_sys(srs_id))""",
    # GDAL takes a file without it for one of rasters
    """CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL REFERENCES
    gpkg_contents(table_name), column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
    srs_id INTEGER NOT NULL REFERENCES gpkg_spatial_ref_sys(srs_id), z TINYINT NOT NULL,
    m TINYINT NOT NULL, PRIMARY KEY (table_name, column_name), UNIQUE (table_name))""",
    """INSERT INTO gpkg_spatial_ref_sys VALUES
    ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', NULL),
    ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', NULL),
    ('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",
    SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],
    UNIT["degree",0.0174532925199433]]', NULL)""",
)
_KEEP = """CREATE TRIGGER {table}_no_{deed} BEFORE {deed} ON {table}
BEGIN SELECT RAISE(ABORT, 'what is kept does not change'); END"""


def make_file(path: Path) -> None:
    """Make an empty store at a place where nothing is.

    Raises
    ------
    StoreError
        When the folder cannot be made or written to, or the disk is full.
    """
    wait = patience()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with hidden_folder(path.parent) as folder:
            made = folder / path.name
            fill_file(made, wait)
            # another process may have been quicker, and its store is as good
            with contextlib.suppress(FileExistsError):
                os.link(made, path)
    except OSError as error:
        raise told(error, path, making=True) from None
    except (sa.exc.DBAPIError, sqlite3.Error) as error:
        raise told(error, path) from None


def fill_file(path: Path, wait: float) -> None:
    """Make the tables of a store in a new file.

    Parameters
    ----------
    path
        Where nothing is.
    wait
        For how many seconds the file is waited for where another holds it.
    """
    with contextlib.closing(sqlite3.connect(path)) as plain:
        for setting in ("journal_mode=WAL", f"application_id={_APPLICATION}"):
            plain.execute(f"PRAGMA {setting}")
        plain.execute(f"PRAGMA user_version={_VERSION}")
    engine = new_engine(path, wait)
    with engine.begin() as connection:
        fill_tables(connection)
    engine.dispose()


def fill_tables(connection: sa.Connection) -> None:
    """Make the tables of a store, and mark it as one."""
    for statement in _STANDARD:
        connection.exec_driver_sql(statement)
    _add_tables(connection)
    row = {"name": "schema_version", "value": str(SCHEMA_VERSION)}
    connection.execute(sa.insert(mark).values(**row))


def new_engine(path: Path, wait: float, named: Path | None = None) -> sa.Engine:
    """Return the database of a file that can be written to.

    Parameters
    ----------
    path
        The file.
    wait
        For how many seconds it is waited for where another holds it.
    named
        What it is called to people, where it has another name for the moment.
    """
    return _engine(named or path, path.resolve(), "rw", wait)


def _add_tables(connection: sa.Connection) -> None:
    """Make the tables that are not there, register them, and keep what must not change."""
    there = set(sa.inspect(connection).get_table_names())
    metadata.create_all(connection)
    for table in (one for one in TABLES if one.name not in there):
        for deed in ("update", "delete") if table in FROZEN else ():
            connection.exec_driver_sql(_KEEP.format(table=table.name, deed=deed))
        if table is plot:
            add_layer(connection, table.name, plot.c.shape.name)
            continue
        connection.exec_driver_sql(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier)"
            " VALUES (?, 'attributes', ?)",
            (table.name, table.name),
        )


def _upgrade(engine: sa.Engine) -> None:
    """Give a store of an older version what it lacks; what is kept in it stays as it is."""
    with engine.connect() as plain:
        connection = plain.execution_options(writes=True)
        with connection.begin():
            _add_tables(connection)
            _widen(connection)
            version = {"value": str(SCHEMA_VERSION)}
            connection.execute(
                sa.update(mark).where(mark.c.name == "schema_version").values(**version)
            )


def _widen(connection: sa.Connection) -> None:
    """Call numbers DOUBLE as which they always stood in the file, so that GIS reads them whole.

    SQLite keeps both alike; only the words that made the table change, in the way that its
    documentation names for this.
    """
    run = connection.exec_driver_sql
    if not run(_NARROW).scalar_one():
        return
    run("PRAGMA writable_schema=ON")
    run(_WIDEN)
    known = run("PRAGMA schema_version").scalar_one()
    # other connections read the words again
    run(f"PRAGMA schema_version={int(known) + 1}")
    run("PRAGMA writable_schema=OFF")


def connect_file(path: Path) -> tuple[sa.Engine, bool]:
    """Open a store that is there.

    Returns
    -------
    engine, writable
        The database, and whether it can be written to.

    Raises
    ------
    StoreError
        When the file is no store, of a newer version, or cannot be read.
    """
    wait = patience()
    _look(path)
    writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    engine = _again(path, path.resolve(), "rw" if writable else "ro", wait)
    version, narrow = _version(engine, path)
    # an older one that is only read is read as it is
    if writable and (narrow or version < SCHEMA_VERSION):
        try:
            _upgrade(engine)
        except sa.exc.DBAPIError as error:
            raise told(error, path) from None
    return engine, writable


def refuse_damaged(engine: sa.Engine, path: Path) -> None:
    """Refuse to write into a file with a damaged page, looked at once in a process.

    Raises
    ------
    StoreError
        When SQLite finds its pages at odds.
    """
    try:
        found = path.stat()
    except OSError:
        # what opens it says so better
        return
    which = found.st_dev, found.st_ino
    if which in _SOUND or found.st_size > _LOOKED_AT:
        return
    with engine.connect() as connection:
        if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one() != "ok":
            raise StoreError("store.damaged", path=path.name, folder=str(path.parent))
    _SOUND.add(which)


def _look(path: Path) -> None:
    """Refuse what cannot be a store, without opening it.

    Only SQLite opens it: where a process closes a file, the system takes all the locks that the
    process has on it, those of a thread that is writing as well, and another process could then
    throw away what that thread has written.
    """
    try:
        found = path.stat()
    except OSError as error:
        raise told(error, path) from None
    if not stat.S_ISREG(found.st_mode) or not found.st_size:
        raise StoreError("store.not_a_store", path=path.name)


def _version(engine: sa.Engine, path: Path) -> tuple[int, bool]:
    """Return the version, none newer than is known, and whether numbers are called narrow."""
    try:
        with engine.connect() as connection:
            if not has_tables(connection, mark):
                raise StoreError("store.not_a_store", path=path.name)
            wanted = sa.select(mark.c.value).where(mark.c.name == "schema_version")
            version = connection.execute(wanted).scalar_one_or_none()
            narrow = bool(connection.exec_driver_sql(_NARROW).scalar_one())
    except sa.exc.DBAPIError as error:
        raise told(error, path) from None
    if version is None or not version.isdecimal():
        raise StoreError("store.not_a_store", path=path.name)
    if int(version) > SCHEMA_VERSION:
        raise StoreError("store.newer", path=path.name, version=version, known=SCHEMA_VERSION)
    return int(version), narrow


def _engine(named: Path, place: Path, mode: str, wait: float) -> sa.Engine:
    """Return a database whose connections are closed as soon as they are not needed.

    Nothing is kept open between two acts: a process that was forked, or a file that was copied,
    finds nothing half done.
    """
    address = place.as_uri()

    def connect() -> sqlite3.Connection:
        made = _connect(address, mode, wait) if mode == "rw" else _connect_reading(place, wait)
        made.execute("PRAGMA foreign_keys=ON")
        add_functions(made)
        return made

    engine = sa.create_engine("sqlite+pysqlite://", creator=connect, poolclass=NullPool)
    whose_faults(engine, named)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # whoever will write says so at once; else two who have read block each other
        if not connection.get_execution_options().get("writes", False):
            connection.exec_driver_sql("BEGIN")
            return
        # who stands in line has the file open: nobody who leaves takes it for their own, and
        # what is read of it at first is not read while others wait
        turn = take_turn(
            place.parent, wait, before=lambda: connection.exec_driver_sql(_OPENED).close()
        )
        if turn is not None:
            connection.info[_TURN] = turn
            if turn.seconds:
                left = max(1, round(1000 * (wait - turn.seconds)))
                connection.exec_driver_sql(f"PRAGMA busy_timeout={left}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @sa.event.listens_for(engine, "checkin")
    def _over(_: object, record: ConnectionPoolEntry) -> None:
        turn = record.info.pop(_TURN, None)
        if turn is not None:
            turn.end()

    return engine


# a database holds no connection, only the words of its statements, which are put together once
_again = lru_cache(maxsize=8)(_engine)


def _connect(address: str, mode: str, wait: float) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{address}?mode={mode}", uri=True, timeout=wait, isolation_level=None,
        check_same_thread=False,
    )  # fmt: skip


def _connect_reading(place: Path, wait: float) -> sqlite3.Connection:
    """Open what cannot be written to, with what others wrote and did not move into it yet."""
    made = _connect(place.as_uri(), "ro", wait)
    try:
        made.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        made.close()
        ahead = place.with_name(f"{place.name}-wal")
        if ahead.exists() and ahead.stat().st_size:
            # to leave out what stands there would be to show an old state as the present one
            raise
        return _connect(place.as_uri(), "ro&immutable=1", wait)
    return made
