"""What a server store says when it cannot, in both languages and without a password."""

from __future__ import annotations

import os
import re
import threading
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
import sqlalchemy as sa
from ledger_samples import a_run
from scenario_samples import a_portfolio

from platforms.errors import PlatformsError, StoreError
from platforms.store import server
from platforms.store.ledger.ledger import LedgerEdit
from platforms.store.migrations.running import upgrade
from platforms.store.opening import open_store
from platforms.store.place import ServerPlace, server_place
from platforms.store.server import connect_server, forget_server
from postgis_server import Opened

SECRET = "s3cr3t-w0rd"  # noqa: S105


def refused(call, *arguments, **named):
    with pytest.raises(PlatformsError) as caught:
        call(*arguments, **named)
    error = caught.value
    texts = [error.message("zh_CN"), error.message("en")]
    assert texts[0] != texts[1]
    # a message that lacks a field shows its braces
    assert not [one for one in texts if "{" in one]
    for told in (*texts, repr(error), str(error.fields)):
        assert SECRET not in told
    return error.key


@pytest.fixture
def database(postgis):
    """A database of its own, and the address of a user in it: ``database.user(…)``."""
    made = Database(postgis)
    yield made
    made.drop()


class Database:
    """A database of one test with users that may little."""

    def __init__(self, postgis):
        self.postgis = postgis
        self.name = f"own_{os.getpid()}"
        self.address = postgis.address(self.name)
        self._users = []

    def make(self, *, template="platforms", owner="platforms"):
        self.postgis.say(f"CREATE DATABASE {self.name} TEMPLATE {template} OWNER {owner}")

    def user(self, *rights):
        name = f"u{len(self._users)}_{os.getpid()}"
        self.postgis.say(f"CREATE ROLE {name} LOGIN PASSWORD '{SECRET}'")
        self._users.append(name)
        self.postgis.say(*(one.format(user=name) for one in rights), database=self.name)
        return (
            sa.make_url(self.address)
            .set(username=name, password=SECRET)
            .render_as_string(hide_password=False)
        )

    def drop(self):
        for url in list(server._ENGINES):
            if url.database == self.name:
                forget_server(ServerPlace(url))
        self.postgis.say(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
        for name in self._users:
            self.postgis.say(f"DROP ROLE {name}")


# the door


@pytest.mark.parametrize(
    ("address", "key"),
    [
        (f"mysql://a:{SECRET}@host/base", "store.no_server"),
        (f"postgresql+asyncpg://a:{SECRET}@host/base", "store.no_server"),
        (f"postgresql://a:{SECRET}@host:port/base", "store.server.address"),
        (f"postgresql://a:{SECRET}@host:99999/base", "store.server.address"),
        (f"postgresql://a:{SECRET}@host", "store.server.no_name"),
        (f"postgresql://a:{SECRET}@127.0.0.1:1/base", "store.server.unreachable"),
        (f"postgresql://a:{SECRET}@no.such.host.invalid/base", "store.server.unreachable"),
        (f"postgresql://a:{SECRET}@127.0.0.1:1/base?colour=red", "store.server.option"),
    ],
)
def test_addresses_that_lead_nowhere(address, key):
    assert refused(open_store, "here", address) == key


def test_who_is_not_let_in(postgis, monkeypatch, tmp_path):
    right = sa.make_url(postgis.address("platforms"))
    wrong = right.set(password=SECRET).render_as_string(hide_password=False)
    assert refused(open_store, "here", wrong) == "store.server.password"
    stranger = right.set(username="nobody_here", password=SECRET)
    assert refused(open_store, "here", stranger.render_as_string(hide_password=False)) == (
        "store.server.password"
    )
    silent = sa.URL.create(
        right.drivername, right.username, host=right.host, port=right.port,
        database=right.database,
    ).render_as_string()  # fmt: skip
    with monkeypatch.context() as patch:
        for name in ("PGPASSWORD", "PGPASSFILE", "PGSERVICE"):
            patch.delenv(name, raising=False)
        patch.setenv("HOME", str(tmp_path))
        assert refused(open_store, "here", silent) == "store.server.no_password"
    elsewhere = right.set(database="no_such_base").render_as_string(hide_password=False)
    assert refused(open_store, "here", elsewhere) == "store.server.no_database"


def test_what_connects_is_not_installed(monkeypatch):
    monkeypatch.setattr(server, "find_spec", lambda name: None if name == "psycopg" else name)
    address = f"postgresql://a:{SECRET}@host/base"
    assert refused(open_store, "here", address) == "store.server.no_driver"
    with pytest.raises(PlatformsError, match=r"industrial-platforms\[server\]"):
        open_store("here", address)


@pytest.fixture
def opened(postgis, tmp_path):
    """Stores on the server only: a file has no connection and no password."""
    made = Opened("postgis", tmp_path, postgis)
    yield made
    made.close()


def test_nothing_shows_the_password(monkeypatch, opened):
    store = opened()
    password = sa.make_url(opened.place()).password
    for told in (store, store.path, store._engine, store._engine.url, store.ledger):
        assert password not in f"{told} {told!r}"
    for scheme in ("postgresql", "postgres", "postgresql+psycopg"):
        place = server_place(f"{scheme}://a:{SECRET}@host/base")
        assert str(place) == "a@host:5432/base"
    monkeypatch.setenv("PLATFORMS_STORE", opened.place())
    assert open_store("here").path == store.path


# rights


def test_a_database_without_postgis_and_without_the_right_to_add_it(database):
    database.make(template="template0")
    assert refused(open_store, "here", database.address) == "store.server.no_postgis_right"
    with pytest.raises(StoreError, match=f"{database.name}.*CREATE EXTENSION postgis"):
        open_store("here", database.address)
    database.postgis.say("CREATE EXTENSION postgis", database=database.name)
    assert open_store("here", database.address).writable


def test_who_may_make_no_tables(database):
    database.make(template="template0")
    database.postgis.say("CREATE EXTENSION postgis", database=database.name)
    address = database.user()
    assert refused(open_store, "here", address) == "store.server.no_right_to_make"
    with connect_owner(database) as connection:
        upgrade(connection, 3)
    assert refused(open_store, "here", database.user("GRANT SELECT ON ALL TABLES IN SCHEMA public"
                                                     " TO {user}")) == "store.server.older"  # fmt: skip
    assert open_store("here", database.address).writable


def connect_owner(database):
    return sa.create_engine(server_place(database.address).url, poolclass=sa.pool.NullPool).begin()


def test_who_may_only_read_reads(database):
    database.make()
    owner = open_store("here", database.address)
    made = a_portfolio([("x", True, 5.0)])
    owner.keep(made, name="a")
    owner.ledger.take(a_run([("A", "low_efficiency", 1.0)]), by="王")
    forget_server(server_place(database.address))
    reader = open_store(
        "here", database.user("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {user}")
    )
    assert not reader.writable
    assert reader.kept("a").scenario == made
    assert reader.ledger.plots()["plot_id"].tolist() == ["A"]
    assert refused(reader.keep, made, name="b") == "store.server.read_only"
    edit = LedgerEdit("A", {"unit": "x"})
    assert refused(reader.ledger.set, edit, by="李") == "store.server.read_only"


def test_a_right_that_was_taken_away_meanwhile(database):
    database.make()
    all_of = "ALL TABLES IN SCHEMA public TO {user}"
    every = "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {user}"
    address = database.user(f"GRANT SELECT, INSERT, UPDATE ON {all_of}", every)
    store = open_store("here", address)
    store.ledger.take(a_run([("A", "low_efficiency", 1.0)]), by="王")
    user = sa.make_url(address).username
    database.postgis.say(f"REVOKE INSERT ON ledger_event FROM {user}", database=database.name)
    edit = LedgerEdit("A", {"unit": "x"})
    assert refused(store.ledger.set, edit, by="李") == "store.server.read_only"
    # the row that could have been changed was not
    assert store.ledger.plots()["version"].tolist() == [1]


def test_a_server_that_takes_no_changes_is_read(database):
    database.make()
    open_store("here", database.address)
    forget_server(server_place(database.address))
    database.postgis.say(f"ALTER DATABASE {database.name} SET default_transaction_read_only = on")
    store = open_store("here", database.address)
    assert not store.writable
    assert store.ledger.plots().empty


@pytest.mark.parametrize("page", ["store.md", "store.zh.md"])
def test_users_made_as_the_docs_say_may_what_they_should(database, page):
    text = (Path(__file__).parents[2] / "docs" / page).read_text(encoding="utf-8")
    (block,) = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    database.make()
    plots = a_run([("A", "low_efficiency", 1.0)])
    open_store("here", database.address).ledger.take(plots, by="王")
    try:
        database.postgis.say(*filter(None, map(str.strip, block.split(";"))),
                             database=database.name)  # fmt: skip
        places = [
            sa.make_url(database.address).set(username=name, password="change-me")  # noqa: S106
            .render_as_string(hide_password=False)
            for name in ("liming", "chenhong")
        ]  # fmt: skip
        editor, reader = (open_store("here", place) for place in places)
        assert (editor.writable, reader.writable) == (True, False)
        assert editor.ledger.set(LedgerEdit("A", {"unit": "x"}), by="李") == 1
        editor.keep(a_portfolio([("x", True, 5.0)]), name="a")
        shape = shapely.box(121.0, 28.0, 121.001, 28.001)
        frame = gpd.GeoDataFrame({"plot_id": ["A"]}, geometry=[shape], crs=4490)
        editor.plots.take(frame, by="李")
        editor.plots.remove("A", by="李")
        assert len(reader.plots.history("A")) == 2
        assert reader.ledger.plots()["unit"].tolist() == ["x"]
    finally:
        for place in places:
            forget_server(server_place(place))
        database.postgis.say(
            *(f"DROP OWNED BY {name}" for name in ("store_readers", "store_editors")),
            database=database.name,
        )
        database.postgis.say("DROP ROLE liming, chenhong, store_readers, store_editors")


# while it works


def ended(postgis, store):
    """End all connections of a store's database, as a server that stops does."""
    postgis.say(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"  # noqa: S608 of the test
        f" WHERE datname = '{store.path.url.database}'"
    )


@pytest.fixture
def on_server(opened):
    store = opened()
    store.ledger.take(a_run([("A", "low_efficiency", 1.0)]), by="王")
    return store


def test_a_connection_that_broke_between_two_acts_is_made_anew(postgis, on_server):
    ended(postgis, on_server)
    assert on_server.ledger.set(LedgerEdit("A", {"unit": "x"}), by="李") == 1


def test_a_connection_that_breaks_in_an_act_takes_it_back(postgis, on_server):
    def act():
        with on_server._writing("李") as connection:
            connection.exec_driver_sql("UPDATE ledger_plot SET unit = 'y'")
            ended(postgis, on_server)
            connection.exec_driver_sql("UPDATE ledger_plot SET unit = 'z'")

    assert refused(act) == "store.server.gone"
    assert on_server.ledger.plots()["unit"].tolist() == [""]
    assert on_server.ledger.set(LedgerEdit("A", {"unit": "x"}), by="李") == 1


def test_a_connection_that_breaks_at_the_very_end_leaves_a_doubt_and_says_so(postgis, on_server):
    def act():
        with on_server._writing("李") as connection:
            connection.exec_driver_sql("UPDATE ledger_plot SET unit = 'y'")
            ended(postgis, on_server)

    assert refused(act) == "store.server.unsure"


def test_what_another_program_holds_is_told_after_a_while(postgis, on_server, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE_WAIT", "0.3")
    forget_server(on_server.path)
    store = open_store("here", on_server.path)
    other = sa.create_engine(on_server.path.url, poolclass=sa.pool.NullPool)
    with other.begin() as held:
        held.exec_driver_sql("SELECT * FROM ledger_plot FOR UPDATE")
        edit = LedgerEdit("A", {"unit": "x"})
        assert refused(store.ledger.set, edit, by="李") == "store.server.busy"
        # who reads does not wait
        assert store.ledger.plots()["unit"].tolist() == [""]
    assert store.ledger.set(edit, by="李") == 1
    forget_server(on_server.path)


@pytest.mark.parametrize(
    ("state", "key"),
    [
        ("53100", "store.server.disk_full"), ("53300", "store.server.crowded"),
        ("XX001", "store.server.damaged"), ("40P01", "store.meanwhile"),
        ("40001", "store.meanwhile"), ("23505", "store.meanwhile"), ("P0001", "store.frozen"),
        ("57014", "store.server.busy"), ("22000", "store.failed"),
    ],
)  # fmt: skip
def test_states_of_the_server_are_said_in_words(on_server, monkeypatch, state, key):
    class Said(Exception):  # noqa: N818
        sqlstate = state

    def fails(*_, **__):
        raise sa.exc.OperationalError("INSERT", {}, Said("words"))

    monkeypatch.setattr("platforms.store.recording.add_kept", fails)
    assert refused(on_server.keep, a_portfolio([("x", True, 5.0)]), name="a") == key
    monkeypatch.undo()
    assert on_server.scenarios().empty


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ('FATAL:  no pg_hba.conf entry for host "1.2.3.4"', "store.server.not_admitted"),
        ("FATAL:  sorry, too many clients already", "store.server.crowded"),
        ('致命错误:  用户 "a" Password 认证失败', "store.server.password"),
        ('致命错误:  数据库 "x" 不存在', "store.server.no_database"),
        ("connection timeout expired", "store.server.unreachable"),
    ],
)
def test_what_a_server_says_at_the_door(monkeypatch, said, key):
    def fails(*_, **__):
        raise sa.exc.OperationalError(None, None, Exception(said))

    monkeypatch.setattr(sa.Engine, "connect", fails)
    place = server_place(f"postgresql://a:{SECRET}@127.0.0.1/base")
    assert refused(connect_server, place) == key
    forget_server(place)


def test_a_pool_that_is_used_up_is_told(on_server, monkeypatch):
    def fails(*_, **__):
        raise sa.exc.TimeoutError("QueuePool limit")

    monkeypatch.setattr(sa.Engine, "connect", fails)
    assert refused(on_server.scenarios) == "store.server.crowded"


def test_a_process_that_was_forked_uses_no_connection_of_its_parent(on_server):
    on_server.scenarios()
    before = dict(server._ENGINES)
    assert before
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, str(len(server._ENGINES)).encode())
        os._exit(0)
    os.waitpid(child, 0)
    told = os.read(read, 10)
    os.close(read)
    os.close(write)
    assert told.decode() == "0"
    assert before == server._ENGINES


def test_threads_open_one_pool(on_server):
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(open_store("here", on_server.path)._engine))
        for _ in range(8)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(set(map(id, found))) == 1
