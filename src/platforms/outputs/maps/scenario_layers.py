"""The layers of one scenario: what it decided, drawn from its own tables.

A scenario is shown as it was kept. Nothing is computed again, so a map of last year's answer
shows last year's answer, whatever the files say today.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from platforms import messages
from platforms.outputs.maps.map_parts import Column, MapLayer
from platforms.outputs.maps.map_sheet import plot_column
from platforms.outputs.maps.map_styles import style_of
from platforms.outputs.maps.scenario_flows import flow_layers
from platforms.outputs.verdict_words import verdict_words
from platforms.planning.choice.portfolio_input import WAYS
from platforms.planning.scenarios.record import Scenario
from platforms.policy.workspace import Workspace

__all__ = ["place_of", "scenario_column", "scenario_layers", "unit_of", "verdict_titles"]

_CHOICE = ("plot_id", "name", "choice", "land_mu", "net_mu", "verdict", "town", "firm_name")
_PLOTS = (
    "plot_id", "name", "verdict", "area_mu", "net_mu", "reclaimable_mu", "measure_suggested",
    "reason", "firm_name", "industry", "town", "platform_group", "layout_unit", "basis",
)  # fmt: skip
_SITES = ("site", "kind", "site_id", "name", "label", "state", "rank", "score_low", "score_high")
_TOP = 20
_AREA = 2
_UNITS = {"_mu": "mu", "_m2": "m2", "_km": "km", "_wan": "wan"}


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"scenario_sheet.{entry}", None, **fields)


def unit_of(name: str) -> str:
    """Return the unit that a column's name says, in words; empty for none."""
    if name == "km" or name.startswith("km_"):
        return _t("unit.km")
    if name == "mu":
        return _t("unit.mu")
    return next((_t(f"unit.{unit}") for end, unit in _UNITS.items() if name.endswith(end)), "")


def verdict_titles(workspace: Workspace, scenario: Scenario) -> dict[str, str]:
    """Return what users read for the verdicts of a scenario's rules."""
    pack = workspace.packs.get(str(scenario.parameters.get("rules", "")))
    return dict(plot_column("verdict").labels) if pack is None else verdict_words(pack)


def scenario_column(name: str, labels: Mapping[str, str] | None = None) -> Column:
    """Return how a column of a scenario's table is titled and shown."""
    known = messages.catalogue(messages.language(), "scenario_sheet")
    if labels:
        kind, digits = "category", None
    else:
        number = bool(unit_of(name)) or name.startswith("score_")
        kind = "number" if number else "integer" if name in {"rank", "firms"} else "string"
        digits = 2 if number else None
    entry = f"column.{name}"
    sheet = messages.catalogue(messages.language(), "sheet")
    title = known.get(entry) or sheet.get(entry) or name
    if name.startswith("deduct_"):
        own = name.removeprefix("deduct_").removesuffix("_m2")
        limit = sheet.get(f"constraint.{own}", own)
        title = messages.text("sheet.claims.takes", None, name=limit)
    return Column(
        name=name, title=title, unit=unit_of(name), type=kind, labels=labels or {}, digits=digits,
        role="title" if name == "name" else "",
    )  # fmt: skip


def scenario_layers(workspace: Workspace, scenario: Scenario) -> list[MapLayer]:
    """Return the layers of a scenario, without those of the county.

    Parameters
    ----------
    workspace
        The city; its rule packs say what verdicts are called.
    scenario
        A ``run`` (layer ``plots``), ``relocation`` (flows, parks, firms that stay),
        ``portfolio`` (layer ``plots``) or ``siting`` (layers ``sites``, ``site_points``,
        ``site_areas``).
    """
    return [*_LAYERS[scenario.kind](workspace, scenario)]


