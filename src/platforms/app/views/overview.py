"""一张图: everything on one map, the key figures above it, what was clicked beside it."""

from __future__ import annotations

import streamlit as st

from platforms import messages
from platforms.app import markup, state
from platforms.app.map_component import scroll_to_map, show_map
from platforms.app.panel import show_panel
from platforms.app.plots.faults import show_standing
from platforms.app.tables import pick_table
from platforms.app.targets.target_intake import current_board
from platforms.app.targets.target_rows import target_figure
from platforms.app.waiting import shown_scene

_HEIGHT = 580
_COLUMNS = {
    "plots": (
        "plot_id", "name", "town", "platform_group", "industry", "status", "area_mu", "area_m2",
        "verdict", "measure_suggested", "reclaimable_mu",
    ),
    "platforms": (),
}  # fmt: skip


def page() -> None:
    """Draw the page."""
    scene = shown_scene()
    if scene is None:
        return
    show_standing(scene)
    markup.show(markup.figures([*scene.content["figures"], *target_figure(current_board(scene))]))
    left, right = st.columns([2.7, 1], gap="small")
    with left:
        show_map(scene, height=_HEIGHT)
        st.caption(messages.text("app.map.foot", id=scene.id))
    with right:
        show_panel(scene, state.picked(), height=_HEIGHT, drawn=True)
    titles = [messages.text(f"app.table.{name}") for name in _COLUMNS]
    for (layer, columns), tab in zip(_COLUMNS.items(), st.tabs(titles), strict=True):
        with tab:
            pick_table(scene, layer, columns)
    scroll_to_map()
