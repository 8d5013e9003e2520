"""The sample's plot table, put together from its parts."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from platforms.sample.blocks import Built
from platforms.sample.buildings import put_up_buildings, summarise
from platforms.sample.economy import add_economy
from platforms.sample.findings import add_findings
from platforms.sample.gaps import leave_gaps
from platforms.sample.history import add_history
from platforms.sample.holders import assign_holders
from platforms.sample.recipe import Recipe

__all__ = ["PLOT_COLUMNS", "make_plots"]

# shares of certificates to the centimetre and to the whole square metre
_EXACT, _WHOLE_M2 = 0.72, 0.13

PLOT_COLUMNS = [
    "plot_id",
    "name",
    "block",
    "firm_name",
    "credit_code",
    "industry_code",
    "industry",
    "scale",
    "tax_wan_{0}",
    "tax_wan_{1}",
    "tax_wan_{2}",
    "value_added_wan_{1}",
    "value_added_wan_{2}",
    "energy_tce_{1}",
    "energy_tce_{2}",
    "energy_intensive",
    "energy_limit_met",
    "grade_{1}",
    "grade_{2}",
    "declared_m2",
    "far",
    "building_coefficient",
    "floor_area_m2",
    "supply_date",
    "agreed_start_date",
    "start_date",
    "completion_date",
    "invested_share",
    "built_share",
    "status",
    "land_use",
    "basis",
    "accuracy_m",
    "geometry",
]


def make_plots(recipe: Recipe, built: Built) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Fill the plots' attributes and put up their buildings.

    Parameters
    ----------
    recipe
        The city's recipe.
    built
        Blocks in the plane.

    Returns
    -------
    plots
        Columns of ``PLOT_COLUMNS`` with the accounting years filled in and the recipe's
        findings before ``basis``, and ``firm`` (running number of the firm, 0 = none),
        ``produces``; in the plane.
    buildings
        As :func:`platforms.sample.buildings.put_up_buildings` gives them.
    """
    plots = built.plots.copy()
    plots["area_m2"] = plots.geometry.area
    plots["plot_id"] = [f"SP-{n + 1:04d}" for n in range(len(plots))]
    plots["name"] = [
        recipe.names["plot"].format(block=b, street=s, lot=n)
        for b, s, n in zip(plots["block"], plots["street"], plots["lot"], strict=True)
    ]
    plots = plots.join(assign_holders(recipe, plots))
    held = plots["firm"] > 0
    firm = plots["firm"].where(held)
    plots["firm_name"] = [firm_name(recipe, n) for n in firm]
    plots["credit_code"] = [credit_code(n) for n in firm]
    plots = plots.join(add_economy(recipe, plots)).join(add_history(recipe, plots))
    plots["declared_m2"] = _declared(recipe, plots)
    plots["basis"] = "sample"
    buildings = put_up_buildings(recipe, plots)
    plots = leave_gaps(recipe, plots.join(summarise(buildings, plots)))
    plots = plots.join(add_findings(recipe, plots))
    columns = [column.format(*recipe.accounting_years) for column in PLOT_COLUMNS]
    columns[columns.index("basis") : columns.index("basis")] = list(recipe.findings)
    return plots[["firm", "produces", *columns]], buildings


def firm_name(recipe: Recipe, serial: float) -> str | None:
    """Return the made-up name of a firm, None for no firm (NaN)."""
    return None if np.isnan(serial) else recipe.names["firm"].format(serial=int(serial))


def credit_code(serial: float) -> str | None:
    """Return 18 characters that cannot be a unified social credit code (GB 32100).

    A real code has no S, and starts with two characters that name the registering
    department and kind; this one starts with SAMPLE.
    """
    return None if np.isnan(serial) else f"SAMPLE{int(serial):012d}"


def _declared(recipe: Recipe, plots: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return the areas on the certificates: mostly the planar area, some off by 0.1-3 %."""
    rng = np.random.default_rng([recipe.seed, 7])
    area: NDArray[np.float64] = plots["area_m2"].to_numpy()
    draw = rng.random(len(area))
    off = rng.uniform(0.001, 0.03, len(area)) * rng.choice([-1.0, 1.0], len(area))
    declared = np.round(area, 2)
    declared = np.where(draw > _EXACT, np.round(area), declared)
    return np.where(draw > _EXACT + _WHOLE_M2, np.round(area * (1 + off), 2), declared)
