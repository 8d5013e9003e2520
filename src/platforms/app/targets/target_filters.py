"""The filters of the targets: what is chosen stands in the address and lasts for the visit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app.going_back import went_back
from platforms.app.targets.target_board import Board
from platforms.app.targets.target_rows import STATES

__all__ = ["Choice", "choose_targets", "target_choices"]

# what was chosen, beside the boxes: another page forgets these
_KEPT = "target-filters-kept"
_WIDE = (2, 1, 1.6, 1)


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"app.targets.{entry}", None, **fields)


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
    """

    address: str
    options: Mapping[str, Any]
    title: Callable[[Any], str]


def target_choices(board: Board) -> dict[str, Choice]:
    """Return what targets can be filtered by: documents, years, units and states.

    Parameters
    ----------
    board
        The targets.
    """
    status = board.status
    titles = {document.id: document.title for document in board.workspace.plan.documents}
    documents = [doc for doc in titles if status["doc"].eq(doc).any()]
    years = sorted({int(year) for year in status["year"]})
    states = [state for state in STATES if status["state"].eq(state).any()]
    units = ip.responsible_units(status)
    return {
        "documents": Choice("doc", {one: one for one in documents}, lambda doc: titles[doc]),
        "years": Choice("year", {str(year): year for year in years}, str),
        "units": Choice("unit", {str(one): one for one in units}, str),
        "states": Choice("state", {one: one for one in states}, _state),
    }


def _state(name: str) -> str:
    return messages.text(f"sheet.target_state.{name}")


def choose_targets(board: Board, choices: Mapping[str, Choice]) -> pd.DataFrame:
    """Let the visitor choose; an empty choice leaves all.

    Parameters
    ----------
    board
        The targets.
    choices
        What :func:`target_choices` gave.
    """
    kept: dict[str, list[str]] = st.session_state.setdefault(_KEPT, {})
    given: dict[str, list[Any]] = {}
    for (name, choice), column in zip(choices.items(), st.columns(_WIDE, gap="small"), strict=True):
        with column:
            given[name] = _several(name, choice, kept)
        kept[name] = [str(one) for one in given[name]]
        if kept[name]:
            st.query_params[choice.address] = kept[name]
        else:
            st.query_params.pop(choice.address, None)
    return ip.select_targets(board.status, **given)


def _several(name: str, choice: Choice, kept: Mapping[str, list[str]]) -> list[Any]:
    key = f"target-{name}"
    before = st.session_state.get(key)
    if went_back() or before is None:
        asked = st.query_params.get_all(choice.address)
        if not (asked or went_back()):
            asked = kept.get(name, [])
        before = [choice.options[one] for one in asked if one in choice.options]
    # set on every run: another language makes another box of it, which begins empty
    st.session_state[key] = [one for one in before if one in choice.options.values()]
    chosen: list[Any] = st.multiselect(
        _t(f"filter.{name}"),
        list(choice.options.values()),
        format_func=choice.title,
        placeholder=_t("all"),
        key=key,
    )
    return chosen
