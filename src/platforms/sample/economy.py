"""Sample economics: tax, value added, energy and the A to D class.

All values are synthetic. Tax per 亩 belongs to the firm; a plot carries its share by area,
in 万元. Most 规上 firms lie close to their industry, a tail lies well below and a few far
above; 规下 firms spread widely at a lower level. Classes follow the rank of tax per 亩
within each size class, with some noise, as the yearly 亩均 evaluation does.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from platforms.sample.recipe import Recipe

__all__ = ["add_economy"]

Floats = NDArray[np.float64]

# year against the last one: 2020 dipped
_YEAR_LEVEL = (0.97, 0.94, 1.0)
_YEAR_NOISE = 0.07
_VALUE_ADDED_PER_TAX = 4.9
# upper rank of D, C and B, counted from the lowest
_CLASSES = {"above": (0.05, 0.20, 0.80), "below": (0.05, 0.25, 0.93)}
_LIMIT_MISSED = 0.25


def add_economy(recipe: Recipe, plots: pd.DataFrame) -> pd.DataFrame:
    """Return the economic columns of each plot.

    Parameters
    ----------
    recipe
        Industries, accounting years and seed.
    plots
        Columns firm, status, industry_code, scale, energy_intensive, area_m2.

    Returns
    -------
    economy
        Same index: tax_wan_<year> of three years; value_added_wan_, energy_tce_ and grade_
        of the last two; energy_limit_met. Empty where the firm does not produce.
    """
    rng = np.random.default_rng([recipe.seed, 3])
    firms = plots[plots["status"] == "producing"].drop_duplicates("firm").set_index("firm")
    table = {industry.code: industry for industry in recipe.industries}
    normal_tax = firms["industry_code"].map({c: i.tax for c, i in table.items()}).to_numpy(float)
    intensity = firms["industry_code"].map({c: i.intensity for c, i in table.items()})
    above = (firms["scale"] == "above").to_numpy()
    level = np.where(above, normal_tax * _above(len(firms), rng), _below(normal_tax, rng))
    years = recipe.accounting_years
    per_firm = pd.DataFrame(index=firms.index)
    ratio = _VALUE_ADDED_PER_TAX * rng.lognormal(0.0, 0.2, len(firms))
    tce = intensity.to_numpy(float) * rng.lognormal(0.0, 0.35, len(firms))
    for year, factor in zip(years, _YEAR_LEVEL, strict=True):
        tax = level * factor * rng.lognormal(0.0, _YEAR_NOISE, len(firms))
        per_firm[f"tax_wan_{year}"] = tax
        if year != years[0]:
            added = tax * ratio * rng.lognormal(0.0, 0.05, len(firms))
            per_firm[f"value_added_wan_{year}"] = added
            per_firm[f"energy_tce_{year}"] = added * tce
            per_firm[f"grade_{year}"] = _grades(tax, above, rng)
    missed = rng.random(len(firms)) < _LIMIT_MISSED
    met = pd.array(~missed, dtype="boolean")
    # a limit exists for the products of energy-intensive firms only
    met[~firms["energy_intensive"].fillna(value=False).to_numpy(bool)] = pd.NA
    per_firm["energy_limit_met"] = met
    out = plots[["firm"]].join(per_firm, on="firm").drop(columns="firm")
    money = [c for c in out.columns if c.startswith(("tax_", "value_", "energy_tce_"))]
    mu = plots["area_m2"].to_numpy() * 0.0015
    out[money] = np.round(out[money].to_numpy(float) * mu[:, None], 2)
    return out


def _above(count: int, rng: np.random.Generator) -> Floats:
    """Return tax against the industry: an ordinary body, a weak tail, a few stars."""
    draw = rng.random(count)
    body = 1.08 * rng.lognormal(0.0, 0.17, count)
    weak = rng.uniform(0.22, 0.8, count)
    star = rng.uniform(1.7, 3.0, count)
    level: Floats = np.where(draw < 0.2, weak, np.where(draw > 0.97, star, body))  # noqa: PLR2004
    return level


def _below(normal_tax: NDArray[np.floating], rng: np.random.Generator) -> Floats:
    centre = 23.0 * (normal_tax / 50.0) ** 0.4
    spread = rng.lognormal(0.0, 0.55, len(normal_tax))
    level: Floats = np.clip(centre * spread, 1.2, 130.0)
    return level


def _grades(tax: Floats, above: NDArray[np.bool_], rng: np.random.Generator) -> Floats:
    score = np.log(tax) + rng.normal(0.0, 0.16, len(tax))
    grade = np.empty(len(tax), dtype=object)
    for scale, chosen in (("above", above), ("below", ~above)):
        rank = score[chosen].argsort().argsort() / max(1, chosen.sum())
        letter = np.searchsorted(np.array(_CLASSES[scale]), rank, side="right")
        grade[chosen] = np.array(["D", "C", "B", "A"])[letter]
    return grade
