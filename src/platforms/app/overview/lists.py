"""The lists under the map: the rows that the filter leaves, from tables made once a scene."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from platforms import messages
from platforms.app.overview.filtered import Filtered
from platforms.app.overview.held import held
from platforms.app.scene import Scene
from platforms.app.tables import layer_table, pick_table

__all__ = ["show_lists"]

_COLUMNS = {
    "plots": (
        "plot_id", "name", "firm_name", "town", "verdict", "area_mu", "reclaimable_mu",
        "measure_suggested", "industry", "status", "platform_group", "area_m2",
    ),
    "platforms": (),
}  # fmt: skip
# a word that stands in many rows travels to the browser once
_REPEATED = 0.2


def show_lists(left: Filtered) -> None:
    """Show plots and platforms, each under its tab."""
    whole = held("lists", left.scene, _tables)
    titles = [messages.text(f"app.table.{name}") for name in _COLUMNS]
    for layer, tab in zip(_COLUMNS, st.tabs(titles), strict=True):
        rows = left.passing.get(layer)
        table = whole[layer] if rows is None or whole[layer].empty else whole[layer][rows]
        with tab:
            pick_table(left, layer, table=table, mark=left.key)


def _tables(scene: Scene) -> dict[str, pd.DataFrame]:
    return {name: _packed(layer_table(scene, name, columns)) for name, columns in _COLUMNS.items()}


def _packed(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose repeated words are kept once each."""
    for name in table.columns:
        words = table[name]
        if words.dtype != object and not isinstance(words.dtype, pd.StringDtype):
            continue
        if words.nunique() < _REPEATED * len(words):
            table = table.assign(**{name: words.astype("category")})
    return table
