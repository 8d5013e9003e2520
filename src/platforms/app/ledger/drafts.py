"""What was typed about plots and is not saved: kept for as long as the visit lasts.

A draft stands on the versions of the plots that it was written on, so a change by somebody else
in the meantime is met as a conflict and never written over. The browser keeps them too: where
the server began anew, or the page was loaded anew, it hands them back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from platforms import messages
from platforms.app import markup
from platforms.app.ledger.editor import pick_plots, start_over
from platforms.app.markup import el

__all__ = [
    "Draft",
    "draft_of",
    "drafts_packed",
    "forget_draft",
    "has_drafts",
    "keep_draft",
    "show_drafts",
    "take_drafts",
]

_KEPT, _NAMED = "ledger-drafts", 3
# what an edit stands on: the version of a plot, and what its form held
_STANDS = ("step", "unit", "due", "note")
_LONGEST, _MOST = 20_000, 2_000


class Draft(NamedTuple):
    """What was typed: the plots as they were then, and the fields as they are in the form."""

    seen: pd.DataFrame
    given: dict[str, str]


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"ledger_page.draft.{entry}", None, **fields)


def _drafts() -> dict[tuple[str, ...], Draft]:
    kept: dict[tuple[str, ...], Draft] = st.session_state.setdefault(_KEPT, {})
    return kept


def has_drafts() -> bool:
    """Say whether anything was typed that is not saved."""
    return bool(st.session_state.get(_KEPT))


def draft_of(plot_ids: Iterable[str]) -> Draft | None:
    """Return what was typed about these plots together, in whatever order they are named."""
    return _drafts().get(tuple(sorted(plot_ids)))


def keep_draft(seen: pd.DataFrame, given: Mapping[str, str], stored: Mapping[str, str]) -> None:
    """Keep what the form holds; where it is what is stored, there is no draft."""
    key = tuple(sorted(seen["plot_id"]))
    if dict(given) == dict(stored):
        _drafts().pop(key, None)
    else:
        _drafts()[key] = Draft(seen, dict(given))


def forget_draft(plot_ids: Iterable[str]) -> None:
    """Let go of what was typed about these plots."""
    _drafts().pop(tuple(sorted(plot_ids)), None)


def drafts_packed() -> list[dict[str, Any]]:
    """Return the drafts as a browser keeps them: ``given``, and ``plots`` as they were then."""
    return [
        {
            "given": one.given,
            "plots": {
                str(row["plot_id"]): [int(row["version"]), *(str(row[name]) for name in _STANDS)]
                for row in one.seen.to_dict("records")
            },
        }
        for one in _drafts().values()
    ]


def take_drafts(packed: Iterable[Any], plots: pd.DataFrame) -> int:
    """Take back what a browser kept; what stands here already, and what fits no plot, is left.

    Parameters
    ----------
    packed
        What :func:`drafts_packed` gave in a visit before.
    plots
        The plots of the ledger as they are now.

    Returns
    -------
    count
        Drafts that were taken.
    """
    taken = 0
    for one in packed:
        try:
            given = {str(name): str(value)[:_LONGEST] for name, value in one["given"].items()}
            stood = {str(key): [int(told[0]), *map(str, told[1:])]
                     for key, told in list(one["plots"].items())[:_MOST]}  # fmt: skip
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            continue
        key = tuple(sorted(stood))
        seen = plots[plots["plot_id"].isin(key)].copy()
        whole = all(len(told) == 1 + len(_STANDS) for told in stood.values())
        if key in _drafts() or len(seen) != len(key) or set(given) != {*_STANDS, "why"}:
            continue
        if key and whole:
            for number, name in enumerate(("version", *_STANDS)):
                told = {plot: one[number] for plot, one in stood.items()}
                seen[name] = seen["plot_id"].map(told)
            _drafts()[key] = Draft(seen, given)
            taken += 1
    return taken


def show_drafts(picked: Iterable[str]) -> None:
    """Say what is not saved, and offer to keep working on it or to let go of it.

    Parameters
    ----------
    picked
        The plots whose form is shown.
    """
    here = tuple(sorted(picked))
    for number, key in enumerate(_drafts()):
        names = "、".join(key[:_NAMED]) + ("…" if len(key) > _NAMED else "")
        told = _t("here" if key == here else "elsewhere", names=names)
        markup.show(el("p", told, cls="ip-warning"))
        with st.container(horizontal=True, key=f"ledger-draft-{number}"):
            if key != here:
                st.button(_t("back"), key=f"ledger-draft-back-{number}",
                          on_click=partial(pick_plots, key))  # fmt: skip
            st.button(_t("drop"), key=f"ledger-draft-drop-{number}",
                      on_click=partial(_drop, key))  # fmt: skip


def _drop(key: tuple[str, ...]) -> None:
    forget_draft(key)
    # the form takes what is stored
    start_over()
