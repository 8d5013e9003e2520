"""The file that the server runs: the app, warmed while it starts, with headers that close it.

The content policy is the hard guarantee that a page asks nothing of the outside: the browser
itself refuses every request to another host, whatever a page or an attribute says. Where
background tiles are set, pictures of their servers are let in, and nothing else.

Streamlit asks for the name of the host at its socket only. Here it is asked for at every
address, so that a page of another site that points its own name here reads nothing at all; what
watches the server asks under a name that it has. Nor does the page of another site, or of another
port, open the socket or send anything. Addresses that tell of the server's inside, and that no
page needs, are not there; nor are those of the sign-in where none is configured.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose
from streamlit.auth_util import get_secrets_auth_section
from streamlit.starlette import App
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from platforms.app import state, tiles
from platforms.app.at_hand import AtHand
from platforms.app.downloads import let_downloads_last, sweeping
from platforms.app.origin import is_own_page
from platforms.app.plots import measuring, serving
from platforms.app.promptness import answer_at_once
from platforms.app.settling import settle
from platforms.app.uploads import Uploads, forgetting

IMAGES = "img-src 'self' data: blob:"

# Streamlit loads its components from blobs and sets styles and scripts inline
HEADERS = {
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
        f"style-src 'self' 'unsafe-inline'; {IMAGES}; font-src 'self' data:; "
        "connect-src 'self' data: blob:; worker-src 'self' blob:; object-src 'none'; "
        "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # no page asks for any of these
    "permissions-policy": ", ".join(
        f"{what}=()"
        for what in (
            "accelerometer", "camera", "display-capture", "geolocation", "gyroscope",
            "hid", "magnetometer", "microphone", "midi", "payment", "serial", "usb",
        )
    ),
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}  # fmt: skip

# the first page has the bare address: under its name Streamlit says that there is no such page
FIRST = "/map"
# figures of the process: who needs them asks the system
INNER = ("/_stcore/metrics", "/_stcore/agent")
# where nobody signs in, each visit of these would be an error in the log
SIGN_IN = ("/oauth2callback", "/auth/login", "/auth/logout")
# what changes nothing any page may ask; what it is answered the browser keeps from it
_READING = {"GET", "HEAD", "OPTIONS"}


def headers(origins: Sequence[str]) -> dict[str, str]:
    """Return the headers, with pictures let in from the tile servers that were set."""
    policy = HEADERS["content-security-policy"].replace(IMAGES, " ".join([IMAGES, *origins]))
    return {**HEADERS, "content-security-policy": policy}


class Closed:
    """Answers under its own names only, and adds the headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        # what is set later needs another start: the door is opened once, or not at all
        self.headers = headers(tiles.origins())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and its answer back with the headers."""

        async def closed(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [(name.encode(), value.encode()) for name, value in self.headers.items()]
                given = [
                    pair for pair in message["headers"] if pair[0].decode() not in self.headers
                ]
                message["headers"] = [*given, *own]
            await send(message)

        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        refused = _refused(scope)
        if scope["type"] == "websocket":
            # closed before it was opened, which the server says as 403
            await (WebSocketClose() if refused else self.app)(scope, receive, send)
            return
        answer: ASGIApp = self.app
        if refused:
            answer = PlainTextResponse("", refused)
        elif scope["path"].endswith(FIRST):
            answer = _to_first(scope)
        await answer(scope, receive, closed)


def _to_first(scope: Scope) -> Response:
    """Send to the first page, with what the address says of it; whatever folder it is served in."""
    asked = scope["query_string"].decode("latin-1")
    return RedirectResponse(f"./?{asked}" if asked else "./")


def _refused(scope: Scope) -> int:
    """Return the status that refuses a request, or 0."""
    headers, path = Headers(scope=scope), scope["path"]
    if not is_host_allowed(headers.get("host")):
        return HTTPStatus.FORBIDDEN
    if scope.get("method") not in _READING and not is_own_page(headers):
        return HTTPStatus.FORBIDDEN
    inner = any(part in path for part in INNER)
    unused = path.rstrip("/").endswith(SIGN_IN) and not get_secrets_auth_section()
    return HTTPStatus.NOT_FOUND if inner or unused else 0


@asynccontextmanager
async def warm(_: App) -> AsyncIterator[None]:
    """Begin the first run while the server starts, so that the first visitor need not wait."""
    answer_at_once()
    measuring.offer()
    serving.offer()
    threading.Thread(target=_warm, daemon=True).start()
    async with forgetting(), sweeping():
        yield


def _warm() -> None:
    # what the pages need is loaded before the first visitor, and then put aside with the scene
    importlib.import_module("platforms.app.main")
    state.warm()
    settle()


let_downloads_last()
app = App(
    Path(__file__).with_name("script.py"),
    routes=[measuring.ROUTE, *serving.ROUTES],
    lifespan=warm,
    middleware=[Middleware(Closed), Middleware(Uploads), Middleware(AtHand)],
)
