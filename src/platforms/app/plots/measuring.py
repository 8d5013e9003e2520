"""The official measure of a drawing, at an address of the session's own.

A polygon that was closed is measured and answered for at once, without a run of the page: that
follows and shows the rest beside the map. Both go through the same function with the same city,
plots and language, so they cannot differ. The address holds a secret that only the session's
map was told; it ends with the session, and nothing is kept of what is measured.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from contextvars import copy_context
from typing import Any
from weakref import WeakValueDictionary

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

__all__ = ["ROUTE", "Measurer", "measure_address"]

_PATH = "map-measure"
_KEPT = "measurer"
# ten thousand corners with all their digits
_MOST_BYTES = 1_000_000
# known to the sessions whose maps were told; gone with them
_HELD: WeakValueDictionary[str, Measurer] = WeakValueDictionary()
_OFFERED: list[str] = []

Tell = Callable[[str, Any], Mapping[str, Any]]


class Measurer:
    """Measures what one session draws, by what its map last showed.

    Attributes
    ----------
    token
        The secret in the address.
    tell
        Returns of an id and a ring what the map shows of them.
    """

    def __init__(self, tell: Tell) -> None:
        self.token = secrets.token_urlsafe(24)
        self.tell = tell
        _HELD[self.token] = self


def measure_address(tell: Tell) -> str | None:
    """Return where this session's drawings are measured, below the app's own address.

    Parameters
    ----------
    tell
        Returns of an id and a ring what the map shows of them; called outside of any run.

    Returns
    -------
    address
        None where the server has no address of its own for it: then a run measures.
    """
    if not _OFFERED:
        return None
    held: Measurer | None = st.session_state.get(_KEPT)
    if held is None:
        held = st.session_state[_KEPT] = Measurer(tell)
    held.tell = tell
    return f"{_PATH}/{held.token}"


def offer() -> None:
    """Note that this process answers at the address."""
    if not _OFFERED:
        _OFFERED.append(_PATH)


async def _answer(request: Request) -> Response:
    held = _HELD.get(request.path_params["token"])
    if held is None:
        return Response(status_code=404)
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BYTES:
            return Response(status_code=413)
    try:
        asked = json.loads(body)
        drawn, ring = str(asked["id"]), list(asked["ring"])
    except (ValueError, KeyError, TypeError):
        return Response(status_code=400)
    # the language is set in there, for nobody else
    told = await run_in_threadpool(copy_context().run, held.tell, drawn, ring)
    return JSONResponse(told, headers={"cache-control": "no-store"})


ROUTE = Route(f"/{_PATH}/{{token}}", _answer, methods=["POST"])
