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
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import numpy as np
import numpy.typing as npt
import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

import platforms as ip
from platforms import messages
from platforms.app.wording import said
from platforms.errors import ConflictError, PlatformsError

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

_NEWER, _REFUSED = 409, 422
T = TypeVar("T")
_Answering = Callable[[Request], Awaitable[Response]]
_Box = tuple[float, float, float, float]

Masks = Mapping[str, npt.NDArray[np.bool_]]


# what notes a file that is taken out: its name and its content
Note = Callable[[str, bytes], None]


def _nothing(_name: str, _data: bytes) -> None:
    """Note nothing."""


class PlotService:
    """The large layers that one session looks at.

    Attributes
    ----------
    token
        The secret in the address.
    layers
        By fingerprint, the latest last.
    pages
        By the same: the document of the map, the layer, and the language.
    note
        Notes an extent that is taken out.
    """

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(24)
        self.layers: OrderedDict[str, Any] = OrderedDict()
        self.filters: dict[tuple[str, str], str] = {}
        self.pages: dict[str, tuple[Any, str, str]] = {}
        self.note: Note = _nothing
        _HELD[self.token] = self

    def hold(self, tiles: Any) -> str:  # noqa: ANN401 the library is loaded lazily
        """Offer a layer; return where, below the app's own address."""
        self.layers[tiles.fingerprint] = tiles
        self.layers.move_to_end(tiles.fingerprint)
        while len(self.layers) > _LAYERS:
            self.pages.pop(self.layers.popitem(last=False)[0], None)
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
    note: Note = _nothing,
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
    note
        Called with name and content of an extent that is taken out.

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
    service.note = note
    told = {}
    for name, whole in held.items():
        mask = (masks or {}).get(name)
        tiles = whole if mask is None else service.filtered(whole, mask, key)
        service.pages[tiles.fingerprint] = (document, name, messages.language())
        told[name] = {
            "path": service.hold(tiles),
            "page": True,
            "of": document.id,
            "fingerprint": tiles.fingerprint,
            "left": None if mask is None else tiles.counts,
        }
    return told


def _asked(request: Request) -> Any:  # noqa: ANN401
    service = _HELD.get(request.path_params["token"])
    return None if service is None else service.layers.get(request.path_params["of"])


async def _made(request: Request, make: Callable[[], T | None]) -> T | None:
    """Make an answer when it is its turn; None when nobody waits for it any more."""
    async with _TURNS:
        if await request.is_disconnected():
            return None
        return await run_in_threadpool(make)


def _told(work: _Answering) -> _Answering:
    """Tell what is wrong in words: plots of a store that was written since, one out of reach."""

    @wraps(work)
    async def answer(request: Request) -> Response:
        try:
            return await work(request)
        except PlatformsError as error:
            status = _NEWER if isinstance(error, ConflictError) else _REFUSED
            told = {"message": said(error, _language(request))}
            return JSONResponse(told, status, headers={"cache-control": "no-store"})

    return answer


def _language(request: Request) -> str | None:
    service = _HELD.get(request.path_params["token"])
    page = None if service is None else service.pages.get(request.path_params["of"])
    return page[2] if page else None


@_told
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


@_told
async def _one(request: Request) -> Response:
    tiles, name = _asked(request), request.query_params.get("id", "")
    if tiles is None or not name or len(name) > _MOST_ID:
        return Response(status_code=404)
    body = await _made(request, lambda: tiles.one(name))
    if body is None:
        return Response(status_code=404)
    return _packed(body, {"cache-control": "no-store"})


@_told
async def _find(request: Request) -> Response:
    tiles, text = _asked(request), request.query_params.get("text", "").strip()
    if tiles is None or not text or len(text) > _MOST_TEXT:
        return Response(status_code=404)
    body = await _made(request, lambda: json.dumps(tiles.find(text)).encode())
    if body is None:
        return Response(status_code=_CLOSED)
    headers = {"cache-control": "no-store"}
    return Response(body, media_type="application/json", headers=headers)


@_told
async def _page(request: Request) -> Response:
    """Answer with the offline page of an extent; what it holds stands in a header too."""
    service, tiles = _HELD.get(request.path_params["token"]), _asked(request)
    page = None if service is None else service.pages.get(request.path_params["of"])
    box = _box(request.query_params.get("bbox", ""))
    if service is None or tiles is None or page is None or box is None:
        return Response(status_code=404)
    document, name, _ = page
    found = await _made(request, lambda: _extent(document, name, tiles, box))
    if found is None:
        return Response(status_code=_CLOSED)
    data, counts = found
    file = f"{name}-{tiles.fingerprint[:8]}-{counts}.html"
    await run_in_threadpool(service.note, file, data)
    headers = {
        "cache-control": "no-store",
        "content-disposition": f'attachment; filename="{file}"',
        "x-map-plots": counts,
    }
    return Response(data, media_type="text/html", headers=headers)


def _extent(document: Any, name: str, tiles: Any, box: _Box) -> tuple[bytes, str]:  # noqa: ANN401
    found = ip.map_of_extent(document, box, tiles={name: tiles})
    return ip.render_page(found.document).encode(), f"{found.inside}-{found.left_out}"


def _box(text: str) -> _Box | None:
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError:
        return None
    return west, south, east, north


_BELOW = f"/{_PATH}/{{token}}/{{of}}"
ROUTES = (
    Route(f"{_BELOW}/one", _one, methods=["GET"]),
    Route(f"{_BELOW}/find", _find, methods=["GET"]),
    Route(f"{_BELOW}/page", _page, methods=["GET"]),
    Route(f"{_BELOW}/{{z:int}}/{{x:int}}/{{y:int}}", _tile, methods=["GET"]),
)
