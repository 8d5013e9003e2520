"""What was done to one plot, and taking the last act back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

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
    show_fault,
    show_outcome,
    turn,
    who,
)
from platforms.app.markup import el

__all__ = ["show_history"]

# in pixels
_COLUMNS = {"at": 122, "who": 100, "what": 78, "field": 86, "was": 130, "became": 180, "why": 160}
_ROWS, _HEIGHT = 8, 300


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"ledger_page.{entry}", None, **fields)


def show_history(ledger: ip.Ledger, plot_id: str, titles: Mapping[str, str]) -> None:
    """Show the history of a plot, the newest first, and offer to undo what was done last.

    Parameters
    ----------
    ledger
        The ledger.
    plot_id
        The plot.
    titles
        Title of each step.
    """
    past = ledger.history(plot_id)
    # what a plot came in with stands in its row
    told = past[past["what"].ne("add") | past["field"].eq("step")].iloc[::-1]
    rows = told.to_dict("records")
    table = {
        messages.text(f"ledger.column.{name}"): [
            ip.ledger_words(str(row["field"]) if name in {"was", "became"} else name, row[name],
                            titles)
            for row in rows
        ]
        for name in _COLUMNS
    }  # fmt: skip
    markup.show(el("h4", _t("history", plot=plot_id), cls="ip-h4"))
    height: Any = _HEIGHT if len(told) > _ROWS else "content"
    # one long text must not push the reason out of the window
    widths = {messages.text(f"ledger.column.{name}"): st.column_config.TextColumn(width=width)
              for name, width in _COLUMNS.items()}  # fmt: skip
    st.dataframe(pd.DataFrame(table), hide_index=True, height=height, placeholder="",
                 column_config=widths)  # fmt: skip
    last = past.iloc[-1]
    with st.container():
        # of acts that are no longer the last there is no box
        show_outcome(*(f"undo {one}" for one in past["act"].unique() if one != last["act"]))
    if last["what"] == "add":
        return
    together = ledger.history(act=str(last["act"]))
    _show_undo(ledger, str(last["act"]), together["plot_id"].nunique())


def _show_undo(ledger: ip.Ledger, key: str, plots: int) -> None:
    with st.popover(_t("undo.open"), icon=":material/undo:", key=f"ledger-undo-{key}-{turn()}"):
        markup.show(el("p", _t("undo.about", count=plots), cls="ip-note"))
        st.text_input(_t("why"), key=f"ledger-undo-why-{key}", max_chars=2000)
        st.button(
            _t("undo.do"), type="primary", disabled=not may_write(), key=f"ledger-undo-do-{key}",
            on_click=partial(_undo, ledger, key),
        )  # fmt: skip
        with st.container():
            show_fault(f"undo {key}")
        ask_first()


def _undo(ledger: ip.Ledger, key: str) -> None:
    forget_wanted()
    why = str(st.session_state[f"ledger-undo-why-{key}"])
    act(_t("undo.done"), lambda: ledger.undo(key, by=who(), why=why), place=f"undo {key}")
