"""Counts by step, what is overdue, and milestones."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.ledger.edit_form import forget_wanted
from platforms.app.ledger.editor import (
    act,
    ask_first,
    may_write,
    show_done,
    show_fault,
    turn,
    who,
)
from platforms.app.ledger.plot_list import table_of
from platforms.app.ledger.stands import Stand
from platforms.app.markup import el
from platforms.units import printed

__all__ = ["show_counts", "show_milestones", "show_overdue"]

_LATE, _PLAIN = "#b3541e", "#1f4e79"
_HEIGHT = 320


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"ledger_page.{entry}", None, **fields)


def show_counts(counts: pd.DataFrame, titles: Mapping[str, str]) -> None:
    """Show how many plots stand at each step, and how many of them are overdue."""
    mu = messages.text("ledger.unit.mu")
    rows = []
    for row in counts.to_dict("records"):
        late = _t("bar_late", count=row["overdue"]) if row["overdue"] else ""
        told = _t("bar", plots=row["plots"], mu=f"{printed(row['area_mu'])} {mu}", late=late)
        label = titles.get(row["step"], row["step"])
        rows.append({"label": label, "value": row["plots"], "text": told, "color": _PLAIN,
                     "part": row["overdue"], "part_color": _LATE})  # fmt: skip
    chart = markup.bars(_t("by_step"), messages.text("ledger.unit.plots"), rows)
    markup.show(el("div", chart, cls="ip-steps"))


def show_overdue(stand: Stand, titles: dict[str, str]) -> None:
    """List the plots whose day has passed, the longest first."""
    plots = stand.plots
    late = plots[plots["overdue"]].sort_values("days_over", ascending=False, kind="stable")
    if late.empty:
        markup.show(el("p", _t("none_overdue"), cls="ip-note"))
        return
    table, formats = table_of(stand, late, titles)
    st.dataframe(table, hide_index=True, column_config=formats, placeholder="",
                 height=min(_HEIGHT, 35 * (len(table) + 1) + 3))  # fmt: skip


def show_milestones(
    ledger: ip.Ledger, plots: pd.DataFrame, titles: Mapping[str, str]
) -> None:  # fmt: skip
    """Show the milestones and how far each was reached by the plots, and a form for another."""
    rows = ledger.milestones(plots=plots)
    if rows.empty:
        markup.show(el("p", _t("no_milestones"), cls="ip-note"))
    else:
        numbers = {"target": ("plots", 0), "reached": ("reached", 0),
                   "target_mu": ("area_mu", 2), "reached_mu": ("reached_mu", 2)}  # fmt: skip
        table: dict[str, list[str]] = {}
        for name in ("period", "ends", "step", "unit", *numbers, "state"):
            title = messages.text(f"ledger.column.{name}")
            if name in numbers:
                column, digits = numbers[name]
                title += f"（{messages.text('ledger.unit.mu')}）" if digits else ""
                table[title] = [printed(value, digits) for value in rows[column]]
            else:
                words = [ip.ledger_words(name, value, titles) for value in rows[name]]
                table[title] = [w or messages.text("ledger.all_units") for w in words]
        st.dataframe(pd.DataFrame(table), hide_index=True, placeholder="")
    with st.container():
        show_done("goal")
    with st.popover(_t("milestone.open"), icon=":material/flag:", key=f"ledger-goal-{turn()}"):
        _goal_form(ledger, titles)


def _goal_form(ledger: ip.Ledger, titles: Mapping[str, str]) -> None:
    markup.show(el("p", _t("milestone.about"), cls="ip-note"))
    at = f"goal-{turn()}"
    # above the form: below it, it would stand outside the window
    with st.container():
        show_fault("goal")
    with st.form(f"ledger-{at}", border=False):
        column = "ledger.column"
        st.text_input(messages.text(f"{column}.period"), placeholder="2026-Q1",
                      key=f"{at}-period")  # fmt: skip
        st.selectbox(messages.text(f"{column}.step"), list(titles), index=len(titles) - 1,
                     format_func=lambda step: titles[step], key=_step_key(at))  # fmt: skip
        st.number_input(messages.text(f"{column}.target"), min_value=0, value=0,
                        key=f"{at}-plots")  # fmt: skip
        mu = messages.text("ledger.unit.mu")
        st.number_input(f"{messages.text(f'{column}.target_mu')}（{mu}）", min_value=0.0,
                        value=0.0, key=f"{at}-mu")  # fmt: skip
        st.text_input(messages.text(f"{column}.unit"), key=f"{at}-unit",
                      placeholder=messages.text("ledger.all_units"))  # fmt: skip
        st.form_submit_button(
            _t("milestone.do"), type="primary", disabled=not may_write(), key=f"{at}-do",
            on_click=partial(_set_goal, ledger, at),
        )  # fmt: skip
    ask_first()


def _step_key(at: str) -> str:
    # a browser sends the word that it showed: a box in another language is another box
    return f"{at}-step-{messages.language()}"


def _set_goal(ledger: ip.Ledger, at: str) -> None:
    forget_wanted()
    given = {name: st.session_state[f"{at}-{name}"]
             for name in ("period", "plots", "mu", "unit")}  # fmt: skip
    given["step"] = st.session_state[_step_key(at)]

    def work() -> None:
        ledger.set_milestone(
            given["period"], given["step"], plots=given["plots"] or None,
            area_mu=given["mu"] or None, unit=given["unit"], by=who(),
        )  # fmt: skip

    entry = "done" if given["plots"] or given["mu"] else "taken_back"
    act(_t(f"milestone.{entry}"), work, place="goal")
