"""Sample tables for relocation: firms that ask for land, and parks that have some.

Most firms of the table sit on sample plots and carry the sums of their plots; some rent and
have no plot. A park row stands for one of the plan's platforms at its stand-in point; its
capacity and the industries that it admits are invented, larger where the plan says to
develop and nothing where it says to leave industry.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from platforms.layers.tables import STORED_CRS
from platforms.sample.plots import credit_code, firm_name
from platforms.sample.recipe import Recipe

__all__ = ["list_firms", "list_parks"]

_RENTING = 0.09
_FIRST_RENTING = 9001


def list_firms(
    recipe: Recipe, plots: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Return the table of firms that look for land.

    Parameters
    ----------
    recipe
        Number of firms and seed.
    plots
        In the plane, with firm, firm_name and the attributes.
    buildings
        In the plane; firms that rent sit in one.

    Returns
    -------
    firms
        firm_id, name, credit_code, lon, lat (degrees, CGCS2000), industry_code, industry,
        demand_mu (亩), tax_wan_<last year> (万元), energy_tce_<last year>, scale, plot_id
        (largest plot; empty for a firm that rents), basis, accuracy_m.
    """
    rng = np.random.default_rng([recipe.seed, 10])
    last = recipe.accounting_years[-1]
    tax, energy = f"tax_wan_{last}", f"energy_tce_{last}"
    renting = round(recipe.firms * _RENTING)
    owners = _owners(plots, (tax, energy))
    chosen = np.sort(rng.choice(len(owners), recipe.firms - renting, replace=False))
    own = owners.iloc[chosen].reset_index(drop=True)
    own["demand_mu"] = own["mu"] * rng.uniform(0.55, 1.35, len(own))
    rent = _renters(recipe, plots, buildings, renting, rng)
    rent = rent.rename(columns={"tax": tax, "energy": energy})
    firms = pd.concat([own, rent], ignore_index=True)
    to_stored = Transformer.from_crs(recipe.crs, STORED_CRS, always_xy=True)
    lon, lat = to_stored.transform(firms["x"].to_numpy(), firms["y"].to_numpy())
    firms = firms.assign(lon=np.round(lon, 6), lat=np.round(lat, 6), basis="sample")
    firms["firm_id"] = [f"SF-{n + 1:04d}" for n in range(len(firms))]
    firms["name"] = [firm_name(recipe, n) for n in firms["firm"]]
    firms["credit_code"] = [credit_code(n) for n in firms["firm"]]
    firms["demand_mu"] = firms["demand_mu"].clip(lower=1.0).round(1)
    firms[[tax, energy]] = firms[[tax, energy]].astype(float).round(2)
    order = ["firm_id", "name", "credit_code", "lon", "lat", "industry_code", "industry"]
    order += ["demand_mu", tax, energy, "scale", "plot_id", "basis", "accuracy_m"]
    return firms[order]


def _owners(plots: gpd.GeoDataFrame, sums: tuple[str, str]) -> pd.DataFrame:
    """Return the producing firms with the sums of their plots; unknown where one is unknown."""
    table = pd.DataFrame(plots.drop(columns="geometry"))
    table["mu"] = plots.area.to_numpy() * 0.0015
    inside = shapely.point_on_surface(plots.geometry.to_numpy())
    table["x"], table["y"] = shapely.get_x(inside), shapely.get_y(inside)
    table = table[table["produces"]]
    total = table.groupby("firm")[["mu", *sums]].sum(min_count=1)
    known = table[list(sums)].notna().groupby(table["firm"]).all()
    total[list(sums)] = total[list(sums)].where(known)
    largest = table.sort_values(["mu", "plot_id"], ascending=[False, True]).drop_duplicates("firm")
    keep = ["firm", "industry_code", "industry", "scale", "plot_id", "accuracy_m", "x", "y"]
    return largest[keep].merge(total.reset_index(), on="firm").sort_values("firm")


def _renters(
    recipe: Recipe,
    plots: gpd.GeoDataFrame,
    buildings: gpd.GeoDataFrame,
    count: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return small firms that rent floors in somebody's building."""
    at = buildings.iloc[np.sort(rng.choice(len(buildings), count, replace=False))]
    host = plots.set_index("plot_id").loc[at["plot_id"]]
    inside: NDArray[np.object_] = shapely.point_on_surface(at.geometry.to_numpy())
    weight = np.array([industry.share for industry in recipe.industries])
    trade = [recipe.industries[k] for k in rng.choice(len(weight), count, p=weight / weight.sum())]
    demand = np.clip(rng.lognormal(1.3, 0.5, count), 1.5, 14.0)
    tax = demand * rng.lognormal(2.6, 0.5, count)
    intensity = np.array([industry.intensity for industry in trade])
    return pd.DataFrame(
        {
            "firm": np.arange(_FIRST_RENTING, _FIRST_RENTING + count),
            "industry_code": [industry.code for industry in trade],
            "industry": [industry.name for industry in trade],
            "scale": "below",
            "plot_id": None,
            "accuracy_m": host["accuracy_m"].to_numpy(),
            "x": shapely.get_x(inside),
            "y": shapely.get_y(inside),
            "demand_mu": demand,
            "tax": tax,
            "energy": tax * 4.9 * intensity * rng.lognormal(0.0, 0.3, count),
        }
    )


def list_parks(recipe: Recipe, platforms: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the table of parks with room.

    Parameters
    ----------
    recipe
        Capacities by direction, industries and seed.
    platforms
        The plan's platforms, EPSG:4490, with platform_id, name, direction, accuracy_m; those
        that the plan does not place are left out.

    Returns
    -------
    parks
        park_id, name, lon, lat, capacity_mu (亩), admits (industries joined by ``;``, ``*``
        for all, empty for none), basis, accuracy_m; one row a platform that has a place.
    """
    rng = np.random.default_rng([recipe.seed, 11])
    names = {industry.code: industry.name for industry in recipe.industries}
    rows: list[dict[str, object]] = []
    for platform in platforms[platforms.geometry.notna()].itertuples():
        low, high = recipe.parks.capacity.get(platform.direction, (0.0, 0.0))
        room = round(rng.uniform(low, high) / 5) * 5
        some = int(rng.integers(4, 8))
        # the first is the county's main trade; every park with room takes it
        picked = rng.choice(len(recipe.parks.common) - 1, some, replace=False) + 1
        codes = [recipe.parks.common[k] for k in (0, *sorted(int(n) for n in picked))]
        admits = ";".join(names[code] for code in codes) if room else None
        open_to_all = platform.direction in recipe.parks.open_to_all
        rows.append(
            {
                "park_id": platform.platform_id,
                "name": platform.name,
                "lon": platform.geometry.x,
                "lat": platform.geometry.y,
                "capacity_mu": room,
                "admits": "*" if open_to_all else admits,
                "basis": "sample",
                "accuracy_m": platform.accuracy_m,
            }
        )
    return pd.DataFrame(rows)
