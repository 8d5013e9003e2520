"""All that is known of the land of low-efficiency plots, gathered once for all outputs.

The command line, the app, the sheet and the page show this and compute nothing themselves.
What a workspace does not have (buildings, heights, a control line, land changes) leaves the
columns that need it unknown, and the tables that need it away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from platforms.geo.raster.cover import slope_shares
from platforms.geo.raster.opened import open_raster
from platforms.issues import IssueTable
from platforms.planning.land.balance import LandBalance, land_balance
from platforms.planning.land.contiguity import Contiguity, contiguous_areas
from platforms.planning.land.control_line import control_line, control_line_by
from platforms.planning.land.factors import (
    FactorTable,
    LandParameters,
    land_parameters,
    potential_factors,
)
from platforms.planning.land.floors import floor_potential
from platforms.planning.land.freed import freed_energy, idle_land
from platforms.planning.land.limits import Limit
from platforms.planning.land.matrix import overlap_matrix
from platforms.planning.land.placed_limits import placed_buildings, placed_limits
from platforms.planning.land.potential import potential, potential_totals, realistic_potential
from platforms.planning.land.reclaim import land_by
from platforms.planning.land.unused import unused_land
from platforms.policy.schema import Pack
from platforms.policy.workspace import Workspace
from platforms.units import half_up

__all__ = ["LAND_GROUPS", "LandReview", "land_review", "takes_own"]

LAND_GROUPS: Mapping[str, str] = {
    "towns": "town",
    "platforms": "platform_group",
    "layout_units": "layout_unit",
    "measures": "measure_suggested",
    "industries": "industry",
}
"""What land is summed by: name of the table and column of the plots."""

_IDLE_PACK = "idle-land-53"
# figures of targets that land answers
_LAND_FIGURES = ("reclaimable_mu", "low_efficiency_mu")


@dataclass(frozen=True)
class LandReview:
    """The land of assessed plots.

    Attributes
    ----------
    plots
        All plots, same index, with the columns of ``reclaim``, ``unused_land``,
        ``floor_potential``, ``idle_land``, ``freed_energy``, ``potential``,
        ``realistic_potential`` and ``control_line``, and ``area_group``.
    sums
        By table of ``LAND_GROUPS``: what ``land_by`` gives of the low-efficiency plots.
    measures
        Potential by measure, see ``potential_totals``.
    areas
        Low-efficiency plots that lie together.
    control
        Plots inside and outside the control line by ``town`` and by ``verdict``; empty
        where there is no line.
    balance
        Balance of industrial land; None where the workspace has no land changes.
    overlap
        What each two limits both claim of the low-efficiency plots, m².
    targets
        Rows of the targets that land answers; see ``target_status``.
    parameters, factors
        The numbers that were used.
    order
        Limits in their order of priority.
    sample_layers
        Layers that this was made from and that are synthetic.
    issues
        Faults found on the way.
    """

    plots: gpd.GeoDataFrame
    sums: Mapping[str, pd.DataFrame]
    measures: pd.DataFrame
    areas: Contiguity
    control: Mapping[str, pd.DataFrame]
    balance: LandBalance | None
    overlap: pd.DataFrame
    targets: pd.DataFrame
    parameters: LandParameters
    factors: FactorTable
    order: Sequence[str]
    sample_layers: Sequence[str]
    issues: IssueTable

    def chosen(self) -> gpd.GeoDataFrame:
        """Return the low-efficiency plots."""
        return self.plots[self.plots["verdict"].eq("low_efficiency")]


def land_review(
    workspace: Workspace,
    land: gpd.GeoDataFrame,
    *,
    pack: Pack,
    targets: pd.DataFrame | None = None,
    within_m: float | None = None,
    limits: Mapping[str, Limit] | None = None,
    plane: object = None,
) -> LandReview:
    """Gather what the land of assessed plots can give.

    Parameters
    ----------
    workspace
        The city: buildings, heights, control line, land changes and parameters.
    land
        What ``reclaim`` gives of assessed plots, with ``verdict``, ``measure_suggested``,
        ``town``, ``platform_group`` and ``layout_unit`` where they are known. Not changed.
    pack
        The rules that judged the plots; its day is the day of dated parameters.
    targets
        Where the targets stand; default none.
    within_m
        Distance up to which plots lie together, m; default the parameter
        ``contiguous_within_m``.
    limits
        What ``reclaim`` deducted, in its order; default the limits of the workspace.
    plane
        Survey plane to cut in; default as in ``measure``.

    Returns
    -------
    review
        Columns by plot, and tables.

    Raises
    ------
    PlatformsError
        When a parameter or a layer of the workspace cannot be used.
    """
    issues = IssueTable()
    parameters = land_parameters(workspace, on=pack.day)
    factors = potential_factors(workspace)
    taken = workspace.constraints if limits is None else limits
    used = [
        name for name in ("constraints", "buildings", "dem", "control_line", "land_changes")
        if workspace.has(name) and (name != "constraints" or takes_own(taken, workspace))
    ]  # fmt: skip
    frame = _columns(workspace, land, pack=pack, parameters=parameters, factors=factors,
                     plane=plane, issues=issues)  # fmt: skip
    distance = parameters.number("contiguous_within_m") if within_m is None else within_m
    areas = contiguous_areas(
        frame, within_m=0.01 if distance is None else distance, parameters=parameters,
        plane=plane, issues=issues,
    )  # fmt: skip
    frame["area_group"] = areas.plots["area_group"]
    low = frame[frame["verdict"].eq("low_efficiency")]
    sides = [by for by in ("town", "verdict") if "control_line" in used and by in frame]
    return LandReview(
        plots=frame,
        sums={name: land_by(low, by) for name, by in LAND_GROUPS.items() if by in low},
        measures=potential_totals(low),
        areas=areas,
        control={by: control_line_by(frame, by) for by in sides},
        balance=_balance(workspace, parameters, issues),
        overlap=_overlap(workspace, taken, low, plane),
        targets=_land_targets(targets),
        parameters=parameters,
        factors=factors,
        order=list(taken),
        sample_layers=tuple(name for name in used if workspace.card(name).sample),
        issues=issues,
    )


def takes_own(limits: Mapping[str, Limit], workspace: Workspace) -> bool:
    """Say whether one of the limits is a layer of the workspace."""
    own = [one for one in workspace.constraints.values() if one is not None]
    return any(limit is one for limit in limits.values() for one in own)


def _columns(
    workspace: Workspace,
    land: gpd.GeoDataFrame,
    *,
    pack: Pack,
    parameters: LandParameters,
    factors: FactorTable,
    plane: object,
    issues: IssueTable,
) -> gpd.GeoDataFrame:
    buildings = placed_buildings(workspace, land, plane=plane)
    frame = unused_land(land, buildings, parameters=parameters, plane=plane, issues=issues)
    frame = floor_potential(frame, buildings, parameters=parameters, plane=plane, issues=issues)
    if "measure_suggested" not in frame:
        frame["measure_suggested"] = None
    if _IDLE_PACK in workspace.packs:
        rules = workspace.packs[_IDLE_PACK]
        judged = idle_land(pd.DataFrame(workspace.with_facts(frame, rules)), rules, on=pack.day)
        for name in judged.columns.difference(frame.columns):
            if name.startswith(("idle_", "late_")):
                frame[name] = judged[name]
    freed = freed_energy(pd.DataFrame(frame), year=pack.assessment_year - 1, parameters=parameters)
    for name in ("energy_freed_tce", "energy_moved_tce", "emission_freed_t"):
        frame[name] = freed[name]
    line = workspace.layer("control_line") if workspace.has("control_line") else None
    if line is not None:
        frame = control_line(frame, line, plane=plane, issues=issues)
    frame = gpd.GeoDataFrame(potential(frame))
    if workspace.has("dem") and "land_use" in frame:
        shares = slope_shares(open_raster(workspace.path("dem")), frame, plane, issues=issues)
        steep = [f.id for f in factors.slope]
        unsure = shares["slope_unknown"].to_numpy(np.float64) > 0
        known = shares[steep].mask(np.broadcast_to(unsure[:, None], (len(shares), len(steep))))
        frame[steep] = half_up(shares[steep].to_numpy(np.float64), 6)
        frame = gpd.GeoDataFrame(realistic_potential(frame, slope_shares=known, factors=factors))
    return frame


def _overlap(
    workspace: Workspace, limits: Mapping[str, Limit], low: gpd.GeoDataFrame, plane: object
) -> pd.DataFrame:
    if not limits:
        return pd.DataFrame()
    ready = placed_limits(workspace, limits, low, plane=plane)
    return overlap_matrix(ready, plane=plane, within=low)


def _balance(
    workspace: Workspace, parameters: LandParameters, issues: IssueTable
) -> LandBalance | None:
    if not workspace.has("land_changes"):
        return None
    ratio, share = (
        parameters.number(name) if name in parameters.parameters else None
        for name in ("balance_ratio", "industrial_share_min")
    )
    changes = workspace.table("land_changes")
    if workspace.has("towns"):
        # a town that is misspelt is balanced by itself, and its own town without it
        towns = changes["town"].dropna()
        for town, rows in towns[~towns.isin(workspace.layer("towns")["name"])].groupby(towns):
            issues.add("change_town_unknown", "warning", town=str(town), count=len(rows))
    made: LandBalance = workspace.kept(
        "land_balance", (ratio, share), lambda: land_balance(changes, ratio=ratio, share=share)
    )
    return made


def _land_targets(targets: pd.DataFrame | None) -> pd.DataFrame:
    if targets is None:
        return pd.DataFrame()
    return targets[targets["computed_by"].isin(_LAND_FIGURES)]
