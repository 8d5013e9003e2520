"""The plots of the ledger: filters that stand in the address, and a table to choose from."""

from __future__ import annotations

import hashlib
from typing import Any

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.going_back import went_back
from platforms.app.ledger.drafts import draft_of
from platforms.app.ledger.editor import note_picked, pick_plots, picked_plots, turn
from platforms.app.ledger.stands import Stand
from platforms.app.markup import el
from platforms.units import half_up

__all__ = ["choose", "chosen_plots", "filtered", "step_titles", "table_of"]

_ROW_PX = 35
_SEEN = "ledger-seen"
# the areas before what people write: of those a part may lie beyond a narrow window
_COLUMNS = ("plot_id", "town", "firm_name", "step", "area_mu", "reclaimable_mu", "unit", "due",
            "days_over", "note", "changed_by", "changed_at")  # fmt: skip
# in pixels, by language where its headings ask for more
_WIDTHS = {"step": 56, "plot_id": 78, "town": 78, "due": 88, "days_over": 76, "area_mu": 84,
           "reclaimable_mu": 142, "changed_by": 84}  # fmt: skip
_WIDER = {"en": {"step": 84, "days_over": 98, "reclaimable_mu": 184, "changed_by": 112}}
_WIDTH = 104
_NUMBERS = {"area_mu", "reclaimable_mu"}


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"ledger_page.{entry}", None, **fields)


def step_titles(ledger: ip.Ledger) -> dict[str, str]:
    """Return the title of each step, in their order."""
    return {step.id: str(step.title) for step in ledger.steps.steps}


def filtered(plots: pd.DataFrame, titles: dict[str, str]) -> pd.DataFrame:
    """Let the visitor filter; an empty choice leaves all.

    Parameters
    ----------
    plots
        What :meth:`platforms.Ledger.plots` gives.
    titles
        Title of each step.
    """
    strange = sorted(set(plots["step"]) - set(titles))
    columns = st.columns([1.3, 1.3, 1.3, 0.8], gap="small", vertical_alignment="bottom")
    options = {
        "step": [step for step in (*titles, *strange) if plots["step"].eq(step).any()],
        "town": sorted(set(plots["town"]) - {""}),
        "unit": sorted(set(plots["unit"])),
    }
    kept = plots
    for (name, known), column in zip(options.items(), columns[:3], strict=True):
        with column:
            wanted = _several(name, known, titles)
        if wanted:
            kept = kept[kept[name].isin(wanted)]
    with columns[3]:
        if _only_overdue(int(plots["overdue"].sum())):
            kept = kept[kept["overdue"]]
    return kept


def _several(name: str, known: list[str], titles: dict[str, str]) -> list[str]:
    kept = f"ledger-{name}-kept"
    asked = st.query_params.get_all(name) or st.session_state.get(kept, [])
    if went_back():
        # the address leads, also where a box holds something else
        asked = st.query_params.get_all(name)
        st.session_state[f"ledger-{name}"] = [one for one in asked if one in known]
    wanted = st.multiselect(
        messages.text(f"ledger.column.{name}"), known,
        default=None if went_back() else [one for one in asked if one in known],
        format_func=lambda one: titles.get(one, one) or _t("no_unit"),
        placeholder=_t("all"), key=f"ledger-{name}",
    )  # fmt: skip
    st.session_state[kept] = wanted
    if wanted:
        st.query_params[name] = wanted
    else:
        st.query_params.pop(name, None)
    return wanted


def _only_overdue(count: int) -> bool:
    kept = "ledger-overdue-kept"
    asked = st.query_params.get("overdue") == "1" or bool(st.session_state.get(kept))
    if went_back():
        asked = st.session_state["ledger-overdue"] = st.query_params.get("overdue") == "1"
    on = st.toggle(_t("only_overdue", count=count), asked, key="ledger-overdue")
    st.session_state[kept] = on
    if on:
        st.query_params["overdue"] = "1"
    else:
        st.query_params.pop("overdue", None)
    return on


