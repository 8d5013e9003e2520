"""Who the maps are for: the profile, the 审图号, and the slides in their order.

All of it stands in the address, so that a link opens the same map again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import state
from platforms.app.exports.kinds import Asked
from platforms.app.scene import Scene

__all__ = ["ask_profile"]

_REVIEW, _SLIDES = "review", "slides"
_NONE = "-"
_MOST = 60


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"exports_page.{entry}", None, **fields)


def ask_profile(scene: Scene) -> Asked:
    """Let the visitor choose for whom maps and figures are; return what is asked."""
    titles = ip.publication_titles()
    profile = state.choice("profile", _t("profile"), [*titles], lambda name: titles[name])
    number = _ask_number() if profile == "public" else ""
    return Asked(profile, number, _ask_slides(scene))


def _ask_number() -> str:
    # kept beside the widget: another page, or another profile, forgets the widget
    kept = f"{_REVIEW}-kept"
    known = st.query_params.get(_REVIEW) or st.session_state.get(kept) or ""
    given = st.text_input(
        _t("review"), value=known, max_chars=_MOST, placeholder=_t("review_hint"), key=_REVIEW
    )
    number = " ".join(str(given).split())
    st.session_state[kept] = number
    if number:
        st.query_params[_REVIEW] = number
    else:
        st.query_params.pop(_REVIEW, None)
    return number


def _ask_slides(scene: Scene) -> tuple[str, ...] | None:
    slides: Sequence[Mapping[str, str]] = scene.content.get("slides") or ()
    titles = {one["id"]: one["title"] for one in slides}
    if not titles:
        return None
    kept = f"{_SLIDES}-kept"
    known = st.query_params.get(_SLIDES) or st.session_state.get(kept)
    wanted = [*titles] if known is None else [one for one in known.split(",") if one in titles]
    chosen: list[str] = st.multiselect(
        _t("chapters"), [*titles], default=wanted, format_func=lambda name: titles[name],
        placeholder=_t("no_chapters"), help=_t("chapters_help"), key=f"{_SLIDES}-{scene.id}",
    )  # fmt: skip
    if chosen == [*titles]:
        st.session_state.pop(kept, None)
        st.query_params.pop(_SLIDES, None)
        return None
    st.session_state[kept] = st.query_params[_SLIDES] = ",".join(chosen) or _NONE
    return tuple(chosen)
