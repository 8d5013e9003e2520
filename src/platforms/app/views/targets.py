"""目标对账: what the plans ask for, what was reported, and what the product's figures say."""

from __future__ import annotations

import hashlib
from typing import Any

import pandas as pd
import streamlit as st

from platforms import messages
from platforms.app import markup, state
from platforms.app.guard import show_error
from platforms.app.markup import el
from platforms.app.scene import Scene
from platforms.app.strange import tell_strange
from platforms.app.targets.target_board import Board
from platforms.app.targets.target_charts import show_comparison, show_units
from platforms.app.targets.target_filters import choose_targets, target_choices
from platforms.app.targets.target_intake import show_intake
from platforms.app.targets.target_panel import (
    choose_target,
    chosen_target,
    show_no_target,
    show_sides,
    show_target,
)
from platforms.app.targets.target_rows import STATES, target_table
from platforms.app.waiting import current_scene
from platforms.app.wording import said
from platforms.errors import WorkspaceError

_HEIGHT = 470


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"app.targets.{entry}", None, **fields)


def page() -> None:
    """Draw the page."""
    scene = _scene()
    board = show_intake(scene)
    if board.status.empty:
        markup.show(el("p", _t("none"), cls="ip-note"))
        st.caption(messages.text("app.table.foot", rows=0, id=board.id))
        return
    choices = board.once("choices", board.status, lambda: target_choices(board))
    known = {choice.address: choice.options for choice in choices.values()}
    tell_strange({"target": set(board.status["target_id"]), **known})
    if board.sample:
        markup.show(el("p", _t("sample"), cls="ip-warning"))
    chosen = choose_targets(board, choices)
    if scene is None:
        markup.show(el("p", _t("no_plots"), cls="ip-note"))
    left, right = st.columns([1.9, 1], gap="small")
    row = chosen_target(board)
    with left:
        _show_table(board, chosen, None if row is None else str(row["target_id"]))
    with right:
        if row is not None:
            show_target(board, row, height=_HEIGHT + 30)
        else:
            show_no_target(height=_HEIGHT + 30)
    names = ("compared", "topics", "by_unit")
    bars, topics, units = st.tabs([_t(f"tab.{name}") for name in names])
    with bars:
        show_comparison(board, chosen)
    with topics:
        _show_topics(board, None if row is None else row["topic"])
    with units:
        show_units(board, chosen)


def _scene() -> Scene | None:
    """Return the run whose figures stand beside the targets; targets need none."""
    if not state.has_plots():
        return None
    try:
        return current_scene()
    except WorkspaceError as error:
        # the city lacks what a run needs, and its targets stand all the same
        show_error(said(error))
        return None


def _show_table(board: Board, chosen: pd.DataFrame, shown: str | None) -> None:
    table, formats = board.once("table", chosen, lambda: target_table(board, chosen))
    ids = [str(one) for one in table.index]
    # rows are numbers to the browser: a table of other rows is another table
    mark = hashlib.sha256("\n".join(ids).encode()).hexdigest()[:10]
    key = f"targets-{board.id}-{mark}"
    # what stands beside the table is ticked in it from the beginning
    ticked: Any = {"selection": {"rows": [ids.index(shown)]}} if shown in ids else None

    def pick() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        choose_target(ids[rows[0]] if rows and rows[0] < len(table) else None)

    st.dataframe(
        table,
        key=key,
        hide_index=True,
        height=_HEIGHT,
        on_select=pick,
        selection_mode="single-row",
        selection_default=ticked,
        column_config=formats,
        placeholder="",
    )
    counts = chosen["state"].value_counts()
    numbers = {name: int(counts.get(name, 0)) for name in STATES}
    # without a number nothing is reached or missed
    total = len(chosen) - numbers["no_number"]
    told = _t("count", total=total, **numbers)
    foot = messages.text("app.table.foot", rows=len(table), id=board.id)
    st.caption(f"{told} · {foot}")


def _show_topics(board: Board, topic: object) -> None:
    """Put what several documents say of one matter side by side."""
    topics = [str(name) for name in board.status["topic"].dropna().unique()]
    if not topics:
        markup.show(el("p", _t("no_topics"), cls="ip-note"))
        return
    at = topics.index(str(topic)) if str(topic) in topics else 0
    name = st.selectbox(_t("topic"), topics, index=at, label_visibility="collapsed")
    show_sides(board, name)