def place_of(table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return a table with shapes: its own, else points of ``lon`` and ``lat``."""
    if isinstance(table, gpd.GeoDataFrame):
        return table
    if not {"lon", "lat"} <= set(table.columns):
        shapes = np.full(len(table), None, dtype=object)
        return gpd.GeoDataFrame(table, geometry=shapes, crs=4490)
    points = gpd.points_from_xy(table["lon"], table["lat"])
    return gpd.GeoDataFrame(table, geometry=points, crs=4490)


def _run(workspace: Workspace, scenario: Scenario) -> Sequence[MapLayer]:
    labels = {"verdict": verdict_titles(workspace, scenario)}
    return [_plots(scenario, _PLOTS, labels, style="plots", title=_t("layer.plots"))]


def _portfolio(workspace: Workspace, scenario: Scenario) -> Sequence[MapLayer]:
    labels = {
        "verdict": verdict_titles(workspace, scenario),
        "choice": {way: messages.text(f"portfolio.way.{way}") for way in WAYS},
    }
    return [_plots(scenario, _CHOICE, labels, style="portfolio_plots", title=_t("layer.choice"))]


def _plots(
    scenario: Scenario,
    names: Sequence[str],
    labels: Mapping[str, Mapping[str, str]],
    *,
    style: str,
    title: str,
) -> MapLayer:
    plots = place_of(scenario["plots"])
    shown = [name for name in names if name in plots]
    return MapLayer(
        name="plots", title=title, frame=plots[[*shown, plots.geometry.name]], key="plot_id",
        columns=[
            scenario_column(name, labels[name]) if name in labels else _own_column(name)
            for name in shown
        ],
        style=style, source=_source(scenario, "plots"), sample=scenario.sample,
    )  # fmt: skip


def _own_column(name: str) -> Column:
    known = messages.catalogue(messages.language(), "sheet")
    return plot_column(name) if f"column.{name}" in known else scenario_column(name)


def _source(scenario: Scenario, name: str) -> str:
    return next((one.source for one in scenario.inputs if one.name == name), "")


def _siting(workspace: Workspace, scenario: Scenario) -> Sequence[MapLayer]:
    del workspace
    sites = place_of(scenario["sites"])
    rank = pd.to_numeric(sites["rank"], errors="coerce").to_numpy("float64", na_value=np.nan)
    best = np.isfinite(rank) & (rank <= _TOP)
    state = np.where(np.isnan(rank), "excluded", np.where(best, "best", "usable"))
    sites = sites.assign(
        site=sites["kind"].astype(str) + ":" + sites["site_id"].astype(str),
        state=state.astype(object),
        label=[f"{one:.0f}" if shown else "" for one, shown in zip(rank, best, strict=True)],
    )
    shapes = sites.geometry.to_numpy()
    area = shapely.get_dimensions(shapes) == _AREA
    numbered = gpd.GeoDataFrame(
        sites.loc[best].drop(columns=sites.geometry.name),
        geometry=shapely.point_on_surface(shapes[best]), crs=sites.crs,
    )  # fmt: skip
    parts = {"sites": numbered, "site_points": sites[~area & ~best], "site_areas": sites[area]}
    kinds = {kind: messages.text(f"siting.table.kind.{kind}") for kind in ("park", "plot")}
    states = {
        name: messages.text(f"siting.map.state.{name}") for name in ("best", "usable", "excluded")
    }
    labels = {"kind": kinds, "state": states}
    hidden = {"site", "label"}
    return [
        MapLayer(
            name=name, title=messages.text(f"siting.map.layer.{name}"), key="site", style=name,
            frame=gpd.GeoDataFrame(part[[*_SITES, part.geometry.name]]), sample=scenario.sample,
            columns=[
                Column(name=one, title=one, role="hidden")
                if one in hidden
                else scenario_column(one, labels.get(one))
                for one in _SITES
            ],
        )
        for name, part in parts.items()
        if len(part) and style_of(name) is not style_of("plain")
    ]  # fmt: skip


_LAYERS: Mapping[str, Callable[[Workspace, Scenario], Sequence[MapLayer]]] = {
    "run": _run,
    "relocation": flow_layers,
    "portfolio": _portfolio,
    "siting": _siting,
}
