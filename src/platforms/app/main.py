"""The frame around every page: navigation, title, marks, language."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from platforms import messages
from platforms.app import markup, opened, state
from platforms.app.address import chosen
from platforms.app.corrections import fault_of
from platforms.app.going_back import confirm_way_back, note_way_back, watch_way_back
from platforms.app.guard import guard
from platforms.app.journal import show_journal_fault
from platforms.app.leaving import ask_before_leaving
from platforms.app.ledger.editor import forget_outcome
from platforms.app.map_component import forget_map
from platforms.app.markup import el
from platforms.app.members.door import closed, leave, role_line
from platforms.app.plots.upload import safe_name
from platforms.app.settling import tidy
from platforms.app.state import Page
from platforms.app.stored.looking import any_stored
from platforms.app.strange import forget_strange
from platforms.app.upload_notice import forget_given_up, note_file, show_notice
from platforms.app.views import (
    exports,
    land,
    ledger,
    members,
    moves,
    overview,
    parks,
    plans,
    plots,
    rules,
    scenarios,
    stored,
    targets,
)
from platforms.app.visitor import show_account
from platforms.app.widgets import show_widget_words
from platforms.app.wording import is_outage, said

__all__ = ["main"]

_PAGES: Mapping[str, Page] = {
    "map": overview.page,
    "parks": parks.page,
    "plans": plans.page,
    "plots": plots.page,
    "rules": rules.page,
    "land": land.page,
    "moves": moves.page,
    "targets": targets.page,
    "scenarios": scenarios.page,
    "ledger": ledger.page,
    "exports": exports.page,
    "members": members.page,
}
# offered where the store keeps plots
_STORED: Mapping[str, Page] = {"stored": stored.page}
_LAST = "last-page"
_WORDS_ONLY = "plans"
_HERE = Path(__file__).parent


def main() -> None:
    """Draw the page that the address names."""
    try:
        with opened.one_look():
            _draw()
    finally:
        # also where the page began another run by itself
        tidy()


def _draw() -> None:
    note_way_back()
    markup.show_style()
    with st.container(key="head", horizontal=True, vertical_alignment="center"):
        title = st.container()
        account = st.container(width="content")
        lang = state.choice(
            "lang",
            messages.text("app.language"),
            messages.LANGUAGES,
            lambda lang: messages.text("app.language_name", lang),
        )
    messages.set_language(lang)
    page = st.navigation(
        state.pages({**_PAGES, **(_STORED if any_stored() else {})}), position="top"
    )
    st.set_page_config(
        page_title=messages.text("app.page_title", page=page.title, app=messages.text("app.title")),
        page_icon=str(_HERE / "icon.svg"),
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    st.logo(str(_HERE / "icon.svg"), size="large")
    if st.session_state.get(_LAST) != page.url_path:
        forget_map()
        forget_strange()
        forget_outcome()
        forget_given_up()
    st.session_state[_LAST] = page.url_path
    # the first component of a visit: the browser fetches what the map needs too, meanwhile
    show_widget_words()
    note_file()
    with guard():
        with title:
            _show_title(page)
        if not closed():
            with account:
                show_account(role_line(), leave)
            show_journal_fault()
            show_notice()
            page.run()
    ask_before_leaving()
    watch_way_back(page.url_path)
    confirm_way_back()


def _published(page: str) -> bool:
    """Say whether the page shows a map for the public, which is marked as such itself."""
    return page == "exports" and chosen("profile") == "public"


def _show_title(page: StreamlitPage) -> None:
    """Show whose land this is, on which page, whose plots are looked at, and what they are."""
    city, given = opened.workspace(), state.looked_at()
    name = str(city.plan.name)
    sources = {"plots": "sample", "constraints": "sample_constraints"}
    looked_at = sources if given is None else {"constraints": "sample_constraints"}
    # a city may begin with places that are made up, on plots that are its own
    looked_at |= dict.fromkeys(("platforms", "towns"), "sample")
    marks = [
        messages.text(f"app.mark.{mark}")
        for layer, mark in looked_at.items()
        if city.has(layer) and city.card(layer).sample
    ][:1]
    fault = fault_of(city)
    always = ["schematic"]
    if page.url_path == _WORDS_ONLY:
        # nothing but documents' words and figures: made-up plots and places are not on it
        marks, always = [], []
    if not _published(page.url_path):
        always.append("internal")
    parts = [
        el("h1", messages.text("app.heading", name=name)),
        # on a phone the navigation is folded away; the map's page is what the heading names
        el("span", page.title, cls="ip-here")
        if page.title != messages.text("app.page.map")
        else None,
        markup.badges(marks, kind="ip-sample"),
        markup.badges(messages.text(f"app.mark.{mark}") for mark in always),
    ]
    if fault is not None:
        # a page that needs the store says the rest itself
        entry = "app.outage.positions" if is_outage(fault) else "parks_page.fault"
        told = messages.text(entry, None, problem=said(fault))
        parts.append(el("span", told, cls="ip-looking"))
    if given is not None:
        parts.append(
            el(
                "span",
                messages.text("app.upload.looking", file=safe_name(given.name)),
                cls="ip-looking",
            )
        )
    markup.show(el("div", *parts, cls="ip-title"))
