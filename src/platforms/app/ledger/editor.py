"""Who writes in the ledger, and what became of the last act.

Each change says who made it: who signed in, or, without sign-in, a name that is asked for once a
visit. That is no proof of who somebody is, and the page says so. The name is not in the
address: a link that is handed on must not make somebody else the author.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup, state
from platforms.app.guard import show_error
from platforms.app.markup import el
from platforms.app.visitor import name_box, named_by, sign_in_set
from platforms.app.wording import said
from platforms.errors import ConflictError, PlatformsError

__all__ = [
    "act",
    "ask_name",
    "book",
    "conflict",
    "forget_conflict",
    "note_picked",
    "pick_plots",
    "picked_plots",
    "said_here",
    "show_outcome",
    "turn",
    "who",
]

_WHO, _BOX = "ledger-name", "ledger-who"
_TOLD, _FAULT, _AT = "ledger-told", "ledger-fault", "ledger-acted"
_TURN, _CONFLICT, _PLACE = "ledger-turn", "ledger-conflict", "ledger-place"
_PICKED = "ledger-picked"
# a run of the page may follow at once, and what was done is still to be read
_SAID_S = 12.0


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"ledger_page.{entry}", None, **fields)


def book() -> ip.Ledger:
    """Return the ledger of the session's workspace.

    Raises
    ------
    PlatformsError
        When the store cannot be opened.
    """
    return ip.open_store(state.workspace(), make=False).ledger


def who() -> str:
    """Return who writes in this visit; empty as long as nobody said."""
    return named_by(st.session_state.get(_WHO))


def ask_name() -> None:
    """Ask for the name, and say what it is for; of one who signed in, show it."""
    if sign_in_set():
        name_box(_t("who"), "", key=_BOX, width=260)
        return

    def remember() -> None:
        st.session_state[_WHO] = str(st.session_state[_BOX]).strip()

    st.text_input(
        _t("who"), who(), max_chars=100, key=_BOX, on_change=remember, width=220,
        placeholder=_t("who_hint"),
    )  # fmt: skip


def turn() -> int:
    """Count the acts: a new key is the way to empty a form."""
    return int(st.session_state.get(_TURN, 0))


def act(told: str | Callable[[], str], work: Callable[[], object], *, place: str = "top") -> bool:
    """Do something with the ledger; what came of it is said in the run that follows.

    Parameters
    ----------
    told
        What to say once it is done.
    work
        Does it.
    place
        Where it is said: ``top``, or ``form`` beside the chosen plots.

    Returns
    -------
    done
        False where it could not be done; a conflict is kept to be shown.
    """
    st.session_state.update({_FAULT: None, _TOLD: "", _AT: time.monotonic(), _PLACE: place})
    st.session_state.pop(_CONFLICT, None)
    try:
        work()
    except PlatformsError as error:
        if isinstance(error, ConflictError) and error.fields["conflicts"]:
            st.session_state[_CONFLICT] = (str(error), error.fields["conflicts"])
            return False
        # said when it is shown, in the language of that moment
        st.session_state[_FAULT] = error
        return False
    st.session_state[_TOLD] = told if isinstance(told, str) else told()
    st.session_state[_TURN] = turn() + 1
    return True


def said_here(place: str, *, form: bool) -> bool:
    """Say whether the last act is told at a place; without a form all is told at the top."""
    wanted = str(st.session_state.get(_PLACE, "top"))
    return place == (wanted if form else "top")


def conflict() -> tuple[str, list[dict[str, object]]] | None:
    """Return what stands against the last act, and its fields; None where nothing does."""
    return st.session_state.get(_CONFLICT)


def forget_conflict() -> None:
    """Let go of what stood against the last act, and of what was to be written."""
    st.session_state.pop(_CONFLICT, None)
    st.session_state[_TURN] = turn() + 1


def picked_plots() -> list[str] | None:
    """Return the plots that are chosen; None where nobody has chosen yet in this visit."""
    return st.session_state.get(_PICKED)


def note_picked(plot_ids: list[str]) -> None:
    """Note what is chosen in the table."""
    st.session_state[_PICKED] = plot_ids


def pick_plots(plot_ids: Iterable[str]) -> None:
    """Choose plots away from the table, which then shows them chosen."""
    st.session_state[_PICKED] = list(plot_ids)
    forget_conflict()


def show_outcome() -> None:
    """Say what the last act did, or why it could not be done, for a while."""
    if time.monotonic() - st.session_state.get(_AT, -_SAID_S) >= _SAID_S:
        return
    fault, told = st.session_state.get(_FAULT), str(st.session_state.get(_TOLD, ""))
    if fault is not None:
        show_error(said(fault))
    if told:
        markup.show(el("p", told, cls="ip-done", role="status"))
