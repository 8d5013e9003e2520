"""What a run takes in: a user's plots or the workspace's, and what of it is synthetic.

Plots of another county are refused, since nothing that a run says would be about them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import geopandas as gpd

from platforms.errors import InputError, WorkspaceError
from platforms.geo.read import Plots, Source
from platforms.issues import IssueTable
from platforms.planning.land.limits import Limit
from platforms.planning.land.review import takes_own
from platforms.planning.survey import named_plots
from platforms.policy.schema import Pack
from platforms.policy.workspace import Workspace

__all__ = ["given_plots", "refuse_elsewhere", "synthetic_layers", "workspace_plots"]


def given_plots(workspace: Workspace, plots: Plots | gpd.GeoDataFrame | None) -> Plots:
    """Return plots as reading gives them: those of a user, or of the workspace for None."""
    if plots is None:
        return workspace_plots(workspace)
    if isinstance(plots, Plots):
        return plots
    return named_plots(plots)


def workspace_plots(workspace: Workspace) -> Plots:
    """Return the plots that the workspace itself holds.

    Raises
    ------
    WorkspaceError
        When it holds none.
    """
    if not workspace.has("plots"):
        raise WorkspaceError("planning.no_plots", workspace=workspace.name)
    frame = workspace.layer("plots")
    path = workspace.path("plots")
    source = Source(
        name=path.name,
        driver="GPKG",
        layer=None,
        encoding="UTF-8",
        encoding_basis="format",
        crs="EPSG:4490",
        crs_basis="file",
        features=len(frame),
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        plane=workspace.plan.crs,
    )
    return Plots(frame=frame, issues=IssueTable(), source=source)


def refuse_elsewhere(workspace: Workspace, issues: IssueTable, plots: int) -> None:
    """Refuse plots that all lie in another county: nothing here would be about them.

    Parameters
    ----------
    workspace
        The city.
    issues
        What the survey of the plots found.
    plots
        How many there are.

    Raises
    ------
    InputError
        When every plot lies outside the county.
    """
    found = issues.by_kind()
    outside = found["shape_outside"]
    if found["all_outside_county"] and outside:
        # one that crosses itself was not laid over the county; the door has placed them all
        outside += found["shape_crossed"]
    if plots and outside >= plots:
        raise InputError(
            "planning.all_outside", count=plots, county=workspace.plan.name, name=workspace.name
        )


def synthetic_layers(
    workspace: Workspace,
    plots: gpd.GeoDataFrame,
    issues: IssueTable,
    limits: Mapping[str, Limit] | None,
    pack: Pack,
) -> tuple[str, ...]:
    """Name the synthetic layers; real plots on synthetic constraints or limits are a warning.

    Parameters
    ----------
    workspace
        The city.
    plots
        With ``basis`` where it is known.
    issues
        Takes the warning.
    limits
        What is deducted: limits that a user gave are not those of the workspace; None for
        these, which are then not read.
    pack
        Judges the plots; its rules may ask whether they lie in a layer.

    Returns
    -------
    names
        ``plots``, ``constraints`` and layers that the rules read; none of them, or all.
    """
    found = []
    if "basis" in plots and plots["basis"].eq("sample").any():
        found.append("plots")
    sample = workspace.has("constraints") and workspace.card("constraints").sample
    own = bool(workspace.plan.constraints) if limits is None else takes_own(limits, workspace)
    if sample and own:
        found.append("constraints")
        if "plots" not in found:
            issues.add("sample_constraints", "warning", layer="constraints")
    for layer in workspace.sample_facts(pack):
        if "plots" not in found:
            issues.add("sample_facts", "warning", layer=layer, title=workspace.card(layer).title)
        found.append(layer)
    return tuple(found)
