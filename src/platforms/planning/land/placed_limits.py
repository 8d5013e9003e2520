"""Limits and buildings of a workspace as they are cut with, made once for all runs on it.

To bring the layers of a county to the survey plane, mend them and take them apart takes as long as
all else of a run on some twenty plots, and depends on no plot. So it is kept with the workspace,
for the plane that was asked for last. Faults of a layer are told by every run that cuts with it.
"""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
from pyproj import CRS

from platforms.geo.crs import plane_for
from platforms.geo.threads import side_by_side
from platforms.issues import IssueTable
from platforms.planning.land.footprints import ReadyFootprints, footprints
from platforms.planning.land.limits import Limit, ReadyLimit, limit_areas
from platforms.planning.land.pieces import Pieces, halved
from platforms.policy.workspace import Workspace

__all__ = ["placed_buildings", "placed_limits"]


def placed_limits(
    workspace: Workspace,
    limits: Mapping[str, Limit],
    plots: gpd.GeoDataFrame,
    *,
    plane: object = None,
) -> dict[str, Limit | ReadyLimit]:
    """Return limits with those of the workspace in the survey plane of plots, ready to be cut with.

    Parameters
    ----------
    workspace
        The city; what is made of its polygons is kept with it.
    limits
        Layers by name, in their order; what is no layer of polygons of the workspace stays as
        it is.
    plots
        Where is cut, as for :func:`platforms.reclaim` or :func:`platforms.overlap_matrix`.
    plane
        Survey plane, as for these.

    Returns
    -------
    limits
        For these plots and this plane alone.

    Raises
    ------
    CRSError
        For plots without a coordinate system, and for plots or a layer of another datum.
    """
    target = plane_for(plots, default=plane)
    own = workspace.constraints

    def placed(name: str) -> Limit | ReadyLimit:
        limit = limits[name]
        if not isinstance(limit, gpd.GeoDataFrame) or limit is not own.get(name):
            return limit
        # the layer is held, so that no other one can have its id
        key = (target.srs, id(limit))
        make = lambda: (limit, _ready(name, limit, target))  # noqa: E731 one line says it
        return workspace.kept(("limit", name), key, make)[1]

    return dict(zip(limits, side_by_side(placed, list(limits)), strict=True))


def placed_buildings(
    workspace: Workspace, plots: gpd.GeoDataFrame, *, plane: object = None
) -> ReadyFootprints:
    """Return the workspace's buildings in the survey plane of plots.

    Parameters
    ----------
    workspace
        The city; what is made of its buildings is kept with it.
    plots, plane
        As for :func:`platforms.unused_land`.

    Raises
    ------
    CRSError
        For plots without a coordinate system, and for buildings of another datum.
    """
    target = plane_for(plots, default=plane)

    def ready() -> ReadyFootprints:
        told = IssueTable()
        buildings = workspace.layer("buildings") if workspace.has("buildings") else None
        return ReadyFootprints(footprints(buildings, target, told), tuple(told), target.srs)

    return workspace.kept("footprints", target.srs, ready)


def _ready(name: str, limit: gpd.GeoDataFrame, plane: CRS) -> ReadyLimit:
    told = IssueTable()
    areas = limit_areas(name, limit, plane, told)
    layer = None if areas is None else Pieces(halved(areas))
    return ReadyLimit(layer, areas, tuple(told), plane.srs)
