"""Figures of the documents: bars of what can be compared, and every number with its clause.

A bar shows one indicator in one unit. What a document plans, or only relates to another number,
is drawn paler and said so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.going_back import went_back
from platforms.app.markup import Html, el
from platforms.app.plans.sources import fingerprint, place_of
from platforms.app.strange import tell_strange
from platforms.app.wording import unit_of

__all__ = ["show_figures"]

_OWN, _OTHER, _PALE, _NEGATIVE = "#1f4e79", "#8fa3b8", "#c3ccd6", "#8a2333"
_COLUMNS = ("indicator", "subject", "year", "value", "unit", "value_text", "relation_text",
            "derived", "nature", "text", "place", "note")  # fmt: skip
_NUMBERS = {"value", "derived"}
_KEY, _BOX = "table", "plan-table"


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"plans_page.figures.{entry}", None, **fields)


def show_figures(city: ip.Workspace) -> None:
    """Show the figures of one table of the documents, as bars and as a list."""
    figures = ip.plan_figures(city)
    if figures.empty:
        markup.show(el("p", _t("none"), cls="ip-note"))
        return
    tables = list(dict.fromkeys(zip(figures["doc"], figures["table"], strict=True)))
    doc, table = _choose(city, tables)
    here = figures[figures["doc"].eq(doc) & figures["table"].eq(table)]
    document = city.plan.document(doc)
    title = "" if document is None else document.title
    dated = document.date if document is not None and document.date else _t("undated")
    cards = [_card(chart, city) for chart in ip.figure_charts(here)]
    markup.show(
        el("p", _t("from", title=title, date=dated), cls="ip-note"),
        el("div", *cards, cls="ip-targets") if cards else el("p", _t("no_chart"), cls="ip-note"),
    )
    markup.show(el("h4", _t("all", count=len(here)), cls="ip-h4"))
    _show_list(here, city)


def _choose(city: ip.Workspace, tables: list[tuple[str, str]]) -> tuple[str, str]:
    """Let the visitor choose a table; it stands in the address."""
    named = {f"{doc}:{table}": (doc, table) for doc, table in tables}
    tell_strange({_KEY: named})
    kept = f"{_BOX}-kept"
    before = st.session_state.get(_BOX)
    if went_back() or before not in named:
        asked = st.query_params.get(_KEY)
        before = asked if asked or went_back() else st.session_state.get(kept)
    # set on every run: another language makes another box of it
    st.session_state[_BOX] = before if before in named else next(iter(named))
    titles = {document.id: document.title for document in city.plan.documents}
    one = str(
        st.selectbox(
            _t("choose"),
            list(named),
            format_func=lambda key: f"{named[key][1]} · {titles.get(named[key][0], '')}",
            key=_BOX,
        )
    )
    st.session_state[kept] = one
    if one == next(iter(named)):
        st.query_params.pop(_KEY, None)
    else:
        st.query_params[_KEY] = one
    return named[one]


def _card(chart: ip.FigureChart, city: ip.Workspace) -> Html:
    rows = [{str(k): v for k, v in row.items()} for row in chart.rows.to_dict("records")]
    bars = [
        {
            "label": _label(row, chart.by),
            # a bar has no side of the zero: what is below it has a colour of its own
            "value": abs(float(row["number"])),
            "text": _number(row),
            "color": _color(row, chart.by, city),
        }
        for row in rows
    ]
    notes = [*_meanings(rows, chart), _cited(rows, chart.by)]
    return el(
        "article",
        markup.bars(_title(chart), unit_of(chart.unit), bars),
        *(el("p", note, cls="ip-note") for note in notes),
    )


def _title(chart: ip.FigureChart) -> str:
    """Return the indicator, with the year or the subject that all numbers share."""
    first = chart.rows.iloc[0]
    if chart.by == "subject":
        return _t("of_year", indicator=chart.indicator, year=first["year"] or _t("no_year"))
    if chart.by == "year" and first["subject"]:
        return _t("of_subject", indicator=chart.indicator, subject=first["subject"])
    return chart.indicator


def _label(row: Mapping[str, Any], by: str) -> str:
    if by == "both":
        return f"{row['subject']} {row['year'] or _t('no_year')}".strip()
    return str(row[by]) or _t("no_year")


def _number(row: Mapping[str, Any]) -> str:
    """Return a number as the document writes it, with what must be known of it."""
    number = ip.target_number(float(row["number"]))
    if pd.isna(row["value"]):
        return _t("derived", number=number)
    text = row["value_text"] or number
    return _t("planned", number=text) if row["nature"] == "planned" else str(text)


def _color(row: Mapping[str, Any], by: str, city: ip.Workspace) -> str:
    if float(row["number"]) < 0:
        return _NEGATIVE
    if pd.isna(row["value"]) or row["nature"] == "planned":
        return _PALE
    own = by == "year" or str(row["subject"]).startswith(city.plan.name.zh)
    return _OWN if own else _OTHER


def _meanings(rows: list[dict[str, Any]], chart: ip.FigureChart) -> list[str]:
    """Say what each number means where the document means several things by one name."""
    told = dict.fromkeys((row["subject"], row["indicator_text"]) for row in rows)
    if len({text for _, text in told}) == 1:
        return []
    listed = [f"{subject} {text}".strip() for subject, text in told if text]
    return [_t("meaning", listed=listed)] if listed and chart.indicator else []


def _cited(rows: list[dict[str, Any]], by: str) -> str:
    """Return where each number of a chart is written, numbers of one clause together."""
    places: dict[str, list[str]] = {}
    for row in rows:
        places.setdefault(place_of(row), []).append(_label(row, by))
    if len(places) == 1:
        return _t("cited", places=list(places))
    told = [_t("cited_each", place=place, of=labels) for place, labels in places.items()]
    return _t("cited", places=told)


def _show_list(here: pd.DataFrame, city: ip.Workspace) -> None:
    table = here.assign(place=[place_of(row) for row in here.to_dict("records")])
    table["unit"] = table["unit"].map(unit_of)
    natures = {one: _t(f"nature.{one}") for one in ("actual", "planned")}
    table["nature"] = table["nature"].map(lambda one: natures.get(one, one))
    # a column in which the document says nothing is none
    known = [name for name in _COLUMNS if table[name].notna().any() and table[name].ne("").any()]
    titles = {name: _t(f"column.{name}") for name in known}
    st.dataframe(
        table[known].rename(columns=titles),
        hide_index=True,
        column_config={
            titles[name]: st.column_config.NumberColumn(format="localized")
            for name in known
            if name in _NUMBERS
        },
        placeholder="",
    )
    st.caption(messages.text("app.table.foot", rows=len(here), id=fingerprint(city)))
