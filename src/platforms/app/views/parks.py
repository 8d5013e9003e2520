"""园区与项目: what the plans list, each with where it is written and where it really is."""

from __future__ import annotations

import streamlit as st

from platforms import messages
from platforms.app import state
from platforms.app.guard import guard
from platforms.app.map_component import forget_map
from platforms.app.panel import show_panel
from platforms.app.parks.cards import show_cards, show_charts
from platforms.app.parks.exchange import show_exchange
from platforms.app.parks.importing import show_import
from platforms.app.parks.position import show_position
from platforms.app.parks.words import show_words
from platforms.app.scene import Scene
from platforms.app.strange import tell_strange
from platforms.app.summaries import SUMMARIES, show_summary
from platforms.app.tables import pick_table
from platforms.app.waiting import shown_scene
from platforms.app.wording import of_areas

_LISTS = (
    "platforms", "projects", "firms", "micro_parks", "special_towns", "logistics_parks",
    "layout_units",
)  # fmt: skip
_PARTS = ("table", "cards", "charts", "position")
_HEIGHT = 560
_LAST = "parks-last"


def page() -> None:
    """Draw the page."""
    scene = shown_scene()
    if scene is None:
        return
    lists = [name for name in _LISTS if scene.layer(name)]
    tell_strange({"list": [*lists, *SUMMARIES], "show": _PARTS})
    chosen = state.choice(
        "list",
        messages.text("app.parks.choose"),
        [*lists, *SUMMARIES],
        lambda name: (
            of_areas(scene.workspace, "app.table.by_town")
            if name == "by_town"
            else messages.text(f"app.table.{name}")
        ),
    )
    if chosen in SUMMARIES:
        show_summary(scene, chosen, height=_HEIGHT)
        return
    part = state.choice(
        "show",
        messages.text("parks_page.choose"),
        _PARTS,
        lambda name: messages.text(f"parks_page.part.{name}"),
    )
    if st.session_state.get(_LAST) != part:
        # only one part has the map, and the browser forgets it in between
        forget_map()
    st.session_state[_LAST] = part
    with guard():
        if part == "cards":
            show_cards(scene, chosen)
        elif part == "charts":
            show_charts(scene, chosen)
        elif part == "position":
            show_position(scene, chosen, height=_HEIGHT)
            show_exchange()
        else:
            _show_table(scene, chosen)
            show_import(chosen)


def _show_table(scene: Scene, chosen: str) -> None:
    left, right = st.columns([2, 1], gap="small")
    pick = state.picked()
    here = pick if pick and pick.layer == chosen else None
    with left:
        pick_table(scene, chosen, height=_HEIGHT - 32)
    with right:
        show_panel(scene, here, height=_HEIGHT - 48)
        state.link_to_map(here)
    if here is None:
        return
    frame = scene.frame(chosen)
    key = scene.workspace.card(chosen).key
    if frame is not None and key in frame:
        names = frame.loc[frame[key].astype(str).eq(here.id), "name"]
        if len(names):
            show_words(scene, here, str(names.iloc[0]))
