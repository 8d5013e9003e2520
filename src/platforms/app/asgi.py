"""The file that the server runs: the app, warmed while it starts, with headers that close it.

The content policy is the hard guarantee that a page asks nothing of the outside: the browser
itself refuses every request to another host, whatever a page or an attribute says. Where
background tiles are set, pictures of their servers are let in, and nothing else.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.starlette import App

from platforms.app import state, tiles
from platforms.app.at_hand import AtHand
from platforms.app.plots import measuring, serving
from platforms.app.promptness import answer_at_once
from platforms.app.settling import settle

IMAGES = "img-src 'self' data: blob:"

# Streamlit loads its components from blobs and sets styles and scripts inline
HEADERS = {
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
        f"style-src 'self' 'unsafe-inline'; {IMAGES}; font-src 'self' data:; "
        "connect-src 'self' data: blob:; worker-src 'self' blob:; object-src 'none'; "
        "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    ),
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def headers(origins: Sequence[str]) -> dict[str, str]:
    """Return the headers, with pictures let in from the tile servers that were set."""
    policy = HEADERS["content-security-policy"].replace(IMAGES, " ".join([IMAGES, *origins]))
    return {**HEADERS, "content-security-policy": policy}


class Closed:
    """Adds the headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        # what is set later needs another start: the door is opened once, or not at all
        self.headers = headers(tiles.origins())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and its answer back with the headers."""

        async def closed(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [(name.encode(), value.encode()) for name, value in self.headers.items()]
                message["headers"] = [*message["headers"], *own]
            await send(message)

        await self.app(scope, receive, closed if scope["type"] == "http" else send)


@asynccontextmanager
async def warm(_: App) -> AsyncIterator[None]:
    """Begin the first run while the server starts, so that the first visitor need not wait."""
    answer_at_once()
    measuring.offer()
    serving.offer()
    threading.Thread(target=_warm, daemon=True).start()
    yield


def _warm() -> None:
    # what the pages need is loaded before the first visitor, and then put aside with the scene
    importlib.import_module("platforms.app.main")
    state.warm()
    settle()


app = App(
    Path(__file__).with_name("script.py"),
    routes=[measuring.ROUTE, *serving.ROUTES],
    lifespan=warm,
    middleware=[Middleware(Closed), Middleware(AtHand)],
)
