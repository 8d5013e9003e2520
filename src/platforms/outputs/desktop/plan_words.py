"""How a run's GeoPackage is dressed for a desktop GIS once its layers are written.

The rows are those that were written; nothing here changes a value of a layer.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from platforms import messages
from platforms.outputs.desktop.geopackage_notes import (
    Link,
    add_field_names,
    add_links,
    add_metadata,
)
from platforms.outputs.desktop.layer_styles import StoredTable, add_styles, stored_tables
from platforms.outputs.desktop.sheets import LayerSheet
from platforms.planning.run import Run

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["dress", "run_links"]


def dress(
    path: Path,
    run: Run,
    frames: Mapping[str, gpd.GeoDataFrame | pd.DataFrame],
    sheets: Sequence[LayerSheet],
) -> None:
    """Give a GeoPackage its styles, names of fields, metadata and relations.

    Parameters
    ----------
    path
        The file that holds `frames`, closed.
    run
        Whose layers they are.
    frames
        By name, as they were written.
    sheets
        One for each frame.
    """
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        tables = {table.name: table for table in stored_tables(database)}
        named = {one.name: _as_stored(one, tables[one.name], frames[one.name]) for one in sheets}
        add_field_names(database, named.values())
        add_metadata(database, _about_run(run), {n: _about(one) for n, one in named.items()})
        add_links(database, tables, run_links(frames))
        add_styles(database, tables, named)
        for one in named.values():
            database.execute(
                "UPDATE gpkg_contents SET description = ? WHERE table_name = ?",
                (one.description, one.name),
            )


def run_links(frames: Mapping[str, pd.DataFrame]) -> list[Link]:
    """Return which faults and which contiguous areas belong to which plots.

    Parameters
    ----------
    frames
        ``plots`` with ``plot_id``; ``issues`` with ``feature`` and ``land_areas`` with
        ``plot_ids`` (``;`` between them), where they are there.
    """
    # an id that stands twice names no plot
    ids = frames["plots"]["plot_id"].astype(str)
    places = {plot: at for at, plot in enumerate(ids)}
    for plot in ids[ids.duplicated()]:
        places.pop(plot, None)
    links = []
    if "issues" in frames:
        faults = enumerate(frames["issues"]["feature"])
        pairs = [(places[str(f)], at) for at, f in faults if str(f) in places]
        links.append(Link("plots", "issues", "simple_attributes", pairs))
    if "land_areas" in frames:
        pairs = [
            (at, places[plot])
            for at, plots in enumerate(frames["land_areas"]["plot_ids"])
            for plot in (plots.split(";") if isinstance(plots, str) else map(str, plots))
            if plot in places
        ]
        links.append(Link("land_areas", "plots", "features", pairs))
    return links


def _as_stored(sheet: LayerSheet, table: StoredTable, frame: pd.DataFrame) -> LayerSheet:
    """Return a sheet whose columns are called as in the file, which keeps some names to itself."""
    shape = getattr(frame, "_geometry_column_name", None)
    written = [str(name) for name in frame.columns if name != shape]
    stored = dict(zip(written, table.fields, strict=True))
    columns = [replace(c, name=stored[c.name]) for c in sheet.columns if c.name in stored]
    return replace(sheet, columns=columns)


def _about(sheet: LayerSheet) -> dict[str, str]:
    return {
        "TITLE": sheet.title,
        "SOURCE": sheet.source,
        "DATE": sheet.date,
        "NOTE": sheet.note,
        "LICENCE": sheet.licence,
        "SAMPLE": messages.text("desktop.marks.sample") if sheet.sample else "",
        "SCHEMATIC": messages.text("desktop.marks.schematic") if sheet.schematic else "",
    }


def _about_run(run: Run) -> dict[str, str]:
    return {
        "TITLE": messages.text("desktop.title", None, name=str(run.workspace.plan.name)),
        "INPUT": str(run.input["name"]),
        "INPUT_SHA256": str(run.input["sha256"]),
        "RULES": str(run.pack.title),
        "SAMPLE": messages.text("desktop.marks.sample") if run.sample else "",
        "VERSION": run.version,
    }
