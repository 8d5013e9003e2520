"""The switches, what they change, and the targets beside the net land."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.land.land_bars import mu_text, printed_mu
from platforms.app.land.land_trial import LandBase, LandTrial, Switches, reset, switch, told, turn
from platforms.app.markup import Html, el
from platforms.app.wording import unit_of

__all__ = ["show_change", "show_switches", "show_targets"]

_PLANNED, _OFFERED = "#8fa3b8", "#9db8d3"


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"app.land.{entry}", None, **fields)


def show_switches(base: LandBase, chosen: Switches) -> None:
    """Show a switch for each limit, in the order in which they take land."""
    with st.container(
        horizontal=True, vertical_alignment="center", border=True, key="land-switches"
    ):
        markup.show(el("span", _t("deduct"), cls="ip-switch-head"))
        for number, name in enumerate(base.limits, start=1):
            if base.limits[name] is None:
                continue
            label = _t("limit", number=number, name=markup.plain_label(ip.limit_title(name)))
            _toggle(name, label, extra=False, on=name not in chosen.without)
        if base.extra:
            markup.show(el("span", _t("add"), cls="ip-switch-head"))
        for name in base.extra:
            _toggle(name, _t(f"extra.{name}"), extra=True, on=name in chosen.added)
        st.button(_t("reset"), on_click=reset, disabled=not chosen.changed, key="land-reset")


def _toggle(name: str, label: str, *, extra: bool, on: bool) -> None:
    key = f"land-{turn()}-{name}"

    def take() -> None:
        switch(name, extra=extra, on=bool(st.session_state[key]))

    st.toggle(label, value=on, key=key, on_change=take)


def show_change(trial: LandTrial) -> None:
    """Say that this is a trial, with net land, shared land once, before and after; else nothing."""
    if not trial.switches.changed:
        return
    if trial.silence:
        markup.show(
            el("p", el("b", _t("trial")), told(trial.switches), cls="ip-warning", role="status")
        )
        return
    before = float(trial.base.totals["net_once_m2"])
    after = float(trial.totals["net_once_m2"])
    fields = {
        "before": mu_text(before),
        "after": mu_text(after),
        # of the printed figures, so that a reader who subtracts finds the same
        "change": f"{printed_mu(after) - printed_mu(before):+,.2f}",
    }
    markup.show(
        el(
            "div",
            el("p", el("b", _t("trial")), told(trial.switches)),
            el("p", _t("effect", **fields)),
            el("p", el("small", _t("trial_only"))),
            cls="ip-warning ip-trial", role="status",
        )
    )  # fmt: skip


def show_targets(trial: LandTrial) -> None:
    """Show what the documents ask for beside what the land offers."""
    rows = trial.base.review.targets
    if rows.empty:
        markup.show(el("p", _t("no_targets"), cls="ip-note"))
        return
    bars: list[Mapping[str, Any]] = []
    for name, label in (("reclaimable_mu", "net"), ("low_efficiency_mu", "low_bar")):
        if rows["computed_by"].eq(name).any():
            area = _offered(trial, name)
            if pd.isna(area):
                continue
            bars.append(
                {"label": _t(label), "value": area, "text": f"{area:,.2f}", "color": _OFFERED}
            )
    asked = rows.sort_values("year", kind="stable").to_dict("records")
    for row in asked:
        if pd.notna(row["value"]):
            label = _t("target", year=row["year"])
            value = float(row["value"])
            bars.append(
                {"label": label, "value": value, "text": f"{value:,.6g}", "color": _PLANNED}
            )
    markup.show(
        markup.bars(_t("targets"), messages.text("sheet.mu"), bars),
        *(_asked(trial, row) for row in asked),
        el("p", _t("potential_only"), cls="ip-note"),
    )


def _offered(trial: LandTrial, name: str) -> float:
    """Return what stands beside a target, 亩: of the trial where limits change it; NaN unknown."""
    if trial.silence and (name == "reclaimable_mu" or not len(trial.low)):
        return float("nan")
    if name == "reclaimable_mu":
        return trial.reclaimable_mu
    return float(trial.base.scene.run.figures[name])


def _asked(trial: LandTrial, row: Mapping[Any, Any]) -> Html:
    plan = trial.base.scene.run.workspace.plan
    words = ip.citation({str(k): v for k, v in row.items()}, plan)
    document = plan.document(str(row["doc"]))
    dated = f"{words} · {document.date}" if document and document.date else words
    head = _t("asked", indicator=row["indicator"], year=row["year"])
    gap = None
    if pd.notna(row["value"]):
        head = f"{head} {float(row['value']):,.6g} {unit_of(row['unit'])}"
        over = _offered(trial, str(row["computed_by"])) - float(row["value"])
        kind = _t("net" if row["computed_by"] == "reclaimable_mu" else "low")
        entry = "not_compared" if pd.isna(over) else "over" if over >= 0 else "under"
        fields = {} if pd.isna(over) else {"mu": f"{abs(over):,.2f}"}
        gap = el("span", _t(entry, kind=kind, **fields))
    return el("p", el("b", head), gap, el("small", dated), cls="ip-asked")
