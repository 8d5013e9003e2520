"""An upload that is not there is told: after a page loaded anew, and after it was given up."""

from __future__ import annotations

import html

import pytest
from streamlit.testing.v1 import AppTest

from platforms.app import waiting
from platforms.app.plots.upload import Upload

NOTICE = """
from platforms.app.upload_notice import give_up, note_file, show_notice
import streamlit as st
st.button("stop", on_click=give_up, key="stop")
note_file()
show_notice()
"""
FIRST, SECOND = Upload("a.zip", b"a"), Upload("b.zip", b"b")


def told(app):
    assert not app.exception
    return html.unescape("\n".join(part.proto.body for part in app.get("html")))


def page(**held):
    app = AppTest.from_string(NOTICE, default_timeout=30)
    for name, value in held.items():
        app.session_state[name.replace("_", "-")] = value
    return app


def named(app):
    return app.query_params.get("file") in ("a.zip", ["a.zip"])


def test_the_address_names_the_file_that_is_looked_at():
    app = page(upload=FIRST, upload_read=FIRST).run()
    assert named(app)
    assert told(app) == ""
    # another page has an address of its own
    app.query_params.clear()
    assert named(app.run())


def test_a_file_of_another_visit_is_told_until_it_was_read():
    app = page()
    app.query_params["file"] = "a.zip"
    app = app.run()
    assert "上传的文件 a.zip 只在上次访问中有" in told(app)
    app.query_params.clear()
    app = app.run()
    assert "a.zip" in told(app)
    assert named(app)
    app = app.button(key="upload-notice-close").click().run()
    assert told(app) == ""
    assert "file" not in app.query_params


def test_hostile_names_in_the_address_are_text():
    app = page()
    app.query_params["file"] = "<img src=x onerror=alert(1)>"
    raw = "\n".join(part.proto.body for part in app.run().get("html"))
    assert "<img" not in raw


def test_a_new_upload_ends_the_notice():
    app = page()
    app.query_params["file"] = "a.zip"
    app = app.run()
    app.session_state["upload"] = app.session_state["upload-read"] = SECOND
    app = app.run()
    assert told(app) == ""
    assert app.query_params["file"] in ("b.zip", ["b.zip"])


@pytest.mark.parametrize(
    ("held", "then"),
    [
        # while it is read, and while its plots are judged
        ({"upload": SECOND, "upload_read": FIRST}, FIRST),
        ({"upload": SECOND, "upload_read": SECOND, "upload_before": FIRST}, FIRST),
        ({"upload": SECOND}, None),
        ({"upload": SECOND, "upload_read": SECOND, "upload_before": None}, None),
    ],
)
def test_what_is_given_up_leaves_what_was_before_and_is_told(held, then):
    app = page(**held).run()
    app = app.button(key="stop").click().run()
    kept = app.session_state
    assert (kept["upload-read"] is then) if then else "upload-read" not in kept
    assert "已取消 b.zip" in told(app)
    assert named(app) == (then is FIRST)


def test_the_first_scene_of_an_upload_can_be_cancelled_at_all_stages(monkeypatch):
    offered = []
    monkeypatch.setattr(waiting, "scene_job", lambda: None)
    monkeypatch.setattr(waiting, "wait", lambda _, *, cancel: offered.append(cancel))
    code = "from platforms.app.waiting import current_scene\ncurrent_scene()\n"
    app = AppTest.from_string(code, default_timeout=30).run()
    app.session_state["upload"] = app.session_state["upload-read"] = FIRST
    app.run()
    app.run()
    assert not app.exception
    assert [one is not None for one in offered] == [False, True, False]


def test_accepting_an_upload_remembers_the_one_before():
    code = (
        "from platforms.app.state import accept_upload\n"
        "from platforms.app.plots.upload import Upload\n"
        "for one in (b'a', b'b', b'b'):\n    accept_upload(Upload('x.zip', one))\n"
    )
    app = AppTest.from_string(code, default_timeout=30).run()
    assert app.session_state["upload-before"].data == b"a"
