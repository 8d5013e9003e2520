"""Asking before what is saved nowhere is lost: an upload's corrections, drafts of the ledger.

Both live in the visit and go with it; a page that is loaded anew is another visit.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from platforms import messages
from platforms.app import markup, state
from platforms.app.ledger.drafts import has_drafts
from platforms.app.markup import el
from platforms.app.scene import Scene

__all__ = ["ask_before_leaving", "tell_gone", "unsaved"]


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
    """Let the browser ask before the page is left while something is not saved."""
    _leaving()(key="leaving", data=unsaved())


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
