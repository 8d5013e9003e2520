"""A visitor without a browser: speaks to the app's server as Streamlit's page in a browser does.

It opens the WebSocket with the origin and the token of a browser, asks for runs with the address,
the page and the states of the boxes, and reads messages until the run is finished. What the
server may leave out because a browser holds it (messages that came before) is held here too.
Nothing is drawn, so the time is the server's and the way's alone. Files are given and taken as a
browser does it: put to the address that the server names, asked for when a button is pressed.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
import urllib.parse
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import pyarrow as pa
from session_files import LONGEST_S, form, once, token_of
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

# how many runs old a message may be that a browser still holds
AGE = 2
TRIGGER = "$$STREAMLIT_INTERNAL_KEY_{id}__events"
FAULTS, DONE = ("ip-error",), 'class="ip-done"'


@dataclass
class Visitor:
    """One session: what its page shows, and what was chosen there.

    Attributes
    ----------
    url
        Of the server.
    mapped
        Seconds of the last run until the map's document was there; None where none came.
    received
        Bytes of the messages of the last run, as they are once unpacked.
    faults
        What pages showed of faults.
    done
        What the last run said of an act that was done; empty for nothing.
    pool
        Threads that fetch; default the loop's own.
    patience
        Seconds after which an act counts as lost.
    cookies
        What the server gave with its page.
    """

    url: str
    mapped: float | None = None
    received: int = 0
    faults: list[str] = field(default_factory=list)
    done: str = ""
    pool: Executor | None = None
    patience: float = LONGEST_S
    cookies: str = ""
    _session: str = ""
    _line: ClientConnection | None = None
    _query: str = ""
    _page: str = ""
    _pages: dict[str, str] = field(default_factory=dict)
    _shown: list[Element] = field(default_factory=list)
    _states: dict[str, WidgetState] = field(default_factory=dict)
    _held: dict[str, tuple[int, ForwardMsg]] = field(default_factory=dict)
    _runs: int = 0

    async def open(self, cookies: str) -> float:
        """Open the app, or come back to it; return the seconds until its page was there."""
        start = time.perf_counter()
        host = urllib.parse.urlsplit(self.url).netloc
        self.cookies, token = cookies, token_of(cookies)
        words = ["streamlit", token, self._session] if self._session else ["streamlit", token]
        self._line = await connect(
            f"ws://{host}/_stcore/stream",
            origin=self.url,  # type: ignore[arg-type]
            subprotocols=words if token else words[:1],  # type: ignore[arg-type]
            additional_headers={"Cookie": cookies} if cookies else None,
            max_size=None,
            # a browser asks nothing on its own, and waits for a busy server
            ping_interval=None,
            open_timeout=self.patience,
        )
        took = time.perf_counter() - start
        took += await self._run({})
        return took

    async def close(self) -> None:
        """Go away."""
        if self._line is not None:
            await self._line.close()

    def drop(self) -> None:
        """Lose the line, as when a cable is pulled; ``open`` comes back to the same session."""
        self._talk().transport.abort()

    async def go(self, page: str) -> float:
        """Press a page's name; return the seconds until it was there."""
        # the first page has no name in the address
        self._page, self._query = self._pages.get(page) or self._pages[""], ""
        return await self._run({})

    async def choose(self, key: str, count: int) -> float:
        """Choose other options in a box: the last so many of them."""
        box = self._find("multiselect", key)
        wanted = [*box.options][-count:] if count else []
        state = WidgetState(id=box.id)
        state.string_array_value.data[:] = wanted
        return await self._run({box.id: state})

    async def press(self, key: str) -> float:
        """Press a button."""
        button = self._find("button", key)
        return await self._run({}, WidgetState(id=button.id, trigger_value=True))

    async def tick(self, row: float) -> float:
        """Choose a row of the longest table that rows are chosen in, at a share of its length."""
        tables = [e.dataframe for e in self._shown if e.dataframe.selection_mode]
        rows, table = max(((_rows(t.arrow_data.data), t) for t in tables), key=lambda x: x[0])
        chosen = {"selection": {"rows": [int(row * rows)], "columns": [], "cells": []}}
        state = WidgetState(id=table.id, string_value=json.dumps(chosen))
        return await self._run({table.id: state})

    async def click(self, layer: str, feature: str) -> float:
        """Click a feature on the map."""
        drawn = self._find("bidi_component", "map")
        told = [{"event": "picked", "value": {"layer": layer, "id": feature}}]
        state = WidgetState(id=TRIGGER.format(id=drawn.id), json_trigger_value=json.dumps(told))
        return await self._run({}, state)

    async def write(self, key: str, text: str) -> float:
        """Type into a box, of one line or several, and leave it."""
        kinds = ("text_input", "text_area")
        box = next(getattr(one, kind) for kind in kinds for one in self._these(kind, key))
        return await self._run({box.id: WidgetState(id=box.id, string_value=text)})

    async def switch(self, key: str, *, on: bool) -> float:
        """Turn a switch."""
        box = self._find("checkbox", key)
        return await self._run({box.id: WidgetState(id=box.id, bool_value=on)})

    async def give(self, key: str, name: str, data: bytes) -> float:
        """Drop a file; return the seconds until the page has said what became of it."""
        box, start = self._find("file_uploader", key), time.perf_counter()
        ask = BackMsg()
        ask.file_urls_request.request_id = secrets.token_hex(8)
        ask.file_urls_request.session_id = self._session
        ask.file_urls_request.file_names.append(name)
        told = (await self._ask(ask, "file_urls_response")).file_urls_response.file_urls[0]
        body, kind = form(name, data)
        told_us = {"Content-Type": kind, "X-Xsrftoken": token_of(self.cookies)}
        await self._fetched("PUT", told.upload_url, told_us, body)
        state = WidgetState(id=box.id)
        held = state.file_uploader_state_value.uploaded_file_info.add()
        held.file_id, held.name, held.size = told.file_id, name, len(data)
        held.file_urls.CopyFrom(told)
        await self._run({box.id: state})
        return time.perf_counter() - start

    async def take(self, key: str) -> float:
        """Press a button of a download; return the seconds until all of the file was there."""
        button, start = self._find("download_button", key), time.perf_counter()
        where = button.url
        if button.deferred_file_id:
            ask = BackMsg()
            wanted = ask.backend_operation_request
            wanted.request_id, wanted.session_id = secrets.token_hex(8), self._session
            wanted.deferred_file.file_id = button.deferred_file_id
            told = (await self._ask(ask, "backend_operation_response")).backend_operation_response
            if told.error_msg:
                self.faults.append(f"{key}: {told.error_msg}")
            where = told.deferred_file.url
        if not await self._fetched("GET", where, {}, b""):
            self.faults.append(f"{key}: an empty file")
        return time.perf_counter() - start

    async def measure(self, ring: Sequence[Sequence[float]]) -> float:
        """Close a polygon on the map; return the seconds until its area was there."""
        start = time.perf_counter()
        where = json.loads(self._find("bidi_component", "map").json)["measure"]
        body = json.dumps({"id": secrets.token_hex(4), "ring": ring}).encode()
        told = json.loads(await self._fetched("POST", f"/{where}", {}, body))
        if told["bad"]:
            self.faults.append(f"a drawing without an area: {told['note']}")
        return time.perf_counter() - start

    def has(self, kind: str, key: str) -> bool:
        """Say whether there is such a part on the page."""
        return bool(self._these(kind, key))

    async def _fetched(self, how: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
        loop, told = asyncio.get_running_loop(), {**headers}
        if self.cookies:
            told["Cookie"] = self.cookies
        return await loop.run_in_executor(self.pool, once, self.url, how, path, told, body)

    def _these(self, kind: str, key: str) -> list[Element]:
        return [e for e in self._shown if _named(getattr(e, kind).id, key)]

    def _find(self, kind: str, key: str) -> Any:  # noqa: ANN401 one of Streamlit's messages
        for element in self._these(kind, key):
            return getattr(element, kind)
        msg = f"no {kind} {key} on the page"
        raise LookupError(msg)

    async def _ask(self, ask: BackMsg, kind: str) -> ForwardMsg:
        """Send a question and return its answer; what comes before is taken in."""
        await self._talk().send(ask.SerializeToString())
        async with asyncio.timeout(self.patience):
            while True:
                message = _message(await self._talk().recv())
                if message.WhichOneof("type") == kind:
                    return message
                self._take(message, 0, time.perf_counter())

    async def _run(
        self, chosen: Mapping[str, WidgetState], once: WidgetState | None = None
    ) -> float:
        known = {_of(one) for one in self._shown}
        self._states = {i: s for i, s in self._states.items() if i in known} | dict(chosen)
        ask = BackMsg()
        run = ask.rerun_script
        run.query_string, run.page_script_hash = self._query, self._page
        run.widget_states.widgets.extend([*self._states.values(), *([once] if once else [])])
        run.cached_message_hashes.extend(self._held)
        run.context_info.timezone, run.context_info.locale = "Asia/Shanghai", "zh-CN"
        run.context_info.timezone_offset, run.context_info.url = -480, self.url
        start = time.perf_counter()
        self.mapped, self.received, self.done = None, 0, ""
        await self._talk().send(ask.SerializeToString())
        async with asyncio.timeout(self.patience):
            finished = False
            while not finished:
                data = await self._talk().recv()
                finished = self._take(_message(data), len(data), start)
        return time.perf_counter() - start

    def _talk(self) -> ClientConnection:
        if self._line is None:
            msg = "not opened"
            raise ConnectionError(msg)
        return self._line

    def _take(self, message: ForwardMsg, size: int, start: float) -> bool:
        """Take a message; say whether it ends the run."""
        self.received += size
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            message = self._held[message.ref_hash][1]
            self._held[message.hash] = (self._runs, message)
            kind = message.WhichOneof("type")
        elif message.metadata.cacheable:
            self._held[message.hash] = (self._runs, message)
        if kind == "new_session":
            self._shown = []
            self._page = message.new_session.page_script_hash
            self._session = message.new_session.initialize.session_id
        elif kind == "navigation":
            self._pages = {p.url_pathname: p.page_script_hash for p in message.navigation.app_pages}
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._see(message.delta.new_element, start)
        elif kind == "script_finished":
            return self._finished(message.script_finished)
        return False

    def _finished(self, how: int) -> bool:
        if how == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            # the app asked for another run by itself
            return False
        if how == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            self.faults.append("the script could not be read")
        self._runs += 1
        self._held = {h: m for h, m in self._held.items() if m[0] > self._runs - 1 - AGE}
        return True

    def _see(self, element: Element, start: float) -> None:
        self._shown.append(element)
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.faults.append(f"{element.exception.type}: {element.exception.message}")
        elif kind in {"html", "markdown"}:
            text = element.html.body if kind == "html" else element.markdown.body
            self.faults += [text[:200] for mark in FAULTS if f'class="{mark}"' in text]
            self.done = text[:200] if DONE in text else self.done
        elif kind == "bidi_component" and _named(element.bidi_component.id, "map"):
            told = element.bidi_component.json
            if '"document": null' not in told and '"document":null' not in told:
                self.mapped = time.perf_counter() - start


def _of(element: Element) -> str:
    kind = element.WhichOneof("type")
    part: Any = getattr(element, kind) if kind else None
    return str(getattr(part, "id", ""))


def _named(identity: str, key: str) -> bool:
    # a mark, a digest of the settings, and the key
    return fnmatchcase(identity.split("-", 2)[-1], key)


def _message(data: bytes | str) -> ForwardMsg:
    message = ForwardMsg()
    message.ParseFromString(data if isinstance(data, bytes) else data.encode())
    return message


def _rows(data: bytes) -> int:
    with pa.ipc.open_stream(data) as stream:
        return sum(batch.num_rows for batch in stream)
