"""Searches run beside the page, are watched, and are stopped one by one."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from platforms.app.solving import Search, progress_text

PAGE = """
import threading
import streamlit as st
from platforms.app.solving import begin, search_of, watch

def work(report, stop):
    from types import SimpleNamespace
    report(SimpleNamespace(seconds=1.0, best=12.0, bound=10.0, gap=0.2, phase="search"))
    stop.wait(30)
    return "kept"

if st.button("go", key="go"):
    begin("demo", 1, work)
search = search_of("demo", 1)
if search is not None:
    if search.job.ready:
        st.text(search.job.result())
    else:
        watch("demo", limit_s=30)
"""


def test_a_search_is_watched_and_stopped_with_what_it_has():
    app = AppTest.from_string(PAGE, default_timeout=20).run()
    app = app.button(key="go").click().run()
    assert not app.exception
    assert not app.text
    app = app.button(key="stop-demo").click().run()
    search = app.session_state["search-demo"]
    assert search.stop.is_set()
    assert search.job.wait(10)
    app = app.run()
    assert [text.value for text in app.text] == ["kept"]


def test_of_a_curve_the_point_is_told_and_no_limit_that_holds_for_one_point_only():
    search = Search("key")
    search.report(SimpleNamespace(best=None, bound=None, gap=None, phase="curve", done=3, most=20))
    told = progress_text(search, None)
    assert "第 4 / 20 点" in told
    assert "最多" not in told
    search.report(SimpleNamespace(best=None, bound=None, gap=None, phase="search", done=3, most=9))
    assert "点" not in progress_text(search, None)


def test_an_answer_to_something_else_is_not_shown():
    app = AppTest.from_string(PAGE.replace('search_of("demo", 1)', 'search_of("demo", 2)'))
    app = app.run().button(key="go").click().run()
    assert not app.text
    app.session_state["search-demo"].stop.set()


def test_the_next_search_stops_the_one_before():
    app = AppTest.from_string(PAGE, default_timeout=20).run().button(key="go").click().run()
    before = app.session_state["search-demo"]
    app.button(key="go").click().run()
    assert before.stop.is_set()
    app.session_state["search-demo"].stop.set()


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (None, ["最多 20 秒"]),
        ((12.0, 10.0, 0.2), ["目前最好 12.00", "下界 10.00", "差距 20.000%"]),
        ((None, 10.0, None), ["下界 10.00"]),
        ((float("inf"), float("-inf"), float("inf")), ["最多 20 秒"]),
    ],
)
def test_progress_is_told_as_far_as_it_is_known(told, words):
    search = Search(1)
    if told is not None:
        best, bound, gap = told
        search.report(SimpleNamespace(seconds=1.0, best=best, bound=bound, gap=gap, phase=""))
    text = progress_text(search, 20)
    for word in words:
        assert word in text
    assert "inf" not in text


def test_an_error_waits_for_whoever_asks():
    search = Search(1)
    search.job.future.set_exception(ValueError("no"))
    assert search.job.ready
    with pytest.raises(ValueError, match="no"):
        search.job.result()
    assert isinstance(search.stop, threading.Event)
