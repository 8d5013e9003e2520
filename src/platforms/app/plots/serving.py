"""Plots of a large layer for the map that shows it, at addresses of the session's own.

The address holds a secret that only the session's map was told, and the fingerprint of the data;
it ends with the session. An answer is made once for all who ask for the same, off the loop that
serves the pages, two at a time; whoever has moved on meanwhile is not answered any more.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
import numpy.typing as npt
import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

__all__ = ["ROUTES", "PlotService", "offer", "services_for"]

_PATH = "map-plots"
_KEPT = "plot-service"
# layers and filters that one session may look at by turns
_LAYERS = 8
_MOST_BYTES = 64 * 2**20
_MOST_TEXT = 60
_MOST_ID = 200
_HELD: WeakValueDictionary[str, PlotService] = WeakValueDictionary()
_OFFERED: list[str] = []
_TURNS = asyncio.Semaphore(2)
_CLOSED = 499

Masks = Mapping[str, npt.NDArray[np.bool_]]


class PlotService:
    """The large layers that one session looks at.

    Attributes
    ----------
    token
        The secret in the address.
    layers
        By fingerprint, the latest last.
    """

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(24)
        self.layers: OrderedDict[str, Any] = OrderedDict()
        self.filters: dict[tuple[str, str], str] = {}
        _HELD[self.token] = self

    def hold(self, tiles: Any) -> str:  # noqa: ANN401 the library is loaded lazily
        """Offer a layer; return where, below the app's own address."""
        self.layers[tiles.fingerprint] = tiles
        self.layers.move_to_end(tiles.fingerprint)
        while len(self.layers) > _LAYERS:
            self.layers.popitem(last=False)
        return f"{_PATH}/{self.token}/{tiles.fingerprint}"

    def filtered(self, tiles: Any, mask: npt.NDArray[np.bool_], key: str) -> Any:  # noqa: ANN401
        """Return the tiles of what a filter leaves, made once for each filter."""
        name = self.filters.get((tiles.fingerprint, key), "")
        held = self.layers.get(name)
        if held is None:
            held = tiles.only(mask, key)
            self.filters[tiles.fingerprint, key] = held.fingerprint
        return held


class _Answers:
    """Answers that were made, the latest last, within a bound of bytes."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[object, ...], bytes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: tuple[object, ...], make: Callable[[], bytes]) -> bytes:
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
                return found
        found = make()
        with self._lock:
            if key not in self._held:
                self._held[key] = found
                self._bytes += len(found)
            while self._bytes > _MOST_BYTES:
                self._bytes -= len(self._held.popitem(last=False)[1])
        return found


_ANSWERS = _Answers()


def offer() -> None:
    """Note that this process answers at the addresses."""
    if not _OFFERED:
        _OFFERED.append(_PATH)


def services_for(
    document: Any,  # noqa: ANN401 the library is loaded lazily
    masks: Masks | None = None,
    key: str = "",
) -> dict[str, Any] | None:
    """Return where this session's map asks for the plots of large layers.

    Parameters
    ----------
    document
        Of the map; one that was changed since it was made holds no plots.
    masks
        What a filter leaves of each layer: one a feature that has a place.
    key
        Tells one filter from another.

    Returns
    -------
    services
        By layer; None where the map has no such layer, or the server no such addresses.
    """
    held = getattr(document, "tiles", None)
    if not held or not _OFFERED:
        return None
    service: PlotService | None = st.session_state.get(_KEPT)
    if service is None:
        service = st.session_state[_KEPT] = PlotService()
    told = {}
    for name, whole in held.items():
        mask = (masks or {}).get(name)
        tiles = whole if mask is None else service.filtered(whole, mask, key)
        told[name] = {
            "path": service.hold(tiles),
            "of": document.id,
            "fingerprint": tiles.fingerprint,
            "left": None if mask is None else tiles.counts,
        }
    return told


def _asked(request: Request) -> Any:  # noqa: ANN401
    service = _HELD.get(request.path_params["token"])
    return None if service is None else service.layers.get(request.path_params["of"])


async def _made(request: Request, make: Callable[[], bytes | None]) -> bytes | None:
    """Make an answer when it is its turn; None when nobody waits for it any more."""
    async with _TURNS:
        if await request.is_disconnected():
            return None
        return await run_in_threadpool(make)


async def _tile(request: Request) -> Response:
    tiles = _asked(request)
    z, x, y = (int(request.path_params[name]) for name in "zxy")
    if tiles is None or not tiles.has(z, x, y):
        return Response(status_code=404)
    tag = f'"{tiles.fingerprint}-{z}-{x}-{y}"'
    # asked anew each time, so that nobody is answered after his session
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    key = (tiles.fingerprint, z, x, y)
    body = await _made(request, lambda: _ANSWERS.get(key, lambda: tiles.packed(z, x, y)))
    if body is None:
        return Response(status_code=_CLOSED)
    return _packed(body, headers)


def _packed(body: bytes, headers: Mapping[str, str]) -> Response:
    told = {**headers, "content-encoding": "gzip"}
    return Response(body, media_type="application/json", headers=told)


async def _one(request: Request) -> Response:
    tiles, name = _asked(request), request.query_params.get("id", "")
    if tiles is None or not name or len(name) > _MOST_ID:
        return Response(status_code=404)
    body = await _made(request, lambda: tiles.one(name))
    if body is None:
        return Response(status_code=404)
    return _packed(body, {"cache-control": "no-store"})


async def _find(request: Request) -> Response:
    tiles, text = _asked(request), request.query_params.get("text", "").strip()
    if tiles is None or not text or len(text) > _MOST_TEXT:
        return Response(status_code=404)
    body = await _made(request, lambda: json.dumps(tiles.find(text)).encode())
    if body is None:
        return Response(status_code=_CLOSED)
    headers = {"cache-control": "no-store"}
    return Response(body, media_type="application/json", headers=headers)


_BELOW = f"/{_PATH}/{{token}}/{{of}}"
ROUTES = (
    Route(f"{_BELOW}/one", _one, methods=["GET"]),
    Route(f"{_BELOW}/find", _find, methods=["GET"]),
    Route(f"{_BELOW}/{{z:int}}/{{x:int}}/{{y:int}}", _tile, methods=["GET"]),
)
