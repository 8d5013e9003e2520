"""Membership as a map: which town or platform each feature belongs to, and how sure that is.

Colours tell neighbouring groups apart and mean nothing else. What is not sure keeps its group's
colour and is hatched, or hollow where it is a point; why it is not sure is a column of words.
Nothing is assigned here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from platforms import messages
from platforms.layers.workspace import Workspace
from platforms.outputs.maps.card_layers import layer_from_card
from platforms.outputs.maps.city_sheet import box_of, city_sheet, plots_layer, town_ground
from platforms.outputs.maps.map_document import MapDocument, map_document
from platforms.outputs.maps.map_parts import Bar, Chart, Column, MapLayer
from platforms.outputs.maps.map_sheet import plot_column
from platforms.outputs.maps.map_styles import style_of
from platforms.planning.belonging.doubts import GROUPS, belonging_sums, doubts
from platforms.planning.run import Run

__all__ = ["belonging_document"]

_TONES, _NEAR = 8, 5
_NAMED, _BARS, _WHOLE = 3, 15, 0.5
_AREAS = (3, 6)
_PLACES = {"town": "towns", "platform": "platforms", "layout_unit": "layout_units"}
_SHADE, _NONE, _PLOTS = "shade", "none", "plots"
_AREA_STYLE, _POINT_STYLE = "belonging_areas", "belonging_points"
_OF_PLOT = ("plot_id", "name", "firm_name", "industry", "area_mu", "basis")
_SHOWN = (
    "town", "town_way", "town_share", "town_sure", "town_doubt", "town_given", "platform",
    "platform_way", "platform_km", "platform_sure", "platform_doubt", "layout_unit", "layout_way",
)  # fmt: skip
_NUMBERS = {"town_share": ("%", 1), "platform_km": ("km", 2)}
_PERCENT = 100.0


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"belonging.{entry}", None, **fields)


def belonging_document(
    workspace: Workspace,
    layer: str,
    assigned: gpd.GeoDataFrame,
    *,
    by: str = "town",
    run: Run | None = None,
    compress: bool = True,
    day: dt.date | None = None,
) -> MapDocument:
    """Make the map of where the features of a layer belong.

    Parameters
    ----------
    workspace
        The city: its card of the layer, its towns and platforms.
    layer
        Name of the layer; ``plots`` are those of a run.
    assigned
        The layer as :func:`platforms.assign` gives it, EPSG:4490. Not changed.
    by
        What is coloured: ``town``, ``platform`` or ``layout_unit``.
    run
        The run whose plots they are; it says where they come from.
    compress
        Compress the geometry; False for browsers without DecompressionStream.
    day
        Date printed on the sheet; default today.

    Returns
    -------
    document
        The layer under its own name, over the towns; platforms too where they are coloured.

    Raises
    ------
    ValueError
        For a group that is none of these, or plots without a run.
    """
    if by not in GROUPS:
        msg = f"no group {by!r}; there are {', '.join(GROUPS)}"
        raise ValueError(msg)
    if (layer == _PLOTS) != (run is not None):
        msg = "plots come with their run, and nothing else does"
        raise ValueError(msg)
    told = doubts(assigned)
    tones = _tones(workspace, by, [str(one) for one in told[by].dropna().unique()])
    told["town_share"] = told["town_share"] * _PERCENT
    told[_SHADE] = _shades(told, by, tones)
    columns = [_column(one) for one in _SHOWN if one in told]
    columns.append(
        Column(name=_SHADE, title=_t("shade"), type="category", role="hidden",
               labels=_labels(tones))
    )  # fmt: skip
    made = _carded(workspace, layer, told, columns) if run is None else _plots(run, told, columns)
    sheet = city_sheet(
        workspace,
        title=_t("title", name=str(workspace.plan.name), layer=made.title),
        subtitle=_t(f"subtitle.{by}"),
        day=day,
        charts=[_chart(told, by, tones, made.style)],
        notes=_notes(told, by, sample=made.sample),
        focus=_focus(workspace, assigned),
    )
    layers = [*town_ground(workspace), *_sites(workspace, by, layer), made]
    return map_document(layers, sheet, compress=compress)


def _focus(
    workspace: Workspace, assigned: gpd.GeoDataFrame
) -> tuple[float, float, float, float] | None:
    """Return the box of a few features; where they lie all over the county it is seen whole."""
    box = box_of(assigned) if len(assigned) else None
    if box is None:
        return None
    west, south, east, north = (float(value) for value in workspace.layer("county").total_bounds)
    wide = max((box[2] - box[0]) / (east - west), (box[3] - box[1]) / (north - south))
    return None if wide > _WHOLE else box


def _chart(told: pd.DataFrame, by: str, tones: Mapping[str, int], style: str) -> Chart:
    """Return how many features belong to each group, the most first."""
    looks = style_of(style).classes
    sums = belonging_sums(told, by)
    bars = [
        Bar(
            label=str(row["group"]), value=float(row["features"]),
            text=_t("bar", features=row["features"], doubtful=row["doubtful"]),
            color=looks[f"t{tones[str(row['group'])]}"].fill or "",
        )
        for row in sums[sums["group"].ne("")].head(_BARS).to_dict("records")
    ]  # fmt: skip
    return Chart(id="groups", title=_t("chart"), bars=bars)


def _plots(run: Run, told: gpd.GeoDataFrame, columns: Sequence[Column]) -> MapLayer:
    own = [plot_column(name) for name in _OF_PLOT if name in told]
    title = messages.text("sheet.plots_sample" if run.sample else "sheet.plots")
    return plots_layer(run, told, [*own, *columns], title=title, style=_AREA_STYLE)


def _carded(
    workspace: Workspace, name: str, told: gpd.GeoDataFrame, columns: Sequence[Column]
) -> MapLayer:
    """Return a layer of the workspace: what its card says, and where its features belong."""
    card = workspace.card(name)
    made = layer_from_card(card, told, extra=columns, schematic=not card.sample)
    mine = {column.name for column in columns}
    own = [column for column in made.columns if column.name not in mine]
    area = np.isin(shapely.get_type_id(told.geometry.to_numpy()), _AREAS).any()
    style = _AREA_STYLE if area else _POINT_STYLE
    return replace(made, columns=[*own, *columns], style=style, visible=True)


def _sites(workspace: Workspace, by: str, layer: str) -> list[MapLayer]:
    """Return the platforms where features are coloured by them."""
    if by != "platform" or layer == "platforms" or not workspace.has("platforms"):
        return []
    frame = workspace.layer("platforms")
    return [layer_from_card(workspace.card("platforms"), frame, schematic=True)]


def _tones(workspace: Workspace, by: str, names: Sequence[str]) -> dict[str, int]:
    """Give each group a colour that its nearest neighbours do not have."""
    known = sorted(names)
    if not workspace.has(_PLACES[by]):
        return {name: at % _TONES for at, name in enumerate(known)}
    places = workspace.layer(_PLACES[by])
    places = places[places["name"].isin(known) & places.geometry.notna()].drop_duplicates("name")
    points = shapely.get_coordinates(shapely.point_on_surface(places.geometry.to_numpy()))
    at = dict(zip(places["name"].astype(str), points, strict=True))
    tones: dict[str, int] = {}
    for name in known:
        done = [one for one in tones if one in at]
        if name in at:
            done.sort(key=lambda one, here=at[name]: float(np.hypot(*(at[one] - here))))  # type: ignore[misc]
        taken = {tones[one] for one in done[:_NEAR]}
        counts = [list(tones.values()).count(tone) for tone in range(_TONES)]
        free = [tone for tone in range(_TONES) if tone not in taken]
        tones[name] = min(free, key=lambda tone: counts[tone])
    return tones


def _shades(told: pd.DataFrame, by: str, tones: Mapping[str, int]) -> pd.Series:
    """Return the class of each feature: the group's colour, and whether it is sure."""
    tone = told[by].map(tones)
    sure = told[f"{by}_doubt"].eq("").to_numpy()
    return pd.Series(
        [
            _NONE if pd.isna(one) else f"t{int(one)}{'' if good else 'd'}"
            for one, good in zip(tone, sure, strict=True)
        ],
        index=told.index,
        dtype="object",
    )


