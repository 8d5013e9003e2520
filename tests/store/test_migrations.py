"""Migrations make what the metadata say, keep what was there, and run once."""

from __future__ import annotations

import subprocess
import sys

import pytest
import sqlalchemy as sa

from platforms.errors import StoreError
from platforms.store.migrations.running import upgrade
from platforms.store.opening import open_store
from platforms.store.place import server_place
from platforms.store.schema import FROZEN, SCHEMA_VERSION, TABLES, metadata
from platforms.store.server import VERSION_TABLE, connect_server, forget_server


@pytest.fixture
def empty(postgis):
    """The address of a database with PostGIS and no table of ours."""
    postgis.say("CREATE DATABASE bare OWNER platforms")
    postgis.say("CREATE EXTENSION postgis", database="bare")
    yield postgis.address("bare")
    forget_server(server_place(postgis.address("bare")))
    postgis.say("DROP DATABASE bare WITH (FORCE)")


def engine_of(address):
    return sa.create_engine(server_place(address).url, poolclass=sa.pool.NullPool)


class AnyShape(sa.types.UserDefinedType):
    """What PostGIS calls geometry, as far as it is compared here."""

    def __init__(self, *told):
        pass

    def get_col_spec(self, **_):
        return "geometry"


def test_a_migrated_database_is_what_the_metadata_say(empty, monkeypatch):
    from sqlalchemy.dialects.postgresql.base import ischema_names

    monkeypatch.setitem(ischema_names, "geometry", AnyShape)
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    open_store("here", empty)
    names = {table.name for table in TABLES}

    def ours(thing, name, kind, *_):
        table = name if kind == "table" else thing.table.name
        return table in names

    with engine_of(empty).connect() as connection:
        settings = {"compare_type": True, "include_object": ours, "version_table": VERSION_TABLE}
        context = MigrationContext.configure(connection, opts=settings)
        assert compare_metadata(context, metadata) == []
        kept = {
            row[0]
            for row in connection.exec_driver_sql(
                "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%%no_change'"
            )
        }
        shape = connection.exec_driver_sql(
            "SELECT type, srid FROM geometry_columns WHERE f_table_name = 'plot'"
        ).one()
    assert kept == {table.name for table in FROZEN}
    assert tuple(shape) == ("MULTIPOLYGON", 4490)


def test_what_never_changes_cannot_be_emptied_either(empty):
    with (
        open_store("here", empty)._engine.connect() as connection,
        pytest.raises(sa.exc.DBAPIError, match="not change"),
    ):
        connection.exec_driver_sql("TRUNCATE ledger_event")


def test_an_older_one_is_brought_up_to_date_and_keeps_what_it_has(empty):
    with engine_of(empty).begin() as connection:
        upgrade(connection, 3)
        connection.exec_driver_sql(
            "INSERT INTO ledger_plot (workspace, key, version, step, area_mu, changed_by,"
            " changed_at) VALUES ('here', 'A', 1, 'plan', 0.1, '王', '2026-01-01')"
        )
        connection.exec_driver_sql(
            "INSERT INTO ledger_event (workspace, act, subject, key, version, what, who, at, field,"
            " became, why) VALUES ('here', 'a', 'plot', 'A', 1, 'add', '王', '2026-01-01', 'step',"
            " 'plan', '')"
        )
    store = open_store("here", empty)
    row = store.ledger.plots().iloc[0]
    assert (row["plot_id"], row["area_mu"], row["changed_by"]) == ("A", 0.1, "王")
    assert store.ledger.history("A")["became"].tolist() == ["plan"]
    assert store.plots.frame().empty
    with store._engine.connect() as connection:
        told = connection.exec_driver_sql(
            "SELECT value FROM store_mark WHERE name = 'schema_version'"
        )
        assert told.scalar_one() == str(SCHEMA_VERSION)


def test_a_newer_one_is_refused_and_left_as_it_is(empty):
    open_store("here", empty)
    engine = engine_of(empty)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '0099'")  # noqa: S608
    with pytest.raises(StoreError) as caught:
        open_store("here", empty)
    assert caught.value.key == "store.newer"
    assert "99" in caught.value.message("en")
    with engine.connect() as connection:
        name = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar_one()  # noqa: S608
    assert name == "0099"


def test_of_programs_that_start_at_once_one_migrates(empty):
    code = "import sys; from platforms.store.opening import open_store; open_store('here', sys.argv[1])"
    words = [sys.executable, "-c", code, empty]
    running = [subprocess.Popen(words, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [one.communicate(timeout=120)[1] for one in running] == ["", "", ""]
    assert connect_server(server_place(empty))[1]


def test_a_migration_that_fails_leaves_nothing(empty, monkeypatch):
    monkeypatch.setattr("platforms.store.migrations.freezing.freeze", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        open_store("here", empty)
    with engine_of(empty).connect() as connection:
        names = set(sa.inspect(connection).get_table_names())
    assert not names & {table.name for table in TABLES}
    monkeypatch.undo()
    open_store("here", empty)


def test_the_migrations_are_in_the_wheel():
    from importlib.resources import files

    there = {one.name for one in files("platforms.store.migrations.versions").iterdir()}
    assert f"v{SCHEMA_VERSION:04d}.py" in there
    assert files("platforms.store.migrations").joinpath("env.py").is_file()
