"""The map in the page: the same runtime that the exported file carries.

The document travels once: the session remembers which one it sent, and the browser says when
it has lost it. A click on the map is the only thing in it that starts a run. The component is
registered under a name that holds the bundle's fingerprint, so a newer bundle never meets an
older one's registration.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

import platforms as ip
from platforms.app import state
from platforms.app.scene import Scene
from platforms.app.state import Pick

__all__ = ["forget_map", "scroll_to_map", "show_map"]

_HTML = "<div data-platforms-map></div>"
_KEY = "map"
# id of the document that the browser was given, and what was clicked there last
_SENT = "map-sent"
_CLICKED = "map-clicked"


@cache
def _component() -> Callable[..., Any]:
    runtime, css = ip.runtime_assets("component")
    entry = Path(__file__).with_name("map_entry.js").read_text(encoding="utf-8")
    js = f"const RUNTIME = {json.dumps(runtime)};\n{entry}"
    digest = hashlib.sha256((js + css).encode()).hexdigest()[:8]
    mounted: Callable[..., Any] = st.components.v2.component(
        f"platforms_map_{digest}",
        html=_HTML,
        # a text of one line is taken for the name of a file
        css=f"/* map */\n{css}",
        js=js,
        isolate_styles=False,
    )
    return mounted


def show_map(scene: Scene, *, height: int) -> None:
    """Show the scene's map; what is clicked there becomes the session's selection.

    Parameters
    ----------
    scene
        The run that is looked at.
    height
        In pixels.

    Raises
    ------
    MissingPartError
        When the map's bundle was not built.
    """
    pick = state.picked()
    known = st.session_state.get(_SENT) == scene.id
    result = _component()(
        key=_KEY,
        data={
            "id": scene.id,
            "document": None if known else scene.content,
            "height": height,
            "select": _selection(scene, pick),
            "layers": None,
        },
        on_lost_change=forget_map,
        on_picked_change=_noted,
    )
    st.session_state[_SENT] = scene.id
    clicked = getattr(result, "picked", None)
    if clicked:
        found = Pick(str(clicked["layer"]), str(clicked["id"]))
        st.session_state[_CLICKED] = (scene.id, found)
        state.select(found if found.layer else None)


def _selection(scene: Scene, pick: Pick | None) -> dict[str, str] | None:
    """Return the selection; it is acted on when its nonce is new to the map.

    What was clicked on the map is selected there already and would only be flown to.
    """
    if pick is None or st.session_state.get(_CLICKED) == (scene.id, pick):
        return None
    nonce = f"{scene.id}:{pick.layer}:{pick.id}:{state.looks()}"
    return {"layer": pick.layer, "id": pick.id, "nonce": nonce}


def forget_map() -> None:
    """Send the document again: the browser holds none, as after a visit to another page."""
    st.session_state.pop(_SENT, None)
    st.session_state.pop(_CLICKED, None)


def _noted() -> None:
    """Let a click start a run; the run reads it."""


@cache
def _scroll() -> Callable[..., Any]:
    js = Path(__file__).with_name("scroll.js").read_text(encoding="utf-8")
    mounted: Callable[..., Any] = st.components.v2.component("platforms_scroll", js=js)
    return mounted


def scroll_to_map() -> None:
    """Bring the map into view when a row of a table was chosen since the last run."""
    _scroll()(key="scroll", data={"looks": state.looks()})
