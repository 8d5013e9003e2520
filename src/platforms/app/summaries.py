"""The run's figures by town, platform and layout unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.scene import Scene
from platforms.app.wording import of_areas

__all__ = ["SUMMARIES", "layer_list", "show_summary", "summary_table"]

# what can be chosen → the run's table, whose first column names the group
SUMMARIES = {"by_town": "towns", "by_platform": "platforms", "by_unit": "layout_units"}


def summary_table(scene: Scene, name: str) -> pd.DataFrame:
    """Return one of the run's tables under its headings; plots of no group say so."""
    frame: pd.DataFrame = getattr(scene.run, SUMMARIES[name])
    first = str(frame.columns[0])
    named = frame[first].astype("str").where(frame[first].ne(""), messages.text("sheet.book.none"))
    mu = messages.text("sheet.mu")
    titles = {
        column: messages.text("app.table.heading", title=_title(scene, column), unit=mu)
        if column.endswith("_mu")
        else _title(scene, column)
        for column in frame.columns
    }
    return frame.assign(**{first: named}).rename(columns=titles)


def _title(scene: Scene, column: str) -> str:
    if column == "town":
        return of_areas(scene.workspace, "app.table.town")
    return ip.count_title(scene.run.pack, column)


def show_summary(scene: Scene, name: str, *, height: int) -> None:
    """Show one of the run's tables, marked when its plots are sample plots."""
    table = summary_table(scene, name)
    if scene.run.sample:
        markup.show(markup.badges([messages.text("app.mark.sample_figures")], kind="ip-sample"))
    formats = {
        title: st.column_config.NumberColumn(format="%.2f" if column.endswith("_mu") else "%d")
        for title, column in zip(table.columns, getattr(scene.run, SUMMARIES[name]), strict=True)
        if pd.api.types.is_numeric_dtype(table[title])
    }
    st.dataframe(table, hide_index=True, height=height, column_config=formats, placeholder="")
    st.caption(messages.text("app.table.foot", rows=len(table), id=scene.id))


def layer_list(scene: Scene) -> pd.DataFrame:
    """Return the layers that are shown and exported, with source, date, accuracy and marks."""
    rows = [
        {
            "title": layer["title"],
            "features": layer["summed"]["plots"] if "summed" in layer else layer["features"],
            "marks": _marks(layer),
            "accuracy": _range(layer["accuracy"] or ()),
            "source": layer["source"],
            "date": layer["date"],
        }
        for layer in scene.content["layers"]
    ]
    titles = {name: messages.text(f"app.exports.column.{name}") for name in rows[0]}
    return pd.DataFrame(rows).rename(columns=titles)


def _marks(layer: Mapping[str, Any]) -> str:
    marks = [name for name in ("sample", "schematic") if layer[name]]
    return " ".join(messages.text(f"app.detail.{name}") for name in marks)


def _range(metres: Sequence[float]) -> str:
    return "–".join(f"{one:,.0f}" for one in dict.fromkeys(metres))
