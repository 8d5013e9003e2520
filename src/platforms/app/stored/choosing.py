"""The filter of the store's plots: what is chosen stands in the address."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup, opened
from platforms.app.going_back import went_back
from platforms.app.scene import Shown
from platforms.app.strange import tell_strange
from platforms.app.wording import of_areas

__all__ = ["show_choice"]


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"stored_page.{entry}", None, **fields)


def _box(name: str) -> str:
    return f"stored-{name}"


def show_choice(looked: ip.StoreMap, labels: Shown) -> dict[str, Sequence[str]]:
    """Show a box for each column that tells plots apart; return what is chosen.

    Parameters
    ----------
    looked
        The plots.
    labels
        Says how values read.
    """
    facets = {name: values for name, values in looked.facets.items() if len(values) > 1}
    tell_strange(facets)
    chosen: dict[str, Sequence[str]] = {}
    layer = labels.layer("plots") or {"columns": []}
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        for name, values in facets.items():
            words = next((dict(c["labels"]) for c in layer["columns"] if c["name"] == name), {})
            # in the order of the words where there are some
            order = {value: number for number, value in enumerate(words)}
            options = sorted(values, key=lambda v: (order.get(v, len(order)), v))
            picked = _choose(name, options, words)
            if picked:
                chosen[name] = picked
                st.query_params[name] = picked
            else:
                st.query_params.pop(name, None)
        st.button(
            _t("clear"), key="stored-clear", icon=":material/filter_alt_off:",
            disabled=not chosen, on_click=_clear, args=(tuple(facets),),
        )  # fmt: skip
    return chosen


def _choose(name: str, options: Sequence[str], words: dict[str, str]) -> list[str]:
    key = _box(name)
    before = st.session_state.get(key)
    if before is None or went_back():
        before = st.query_params.get_all(name)
    # set on every run: another language makes another box of it, which begins empty
    st.session_state[key] = [value for value in before if value in options]
    city = opened.workspace()
    towns = name == "town"
    label = markup.plain_label(of_areas(city, "app.table.town")) if towns else _t(f"label.{name}")
    chosen: list[str] = st.multiselect(
        label, options, format_func=lambda value: words.get(value, value), key=key,
        placeholder=_t("all"), select_all=False,
    )  # fmt: skip
    return chosen


def _clear(names: Sequence[str]) -> None:
    for name in names:
        st.session_state[_box(name)] = []
