"""The run as a map sheet: which layers, which columns, which words.

The sheet shows what the run computed and where it is written; it computes nothing. Sample
plots and schematic places are marked as such, in the layer and in the title block.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from platforms import messages
from platforms.layers.citations import citations
from platforms.layers.workspace import Workspace
from platforms.outputs.maps.card_layers import layer_from_card
from platforms.outputs.maps.city_sheet import box_of, city_sheet, plots_layer
from platforms.outputs.maps.map_document import MapDocument, map_document
from platforms.outputs.maps.map_parts import Column, MapLayer, Table
from platforms.outputs.maps.relocation_layers import named_elsewhere, relocation_layers
from platforms.outputs.maps.relocation_map import relocation_marks, relocation_tables
from platforms.outputs.maps.sheet_figures import charts_of, headline
from platforms.outputs.source_words import area_notes
from platforms.outputs.verdict_words import rounding, silence, verdict_words
from platforms.planning.run import Run

if TYPE_CHECKING:
    # the answer brings the solver with it, which a run without one does not need
    from platforms.planning.moves.relocation_answer import Relocation

__all__ = ["plot_column", "run_document"]

# drawing order, lowest first
_LAYERS = (
    "towns",
    "layout_units",
    "micro_parks",
    "special_towns",
    "logistics_parks",
    "projects",
    "firms",
    "platforms",
)
# about 300 m: a single plot is shown with its surroundings
_LEAST_DEG = 0.003
_SCHEMATIC = {"towns", "layout_units"}


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"sheet.{entry}", None, **fields)


def run_document(
    run: Run,
    *,
    relocation: Relocation | None = None,
    compress: bool = True,
    day: dt.date | None = None,
) -> MapDocument:
    """Make the map document of a run.

    Parameters
    ----------
    run
        What :func:`platforms.run` gave.
    relocation
        An answer whose flows are shown with it.
    compress
        Compress the geometry; False for browsers without DecompressionStream.
    day
        Date printed on the sheet; default today.

    Returns
    -------
    document
        For :func:`platforms.save_html` and for the app's map.
    """
    workspace = run.workspace
    layers = [_plan_layer(run, name) for name in _LAYERS if name in run.layers]
    layers += _ground_layers(run)
    layers.append(_plot_layer(run))
    moves = [] if relocation is None else relocation_layers(workspace, relocation)
    if "platforms" in run.layers:
        # a platform that takes firms in is named once
        moves = named_elsewhere(moves, set(run.layers["platforms"]["platform_id"].astype("str")))
    # the plots are what this sheet is about
    layers += [replace(one, visible=one.name != "staying_firms") for one in moves]
    sheet = city_sheet(
        workspace,
        title=_t("title", name=str(workspace.plan.name)),
        subtitle=_subtitle(run),
        day=day,
        figures=headline(run),
        charts=charts_of(run),
        tables=[*_tables(run), *relocation_tables(moves)],
        notes=[*_notes(run), *([] if relocation is None else relocation_marks(relocation))],
        focus=None if run.sample else _around(run),
    )
    return map_document(layers, sheet, compress=compress)


def _around(run: Run) -> tuple[float, float, float, float] | None:
    """Return the box of a user's plots with some land around it."""
    box = box_of(run.plots)
    if box is None:
        return None
    west, south, east, north = box
    wide, high = max(east - west, _LEAST_DEG), max(north - south, _LEAST_DEG)
    return (west - wide, south - high, east + wide, north + high)


def _subtitle(run: Run) -> str:
    """Say what the sheet shows: low-efficiency land, or what else the rules ask."""
    year = run.pack.day.year
    if "low_efficiency" in run.pack.outcomes:
        return _t("subtitle", name=run.workspace.plan.name, year=year)
    return _t("subtitle_other", rules=str(run.pack.title), year=year)


def _plan_layer(run: Run, name: str) -> MapLayer:
    workspace, frame = run.workspace, run.layers[name]

    def make() -> MapLayer:
        shown = frame
        if "doc" in frame:
            shown = frame.assign(citation=citations(frame, workspace.plan))
        return layer_from_card(workspace.card(name), shown, schematic=name in _SCHEMATIC)

    # a run is made in memory as well as read: what it carries may be another
    if not (workspace.has(name) and frame.equals(workspace.layer(name))):
        return make()
    return _kept(workspace, name, make)


