"""What a visitor sees when something goes wrong: what it means and what to do, never a traceback.

A message of ours says what is wrong, where and what to do next. Anything else is a fault of
the program: the visitor gets a number to quote, the log gets the traceback under that number.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.errors import StreamlitDuplicateElementKey

from platforms import messages
from platforms.app import markup
from platforms.app.markup import el
from platforms.app.wording import is_outage, said
from platforms.errors import PlatformsError

__all__ = ["guard", "show_error", "show_outage"]

_LOG = logging.getLogger(__name__)


@contextmanager
def guard() -> Iterator[None]:
    """Show what goes wrong inside as a message; the rest of the page stays."""
    try:
        yield
    except PlatformsError as error:
        if is_outage(error):
            show_outage(error)
        else:
            show_error(said(error))
    except Exception:  # noqa: BLE001 the border: nothing may reach the browser
        number = secrets.token_hex(4)
        _LOG.exception("error %s", number)
        show_error(messages.text("app.error.unexpected", number=number))


def show_outage(error: PlatformsError) -> None:
    """Say once a page that the store cannot be used, and offer to try again.

    What a visitor cannot mend, such as an address or a port, is for the server's log.
    """
    _LOG.warning("%s", error.message("en"))
    told = st.container()
    try:
        # pressing it draws the page anew, and so asks the store again
        st.button(messages.text("app.outage.again"), icon=":material/refresh:", key="outage-again")
    except StreamlitDuplicateElementKey:
        # said above by another part of the page
        return
    with told:
        show_error(said(error), messages.text("app.outage.title"))


def show_error(text: str, title: str = "") -> None:
    """Show a message; what it names may come from a user, so it is shown as text."""
    head = el("b", title or messages.text("app.error.title"))
    markup.show(el("div", head, el("p", text), cls="ip-error", role="alert"))
