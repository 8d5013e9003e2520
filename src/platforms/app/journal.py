"""Noting what a visitor brings in and takes out; a journal that fails stops nobody, and is told.

What is downloaded is made when the button is pressed, outside any session: who takes it is said
when the button is drawn.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable

import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup, opened
from platforms.app.markup import el
from platforms.app.visitor import visitor_name
from platforms.app.wording import said
from platforms.errors import PlatformsError

__all__ = ["noted", "noted_upload", "noting", "show_journal_fault", "taken"]

_LOG = logging.getLogger(__name__)
_FAULTS, _SEEN = "journal-faults", "journal-uploads"


def _faults() -> list[PlatformsError]:
    held: list[PlatformsError] = st.session_state.setdefault(_FAULTS, [])
    return held


def _who() -> str:
    """Return who signed in, or whatever name was typed in this visit."""
    return visitor_name()


def noted(what: str, name: str = "", data: bytes | None = None) -> None:
    """Note something; where that fails, the page goes on and says so.

    Parameters
    ----------
    what
        ``upload``, ``export``, ``sign_in`` or ``sign_out``.
    name
        Of the file.
    data
        Its content where it is at hand.
    """
    _note(opened.workspace(), what, name, (_who(), data), _faults())


def _note(
    workspace: ip.Workspace, what: str, name: str, given: tuple[str, bytes | None],
    faults: list[PlatformsError],
) -> None:  # fmt: skip
    who, data = given
    try:
        ip.open_store(workspace, make=False).journal.note(what, name, by=who, data=data)
    except PlatformsError as error:
        _LOG.warning("journal: %s", error.message("en"))
        faults[:] = [error]


def noted_upload(name: str, data: bytes) -> None:
    """Note a file once a visit: a page runs again and again with the same file in its box."""
    key = (name, hashlib.sha256(data).hexdigest())
    seen: set[tuple[str, str]] = st.session_state.setdefault(_SEEN, set())
    if key not in seen:
        seen.add(key)
        noted("upload", name, data)


def taken(name: str, make: Callable[[], bytes] | bytes) -> Callable[[], bytes]:
    """Return what makes a download and notes it when it is taken.

    Parameters
    ----------
    name
        Of the file.
    make
        Its content, or what makes it.
    """
    workspace, who, faults = opened.workspace(), _who(), _faults()

    def give() -> bytes:
        data = make if isinstance(make, bytes) else make()
        _note(workspace, "export", name, (who, data), faults)
        return data

    return give


def noting() -> Callable[[str, bytes], None]:
    """Return what notes a file that the map's own button takes out, by name and content."""
    workspace, who, faults = opened.workspace(), _who(), _faults()
    return lambda name, data: _note(workspace, "export", name, (who, data), faults)


def show_journal_fault() -> None:
    """Say that the journal could not be written, until it can."""
    for error in _faults():
        told = messages.text("members_page.journal.fault", problem=said(error))
        markup.show(el("p", told, cls="ip-warning", role="status"))
