"""园区与项目: what the plans list, each with where it is written."""

from __future__ import annotations

import streamlit as st

from platforms import messages
from platforms.app import state
from platforms.app.panel import show_panel
from platforms.app.summaries import SUMMARIES, show_summary
from platforms.app.tables import pick_table
from platforms.app.waiting import shown_scene

_LISTS = ("platforms", "projects", "firms", "micro_parks", "special_towns", "logistics_parks")
_HEIGHT = 560


def page() -> None:
    """Draw the page."""
    scene = shown_scene()
    if scene is None:
        return
    lists = [name for name in _LISTS if scene.layer(name)]
    chosen = state.choice(
        "list",
        messages.text("app.parks.choose"),
        [*lists, *SUMMARIES],
        lambda name: messages.text(f"app.table.{name}"),
    )
    if chosen in SUMMARIES:
        show_summary(scene, chosen, height=_HEIGHT)
        return
    left, right = st.columns([2, 1], gap="small")
    with left:
        pick_table(scene, chosen, height=_HEIGHT - 32)
    with right:
        pick = state.picked()
        here = pick if pick and pick.layer == chosen else None
        show_panel(scene, here, height=_HEIGHT - 48)
        state.link_to_map(here)
