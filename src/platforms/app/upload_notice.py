"""What is said of an upload that is not there: lost with another visit, or given up in this one.

The address names the file that is looked at, so that a page loaded anew, or a link handed on,
says which file it lacks instead of showing other plots as if they were those.
"""

from __future__ import annotations

import streamlit as st

from platforms import messages
from platforms.app import markup, state
from platforms.app.markup import el
from platforms.app.plots.upload import safe_name

__all__ = ["forget_given_up", "give_up", "note_file", "show_notice"]

_NAME = "file"
_LOST, _GIVEN_UP = "upload-lost", "upload-given-up"


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"app.upload.{entry}", None, **fields)


def note_file() -> None:
    """Keep the address and the upload together; before anything of the page is drawn."""
    given = state.looked_at()
    if state.upload() is not None:
        # another file came in its stead
        st.session_state.pop(_LOST, None)
    elif asked := st.query_params.get(_NAME):
        st.session_state[_LOST] = safe_name(asked)
    name = safe_name(given.name) if given is not None else st.session_state.get(_LOST)
    if name is None:
        st.query_params.pop(_NAME, None)
    elif st.query_params.get(_NAME) != name:
        st.query_params[_NAME] = str(name)


def give_up() -> None:
    """Stop with the file that was given last, look at what was looked at before, and say so."""
    given = state.upload()
    state.give_up_upload()
    if given is not None:
        st.session_state[_GIVEN_UP] = safe_name(given.name)


def forget_given_up() -> None:
    """Say no more that a file was given up: something else is done."""
    st.session_state.pop(_GIVEN_UP, None)


def show_notice() -> None:
    """Say which file is not there and what is shown instead, until the visitor has read it."""
    told = ""
    for entry, key in (("given_up", _GIVEN_UP), ("lost", _LOST)):
        name = st.session_state.get(key)
        if name is not None and not told:
            told = _t(entry, file=name)
    # there also when it is empty: what stands below keeps its place
    with st.container(key="upload-notice", horizontal=True, vertical_alignment="center"):
        if told:
            markup.show(el("p", told, cls="ip-warning", role="status"))
            st.button(_t("read"), on_click=_close, key="upload-notice-close")


def _close() -> None:
    for key in (_LOST, _GIVEN_UP):
        st.session_state.pop(key, None)
    if state.looked_at() is None:
        st.query_params.pop(_NAME, None)
