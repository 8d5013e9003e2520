"""Tasks and measures of the documents: filtered by who is to do them, each with its words."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.choosing import Choice, choose_several, choose_words
from platforms.app.markup import el
from platforms.app.plans.sources import fingerprint, place_of, units_told
from platforms.app.plans.work_panel import show_work_row
from platforms.app.strange import tell_strange

__all__ = ["show_work"]

_HEIGHT = 520
_WIDE = (1.6, 1.1, 1.1, 1.2)
_COLUMNS = ("name", "kind", "lead", "joint", "place", "document")
_KEY = "work"


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"plans_page.work.{entry}", None, **fields)


def show_work(city: ip.Workspace) -> None:
    """Show what the documents order to be done."""
    work = ip.plan_work(city)
    if work.empty:
        markup.show(el("p", _t("none"), cls="ip-note"))
        return
    choices = _choices(work, city)
    known = {choice.address: choice.options for choice in choices.values()}
    tell_strange({_KEY: set(work["work_id"]), **known})
    chosen = _chosen(work, choices)
    left, right = st.columns([1.7, 1], gap="small")
    wanted = work[work["work_id"].eq(st.query_params.get(_KEY, ""))]
    row = next(iter(wanted.to_dict("records")), None)
    with left:
        _show_table(chosen, city, "" if row is None else str(row["work_id"]))
    with right:
        show_work_row(city, row, height=_HEIGHT + 30)


def _choices(work: pd.DataFrame, city: ip.Workspace) -> dict[str, Choice]:
    titles = {document.id: document.title for document in city.plan.documents}
    documents = [doc for doc in titles if work["doc"].eq(doc).any()]
    leads = ip.work_units(work.assign(joint=""))
    return {
        "documents": Choice(
            "doc", {one: one for one in documents}, titles.__getitem__, _t("filter.documents")
        ),
        "leads": Choice("lead", {one: one for one in leads}, str, _t("filter.leads")),
        "units": Choice(
            "unit", {one: one for one in ip.work_units(work)}, str, _t("filter.units")
        ),
    }  # fmt: skip


def _chosen(work: pd.DataFrame, choices: Mapping[str, Choice]) -> pd.DataFrame:
    columns = st.columns(_WIDE, gap="small")
    given: dict[str, Any] = choose_several("work", choices, columns=columns, every=_t("all"))
    with columns[-1]:
        text = choose_words("work-words", "q", _t("filter.text"), hint=_t("filter.hint"))
    return ip.select_work(work, **given, text=text)


def _show_table(chosen: pd.DataFrame, city: ip.Workspace, shown: str) -> None:
    titles = {document.id: document.title for document in city.plan.documents}
    ids = chosen["work_id"].tolist()
    told = chosen.assign(
        kind=chosen["kind"].map(lambda kind: messages.text(f"plans_page.kind.{kind}")),
        lead=chosen["lead"].map(units_told),
        joint=chosen["joint"].map(units_told),
        document=chosen["doc"].map(lambda doc: titles.get(doc, doc)),
        place=[place_of(row) for row in chosen.to_dict("records")],
    )
    names = {name: _t(f"column.{name}") for name in _COLUMNS}
    # rows are numbers to the browser: a table of other rows is another table
    mark = hashlib.sha256("\n".join(ids).encode()).hexdigest()[:10]
    key = f"work-{fingerprint(city)}-{mark}"

    def pick() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows and rows[0] < len(ids):
            st.query_params[_KEY] = ids[rows[0]]
        else:
            st.query_params.pop(_KEY, None)

    ticked: Any = {"selection": {"rows": [ids.index(shown)]}} if shown in ids else None
    st.dataframe(
        told[list(_COLUMNS)].rename(columns=names),
        key=key,
        hide_index=True,
        height=_HEIGHT,
        on_select=pick,
        selection_mode="single-row",
        selection_default=ticked,
        column_config={
            names["name"]: st.column_config.TextColumn(width=260),
            names["kind"]: st.column_config.TextColumn(width=76),
            names["lead"]: st.column_config.TextColumn(width=96),
            names["place"]: st.column_config.TextColumn(width=96),
        },
        placeholder="",
    )
    st.caption(messages.text("app.table.foot", rows=len(chosen), id=fingerprint(city)))
