"""Background tiles as this server was set to offer them.

The setting is read once, when the server starts: the browser is told then which servers it
may ask, and a file that changes later needs another start. A setting that is refused leaves
the map without tiles, and the page says why. A key is read from the environment or from
Streamlit's secrets; it goes to the map and nowhere else.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

import platforms as ip
from platforms import messages
from platforms.app.guard import show_error
from platforms.app.wording import said
from platforms.errors import PlatformsError

__all__ = ["for_map", "origins", "show_faults"]

_WORDS = ("heading", "none", "shifted", "unreachable")


@cache
def _setting() -> tuple[tuple[ip.TileSource, ...], PlatformsError | None]:
    try:
        return ip.read_tiles(), None
    except PlatformsError as error:
        return (), error


@cache
def _key(name: str) -> str:
    given = os.environ.get(name, "")
    if given:
        return given
    try:
        return str(st.secrets.get(name, ""))
    except StreamlitSecretNotFoundError:
        return ""


def origins() -> tuple[str, ...]:
    """Return the servers that a browser has to be let ask for pictures; default none."""
    return ip.tile_hosts(_setting()[0])


def for_map() -> dict[str, Any] | None:
    """Return the sources with their keys, for the map and for nothing else; None for none."""
    sources = _setting()[0]
    keys = {source.key: _key(source.key) for source in sources if source.key}
    layers = ip.tile_layers(sources, keys)
    if not layers:
        return None
    return {"layers": layers, "words": {word: messages.text(f"tiles.{word}") for word in _WORDS}}


def show_faults() -> None:
    """Say above a map why tiles that were set are not offered."""
    sources, error = _setting()
    # there also when it is empty: the map below keeps its place
    with st.container():
        if error is not None:
            show_error(said(error))
        for source in sources:
            if source.key and not _key(source.key):
                show_error(messages.text("tiles.key_missing", name=source.key, id=source.id))
