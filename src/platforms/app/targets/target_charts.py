"""Targets as bars: those that can be compared, one card each, and the counts by unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.markup import Html, el
from platforms.app.targets.target_board import Board
from platforms.app.targets.target_rows import STATES, bars_of, cited, compared, state_badge
from platforms.app.wording import unit_of

__all__ = ["show_comparison", "show_units"]

_SHOWN_UNITS = 24


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"app.targets.{entry}", None, **fields)


def show_comparison(board: Board, chosen: pd.DataFrame) -> None:
    """Show planned against reported and computed for the targets that can be compared."""
    markup.show(*board.once("comparison", chosen, lambda: _comparison(board, chosen)))


def _comparison(board: Board, chosen: pd.DataFrame) -> list[Html]:
    rows = compared(board)
    rows = rows[rows["target_id"].isin(chosen["target_id"])]
    told = ip.target_records(rows)
    cards = [_card(*both, board) for both in zip(rows.to_dict("records"), told, strict=True)]
    nothing = [] if cards else [el("p", _t("nothing_compared"), cls="ip-note")]
    return [*nothing, el("div", *cards, cls="ip-targets")]


def _card(row: Mapping[Any, Any], record: Mapping[str, Any], board: Board) -> Html:
    reported = pd.notna(row["reported"])
    entry = "below" if row["gap"] > 0 else "above"
    unit = unit_of(row["unit"])
    told = _t("reported" if reported else "computed")
    gap = _t(entry, told=told, gap=ip.target_number(abs(row["gap"])), unit=unit)
    kind = None if reported else messages.text(f"sheet.target_kind.{row['computed_kind']}")
    # counts of what the documents name do not come from the plots
    marks = [messages.text("app.mark.sample")] if row["computed_sample"] else []
    beside = [*ip.target_remarks(record)]
    if scope := ip.target_scope(record):
        beside.insert(0, scope)
    line = el(
        "p", state_badge(row["state"]), gap, _t("of_kind", kind=kind) if kind else None, " ",
        markup.badges(marks, kind="ip-sample"), cls="ip-note",
    )  # fmt: skip
    told_of = [el("p", one, cls="ip-note") for one in beside]
    return el("article", bars_of(row), line, *told_of, el("p", cited(row, board), cls="ip-note"))


def show_units(board: Board, chosen: pd.DataFrame) -> None:
    """Show how many targets each responsible unit has, and how they stand."""
    markup.show(*board.once("units", chosen, lambda: _units(chosen)))


def _units(chosen: pd.DataFrame) -> list[Html]:
    units = ip.responsible_units(chosen)
    if not units:
        return [el("p", _t("no_units"), cls="ip-note")]
    named = chosen[["responsible", "state"]].astype({"responsible": "str"})
    counts = {
        unit: ip.select_targets(
            # few rows name a unit, and only those are read word by word
            named[named["responsible"].str.contains(unit, regex=False)],
            units=[unit],
        )["state"].value_counts()
        for unit in units[:_SHOWN_UNITS]
    }
    top = max(int(count.sum()) for count in counts.values())
    lines = [
        el(
            "div",
            el("span", unit, cls="ip-bar-label", title=unit),
            el("span", *(_part(count, state, top) for state in STATES), cls="ip-bar ip-stack"),
            el("span", str(int(count.sum())), cls="ip-bar-text"),
            cls="ip-bar-row",
        )
        for unit, count in counts.items()
    ]
    key = [state_badge(state) for state in STATES]
    note = el("p", _t("units_note", shown=len(lines), total=len(units)), cls="ip-note")
    return [el("p", *key, cls="ip-kind"), el("section", *lines, cls="ip-chart ip-units"), note]


def _part(count: pd.Series[int], state: str, top: int) -> Html | None:
    number = int(count.get(state, 0))
    return el("i", cls=f"ip-{state}", style=f"width:{100 * number / top:.1f}%") if number else None
