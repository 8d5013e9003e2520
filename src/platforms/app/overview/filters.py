"""The row of filters: what is chosen stands in the address and lasts for the visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from platforms import messages
from platforms.app import markup, opened
from platforms.app.going_back import went_back
from platforms.app.markup import el
from platforms.app.overview.facets import FACETS, NONE, Facets
from platforms.app.overview.filtered import Filtered
from platforms.app.state import Pick
from platforms.app.strange import tell_strange
from platforms.app.wording import of_areas

__all__ = ["show_filters", "show_left"]

# what was chosen, beside the boxes: another page, or a run that is cut short, forgets these
_KEPT = "filters-kept"
_COUNTED = ("plots", "platforms", "projects", "firms")


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"overview_page.{entry}", None, **fields)


def _box(name: str) -> str:
    return f"filter-{name}"


def show_filters(facets: Facets) -> dict[str, list[str]]:
    """Show a box for each facet that tells features apart; return what is chosen.

    Parameters
    ----------
    facets
        What the scene can be filtered by.
    """
    tell_strange({name: facets.options.get(name, ()) for name in FACETS})
    kept: dict[str, list[str]] = st.session_state.setdefault(_KEPT, {})
    chosen: dict[str, list[str]] = {}
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        for name in FACETS:
            options = facets.options.get(name, ())
            if len(options) > 1:
                chosen[name] = _choose(name, options, facets.titles[name], kept)
        st.button(
            _t("clear"),
            key="filters-clear",
            icon=":material/filter_alt_off:",
            disabled=not any(chosen.values()),
            on_click=_clear,
        )
    st.session_state[_KEPT] = chosen
    for name in FACETS:
        if chosen.get(name):
            st.query_params[name] = chosen[name]
        else:
            st.query_params.pop(name, None)
    return chosen


def _choose(
    name: str,
    options: Sequence[str],
    titles: Mapping[str, str],
    kept: Mapping[str, Sequence[str]],
) -> list[str]:
    key = _box(name)
    before = st.session_state.get(key)
    if went_back():
        before = st.query_params.get_all(name)
    elif before is None:
        before = st.query_params.get_all(name) or kept.get(name, ())
    # set on every run: another language makes another box of it, which begins empty
    st.session_state[key] = [value for value in before if value in options]
    chosen: list[str] = st.multiselect(
        markup.plain_label(of_areas(opened.workspace(), "app.table.town"))
        if name == "town"
        else _t(f"label.{name}"),
        options,
        format_func=lambda value: _t("none") if value == NONE else titles.get(value, value),
        key=key,
        placeholder=_t("all"),
        # its words are not in the catalogues
        select_all=False,
    )
    return chosen


def _clear() -> None:
    for name in FACETS:
        st.session_state[_box(name)] = []
    st.session_state[_KEPT] = {}


def show_left(left: Filtered, pick: Pick | None) -> None:
    """Say what the filter leaves, and where the selected feature stands to it."""
    if not left.key:
        return
    parts = []
    for name in _COUNTED:
        described, counts = left.layer(name), left.counts(name)
        if described is not None and counts is not None:
            title = messages.text(f"app.table.{name}")
            parts.append(_t("part", title=title, left=f"{counts[0]:,}", all=f"{counts[1]:,}"))
    lines = [el("b", _t("counted", parts=" · ".join(parts))), el("span", _t("scope"))]
    if left.counts("plots") is not None and not left.passing["plots"].any():
        lines.append(el("b", _t("empty")))
    if pick is not None and not left.leaves(pick.layer, pick.id):
        lines.append(el("b", _t("outside")))
    markup.show(el("p", *lines, cls="ip-left", role="status"))
