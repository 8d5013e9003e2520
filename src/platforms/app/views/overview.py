"""一张图: everything on one map, filtered as wanted, what was clicked beside it."""

from __future__ import annotations

import streamlit as st

from platforms import messages
from platforms.app import markup, state
from platforms.app.map_component import scroll_to_map, show_map
from platforms.app.overview.facets import make_facets
from platforms.app.overview.filtered import filtered
from platforms.app.overview.filters import show_filters, show_left
from platforms.app.overview.held import held
from platforms.app.overview.lists import show_lists
from platforms.app.panel import show_panel
from platforms.app.plots.faults import show_standing
from platforms.app.strange import tell_strange
from platforms.app.targets.target_intake import current_board
from platforms.app.targets.target_rows import target_figure
from platforms.app.waiting import shown_scene

_HEIGHT = 580
# what the map takes from an address: degrees, and its nearest zoom
_EAST, _NORTH, _NEAREST = 180, 85, 24


def page() -> None:
    """Draw the page."""
    scene = shown_scene()
    if scene is None:
        return
    _tell_strange_view()
    show_standing(scene)
    facets = held("facets", scene, make_facets)
    left = filtered(scene, facets, show_filters(facets))
    # asked for under a filter too: waiting takes a place above the map
    board = current_board(scene)
    # a target is the county's: it does not follow a filter
    target: list[dict[str, str]] = []
    if not left.key:
        target = board.once("figure", board.status, lambda: target_figure(board))
    pick = state.picked()
    markup.show(markup.figures([*left.content["figures"], *target]))
    # there also when it is empty: the map below keeps its place, and the view of it
    with st.container():
        show_left(left, pick)
    with st.container(key="one-map"):
        beside, right = st.columns([2.7, 1], gap="small")
        with beside:
            show_map(scene, height=_HEIGHT, leaves=left.for_map(), masks=left.masks, address=True)
            foot = messages.text("app.map.foot", id=scene.id)
            st.caption(f"{foot} · {messages.text('overview_page.link')}")
        with right:
            show_panel(scene if pick else left, pick, height=_HEIGHT, drawn=True)
    show_lists(left)
    scroll_to_map()


def _tell_strange_view() -> None:
    """Say what the address selects or looks at in no form that there is."""
    pick, views = state.picked(), st.query_params.get_all("view")
    # a feature that is not there is told by the panel
    known = {"at": [] if pick is None else [f"{pick.layer}:{pick.id}"]}
    tell_strange(known | {"view": [one for one in views if _is_view(one)]})


def _is_view(text: str) -> bool:
    """Say whether a text is longitude, latitude and zoom, as the map reads them."""
    try:
        lon, lat, zoom = map(float, text.split(","))
    except ValueError:
        return False
    return abs(lon) <= _EAST and abs(lat) <= _NORTH and 0 <= zoom <= _NEAREST
