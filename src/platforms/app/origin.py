"""Whether a request comes from a page of this server's own, by what the browser says of it.

Streamlit takes pages of any port of this machine for its own, and looks for the machine's outside
address before it refuses one of another site. Here a page is the server's own when name and port
are those under which the server was asked; behind a proxy that is the name that it passes on.
"""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers

__all__ = ["is_own_page"]

# left out of an address when it is the one of its kind
_USUAL = {"http": 80, "https": 443}


def is_own_page(headers: Headers) -> bool:
    """Say whether a page of this server asks, or nobody's: what is no browser names none.

    Parameters
    ----------
    headers
        Of the request.
    """
    given = headers.get("origin")
    if given is None:
        return True
    try:
        page, asked = urlsplit(given), urlsplit(f"//{headers.get('host', '')}")
        usual = _USUAL[page.scheme]
        own = _named(page, usual) == _named(asked, usual)
    except (KeyError, ValueError):
        return False
    return own and bool(page.hostname) and page.username is None


def _named(address: SplitResult, usual: int) -> tuple[str | None, int]:
    port = address.port
    return address.hostname, usual if port is None else port
