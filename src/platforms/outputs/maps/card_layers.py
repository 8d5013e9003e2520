"""Layers of the map made from layers of a workspace: the card says what a column means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import pandas as pd

from platforms import messages
from platforms.layers.cards import Card
from platforms.layers.positions import POSITION_COLUMNS
from platforms.outputs.maps.map_parts import Column, MapLayer
from platforms.outputs.maps.map_styles import style_of
from platforms.outputs.source_words import limits_known, source_words

__all__ = ["layer_from_card", "named_areas", "seat_layers"]

_POSITION = (
    ("basis", "string"), ("accuracy_m", "integer"),
    *((name, "string") for name in POSITION_COLUMNS),
)  # fmt: skip
# somebody put these where they are
_KNOWN = ("real", "surveyed", "declared", "drawn")
# what the reader does not need: joins, and what the citation already says
_JOINS = {"place_id", "town_id", "geometry", "direction_span"}


def layer_from_card(
    card: Card,
    frame: gpd.GeoDataFrame,
    *,
    lang: str | None = None,
    extra: Sequence[Column] = (),
    schematic: bool = False,
) -> MapLayer:
    """Make a layer whose titles, units and labels come from its card.

    Parameters
    ----------
    card
        The layer's card.
    frame
        The layer, EPSG:4490.
    lang
        Language of titles and labels; default the current one.
    extra
        Columns that the card does not know, for example computed ones.
    schematic
        Drawn without surveyed boundaries.
    """
    columns = [
        Column(
            name=column.name,
            title=column.title.show(lang),
            unit=column.unit or "",
            type=column.type,
            labels={k: v.show(lang) for k, v in (column.labels or {}).items()},
            role=_role(column.name, card),
        )
        for column in card.columns
        if column.name in frame and column.name != frame.geometry.name
    ]
    known = {column.name for column in columns} | {column.name for column in extra}
    columns += [
        Column(name=name, title=messages.text(f"map.columns.{name}", lang), type=kind)
        for name, kind in _POSITION
        if name in frame and name not in known
    ]
    points = card.geometry in {"place", "point"}
    approximate = points and "basis" in frame and not bool(frame["basis"].isin(_KNOWN).all())
    return MapLayer(
        name=card.layer,
        title=card.title.show(lang),
        frame=frame,
        key=card.key or columns[0].name,
        columns=[*columns, *extra],
        source=source_words(card.source),
        date="" if card.date == "unknown" else card.date,
        sample=card.sample,
        schematic=(schematic and not limits_known(frame)) or (approximate and not card.sample),
        note=card.description.show(lang),
        places=points,
    )


def _role(name: str, card: Card) -> str:
    if name == "name":
        return "title"
    if name in _JOINS or name == card.key:
        return "hidden"
    return "quote" if name == "quote" or name.endswith("_text") else ""


def named_areas(layers: Sequence[MapLayer]) -> list[MapLayer]:
    """Let areas without any known seat carry their names themselves."""
    return [
        replace(layer, style=f"{layer.style or layer.name}_named")
        if style_of(layer.style or layer.name).seat is not None and not _seated(layer).any()
        else layer
        for layer in layers
    ]


def _seated(layer: MapLayer) -> pd.Series:
    """Return which areas have a seat whose place is known."""
    seat = style_of(layer.style or layer.name).seat
    if seat is None or not {seat.lon, seat.lat, "name"} <= set(layer.frame.columns):
        return pd.Series(False, index=layer.frame.index)  # noqa: FBT003 a value of each row
    known: pd.Series = layer.frame[[seat.lon, seat.lat]].notna().all(axis=1)
    return known


def seat_layers(layers: Sequence[MapLayer], lang: str) -> list[MapLayer]:
    """Make the seats of areas a layer of their own: they carry the areas' names."""
    made = []
    for layer in layers:
        seat = style_of(layer.style or layer.name).seat
        held = layer.frame[_seated(layer)]
        if seat is None or held.empty:
            continue
        frame = gpd.GeoDataFrame(
            {
                layer.key: held[layer.key],
                "name": held["name"],
                "basis": held.get(seat.basis),
                "accuracy_m": held.get(seat.accuracy),
            },
            geometry=gpd.points_from_xy(held[seat.lon], held[seat.lat]),
            crs=4490,
        )
        title = messages.text("map.seats", lang)
        name = Column(name="name", title=title, role="title")
        basis = messages.text("map.columns.basis", lang)
        accuracy = messages.text("map.columns.accuracy_m", lang)
        columns = [
            Column(name=layer.key, title=layer.key, role="hidden"),
            name,
            Column(name="basis", title=basis),
            Column(name="accuracy_m", title=accuracy, type="integer"),
        ]
        made.append(
            replace(
                layer,
                name="seats",
                title=title,
                frame=frame,
                columns=columns,
                style="seats",
                schematic=False,
                note="",
            )
        )
    return made
