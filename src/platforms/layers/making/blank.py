"""Cards with their comments and empty tables, as a new workspace begins.

The cards lie in ``cards/`` as they are written out; only what is known of a file's origin is put
in, as quoted values. An empty table has the header that its card asks for.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from platforms.geo.crs import CGCS2000
from platforms.geo.write import write_geopackage
from platforms.layers.cards import Card, read_card

__all__ = ["GEO_LAYERS", "PLAN_LAYERS", "TO_WRITE", "write_card", "write_layer"]

# in the order in which a person fills them
GEO_LAYERS = ("county", "neighbours", "towns", "gazetteer")
PLAN_LAYERS = (
    "platforms",
    "layout_units",
    "layout_members",
    "projects",
    "firms",
    "micro_parks",
    "special_towns",
    "statements",
    "targets",
    "reported",
    "plots",
)
TO_WRITE = "待填写"
"""What stands on a card until its source is written."""

_TYPES = {"number": "float64", "integer": "Int64"}


def write_card(
    layer: str,
    folder: Path,
    *,
    documents: Sequence[str] = (),
    told: Mapping[str, object] | None = None,
) -> Card:
    """Write the card of a layer, with its comments.

    Parameters
    ----------
    layer
        One of ``GEO_LAYERS`` and ``PLAN_LAYERS``.
    folder
        Where it goes.
    documents
        Ids of the documents that its rows may come from.
    told
        ``file``, ``source``, ``date``, ``licence``, ``sample``, where they are known.

    Returns
    -------
    card
        As it reads.
    """
    cards = resources.files("platforms.layers.making").joinpath("cards")
    lines = cards.joinpath(f"{layer}.yaml").read_text("utf-8").splitlines()
    values: dict[str, object] = {key: value for key, value in (told or {}).items() if value}
    values["documents"] = list(documents)
    written = [_with_value(line, values) for line in lines]
    path = folder / f"{layer}.yaml"
    path.write_text("\n".join(written) + "\n", encoding="utf-8")
    return read_card(path)


def _with_value(line: str, values: Mapping[str, object]) -> str:
    """Return a line of a card; the value of a key at its beginning may be another."""
    key, colon, _ = line.partition(":")
    # JSON is YAML, and quotes whatever a user wrote
    return (
        f"{key}: {json.dumps(values[key], ensure_ascii=False)}" if colon and key in values else line
    )


def write_layer(card: Card, folder: Path, frame: pd.DataFrame | None = None) -> Path:
    """Write the data file of a card; without rows, an empty one with its header.

    Parameters
    ----------
    card
        What the columns are.
    folder
        Where it goes.
    frame
        Rows; columns that it lacks are empty. A layer of polygons needs EPSG:4490.

    Returns
    -------
    path
        The file, CSV, GeoJSON or GeoPackage as the card names it.
    """
    path = folder / card.file
    names = [column.name for column in card.columns]
    rows = pd.DataFrame(columns=names) if frame is None else frame
    if path.suffix == ".csv":
        rows.reindex(columns=names).to_csv(
            path, index=False, quoting=csv.QUOTE_MINIMAL, lineterminator="\n", encoding="utf-8"
        )
    elif path.suffix == ".geojson" and len(rows):
        path.write_text(_geojson(card.layer, rows, names), encoding="utf-8")
    else:
        write_geopackage({card.layer: _typed(card, rows)}, path)
    return path


def _typed(card: Card, rows: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return rows whose columns have the types of the card, also without any row."""
    columns = {
        column.name: pd.Series(
            rows.get(column.name, pd.Series(dtype=object)), dtype=_TYPES.get(column.type, "str")
        )
        for column in card.columns
    }
    shapes = rows.geometry.to_numpy() if isinstance(rows, gpd.GeoDataFrame) else []
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=CGCS2000)


def _geojson(layer: str, rows: pd.DataFrame, names: Sequence[str]) -> str:
    """Return a collection with one feature a line, so that a change shows as one."""
    shapes = gpd.GeoDataFrame(rows).geometry.to_numpy()
    lines = []
    for record, shape in zip(rows[list(names)].to_dict("records"), shapes, strict=True):
        properties = {str(name): _plain(value) for name, value in record.items()}
        head = json.dumps(properties, ensure_ascii=False)
        lines.append(
            f'{{"type":"Feature","properties":{head},"geometry":{shapely.to_geojson(shape)}}}'
        )
    crs = '{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4490"}}'
    body = ",\n".join(lines)
    return f'{{"type":"FeatureCollection","name":"{layer}","crs":{crs},"features":[\n{body}\n]}}\n'


def _plain(value: object) -> object:
    """Return a value as JSON has it; a whole number without a fraction, a missing one as null."""
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
