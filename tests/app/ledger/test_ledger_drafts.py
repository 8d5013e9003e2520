"""What was typed outlives the server: the browser brings it along, and hands back what it kept."""

from __future__ import annotations

import html

import pytest
from streamlit.testing.v1 import AppTest

import platforms as ip

PAGE = "from platforms.app.views import ledger\nledger.page()\n"
BACK = f"""
import streamlit as st
from platforms.app.ledger.drafts import drafts_packed, take_drafts
from platforms.app.ledger.editor import book, start_over
if "handed" in st.session_state:
    st.session_state["taken"] = take_drafts(st.session_state.pop("handed"), book().plots())
    start_over()
{PAGE}
st.session_state["packed"] = drafts_packed()
"""
WHY = {"step": "planned", "unit": "乙局", "due": "", "note": "三户待谈", "why": ""}


@pytest.fixture
def ledger(example_ledger, tmp_path, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path))
    return example_ledger(tmp_path)


def visit(plot, script=BACK):
    app = AppTest.from_string(script, default_timeout=180)
    app.query_params["plot"] = plot
    return app


def body(app):
    assert not app.exception
    return html.unescape("\n".join(part.proto.body for part in app.get("html")))


def box(app, kind, name):
    (found,) = [one for one in getattr(app, kind) if str(one.key).startswith(f"ledger-{name}-")]
    return found


def test_boxes_are_called_the_same_on_a_server_that_began_anew(ledger):
    one, other = ledger.plots()["plot_id"].head(2)
    first = visit(one).run()
    # something was done in the visit before
    first.session_state["ledger-turn"] = 3
    keys = [box(first.run(), "text_area", "note").key]
    again = visit(one).run()
    keys.append(box(again, "text_area", "note").key)
    assert keys[0] == keys[1]
    ledger.set([ip.LedgerEdit(one, {"note": "新"})], by="赵")
    assert box(visit(one).run(), "text_area", "note").key != keys[0]
    assert box(visit(other).run(), "text_area", "note").key != keys[0]


def test_what_the_browser_kept_is_in_the_form_of_the_next_visit(ledger):
    plot = str(ledger.plots()["plot_id"].iloc[0])
    first = visit(plot).run()
    box(first, "text_area", "note").set_value("三户待谈").run()
    packed = first.session_state["packed"]
    assert packed[0]["given"]["note"] == "三户待谈"
    # meanwhile somebody else wrote on the plot
    ledger.set([ip.LedgerEdit(plot, {"unit": "丙局"})], by="赵")
    again = visit(plot)
    again.session_state["handed"] = packed
    again.run()
    assert again.session_state["taken"] == 1
    assert "仍为您留着" in body(again)
    assert box(again, "text_area", "note").value == "三户待谈"
    # it stands on what was there when it was typed, so what the other wrote is no change of it
    (draft,) = again.session_state["packed"]
    assert draft["given"]["unit"] == ""
    assert draft["plots"][plot][0] == packed[0]["plots"][plot][0]


@pytest.mark.parametrize(
    "kept",
    [
        [None, 7, {}, {"given": [], "plots": {}}],
        [{"given": WHY, "plots": {}}],
        [{"given": WHY, "plots": {"no such": [1, "survey", "", "", ""]}}],
        [{"given": {"note": "x"}, "plots": {"PLOT": [1, "survey", "", "", ""]}}],
        [{"given": WHY, "plots": {"PLOT": ["x", "survey", "", "", ""]}}],
        [{"given": WHY, "plots": {"PLOT": [1]}}],
    ],
)
def test_what_is_no_draft_is_left(ledger, kept):
    plot = str(ledger.plots()["plot_id"].iloc[0])
    for one in kept:
        if isinstance(one, dict) and one and "PLOT" in one["plots"]:
            one["plots"] = {plot: one["plots"]["PLOT"]}
    script = """
import streamlit as st
from platforms.app.ledger.drafts import take_drafts
from platforms.app.ledger.editor import book
st.session_state["taken"] = take_drafts(st.session_state["handed"], book().plots())
"""
    app = AppTest.from_string(script, default_timeout=60)
    app.session_state["handed"] = kept
    app.run()
    assert not app.exception
    assert app.session_state["taken"] == 0
