"""What one visit may hold in the server's memory of files that it sends, and how long.

Streamlit keeps each file under an id that the browser names, until the visit is forgotten; it
limits one file and not their number, and keeps what a box held that was emptied since. Here all
files of a visit together have a limit, those under way among them. Where it is reached, the oldest
that were there to be read for some minutes make room; without such a file, what comes is refused,
in words of ours. When a visit has ended its files go soon.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config
from streamlit.runtime import exists, get_instance
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from platforms import messages

__all__ = ["FLAG", "Uploads", "forget_ended", "forgetting", "visit_mb"]

FLAG = "--visit-mb="
"""What a visit may hold, behind the server's own flags."""

# files of full size that a visit may hold where nothing else is said
_FILES = 4
# an empty file holds something too, and each is gone through with each piece that comes
_LEAST_BYTES = 64 << 10
# by then the page has read a file and taken what it needs
_READ_S = 300.0
_EVERY_S = 15.0
_PATH = re.compile(r"/_stcore/upload_file/(?P<visit>[^/]+)/(?P<file>[^/]+)$")
# status of Streamlit's → what is said
_SAID = {
    HTTPStatus.BAD_REQUEST: "app.sent.unknown",
    HTTPStatus.FORBIDDEN: "app.sent.closed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "app.sent.large",
}


def visit_mb(arguments: list[str] | None = None) -> int:
    """Return how many MB of files one visit may hold."""
    given = sys.argv[1:] if arguments is None else arguments
    told = next((one.removeprefix(FLAG) for one in given if one.startswith(FLAG)), "")
    return int(told) if told else _FILES * int(config.get_option("server.maxUploadSize"))


class Uploads:
    """Lets a visit send files up to its limit."""

    clock = staticmethod(time.monotonic)

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.most = visit_mb() << 20
        # what came so far of files under way, by visit
        self.under_way: Counter[str] = Counter()
        # when each file came, by visit, the oldest first
        self.came: dict[str, dict[str, float]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; a file is counted as it comes."""
        found = _PATH.search(scope["path"]) if scope["type"] == "http" else None
        if found is None:
            await self.app(scope, receive, send)
            return
        if scope["method"] != "PUT":
            await self.app(scope, receive, _in_our_words(scope, receive, send))
            return
        visit, file, came = found["visit"], found["file"], 0
        answer = _in_our_words(scope, receive, send)

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            more = len(message.get("body", b""))
            came += more
            self.under_way[visit] += more
            if not self._has_room(visit, file, 0):
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return message

        told = Headers(scope=scope).get("content-length", "")
        if told.isdecimal() and not self._has_room(visit, file, int(told)):
            refused = PlainTextResponse("", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            await refused(scope, receive, answer)
            return
        try:
            await self.app(scope, counted, answer)
        finally:
            self.under_way[visit] -= came
            if not self.under_way[visit]:
                del self.under_way[visit]
            self._note(visit, file)

    def _has_room(self, visit: str, file: str, size: int) -> bool:
        """Say whether so much more fits, after files that were read long ago made room."""
        if size > self.most:
            return False
        oldest = list(self.came.get(visit, {}).items())
        while _held(visit, without=file) + self.under_way[visit] + size > self.most:
            name, at = oldest.pop(0) if oldest else ("", self.clock())
            files = _files()
            if files is None or self.clock() - at <= _READ_S:
                return False
            files.remove_file(visit, name)
        return True

    def _note(self, visit: str, file: str) -> None:
        files = _files()
        if files is None:
            return
        known = self.came.setdefault(visit, {})
        known.pop(file, None)
        known[file] = self.clock()
        there = {name: set(held) for name, held in tuple(files.file_storage.items())}
        self.came = {
            name: {one: at for one, at in known.items() if one in there[name]}
            for name, known in self.came.items()
            if name in there
        }


def _files() -> MemoryUploadedFileManager | None:
    held = get_instance().uploaded_file_mgr if exists() else None
    return held if isinstance(held, MemoryUploadedFileManager) else None


def _held(visit: str, *, without: str) -> int:
    """Return the bytes that a visit holds; a file that is sent again takes its own place."""
    held = _files()
    files = {} if held is None else held.file_storage.get(visit, {})
    return sum(
        max(len(one.data), _LEAST_BYTES) for one in tuple(files.values()) if one.file_id != without
    )


def _in_our_words(scope: Scope, receive: Receive, send: Send) -> Send:
    """Return what sends an answer, in words of ours where it refuses."""
    refused = False

    async def said(message: Message) -> None:
        nonlocal refused
        if message["type"] == "http.response.start":
            entry = _SAID.get(message["status"])
            if entry is not None:
                refused = True
                text = messages.text(entry, _language(Headers(scope=scope)), most=visit_mb())
                await PlainTextResponse(text, message["status"])(scope, receive, send)
                return
        if not refused:
            await send(message)

    return said


def _language(headers: Mapping[str, str]) -> str | None:
    """Return the language of the page that asks; None where it does not say."""
    with contextlib.suppress(ValueError):
        given = parse_qs(urlsplit(headers.get("referer", "")).query).get("lang", [""])[0]
        known = {one.partition("_")[0]: one for one in messages.LANGUAGES}
        return known.get(given.partition("_")[0])
    return None


def forget_ended(seen: dict[str, float], now: float, patience: float) -> None:
    """Forget the files of visits that have not been open for a while.

    Parameters
    ----------
    seen
        When each visit that holds files was last seen open; kept from one call to the next.
    now
        The present moment, in seconds.
    patience
        Seconds that a visit may be away: the time in which a browser may come back to it.
    """
    files = _files()
    if files is None:
        return
    holding = tuple(files.file_storage)
    for gone in seen.keys() - set(holding):
        del seen[gone]
    for visit in holding:
        if get_instance().is_active_session(visit):
            seen[visit] = now
        elif now - seen.setdefault(visit, now) > patience:
            files.remove_session_files(visit)


@contextlib.asynccontextmanager
async def forgetting() -> AsyncIterator[None]:
    """Forget the files of ended visits for as long as the server runs."""

    async def go_on() -> None:
        seen: dict[str, float] = {}
        while True:
            await asyncio.sleep(_EVERY_S)
            forget_ended(seen, time.monotonic(), config.get_option("server.disconnectedSessionTTL"))

    task = asyncio.create_task(go_on())
    try:
        yield
    finally:
        task.cancel()
