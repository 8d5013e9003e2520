"""What is kept stays as it was; what people say about it is a history that only grows."""

from __future__ import annotations

import subprocess
import sys

import pyogrio
import pytest
import sqlalchemy as sa
from scenario_samples import a_portfolio, a_siting

from platforms.errors import InputError, PlatformsError, StoreError
from platforms.planning.scenarios.fingerprint import table_hash
from platforms.store.opening import open_store, store_path, store_place
from platforms.store.schema import FROZEN, mark


@pytest.fixture
def store(opened):
    return opened("here")


@pytest.fixture
def file_store(tmp_path):
    return open_store("here", tmp_path)


@pytest.fixture
def made():
    return a_portfolio([("x", True, 5.0), ("y", False, 3.0)])


def refused(call, *arguments, **named):
    with pytest.raises(PlatformsError) as caught:
        call(*arguments, **named)
    # both languages can say it
    assert caught.value.message("zh_CN") != caught.value.message("en")
    return caught.value.key


def test_what_is_kept_comes_back_as_it_was(opened, store, made):
    kept = store.keep(made, name=" 甲  案 ", author="王", note="第一稿")
    assert (kept.name, kept.author, kept.note, kept.locked) == ("甲 案", "王", "第一稿", False)
    assert kept.created_at.tzinfo is not None
    again = opened("here").kept(kept.key)
    assert again.scenario == made
    assert dict(again.scenario.parameters) == dict(made.parameters)
    for name, table in made.tables.items():
        assert table_hash(again.scenario[name]) == table_hash(table)
    assert store.kept("甲 案").key == kept.key == store.kept(made.scenario_id).key


def test_the_list_has_the_newest_first_and_can_be_of_one_kind(store, made):
    assert store.scenarios().empty
    store.keep(made, name="a")
    store.keep(a_siting([("x", 1.0, 1.0, "")]), name="b")
    table = store.scenarios()
    assert table["name"].tolist() == ["b", "a"]
    assert store.scenarios("portfolio")["name"].tolist() == ["a"]
    assert "5.00" in table["headline"].iloc[1]
    assert str(table["created_at"].dt.tz) == "UTC"


def test_every_word_about_it_is_an_event(store, made):
    store.keep(made, name="a", author="王")
    store.rename("a", "b", by="李", why="改名")
    store.annotate("b", "定稿", by="李")
    store.lock("b", by="张")
    store.lock("b", by="张")
    store.unlock("b", by="张")
    key = store.kept("b").key
    store.remove("b", by="王", why="过时")
    past = store.history(key)
    assert past["what"].tolist() == ["keep", "rename", "note", "lock", "unlock", "remove"]
    assert past["who"].tolist() == ["王", "李", "李", "张", "张", "王"]
    assert past[["was", "became", "why"]].iloc[1].tolist() == ["a", "b", "改名"]
    assert past["at"].is_monotonic_increasing
    assert store.scenarios().empty
    # the name is free again, and the content was kept once only
    store.keep(made, name="b")


def test_a_copy_has_its_own_name_and_history(store, made):
    first = store.keep(made, name="a", note="原")
    copy = store.copy("a", "b", by="李")
    assert (copy.parent, copy.note, copy.author) == (first.key, "原", "李")
    assert copy.scenario == first.scenario
    assert copy.key != first.key
    assert store.history("b")["what"].tolist() == ["copy"]
    assert refused(store.kept, made.scenario_id) == "store.ambiguous"
    store.remove("a")
    assert store.kept(made.scenario_id).key == copy.key
    assert store.keep(made, name="c", parent="b").parent == copy.key


def test_what_is_locked_stays_as_it_is(store, made):
    store.keep(made, name="a")
    store.lock("a")
    assert store.kept("a").locked
    assert refused(store.rename, "a", "b") == "store.locked"
    assert refused(store.annotate, "a", "x") == "store.locked"
    assert refused(store.remove, "a") == "store.locked"
    store.copy("a", "b")
    store.unlock("a")
    store.remove("a")