def _kept(workspace: Workspace, name: str, make: Callable[[], MapLayer]) -> MapLayer:
    """Return a layer that is the same on each map of a workspace, packed once."""
    key = ("map layer", name, messages.language())
    return workspace.kept(key, None, lambda: replace(make(), packed={}))


def _ground_layers(run: Run) -> list[MapLayer]:
    """Return constraints, named blocks and, under the workspace's own plots, buildings."""
    names = ["constraints", "layout_members"]
    if run.sample:
        names.append("buildings")
    city = run.workspace

    def make(name: str) -> MapLayer:
        return layer_from_card(city.card(name), city.layer(name))

    return [_kept(city, name, partial(make, name)) for name in names if city.has(name)]


def _plot_layer(run: Run) -> MapLayer:
    names = (
        "plot_id",
        "name",
        "firm_name",
        "credit_code",
        "industry",
        "scale",
        "status",
        "verdict",
        "reason",
        "measure_suggested",
        "area_mu",
        "area_m2",
        "planar_m2",
        "declared_m2",
        "reclaimable_mu",
        "net_mu",
        "town",
        "town_sure",
        "platform_group",
        "layout_unit",
        "basis",
        "accuracy_m",
    )
    present = [name for name in names if name in run.plots]
    if "reclaimable_mu" not in run.figures:
        present.remove("reclaimable_mu")
    columns = [_column(run, name) for name in present]
    return plots_layer(run, run.plots, columns, title=_t("plots_sample" if run.sample else "plots"))


def plot_column(name: str) -> Column:
    """Return how a column of the plots is titled and shown."""
    units = {"area_mu": "亩", "net_mu": "亩", "reclaimable_mu": "亩", "accuracy_m": "m"}
    unit = units.get(name, "m²" if name.endswith("_m2") else "")
    number = name.endswith(("_m2", "_mu", "_m"))
    labels: dict[str, str] = {}
    if name in {"verdict", "measure_suggested", "scale", "status"}:
        entry = {"measure_suggested": "measure"}.get(name, name)
        room = messages.catalogue(messages.language(), "sheet")
        labels = {
            key.removeprefix(f"{entry}."): value
            for key, value in room.items()
            if key.startswith(f"{entry}.")
        }
    kind = "category" if labels else "number" if number else "string"
    if name == "town_sure":
        kind = "boolean"
    return Column(
        name=name,
        title=_t(f"column.{name}"),
        unit=unit,
        type=kind,
        labels=labels,
        digits=2 if number and name != "accuracy_m" else 0 if number else None,
        role="title" if name == "name" else "",
    )


def _column(run: Run, name: str) -> Column:
    column = plot_column(name)
    return replace(column, labels=verdict_words(run.pack)) if name == "verdict" else column


def _tables(run: Run) -> Sequence[Table]:
    reclaimed = ("reclaimable_mu",) if "reclaimable_mu" in run.figures else ()
    wanted: Mapping[str, Sequence[str]] = {
        "platforms": ("platform_id", "name", "town", "direction"),
        "plots": ("plot_id", "name", "town", "area_mu", "verdict", *reclaimed),
    }
    frames: Mapping[str, pd.DataFrame] = {**run.layers, "plots": run.plots}
    return [
        Table(
            id=layer,
            title=_t(f"table.{layer}"),
            layer=layer,
            columns=[name for name in columns if name in frames[layer]],
        )
        for layer, columns in wanted.items()
        if layer in frames
    ]


def _notes(run: Run) -> list[str]:
    notes = [_t("note.area"), _t("note.places"), *area_notes(run.workspace)]
    if run.sample:
        notes.insert(0, _t("note.sample"))
    elif run.sample_layers:
        notes.insert(0, _t("note.sample_constraints"))
    entry = "rules" if "low_efficiency" in run.pack.outcomes else "rules_other"
    notes.append(_t(f"note.{entry}", title=str(run.pack.title)))
    if rounded := rounding(run):
        notes.append(rounded)
    if why := silence(run, f"{run.pack.outcomes[0]}_mu"):
        notes.insert(0, _t("note.silent", why=why))
    notes.append(
        _t(
            "note.made",
            version=run.version,
            input=run.input["name"],
            digest=str(run.input["sha256"])[:12],
        )
    )
    return notes
