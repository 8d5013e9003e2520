"""What was cancelled stays so until it is asked for again, or something else is."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from platforms.app import waiting

PAGE = """
import streamlit as st
from platforms.app.plots.shelf import Shelf
from platforms.app.waiting import wait_unless_stopped
asked = st.text_input("asked", "a", key="asked")
shelf = st.session_state.setdefault("shelf", Shelf(2))
begin = lambda: shelf.ask(asked, lambda _: asked.upper())
found = wait_unless_stopped("letters", asked, begin)
st.text(str(found))
"""


@pytest.fixture
def cancelled(monkeypatch):
    """A page whose first wait is cancelled by the visitor."""
    waits = []

    def wait(job, *, cancel):
        waits.append(job)
        if len(waits) == 1:
            cancel()
        return job.result()

    monkeypatch.setattr(waiting, "wait", wait)
    return AppTest.from_string(PAGE, default_timeout=30).run().run(), waits


def _told(app):
    assert not app.exception
    return [one.value for one in app.text]


def test_what_was_cancelled_is_not_begun_again_by_itself(cancelled):
    app, waits = cancelled
    assert _told(app) == ["None"]
    assert _told(app.run()) == ["None"]
    assert len(waits) == 1


def test_it_is_begun_again_when_asked_for(cancelled):
    app, waits = cancelled
    assert _told(app.button(key="again-letters").click().run()) == ["A"]
    assert len(waits) == 2
    assert not app.button


def test_another_question_is_not_stopped(cancelled):
    app, _ = cancelled
    assert _told(app.text_input(key="asked").set_value("b").run()) == ["B"]
