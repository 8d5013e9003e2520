"""Files that a first visit asks for are held ready in memory, and asked for early.

A visit's first page is a hundred small files of Streamlit's, and reading each through its layers
costs ten times what sending it does. They carry their fingerprint in their names, so they are
read once and never change. The parts that the pages load one after another as they meet them,
and the map's own runtime, are named in the head of the page, so that the browser has them
when they are wanted. What is not held is left to Streamlit.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Iterable, Iterator
from functools import cache
from http import HTTPStatus
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config, file_util

import platforms as ip
from platforms.errors import MissingPartError

__all__ = ["AtHand", "is_offered", "runtime_digest", "runtime_path"]

_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".woff2": "font/woff2",
}
_FOREVER = b"public, immutable, max-age=31536000"
# parts of Streamlit that nearly every page loads, in the order in which they are met
_PARTS = ("Html", "ButtonGroup", "BidiComponent", "Multiselect", "Button", "DataFrame")
_IMPORT = re.compile(r"""(?:from|import)\s*["']\./([\w.-]+\.js)["']""")
_LOG = logging.getLogger(__name__)
_OFFERED: list[str] = []


@cache
def runtime_digest() -> str:
    """Return what tells one build of the map's runtime from another.

    Raises
    ------
    MissingPartError
        When it was not built.
    """
    return hashlib.sha256("".join(ip.runtime_assets("component")).encode()).hexdigest()[:12]


def runtime_path() -> str:
    """Return where the runtime is offered, below the app's own address."""
    return f"map-runtime/{runtime_digest()}.js"


def is_offered() -> bool:
    """Say whether this process offers the runtime at an address of its own."""
    return bool(_OFFERED)


class AtHand:
    """Answers for files that never change, and names in each page what it will ask for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        root = Path(file_util.get_static_dir())
        below = str(config.get_option("server.baseUrlPath") or "").strip("/")
        base = f"/{below}" if below else ""
        self.files: dict[str, Path | bytes] = {
            f"{base}/static/{file.parent.name}/{file.name}": file
            for folder in ("js", "css", "media")
            for file in sorted((root / "static" / folder).glob("*"))
            if file.suffix in _TYPES
        }
        self.index = (root / "index.html").read_bytes()
        links = [f"./static/js/{name}" for name in _wanted(root / "static" / "js", self.index)]
        try:
            self.files[f"{base}/{runtime_path()}"] = _runtime().encode()
        except MissingPartError:
            # said by the page that wants to show a map
            _LOG.debug("the map's runtime was not built")
        else:
            links.insert(0, f"./{runtime_path()}")
            _OFFERED.append(runtime_path())
        self.page = _hinted(self.index, links)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer for what is held; pass on all else."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if path in self.files:
            await _answer(send, self._held(path), _TYPES[path[path.rindex(".") :]])
            return
        await self._page(scope, receive, send)

    def _held(self, path: str) -> bytes:
        held = self.files[path]
        if isinstance(held, Path):
            held = self.files[path] = held.read_bytes()
        return held

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; where the answer is Streamlit's page, send the one that names what it needs."""
        changed = False

        async def named(message: Message) -> None:
            nonlocal changed
            if message["type"] == "http.response.start" and self._is_index(message):
                changed = True
                message = {**message, "headers": _renewed(message["headers"], len(self.page))}
            elif message["type"] == "http.response.body" and changed:
                if message.get("more_body"):
                    return
                message = {**message, "body": self.page}
            await send(message)

        await self.app(scope, receive, named)

    def _is_index(self, start: Message) -> bool:
        told = {name.lower(): value for name, value in start["headers"]}
        return (
            start["status"] == HTTPStatus.OK
            and told.get(b"content-type", b"").startswith(b"text/html")
            and told.get(b"content-length") == str(len(self.index)).encode()
        )


def _renewed(headers: Iterable[tuple[bytes, bytes]], size: int) -> list[tuple[bytes, bytes]]:
    """Return a page's headers for the other page; what tells the old one again is left out."""
    gone = {b"content-length", b"etag", b"last-modified"}
    kept = [(name, value) for name, value in headers if name.lower() not in gone]
    return [*kept, (b"content-length", str(size).encode())]


async def _answer(send: Send, body: bytes, kind: str) -> None:
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", _FOREVER),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _wanted(folder: Path, index: bytes) -> Iterator[str]:
    """Yield the files of the parts and of what they import, without what the page names."""
    seen = {name for name in _names(folder) if name.encode() in index}
    for part in _PARTS:
        for file in sorted(folder.glob(f"{part}.*.js")):
            yield from _reached(folder, file.name, seen)


def _names(folder: Path) -> Iterator[str]:
    return (file.name for file in folder.glob("*.js"))


def _reached(folder: Path, name: str, seen: set[str]) -> Iterator[str]:
    if name in seen or not (folder / name).is_file():
        return
    seen.add(name)
    yield name
    for other in _IMPORT.findall((folder / name).read_text(encoding="utf-8")):
        yield from _reached(folder, other, seen)


def _hinted(index: bytes, links: Iterable[str]) -> bytes:
    """Return the page with what it will ask for, after what it asks for at once."""
    named = "".join(f'<link rel="modulepreload" crossorigin href="{one}">' for one in links)
    return index.replace(b"</head>", named.encode() + b"</head>", 1)


def _runtime() -> str:
    """Return the runtime as one module that brings its styles along."""
    script, css = ip.runtime_assets("component")
    styled = f"const style = document.createElement('style');style.textContent = {json.dumps(css)};"
    return f"{script}\n{styled}document.head.append(style);\n"
