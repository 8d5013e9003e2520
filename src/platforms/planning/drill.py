"""From a target to its plots or records: the question that follows every figure.

The plots behind a computed figure are those whose parts add up to it, so the list under a
target and the number beside it cannot tell two stories. A figure that no plots stand behind
has the rows of its layer: records of land that was supplied, places that a document names.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from platforms.errors import InputError
from platforms.planning.run import Run
from platforms.planning.standing import standing
from platforms.planning.target_layers import layer_rows
from platforms.policy.targets import FIGURES, figure_parts
from platforms.policy.workspace import Workspace

__all__ = ["TargetParts", "target_parts", "target_plots", "target_standing"]


@dataclass(frozen=True)
class TargetParts:
    """What stands behind a computed figure.

    Attributes
    ----------
    layer
        ``plots``, or the layer of the workspace whose rows they are.
    key
        Column that names a row.
    frame
        The rows with ``part``: what each adds, in the target's unit (NaN unknown).
    """

    layer: str
    key: str
    frame: pd.DataFrame


def target_standing(
    source: Run | Workspace, *, reported: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return where each target stands, from a run or from a workspace without plots.

    Parameters
    ----------
    source
        A run, or a workspace; of a workspace only the layers are counted.
    reported
        What :func:`platforms.read_reported` gave; default the reports of the workspace.

    Returns
    -------
    status
        One row a target; see :func:`platforms.policy.targets.target_status`.
    """
    if isinstance(source, Workspace):
        return standing(source, reported=reported)
    return standing(
        source.workspace,
        plots=source.plots,
        figures=source.figures,
        sample_layers=source.sample_layers,
        reported=reported,
    )


def target_plots(result: Run, target_id: str) -> gpd.GeoDataFrame:
    """Return the plots behind the computed figure of a target.

    Parameters
    ----------
    result
        The run.
    target_id
        Id of the target.

    Returns
    -------
    plots
        EPSG:4490; the run's columns and ``part``: what the plot adds to the figure, in the
        target's unit (NaN unknown). The parts add up to the computed value.

    Raises
    ------
    InputError
        When there is no such target, or no plots stand behind it.
    """
    rows = result.targets[result.targets["target_id"].eq(target_id)]
    if rows.empty:
        raise InputError("planning.target_unknown", target=target_id)
    name = str(rows["computed_by"].iloc[0])
    figure = FIGURES.get(name)
    year = result.workspace.plan.assessment_year - 1
    parts = None
    if figure is not None and figure.from_plots and pd.notna(rows["computed"].iloc[0]):
        parts = figure_parts(result.plots, name, year=year)
    if parts is None:
        raise InputError(
            "planning.target_without_plots", target=target_id, indicator=rows["indicator"].iloc[0]
        )
    chosen = result.plots.loc[parts.index].copy()
    chosen["part"] = parts
    return chosen.sort_values("part", ascending=False, kind="stable", na_position="last")


def target_parts(result: Run, target_id: str) -> TargetParts:
    """Return what stands behind the computed figure of a target: plots, or rows of a layer.

    Parameters
    ----------
    result
        The run.
    target_id
        Id of the target.

    Returns
    -------
    parts
        The parts add up to the computed value.

    Raises
    ------
    InputError
        When there is no such target, or nothing was computed for it.
    """
    rows = result.targets[result.targets["target_id"].eq(target_id)]
    figure = None if rows.empty else FIGURES.get(str(rows["computed_by"].iloc[0]))
    if figure is None or figure.from_plots or pd.isna(rows["computed"].iloc[0]):
        return TargetParts("plots", "plot_id", target_plots(result, target_id))
    city, row = result.workspace, rows.iloc[0]
    years = [0 if pd.isna(row[f"computed_{end}"]) else int(row[f"computed_{end}"])
             for end in ("from", "to")]  # fmt: skip
    layer = figure.rests_on[0]
    found = layer_rows(city, str(row["computed_by"]), *years)
    ordered = found.sort_values("part", ascending=False, kind="stable", na_position="last")
    return TargetParts(layer, str(city.card(layer).key), ordered)
