"""A server of one's own in a folder: made, stopped, started again with what it kept."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import stat
import tempfile
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from ledger_samples import a_run

from platforms.cli.main import main
from platforms.errors import MissingPartError, PlatformsError, StoreError
from platforms.store import cluster as at
from platforms.store import server_programs
from platforms.store.cluster import find_cluster, start_cluster, stop_cluster
from platforms.store.ledger.ledger import LedgerEdit
from platforms.store.opening import open_store
from platforms.store.place import server_place
from platforms.store.server import forget_server


@pytest.fixture
def folder(postgis):
    """A folder that the user of a server can reach, also when root runs the tests."""
    made = Path(tempfile.mkdtemp(prefix="platforms-own-"))
    made.chmod(0o711)
    yield made / "server"
    if find_cluster(made / "server"):
        stop_cluster(made / "server")
    shutil.rmtree(made)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def refused(call, *arguments, **named):
    with pytest.raises(PlatformsError) as caught:
        call(*arguments, **named)
    texts = [caught.value.message(lang) for lang in ("zh_CN", "en")]
    assert texts[0] != texts[1]
    assert not [one for one in texts if "{" in one]
    return caught.value.key


def said(capsys, *words):
    capsys.readouterr()
    status = main(["store", *words])
    told = capsys.readouterr()
    return status, told.out, told.err


def test_from_nothing_to_a_store_and_back(folder, capsys, monkeypatch):
    status, out, _ = said(capsys, "start", str(folder), "--port", str(free_port()), "--json")
    told = json.loads(out)
    assert status == 0
    one = find_cluster(folder)
    assert (told["store"], told["port"]) == (one.address, one.port)
    # who may read the passwords
    assert stat.S_IMODE((folder / "access.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for password in (one.password, one.admin_password):
        assert password not in repr(one)
    # the line that it prints works, and a second start changes nothing
    status, out, err = said(capsys, "start", str(folder))
    assert out == f"export PLATFORMS_STORE={one.address}\n"
    assert one.password not in err
    monkeypatch.setenv("PLATFORMS_STORE", one.address)
    store = open_store("here")
    store.ledger.take(a_run([("A", "low_efficiency", 1.0)]), by="王")
    with store._engine.connect() as connection:
        shown = {
            name: connection.exec_driver_sql(f"SHOW {name}").scalar_one()
            for name in ("listen_addresses", "server_encoding", "fsync")
        }
    assert shown == {"listen_addresses": "127.0.0.1", "server_encoding": "UTF8", "fsync": "on"}
    wrong = sa.make_url(one.address).set(password="x").render_as_string(hide_password=False)  # noqa: S106
    assert refused(open_store, "here", wrong) == "store.server.password"
    monkeypatch.setenv("PLATFORMS_LANG", "en")
    status, out, _ = said(capsys, "status", "--json")
    told = json.loads(out)
    assert (told["kind"], told["writable"], told["version"]) == ("postgis", True, told["known"])
    assert (told["workspaces"], told["rows"]["ledger_plot"]) == (["here"], 1)
    assert told["database"].startswith("PostgreSQL 1")
    assert one.password not in out
    # the server goes away in the middle of a visit, and comes back
    assert said(capsys, "stop", str(folder))[0] == 0
    assert refused(store.ledger.plots) == "store.server.unreachable"
    edit = LedgerEdit("A", {"unit": "x"})
    assert refused(store.ledger.set, edit, by="李") == "store.server.unreachable"
    assert "does not run" in said(capsys, "stop", str(folder))[1]
    assert start_cluster(folder) == one
    assert store.ledger.plots()["unit"].tolist() == [""]
    assert store.ledger.set(edit, by="李") == 1
    # and when it ends at once and without a word, what was kept is there
    os.kill(int((folder / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
    for _ in range(600):
        if not one.running:
            break
        time.sleep(0.05)
    assert start_cluster(folder) == one
    assert store.ledger.plots()["unit"].tolist() == ["x"]
    forget_server(server_place(one.address))


def test_folders_that_cannot_hold_a_server(tmp_path, folder):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("x")
    assert refused(start_cluster, tmp_path / "full") == "store.cluster.taken"
    assert [one.name for one in (tmp_path / "full").iterdir()] == ["mine.txt"]
    (tmp_path / "file").write_text("x")
    assert refused(start_cluster, tmp_path / "file") == "store.cluster.taken"
    assert refused(stop_cluster, tmp_path / "none") == "store.cluster.none"
    folder.mkdir()
    (folder / "access.json").write_text("{")
    assert refused(start_cluster, folder) == "store.cluster.unreadable"
    (folder / "access.json").unlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts it as another user")
def test_a_folder_that_the_other_user_cannot_reach_leaves_nothing(tmp_path):
    tmp_path.chmod(0o700)
    assert refused(start_cluster, tmp_path / "server") == "store.cluster.no_folder"
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken(folder):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert refused(start_cluster, folder, port=port) == "store.cluster.port_taken"


def test_postgresql_is_not_installed(monkeypatch, tmp_path):
    monkeypatch.setattr(server_programs.shutil, "which", lambda _: None)
    monkeypatch.setattr(server_programs, "_DEBIAN", tmp_path)
    assert refused(start_cluster, tmp_path / "x") == "store.cluster.no_postgres"
    with pytest.raises(MissingPartError, match="apt-get install postgresql postgresql-postgis"):
        start_cluster(tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_what_connects_is_not_installed_for_a_server_either(monkeypatch, tmp_path, postgis):
    monkeypatch.setattr(at, "find_spec", lambda _: None)
    assert refused(start_cluster, tmp_path / "x") == "store.server.no_driver"
    assert not (tmp_path / "x").exists()


def test_root_without_another_user(monkeypatch, tmp_path, postgis):
    monkeypatch.setattr(server_programs.os, "geteuid", lambda: 0)
    monkeypatch.setattr(server_programs, "_USERS", ("no_such_user_here",))
    assert refused(start_cluster, tmp_path / "x") == "store.cluster.as_root"


def test_what_a_file_store_is(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("PLATFORMS_LANG", "en")
    open_store("yueqing", tmp_path / "s.gpkg")
    status, out, _ = said(capsys, "status", str(tmp_path / "s.gpkg"), "-w", "yueqing", "--json")
    told = json.loads(out)
    assert status == 0
    assert (told["kind"], told["writable"], told["workspaces"]) == ("geopackage", True, [])
    assert told["database"].startswith("SQLite 3")
    status, out, _ = said(capsys, "status", str(tmp_path / "s.gpkg"), "-w", "yueqing")
    assert "can be written to" in out
    assert "none yet" in out


def test_looking_makes_no_file(capsys, tmp_path):
    status, _, err = said(capsys, "status", str(tmp_path / "none.gpkg"), "-w", "yueqing")
    assert status == 1
    assert "none.gpkg" in err
    assert list(tmp_path.iterdir()) == []


def test_a_missing_postgis_is_told(folder, monkeypatch):
    def lacks(*_):
        raise MissingPartError("store.cluster.no_postgis")

    stopped = []
    monkeypatch.setattr(at, "_fill", lacks)
    monkeypatch.setattr(at, "_initialise", lambda _: None)
    monkeypatch.setattr(at, "_start", lambda *_: None)
    monkeypatch.setattr(at, "stop_cluster", stopped.append)
    assert refused(start_cluster, folder) == "store.cluster.no_postgis"
    # what did not come up as it should does not go on running
    assert stopped == [folder]


def test_errors_of_the_store_are_those_of_files():
    assert issubclass(StoreError, OSError)


def test_a_port_of_the_administrator_is_refused_before_anything_is_made(folder, monkeypatch):
    monkeypatch.setattr(at, "_first_open_port", lambda: 1024)
    assert refused(start_cluster, folder, port=80) == "store.cluster.port_low"
    assert not folder.exists()
