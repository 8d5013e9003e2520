"""What a visitor sees when something goes wrong: what it means and what to do, never a traceback.

A message of ours says what is wrong, where and what to do next. Anything else is a fault of
the program: the visitor gets a number to quote, the log gets the traceback under that number.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from platforms import messages
from platforms.app import markup
from platforms.app.markup import el
from platforms.app.wording import said
from platforms.errors import PlatformsError

__all__ = ["guard", "show_error"]

_LOG = logging.getLogger(__name__)


@contextmanager
def guard() -> Iterator[None]:
    """Show what goes wrong inside as a message; the rest of the page stays."""
    try:
        yield
    except PlatformsError as error:
        show_error(said(error))
    except Exception:  # noqa: BLE001 the border: nothing may reach the browser
        number = secrets.token_hex(4)
        _LOG.exception("error %s", number)
        show_error(messages.text("app.error.unexpected", number=number))


def show_error(text: str) -> None:
    """Show a message; what it names may come from a user, so it is shown as text."""
    title = el("b", messages.text("app.error.title"))
    markup.show(el("div", title, el("p", text), cls="ip-error", role="alert"))
