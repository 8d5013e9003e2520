"""One task or measure: its words, who does it, its targets, and the places that it names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup, state
from platforms.app.markup import Html, el
from platforms.app.plans.sources import units_told
from platforms.app.wording import unit_of

__all__ = ["show_work_row"]

_PLACES = ("platforms", "special_towns", "micro_parks", "logistics_parks")


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"plans_page.work.{entry}", None, **fields)


def show_work_row(city: ip.Workspace, row: Mapping[Any, Any] | None, *, height: int) -> None:
    """Show one task or measure, or what to do when none is chosen.

    Parameters
    ----------
    city
        The city.
    row
        Of what :func:`platforms.plan_work` gives.
    height
        Height in pixels; longer contents scroll.
    """
    with st.container(height=height, border=True, key="work-panel"):
        if row is None:
            markup.show(el("p", _t("hint"), cls="ip-note"))
            return
        kind = messages.text(f"plans_page.kind.{row['kind']}")
        facts = {name: units_told(row[name]) for name in ("lead", "joint")}
        facts = {**facts, "topic": units_told(row["topic"]), "chapter": row["chapter"]}
        pairs = [
            part
            for name, text in facts.items()
            if text
            for part in (el("dt", _t(f"fact.{name}")), el("dd", text))
        ]
        markup.show(
            el("div", el("p", markup.badges([kind]), cls="ip-kind"), el("h3", row["name"]),
               cls="ip-head"),
            el("dl", *pairs, cls="ip-facts"),
            el("p", _t("no_lead"), cls="ip-note") if not row["lead"] else None,
            el("div", el("p", row["citation"]), el("blockquote", el("q", row["text"])),
               el("p", row["note"], cls="ip-note") if row["note"] else None, cls="ip-cite"),
            _targets(city, row),
        )  # fmt: skip
        _link_to_targets(city, row)
        _show_places(city, row)


def _ids(row: Mapping[Any, Any]) -> list[str]:
    return [one.strip() for one in str(row["targets"]).split(";") if one.strip()]


def _targets(city: ip.Workspace, row: Mapping[Any, Any]) -> Html | None:
    """Return the targets of a task, as the plan has them."""
    wanted = _ids(row)
    if not wanted or not city.has("targets"):
        return None
    table = city.table("targets")
    lines = [
        el("p", _target(one), cls="ip-note")
        for one in table[table["target_id"].isin(wanted)].to_dict("records")
    ]
    return el("div", el("h4", _t("targets")), *lines, cls="ip-cite") if lines else None


def _target(row: Mapping[Any, Any]) -> str:
    value = "" if pd.isna(row["value"]) else ip.target_number(float(row["value"]))
    told = f"{value} {unit_of(row['unit'])}".strip()
    heading = messages.text("app.targets.heading", indicator=row["indicator"], year=row["year"])
    return f"{heading} {told}".strip()


def _link_to_targets(city: ip.Workspace, row: Mapping[Any, Any]) -> None:
    wanted = _ids(row)
    page = st.session_state.get("pages", {}).get("targets")
    if wanted and page is not None and city.has("targets"):
        st.page_link(page, label=_t("to_targets"), query_params={"target": wanted[0]})


def _show_places(city: ip.Workspace, row: Mapping[Any, Any]) -> None:
    """Name the places that the words name, each with the way to it."""
    one = pd.DataFrame([dict(row)])
    found = []
    for layer in (name for name in _PLACES if city.has(name)):
        key, table = str(city.card(layer).key), city.table(layer)
        found += [
            (state.Pick(layer, str(feature)), str(name))
            for feature, name in zip(table[key], table["name"], strict=True)
            if len(ip.work_naming(one, city, layer, str(feature)))
        ]
    if not found:
        return
    markup.show(el("h4", _t("places", count=len(found)), cls="ip-h4"))
    page = st.session_state.get("pages", {}).get("parks")
    for pick, name in found:
        if page is None:
            markup.show(el("p", name))
        else:
            asked = {"list": pick.layer, "at": f"{pick.layer}:{pick.id}"}
            st.page_link(page, label=markup.plain_label(name), query_params=asked)
