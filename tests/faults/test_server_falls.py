"""The server goes: a process of it is killed, or all of it stops at once. Nothing is lost."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
import time
from pathlib import Path

import fault_acts as acts
import pytest
from fault_checks import edits_there, whole
from killing import few, noted

from platforms.errors import PlatformsError
from platforms.store.cluster import find_cluster, start_cluster
from platforms.store.opening import open_store
from platforms.store.place import server_place
from platforms.store.server import forget_server
from platforms.store.server_programs import run_program


@pytest.fixture(scope="module")
def own(postgis):
    """A server that others do not use; one that keeps to disk what it says is kept."""
    # for root the server is another user, who cannot enter the folders of the tests
    folder = Path(tempfile.mkdtemp(prefix="platforms-falls-", dir=_quick()))
    try:
        yield start_cluster(folder, port=_port())
        program(
            find_cluster(folder), "pg_ctl", "stop", "-m", "immediate", "-D", str(folder / "data")
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _quick():
    """A folder in memory where there is one: what is killed here is the server, not the machine."""
    memory = Path("/dev/shm")  # noqa: S108 the folder gets a name of its own
    fits = memory.is_dir() and shutil.disk_usage(memory).free > 2**30
    return memory if fits and os.access(memory, os.W_OK) else None


def _port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def program(made, *words):
    return run_program(made.folder, made.user, *words)


def backends(made):
    """Return the processes of the server that serve this program."""
    import psycopg

    asked = "SELECT pid FROM pg_stat_activity WHERE application_name = 'industrial-platforms'"
    for _ in range(100):
        try:
            with psycopg.connect(made.admin_address, autocommit=True) as connection:
                return [row[0] for row in connection.execute(asked)]
        except psycopg.OperationalError:
            # it recovers from the one before
            time.sleep(0.1)
    pytest.fail("the server did not come back")


def killed(made, dice):
    found = backends(made)
    if found:
        os.kill(dice.choice(found), signal.SIGKILL)


def fell(made, dice):
    data = str(made.folder / "data")
    assert program(made, "pg_ctl", "stop", "-m", "immediate", "-D", data).returncode == 0
    start_cluster(made.folder)


TOLD = {"store.server.gone", "store.server.unreachable", "store.server.unsure", "store.meanwhile"}
FALLS = {"a process is killed": killed, "all of it stops at once": fell}


def opens(place):
    """Open the store of a server that may just be coming back."""
    for _ in range(100):
        forget_server(server_place(place))
        try:
            return open_store("here", place)
        except PlatformsError as error:
            said = error.key
        assert said in TOLD
        time.sleep(0.2)
    pytest.fail("the server did not come back")


@few(2)
@pytest.mark.parametrize("fall", FALLS)
def test_what_was_accepted_outlives_the_server(own, tmp_path, killer, times, fall):
    name = f"here_{list(FALLS).index(fall)}_{times}"
    place = own.address.removesuffix("platforms") + name
    _database(own, name)
    store, notes = open_store("here", place), tmp_path / "notes"
    acts.fill(store)
    for turn in killer.turns(times if times < 10 else times // 2):
        stop, met = threading.Event(), []
        editors = [
            threading.Thread(target=_edits, args=(place, notes, f"t{turn}e{at}", stop, met))
            for at in range(3)
        ]
        for one in editors:
            one.start()
        time.sleep(killer.dice.uniform(0.05, 0.6))
        FALLS[fall](own, killer.dice)
        time.sleep(0.2)
        stop.set()
        for one in editors:
            one.join(120)
        assert not any(one.is_alive() for one in editors)
        killer.count(met=bool(met))
        # whoever was cut off was told so in words, and with the next step
        for error in met:
            assert error.key in TOLD, error.key
            assert error.message("en") != error.message("zh_CN")
        store = opens(place)
        if turn % 5 == 0 or times < 10:
            whole(store)
    whole(store)
    assert edits_there(store, notes) >= times
    forget_server(server_place(place))


def _database(own, name):
    import psycopg

    with psycopg.connect(own.admin_address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} OWNER platforms")
    with psycopg.connect(own.admin_address.removesuffix("platforms") + name, autocommit=True) as c:
        c.execute("CREATE EXTENSION IF NOT EXISTS postgis")


def _edits(place, notes, name, stop, met):
    from platforms.store.ledger.ledger import LedgerEdit

    note, turn = acts.notebook(str(notes)), 0
    while not stop.is_set():
        try:
            store = open_store("here", place)
            while not stop.is_set():
                word = f"{name}-{turn}"
                turn += 1
                many = turn % 5 == 4
                keys = range(acts.PLOTS) if many else [turn % acts.PLOTS]
                edits = [LedgerEdit(f"P{at}", {"note": word, "unit": word}) for at in keys]
                store.ledger.set(edits, by=name, why="edit")
                note(f"ledger {word} {len(edits)}")
        except PlatformsError as error:
            met.append(error)
            time.sleep(0.05)


def test_the_notes_are_lines(tmp_path):
    (tmp_path / "notes").write_text("a 1\nb 2\nc")
    assert noted(tmp_path / "notes") == ["a 1", "b 2"]
