"""The layers of a run as its plan.gpkg holds them, with the titles that stand beside them."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from platforms.geo.driver_path import driver_path
from platforms.outputs.desktop.layer_styles import StoredTable, stored_tables
from platforms.outputs.desktop.sheets import STYLES

__all__ = ["RunLayer", "run_layers", "untouched"]

# tables that explain others
_BESIDE = {"layer_styles"}


@dataclass(frozen=True)
class RunLayer:
    """One layer or table of a run.

    Attributes
    ----------
    name
        Of the table.
    frame
        EPSG:4490, or a table without shapes; raw values.
    kind
        ``polygon``, ``line``, ``point`` or ``none``.
    title
        For readers; the name where there is none.
    titles, notes
        Title with unit, and unit and words of values, by column; only where there are any.
    about
        Items of the metadata: ``SOURCE``, ``DATE``, ``SAMPLE``, ``NOTE`` …
    """

    name: str
    frame: gpd.GeoDataFrame | pd.DataFrame
    kind: str
    title: str
    titles: Mapping[str, str]
    notes: Mapping[str, str]
    about: Mapping[str, str]

    @property
    def style(self) -> str:
        """Return the entry of styles.yaml."""
        return STYLES.get(self.name, self.name)


def untouched() -> None:
    """Let reading leave no ``.aux.xml`` beside a file: GDAL writes one after any metadata."""
    # for good: with two sessions, one would take back what the other still needs
    pyogrio.set_gdal_config_options({"GDAL_PAM_ENABLED": "NO"})


def run_layers(path: Path) -> list[RunLayer]:
    """Read every layer of a run's GeoPackage.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    layers
        In the order of the file, without the tables of relations and styles. A file of an
        earlier version gives its layers without titles.
    """
    untouched()
    read_only = f"{path.resolve().as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(read_only, uri=True)) as database:
        tables = stored_tables(database)
        known = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
        words: dict[str, list[tuple[str, str, str]]] = {}
        if "gpkg_data_columns" in known:
            for table, column, title, note in database.execute(
                "SELECT table_name, column_name, title, description FROM gpkg_data_columns"
            ):
                words.setdefault(table, []).append((column, title or "", note or ""))
        hidden = set(_BESIDE)
        if "gpkgext_relations" in known:
            rows = database.execute("SELECT mapping_table_name FROM gpkgext_relations")
            hidden |= {name for (name,) in rows}
    shown = [table for table in tables if table.name not in hidden]
    return [_layer(path, table, words.get(table.name, [])) for table in shown]


def _layer(path: Path, table: StoredTable, words: list[tuple[str, str, str]]) -> RunLayer:
    place = driver_path(path)
    frame = _typed(pyogrio.read_dataframe(place, layer=table.name, use_arrow=True))
    about = pyogrio.read_info(place, layer=table.name)["layer_metadata"] or {}
    return RunLayer(
        name=table.name,
        frame=frame,
        kind=table.kind,
        title=about.get("TITLE") or table.name,
        titles={column: title for column, title, _ in words if title},
        notes={column: note for column, _, note in words if note},
        about=about,
    )


def _typed(frame: gpd.GeoDataFrame | pd.DataFrame) -> gpd.GeoDataFrame | pd.DataFrame:
    """Return yes, no and unknown as such, and a column without any value as text."""
    types: dict[object, str] = {}
    for column in frame.columns:
        values = frame[column]
        if values.dtype == object:
            seen = {type(value) for value in values if value is not None}
            types[column] = "boolean" if seen == {bool} else "str"
    return frame.astype(types)
