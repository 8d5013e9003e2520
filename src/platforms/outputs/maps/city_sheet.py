"""What every map of a city has: its county, waters and documents, towns below, plots above.

A map differs from another by its layers and by what stands beside them; the ground, the
sources and how a plot is marked as sample are the same on all of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypedDict, Unpack

import geopandas as gpd
import numpy as np

from platforms.layers.workspace import Workspace
from platforms.outputs.maps.card_layers import layer_from_card
from platforms.outputs.maps.map_parts import (
    Chart,
    Column,
    Figure,
    MapLayer,
    Sheet,
    SourceNote,
    Table,
)
from platforms.outputs.source_words import source_words
from platforms.planning.run import Run

__all__ = ["Beside", "box_of", "city_sheet", "plots_layer", "town_ground"]

# more than the towns would hide what a map is about
_GROUND = ("towns",)


class Beside(TypedDict, total=False):
    """What stands beside a map, as in :class:`Sheet`."""

    figures: Sequence[Figure]
    charts: Sequence[Chart]
    tables: Sequence[Table]
    notes: Sequence[str]
    focus: tuple[float, float, float, float] | None


def city_sheet(
    workspace: Workspace,
    *,
    title: str,
    subtitle: str,
    day: dt.date | None = None,
    **beside: Unpack[Beside],
) -> Sheet:
    """Return the sheet of a map of a city, marked as not for the public.

    Parameters
    ----------
    workspace
        The city: its county, neighbours, waters and documents.
    title, subtitle
        Of the map.
    day
        Date printed on the sheet; default today.
    **beside
        Figures, charts, tables, notes, and the box (EPSG:4490) that is seen first.
    """
    return Sheet(
        title=title,
        subtitle=subtitle,
        date=(day or dt.datetime.now(tz=dt.UTC).astimezone().date()).isoformat(),
        county=workspace.layer("county"),
        neighbours=workspace.layer("neighbours") if workspace.has("neighbours") else None,
        waters=[(str(water.name), water.lon, water.lat) for water in workspace.plan.waters],
        sources=[
            SourceNote(
                id=one.id, title=one.title, issuer=one.issuer or "", number=one.number or "",
                date=one.date or "",
            )
            for one in workspace.plan.documents
        ],
        internal=True,
        **beside,
    )  # fmt: skip


def town_ground(
    workspace: Workspace, layers: Mapping[str, gpd.GeoDataFrame] | None = None
) -> list[MapLayer]:
    """Return the towns under a map, so that a reader knows where he is.

    Parameters
    ----------
    workspace
        The city.
    layers
        Layers of a run, taken in the place of the workspace's.
    """
    if layers is None:
        layers = {name: workspace.layer(name) for name in _GROUND if workspace.has(name)}
    return [
        layer_from_card(workspace.card(name), layers[name], schematic=True)
        for name in _GROUND
        if name in layers
    ]


def box_of(frame: gpd.GeoDataFrame) -> tuple[float, float, float, float] | None:
    """Return the box of a frame in its system; None where it shows nothing."""
    west, south, east, north = (float(value) for value in frame.total_bounds)
    return (west, south, east, north) if np.isfinite([west, south, east, north]).all() else None


def plots_layer(
    run: Run,
    plots: gpd.GeoDataFrame,
    columns: Sequence[Column],
    *,
    title: str,
    style: str = "",
) -> MapLayer:
    """Return the plots of a run as a layer that says where they come from.

    Parameters
    ----------
    run
        Says whether the plots are sample, and what file they are from.
    plots
        The run's plots with the columns; others are left out.
    columns
        What readers see of a plot, with its ``plot_id``; a town is called as the plan calls
        its areas.
    title
        Of the layer.
    style
        Entry of styles.yaml; default that of plots.
    """
    card = run.workspace.cards.get("plots")
    return MapLayer(
        name="plots",
        title=title,
        frame=plots[[*(column.name for column in columns), plots.geometry.name]],
        key="plot_id",
        columns=[_called(column, run) for column in columns],
        style=style,
        source=source_words(card.source) if card and run.sample else str(run.input["name"]),
        date=card.date if card and run.sample else "",
        sample=run.sample,
        tiled=True,
    )


def _called(column: Column, run: Run) -> Column:
    """Return a column; that of the town under the plan's own word, where it has one."""
    plan = run.workspace.plan
    if column.name != "town" or plan.areas == type(plan).model_fields["areas"].default:
        return column
    word = str(plan.areas)
    return replace(column, title=word[:1].upper() + word[1:])
