"""A scenario as a map: what was kept, with what it rests on.

The county under it is drawn as the workspace has it today; everything that the scenario
decided comes from the scenario itself, and the sheet says which one it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from platforms import messages
from platforms.outputs.maps.city_sheet import city_sheet, town_ground
from platforms.outputs.maps.map_document import Figure, MapDocument, MapLayer, map_document
from platforms.outputs.maps.scenario_layers import scenario_layers
from platforms.outputs.scenario_words import (
    figure_text,
    figure_title,
    figure_unit,
    headline_figures,
    input_title,
    parameter_text,
    parameter_title,
    scenario_name,
)
from platforms.planning.scenarios.record import Kept, Scenario
from platforms.policy.workspace import Workspace

__all__ = ["layers_box", "scenario_document"]

_HASH = 12


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"scenario_sheet.{entry}", None, **fields)


def scenario_document(
    workspace: Workspace,
    kept: Kept | Scenario,
    *,
    focus: tuple[float, float, float, float] | None = None,
    compress: bool = True,
    day: dt.date | None = None,
) -> MapDocument:
    """Make the map of one scenario.

    Parameters
    ----------
    workspace
        The city: ground, towns, what its plan and rules are called.
    kept
        A scenario, with the name that it was kept under or without.
    focus
        Box that is seen first, EPSG:4490; default that of what the scenario decided.
    compress
        Compress the geometry; False for browsers without DecompressionStream.
    day
        Date printed on the sheet; default the day on which it was kept, else today.

    Returns
    -------
    document
        By kind: plots with their verdicts and net land; flows, parks and firms that stay;
        plots that were chosen; ranked sites. For :func:`platforms.save_html` and for the
        app's map.
    """
    scenario = kept.scenario if isinstance(kept, Kept) else kept
    if day is None and isinstance(kept, Kept):
        day = kept.created_at.astimezone().date()
    layers = scenario_layers(workspace, scenario)
    name = scenario_name(kept)
    sheet = city_sheet(
        workspace,
        title=_t("title", city=str(workspace.plan.name), name=name),
        subtitle=_t("subtitle", kind=_t(f"kind.{scenario.kind}"), id=scenario.scenario_id),
        figures=[
            Figure(
                key=one, label=figure_title(one), unit=figure_unit(one),
                value=figure_text(one, scenario.figures[one]),
            )
            for one in headline_figures(scenario.kind)
            if one in scenario.figures
        ],
        notes=_notes(workspace, scenario),
        focus=focus or layers_box(layers),
        day=day,
    )  # fmt: skip
    return map_document([*town_ground(workspace), *layers], sheet, compress=compress)


def layers_box(layers: Sequence[MapLayer]) -> tuple[float, float, float, float] | None:
    """Return the box of what layers show; None where they show nothing."""
    boxes = np.array([layer.frame.total_bounds for layer in layers if len(layer.frame)])
    boxes = boxes[np.isfinite(boxes).all(axis=1)] if len(boxes) else boxes
    if not len(boxes):
        return None
    west, south = boxes[:, :2].min(axis=0)
    east, north = boxes[:, 2:].max(axis=0)
    return (float(west), float(south), float(east), float(north))


def _notes(workspace: Workspace, scenario: Scenario) -> list[str]:
    """Say what is sample, what was asked and what went in."""
    pack = workspace.packs.get(str(scenario.parameters.get("rules", "")))
    told = [
        _t(
            "note.pair",
            name=parameter_title(name, scenario.kind, pack),
            value=parameter_text(name, v),
        )
        for name, v in scenario.parameters.items()
        if v not in (None, "", [])
    ]
    came = [
        _t("note.input", name=input_title(one.name), source=one.source, hash=one.sha256[:_HASH])
        for one in scenario.inputs
    ]
    between = "；" if messages.language() == "zh_CN" else "; "
    notes = [messages.text("sheet.note.sample")] if scenario.sample else []
    if told:
        notes.append(_t("note.parameters", told=between.join(told)))
    if came:
        notes.append(_t("note.inputs", told=between.join(came)))
    return [*notes, _t("note.version", version=scenario.version)]
