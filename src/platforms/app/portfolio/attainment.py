"""The attainment curve as a chart with its table, and the price of the last 亩.

The chart is drawn by what Streamlit itself brings; it asks for nothing outside.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.land.land_tables import number_formats
from platforms.app.land.land_tables import printed as rounded
from platforms.app.markup import el
from platforms.units import printed

__all__ = ["curve_chart", "curve_table", "show_curve", "show_last"]

_INK, _TARGET = "#1f4e79", "#aa4499"
_HEIGHT = 300
_COLUMNS = (
    "target_mu", "status", "land_mu", "plots", "firms", "cost_wan", "objective", "bound", "gap",
)  # fmt: skip
_PERCENT = 100.0


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"portfolio_page.{entry}", None, **fields)


def show_last(last: ip.PortfolioPrice | None) -> None:
    """Show what the last 亩 of the target cost."""
    if last is None:
        markup.show(el("p", _t("no_last"), cls="ip-note"))
        return
    told = _t(
        "last", mu=printed(last.mu, 0), points=printed(last.points),
        per_mu=printed(last.points / last.mu), low=printed(last.low), high=printed(last.high),
    )  # fmt: skip
    cost = None if last.cost_wan is None else _t("last_cost", cost=printed(last.cost_wan))
    cut = None if not last.ended else el("span", _t(f"last_cut.{last.ended}"), cls="ip-last-cut")
    markup.show(el("p", el("b", told), cost, cut, cls="ip-last"))


def show_curve(curve: pd.DataFrame, target_mu: float, *, key: str) -> None:
    """Show the curve as a chart and as a table.

    Parameters
    ----------
    curve
        What :meth:`platforms.Portfolio.curve` gave.
    target_mu
        The target that is asked for, 亩; marked on the chart.
    key
        Of the chart.
    """
    left, right = st.columns([1, 1.15], gap="medium")
    with left:
        markup.show(el("h4", _t("curve"), cls="ip-h4"))
        known = curve.dropna(subset=["objective"])
        if known.empty:
            entry = "no_curve" if curve["status"].eq("infeasible").all() else "curve_stopped"
            markup.show(el("p", _t(entry), cls="ip-note"))
        else:
            st.vega_lite_chart(known, curve_chart(target_mu), key=key, height=_HEIGHT)
        _show_unproved(curve)
    with right:
        table = curve_table(curve)
        st.dataframe(
            table, hide_index=True, placeholder="", column_config=number_formats(table),
            height="content",
        )  # fmt: skip
    markup.show(el("p", _t("about_curve"), cls="ip-note"))


def _show_unproved(curve: pd.DataFrame) -> None:
    """Say how many points are not proved, and how far they may be off."""
    cut = curve[curve["status"].eq("stopped")]
    missing = int(curve["status"].eq("nothing").sum())
    if len(cut):
        gaps = cut["gap"].to_numpy(dtype="float64")
        known = gaps[np.isfinite(gaps)]
        worst = printed(_PERCENT * known.max(), 3) if len(known) == len(gaps) else "—"
        told = _t("points_cut", count=len(cut), most=len(curve), gap=worst)
        markup.show(el("p", told, cls="ip-warning", role="status"))
    if missing:
        told = _t("points_missing", count=missing, most=len(curve))
        markup.show(el("p", told, cls="ip-warning", role="status"))


def curve_table(curve: pd.DataFrame) -> pd.DataFrame:
    """Return the curve under headings for readers; the gap in per cent."""
    shown = [name for name in _COLUMNS if name != "cost_wan" or curve["cost_wan"].notna().any()]
    words = {name: _t(f"point.{name}") for name in curve["status"].unique()}
    table = pd.DataFrame(curve[shown]).assign(
        status=curve["status"].map(words), gap=curve["gap"].astype("float64") * _PERCENT
    )
    titles = {name: messages.text(f"portfolio.head.{name}") for name in shown}
    titles["gap"] = _t("gap_percent")
    return rounded(table.rename(columns=titles), fine=[titles["gap"]])


def curve_chart(target_mu: float) -> dict[str, Any]:
    """Return how the curve is drawn: points over 亩, with the target as a line."""
    across = {
        "field": "target_mu", "type": "quantitative",
        "title": messages.text("portfolio.head.target_mu"),
    }  # fmt: skip
    up = {
        "field": "objective", "type": "quantitative",
        "title": messages.text("portfolio.head.objective"),
    }  # fmt: skip
    told = [
        {"field": name, "title": messages.text(f"portfolio.head.{name}"), "format": form}
        for name, form in (("target_mu", ",.0f"), ("objective", ",.2f"), ("land_mu", ",.2f"),
                           ("plots", ",d"), ("firms", ",d"), ("gap", ".3%"))
    ]  # fmt: skip
    cut = [{"filter": "datum.status === 'stopped'"}]
    mark = {"type": "line", "color": _INK, "point": {"color": _INK, "size": 45}}
    # drawn once, not once for each point of the curve
    alone = {"values": [{"target_mu": target_mu}]}
    target = {"field": "target_mu", "type": "quantitative"}
    return {
        "layer": [
            {"mark": mark, "encoding": {"x": across, "y": up, "tooltip": told}},
            # what is not proved: from the bound up to what was found
            {
                "transform": cut,
                "mark": {"type": "rule", "color": _INK, "size": 2},
                "encoding": {
                    "x": across,
                    "y": {**up, "field": "bound"},
                    "y2": {"field": "objective"},
                },
            },
            {
                "transform": cut,
                "mark": {"type": "point", "color": _INK, "fill": "white", "size": 60},
                "encoding": {"x": across, "y": up, "tooltip": told},
            },
            {
                "data": alone,
                "mark": {"type": "rule", "color": _TARGET, "strokeDash": [5, 4], "size": 2},
                "encoding": {"x": target},
            },
            {
                "data": alone,
                "mark": {"type": "text", "align": "right", "dx": -5, "y": 10, "color": _TARGET},
                "encoding": {"x": target, "text": {"value": _t("target_line")}},
            },
        ]
    }
