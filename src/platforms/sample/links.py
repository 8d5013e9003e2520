"""The sample's links of firms and plots (m:n): owners on their plots, tenants in a building.

Every producing plot of a listed firm is a row of that firm's; a firm that rents has one row,
on the plot where its floor is. Shares are left open: an owner is shared out by area.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from platforms.layers.tables import STORED_CRS
from platforms.sample.plots import credit_code
from platforms.sample.recipe import Recipe

__all__ = ["list_links"]


def list_links(recipe: Recipe, plots: gpd.GeoDataFrame, firms: pd.DataFrame) -> pd.DataFrame:
    """Return which firm stands on which plot.

    Parameters
    ----------
    recipe
        The plane of the plots.
    plots
        In the plane, with plot_id, firm and produces.
    firms
        What :func:`platforms.sample.firms.list_firms` gave.

    Returns
    -------
    links
        link_id, plot_id, firm_id, credit_code, name, role (owner, tenant), basis; one row a
        pair, ordered by plot, then firm.
    """
    named = firms[["firm_id", "credit_code", "name"]]
    held = plots.loc[plots["produces"], ["plot_id", "firm"]]
    owned = held.assign(credit_code=[credit_code(int(n)) for n in held["firm"]], role="owner")
    owned = owned.drop(columns="firm").merge(named, on="credit_code")
    renting = firms[firms["plot_id"].isna()]
    to_plane = Transformer.from_crs(STORED_CRS, recipe.crs, always_xy=True)
    points = shapely.points(
        *to_plane.transform(renting["lon"].to_numpy(), renting["lat"].to_numpy())
    )
    # a stored place is rounded to about a decimetre, well inside its building
    host, tenant = shapely.STRtree(points).query(plots.geometry.to_numpy(), predicate="contains")
    let = renting.iloc[tenant][["firm_id", "credit_code", "name"]]
    ids = plots["plot_id"].to_numpy()[host]
    rented = let.assign(plot_id=ids, role=np.full(len(let), "tenant", dtype=object))
    links = pd.concat([owned, rented], ignore_index=True).assign(basis="sample")
    links = links.sort_values(["plot_id", "firm_id"], kind="stable", ignore_index=True)
    links.insert(0, "link_id", [f"SL-{n + 1:04d}" for n in range(len(links))])
    order = ["link_id", "plot_id", "firm_id", "credit_code", "name", "role", "basis"]
    return pd.DataFrame(links[order])
