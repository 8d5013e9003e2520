"""The sites that a project may take: parks and plots, brought to one table.

A park stands for itself in the plan where its id is a platform's. A plot stands for the
platform that it belongs to, if that is sure; else for none for certain. Room of a plot is its
net land; where only the gross area is known it has anything up to that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from platforms.errors import InputError
from platforms.geo.area import measure_frame
from platforms.geo.crs import plane_for
from platforms.issues import IssueTable
from platforms.layers.tables import STORED_CRS
from platforms.planning.belonging.membership import assign
from platforms.planning.belonging.places import Shapes, shapes_of
from platforms.units import mu_to_m2

if TYPE_CHECKING:
    from platforms.policy.workspace import Workspace

__all__ = ["Sites", "gather"]

Floats = NDArray[np.float64]

_COLUMNS = (
    "kind", "site_id", "name", "platform_id", "platform_sure", "accuracy_m",
    "room_low_m2", "room_high_m2", "floor_m2", "energy_limit_tce", "min_tax_wan_per_mu", "admits",
)  # fmt: skip


@dataclass(frozen=True)
class Sites:
    """Parks and plots.

    Attributes
    ----------
    table
        One row a site, EPSG:4490: ``kind`` (park, plot), ``site_id``, ``name``,
        ``platform_id``, ``platform_sure``, ``accuracy_m`` (of a point, 0 for a polygon),
        ``room_low_m2`` and ``room_high_m2``, ``floor_m2``, ``energy_limit_tce``,
        ``min_tax_wan_per_mu`` (NaN unknown) and ``admits`` (by ``;``, ``*`` all, empty
        none, missing unknown).
    shapes
        The sites in the plane; None where there is no shape.
    plane
        Survey plane.
    sample_layers
        Layers of the workspace among them that are synthetic.
    issues
        What is to be known of them.
    """

    table: gpd.GeoDataFrame
    shapes: Shapes
    plane: CRS
    sample_layers: tuple[str, ...]
    issues: IssueTable

    def numbers(self, name: str) -> Floats:
        """Return a column of numbers."""
        values: Floats = self.table[name].to_numpy(np.float64)
        return values


def gather(
    plots: gpd.GeoDataFrame | str | None,
    parks: pd.DataFrame | None,
    workspace: Workspace | None,
) -> Sites:
    """Bring parks and plots to one table.

    Parameters
    ----------
    plots
        Polygons, or the name of a layer of the workspace; None for no plots.
    parks
        Points or polygons, or a table with ``lon`` and ``lat``; None for those of the
        workspace.
    workspace
        The city, if there is one.

    Raises
    ------
    InputError
        Without any site, for an id that is missing or stands twice, and for a capacity that
        is negative.
    """
    issues = IssueTable()
    sample: list[str] = []
    if parks is None and workspace is not None:
        name = next((one for one in ("sample_parks", "platforms") if workspace.has(one)), None)
        parks = None if name is None else workspace.layer(name)
        if name is not None and workspace.card(name).sample:
            sample.append(name)
            issues.add("siting_sample_parks", "warning", layer=name)
    if isinstance(plots, str) and workspace is None:
        raise InputError("siting.no_workspace", layer=plots)
    if isinstance(plots, str) and workspace is not None:
        if workspace.card(plots).sample:
            sample.append(plots)
            issues.add("siting_sample_plots", "warning", layer=plots)
        plots = workspace.layer(plots)
    found = [
        *([] if parks is None or parks.empty else [_parks(parks, workspace)]),
        *(
            []
            if not isinstance(plots, gpd.GeoDataFrame) or plots.empty
            else [_plots(plots, workspace, issues)]
        ),
    ]
    if not found:
        raise InputError("siting.no_sites")
    together = pd.concat(found, ignore_index=True)
    table = gpd.GeoDataFrame(together, geometry="geometry", crs=STORED_CRS)
    for kind, rows in table.groupby("kind"):
        ids = rows["site_id"]
        if ids.isna().any() or ids.duplicated().any():
            wrong = ids[ids.isna() | ids.duplicated()].iloc[0]
            raise InputError("siting.id_twice", kind=kind, id=str(wrong))
    if (table["room_high_m2"] < 0).any():
        wrong = table.loc[table["room_high_m2"] < 0, "site_id"].iloc[0]
        raise InputError("siting.negative", id=str(wrong))
    plane = workspace.plane if workspace is not None else plane_for(table)
    return Sites(table, shapes_of(table, plane), plane, tuple(sample), issues)


def _parks(parks: pd.DataFrame, workspace: Workspace | None) -> gpd.GeoDataFrame:
    key = next((one for one in ("park_id", "platform_id") if one in parks), None)
    if key is None:
        raise InputError("siting.column_missing", kind="park", column="park_id")
    if not isinstance(parks, gpd.GeoDataFrame):
        missing = next((one for one in ("lon", "lat") if one not in parks), None)
        if missing is not None:
            raise InputError("siting.column_missing", kind="park", column=missing)
        points = gpd.points_from_xy(parks["lon"], parks["lat"])
        parks = gpd.GeoDataFrame(parks, geometry=points, crs=STORED_CRS)
    known = set()
    if workspace is not None and workspace.has("platforms"):
        known = set(workspace.layer("platforms")["platform_id"])
    ids = parks[key].astype("str")
    capacity = mu_to_m2(_numbers(parks, "capacity_mu"))
    unknown = np.isnan(capacity)
    columns = {
        "kind": "park",
        "site_id": ids.to_numpy(),
        "platform_id": ids.where(ids.isin(known)).to_numpy(object),
        "platform_sure": True,
        "room_low_m2": np.where(unknown, 0.0, capacity),
        "room_high_m2": np.where(unknown, np.inf, capacity),
        "floor_m2": _numbers(parks, "capacity_floor_m2"),
        # an empty cell of a column that is there admits nobody
        "admits": parks["admits"].fillna("").to_numpy(object) if "admits" in parks else None,
    }
    return _rows(parks, columns)


def _plots(
    plots: gpd.GeoDataFrame, workspace: Workspace | None, issues: IssueTable
) -> gpd.GeoDataFrame:
    if "area_m2" not in plots:
        plots = measure_frame(plots)
    ids = plots["plot_id"] if "plot_id" in plots else pd.Series(range(1, len(plots) + 1))
    gross, net = (_numbers(plots, one) for one in ("area_m2", "net_m2"))
    known = ~np.isnan(net)
    if not known.all():
        issues.add("siting_net_unknown", "info", count=int((~known).sum()))
    gross = np.where(np.isnan(gross), np.inf, gross)
    columns = {
        "kind": "plot",
        "site_id": ids.astype("str").to_numpy(),
        "platform_id": None,
        "platform_sure": False,
        "room_low_m2": np.where(known, net, 0.0),
        "room_high_m2": np.where(known, net, gross),
        "floor_m2": _numbers(plots, "floor_potential_m2"),
        "admits": None,
    }
    if workspace is not None and workspace.has("platforms"):
        placed = assign(plots, workspace)
        columns["platform_id"] = placed["platform_id"].to_numpy(object)
        columns["platform_sure"] = placed["platform_sure"].to_numpy(bool)
    return _rows(plots, columns)


def _rows(frame: gpd.GeoDataFrame, columns: dict[str, object]) -> gpd.GeoDataFrame:
    """Return the columns of a site, with those that both kinds may bring."""
    shapes = shapes_of(frame, CRS.from_user_input(STORED_CRS))
    point = shapely.get_dimensions(shapes) < 2  # noqa: PLR2004 not an area
    accuracy = np.where(point, _numbers(frame, "accuracy_m"), 0.0)
    table = pd.DataFrame(columns, index=range(len(frame)))
    named = frame["name"].astype("str").to_numpy() if "name" in frame else table["site_id"]
    table = table.assign(
        name=named,
        accuracy_m=accuracy,
        energy_limit_tce=_numbers(frame, "energy_limit_tce"),
        min_tax_wan_per_mu=_numbers(frame, "min_tax_wan_per_mu"),
    )
    for name in ("platform_id", "admits", "name", "site_id"):
        table[name] = table[name].astype("str")
    return gpd.GeoDataFrame(table[list(_COLUMNS)], geometry=shapes, crs=STORED_CRS)


def _numbers(frame: pd.DataFrame, name: str) -> Floats:
    """Return a column of numbers, NaN where it is not there."""
    if name not in frame:
        return np.full(len(frame), np.nan)
    values: Floats = pd.to_numeric(frame[name], errors="coerce").to_numpy(np.float64)
    return values
