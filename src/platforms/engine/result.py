"""What a run in parts gives: the figures of all plots, and the folder in which these lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from platforms.engine.finishing import INPUT_ROW
from platforms.issues import IssueTable
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


def read_parts(folder: Path) -> gpd.GeoDataFrame:
    """Return the plots of a folder in the order of their source."""
    files = sorted((folder / "plots").glob("part-*.parquet"))
    frames = [gpd.read_parquet(file) for file in files]
    some = [frame for frame in frames if len(frame)] or frames[:1]
    every = gpd.GeoDataFrame(pd.concat(some, ignore_index=True), crs=some[0].crs)
    ordered = every.sort_values(INPUT_ROW, kind="stable", ignore_index=True)
    return ordered.drop(columns=INPUT_ROW)
