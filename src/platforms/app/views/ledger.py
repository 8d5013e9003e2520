"""台账: how each plot stands, who is responsible, by when, and who changed it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup, opened
from platforms.app.guard import guard
from platforms.app.ledger.beside_targets import show_targets
from platforms.app.ledger.drafts import show_drafts
from platforms.app.ledger.edit_form import (
    chosen_head,
    show_conflict,
    show_form,
    show_newer,
)
from platforms.app.ledger.editor import (
    ask_name,
    book,
    note_rights,
    said_here,
    show_done,
    show_outcome,
)
from platforms.app.ledger.goals import show_counts, show_milestones, show_overdue
from platforms.app.ledger.ledger_files import show_export, show_import, show_take
from platforms.app.ledger.past import show_history
from platforms.app.ledger.plot_files import show_files
from platforms.app.ledger.plot_list import choose, chosen_plots, filtered, step_titles
from platforms.app.ledger.stands import stand_of
from platforms.app.markup import el
from platforms.app.members.door import mode_line
from platforms.app.strange import tell_strange
from platforms.units import printed

_HEIGHT = 430
# name in the address → column
_ADDRESS = {"plot": "plot_id", "step": "step", "town": "town", "unit": "unit"}


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"ledger_page.{entry}", None, **fields)


def page() -> None:
    """Draw the page."""
    markup.show(el("p", _t("about"), cls="ip-note"))
    ledger, store = book(), opened.store()
    titles = step_titles(ledger)
    with st.container(horizontal=True, vertical_alignment="bottom", key="ledger-tools"):
        ask_name()
        note_rights(store)
        show_take(ledger)
        show_export(store, titles)
        show_import(ledger)
    markup.show(el("p", mode_line(store), cls="ip-mode"))
    # there also when it is empty: what stands below keeps its place
    top = st.container()
    stand = stand_of(store)
    plots = stand.plots
    if plots.empty:
        with top:
            _show_said(ledger, titles, "top", form=False)
        markup.show(el("div", el("b", _t("empty.title")), el("p", _t("empty.about")),
                       cls="ip-empty"))  # fmt: skip
        return
    if plots["sample"].any():
        markup.show(el("p", _t("sample"), cls="ip-warning"))
    tell_strange({name: set(plots[column]) for name, column in _ADDRESS.items()})
    left, right = st.columns([1.9, 1], gap="small")
    with left:
        kept = filtered(plots, titles)
        picked = choose(stand, kept, titles, height=_HEIGHT)
        with st.container(key="ledger-foot"):
            _foot(kept, plots)
        if len(picked) == 1:
            with guard():
                show_history(ledger, picked[0], titles)
    with right, guard():
        _show_chosen(ledger, plots, picked, titles)
    with top:
        _show_said(ledger, titles, "top", form=bool(picked))
    counts, goals, late = st.tabs([_t("tab.counts"), _t("tab.milestones"), _t("tab.overdue")])
    with counts:
        counted = stand.once("counts", None, lambda: ledger.counts(plots=plots))
        show_counts(counted, titles)
        for line in _apart(plots):
            markup.show(el("p", line, cls="ip-note"))
        with guard():
            show_targets(store, titles, stand)
        if not ledger.steps.official:
            markup.show(el("p", messages.text("ledger.steps_own"), cls="ip-note"))
    with goals:
        show_milestones(ledger, plots, titles)
    with late:
        show_overdue(stand, titles)


def _show_said(ledger: ip.Ledger, titles: dict[str, str], place: str, *, form: bool) -> None:
    """Say at a place what the last act did, or what stands against it."""
    if place == "form" or not form:
        show_outcome("form")
    if place == "top":
        show_outcome()
        show_done("take", "bring")
    if said_here(place, form=form):
        with guard():
            show_conflict(ledger, titles)


def _foot(kept: pd.DataFrame, plots: pd.DataFrame) -> None:
    mu = f"{printed(float(kept['area_mu'].sum()))} {messages.text('ledger.unit.mu')}"
    late = int(kept["overdue"].sum())
    told = _t("foot", shown=len(kept), all=len(plots), mu=mu, late=late)
    st.caption(" ".join([told, *_apart(kept)]))


def _apart(plots: pd.DataFrame) -> list[str]:
    """Tell plots apart that nobody could judge: what is missing is never low-efficient."""
    open_ = plots[plots["verdict"].eq("unknown")]
    if open_.empty:
        return []
    mu = f"{printed(float(open_['area_mu'].sum()))} {messages.text('ledger.unit.mu')}"
    return [_t("apart", count=len(open_), mu=mu)]


def _show_chosen(
    ledger: ip.Ledger, plots: pd.DataFrame, picked: list[str], titles: dict[str, str]
) -> None:
    if not picked:
        markup.show(el("p", _t("choose"), cls="ip-note"))
        show_drafts(picked)
        return
    seen, now = chosen_plots(plots, picked)
    markup.show(chosen_head(seen, titles))
    with st.container():
        _show_said(ledger, titles, "form", form=True)
        show_newer(seen, now)
    show_form(ledger, seen, titles)
    if len(picked) == 1:
        with guard():
            show_files(ledger, picked[0], titles)
    # below: what is about to be pressed must not move away
    show_drafts(picked)
