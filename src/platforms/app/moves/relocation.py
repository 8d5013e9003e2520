"""搬迁: which firm goes to which park.

Nothing is solved before somebody asks. What was found stays on the page until the next answer,
and where the settings have changed since, the page says so.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.guard import guard
from platforms.app.map_component import forget_map
from platforms.app.markup import el
from platforms.app.moves.move_result import Asked, show_result
from platforms.app.moves.move_settings import (
    Wanted,
    known_in_address,
    reset,
    show_plan,
    show_relax,
    show_settings,
    wanted,
)
from platforms.app.moves.move_tables import (
    Given,
    given_tables,
    locks_key,
    show_files,
    show_locks,
    tables_job,
    told_sources,
)
from platforms.app.solving import Step, begin, search_of, watch
from platforms.app.strange import tell_strange
from platforms.app.waiting import wait

__all__ = ["NAME", "show_relocation"]

NAME = "relocation"
_SOLVE = "moved"


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"moves_page.move.{entry}", None, **fields)


def show_relocation(city: ip.Workspace) -> None:
    """Show the part.

    Parameters
    ----------
    city
        The workspace, which lends its sample firms and parks.
    """
    tell_strange(known_in_address())
    given, data, asked = given_tables(), None, wanted()
    with guard():
        data = wait(tables_job(city, given, asked.plan))
    if data is None:
        show_files(expanded=True)
        forget_map()
        return
    marks = [messages.text("app.mark.sample")] if data.sample else []
    line = (markup.badges(marks, kind="ip-sample"), told_sources(data), " ", _t("about"))
    markup.show(el("p", *line, cls="ip-note"))
    with st.container(border=True, key="move-settings"):
        markup.show(el("h4", _t("weights"), cls="ip-h4"))
        show_settings(asked)
    left, right = st.columns(2, gap="small")
    with left:
        show_files(expanded=False)
    with right, st.expander(_t("locks"), expanded=False, key="move-locks-box"):
        locks = show_locks(data)
        show_relax(asked)
    _show_start(city, data, given, asked, locks)


def _show_start(
    city: ip.Workspace, data: ip.RelocationData, given: Given, asked: Wanted, locks: pd.DataFrame
) -> None:
    key = Asked(city.fingerprint, given, asked, locks_key(locks), len(locks))
    search = search_of(NAME)
    if search is None and key.of_workspace and st.query_params.get(_SOLVE):
        # a page that is loaded anew asks again for what it had found
        _start(key, data, asked, locks)
        search = search_of(NAME)
    running = search is not None and not search.job.ready
    with st.container(horizontal=True, vertical_alignment="center", key="move-start-row"):
        st.button(
            _t("again" if search is not None and not running else "start"),
            type="primary", icon=":material/play_arrow:", disabled=running,
            on_click=_start, args=(key, data, asked, locks), key="move-start",
        )  # fmt: skip
        st.button(_t("reset"), on_click=reset, disabled=running, key="move-reset")
        show_plan(asked)
        if len(locks):
            markup.show(el("span", _t("locked", count=len(locks)), cls="ip-note"))
    if search is None:
        forget_map()
        return
    if running:
        watch(NAME, limit_s=asked.seconds)
        return
    # there also when it is empty: the map below keeps its place
    with st.container():
        if search.key != key:
            markup.show(el("p", _t("older"), cls="ip-warning", role="status"))
    show_result(city, search)


def _start(key: Asked, data: ip.RelocationData, asked: Wanted, locks: pd.DataFrame) -> None:
    # files and locks go with the visit: an address cannot ask for them again
    if key.of_workspace:
        st.query_params[_SOLVE] = "1"
    else:
        st.query_params.pop(_SOLVE, None)
    begin(NAME, key, work(data, asked, locks))


def work(
    data: ip.RelocationData, asked: Wanted, locks: pd.DataFrame
) -> Callable[[Callable[[Step], None], threading.Event], ip.Relocation]:
    """Return what is done in a thread of its own.

    Parameters
    ----------
    data
        Firms and parks.
    asked
        Weights, longest distance, time.
    locks
        As :func:`platforms.relocate` takes them; they stand instead of those of a file.
    """

    def solve(report: Callable[[Step], None], stop: threading.Event) -> ip.Relocation:
        effort: Any = ip.SearchEffort(seconds=asked.seconds, progress=report, stop=stop)
        return ip.relocate(
            data, locks=locks, max_km=asked.max_km, weights=dict(asked.changed),
            relax=asked.relax, effort=effort,
        )  # fmt: skip

    return solve
