"""Targets and where they stand, as the page and the panel show them.

A target that the land can answer is compared with the product's own figure. On sample plots
that comparison shows how it works and says nothing of what was achieved, and it is marked so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.detail import shown
from platforms.app.markup import Html, el
from platforms.app.scene import Scene

__all__ = ["compared", "show_comparison", "target_figure", "target_table"]

_NUMBERS = ("value", "computed", "reported", "gap")
_COLUMNS = (
    "target_id", "indicator", "year", "operator", "value", "unit", "computed", "reported", "gap",
    "responsible", "doc", "section", "row", "text",
)  # fmt: skip
_PLANNED = "#8fa3b8"
_FROM_PLANS = {"micro_parks"}
_OWN = {"computed", "reported", "gap"}


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"app.targets.{entry}", None, **fields)


def compared(scene: Scene) -> pd.DataFrame:
    """Return the targets that have a number and a computed or reported value beside it."""
    status = scene.run.targets
    known = status["computed"].notna() | status["reported"].notna()
    return status[known & status["value"].notna()]


def target_figure(scene: Scene) -> list[dict[str, str]]:
    """Return the key figure of the targets: this year's land to be vacated, or nothing."""
    rows = compared(scene)
    year = scene.run.workspace.plan.assessment_year
    asked = rows[rows["computed_by"].eq("reclaimable_mu") & rows["year"].eq(year)]
    return [
        {
            "label": _t("figure", year=year),
            "value": f"{_told(row)[1]:,.2f} / {row['value']:,.6g}",
            "unit": messages.text("sheet.mu"),
            "note": messages.text("sheet.sample_note") if scene.run.sample else "",
        }
        for row in asked.head(1).to_dict("records")
    ]


def _told(row: Mapping[Any, Any]) -> tuple[str, float]:
    """Return what stands beside the target: the reported value, else the computed one."""
    entry = "reported" if pd.notna(row["reported"]) else "computed"
    return entry, float(row[entry])


def show_comparison(scene: Scene) -> None:
    """Show planned against computed for the targets that can be compared."""
    cards = [_card(row, scene) for row in compared(scene).to_dict("records")]
    markup.show(el("div", *cards, cls="ip-targets"))


def _card(row: Mapping[Any, Any], scene: Scene) -> Html:
    entry, told = _told(row)
    unit = str(row["unit"])
    planned = {"label": _t("planned"), "value": row["value"], "color": _PLANNED}
    bars = markup.bars(
        _t("heading", indicator=row["indicator"], year=row["year"]),
        unit,
        [
            {**planned, "text": f"{row['value']:,.6g}"},
            {"label": _t(entry), "value": told, "text": f"{told:,.2f}"},
        ],
    )
    gap = _t("below" if row["gap"] > 0 else "above", gap=f"{abs(row['gap']):,.2f}", unit=unit)
    # counts of what the documents name do not come from the plots
    marked = scene.run.sample and row["computed_by"] not in _FROM_PLANS
    marks = markup.badges([messages.text("app.mark.sample")] if marked else [], kind="ip-sample")
    cited = ip.citation({str(k): v for k, v in row.items()}, scene.run.workspace.plan)
    told_line = el("p", gap, " ", marks, cls="ip-note")
    return el("article", bars, told_line, el("q", row["text"]), el("p", cited, cls="ip-note"))


def target_table(scene: Scene) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return all targets under their headings, and how their numbers are written."""
    card = scene.run.workspace.card("targets")
    plan = scene.run.workspace.plan
    status = scene.run.targets
    table: dict[str, pd.Series] = {}
    formats: dict[str, Any] = {}
    for name in _COLUMNS:
        column = card.column(name)
        title = _t(name) if name in _OWN or column is None else str(column.title)
        values = status[name]
        if name == "doc":
            titles = {document.id: document.title for document in plan.documents}
            values = values.map(lambda doc, titles=titles: titles.get(doc, doc))
        elif name in _NUMBERS:
            values = pd.to_numeric(values, errors="coerce")
            formats[title] = st.column_config.NumberColumn(format="%.2f")
        elif name == "year":
            formats[title] = st.column_config.NumberColumn(format="%d")
        elif column is not None:
            labels = {k: str(v) for k, v in (column.labels or {}).items()}
            told = {"type": column.type, "labels": labels, "digits": None}
            values = values.map(lambda value, told=told: shown(told, value))
        table[title] = values
    return pd.DataFrame(table), formats