def _labels(tones: Mapping[str, int]) -> dict[str, str]:
    """Name the groups of each colour."""
    between = "、" if messages.language() == "zh_CN" else ", "
    labels = {_NONE: _t("none")}
    for tone in range(_TONES):
        names = [name for name, one in tones.items() if one == tone]
        some = between.join(names[:_NAMED])
        told = _t("more", names=some, count=len(names)) if len(names) > _NAMED else some
        labels |= {f"t{tone}": told, f"t{tone}d": _t("doubtful", names=told)}
    return labels


def _column(name: str) -> Column:
    labels: dict[str, str] = {}
    if name.endswith("_way"):
        room = messages.catalogue(messages.language(), "planning")
        labels = {k.removeprefix("way."): v for k, v in room.items() if k.startswith("way.")}
    unit, digits = _NUMBERS.get(name, ("", None))
    kind = "number" if unit else "category" if labels else "string"
    if name.endswith("_sure"):
        kind = "boolean"
    return Column(
        name=name, title=_t(f"column.{name}"), unit=unit, type=kind, labels=labels, digits=digits
    )


def _notes(told: pd.DataFrame, by: str, *, sample: bool) -> list[str]:
    """Say how many are not sure, and what the colours mean."""
    marks = [messages.text("sheet.note.sample")] if sample else []
    doubtful = int(told[f"{by}_doubt"].ne("").sum())
    return [*marks, _t("counted", features=f"{len(told):,}", doubtful=f"{doubtful:,}"), _t("note")]
