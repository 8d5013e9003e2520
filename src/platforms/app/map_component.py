"""The map in the page: the same runtime that the exported file carries.

The document travels once: the session remembers which one it sent, and the browser says when
it has lost it. Only a click on a feature and a finished drawing start a run. The component is
registered under a name that holds the bundle's fingerprint, so a newer bundle never meets an
older one's registration.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

import platforms as ip
from platforms.app import at_hand, state, tiles
from platforms.app.journal import noting
from platforms.app.plots.chosen import take_chosen, unchosen
from platforms.app.plots.correcting import correctable_for_map, take_correction
from platforms.app.plots.drawing import drawing_for_map, measure_for_map, take_drawing
from platforms.app.plots.serving import Masks, services_for
from platforms.app.scene import Shown
from platforms.app.state import Pick

__all__ = ["forget_map", "scroll_to_map", "show_document", "show_map"]

_HTML = "<div data-platforms-map></div>"
_KEY = "map"
# id of the document that the browser was given, and what was clicked there last
_SENT = "map-sent"
# the same of the maps that are only looked at, by their keys
_OTHERS = "maps-sent"
_CLICKED = "map-clicked"


@cache
def _component() -> Callable[..., Any]:
    runtime, css = ip.runtime_assets("component")
    # a text of one line is taken for the name of a file
    js, style = f"// map\n{runtime}", f"/* map */\n{css}"
    if at_hand.is_offered():
        # every run names the component: its runtime travels once, at an address of its own
        loader = Path(__file__).with_name("map_loader.js").read_text(encoding="utf-8")
        js, style = loader.replace("MAP_RUNTIME", at_hand.runtime_path(), 1), ""
    mounted: Callable[..., Any] = st.components.v2.component(
        f"platforms_map_{at_hand.runtime_digest()}",
        html=_HTML,
        css=style or None,
        js=js,
        isolate_styles=False,
    )
    return mounted


def show_map(
    scene: Shown,
    *,
    height: int,
    leaves: Mapping[str, Any] | None = None,
    masks: Masks | None = None,
    address: bool = False,
    correct: bool = False,
    place: Pick | None = None,
    figures: bool = True,
) -> None:
    """Show a map; what is clicked there becomes the session's selection.

    Parameters
    ----------
    scene
        What is looked at.
    height
        In pixels.
    leaves
        Which features of the layers are shown, one bit each; default all.
    masks
        The same of layers whose plots are asked for by tile.
    address
        Whether centre, zoom and switched layers stand in the page's address.
    correct
        Whether the boundaries of an uploaded file's plots may be changed here.
    place
        What is marked while nothing is selected and nothing is drawn.
    figures
        Whether the page shows beside the map all figures of what is drawn there.

    Raises
    ------
    MissingPartError
        When the map's bundle was not built.
    """
    tiles.show_faults()
    pick, drawing = state.picked(), drawing_for_map(figures=figures)
    known = st.session_state.get(_SENT) == scene.id
    _component()(
        key=_KEY,
        data={
            "id": scene.id,
            "document": None if known else scene.content,
            "height": height,
            "select": _selection(scene, pick or (None if drawing else place)),
            "known": pick._asdict() if pick else None,
            "drawing": drawing,
            "measure": measure_for_map(figures=figures),
            "filter": leaves,
            "services": services_for(
                getattr(scene, "document", None), masks, leaves["key"] if leaves else "", noting()
            ),
            "address": address,
            "layers": None,
            "correct": correctable_for_map() if correct else None,
            "unchosen": unchosen(),
            "tiles": tiles.for_map(),
        },
        on_lost_change=forget_map,
        on_drawn_change=_take_drawing,
        on_chosen_change=_take_chosen,
        on_correct_change=_take_correction,
        on_picked_change=_take_pick,
    )
    st.session_state[_SENT] = scene.id


def _selection(scene: Shown, pick: Pick | None) -> dict[str, str] | None:
    """Return the selection; it is acted on when its nonce is new to the map.

    What was clicked on the map is selected there already and would only be flown to.
    """
    if pick is None or st.session_state.get(_CLICKED) == (scene.id, pick):
        return None
    nonce = f"{scene.id}:{pick.layer}:{pick.id}:{state.looks()}"
    return {"layer": pick.layer, "id": pick.id, "nonce": nonce}


def show_document(
    document: ip.MapDocument, *, key: str, height: int, group: str = "", ground: bool = True
) -> None:
    """Show a map that is only looked at, beside others on one page.

    Parameters
    ----------
    document
        What is shown.
    key
        Tells the maps of a page apart.
    height
        In pixels.
    group
        Maps of one group move together; empty moves alone.
    ground
        Whether background tiles are offered; what leaves has none.

    Raises
    ------
    MissingPartError
        When the map's bundle was not built.
    """
    sent: dict[str, str] = st.session_state.setdefault(_OTHERS, {})
    _component()(
        key=key,
        data={
            "id": document.id,
            "document": None if sent.get(key) == document.id else document.content,
            "height": height,
            "group": group,
            "services": services_for(document, note=noting()),
            "tiles": tiles.for_map() if ground else None,
        },
        on_lost_change=lambda: st.session_state.get(_OTHERS, {}).pop(key, None),
        on_drawn_change=_nothing,
        on_chosen_change=_nothing,
        on_correct_change=_nothing,
        on_picked_change=_nothing,
    )
    sent[key] = document.id


def _nothing() -> None:
    """Take note of nothing: the map itself shows what was clicked."""


def forget_map() -> None:
    """Send the document again: the browser holds none, as after a visit to another page."""
    st.session_state.pop(_OTHERS, None)
    st.session_state.pop(_SENT, None)
    st.session_state.pop(_CLICKED, None)


# both before anything of the page is drawn, so that all of it speaks of the same thing


def _take_pick() -> None:
    clicked = getattr(st.session_state.get(_KEY), "picked", None)
    if not isinstance(clicked, Mapping):
        return
    # a boundary on the map stands for its place
    layer = str(clicked.get("layer", "")).removesuffix("_areas")
    found = Pick(layer, str(clicked.get("id", "")))
    st.session_state[_CLICKED] = (st.session_state.get(_SENT), found)
    state.select(found if found.layer else None)
    state.note_click()


def _take_drawing() -> None:
    take_drawing(getattr(st.session_state.get(_KEY), "drawn", None))


def _take_chosen() -> None:
    take_chosen(getattr(st.session_state.get(_KEY), "chosen", None))


def _take_correction() -> None:
    take_correction(getattr(st.session_state.get(_KEY), "correct", None))


@cache
def _scroll() -> Callable[..., Any]:
    js = Path(__file__).with_name("scroll.js").read_text(encoding="utf-8")
    mounted: Callable[..., Any] = st.components.v2.component("platforms_scroll", js=js)
    return mounted


def scroll_to_map() -> None:
    """Bring the map into view when a row of a table was chosen since the last run."""
    _scroll()(key="scroll", data={"looks": state.looks()})
