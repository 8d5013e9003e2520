"""Stages of a run that look at plots one by one, and so do the same for a part as for all.

What is decided on all plots together stands in a :class:`Ground`: the planes to measure, compare
and cut in. The local run is one part; the engine works on many, each with the neighbours that
lie over its plots.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from platforms.geo.crs import gauss_plane, plane_for
from platforms.issues import IssueTable
from platforms.layers.tables import STORED_CRS
from platforms.planning.belonging.membership import assign
from platforms.planning.figures import platform_groups, tallied_summary
from platforms.planning.land.limits import Limit, ReadyLimit
from platforms.planning.land.reclaim import reclaim
from platforms.planning.tally import Tally
from platforms.policy.schema import Pack
from platforms.policy.workspace import Workspace

__all__ = ["SUMMARIES", "Ground", "belonging", "ground_of", "land_left", "summaries"]

SUMMARIES = (
    ("towns", "town", "towns"),
    ("platforms", "platform_group", "platforms"),
    ("layout_units", "layout_unit", "layout_units"),
)
"""Tables of a run: its name, the column of the plots, the layer whose names stand in it."""

_ANYWHERE = 120.0


@dataclass(frozen=True)
class Ground:
    """Planes that are chosen once, for all plots.

    Attributes
    ----------
    measured
        Survey plane of the areas, as it was given.
    compared
        Where plots are held against each other and the county.
    facts
        Where shares of layers that rules read are taken.
    cut
        Where limits are cut away.
    """

    measured: str
    compared: CRS
    facts: CRS
    cut: CRS


def ground_of(
    workspace: Workspace,
    *,
    plane: str,
    crs: CRS,
    bounds: NDArray[np.float64],
    stored: NDArray[np.float64],
) -> Ground:
    """Choose the planes, as a run on all plots at once does.

    Parameters
    ----------
    workspace
        The city.
    plane
        Survey plane that the plots name; empty for none.
    crs
        System of the plots.
    bounds, stored
        Box of all plots (west, south, east, north), in ``crs`` and in EPSG:4490; NaN where no
        plot has a shape.

    Raises
    ------
    CRSError
        For a system that cannot be measured in.
    """
    given = plane or workspace.plan.crs
    here, kept = _frame(bounds, crs), _frame(stored, CRS.from_user_input(STORED_CRS))
    nowhere = not np.isfinite(bounds).all()
    compared = gauss_plane(_ANYWHERE) if nowhere else plane_for(here, default=given)
    return Ground(
        measured=given,
        compared=compared,
        facts=plane_for(kept, default=workspace.plane),
        cut=plane_for(kept, default=given),
    )


def _frame(bounds: NDArray[np.float64], crs: CRS) -> gpd.GeoDataFrame:
    """Return a frame that lies where all plots lie."""
    shapes = [shapely.box(*bounds)] if np.isfinite(bounds).all() else []
    return gpd.GeoDataFrame(geometry=shapes, crs=crs)


def land_left(
    frame: gpd.GeoDataFrame,
    limits: Mapping[str, Limit | ReadyLimit],
    *,
    plane: object,
    own: NDArray[np.bool_] | None = None,
    issues: IssueTable,
) -> gpd.GeoDataFrame:
    """Deduct limits from assessed plots, and say what of the rest is reclaimable.

    Parameters
    ----------
    frame, limits, plane, own, issues
        As for :func:`platforms.reclaim`.

    Returns
    -------
    frame
        With ``reclaimable_m2`` and ``reclaimable_mu``: what a low-efficiency plot has left.
    """
    frame = reclaim(frame, limits, plane=plane, own=own, issues=issues)
    # what a plot has left is reclaimable only where the plot is low-efficiency
    low = frame["verdict"].eq("low_efficiency")
    frame["reclaimable_m2"] = frame["net_m2"].where(low)
    frame["reclaimable_mu"] = frame["net_mu"].where(low)
    return frame


def belonging(
    frame: gpd.GeoDataFrame, workspace: Workspace, *, issues: IssueTable
) -> gpd.GeoDataFrame:
    """Add where plots belong, and ``platform_group``."""
    frame = assign(frame, workspace, issues=issues)
    frame["platform_group"] = platform_groups(frame)
    return frame


def summaries(
    counted: Tally, layers: Mapping[str, gpd.GeoDataFrame], pack: Pack
) -> dict[str, pd.DataFrame]:
    """Return the figures by town, platform and layout unit.

    Parameters
    ----------
    counted
        The plots, counted by the columns of ``SUMMARIES``.
    layers
        Layers of the workspace; their names stand in the tables also without plots.
    pack
        The rules.
    """
    names = {key: frame["name"].tolist() for key, frame in layers.items()}
    return {
        key: tallied_summary(
            counted, column, order=names.get(layer, ()), outcomes=pack.outcomes
        )
        for key, column, layer in SUMMARIES
    }  # fmt: skip
