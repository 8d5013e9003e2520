"""plan.gpkg: the plan's layers and the plots of a run, ready for a desktop GIS.

Layers keep their names and raw values; titles, words of values, styles and relations stand
beside them, so that a program and a reader both find what they look for.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from platforms import messages
from platforms.geo.write import write_geopackage
from platforms.layers.citations import citations
from platforms.outputs.books.book_sheets import sample_mark
from platforms.outputs.books.relocation_file import relocation_frames
from platforms.outputs.desktop.plan_words import dress
from platforms.outputs.desktop.sheets import (
    STYLES,
    LayerSheet,
    plan_sheet,
    plot_columns,
    table_columns,
)
from platforms.outputs.maps.map_parts import Column
from platforms.outputs.source_words import source_words
from platforms.planning.run import Run

if TYPE_CHECKING:
    # the answer brings the solver with it, which a run without one does not need
    from platforms.planning.moves.relocation_answer import Relocation

__all__ = ["save_geopackage"]

_Layers = list[tuple[LayerSheet, "gpd.GeoDataFrame | pd.DataFrame"]]


def save_geopackage(
    run: Run,
    path: str | os.PathLike[str],
    *,
    relocation: Relocation | None = None,
    overwrite: bool = True,
) -> Path:
    """Write the plan's layers and the plots into one GeoPackage.

    Parameters
    ----------
    run
        What :func:`platforms.run` gave.
    path
        The ``.gpkg`` file; EPSG:4490; layers named as in the JSON, each described in the
        current language, rows with their citation, sample layers marked. Where the rules ask
        for low efficiency, also ``land_areas`` and ``control_line``. Styles for QGIS
        (``layer_styles``), titles of columns, metadata, and which faults and contiguous areas
        belong to which plots.
    relocation
        An answer, written as ``moves_flows``, ``moves_flows_by_town``, ``moves_firms`` and
        ``moves_parks``.
    overwrite
        Replace a file that is there.

    Returns
    -------
    path
        The file written.

    Raises
    ------
    OutputError
        When it cannot be written; nothing half-written is left.
    """
    layers = [*_plan_layers(run), *_land_layers(run), *_moves_layers(run, relocation)]
    layers += [(_plots_sheet(run), run.plots), _issues_layer(run)]
    sheets = [sheet for sheet, _ in layers]
    frames = {sheet.name: frame for sheet, frame in layers}
    return write_geopackage(
        frames,
        path,
        overwrite=overwrite,
        descriptions={sheet.name: sheet.description for sheet in sheets},
        finish=lambda tmp: dress(tmp, run, frames, sheets),
    )


def _plan_layers(run: Run) -> _Layers:
    layers: _Layers = []
    for name, frame in run.layers.items():
        cited = frame
        if "doc" in frame:
            cited = frame.assign(citation=citations(frame, run.workspace.plan))
        layers.append((plan_sheet(name, cited, run.workspace.card(name)), cited))
    return layers


def _land_layers(run: Run) -> _Layers:
    """Return areas of low-efficiency plots that lie together, and the control line."""
    if "low_efficiency" not in run.pack.outcomes:
        return []
    layers: _Layers = []
    areas = run.land.areas
    if len(areas.areas):
        title = messages.text("sheet.book.land_areas")
        note = messages.text("sheet.land.note_areas", within=f"{areas.within_m:g}")
        shapes = areas.areas.reset_index().to_crs("EPSG:4490")
        sheet = LayerSheet(
            name="land_areas",
            title=title,
            columns=table_columns(shapes, entry="land_areas"),
            style="land_areas",
            description="｜".join(part for part in (title, note, sample_mark(run)) if part),
            sample=run.sample,
            note=note,
        )
        layers.append((sheet, shapes))
    if run.workspace.has("control_line"):
        line = run.workspace.layer("control_line")
        layers.append((plan_sheet("control_line", line, run.workspace.card("control_line")), line))
    return layers


def _moves_layers(run: Run, relocation: Relocation | None) -> _Layers:
    if relocation is None:
        return []
    mark = messages.text("moves.mark_sample") if relocation.sample else ""
    layers: _Layers = []
    for name, frame in relocation_frames(relocation, run.workspace).items():
        title = messages.text(f"flows.frame.{name}")
        sheet = LayerSheet(
            name=f"moves_{name}",
            title=title,
            columns=[_with_reasons(c) for c in table_columns(frame, entry="moves")],
            style=STYLES[f"moves_{name}"],
            description=f"{title}｜{mark}" if mark else title,
            sample=relocation.sample,
        )
        layers.append((sheet, frame))
    return layers


def _with_reasons(column: Column) -> Column:
    """Return a column of moves; why a firm stays is said in the words of the map."""
    if column.name != "reason":
        return column
    known = messages.catalogue(messages.language(), "flows")
    words = {k.removeprefix("reason."): v for k, v in known.items() if k.startswith("reason.")}
    return replace(column, labels=words, type="category")


def _plots_sheet(run: Run) -> LayerSheet:
    title = messages.text(f"sheet.{'plots_sample' if run.sample else 'plots'}")
    card = run.workspace.cards.get("plots")
    own = card is not None and run.sample
    return LayerSheet(
        name="plots",
        title=title,
        columns=plot_columns(run),
        style="plots",
        description=f"{title}｜{run.input['name']}｜{run.input['sha256']}",
        source=source_words(card.source) if card and own else str(run.input["name"]),
        date=card.date if card and own else "",
        sample=run.sample,
    )


def _issues_layer(run: Run) -> tuple[LayerSheet, pd.DataFrame]:
    frame = run.issues.to_frame()
    title = messages.text("sheet.book.issues")
    columns = table_columns(frame, entry="faults")
    return LayerSheet(name="issues", title=title, columns=columns, description=title), frame
