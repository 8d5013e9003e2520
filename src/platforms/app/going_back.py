"""The browser's way back and forward within a page: the address leads, the boxes follow.

A box remembers what was chosen in it, and would write that into the address anew; so the
browser says that its address was changed by its own buttons.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

__all__ = ["confirm_way_back", "note_way_back", "watch_way_back", "went_back"]

_KEY, _SEEN, _NOW = "going-back", "went-back-seen", "went-back"


def note_way_back() -> None:
    """Note whether this run comes from the way back; before anything of the page is drawn."""
    st.session_state[_NOW] = _count() != st.session_state.get(_SEEN, 0)


def _count() -> int:
    return int(getattr(st.session_state.get(_KEY), "count", None) or 0)


def went_back() -> bool:
    """Say whether this run shows what the browser's way back or forward asked for."""
    return bool(st.session_state.get(_NOW))


def confirm_way_back() -> None:
    """Send the address of this run once more, after all of the page.

    A run that was cut short by the way back may have sent the older address after it. One
    that was itself cut short did not come here, and the next shows what it should have shown.
    """
    if went_back():
        st.session_state[_SEEN] = _count()
        asked = st.query_params
        asked.from_dict({name: asked.get_all(name) for name in asked})


def watch_way_back(page: str) -> None:
    """Let the browser say when its way back or forward is taken within a page."""
    _watch()(key=_KEY, data={"page": page}, default={"count": 0}, on_count_change=_nothing)


def _nothing() -> None:
    """Take note of nothing: the run itself reads the count."""


@cache
def _watch() -> Callable[..., Any]:
    js = Path(__file__).with_name("going_back.js").read_text(encoding="utf-8")
    mounted: Callable[..., Any] = st.components.v2.component("platforms_going_back", js=js)
    return mounted
