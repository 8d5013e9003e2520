"""A store in a PostgreSQL database with PostGIS: all that only a server has.

Tables come by migrations, one after the other under a lock, so that of two programs that start
at once one migrates. Whoever writes takes the workspace for the length of a transaction, as
with a file; an act that only changes rows that are there shares the workspace and locks those
rows. Readers see one moment and wait for nobody. Triggers keep what must not change.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from platforms.errors import MissingPartError, StoreError
from platforms.store.faults import told, whose_faults
from platforms.store.moments import AT, utc_text
from platforms.store.place import ServerPlace
from platforms.store.queue_of_writers import patience
from platforms.store.schema import SCHEMA_VERSION, TABLES

__all__ = ["SNAPSHOT", "VERSION_TABLE", "connect_server", "forget_server", "revision_name"]

VERSION_TABLE = "platforms_version"
# how a connection reads: one moment for all its statements
SNAPSHOT: Mapping[str, Any] = MappingProxyType(
    {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
)
_CONNECT_SECONDS = 10
_SETTINGS = {
    "timezone": "UTC",
    "statement_timeout": "600s",
    # one who fell asleep in the middle of an act gives the rows back
    "idle_in_transaction_session_timeout": "600s",
}
_KEEPALIVE = {
    "keepalives": 1, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3,
}  # fmt: skip
_POOL = {"pool_size": 5, "max_overflow": 15, "pool_timeout": 30}
# said at every write, and so built once
_KEY = sa.bindparam("its_key", type_=sa.BigInteger())
_ALONE, _SHARED = (
    sa.select(lock(_KEY), sa.func.clock_timestamp())
    for lock in (sa.func.pg_advisory_xact_lock, sa.func.pg_advisory_xact_lock_shared)
)
_PARTS = ("psycopg", "alembic")
_MIGRATING = "platforms/migrations"

_ENGINES: dict[sa.URL, sa.Engine] = {}
# where this process has had a store open: one that is gone was taken away, and is no new place
_SEEN: set[sa.URL] = set()
_LOCK = threading.Lock()


def connect_server(place: ServerPlace) -> tuple[sa.Engine, bool]:
    """Open the store in a database; its tables are made or brought up to date.

    Parameters
    ----------
    place
        The database.

    Returns
    -------
    engine, writable
        The database, and whether it can be written to.

    Raises
    ------
    MissingPartError
        When what connects to servers is not installed.
    StoreError
        When the server cannot be reached, does not let one in, has no PostGIS, or the store is
        of a newer version or may not be brought up to date; or when this process had a store
        open there, and its tables are gone.
    """
    if any(find_spec(part) is None for part in _PARTS):
        raise MissingPartError("store.server.no_driver")
    engine = _engine(place)
    try:
        found, writable = _look(engine)
        if not found and place.url in _SEEN:
            raise StoreError("store.server.emptied", path=place.name)
        if found > SCHEMA_VERSION:
            raise StoreError("store.newer", path=place.name, version=found, known=SCHEMA_VERSION)
        if found < SCHEMA_VERSION:
            _migrate(engine, place, found)
            writable = _look(engine)[1]
    except (sa.exc.DBAPIError, sa.exc.TimeoutError) as error:
        raise told(error, place) from None
    _SEEN.add(place.url)
    return engine, writable


def forget_server(place: ServerPlace) -> None:
    """Close all connections to a database and know nothing of it; the next use opens new ones."""
    _SEEN.discard(place.url)
    with _LOCK:
        engine = _ENGINES.pop(place.url, None)
    if engine is not None:
        engine.dispose()


def revision_name(version: int) -> str:
    """Return what the migration to a version of the schema is called."""
    return f"{version:04d}"


def _look(engine: sa.Engine) -> tuple[int, bool]:
    """Return the version of the schema, 0 where there is none, and whether one may write.

    That is to say, whether all tables take new rows from this user on this server.
    """
    may = (sa.func.has_table_privilege(sa.func.to_regclass(t.name), "INSERT") for t in TABLES)
    opened = sa.func.current_setting("transaction_read_only") == "off"
    there = sa.func.to_regclass(VERSION_TABLE).is_not(None)
    asked = sa.select(there, sa.and_(opened, *may))
    with engine.connect() as connection:
        known, writable = connection.execute(asked).one()
        if not known:
            return 0, False
        name = connection.exec_driver_sql(f"SELECT max(version_num) FROM {VERSION_TABLE}").scalar()  # noqa: S608 a constant
    return int(name) if name else 0, bool(writable)


def _migrate(engine: sa.Engine, place: ServerPlace, found: int) -> None:
    from platforms.store.migrations.running import upgrade

    try:
        with engine.begin() as connection:
            lock = sa.func.pg_advisory_xact_lock(_lock_key(_MIGRATING))
            connection.execute(sa.select(lock))
            _need_postgis(connection, place)
            # what another program did meanwhile is done
            upgrade(connection)
    except sa.exc.ProgrammingError as error:
        if getattr(error.orig, "sqlstate", "") != "42501":
            raise
        entry = "older" if found else "no_right_to_make"
        raise StoreError(
            f"store.server.{entry}", path=place.name, version=found, known=SCHEMA_VERSION
        ) from None


def _need_postgis(connection: sa.Connection, place: ServerPlace) -> None:
    """Put PostGIS into the database, unless it is there.

    Raises
    ------
    StoreError
        When the server does not have it, or this user may not put it there.
    """
    known = sa.table("pg_extension", sa.column("extname"))
    wanted = sa.select(known.c.extname).where(known.c.extname == "postgis")
    if connection.execute(wanted).first() is not None:
        return
    offered = sa.table("pg_available_extensions", sa.column("name"))
    installed = sa.select(offered.c.name).where(offered.c.name == "postgis")
    if connection.execute(installed).first() is None:
        raise StoreError("store.server.no_postgis", path=place.name)
    try:
        with connection.begin_nested():
            connection.exec_driver_sql("CREATE EXTENSION postgis")
    except sa.exc.ProgrammingError:
        raise StoreError(
            "store.server.no_postgis_right", path=place.name, database=place.url.database
        ) from None


def _engine(place: ServerPlace) -> sa.Engine:
    """Return the connections of this process to a database, shared by all that open it."""
    with _LOCK:
        engine = _ENGINES.get(place.url)
        if engine is None:
            engine = _ENGINES[place.url] = _made(place)
        return engine


def _made(place: ServerPlace) -> sa.Engine:
    given = dict(place.url.query)
    # as long as a file waits for another program; nothing would be for ever
    wait = {"lock_timeout": max(1, round(1000 * patience()))}
    own = " ".join(f"-c {name}={value}" for name, value in {**wait, **_SETTINGS}.items())
    said = given.pop("options", "")
    words = {
        "application_name": "industrial-platforms", "connect_timeout": _CONNECT_SECONDS,
        **_KEEPALIVE,
    }  # fmt: skip
    kept = {name: value for name, value in words.items() if name not in given}
    # what the address asks for comes later and holds
    kept["options"] = f"{own} {said}".strip()
    engine = sa.create_engine(
        place.url.set(query=given), connect_args=kept, pool_pre_ping=True, hide_parameters=True,
        **_POOL,
    )  # fmt: skip
    whose_faults(engine, place)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        asked = connection.get_execution_options()
        connection.info.pop(AT, None)
        if not asked.get("writes", False):
            return
        lock = _SHARED if asked.get("rows", False) else _ALONE
        key = _lock_key(str(asked.get("workspace", "")))
        connection.info[AT] = utc_text(connection.execute(lock, {"its_key": key}).one()[1])

    return engine


@cache
def _lock_key(name: str) -> int:
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _forget_in_child() -> None:
    """Leave the connections of a parent process to it."""
    global _LOCK  # noqa: PLW0603 the parent's may be held by a thread that is not here
    _LOCK = threading.Lock()
    for engine in _ENGINES.values():
        engine.dispose(close=False)
    _ENGINES.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_child)
