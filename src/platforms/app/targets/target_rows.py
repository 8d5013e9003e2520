"""Targets and where they stand, as the page and the key figures show them.

A target that the land can answer is compared with the product's own figure. On sample plots
that comparison shows how it works and says nothing of what was achieved, and it is marked so.
Only a reported value, or a figure that measures the target itself, fills its bar.
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
from platforms.app.targets.target_board import Board
from platforms.app.wording import unit_of

__all__ = ["STATES", "bars_of", "cited", "compared", "state_badge", "target_figure", "target_table"]

STATES = ("reached", "open", "unknown", "no_number")

_NUMBERS = ("value", "reported", "computed", "gap")
_COLUMNS = (
    "indicator", "year", "state", "share", "value", "unit", "reported", "computed", "gap",
    "operator", "lead", "responsible", "doc", "section", "row", "target_id",
)  # fmt: skip
_OWN = {"computed", "reported", "gap", "state", "share"}
_COLORS = {"base": "#c3ccd6", "planned": "#8fa3b8", "reported": "#2b7a4b", "computed": "#1f4e79"}
# what the land offers is drawn paler than what was reached
_OFFERED = "#9db8d3"
_FULL = 100.0


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"app.targets.{entry}", None, **fields)


def compared(board: Board) -> pd.DataFrame:
    """Return the targets that have a number and a computed or reported value beside it."""
    status = board.status
    known = status["computed"].notna() | status["reported"].notna()
    return status[known & status["value"].notna()]


def target_figure(board: Board) -> list[dict[str, str]]:
    """Return the key figure of the targets: this year's land to be vacated, or nothing."""
    rows = compared(board)
    year = board.workspace.plan.assessment_year
    asked = rows[rows["computed_by"].eq("reclaimable_mu") & rows["year"].eq(year)]
    return [
        {
            "label": _t("figure", year=year),
            "value": f"{_stands(row):,.2f} / {row['value']:,.6g}",
            "unit": messages.text("sheet.mu"),
            "note": messages.text("sheet.sample_note") if board.sample else "",
        }
        for row in asked.head(1).to_dict("records")
    ]


def _stands(row: Mapping[Any, Any]) -> float:
    """Return what stands beside the target: the reported value, else the computed one."""
    return float(row["reported"] if pd.notna(row["reported"]) else row["computed"])


def bars_of(row: Mapping[Any, Any], *, title: str = "") -> Html:
    """Return the bars of one target: base, planned, reported, computed, as far as known.

    Parameters
    ----------
    row
        A row of the standing of the targets.
    title
        Heading; default the indicator and its year.
    """
    unit = unit_of(row["unit"])
    same = pd.isna(row["base_unit"]) or row["base_unit"] == row["unit"]
    base = row["base_value"] if same else None
    lines = []
    for name, value in (
        ("base", base),
        ("planned", row["value"]),
        ("reported", row["reported"]),
        ("computed", row["computed"]),
    ):
        if value is None or pd.isna(value) or float(value) < 0:
            continue
        kind = row["computed_kind"] if name == "computed" else "attained"
        lines.append(
            {
                "label": _t(name) if kind == "attained" else _t(f"bar.{kind}"),
                "value": float(value),
                "text": ip.target_number(float(value)),
                "color": _COLORS[name] if kind == "attained" else _OFFERED,
            }
        )
    heading = title or _t("heading", indicator=row["indicator"], year=row["year"])
    return markup.bars(heading, unit, lines)


def state_badge(state: str) -> Html:
    """Return the state of a target as a mark."""
    return el("span", messages.text(f"sheet.target_state.{state}"), cls=f"ip-state ip-{state}")


def cited(row: Mapping[Any, Any], board: Board) -> str:
    """Return where a target is written, with the date of the document."""
    plan = board.workspace.plan
    document = plan.document(str(row["doc"]))
    words = ip.citation({str(k): v for k, v in row.items()}, plan)
    return f"{words} · {document.date}" if document and document.date else words


def target_table(
    board: Board, status: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return targets under their headings, and how their numbers are written.

    Parameters
    ----------
    board
        The targets and where they stand.
    status
        The targets wanted; default all of the run.

    Returns
    -------
    table, formats
        The index is the target's id. The bar holds the share of the target that was reported
        or measured, in %; it is empty where neither is known.
    """
    card = board.workspace.card("targets")
    rows = board.status if status is None else status
    # what can be compared comes first, the rest in the order of the documents
    silent = rows["reported"].isna() & rows["computed"].isna()
    rows = rows.assign(share=_share(rows)).loc[silent.sort_values(kind="stable").index]
    # how far an offer lies from the target is no distance still to go
    measured = rows["reported"].notna() | rows["computed_counts"].astype("bool")
    rows["gap"] = rows["gap"].where(measured)
    table: dict[str, Any] = {}
    formats: dict[str, Any] = {}
    for name in _COLUMNS:
        column = card.column(name)
        title = _t(name) if name in _OWN or column is None else str(column.title)
        table[title] = _cells(board, name, rows[name]).array
        if name in _NUMBERS:
            formats[title] = st.column_config.NumberColumn(format="localized", width=68)
        elif name == "year":
            formats[title] = st.column_config.NumberColumn(format="%d", width=58)
        elif name == "share":
            formats[title] = st.column_config.ProgressColumn(
                format="%.0f%%", min_value=0, max_value=_FULL, width=96
            )
        elif name == "indicator":
            formats[title] = st.column_config.TextColumn(width=200)
        elif name in {"state", "operator", "unit"}:
            formats[title] = st.column_config.TextColumn(width=76)
    return pd.DataFrame(table, index=pd.Index(rows["target_id"].astype(str))), formats


def _cells(board: Board, name: str, values: pd.Series) -> pd.Series:
    column = board.workspace.card("targets").column(name)
    if name == "doc":
        documents = board.workspace.plan.documents
        return values.map({document.id: document.title for document in documents})
    if name == "state":
        return values.map({s: messages.text(f"sheet.target_state.{s}") for s in STATES})
    if name in (*_NUMBERS, "share"):
        return pd.to_numeric(values, errors="coerce").astype("float64").round(2)
    if name == "unit":
        return values.map(unit_of)
    if column is None or name == "year":
        return values
    told = {
        "type": column.type,
        "labels": {key: str(label) for key, label in (column.labels or {}).items()},
        "digits": None,
    }
    return values.map(lambda value: shown(told, value))


def _share(rows: pd.DataFrame) -> pd.Series[float]:
    """Return how much of the target is reached, in %; no more than all of it."""
    measured = rows["computed"].where(rows["computed_counts"].astype("bool"))
    stands = rows["reported"].fillna(measured).astype("float64")
    value = pd.to_numeric(rows["value"], errors="coerce").astype("float64")
    share = (stands / value).where(~rows["operator"].isin(["at_most", "below"]), value / stands)
    # of a value of each year: the years that reached it
    each = rows["years"].map(_years_reached).astype("float64")
    share = share.where(value.gt(0) & each.isna(), each)
    return (share * _FULL).clip(0, _FULL)


def _years_reached(years: Any) -> float | None:  # noqa: ANN401 a cell holds anything
    if not isinstance(years, list) or all(one["reported"] is None for one in years):
        return None
    return float(sum(one["state"] == "reached" for one in years)) / len(years)
