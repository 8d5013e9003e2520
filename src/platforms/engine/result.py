"""What a run in parts gives: the figures of all plots, and the folder in which these lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from platforms.engine.finishing import INPUT_ROW
from platforms.issues import IssueTable
from platforms.planning.land.limits import Limit
from platforms.planning.run import PLACED_LAYERS, Run
from platforms.policy.schema import Pack
from platforms.policy.workspace import Workspace

__all__ = ["PartsRun", "read_parts"]


@dataclass(frozen=True)
class PartsRun:
    """Result of a run in parts; names and numbers are those of :class:`platforms.Run`.

    Attributes
    ----------
    workspace, pack
        The city and its rules.
    folder
        Where the plots lie: ``plots/part-00000.parquet`` and on.
    figures, towns, platforms, layout_units, targets, issues, overlap_m2
        As in :class:`platforms.Run`.
    complete
        Whether the area of every plot is known.
    record
        What run.json holds.
    limits
        What was deducted; None for the limits of the workspace.
    """

    workspace: Workspace
    pack: Pack
    folder: Path
    figures: Mapping[str, float]
    towns: pd.DataFrame
    platforms: pd.DataFrame
    layout_units: pd.DataFrame
    targets: pd.DataFrame
    issues: IssueTable
    overlap_m2: float
    complete: bool
    record: Mapping[str, object]
    limits: Mapping[str, Limit] | None = None

    @property
    def verdicts(self) -> tuple[str, ...]:
        """What the plots can be: the outcomes of the rules, ``not``, ``unknown``."""
        return (*self.pack.outcomes, "not", "unknown")

    def plots(self) -> gpd.GeoDataFrame:
        """Return all plots in the order of their source; only where memory holds them.

        Returns
        -------
        plots
            EPSG:4490, with the columns of the plots of :func:`platforms.run`.
        """
        return read_parts(self.folder)

    def whole(self) -> Run:
        """Return the result as the local run gives it; only where memory holds the plots.

        Returns
        -------
        run
            For maps, workbooks and scenarios; with the numbers of this one.
        """
        record: dict[str, Any] = dict(self.record)
        layers = {
            name: self.workspace.layer(name) for name in PLACED_LAYERS if self.workspace.has(name)
        }
        return Run(
            workspace=self.workspace,
            plots=self.plots(),
            pack=self.pack,
            layers=layers,
            figures=self.figures,
            towns=self.towns,
            platforms=self.platforms,
            layout_units=self.layout_units,
            targets=self.targets,
            issues=self.issues,
            sample_layers=tuple(record["sample_layers"]),
            input=record["input"],
            overlap_m2=self.overlap_m2,
            seconds=record["seconds"],
            limits=self.limits,
        )


def read_parts(folder: Path) -> gpd.GeoDataFrame:
    """Return the plots of a folder in the order of their source."""
    files = sorted((folder / "plots").glob("part-*.parquet"))
    frames = [gpd.read_parquet(file) for file in files]
    some = [frame for frame in frames if len(frame)] or frames[:1]
    every = gpd.GeoDataFrame(pd.concat(some, ignore_index=True), crs=some[0].crs)
    ordered = every.sort_values(INPUT_ROW, kind="stable", ignore_index=True)
    return ordered.drop(columns=INPUT_ROW)
