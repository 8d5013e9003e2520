"""Layers as tables: the map's headings and words over the run's values.

Numbers stay numbers, so that a click on a heading sorts them; words are shown as the map
shows them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.detail import CITED, shown
from platforms.app.markup import el
from platforms.app.scene import Scene, Shown
from platforms.app.state import Pick, clicks, look_at, picked, select
from platforms.units import half_up

__all__ = ["layer_table", "pick_table"]

_ROW_PX = 35
# by table: the mark of the rows that it last showed, and how often it was made anew for them
_TURNS = "table-turns"
# tables of one scene that are kept
_HELD = 8


def layer_table(scene: Shown, layer: str, names: Sequence[str] = ()) -> pd.DataFrame:
    """Return a layer as a table to be read.

    Parameters
    ----------
    scene
        What is looked at.
    layer
        Name of the layer.
    names
        Columns wanted, in order; default all that the map shows.

    Returns
    -------
    table
        One row a feature, columns under their headings with the unit; the index is the
        feature's id. Empty where the scene has no such layer.
    """
    described, frame = scene.layer(layer), scene.frame(layer)
    if described is None or frame is None:
        return pd.DataFrame()
    columns = {c["name"]: c for c in described["columns"] if c["name"] in frame}
    wanted = list(names) or [
        name for name, c in columns.items() if c["role"] != "hidden" and name not in CITED
    ]
    table = {
        _heading(columns[name]): _cells(columns[name], frame[name]).array
        for name in wanted
        if name in columns
    }
    return pd.DataFrame(table, index=pd.Index(frame[described["key"]].astype(str)))


def _heading(column: Mapping[str, Any]) -> str:
    title, unit = column["title"], column["unit"]
    return messages.text("app.table.heading", title=title, unit=unit) if unit else title


def _cells(column: Mapping[str, Any], values: pd.Series) -> pd.Series:
    if column["type"] in {"number", "integer"}:
        numbers = pd.to_numeric(values, errors="coerce")
        digits = column["digits"]
        if digits is None:
            return numbers
        # the browser rounds the binary number: half up has to be done before
        return pd.Series(half_up(numbers.to_numpy("float64", na_value=np.nan), digits))
    kinds = {value: shown(column, value) for value in values.dropna().unique()}
    return values.map(kinds).astype("str").where(values.notna(), "")


def pick_table(
    scene: Shown,
    layer: str,
    names: Sequence[str] = (),
    *,
    height: int = 420,
    only: Collection[str] | None = None,
    table: pd.DataFrame | None = None,
    mark: str = "",
) -> None:
    """Show a layer as a table whose selected row is selected on the map.

    Parameters
    ----------
    scene
        What is looked at.
    layer
        Name of the layer.
    names
        Columns wanted; default all.
    height
        In pixels.
    only
        Ids of the features wanted; default all.
    table
        Rows wanted of what ``layer_table`` gives, where somebody holds it already.
    mark
        Tells one set of rows from another.
    """
    if table is None:
        table = _held_table(scene, layer, names)
    if only is not None:
        table = table[table.index.isin(only)]
    if table.empty and _without_rows(scene.workspace, layer):
        file = scene.workspace.path(layer).name
        markup.show(el("p", messages.text("city.app.no_rows", file=file), cls="ip-note"))
        return
    selected = _selected(layer, table)
    key = _key(f"table-{layer}-{scene.id}", mark, selected)

    def chosen() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        shown = picked()
        if rows:
            look_at(Pick(layer, str(table.index[rows[0]])))
        elif shown is not None and shown.layer == layer and shown.id in table.index:
            # the tick was taken away, and with it what it showed
            select(None)

    st.dataframe(
        table,
        key=key,
        height=min(height, _ROW_PX * (len(table) + 1) + 3),
        hide_index=True,
        on_select=chosen,
        selection_mode="single-row",
        selection_default=selected,
        column_config=_formats(scene.layer(layer)),
        placeholder="",
    )
    st.caption(messages.text("app.table.foot", rows=len(table), id=scene.id))


def _key(name: str, mark: str, selected: object) -> str:
    """Return the key of a table: a new one where the tick in it would stand at another row.

    A table takes a selection only when it is new: after each click on the map it is. Other rows
    leave it in place while nothing is ticked, which is quicker and keeps its order and widths.
    """
    turns: dict[str, tuple[str, int]] = st.session_state.setdefault(_TURNS, {})
    before, turn = turns.get(name, (mark, 0))

    def key() -> str:
        return f"{name}-{clicks()}{(turn and f'-{turn}') or ''}"

    ticked = st.session_state.get(key(), {}).get("selection", {}).get("rows")
    if before != mark and (selected or ticked):
        turn += 1
    turns[name] = mark, turn
    return key()


def _without_rows(city: ip.Workspace, layer: str) -> bool:
    """Say whether a layer has no row yet, as in a city that was just begun."""
    return city.has(layer) and city.table(layer).empty


def _held_table(scene: Shown, layer: str, names: Sequence[str]) -> pd.DataFrame:
    """Return ``layer_table``, made once of a scene."""
    if not isinstance(scene, Scene):
        return layer_table(scene, layer, names)
    key = (layer, *names)
    held = scene.tables.get(key)
    if held is None:
        for oldest in [*scene.tables][: 1 - _HELD]:
            scene.tables.pop(oldest, None)
        held = scene.tables[key] = layer_table(scene, layer, names)
    return held


def _selected(layer: str, table: pd.DataFrame) -> Any:  # noqa: ANN401 Streamlit names no type
    pick = picked()
    if pick is None or pick.layer != layer or pick.id not in table.index:
        return None
    return {"selection": {"rows": [table.index.tolist().index(pick.id)]}}


def _formats(layer: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return how numbers are written: with the decimals that the map gives them."""
    columns = layer["columns"] if layer else []
    return {
        _heading(c): st.column_config.NumberColumn(
            format="%d" if c["type"] == "integer" else f"%.{c['digits']}f"
        )
        for c in columns
        if c["type"] == "integer" or (c["type"] == "number" and c["digits"] is not None)
    }
