"""What a portfolio found: figures, map, curve, towns, plots with their reasons, and files."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup, state
from platforms.app.journal import taken
from platforms.app.land.land_tables import number_formats
from platforms.app.land.land_tables import printed as rounded
from platforms.app.map_component import scroll_to_map, show_map
from platforms.app.markup import el
from platforms.app.panel import show_panel
from platforms.app.plots.shelf import Progress
from platforms.app.portfolio.asked import lock
from platforms.app.portfolio.attainment import show_curve, show_last
from platforms.app.scenarios.keeping import keep_button
from platforms.app.scene import Scene
from platforms.app.solving import Search, Step, begin, search_of, watch
from platforms.app.state import Pick, look_at, picked
from platforms.app.waiting import wait
from platforms.units import printed

__all__ = ["CURVE", "Priced", "choice_file", "figures_of", "show_choice"]

CURVE = "portfolio-curve"
_POINTS, _LAST_MU = 10, 100.0
_MAP, _TABLE, _SHORT = 560, 400, 9
_MIME = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "gpkg": "application/geopackage+sqlite3",
    "html": "text/html",
}
_PERCENT = 100.0


@dataclass(frozen=True)
class Priced:
    """The attainment curve and the price of the last 亩; None where there is no answer."""

    curve: pd.DataFrame
    last: ip.PortfolioPrice | None


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"portfolio_page.{entry}", None, **fields)


def show_choice(scene: Scene, search: Search[Any]) -> None:
    """Show what a search found.

    Parameters
    ----------
    scene
        The run that is looked at.
    search
        One that has ended.

    Raises
    ------
    PlatformsError
        What the search raised.
    """
    answer: ip.Portfolio = search.job.result()
    shown = _scene(scene, search, answer)
    markup.show(markup.figures(figures_of(answer)))
    # the map below keeps its place whatever is said here
    with st.container():
        _show_standing(answer)
    left, right = st.columns([2.1, 1], gap="small")
    with left:
        show_map(shown, height=_MAP)
        st.caption(messages.text("app.map.foot", id=shown.id))
    with right:
        show_panel(shown, picked(), height=_MAP, drawn=True)
    _show_lock(answer)
    priced = _priced(search, answer) if answer.solved else None
    _show_files(shown, answer, priced)
    curve, plots, towns, terms = st.tabs(
        [_t(f"tab.{name}") for name in ("curve", "plots", "towns", "terms")]
    )
    with curve:
        _show_priced(search, answer, priced)
    with plots:
        _show_plots(shown, answer)
    with towns:
        _show_towns(answer)
    with terms:
        _show_terms(answer)
    scroll_to_map()


def _scene(scene: Scene, search: Search[Any], answer: ip.Portfolio) -> Scene:
    """Return the run with the choice, and the map of it."""
    run = replace(scene.run, plots=scene.run.plots.assign(choice=answer.plots["choice"].to_numpy()))

    def make(progress: Progress) -> ip.MapDocument:
        progress("map", 1.0)
        return ip.portfolio_document(scene.run, answer)

    key = (search.key, id(search), scene.lang)
    return Scene(run, wait(state.own_job("portfolio-map", key, make)), scene.lang)


def figures_of(answer: ip.Portfolio) -> list[dict[str, str]]:
    """Return the key figures of an answer, each with its unit; what is unknown says so."""
    terms = {str(row["term"]): row for row in answer.terms()}

    def one(name: str, value: str, unit: str = "") -> dict[str, str]:
        return {"label": _t(f"figure.{name}"), "value": value, "unit": unit}

    mu = messages.text("portfolio.unit.land_mu")
    rows = [one("target", printed(answer.target_mu), mu)]
    if not answer.solved:
        return rows
    rows.append(one("land", printed(answer.land_mu), mu))
    rows.append(one("attainment", f"{printed(_PERCENT * answer.attainment, 1)}%"))
    rows.append(one("plots", printed(len(answer.chosen), 0), _t("unit.plots")))
    for name in ("firms", "cost_wan", "jobs"):
        amount = terms[name]["amount"]
        unit = messages.text(f"portfolio.unit.{name}")
        known = isinstance(amount, (int, float))
        digits = 2 if name == "cost_wan" else 0
        text = printed(float(str(amount)), digits) if known else _t("no_data")
        rows.append(one(name, text, unit if known else ""))
    rows.append(one("objective", printed(answer.found.objective), _t("unit.points")))
    return rows


def _show_standing(answer: ip.Portfolio) -> None:
    """Say how good the answer is, or why there is none and what would have to give."""
    told = [el("li", one.message()) for one in answer.prepared.issues]
    markup.show(el("ul", *told, cls="ip-list") if told else "")
    status = messages.text(f"portfolio.status.{answer.status}")
    if answer.solved:
        found = answer.found
        bound = _t(
            "bound", bound=printed(found.bound), gap=printed(_PERCENT * found.gap, 3),
            seconds=printed(found.seconds, 1),
        )  # fmt: skip
        markup.show(el("p", el("b", status), " ", bound, cls="ip-note", role="status"))
        return
    short = [el("li", text) for text in ip.portfolio_shortages(answer)]
    gives = [el("li", text) for text in ip.portfolio_relaxations(answer)]
    entry = "head" if gives else "none"
    asked = answer.status == "infeasible"
    markup.show(
        el(
            "div", el("p", el("b", status)), el("ul", *short) if short else None,
            el("p", messages.text(f"portfolio.relax.{entry}")) if asked else None,
            el("ul", *gives) if gives else None, cls="ip-warning", role="alert",
        )
    )  # fmt: skip


def _show_lock(answer: ip.Portfolio) -> None:
    """Offer to lock the plot that is selected."""
    pick = picked()
    rows = answer.plots[answer.plots["plot_id"].astype(str).eq(pick.id)] if pick else None
    if pick is None or pick.layer != "plots" or rows is None or rows.empty:
        markup.show(el("p", _t("lock_hint"), cls="ip-note"))
        return
    way = str(rows["choice"].iloc[0])
    can = way in {"chosen", "left", "locked_in", "locked_out"}
    with st.container(horizontal=True, vertical_alignment="center", key="portfolio-lock-row"):
        told = _t("picked", id=pick.id, way=messages.text(f"portfolio.way.{way}"))
        markup.show(el("span", told, cls="ip-note"))
        for to in ("in", "out", "free"):
            st.button(
                _t(f"lock_it.{to}"), on_click=lock, args=(pick.id, to), disabled=not can,
                key=f"portfolio-lock-{to}",
            )  # fmt: skip


def _priced(search: Search[Any], answer: ip.Portfolio) -> Priced | None:
    """Return curve and price once they are there; the search for them begins by itself."""
    key = (search.key, id(search))
    held = search_of(CURVE, key)
    if held is None:
        held = begin(CURVE, key, _pricing(answer))
    return held.job.result() if held.job.ready else None


def _pricing(
    answer: ip.Portfolio,
) -> Callable[[Callable[[Step], None], threading.Event], Priced]:
    def solve(report: Callable[[Step], None], stop: threading.Event) -> Priced:
        last = answer.last(_LAST_MU, stop=stop)
        return Priced(answer.curve(_POINTS, progress=report, stop=stop), last)

    return solve


def _show_priced(search: Search[Any], answer: ip.Portfolio, priced: Priced | None) -> None:
    if not answer.solved:
        markup.show(el("p", _t("no_curve"), cls="ip-note"))
    elif priced is None:
        # each point has a limit of its own; the whole has none
        watch(CURVE, limit_s=None)
    else:
        show_last(priced.last)
        show_curve(priced.curve, answer.target_mu, key=f"portfolio-curve-{id(search)}")


def _show_plots(shown: Scene, answer: ip.Portfolio) -> None:
    names = ("taking_part", "chosen", "all")
    only = st.segmented_control(
        _t("only"), names, default=names[0], required=True, key="portfolio-only",
        format_func=lambda name: _t(f"only_is.{name}"), label_visibility="collapsed",
    )  # fmt: skip
    table = ip.portfolio_table(answer, candidates=only == "taking_part")
    if only == "chosen":
        table = table[table["choice"].isin(["chosen", "locked_in"])].reset_index(drop=True)
    # those that are taken on first, the largest at the top
    order = table["choice"].map({"locked_in": 0, "chosen": 1, "left": 2}).fillna(3)
    table = table.assign(order=order).sort_values(
        ["order", "net_mu"], ascending=[True, False], kind="stable"
    )
    table = table.drop(columns="order").reset_index(drop=True)
    ids = table["plot_id"].astype(str)
    words = {way: messages.text(f"portfolio.way.{way}") for way in table["choice"].unique()}
    table["choice"] = table["choice"].map(words)
    read = rounded(table.rename(columns={name: _t(f"column.{name}") for name in table}))
    key = f"portfolio-plots-{only}-{shown.id}"

    def pick() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows and rows[0] < len(ids):
            look_at(Pick("plots", ids.iloc[rows[0]]))

    st.dataframe(
        read, key=key, hide_index=True, height=_TABLE if len(read) > _SHORT else "content",
        on_select=pick, selection_mode="single-row", placeholder="",
        column_config=number_formats(read)
        | {_t("column.why"): st.column_config.TextColumn(width="large")},
    )  # fmt: skip
    st.caption(f"{_t('margin')} · {messages.text('app.table.foot', rows=len(read), id=shown.id)}")


def _show_towns(answer: ip.Portfolio) -> None:
    towns = answer.towns()
    read = rounded(towns.rename(columns={n: messages.text(f"portfolio.head.{n}") for n in towns}))
    st.dataframe(
        read, hide_index=True, placeholder="", column_config=number_formats(read),
        height=_TABLE if len(read) > _SHORT else "content",
    )  # fmt: skip


def _show_terms(answer: ip.Portfolio) -> None:
    rows = []
    for row in answer.terms():
        weight = answer.weights.parameters[str(row["term"])]
        unused = messages.text(f"portfolio.unused.{row['unused']}") if row["unused"] else ""
        name = str(row["term"])
        rows.append(
            {
                "term": messages.text(f"portfolio.term.{name}"), "amount": row["amount"],
                "unit": messages.text(f"portfolio.unit.{name}"), "weight": row["weight"],
                "points": row["points"], "note": unused or weight.note or "",
            }
        )  # fmt: skip
    table = pd.DataFrame(rows).astype({"amount": "float64", "points": "float64"})
    read = rounded(table.rename(columns={n: messages.text(f"portfolio.head.{n}") for n in table}))
    markup.show(el("p", messages.text("portfolio.cli.terms"), cls="ip-note"))
    st.dataframe(read, hide_index=True, placeholder="", column_config=number_formats(read))
    counts = answer.counts()
    markup.show(el("p", messages.text("portfolio.cli.left_out", None, **counts), cls="ip-note"))
    if counts["without_firm"]:
        told = messages.text("portfolio.cli.without_firm", None, count=counts["without_firm"])
        markup.show(el("p", told, cls="ip-note"))


def _show_files(shown: Scene, answer: ip.Portfolio, priced: Priced | None) -> None:
    with st.container(horizontal=True, key="portfolio-files"):
        for ending, mime in _MIME.items():
            file = f"{shown.workspace.name}-portfolio-{shown.id}.{ending}"
            st.download_button(
                _t("get", ending=ending.upper()),
                data=taken(file, partial(choice_file, shown, answer, priced, ending)),
                file_name=file,
                mime=mime,
                on_click="ignore",
                key=f"portfolio-get-{ending}",
            )
        keep_button(answer, "portfolio")


def choice_file(shown: Scene, answer: ip.Portfolio, priced: Priced | None, ending: str) -> bytes:
    """Return an answer as a file.

    Parameters
    ----------
    shown
        The run with the choice, and its map.
    answer, priced
        What is written; curve and price as far as they are there.
    ending
        ``xlsx``, ``csv``, ``gpkg`` or ``html``.
    """

    def write() -> bytes:
        ip.set_language(shown.lang)
        with ip.temporary_folder() as folder:
            path = folder / f"portfolio.{ending}"
            if ending == "html":
                ip.save_html(shown.document, path)
            elif ending == "xlsx":
                curve, last = (priced.curve, priced.last) if priced else (None, None)
                ip.save_portfolio(answer, path, curve=curve, last=last, sample=shown.run.sample)
            else:
                ip.write_plots(answer.plots.assign(sample=shown.run.sample), path)
            return path.read_bytes()

    # the server calls this outside any session, where no language is set
    return copy_context().run(write)
