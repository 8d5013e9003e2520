"""The map document: one JSON that the app's map and the exported page both draw.

Its id is the fingerprint of what it holds, whether compressed or not: the same data give the
same id, and a map that shows another id shows other data. Everything in it is data; neither
text nor style is ever read as markup or as a template.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from platforms import messages
from platforms.outputs.maps.boundary_layers import with_boundaries
from platforms.outputs.maps.card_layers import layer_from_card, named_areas, seat_layers
from platforms.outputs.maps.map_encoding import (
    drawable,
    geometry_kind,
    pack_attributes,
    pack_geometry,
)
from platforms.outputs.maps.map_parts import (
    Bar,
    Chart,
    Column,
    Figure,
    MapLayer,
    Sheet,
    SourceNote,
    Table,
)
from platforms.outputs.maps.map_seal import MapDocument, sealed
from platforms.outputs.maps.map_styles import Look, Style, style_of
from platforms.outputs.maps.slides import opening_slides
from platforms.outputs.maps.tiled.large_layer import large, large_note, most_plots, summed
from platforms.outputs.maps.tiled.plot_tiles import PlotTiles

__all__ = [
    "Bar",
    "Chart",
    "Column",
    "Figure",
    "MapDocument",
    "MapLayer",
    "Sheet",
    "SourceNote",
    "Table",
    "layer_from_card",
    "map_document",
]

# a boundary that somebody drew or surveyed
_TRUE = ("drawn", "surveyed")

# layers as the document has them: one with its boundaries, and the seats of its areas
_Parts = tuple[list[dict[str, object]], list[dict[str, object]]]

_SCHEMA = 1
# written on every feature that has them, whether or not the card names them
_CITED = ("doc", "section", "row", "page", "basis", "accuracy_m")
_PLAIN = {"shape", "size", "spread", "collapse", "min_zoom"}
_RARE = {"max_zoom", "flow", "gauge", "tone", "palette", "first_on_top"}


def map_document(
    layers: Sequence[MapLayer],
    sheet: Sheet,
    *,
    lang: str | None = None,
    compress: bool = True,
) -> MapDocument:
    """Make the document of a map.

    Parameters
    ----------
    layers
        In any order; the style says what lies above what.
    sheet
        Title block, base map, figures, tables, notes.
    lang
        Language of the map's own words; default the current one.
    compress
        Compress the payload; False for browsers without DecompressionStream.

    Returns
    -------
    document
        For :func:`platforms.render_page` and for the app's map.

    Raises
    ------
    ValueError
        When two layers share a name, or ids within a layer are not unique.
    InputError
        When the setting ``PLATFORMS_MAP_PLOTS`` is no number.
    """
    lang = lang or messages.language()
    tiles: dict[str, PlotTiles] = {}
    both = [_parts(layer, lang, tiles) for layer in layers]
    # the seats of areas come last
    parts = [part for below, _ in both for part in below] + [s for _, seats in both for s in seats]
    names = [part["id"] for part in parts]
    if len(names) != len(set(names)):
        msg = f"two layers share a name: {names}"
        raise ValueError(msg)
    content: dict[str, object] = {
        "schema": _SCHEMA,
        "lang": "zh-CN" if lang == "zh_CN" else lang,
        "strings": _strings(lang),
        "title": sheet.title,
        "subtitle": sheet.subtitle,
        "date": sheet.date,
        "marks": _marks(parts, sheet),
        "sources": [asdict(source) for source in sheet.sources],
        "extent": [float(v) for v in drawable(sheet.county).total_bounds],
        "focus": None if sheet.focus is None else [float(v) for v in sheet.focus],
        "base": _base(sheet),
        "layers": parts,
        "figures": [asdict(figure) for figure in sheet.figures],
        "charts": [asdict(chart) for chart in sheet.charts],
        # sums of cells are no rows of a table
        "tables": [asdict(table) for table in sheet.tables if table.layer not in tiles],
        "notes": [
            *(large_note(layer, tiles, lang) for layer in layers if layer.name in tiles),
            *sheet.notes,
        ],
    }
    content["slides"] = opening_slides(content)
    return replace(sealed(content, compress=compress), tiles=tiles)


def _strings(lang: str) -> dict[str, str]:
    room = messages.catalogue(lang, "map")
    return {k.removeprefix("page."): v for k, v in room.items() if k.startswith("page.")}


def _parts(layer: MapLayer, lang: str, tiles: dict[str, PlotTiles]) -> _Parts:
    """Return what is drawn of a layer: itself with its boundaries, and the seats of its areas.

    A layer that keeps it gives what was made of it before; one that was made from such a layer
    is another, whatever it took along.
    """
    kept = layer.packed
    if kept is not None and lang in kept and kept[lang][0] is layer:
        made: _Parts = kept[lang][1]
        return made
    below = with_boundaries(named_areas([layer]), lang)
    made = (
        [_layer(one, lang, tiles) for one in below],
        [_layer(one, lang, tiles) for one in seat_layers([layer], lang)],
    )
    if kept is not None and not layer.tiled:
        kept[lang] = (layer, made)
    return made


def _marks(parts: Sequence[Mapping[str, object]], sheet: Sheet) -> list[str]:
    marks = []
    if any(part["sample"] for part in parts):
        marks.append("sample")
    if any(part["schematic"] for part in parts):
        marks.append("schematic")
    return [*marks, "internal"] if sheet.internal else marks


def _base(sheet: Sheet) -> dict[str, object]:
    county = drawable(sheet.county)
    outline = county.geometry.to_numpy()
    if len(outline) > 1:
        # a city of several counties has one outline; its counties are a layer of their own
        outline = np.array([shapely.union_all(outline)])
    base: dict[str, object] = {
        "county": pack_geometry(outline, "polygon"),
        "neighbours": None,
        "names": [],
        "waters": [{"text": text, "lon": lon, "lat": lat} for text, lon, lat in sheet.waters],
    }
    if sheet.neighbours is not None:
        around = drawable(sheet.neighbours)
        base["neighbours"] = pack_geometry(around.geometry.to_numpy(), "polygon")
        # land of which nothing but that it is land is known has no name
        base["names"] = ["" if pd.isna(name) else str(name) for name in around["name"]]
    return base


def _stand_ins(layer: MapLayer) -> int | None:
    """Count the schematic features of a layer of which some have a true boundary."""
    if not (layer.schematic and layer.places and "basis" in layer.frame):
        return None
    true = layer.frame["basis"].isin(_TRUE)
    return int((~true).sum()) if true.any() else None


def _layer(layer: MapLayer, lang: str, tiles: dict[str, PlotTiles]) -> dict[str, object]:
    style = style_of(layer.style or layer.name)
    frame = whole = drawable(layer.frame)
    if frame[layer.key].duplicated().any():
        msg = f"layer {layer.name}: the ids in {layer.key} are not unique"
        raise ValueError(msg)
    columns = _columns(layer, frame)
    shapes = frame.geometry.to_numpy()
    kind = geometry_kind(shapes) if len(shapes) else "polygon"
    sums: dict[str, object] = {}
    held, box = layer.kept, whole.total_bounds.tolist() if len(whole) else None
    if held is None and layer.tiled and kind == "polygon" and len(frame) > most_plots():
        held = large(frame, columns, layer.key, style, lang)
    if held is not None:
        tiles[layer.name], box = held, held.index.box
        columns, frame, sums = list(held.columns), *summed(held)
        shapes = frame.geometry.to_numpy()
    drawn = "flow" if style.flow is not None and kind == "line" else kind
    told = {
        "id": layer.name,
        "title": layer.title,
        "group": messages.text(f"map.groups.{style.group}", lang),
        "kind": drawn,
        "sample": layer.sample,
        "schematic": layer.schematic,
        "stand_ins": _stand_ins(layer),
        "source": layer.source,
        "date": layer.date,
        "note": _note(layer, len(layer.frame) - len(whole), lang),
        "key": layer.key,
        "columns": [asdict(column) for column in columns],
        "features": len(frame),
        # where to look, not where something is: to some 10 m
        "bounds": None if box is None else [round(float(v), 4) for v in box],
        "geometry": pack_geometry(shapes, kind),
        "attributes": pack_attributes(frame, columns),
        "style": _style(style, columns, lang),
        "visible": style.visible if layer.visible is None else layer.visible,
        "order": style.order,
        "accuracy": _accuracy(whole, layer),
    }
    # only the few layers that have such rows carry it
    return told | _unplaced(layer, whole) | sums


def _unplaced(layer: MapLayer, drawn: gpd.GeoDataFrame) -> dict[str, object]:
    """Return how many features of places have none, and their names."""
    left = layer.frame[~layer.frame.index.isin(drawn.index)]
    if left.empty or not layer.places:
        return {}
    title = next((c.name for c in layer.columns if c.role == "title" and c.name in left), layer.key)
    names = [str(name) for name in left[title] if pd.notna(name)]
    return {"unplaced": {"n": len(left), "names": names}}


def _columns(layer: MapLayer, frame: gpd.GeoDataFrame) -> list[Column]:
    columns = [column for column in layer.columns if column.name in frame]
    if layer.key not in {column.name for column in columns}:
        columns.insert(0, Column(name=layer.key, title=layer.key, role="hidden"))
    # ids and citations are text on the map, whatever the file made of them
    return [
        replace(column, type="string")
        if column.name == layer.key or column.name in _CITED[:4]
        else column
        for column in columns
    ]


def _note(layer: MapLayer, missing: int, lang: str) -> str:
    if not missing:
        return layer.note
    left_out = messages.text("map.without_place", lang, n=missing)
    return f"{layer.note} {left_out}".strip()


def _accuracy(frame: gpd.GeoDataFrame, layer: MapLayer) -> list[float] | None:
    if layer.sample or "accuracy_m" not in frame:
        return None
    metres = pd.to_numeric(frame["accuracy_m"], errors="coerce").to_numpy(dtype="float64")
    known = metres[np.isfinite(metres)]
    return [float(known.min()), float(known.max())] if len(known) else None


def _style(style: Style, columns: Sequence[Column], lang: str) -> dict[str, object]:
    column = next((c for c in columns if c.name == style.column), None)
    looks: list[tuple[str | None, Look, str]] = []
    if column is not None:
        looks = [(v, look, _class_title(v, column, lang)) for v, look in style.classes.items()]
    looks.append((None, style.other, messages.text("map.other", lang)))
    return {
        **style.model_dump(include=_PLAIN),
        # only the few layers that have them carry them
        **style.model_dump(include=_RARE, exclude_defaults=True),
        "column": column.name if column else None,
        "classes": [
            {"value": value, "title": title, **look.model_dump()} for value, look, title in looks
        ],
        "label": style.label.model_dump() if style.label else None,
    }


def _class_title(value: str, column: Column, lang: str) -> str:
    if value in column.labels:
        return column.labels[value]
    known = messages.catalogue(lang, "map")
    return known.get(f"classes.{value}", value)
