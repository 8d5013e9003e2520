"""The map in the page: the same runtime that the exported file carries.

The document travels once: the browser says which one it holds, and only another one is sent.
The component is mounted under a name that holds the bundle's fingerprint, so a newer bundle
never meets an older one's registration.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

import platforms as ip
from platforms.app.scene import Scene
from platforms.app.state import Pick, looks

__all__ = ["scroll_to_map", "show_map"]

_HTML = "<div data-platforms-map></div>"
_CLICKED = "map-clicked"


@cache
def _component(digest: str) -> Callable[..., Any]:
    js, css = ip.runtime_assets("component")
    # a text of one line is taken for the name of a file, so each begins with a line of its own
    mounted: Callable[..., Any] = st.components.v2.component(
        f"platforms_map_{digest}",
        html=_HTML,
        css=f"/* map */\n{css}",
        js=f"// map\n{js}",
        isolate_styles=False,
    )
    return mounted


@cache
def _digest() -> str:
    js, css = ip.runtime_assets("component")
    return hashlib.sha256((js + css).encode()).hexdigest()[:8]


def show_map(
    scene: Scene, pick: Pick | None, *, key: str = "map", height: int = 600
) -> Pick | None:
    """Show the scene's map and return what was clicked in this run.

    Parameters
    ----------
    scene
        The run that is looked at.
    pick
        Feature to be shown as selected.
    key
        Name of the map in the page.
    height
        In pixels.

    Returns
    -------
    clicked
        The feature clicked just now, else None.

    Raises
    ------
    MissingPartError
        When the map's bundle was not built.
    """
    held = st.session_state.get(key)
    have = held.get("have") if held else None
    result = _component(_digest())(
        key=key,
        data={
            "id": scene.id,
            "document": None if have == scene.id else scene.content,
            "height": height,
            "select": _selection(scene, pick),
            "layers": None,
        },
        on_have_change=_noted,
        on_picked_change=_noted,
        on_layers_change=_noted,
    )
    clicked = getattr(result, "picked", None)
    if not clicked or (found := Pick(str(clicked["layer"]), str(clicked["id"]))) == pick:
        return None
    st.session_state[_CLICKED] = (scene.id, found)
    return found


def _selection(scene: Scene, pick: Pick | None) -> dict[str, str] | None:
    """Return the selection; it is acted on when its nonce is new to the map.

    What was clicked on the map is selected there already and would only be flown to.
    """
    if pick is None or st.session_state.get(_CLICKED) == (scene.id, pick):
        return None
    nonce = f"{scene.id}:{pick.layer}:{pick.id}:{looks()}"
    return {"layer": pick.layer, "id": pick.id, "nonce": nonce}


def _noted() -> None:
    """Let the map's events start a run; the run reads them."""


@cache
def _scroll() -> Callable[..., Any]:
    js = Path(__file__).with_name("scroll.js").read_text(encoding="utf-8")
    mounted: Callable[..., Any] = st.components.v2.component("platforms_scroll", js=js)
    return mounted


def scroll_to_map() -> None:
    """Bring the map into view when a row of a table was chosen since the last run."""
    _scroll()(key="scroll", data={"looks": looks()})
