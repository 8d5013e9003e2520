"""The filters of the targets: what is chosen stands in the address and lasts for the visit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app.choosing import Choice, choose_several
from platforms.app.targets.target_board import Board
from platforms.app.targets.target_rows import STATES

__all__ = ["choose_targets", "target_choices"]

_WIDE = (2, 1, 1.6, 1)


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"app.targets.{entry}", None, **fields)


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
    filters: Mapping[str, tuple[str, Mapping[str, Any], Callable[[Any], str]]] = {
        "documents": ("doc", {one: one for one in documents}, titles.__getitem__),
        "years": ("year", {str(year): year for year in years}, str),
        "units": ("unit", {str(one): one for one in units}, str),
        "states": ("state", {one: one for one in states}, _state),
    }
    return {
        name: Choice(address, options, title, _t(f"filter.{name}"))
        for name, (address, options, title) in filters.items()
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
    columns = st.columns(_WIDE, gap="small")
    given = choose_several("target", choices, columns=columns, every=_t("all"))
    return ip.select_targets(board.status, **given)
