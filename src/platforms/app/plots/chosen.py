"""Plots chosen on the map by a box or an outline: how many, how large, and as a file.

The browser names what was chosen; the sum is made here, of the printed official areas.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import geopandas as gpd
import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.markup import el
from platforms.app.plots.saving import offer_plots
from platforms.app.scene import Shown
from platforms.units import printed

__all__ = ["chosen_ids", "show_chosen", "take_chosen", "unchosen"]

_KEPT, _TURN = "chosen", "chosen-turn"
_AREA = "area_m2"


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"correcting.chosen.{entry}", None, **fields)


def take_chosen(sent: object) -> None:
    """Keep what was chosen on the map, or forget it when that is nothing."""
    ids = sent.get("ids") if isinstance(sent, Mapping) else None
    if not isinstance(sent, Mapping) or not isinstance(ids, list) or not ids:
        st.session_state.pop(_KEPT, None)
        return
    st.session_state[_KEPT] = {
        "of": str(sent.get("of", "")),
        "layer": str(sent.get("layer", "")),
        "ids": frozenset(map(str, ids)),
    }


def unchosen() -> int:
    """Count how often the visitor gave up what was chosen, away from the map."""
    return int(st.session_state.get(_TURN, 0))


def chosen_ids(scene: Shown, layer: str) -> Collection[str] | None:
    """Return the ids of what is chosen of a layer; None for no choice."""
    kept = st.session_state.get(_KEPT)
    # what was chosen on another map means nothing on this one
    if kept is None or kept["of"] != scene.id or kept["layer"] != layer:
        return None
    ids: Collection[str] = kept["ids"]
    return ids


def _clear() -> None:
    st.session_state.pop(_KEPT, None)
    st.session_state[_TURN] = unchosen() + 1


def show_chosen(scene: Shown, layer: str) -> None:
    """Show number and sum of what is chosen, with the file of it; nothing without a choice.

    Parameters
    ----------
    scene
        What is looked at.
    layer
        Layer whose choice is meant.
    """
    ids, frame = chosen_ids(scene, layer), scene.frame(layer)
    described = scene.layer(layer)
    if ids is None or frame is None or described is None:
        return
    rows = frame[frame[described["key"]].astype(str).isin(ids)]
    with st.container(border=True, key="chosen"):
        head, clear = st.columns([4, 1], vertical_alignment="center")
        with head:
            markup.show(el("p", el("b", said_of(rows)), role="status"))
        clear.button(_t("clear"), on_click=_clear, key="chosen-clear", width="stretch")
        if _AREA in rows and isinstance(rows, gpd.GeoDataFrame):
            offer_plots(rows, name=scene.workspace.name, mark=_t("mark"), key="chosen")


def said_of(rows: pd.DataFrame) -> str:
    """Return number and sum of areas in words.

    Parameters
    ----------
    rows
        Features; with ``area_m2`` where they have an official area.
    """
    if _AREA not in rows:
        return _t("count", count=len(rows))
    sums = ip.area_sum(rows[_AREA])
    told = _t(
        "sum",
        count=len(rows),
        mu=printed(sums["area_mu"], 4),
        m2=printed(sums["area_m2"], 2),
    )
    return f"{told}{_t('unknown', count=int(sums['unknown']))}" if sums["unknown"] else told
