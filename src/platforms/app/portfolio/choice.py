"""年度组合: which low-efficiency plots to take on this year so that a target is reached.

Nothing is solved before somebody asks, except for a link that says what was asked. What was
found stays on the page until the next answer; where what is asked has changed since, the page
says so.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import NamedTuple

import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup, state
from platforms.app.guard import guard
from platforms.app.map_component import forget_map
from platforms.app.markup import el
from platforms.app.portfolio.ask_form import show_boxes, show_locks, show_quotas, target_mu
from platforms.app.portfolio.asked import Asked, asked_of, reset
from platforms.app.portfolio.choice_result import show_choice
from platforms.app.scene import Scene
from platforms.app.solving import Step, begin, forget, search_of, watch
from platforms.app.waiting import shown_scene
from platforms.app.wording import of_areas

__all__ = ["NAME", "Key", "show_portfolio", "work"]

NAME = "portfolio"
_SOLVE = "solve"
_LOW = "low_efficiency"


class Key(NamedTuple):
    """What an answer depends on: the plots, and all that is asked."""

    data: Hashable
    asked: Asked


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"portfolio_page.{entry}", None, **fields)


def show_portfolio(city: ip.Workspace) -> None:
    """Show the part: what is asked, how far the search is, and what it found."""
    scene = shown_scene()
    if scene is None:
        forget_map()
        return
    marks = [messages.text("app.mark.sample")] if scene.run.sample else []
    markup.show(el("p", markup.badges(marks, kind="ip-sample"), _t("about"), cls="ip-note"))
    if _LOW not in scene.run.pack.outcomes:
        markup.show(el("p", _t("other_rules", pack=str(scene.run.pack.title)), cls="ip-warning"))
        forget_map()
        return
    asked = asked_of(city)
    with guard(), st.container(border=True, key="portfolio-boxes"):
        show_boxes(city, scene, asked)
    quotas, locks = st.columns([1.35, 1], gap="small")
    with quotas, st.expander(_quotas_title(scene, asked), key="portfolio-quotas"):
        show_quotas(scene, asked)
    locked = len(asked.locked_in) + len(asked.locked_out)
    with locks, st.expander(_t("locks", count=locked), key="portfolio-locks"):
        show_locks(scene, asked)
    # the tables may have changed it
    _show_start(city, scene, asked_of(city))


def _quotas_title(scene: Scene, asked: Asked) -> str:
    title = of_areas(scene.workspace, "portfolio_page.quotas", count=len(asked.quotas))
    return markup.plain_label(title)


def _show_start(city: ip.Workspace, scene: Scene, asked: Asked) -> None:
    given = state.looked_at()
    key = Key((city.fingerprint, given and given.key), asked)
    search, mu = search_of(NAME), None
    if search is not None and (not isinstance(search.key, Key) or search.key.data != key.data):
        # other plots: what was found says nothing of them
        forget(NAME)
        search = None
    with guard():
        mu = target_mu(city, asked)
    if search is None and mu and st.query_params.get(_SOLVE):
        _start(key, city, scene, asked)
        search = search_of(NAME)
    running = search is not None and not search.job.ready
    with st.container(horizontal=True, vertical_alignment="center", key="portfolio-start-row"):
        st.button(
            _t("again" if search is not None and not running else "start"), type="primary",
            icon=":material/play_arrow:", disabled=running or not mu,
            on_click=_start, args=(key, city, scene, asked), key="portfolio-start",
        )  # fmt: skip
        st.button(
            _t("reset"), on_click=reset, args=(city,), disabled=running, key="portfolio-reset"
        )
        if not mu:
            markup.show(el("span", _t("no_target"), cls="ip-note"))
    if search is None:
        forget_map()
        return
    if running:
        forget_map()
        watch(NAME, limit_s=asked.seconds)
        return
    # there also when it is empty: the map below keeps its place
    with st.container():
        if search.key != key:
            markup.show(el("p", _t("older"), cls="ip-warning", role="status"))
    with guard():
        show_choice(scene, search)


def _start(key: Key, city: ip.Workspace, scene: Scene, asked: Asked) -> None:
    # a link that is passed on shall show what was found
    st.query_params[_SOLVE] = "1"
    begin(NAME, key, work(city, scene, asked))


def work(
    city: ip.Workspace, scene: Scene, asked: Asked
) -> Callable[[Callable[[Step], None], threading.Event], ip.Portfolio]:
    """Return what is done in a thread of its own.

    Parameters
    ----------
    city
        The workspace, whose weights and targets are taken.
    scene
        The run whose plots are chosen from.
    asked
        All that is asked.
    """

    def solve(report: Callable[[Step], None], stop: threading.Event) -> ip.Portfolio:
        weights = ip.portfolio_weights(city).replaced(dict(asked.weights))
        return ip.portfolio(
            scene.run.plots, target_mu(city, asked) or 0.0, limits=asked.limits(),
            weights=weights, within_m=asked.within_m, gap=max(asked.gap, 0.0),
            seconds=asked.seconds, progress=report, stop=stop,
        )  # fmt: skip

    return solve
