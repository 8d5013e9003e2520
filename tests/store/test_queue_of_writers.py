"""Who comes first writes first; and where there is no queue, writing goes on without."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
import time

import pytest

from platforms.errors import StoreError
from platforms.store import queue_of_writers
from platforms.store.opening import open_store
from platforms.store.queue_of_writers import patience, take_turn

HOLDER = """
import sys
from pathlib import Path
from platforms.store.queue_of_writers import take_turn
turn = take_turn(Path(sys.argv[1]), 5.0)
print("held", flush=True)
sys.stdin.read()
"""


def held(folder):
    """Another process that has the turn until its input ends, or it does."""
    one = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert one.stdout.readline() == "held\n"
    return one


def ended(one):
    one.kill()
    one.wait(30)
    one.stdin.close()
    one.stdout.close()


def test_a_turn_is_given_on(tmp_path):
    first = take_turn(tmp_path, 1.0)
    assert first.seconds == 0.0
    order = []

    def wait(name):
        turn = take_turn(tmp_path, 20.0)
        order.append((name, turn.seconds > 0))
        turn.end()

    crowd = []
    for name in "abcd":
        crowd.append(threading.Thread(target=wait, args=(name,)))
        crowd[-1].start()
        # each stands in the queue before the next one comes
        while not any(one.name == "turn" for one in threading.enumerate()):
            time.sleep(0.01)
        time.sleep(0.1)
    assert order == []
    first.end()
    for one in crowd:
        one.join(20)
    assert order == [(name, True) for name in "abcd"]
    assert list(tmp_path.iterdir()) == []


def test_only_who_has_to_wait_gets_ready_before(tmp_path):
    done = []
    turn = take_turn(tmp_path, 1.0, before=lambda: done.append("first"))
    assert done == []
    late = threading.Thread(
        target=take_turn, args=(tmp_path, 0.05), kwargs={"before": lambda: done.append("late")}
    )
    late.start()
    late.join(20)
    assert done == ["late"]
    turn.end()


def test_who_is_killed_holds_nobody_up(tmp_path):
    one = held(tmp_path)
    assert take_turn(tmp_path, 0.05) is None
    ended(one)
    # also the turn that nobody waited for any more was given back
    turn = take_turn(tmp_path, 20.0)
    assert turn is not None
    turn.end()


def test_who_writes_into_two_stores_of_a_folder_does_not_wait_for_themselves(tmp_path):
    turn = take_turn(tmp_path, 1.0)
    assert take_turn(tmp_path, 20.0) is None
    turn.end()
    again = take_turn(tmp_path, 1.0)
    again.end()


def test_where_there_is_no_queue_writing_goes_on_without(tmp_path, monkeypatch):
    store = open_store("here", tmp_path)

    def unknown(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(queue_of_writers.fcntl, "flock", unknown)
    assert take_turn(tmp_path, 1.0) is None
    assert take_turn(tmp_path / "none", 1.0) is None
    store.ledger.set_milestone("2026-03", "close", plots=1, by="王")
    assert len(store.ledger.milestones()) == 1


def test_a_queue_that_does_not_move_is_passed_by(tmp_path, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE_WAIT", "0.1")
    store = open_store("here", tmp_path)
    one = held(tmp_path)
    store.ledger.set_milestone("2026-03", "close", plots=1, by="王")
    ended(one)
    assert len(store.ledger.milestones()) == 1


def test_a_process_that_was_forked_does_not_keep_the_turn(tmp_path):
    turn = take_turn(tmp_path, 1.0)
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(writing)
        os.read(reading, 1)
        os._exit(0)
    os.close(reading)
    turn.end()
    place = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(place)
    os.close(writing)
    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.parametrize(("said", "seconds"), [("", 30.0), ("0.5", 0.5), (" 7 ", 7.0)])
def test_how_long_is_waited_is_a_setting(monkeypatch, said, seconds):
    monkeypatch.setenv("PLATFORMS_STORE_WAIT", said)
    assert patience() == seconds


@pytest.mark.parametrize("said", ["soon", "-1", "nan", "1e9"])
def test_a_setting_that_is_no_time_is_told(monkeypatch, tmp_path, said):
    monkeypatch.setenv("PLATFORMS_STORE_WAIT", said)
    with pytest.raises(StoreError) as caught:
        open_store("here", tmp_path)
    assert caught.value.key == "store.wait_wrong"
    assert caught.value.message("en") != caught.value.message("zh_CN")


LOOKS = """
import sys
from platforms.store.opening import open_store
open_store("here", sys.argv[1]).ledger.milestones()
"""


def test_opening_a_store_takes_no_lock_from_who_writes_in_it(tmp_path):
    # closing a file takes all locks of the process on it: SQLite in another process, the last to
    # leave as it seems, would throw away what is being written here
    store = open_store("here", tmp_path)
    with store._writing("王"):
        ahead = (tmp_path / "here.gpkg-wal").stat().st_ino
        open_store("here", tmp_path)
        subprocess.run([sys.executable, "-c", LOOKS, str(tmp_path)], check=True, timeout=100)
        assert (tmp_path / "here.gpkg-wal").stat().st_ino == ahead


def test_the_first_to_write_into_a_store_that_is_being_made_waits_for_nobody(tmp_path, monkeypatch):
    # its maker holds the lock of the hidden folder, so the first act waited for itself
    waits = []
    monkeypatch.setattr(queue_of_writers, "_waited", lambda *args: waits.append(args))
    open_store("here", tmp_path, make=False).journal.note("upload", "here.csv", by="王", data=b"x")
    assert (tmp_path / "here.gpkg").is_file()
    assert waits == []
