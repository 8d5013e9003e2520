"""平台归属与搬迁: who belongs where, who moves where, which site fits, what to take on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import opened, state
from platforms.app.guard import guard
from platforms.app.map_component import forget_map
from platforms.app.moves.belonging import show_belonging
from platforms.app.moves.relocation import show_relocation
from platforms.app.portfolio.choice import show_portfolio
from platforms.app.siting.sites import show_siting
from platforms.app.strange import tell_strange

_PARTS: Mapping[str, Callable[[ip.Workspace], None]] = {
    "belonging": show_belonging,
    "relocation": show_relocation,
    "siting": show_siting,
    "portfolio": show_portfolio,
}
_LAST = "moves-last"


def page() -> None:
    """Draw the page."""
    tell_strange({"part": _PARTS})
    part = state.choice(
        "part",
        messages.text("moves_page.choose"),
        list(_PARTS),
        lambda name: messages.text(f"moves_page.part.{name}"),
    )
    if st.session_state.get(_LAST) != part:
        # each part has a map of its own, and the browser holds none of it
        forget_map()
    st.session_state[_LAST] = part
    with guard():
        _PARTS[part](opened.workspace())
