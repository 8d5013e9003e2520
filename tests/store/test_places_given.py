"""What is given as the place of a store is one, or is refused without repeating a password."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from platforms.cli import main
from platforms.errors import StoreError
from platforms.store.opening import open_store, store_place
from platforms.store.place import server_place
from platforms.store.schema import mark
from platforms.store.server_faults import told_by_server
from platforms.store.status import store_status

ADDRESS = "postgresql://platforms:Secret@127.0.0.1:54320/platforms"
MEANT = (
    f'"{ADDRESS}"', ADDRESS.replace("://", ":/"), ADDRESS.replace("://", "//"), f"x{ADDRESS[10:]}",
    "host=127.0.0.1 dbname=platforms password=Secret", "PG:host=127.0.0.1 password=Secret",
    "platforms:Secret@127.0.0.1",
)  # fmt: skip


def names_in(folder):
    return sorted(one.name for one in folder.iterdir())


@pytest.mark.parametrize("given", MEANT)
def test_what_was_meant_for_an_address_makes_no_folder(tmp_path, monkeypatch, capsys, given):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLATFORMS_STORE", given)
    for words in (["ledger", "status"], ["ledger", "pull", given], ["store", "status", given]):
        assert main(words) == 1
        assert "Secret" not in "".join(capsys.readouterr())
    assert names_in(tmp_path) == []
    with pytest.raises(StoreError) as caught:
        store_place("here", given)
    assert "Secret" not in f"{caught.value.message('en')}{caught.value.fields}"


@pytest.mark.parametrize(
    ("given", "key"),
    [
        (" ", "store.place_unfit"), ("a\nb", "store.place_unfit"), ("a\x1bb", "store.place_unfit"),
        ("x.txt", "store.place_other_file"), ("acceptance.pdf", "store.place_other_file"),
        ("/dev/null", "store.no_folder"),
    ],
)  # fmt: skip
def test_what_is_no_place_is_refused(tmp_path, monkeypatch, given, key):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError) as caught:
        open_store("here", given, make=False)
    assert caught.value.key == key
    assert caught.value.message("zh_CN") != caught.value.message("en")
    assert names_in(tmp_path) == []


def test_folders_with_odd_names_are_places_all_the_same(tmp_path):
    for name in ("data.2026", "台账 一", "port"):
        assert store_place("here", tmp_path / name) == tmp_path / name / "here.gpkg"
    (tmp_path / "li@corp").mkdir()
    assert store_place("here", tmp_path / "li@corp").parent.name == "li@corp"


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ("postgresql://platforms:geheim@TailOfSecret@127.0.0.1:54320/platforms", "server.address"),
        ("postgresql://platforms:geheim@127.0.0.1:54320", "server.no_name"),
        ("postgresql://platforms:geheim@127.0.0.1:54320/", "server.no_name"),
    ],
)
def test_no_part_of_a_password_is_taken_for_the_machine(given, key):
    with pytest.raises(StoreError) as caught:
        server_place(given)
    assert caught.value.key == f"store.{key}"
    shown = f"{caught.value.message('zh_CN')}{caught.value.fields}"
    assert "TailOfSecret" not in shown
    assert "geheim" not in shown


@pytest.mark.parametrize("password", ["ge/TailOfSecret", "12/TailOfSecret", "ge?TailOfSecret"])
def test_a_password_with_other_signs_is_not_shown_either(password):
    place = server_place(f"postgresql://platforms:{password}@127.0.0.1:54320/platforms")
    assert place.url.password == password
    assert "TailOfSecret" not in f"{place} {place!r} {place.host} {place.name}"


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("server does not support SSL, but SSL was required", "no_tls"),
        ("fe_sendauth: no password supplied", "no_password"),
        ("Connection refused", "unreachable"),
        ('invalid connection option "foo"', "option"),
    ],
)
def test_the_reason_why_a_server_was_not_reached(said, key):
    kind = sa.exc.ProgrammingError if key == "option" else sa.exc.OperationalError
    told = told_by_server(kind("", {}, Exception(said)), server_place(ADDRESS))
    assert told.key == f"store.server.{key}"
    assert told.message("zh_CN") != told.message("en")


# nothing is made by looking

LOOKS = (
    "ledger status", "ledger history", "plots list", "plots history", "scenario list",
    "positions list", "store journal", "ledger members list",
)  # fmt: skip


@pytest.mark.parametrize("words", LOOKS)
def test_looking_makes_nothing(tmp_path, monkeypatch, capsys, words):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path / "kept"))
    assert main(words.split()) == 0
    assert "新建" not in capsys.readouterr().err
    assert names_in(tmp_path) == []


def test_the_first_act_makes_the_store_and_says_where(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path / "kept"))
    add = ["ledger", "members", "add", "王", "--role", "approver", "--by", "王"]
    assert main(add) == 0
    place = tmp_path / "kept" / "yueqing.gpkg"
    assert f"已新建方案库 {place}" in capsys.readouterr().err
    assert names_in(place.parent) == ["yueqing.gpkg"]
    assert main([*add[:3], "李", "--role", "editor", "--by", "王"]) == 0
    assert "新建" not in capsys.readouterr().err
    assert len(open_store("yueqing", place).members.list()) == 2


def write(store, name):
    with store.turns.writing("王") as connection:
        connection.execute(sa.insert(mark), [{"name": name, "value": "1"}])


def test_an_act_that_fails_leaves_no_empty_store(tmp_path):
    store = open_store("here", tmp_path / "kept", make=False)
    assert store.plots.count() == 0

    def broken():
        with store.turns.writing("王") as connection:
            connection.execute(sa.insert(mark), [{"name": "a", "value": "1"}])
            raise sa.exc.OperationalError("", {}, sqlite3.OperationalError("disk is full"))

    with pytest.raises(StoreError) as caught:
        broken()
    assert caught.value.key == "store.disk_full"
    assert names_in(tmp_path / "kept") == []
    write(store, "a")
    assert names_in(tmp_path / "kept") == ["here.gpkg"]
    assert store_status(store).rows["store_mark"] >= 2


def test_of_two_first_acts_none_is_lost(tmp_path):
    one, two = (open_store("here", tmp_path, make=False) for _ in range(2))
    assert (one.plots.count(), two.plots.count()) == (0, 0)
    write(one, "a")
    write(two, "b")
    with open_store("here", tmp_path).turns.reading() as connection:
        names = set(connection.execute(sa.select(mark.c.name)).scalars())
    assert {"a", "b"} <= names


def test_a_file_that_is_gone_is_not_read_as_empty(tmp_path):
    store = open_store("here", tmp_path, make=False)
    write(store, "a")
    Path(store.path).unlink()
    with pytest.raises(StoreError):
        store.plots.count()


def test_a_folder_that_takes_no_files_is_named_and_no_missing_file(tmp_path, monkeypatch):
    def gone(*_, **__):
        # as /proc says it
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr("tempfile.mkdtemp", gone)
    store = open_store("here", tmp_path, make=False)
    for act in (lambda: write(store, "a"), lambda: open_store("here", tmp_path)):
        with pytest.raises(StoreError) as caught:
            act()
        assert caught.value.key == "store.no_access"
        assert caught.value.fields["folder"] == str(tmp_path)
