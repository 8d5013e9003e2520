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
from platforms.app import markup, opened
from platforms.app.guard import show_error
from platforms.app.markup import el
from platforms.app.visitor import name_box, remember_name, sign_in_set, visitor_name
from platforms.app.wording import said
from platforms.errors import ConflictError, PlatformsError

__all__ = [
    "act",
    "ask_first",
    "ask_name",
    "barred",
    "book",
    "conflict",
    "forget_conflict",
    "forget_outcome",
    "may_write",
    "note_picked",
    "note_rights",
    "pick_plots",
    "picked_plots",
    "resets",
    "said_here",
    "show_done",
    "show_fault",
    "show_outcome",
    "start_over",
    "turn",
    "who",
]

_BOX = "ledger-who"
_TOLD, _FAULT, _AT = "ledger-told", "ledger-fault", "ledger-acted"
_TURN, _CONFLICT, _PLACE = "ledger-turn", "ledger-conflict", "ledger-place"
_PICKED, _RESETS, _BARRED = "ledger-picked", "ledger-resets", "ledger-barred"
_NAMED = 3
# what was done is to be read at leisure; what could not be done stands until the next act
_SAID_S = 120.0
# acts on the chosen plots, whose conflicts are shown beside them
_BESIDE = ("form", "files", "undo")


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"ledger_page.{entry}", None, **fields)


def book() -> ip.Ledger:
    """Return the ledger of the session's workspace.

    Raises
    ------
    PlatformsError
        When the store cannot be opened.
    """
    return opened.store().ledger


def who() -> str:
    """Return who writes in this visit; empty as long as nobody said."""
    return visitor_name()


def ask_name() -> None:
    """Ask for the name, and say what it is for; of one who signed in, show it."""
    if sign_in_set():
        name_box(_t("who"), "", key=_BOX, width=260)
        return

    def remember() -> None:
        remember_name(str(st.session_state[_BOX]))

    typed = st.text_input(
        _t("who"), who(), max_chars=100, key=_BOX, on_change=remember, width=220,
        placeholder=_t("who_hint"),
    )  # fmt: skip
    if typed.strip() and not who():
        # a browser brought it along to a server that began anew
        remember_name(typed)


def note_rights(store: ip.Store) -> None:
    """Note why the visitor cannot write here, before anything to write with is drawn."""
    told, me = "", who()
    if not store.writable:
        told = _t("barred.read_only")
    elif me and not store.members.single_user:
        role, named = store.members.role_of(me), store.members.approvers()[:_NAMED]
        if role in {None, "reader"}:
            told = _t("barred.stranger" if role is None else "barred.reader", approvers=named)
    st.session_state[_BARRED] = told


def barred() -> str:
    """Return why the visitor cannot write here, as :func:`note_rights` found it; empty: may."""
    return str(st.session_state.get(_BARRED, ""))


def may_write() -> bool:
    """Say whether there is somebody to write for, who may."""
    return bool(who()) and not barred()


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
        Where it is said: ``top``, ``form`` beside the chosen plots, or another place that
        shows it by :func:`show_fault` and :func:`show_done`.

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
            st.session_state[_CONFLICT] = (said(error), error.fields["conflicts"])
            if place == "bring":
                # its box would cover both sides
                st.session_state[_TURN] = turn() + 1
            return False
        # said when it is shown, in the language of that moment
        st.session_state[_FAULT] = error
        return False
    st.session_state[_TOLD] = told if isinstance(told, str) else told()
    st.session_state[_TURN] = turn() + 1
    return True


def said_here(place: str, *, form: bool) -> bool:
    """Say whether a conflict is told at a place; without a form at the top."""
    beside = form and _place().startswith(_BESIDE)
    return place == ("form" if beside else "top")


def _place() -> str:
    return str(st.session_state.get(_PLACE, "top"))


def conflict() -> tuple[str, list[dict[str, object]]] | None:
    """Return what stands against the last act, and its fields; None where nothing does."""
    return st.session_state.get(_CONFLICT)


def forget_conflict() -> None:
    """Let go of what stood against the last act, and of what was to be written."""
    st.session_state.pop(_CONFLICT, None)
    st.session_state[_TURN] = turn() + 1


def resets() -> int:
    """Count how often the visitor let go of what was typed: the form takes what is stored."""
    return int(st.session_state.get(_RESETS, 0))


def start_over() -> None:
    """Let the form take what is stored, whatever its boxes hold."""
    st.session_state[_RESETS] = resets() + 1
    forget_conflict()


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


def forget_outcome() -> None:
    """Forget what became of the last act: another page is looked at."""
    st.session_state.update({_FAULT: None, _TOLD: "", _PLACE: "top"})


def show_outcome(*places: str) -> None:
    """Say what the last act at these places did, or why it could not be done.

    Parameters
    ----------
    *places
        As :func:`act` had them; none for the top of a page.
    """
    for place in places or ("top",):
        show_fault(place)
    show_done(*places or ("top",))


def show_fault(place: str) -> None:
    """Say why the last act at a place could not be done, until there is another."""
    if _place() != place:
        return
    fault, against = st.session_state.get(_FAULT), conflict()
    if fault is not None:
        show_error(said(fault))
    elif against is not None and place not in {"top", "form"}:
        # both sides stand beside the form; whoever pressed here looks here
        show_error(against[0])


def show_done(*places: str) -> None:
    """Say what the last act at one of these places did, for a while."""
    late = time.monotonic() - st.session_state.get(_AT, -_SAID_S) >= _SAID_S
    told = str(st.session_state.get(_TOLD, ""))
    if told and not late and _place() in places:
        markup.show(el("p", told, cls="ip-done", role="status"))


def ask_first() -> None:
    """Say under a button that is shut why it is: nobody is named yet, or may not write."""
    if barred():
        markup.show(el("p", barred(), cls="ip-note"))
    elif not who():
        markup.show(el("p", _t("name_first"), cls="ip-note"))
