"""What stands under the map: potential, contiguous areas, control line, balance, limits, numbers.

All but the overlap of the limits, the balance and the parameters, which no switch touches,
come from the plots of the trial.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup, opened
from platforms.app.land.land_bars import mu_text
from platforms.app.land.land_tables import number_formats, printed
from platforms.app.land.land_trial import LandTrial
from platforms.app.markup import Html, el
from platforms.app.state import Pick, look_at
from platforms.app.wording import of_areas
from platforms.units import half_up, m2_to_mu

__all__ = ["area_table", "measure_table", "show_sections"]

_SECTIONS = ("measures", "areas", "line", "balance", "overlap", "numbers")
_MOST_M, _STEP_M = 300, 5
_HEIGHT, _SHORT = 330, 9
# shown with four decimals, as in the ledger
_RATIOS = ("compactness", "k")
_AREA_COLUMNS = (
    "rank", "area_group", "plots", "gross_mu", "net_mu", "net_unknown", "industrial_mu",
    "priority", "scattered", "width_m", "sliver", "compactness", "candidate",
)  # fmt: skip


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"app.land.{entry}", None, **fields)


def _note(text: str) -> None:
    markup.show(el("p", text, cls="ip-note"))


def _frame(table: pd.DataFrame, group: str) -> None:
    """Show a table whose columns are entries of the catalogue under ``group``."""
    titles = {name: _title(group, str(name)) for name in table.columns}
    shown = printed(table, fine=_RATIOS).rename(columns=titles)
    fine = [titles[name] for name in _RATIOS if name in titles]
    st.dataframe(
        shown, hide_index=True, height=_HEIGHT if len(shown) > _SHORT else "content",
        column_config=number_formats(shown, fine=fine), placeholder="",
    )  # fmt: skip


def _title(group: str, name: str) -> str:
    if name == "town":
        return of_areas(opened.workspace(), "app.table.town")
    return _t(f"{group}.{name}")


def show_sections(trial: LandTrial) -> None:
    """Show the sections, each under its tab."""
    shows = (_measures, _areas, _line, _balance, _overlap, _numbers)
    tabs = st.tabs([_t(f"tab.{name}") for name in _SECTIONS])
    for tab, show in zip(tabs, shows, strict=True):
        with tab:
            if trial.silence and show in (_measures, _areas):
                _note(trial.silence)
            else:
                show(trial)


def measure_table(trial: LandTrial) -> pd.DataFrame:
    """Return what each measure gives: ``measure`` (words), plots, unknown, 亩, m² of floors."""
    totals = ip.potential_totals(trial.low)
    floor = totals["floor_m2"].where(totals["floor_unknown"].lt(totals["plots"]))
    land = totals["land_m2"].where(totals["unknown"].lt(totals["plots"]))
    return pd.DataFrame(
        {
            "measure": [messages.text(f"sheet.measure.{name}") for name in totals.index],
            "plots": totals["plots"].to_numpy(),
            "land_mu": half_up(m2_to_mu(land.to_numpy("float64")), 2),
            "unknown": totals["unknown"].to_numpy(),
            "floor_m2": floor.to_numpy("float64"),
            "floor_unknown": totals["floor_unknown"].to_numpy(),
        }
    )


def _measures(trial: LandTrial) -> None:
    _note(_t("about.measures"))
    _frame(measure_table(trial), "measure")
    low = trial.low
    counts = low["potential_reason"].value_counts()
    lines = [
        el("li", _t("reason", text=messages.text(f"land.reason.{name}"), plots=int(count)))
        for name, count in counts.items()
    ]
    markup.show(el("ul", *lines, cls="ip-list"))
    if "realistic_m2" not in low:
        return
    table = trial.base.review.factors
    basis = "official" if table.official else "tool"
    method = messages.text(f"land.method.{basis}", None, table=table.table)
    cents = low["realistic_m2"].mul(100).round().sum() / 100
    missing = int(low["realistic_m2"].isna().sum())
    markup.show(
        el("h4", _t("realistic"), cls="ip-h4"),
        el(
            "p", el("span", method, cls="ip-changed"),
            _t("realistic_is", mu=mu_text(float(cents)), missing=missing), cls="ip-note",
        ),
    )  # fmt: skip


def area_table(found: ip.Contiguity) -> pd.DataFrame:
    """Return the areas that lie together, candidates first, in words."""
    areas = pd.DataFrame(found.areas.drop(columns=found.areas.geometry.name)).reset_index()
    areas = areas.sort_values("rank", kind="stable", na_position="last")
    table = areas[["plot_ids", *_AREA_COLUMNS]].copy()
    for name in ("priority", "scattered"):
        table[name] = table[name].map(
            {key: _t(f"answer.{key}") for key in ("yes", "no", "unknown")}
        )
    for name in ("sliver", "candidate"):
        table[name] = [_t("answer.yes" if one else "answer.no") for one in table[name]]
    return printed(table.reset_index(drop=True), fine=_RATIOS)


def _areas(trial: LandTrial) -> None:
    review = trial.base.review
    _note(_t("about.areas"))
    shipped = int(min(_MOST_M, review.areas.within_m))
    within = st.slider(
        _t("within"), min_value=0, max_value=_MOST_M, value=shipped, step=_STEP_M,
        key="land-within", help=_t("within_help", metres=shipped),
    )  # fmt: skip
    found = trial.areas if within == review.areas.within_m else trial.areas_within(float(within))
    table = area_table(found)
    together = int((found.areas["plots"] > 1).sum())
    _note(_t("areas", areas=len(table), together=together, candidates=len(found.candidates)))
    titles = {name: _t(f"area.{name}") for name in _AREA_COLUMNS}
    shown = table[list(_AREA_COLUMNS)].rename(columns=titles)
    fine = [titles[name] for name in _RATIOS if name in titles]
    key = f"land-areas-{within}-{trial.scene.id}"

    def pick() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows:
            look_at(Pick("plots", str(table["plot_ids"].iloc[rows[0]]).split(";")[0]))

    st.dataframe(
        shown, key=key, hide_index=True, height=_HEIGHT, on_select=pick,
        selection_mode="single-row", column_config=number_formats(shown, fine=fine), placeholder="",
    )  # fmt: skip
    _note(_t("areas_rules"))


def _line(trial: LandTrial) -> None:
    control = trial.base.review.control
    if not control:
        _note(_t("no_line"))
        return
    _sample(trial, "control_line")
    _note(_t("about.line"))
    words = {
        "low_efficiency": "sheet.verdict.low_efficiency",
        "not": "sheet.verdict.not",
        "unknown": "sheet.verdict.unknown",
    }
    for by in ("verdict", "town"):
        if by in control:
            table = control[by].reset_index()
            names = [
                messages.text(words[name]) if by == "verdict" and name in words
                else messages.text("sheet.book.none") if pd.isna(name) else str(name)
                for name in table[by]
            ]  # fmt: skip
            _frame(table.assign(**{by: names}), "side")


def _balance(trial: LandTrial) -> None:
    balance = trial.base.review.balance
    if balance is None:
        _note(_t("no_balance"))
        return
    _sample(trial, "land_changes")
    ratio = _t("not_known") if balance.ratio is None else f"{balance.ratio:g}"
    share = _t("not_known") if balance.share is None else f"{balance.share:.0%}"
    _note(_t("about.balance", ratio=ratio, share=share))
    markup.show(el("h4", _t("breaches", count=len(balance.breaches)), cls="ip-h4"))
    breaches = balance.breaches.assign(
        certain=[_t("answer.yes" if one else "answer.no") for one in balance.breaches["certain"]],
        date=[str(day)[:10] for day in balance.breaches["date"]],
    )
    _frame(breaches, "breach")
    if len(balance.unknown):
        _note(_t("changes_unknown", count=len(balance.unknown)))
    left, right = st.columns([1.5, 1], gap="small")
    with left:
        markup.show(
            el("h4", of_areas(trial.scene.workspace, "app.land.balance_towns"), cls="ip-h4")
        )
        _frame(_kept(balance.towns), "moved")
    with right:
        markup.show(el("h4", _t("balance_supply"), cls="ip-h4"))
        supply = balance.supply.assign(
            share=balance.supply["share"] * 100,
            minimum=balance.supply["minimum"] * 100,
        )
        _frame(_kept(supply), "supplied")


def _kept(table: pd.DataFrame) -> pd.DataFrame:
    told = [
        _t("answer.unknown") if pd.isna(one) else _t("answer.yes" if one else "answer.no")
        for one in table["kept"]
    ]
    return table.assign(kept=told)


def _overlap(trial: LandTrial) -> None:
    overlap = trial.base.review.overlap
    if overlap.empty:
        _note(_t("no_overlap"))
        return
    _sample(trial, "constraints")
    _note(_t("about.overlap"))
    titles = [ip.limit_title(str(name)) for name in overlap.index]
    table = printed(overlap.set_axis(titles, axis=1))
    table.insert(0, _t("limit_name"), titles)
    st.dataframe(table, hide_index=True, column_config=number_formats(table), placeholder="")


def _sample(trial: LandTrial, layer: str) -> None:
    if layer in trial.base.review.sample_layers:
        markup.show(markup.badges([messages.text("app.mark.sample")], kind="ip-sample"))


def _numbers(trial: LandTrial) -> None:
    review = trial.base.review
    documents = review.parameters.documents
    titles = {name: document.title for name, document in documents.items()}
    lines = [_number(record, titles) for record in review.parameters.records()]
    head = el("tr", *(el("th", _t(f"number.{name}")) for name in ("title", "value", "source")))
    markup.show(el("table", el("thead", head), el("tbody", *lines), cls="ip-numbers"))
    factors = review.factors
    markup.show(
        el("h4", str(factors.title), cls="ip-h4"),
        el("p", f"{factors.formula} · {factors.date}", cls="ip-note"),
        el("p", str(factors.note or ""), cls="ip-note"),
    )
    rows = [
        {
            "title": one["title"],
            "scheme": _t(f"scheme.{one['scheme'] or 'slope'}"),
            "code": one["id"] if one["scheme"] else "",
            "k": one["k"],
            "note": one["note"] or "",
        }
        for one in factors.records()
    ]
    _frame(pd.DataFrame(rows), "factor")


def _number(record: Mapping[str, Any], titles: Mapping[str, str]) -> Html:
    value, unit = record["value"], record["unit"]
    if isinstance(value, list):
        value = "、".join(map(str, value))
    if isinstance(value, float):
        value = f"{value:g}"
    shown = _t("no_value") if value is None else f"{value} {'' if unit in {'1', '-'} else unit}"
    source = record["source"]
    cited = messages.text("app.rules.own")
    if source is not None:
        name = str(source["document"])
        fields = {"document": titles.get(name, name), "clause": source["clause"]}
        cited = messages.text("app.rules.cited", None, **fields)
    sure = messages.text(f"app.rules.confidence.{record['confidence']}")
    badge = el("span", sure, cls=f"ip-badge ip-sure-{record['confidence']}")
    note = el("small", record["note"]) if record["note"] else None
    return el(
        "tr", el("th", record["title"]), el("td", shown.strip()), el("td", badge, cited, note)
    )
