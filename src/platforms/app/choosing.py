"""Filters of a page: what is chosen stands in the address and lasts for the visit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from platforms.app.going_back import went_back

__all__ = ["Choice", "choose_several", "choose_words"]


@dataclass(frozen=True)
class Choice:
    """One filter.

    Attributes
    ----------
    address
        Its name in the address.
    options
        Values that can be chosen, by how the address writes them.
    title
        Gives how a value reads.
    label
        What is chosen, as the page says it.
    """

    address: str
    options: Mapping[str, Any]
    title: Callable[[Any], str]
    label: str = ""


def choose_several(
    room: str, choices: Mapping[str, Choice], *, columns: Sequence[DeltaGenerator], every: str
) -> dict[str, list[Any]]:
    """Let the visitor choose several of each; an empty choice means all.

    Parameters
    ----------
    room
        Whose filters these are; what was chosen is kept under it, beside the boxes.
    choices
        The filters, by name.
    columns
        Where they stand, one column each; further columns are left free.
    every
        What an empty box says.
    """
    # another page forgets the boxes
    kept: dict[str, list[str]] = st.session_state.setdefault(f"{room}-filters-kept", {})
    given: dict[str, list[Any]] = {}
    for (name, choice), column in zip(choices.items(), columns, strict=False):
        with column:
            given[name] = _several(f"{room}-{name}", choice, kept.get(name, []), every)
        kept[name] = [str(one) for one in given[name]]
        if kept[name]:
            st.query_params[choice.address] = kept[name]
        else:
            st.query_params.pop(choice.address, None)
    return given


def _several(key: str, choice: Choice, kept: Sequence[str], every: str) -> list[Any]:
    before = st.session_state.get(key)
    if went_back() or before is None:
        asked: Sequence[str] = st.query_params.get_all(choice.address)
        if not (asked or went_back()):
            asked = kept
        before = [choice.options[one] for one in asked if one in choice.options]
    # set on every run: another language makes another box of it, which begins empty
    st.session_state[key] = [one for one in before if one in choice.options.values()]
    chosen: list[Any] = st.multiselect(
        choice.label,
        list(choice.options.values()),
        format_func=choice.title,
        placeholder=every,
        key=key,
    )
    return chosen


def choose_words(key: str, address: str, label: str, *, hint: str) -> str:
    """Let the visitor search; the words stand in the address.

    Parameters
    ----------
    key
        Of the box.
    address
        Name in the address.
    label, hint
        What is searched, and what an empty box says.
    """
    kept = f"{key}-kept"
    before = st.session_state.get(key)
    if went_back() or before is None:
        before = st.query_params.get(address)
        if before is None and not went_back():
            before = st.session_state.get(kept)
    # set on every run: another language makes another box of it, which begins empty
    st.session_state[key] = str(before or "")
    words = str(st.text_input(label, placeholder=hint, max_chars=60, key=key) or "").strip()
    st.session_state[kept] = words
    if words:
        st.query_params[address] = words
    else:
        st.query_params.pop(address, None)
    return words
