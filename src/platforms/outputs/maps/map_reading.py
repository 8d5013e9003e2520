"""A saved map page read back: its document, and the layers of a document as frames.

A page holds everything that it shows, so what was exported once can be published, drawn or
converted later without the run that made it. Coordinates come back as they were packed, in
whole millionths of a degree (about 0.1 m); attributes come back as they were written. Areas
are attributes and are never computed from these coordinates.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from platforms.errors import FormatError
from platforms.outputs.maps.map_encoding import (
    Packed,
    pack_attributes,
    pack_geometry,
    unpack_geometry,
)
from platforms.outputs.maps.map_parts import Column
from platforms.outputs.maps.map_seal import MapDocument, sealed

__all__ = [
    "base_frames",
    "columns_of",
    "layer_frames",
    "layers_of",
    "read_page",
    "with_layers",
]

_SCHEMA = 1
_CRS = 4490
_MB = 2**20
_MAX_MB = 256
_DATA = re.compile(
    r'<script type="application/json" id="platforms-document">(.*?)</script>', re.DOTALL
)

Layer = dict[str, object]


def read_page(path: str | os.PathLike[str]) -> MapDocument:
    """Return the document of a saved map page.

    Parameters
    ----------
    path
        What :func:`platforms.save_html` wrote. Nothing in it is run.

    Returns
    -------
    document
        As it was saved, with the id that its content has.

    Raises
    ------
    FormatError
        When it is not such a page, is of another version, or cannot be unpacked.
    """
    file = Path(path)
    content = _content(file)
    if content.get("schema") != _SCHEMA:
        raise FormatError("map.errors.other_schema", file=file.name, schema=content.get("schema"))
    try:
        document = sealed(content)
        layer_frames(document)
        base_frames(document)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError("map.errors.not_packed") from error
    return document


def _content(file: Path) -> dict[str, object]:
    try:
        size = file.stat().st_size
        if size > _MAX_MB * _MB:
            raise FormatError("map.errors.too_large", file=file.name, mb=size // _MB, limit=_MAX_MB)
        found = _DATA.search(file.read_text(encoding="utf-8"))
        content = json.loads(found.group(1)) if found else None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise FormatError("map.errors.not_a_map", file=file.name) from error
    if not isinstance(content, dict):
        raise FormatError("map.errors.not_a_map", file=file.name)
    return content


def layers_of(document: MapDocument) -> list[Layer]:
    """Return the layers of a document, the lowest first."""
    layers = cast("Sequence[Layer]", document.content["layers"])
    return sorted(layers, key=lambda layer: float(cast("float", layer["order"])))


def columns_of(layer: Mapping[str, object]) -> list[Column]:
    """Return the columns of a layer as they are shown."""
    return [Column(**one) for one in cast("Sequence[dict[str, str]]", layer["columns"])]  # type: ignore[arg-type]


def layer_frames(document: MapDocument) -> dict[str, gpd.GeoDataFrame]:
    """Return the features of each layer.

    Parameters
    ----------
    document
        Any map document.

    Returns
    -------
    frames
        By the layer's id, the lowest first. Columns as of the layer with the values as they
        were packed (numbers float64, whole numbers Int64, text and yes or no as objects,
        missing ones None), ``geometry`` in EPSG:4490, degrees.

    Raises
    ------
    FormatError
        When a layer cannot be unpacked.
    """
    return {str(layer["id"]): _frame(layer) for layer in layers_of(document)}


def base_frames(document: MapDocument) -> dict[str, gpd.GeoDataFrame]:
    """Return the base map of a document.

    Returns
    -------
    frames
        ``county``: the outline; ``neighbours`` with ``name``, where the map has any.
        EPSG:4490, degrees.
    """
    base = cast("Mapping[str, object]", document.content["base"])
    county = unpack_geometry(_packed(base["county"]), "polygon")
    frames = {"county": gpd.GeoDataFrame(geometry=county, crs=_CRS)}
    if base["neighbours"] is not None:
        around = unpack_geometry(_packed(base["neighbours"]), "polygon")
        names = [str(name) for name in cast("Sequence[str]", base["names"])]
        frames["neighbours"] = gpd.GeoDataFrame({"name": names}, geometry=around, crs=_CRS)
    return frames


def with_layers(
    document: MapDocument,
    frames: Mapping[str, gpd.GeoDataFrame],
    *,
    compress: bool = True,
) -> MapDocument:
    """Return a document whose layers hold other features or fewer columns.

    Parameters
    ----------
    document
        Not changed.
    frames
        By the layer's id, as :func:`layer_frames` gives them. A column that a frame does not
        have leaves the layer, its tables and its style; a layer that is not named stays.
    compress
        Compress the packed parts.

    Returns
    -------
    document
        With an id of its own; the same frames give the same id as before.

    Raises
    ------
    KeyError
        For a frame of a layer that the document does not have, or one without the layer's key.
    """
    layers = cast("Sequence[Layer]", document.content["layers"])
    strange = set(frames) - {str(layer["id"]) for layer in layers}
    if strange:
        raise KeyError(min(strange))
    changed = [
        _layer(layer, frames[str(layer["id"])]) if layer["id"] in frames else layer
        for layer in layers
    ]
    kept = {str(layer["id"]): {one.name for one in columns_of(layer)} for layer in changed}
    tables = [
        {**table, "columns": [name for name in names if name in kept.get(str(table["layer"]), ())]}
        for table in cast("Sequence[Layer]", document.content["tables"])
        for names in [cast("Sequence[str]", table["columns"])]
    ]
    content = {**document.content, "layers": changed, "tables": tables}
    return sealed(content, compress=compress)


def _layer(layer: Layer, frame: gpd.GeoDataFrame) -> Layer:
    if layer["key"] not in frame:
        raise KeyError(layer["key"])
    columns = [column for column in columns_of(layer) if column.name in frame]
    named = {column.name for column in columns}
    shown = cast("Sequence[Mapping[str, object]]", layer["columns"])
    kind = "line" if layer["kind"] == "flow" else str(layer["kind"])
    return {
        **layer,
        "columns": [dict(one) for one in shown if one["name"] in named],
        "features": len(frame),
        "geometry": pack_geometry(frame.geometry.to_numpy(), kind),
        "attributes": pack_attributes(frame, columns),
        "style": _style(cast("Layer", layer["style"]), named),
    }


def _style(style: Layer, named: set[str]) -> Layer:
    """Return a style that asks for no column which is gone."""
    if style["column"] is not None and style["column"] not in named:
        classes = cast("Sequence[Layer]", style["classes"])
        other = [one for one in classes if one["value"] is None]
        style = {**style, "column": None, "classes": other}
    label = cast("Layer | None", style["label"])
    if label is not None and label["column"] not in named:
        style = {**style, "label": None}
    return style


def _packed(part: object) -> bytes:
    return Packed.from_json(cast("Mapping[str, object]", part)).raw


def _frame(layer: Layer) -> gpd.GeoDataFrame:
    kind = "line" if layer["kind"] == "flow" else str(layer["kind"])
    shapes = unpack_geometry(_packed(layer["geometry"]), kind)
    packed = json.loads(_packed(layer["attributes"]))
    columns = {one.name: _values(packed[one.name], one, len(shapes)) for one in columns_of(layer)}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=_CRS)


def _values(packed: Mapping[str, list[object]], column: Column, n: int) -> pd.Series:
    values = packed["values"]
    if len(values) != n:
        raise FormatError("map.errors.not_packed")
    if "dict" in packed:
        words = np.array([*packed["dict"], None], dtype=object)
        codes: npt.NDArray[np.int64] = np.array(values, dtype=np.int64)
        return pd.Series(words[codes], dtype=object)
    if column.type == "integer":
        return pd.Series(values, dtype="Int64")
    return pd.Series(values, dtype="float64" if column.type == "number" else object)
