"""Asking before what is saved nowhere is lost: an upload's corrections, drafts of the ledger.

Both live in the visit and go with it; a page that is loaded anew is another visit, and so is
one whose server began anew. Drafts, and the name that was typed, are kept in the tab of the
browser as well, which hands them to the next visit of the same person in the same tab.
"""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from platforms import messages
from platforms.app import markup, opened, state
from platforms.app.ledger.drafts import drafts_packed, has_drafts, take_drafts
from platforms.app.ledger.editor import book, start_over
from platforms.app.markup import el
from platforms.app.scene import Scene
from platforms.app.visitor import remember_name, sign_in_set, signed_in, visitor_name
from platforms.errors import PlatformsError

__all__ = ["ask_before_leaving", "tell_gone", "unsaved"]


_LOG = logging.getLogger(__name__)
_KEY, _VISIT, _ASKED = "leaving", "leaving-visit", "leaving-asked"


def unsaved() -> dict[str, Any]:
    """Return what would be lost: ``corrected``, a key or empty, and ``drafts``, whether any."""
    given = state.upload()
    corrected = given is not None and bool(given.corrections)
    return {"corrected": str(given and given.key) if corrected else "", "drafts": has_drafts()}


@cache
def _leaving() -> Callable[..., Any]:
    js = Path(__file__).with_name("leaving.js").read_text(encoding="utf-8")
    mounted: Callable[..., Any] = st.components.v2.component("platforms_leaving", js=js)
    return mounted


def ask_before_leaving() -> None:
    """Let the browser ask before the page is left while something is not saved, and keep it."""
    signed = signed_in() or ""
    known = st.session_state.setdefault(_VISIT, secrets.token_hex(8))
    kept = {
        "visit": known,
        # what one person typed is not handed to another
        "whose": f"{_where()} {signed}",
        "out": sign_in_set() and not signed,
        "asked": bool(st.session_state.get(_ASKED)),
        "kept": {"name": "" if sign_in_set() else visitor_name(), "drafts": drafts_packed()},
    }
    _leaving()(
        key=_KEY, data={**unsaved(), "tab": kept}, on_back_change=_nothing,
        on_kept_change=_take_back,
    )  # fmt: skip


def _where() -> str:
    """Return how the workspace is named, whether it can be opened or not."""
    return opened.workspace_name() or os.environ.get("PLATFORMS_WORKSPACE", "")


def _nothing() -> None:
    """Take note of nothing: that the page is drawn anew is all that was wanted."""


def _take_back() -> None:
    """Take what the browser kept of a visit before."""
    st.session_state[_ASKED] = True
    told = getattr(st.session_state.get(_KEY), "kept", None)
    if not isinstance(told, dict):
        return
    if not sign_in_set() and not visitor_name():
        remember_name(str(told.get("name", ""))[:100])
    drafts = told.get("drafts")
    if not isinstance(drafts, list) or not drafts:
        return
    try:
        if take_drafts(drafts, book().plots()):
            start_over()
    except PlatformsError as error:
        # the browser still has them, and hands them over once the store is there
        st.session_state[_ASKED] = False
        _LOG.warning("drafts: %s", error.message("en"))


def tell_gone(scene: Scene | None) -> None:
    """Say that a plot of the address is not there, as after a page was loaded anew."""
    pick = state.picked()
    if pick is None or pick.layer != "plots" or state.upload() is not None:
        return
    if scene is None and state.has_plots():
        return
    if scene is None or pick.id not in set(scene.run.plots["plot_id"].astype(str)):
        told = messages.text("app.upload.gone", plot=pick.id[:40])
        markup.show(el("p", told, cls="ip-warning", role="status"))
