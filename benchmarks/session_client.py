"""A visitor without a browser: speaks to the app's server as Streamlit's page in a browser does.

It opens the WebSocket with the origin and the token of a browser, asks for runs with the address,
the page and the states of the boxes, and reads messages until the run is finished. What the
server may leave out because a browser holds it (messages that came before) is held here too.
Nothing is drawn, so the time is the server's and the way's alone.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import time
import urllib.parse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

LONGEST_S = 60.0
# how many runs old a message may be that a browser still holds
AGE = 2
TRIGGER = "$$STREAMLIT_INTERNAL_KEY_{id}__events"
FAULTS = ("ip-error",)


def fetch(url: str, paths: Sequence[str]) -> tuple[str, int]:
    """Fetch files over one connection; return the token that the server gave, and the bytes."""
    host = urllib.parse.urlsplit(url)
    line = http.client.HTTPConnection(str(host.hostname), host.port, timeout=LONGEST_S)
    token, size = "", 0
    for path in paths:
        line.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = line.getresponse()
        size += len(answer.read())
        if answer.status != http.client.OK:
            msg = f"{path}: {answer.status}"
            raise ConnectionError(msg)
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie" and value.startswith("_streamlit_xsrf="):
                token = value.partition("=")[2].partition(";")[0]
    line.close()
    return token, size


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
    """

    url: str
    mapped: float | None = None
    received: int = 0
    faults: list[str] = field(default_factory=list)
    _line: ClientConnection | None = None
    _query: str = ""
    _page: str = ""
    _pages: dict[str, str] = field(default_factory=dict)
    _shown: list[Element] = field(default_factory=list)
    _states: dict[str, WidgetState] = field(default_factory=dict)
    _held: dict[str, tuple[int, ForwardMsg]] = field(default_factory=dict)
    _runs: int = 0

    async def open(self, token: str) -> float:
        """Open the app; return the seconds until its first page was there."""
        start = time.perf_counter()
        host = urllib.parse.urlsplit(self.url).netloc
        self._line = await connect(
            f"ws://{host}/_stcore/stream",
            origin=self.url,  # type: ignore[arg-type]
            subprotocols=["streamlit", token] if token else ["streamlit"],  # type: ignore[list-item]
            additional_headers={"Cookie": f"_streamlit_xsrf={token}"} if token else None,
            max_size=None,
        )
        took = time.perf_counter() - start
        took += await self._run({})
        return took

    async def close(self) -> None:
        """Go away."""
        if self._line is not None:
            await self._line.close()

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

    def _find(self, kind: str, key: str) -> Any:  # noqa: ANN401 one of Streamlit's messages
        for element in self._shown:
            part = getattr(element, kind)
            if _named(part.id, key):
                return part
        msg = f"no {kind} {key} on the page"
        raise LookupError(msg)

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
        self.mapped, self.received = None, 0
        await self._talk().send(ask.SerializeToString())
        async with asyncio.timeout(LONGEST_S):
            while not self._take(await self._talk().recv(), start):
                pass
        return time.perf_counter() - start

    def _talk(self) -> ClientConnection:
        if self._line is None:
            msg = "not opened"
            raise ConnectionError(msg)
        return self._line

    def _take(self, data: bytes | str, start: float) -> bool:
        """Take a message; say whether it ends the run."""
        message = ForwardMsg()
        message.ParseFromString(data if isinstance(data, bytes) else data.encode())
        self.received += len(data)
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
        elif kind == "bidi_component" and _named(element.bidi_component.id, "map"):
            told = element.bidi_component.json
            if '"document": null' not in told and '"document":null' not in told:
                self.mapped = time.perf_counter() - start


def _of(element: Element) -> str:
    kind = element.WhichOneof("type")
    part: Any = getattr(element, kind) if kind else None
    return str(getattr(part, "id", ""))


def _named(identity: str, key: str) -> bool:
    return identity.endswith(f"-{key}")


def _rows(data: bytes) -> int:
    with pa.ipc.open_stream(data) as stream:
        return sum(batch.num_rows for batch in stream)
