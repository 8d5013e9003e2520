from __future__ import annotations

import threading

import pytest

from platforms import messages
from platforms.app.plots.shelf import Shelf, Stopped


def test_a_result_is_made_once_however_many_ask():
    shelf: Shelf[int] = Shelf(2)
    made = []
    gate = threading.Event()

    def make(progress):
        progress("half", 0.5)
        gate.wait(5)
        made.append(1)
        return 7

    first, second = shelf.ask("k", make), shelf.ask("k", make)
    assert first is second
    assert not first.wait(0.05)
    assert (first.stage, first.share) == ("half", 0.5)
    gate.set()
    assert first.result() == 7
    assert first.ready
    assert len(made) == 1


def test_what_fails_is_raised_and_made_again_next_time():
    shelf: Shelf[int] = Shelf(2)

    def fail(_):
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        shelf.ask("k", fail).result()
    assert shelf.ask("k", lambda _: 3).result() == 3


def test_the_one_unused_for_longest_goes_first():
    shelf: Shelf[str] = Shelf(2)
    for key in "aba":
        shelf.ask(key, lambda _, key=key: key).result()
    shelf.ask("c", lambda _: "c").result()
    assert len(shelf) == 2
    assert shelf.ask("a", lambda _: "made again").result() == "a"
    assert shelf.ask("b", lambda _: "made again").result() == "made again"


def test_work_is_done_in_the_language_of_who_asked():
    shelf: Shelf[str] = Shelf(2)
    messages.set_language("en")
    job = shelf.ask("k", lambda _: messages.language())
    messages.set_language("zh_CN")
    assert job.result() == "en"


def test_stopped_work_ends_where_it_reports_and_is_begun_anew_when_asked_again():
    shelf: Shelf[int] = Shelf(2)
    going, ended = threading.Event(), threading.Event()

    def work(progress):
        going.wait(10)
        try:
            progress("read", 0.5)
        finally:
            ended.set()
        return 1

    first = shelf.ask("k", work)
    shelf.stop()
    again = shelf.ask("k", lambda _: 2)
    assert again.result() == 2
    going.set()
    assert ended.wait(10)
    with pytest.raises(Stopped):
        first.result()
    assert shelf.ask("k", lambda _: 3) is again


def test_what_is_made_stays_when_the_rest_is_stopped():
    shelf: Shelf[int] = Shelf(2)
    job = shelf.ask("k", lambda _: 1)
    assert job.result() == 1
    shelf.stop()
    assert shelf.ask("k", lambda _: 2) is job


def test_sessions_share_what_is_made_and_keep_their_own_when_others_ask_for_more():
    every: Shelf[object] = Shelf(1, shared=True)
    mine, theirs = (Shelf(2, above=every) for _ in range(2))
    first = mine.ask("k", lambda _: object())
    assert theirs.ask("k", lambda _: object()) is first
    # the shelf above holds one: the other's wish pushes it out, and mine is there all the same
    theirs.ask("another", lambda _: object()).result()
    assert mine.ask("k", lambda _: object()) is first
    assert len(every) == 1


def test_who_stops_waiting_stops_no_work_that_others_wait_for():
    every: Shelf[int] = Shelf(2, shared=True)
    mine = Shelf(2, above=every)
    go = threading.Event()

    def work(progress):
        go.wait(10)
        progress("read", 0.5)
        return 1

    job = mine.ask("k", work)
    mine.stop()
    job.give_up()
    go.set()
    assert Shelf(2, above=every).ask("k", lambda _: 2).result() == 1


def test_results_are_those_that_were_made():
    shelf = Shelf(3)

    def failing(_):
        raise ValueError

    shelf.ask("a", lambda _: 1).wait(10)
    shelf.ask("b", failing).wait(10)
    hold = threading.Event()
    shelf.ask("c", lambda _: hold.wait(10))
    assert shelf.results() == [1]
    hold.set()