def test_names_and_ids_that_cannot_be_used_are_refused(opened, store, made):
    assert refused(store.kept, "a") == "store.nothing_kept"
    store.keep(made, name="a")
    assert refused(store.kept, "b") == "store.unknown"
    assert refused(store.keep, made, name="a") == "store.name_taken"
    assert refused(store.keep, made, name=" \n ") == "store.name_empty"
    assert refused(store.keep, made, name="x" * 201) == "store.name_long"
    assert refused(store.keep, made, name="b", note="x" * 10_001) == "store.note_long"
    assert refused(store.copy, "a", "a") == "store.name_taken"
    assert refused(store.check_name, "a") == "store.name_taken"
    assert refused(store.keep, made, name="b", parent="no") == "store.unknown"
    assert refused(opened("there").keep, made, name="a") == "store.other_workspace"
    # nothing of what was refused is there
    assert store.scenarios()["name"].tolist() == ["a"]
    assert len(store.keep(made, name="x" * 200).name) == 200
    store.rename("a", "a")
    assert store.history("a")["what"].tolist() == ["keep"]


# the other tables that only grow have rows, and this test, elsewhere
@pytest.mark.parametrize(
    "table", [t for t in FROZEN if t.name.startswith("scenario")], ids=lambda table: table.name
)
@pytest.mark.parametrize("deed", ["update", "delete"])
def test_rows_that_are_kept_can_be_neither_changed_nor_deleted(store, made, table, deed):
    store.keep(made, name="a")
    column = table.columns[1]
    change = sa.update(table).values({column.name: "x"}) if deed == "update" else sa.delete(table)
    with (
        store._engine.begin() as connection,
        pytest.raises(sa.exc.DBAPIError, match="does not change"),
    ):
        connection.execute(change)
    assert store.kept("a").scenario == made


def test_gis_programs_open_the_store(file_store, made):
    store = file_store
    store.keep(made, name="a")
    layers = pyogrio.list_layers(store.path)
    assert set(layers[:, 0]) >= {"scenario", "scenario_kept", "scenario_event"}
    assert pyogrio.read_dataframe(store.path, layer="scenario_standing")["name"].tolist() == ["a"]


def test_what_was_changed_by_other_means_is_noticed(file_store, made):
    store = file_store
    kept = store.keep(made, name="a")
    with store._engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER scenario_no_update")
        connection.exec_driver_sql(
            "UPDATE scenario SET record = replace(record, '\"land_mu\": 5.0', '\"land_mu\": 6.0')"
        )
    assert refused(store.kept, kept.key) == "store.tampered"


# opening


def test_where_a_store_lies(tmp_path, monkeypatch):
    assert store_path("here", tmp_path) == tmp_path / "here.gpkg"
    assert store_path("a/b", tmp_path) == tmp_path / "a_b.gpkg"
    assert store_path("here", tmp_path / "x.gpkg") == tmp_path / "x.gpkg"
    monkeypatch.delenv("PLATFORMS_STORE")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert store_path("here") == tmp_path / "industrial-platforms" / "here.gpkg"
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path / "set"))
    assert store_path("here") == tmp_path / "set" / "here.gpkg"
    monkeypatch.setenv("PLATFORMS_STORE", "postgresql+psycopg://user:secret@host/base")
    with pytest.raises(StoreError) as caught:
        store_path("here")
    assert caught.value.key == "store.server.no_path"
    assert "secret" not in f"{caught.value} {caught.value.fields} {store_place('here')!r}"


def test_files_that_are_no_store_are_left_alone(tmp_path, made):
    path = tmp_path / "here.gpkg"
    for content in (b"", b"not a database at all"):
        path.write_bytes(content)
        assert refused(open_store, "here", tmp_path) == "store.not_a_store"
        assert path.read_bytes() == content
    path.unlink()
    with sa.create_engine(f"sqlite:///{path}").begin() as connection:
        connection.exec_driver_sql("CREATE TABLE other (a INTEGER)")
    assert refused(open_store, "here", tmp_path) == "store.not_a_store"
    assert refused(open_store, "here", path / "below") == "store.no_folder"


