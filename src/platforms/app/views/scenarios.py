"""方案对比: what was kept, two of them side by side, and why the total moved."""

from __future__ import annotations

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup, state
from platforms.app.guard import guard
from platforms.app.map_component import forget_map
from platforms.app.markup import el
from platforms.app.scenarios.compared import show_pair
from platforms.app.scenarios.keeping import kind_title, store
from platforms.app.scenarios.kept_list import (
    show_actions,
    show_arrival,
    show_list,
    show_outcome,
)
from platforms.app.scenarios.pair import SIDES, choose_pair, pair_job
from platforms.app.waiting import wait_unless_stopped

_KINDS = ("run", "relocation", "portfolio", "siting")
_LAST = "scenarios-last"
_TWO = 2


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"scenarios_page.{entry}", None, **fields)


def page() -> None:
    """Draw the page."""
    markup.show(el("p", _t("about"), cls="ip-note"))
    show_outcome()
    place = store()
    every = place.scenarios()
    gone = [
        f"{side}={key}"
        for side in SIDES
        if (key := st.query_params.get(side)) and key not in set(every["key"])
    ]
    if gone:
        markup.show(el("p", _t("link_unknown", names=gone), cls="ip-warning", role="status"))
    kind = _kind(every)
    show_arrival(place)
    kept = every[every["kind"].eq(kind)]
    if kept.empty:
        _show_empty(kind)
        return
    key = show_list(kept)
    with guard():
        show_actions(place, kept, key)
    markup.show(el("h4", _t("compare"), cls="ip-h4"))
    if len(kept) < _TWO:
        markup.show(el("p", _t("one_only"), cls="ip-note"))
        return
    with guard():
        _compare(place, kept)


def _kind(every: pd.DataFrame) -> str:
    """Let the visitor choose the kind; a link to two scenarios chooses theirs."""
    counts = every["kind"].value_counts()
    linked = every.set_index("key")["kind"].get(st.query_params.get("a", ""))
    if linked is not None and "kind" not in st.query_params and linked != _KINDS[0]:
        st.query_params["kind"] = str(linked)
    elif "kind" not in st.query_params and not st.session_state.get("kind-kept") and len(every):
        # what was kept last is what a visitor comes for
        st.query_params["kind"] = str(every["kind"].iloc[0])
    return state.choice(
        "kind",
        _t("choose_kind"),
        _KINDS,
        lambda name: _t("kind_count", kind=kind_title(name), count=int(counts.get(name, 0))),
    )


def _show_empty(kind: str) -> None:
    title = _t("empty.title", kind=kind_title(kind))
    markup.show(el("div", el("b", title), el("p", _t(f"empty.{kind}")), cls="ip-empty"))
    for name in ("rules", "land") if kind == "run" else ("moves",):
        state.link_to(name)


def _compare(place: ip.Store, kept: pd.DataFrame) -> None:
    chosen = choose_pair(kept)
    if st.session_state.get(_LAST) != chosen:
        forget_map()
    st.session_state[_LAST] = chosen
    rows = kept.set_index("key", drop=False)
    told = {
        side: {str(k): v for k, v in rows.loc[key].to_dict().items()}
        for side, key in zip(SIDES, chosen, strict=True)
    }
    pair = wait_unless_stopped("pair", chosen, lambda: pair_job(place, told))
    if pair is None:
        forget_map()
        return
    show_pair(pair)
