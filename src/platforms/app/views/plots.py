"""地块量算与认定: a parcel file in, its faults, areas, verdicts and reclaimable land out."""

from __future__ import annotations

import streamlit as st

from platforms import messages
from platforms.app import markup, state
from platforms.app.leaving import tell_gone
from platforms.app.map_component import scroll_to_map, show_map
from platforms.app.panel import show_panel
from platforms.app.plots.chosen import chosen_ids, show_chosen
from platforms.app.plots.correcting import show_corrections
from platforms.app.plots.faults import issues_title, show_issues, show_standing
from platforms.app.plots.intake import show_intake, show_source
from platforms.app.tables import pick_table
from platforms.app.waiting import shown_scene

_COLUMNS = (
    "plot_id", "name", "area_mu", "area_m2", "planar_m2", "declared_m2", "verdict", "reason",
    "measure_suggested", "reclaimable_mu", "net_mu", "net_m2", "town", "platform_group",
    "layout_unit",
)  # fmt: skip
_HEIGHT = 460


def page() -> None:
    """Draw the page."""
    if not show_intake():
        return
    scene = shown_scene()
    # there also when they are empty: the map below keeps its place, and what is chosen on it
    with st.container():
        tell_gone(scene)
    if scene is None:
        return
    with st.container():
        show_source(scene)
    show_standing(scene)
    markup.show(markup.figures(scene.content["figures"]))
    with st.container():
        show_corrections(scene)
        show_chosen(scene, "plots")
    # stands above the map and is sent after it: a drawing waits for the map alone
    listing = st.container()
    left, right = st.columns([2, 1], gap="small")
    with left:
        show_map(scene, height=_HEIGHT, correct=True)
    with right:
        show_panel(scene, state.picked(), height=_HEIGHT, drawn=True)
    with listing:
        titles = [messages.text("app.plots.results"), issues_title(scene.run.issues)]
        results, issues = st.tabs(titles)
        with results:
            pick_table(scene, "plots", _COLUMNS, height=300, only=chosen_ids(scene, "plots"))
        with issues:
            show_issues(scene.run.issues)
    scroll_to_map()
