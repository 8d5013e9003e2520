"""The way back within a page: the address leads, boxes that hold something else follow."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

PAGE = """
import streamlit as st
from platforms.app import address, going_back
from platforms.app.overview.facets import Facets
from platforms.app.overview.filters import show_filters
st.session_state["going-back"] = type("Told", (), {"count": st.session_state.get("pops", 0)})()
going_back.note_way_back()
before = address.chosen("show") or "table"
st.text(address.choice("show", "show", ["table", "cards", "charts"], str))
titles = {"a": "A", "b": "B", "c": "C"}
st.text(" ".join(show_filters(Facets(
    {"town": ("a", "b", "c")}, {"town": titles}, {}, {}))["town"]))
st.caption(before)
if st.session_state.get("cut"):
    st.stop()
going_back.confirm_way_back()
"""


@pytest.fixture
def page() -> AppTest:
    app = AppTest.from_string(PAGE, default_timeout=30).run()
    app.segmented_control(key="show").set_value("charts")
    app.multiselect(key="filter-town").set_value(["a", "b"])
    return app.run()


def told(app: AppTest) -> list[str]:
    assert not app.exception
    # what stands above a choice knows it before it is drawn
    known = app.caption[0].value
    assert known == app.segmented_control(key="show").value or known.startswith("<")
    return [one.value for one in app.text]


def back(app: AppTest, **query: str | list[str]) -> AppTest:
    app.query_params.clear()
    for name, values in query.items():
        app.query_params[name] = values
    app.session_state["pops"] = 1
    return app.run()


def test_what_is_chosen_leads_without_a_way_back(page):
    assert told(page) == ["charts", "a b"]
    page.query_params["show"] = "cards"
    assert told(page.run()) == ["charts", "a b"]


def test_the_way_back_leads_once(page):
    app = back(page, show="cards", town="c")
    assert told(app) == ["cards", "c"]
    assert told(app.segmented_control(key="show").set_value("charts").run()) == ["charts", "c"]


def test_a_run_that_is_cut_short_leaves_the_way_back_to_the_next(page):
    page.session_state["cut"] = True
    back(page, show="cards", town="c")
    page.session_state["cut"] = False
    page.query_params.clear()
    page.query_params["show"] = "table"
    assert told(page.run()) == ["table", ""]
    assert told(page.segmented_control(key="show").set_value("charts").run())[0] == "charts"


def test_an_address_that_says_nothing_is_the_beginning(page):
    assert told(back(page)) == ["table", ""]


def test_what_is_in_no_list_is_not_chosen(page):
    assert told(back(page, show="<b>", town=["c", "x"])) == ["table", "c"]