def test_a_store_of_a_newer_version_is_not_touched(file_store):
    store = file_store
    with store._engine.begin() as connection:
        connection.execute(sa.update(mark).values(value="99"))
    assert refused(open_store, "here", store.path) == "store.newer"


def test_a_store_that_is_read_only_is_read(file_store, made, monkeypatch):
    store = file_store
    store.keep(made, name="a")
    monkeypatch.setattr("platforms.store.geopackage.os.access", lambda *_: False)
    closed = open_store("here", store.path)
    assert closed.kept("a").scenario == made
    assert refused(closed.keep, made, name="b") == "store.read_only"
    assert refused(closed.check_name, "b") == "store.read_only"


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("database or disk is full", "store.disk_full"),
        ("attempt to write a readonly database", "store.read_only"),
        ("database is locked", "store.busy"),
        ("database disk image is malformed", "store.damaged"),
        ("unable to open database file", "store.no_access"),
        ("something else", "store.failed"),
    ],
)
def test_what_the_database_says_is_said_in_words(file_store, made, monkeypatch, said, key):
    store = file_store

    def fails(*_, **__):
        raise sa.exc.OperationalError("INSERT", {}, Exception(said))

    monkeypatch.setattr("platforms.store.recording.add_kept", fails)
    assert refused(store.keep, made, name="a") == key
    monkeypatch.undo()
    # the transaction was taken back whole
    assert store.scenarios().empty
    store.keep(made, name="a")


def test_a_disk_that_is_full_while_the_store_is_made_leaves_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("platforms.store.geopackage.fill_file", full)
    assert refused(open_store, "here", tmp_path) == "store.disk_full"
    assert list(tmp_path.iterdir()) == []


# several processes

WRITER = """
import sys
sys.path.append(sys.argv[3])
from scenario_samples import a_portfolio
from platforms.store.opening import open_store
store = open_store("here", sys.argv[1])
who = sys.argv[2]
number = 0
print("ready", flush=True)
while number < int(sys.argv[4]):
    made = a_portfolio([(who, True, float(number))])
    store.keep(made, name=f"{who}-{number}", author=who)
    store.annotate(f"{who}-{number}", "x" * 100)
    print(number, flush=True)
    number += 1
"""


def writer(place, who, count):
    samples = next(path for path in sys.path if path.endswith("planning/scenarios"))
    words = [sys.executable, "-c", WRITER, place, who, samples, str(count)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


def test_two_processes_that_write_at_once_lose_nothing(opened, tmp_path):
    # they also race to make the file
    both = [writer(opened.place(), who, 8) for who in "ab"]
    assert [one.wait(200) for one in both] == [0, 0]
    for one in both:
        one.stdout.close()
    store = opened("here")
    names = set(store.scenarios()["name"])
    assert names == {f"{who}-{number}" for who in "ab" for number in range(8)}
    assert set(store.scenarios()["note"]) == {"x" * 100}
    assert store.history("a-0")["what"].tolist() == ["keep", "note"]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".tmp")] == []


def test_a_process_that_is_killed_leaves_the_store_whole(opened):
    for turn in range(2):
        one = writer(opened.place(), f"w{turn}", 10_000)
        told = []
        for line in one.stdout:
            told.append(line.strip())
            if len(told) > 2 + turn:
                break
        one.kill()
        one.wait(60)
        one.stdout.close()
        store = opened("here")
        if opened.kind == "geopackage":
            with store._engine.connect() as connection:
                assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        names = set(store.scenarios()["name"])
        assert {f"w{turn}-{number}" for number in told if number != "ready"} <= names
        for name in names:
            assert store.history(name)["what"].iloc[0] == "keep"
            store.kept(name)


def test_a_taken_name_is_refused_across_connections(opened, store, made):
    other = opened("here")
    store.keep(made, name="a")
    with pytest.raises(InputError):
        other.keep(made, name="a")