def shown_table(plots: pd.DataFrame, titles: dict[str, str]) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return plots under their headings, and how their numbers are written."""
    table: dict[str, Any] = {}
    formats: dict[str, Any] = {}
    widths = _WIDTHS | _WIDER.get(messages.language(), {})
    for name in _COLUMNS:
        width = widths.get(name, _WIDTH)
        unit = {"area_mu": "mu", "reclaimable_mu": "mu"}.get(name)
        title = messages.text(f"ledger.column.{name}")
        if unit:
            word = messages.text(f"ledger.unit.{unit}")
            title = messages.text("app.table.heading", title=title, unit=word)
        if name in _NUMBERS:
            table[title] = half_up(plots[name].to_numpy("float64"), 2)
            formats[title] = st.column_config.NumberColumn(format="%.2f", width=width)
        elif name == "days_over":
            table[title] = plots[name].array
            formats[title] = st.column_config.NumberColumn(format="%d", width=width)
        else:
            table[title] = [ip.ledger_words(name, value, titles) for value in plots[name]]
            formats[title] = st.column_config.TextColumn(width=width)
    return pd.DataFrame(table, index=pd.Index(plots["plot_id"].astype(str))), formats


def table_of(
    stand: Stand, plots: pd.DataFrame, titles: dict[str, str]
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return some plots of a ledger as :func:`shown_table` does, put into words once.

    Parameters
    ----------
    stand
        How the ledger stands.
    plots
        Rows of it, in any order.
    titles
        Title of each step.
    """
    key = (messages.language(), tuple(titles.items()))
    table, formats = stand.once(
        f"table {key[0]}", key, lambda: shown_table(stand.plots, titles)
    )  # fmt: skip
    if plots is stand.plots:
        return table, formats
    return table.iloc[plots.index.to_numpy()], formats


def choose(
    stand: Stand, plots: pd.DataFrame, titles: dict[str, str], *, height: int
) -> list[str]:  # fmt: skip
    """Show the table and return the ids of the plots that are chosen in it.

    Parameters
    ----------
    stand
        How the ledger stands.
    plots
        Those of it that are shown.
    titles
        Title of each step.
    height
        In pixels, at most.
    """
    _follow_address()
    if plots.empty:
        markup.show(el("p", _t("none_left"), cls="ip-empty"))
        note_picked([])
        st.query_params.pop("plot", None)
        return []
    table, formats = table_of(stand, plots, titles)
    ids = [str(one) for one in table.index]
    before = picked_plots()
    if before is None:
        before = st.query_params.get_all("plot")
    there = set(ids)
    rows = [ids.index(one) for one in before if one in there]
    # rows are numbers to the browser: a table of other rows is another table
    mark = hashlib.sha256("\n".join(ids).encode()).hexdigest()[:10]
    event: Any = st.dataframe(
        table,
        key=f"ledger-table-{turn()}-{mark}",
        height=min(height, _ROW_PX * (len(table) + 1) + 3),
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": rows}} if rows else None,
        column_config=formats,
        placeholder="",
    )
    picked = [ids[row] for row in event.selection.rows if row < len(ids)]
    note_picked(picked)
    if len(picked) == 1:
        st.query_params["plot"] = picked[0]
    else:
        st.query_params.pop("plot", None)
    return picked


def _follow_address() -> None:
    """Choose what the way back asks for: the table remembers what was ticked in it."""
    if not went_back():
        return
    before, asked = picked_plots() or [], st.query_params.get_all("plot")
    # several stand in no address
    if asked != (before if len(before) == 1 else []):
        pick_plots(asked)


def chosen_plots(plots: pd.DataFrame, picked: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the chosen plots as they were when they were chosen, and as they are now.

    Between the two somebody else may have written; the form stands on the first, and so does
    what is written from it. What was typed and not saved stands on what it was typed on.
    """
    now = plots[plots["plot_id"].isin(picked)]
    draft = draft_of(picked)
    if draft is not None:
        return draft.seen, now
    held = st.session_state.get(_SEEN)
    if held is None or held[0] != (turn(), tuple(picked)):
        st.session_state[_SEEN] = held = ((turn(), tuple(picked)), now)
    return held[1], now
