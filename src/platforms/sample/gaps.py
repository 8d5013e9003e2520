"""Missing values of the sample, in the patterns that real tables show.

A plot whose firm does not produce has no accounts at all (that is no gap, it follows from
its state). On top of it: a firm misses one year, a small firm reports neither value added nor
energy, a size class or grade was not entered, an old plot has no supply date, a building
survey is missing. ``energy_limit_met`` is empty for every firm that is not energy-intensive.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from platforms.sample.recipe import Recipe

__all__ = ["leave_gaps"]

# field: share of producing firms without it
_FIRM_GAPS = {
    "credit_code": 0.03,
    "scale": 0.02,
    "tax_wan_{0}": 0.045,
    "tax_wan_{1}": 0.02,
    "tax_wan_{2}": 0.02,
    "grade_{1}": 0.025,
    "grade_{2}": 0.02,
    "energy_intensive": 0.02,
}
# reported or not by 规下 firms and by 规上 firms
_ACCOUNTS = {
    "value_added_wan_{1}": (0.10, 0.02),
    "value_added_wan_{2}": (0.07, 0.02),
    "energy_tce_{1}": (0.09, 0.02),
    "energy_tce_{2}": (0.06, 0.02),
}
_ALL_TAX = 0.012
_PLOT_GAPS = {"declared_m2": 0.06, "invested_share": 0.05}
_SURVEY = ("far", "building_coefficient", "floor_area_m2")
_NO_SURVEY = 0.08
_NO_SUPPLY_DATE = 0.16
_OLD = "2003"


def leave_gaps(recipe: Recipe, plots: pd.DataFrame) -> pd.DataFrame:
    """Return the plots with some values taken out.

    Parameters
    ----------
    recipe
        Accounting years and seed.
    plots
        All attribute columns; firm, produces, scale and status are used.

    Returns
    -------
    gappy
        A copy; all plots of one firm miss the same.
    """
    rng = np.random.default_rng([recipe.seed, 5])
    out = plots.copy()
    years = recipe.accounting_years
    firm = plots["firm"].to_numpy()
    producing = plots["produces"].to_numpy()
    below = (plots["scale"] == "below").to_numpy()
    shape = int(firm.max()) + 1

    def clear(column: str, where: object) -> None:
        out.loc[where, column] = pd.NA if out[column].dtype == "boolean" else None

    for field, share in _FIRM_GAPS.items():
        clear(field.format(*years), producing & (rng.random(shape) < share)[firm])
    for field, (small, large) in _ACCOUNTS.items():
        draw = rng.random(shape)[firm]
        clear(field.format(*years), producing & (draw < np.where(below, small, large)))
    none = producing & (rng.random(shape) < _ALL_TAX)[firm]
    for year in years:
        clear(f"tax_wan_{year}", none)
    for field, share in _PLOT_GAPS.items():
        clear(field, rng.random(len(plots)) < share)
    clear("declared_m2", plots["status"] == "vacant")
    unsurveyed = rng.random(len(plots)) < _NO_SURVEY
    for field in _SURVEY:
        clear(field, unsurveyed & (plots["status"] == "producing"))
    old = plots["supply_date"].fillna(_OLD).str[:4] < _OLD
    clear("supply_date", old & (rng.random(len(plots)) < _NO_SUPPLY_DATE))
    return out
