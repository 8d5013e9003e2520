"""Where a city stands: its targets against its layers, its plots and what was reported.

A run hands over its plots and headline figures, so that a target is compared with the number
that stands on the screen. A workspace without plots can still be asked: then only what the
layers count and what was reported stands beside the targets.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

import pandas as pd

from platforms.issues import IssueTable
from platforms.planning.target_layers import layer_figures, sample_layers_of
from platforms.policy.targets import (
    FIGURES,
    ReportedTargets,
    plot_figures,
    reported_targets,
    target_status,
)
from platforms.policy.targets_reported import reported_values
from platforms.policy.workspace import Workspace
from platforms.units import half_up

__all__ = ["TARGET_COLUMNS", "planned_targets", "standing"]

# read when a workspace has no targets of its own: what a table of targets must have
TARGET_COLUMNS = (
    "target_id", "doc", "section", "row", "page", "indicator", "year", "value", "unit",
    "operator", "yearly", "nature", "base_year", "base_value", "base_unit", "growth",
    "increase", "lead", "responsible", "topic", "text", "computed_by", "note",
)  # fmt: skip
_OF_LOW = ("low_efficiency_mu", "low_efficiency_firms", "reclaimable_mu")


def standing(
    workspace: Workspace,
    *,
    plots: pd.DataFrame | Mapping[str, float] | None = None,
    figures: Mapping[str, float] | None = None,
    sample_layers: Collection[str] = (),
    reported: pd.DataFrame | None = None,
    issues: IssueTable | None = None,
) -> pd.DataFrame:
    """Return where the targets of a workspace stand.

    Parameters
    ----------
    workspace
        The city.
    plots
        Assessed plots, as a run has them, or the figures that they answer; None leaves what
        plots answer unknown.
    figures
        Headline figures of a run; they go before what is computed here. Where they hold no
        low-efficiency land, the rules did not ask for it, and the targets on it stay open.
    sample_layers
        Names of the layers that are synthetic.
    reported
        Reports; default those of the workspace.
    issues
        Takes what could not be compared.

    Returns
    -------
    status
        See :func:`platforms.policy.targets.target_status`; without targets, no rows.
    """
    if not workspace.has("targets"):
        return target_status(planned_targets(workspace), {})
    known: dict[str, float | pd.Series[float]] = {}
    if plots is not None:
        year = workspace.plan.assessment_year - 1
        own = plot_figures(plots, year=year) if isinstance(plots, pd.DataFrame) else plots
        known = {k: half_up(v, 2) for k, v in own.items()}
        if figures is not None and "low_efficiency" not in figures:
            known = {name: value for name, value in known.items() if name not in _OF_LOW}
        # a level belongs to its year
        known |= {
            name: pd.Series({year: float(value)})
            for name, value in known.items()
            if FIGURES[name].scale and isinstance(value, float)
        }
    # the headline figures go first: one number, one place
    known |= dict(figures or {})
    known |= workspace.kept("layer_figures", None, lambda: layer_figures(workspace))
    found = IssueTable()
    synthetic = {*sample_layers, *sample_layers_of(workspace)}
    targets = _reported(workspace, reported)
    status = target_status(targets, known, sample_layers=synthetic, issues=found)
    # a figure that this run has not is no fault of the plots
    if issues is not None:
        issues.extend(issue for issue in found if issue.severity != "info")
    return status


def _reported(workspace: Workspace, reported: pd.DataFrame | None) -> ReportedTargets:
    """Return the targets with reports; with those of the workspace they are the same all day."""
    if reported is not None:
        return reported_targets(planned_targets(workspace), reported)
    # a report of a day that has not come is refused
    today = _today()

    def made() -> ReportedTargets:
        told = reported_values(workspace, today=today)
        return reported_targets(planned_targets(workspace), told)

    return workspace.kept("reported_targets", today, made)


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()


def planned_targets(workspace: Workspace) -> pd.DataFrame:
    """Return the targets of a workspace: `TARGET_COLUMNS` and ``plan_from``; often none."""
    if not workspace.has("targets"):
        return pd.DataFrame(columns=list(TARGET_COLUMNS), dtype="object")
    targets = workspace.table("targets")
    # tables of older workspaces lack the columns that came later
    targets = targets.reindex(columns=list(dict.fromkeys([*TARGET_COLUMNS, *targets.columns])))
    targets["plan_from"] = targets["doc"].map(_first_years(workspace))
    return targets


def _first_years(workspace: Workspace) -> dict[str, float]:
    """Return the first year that each document plans, where it says one."""
    periods = {document.id: document.period or "" for document in workspace.plan.documents}
    return {name: float(text[:4]) for name, text in periods.items() if text[:4].isdigit()}
