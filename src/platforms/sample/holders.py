"""Who holds a sample plot: its state, firm, industry and size class.

Most plots are in production. A plot is ``building`` (under construction), ``idle``
(supplied, but not started or stopped), or ``vacant`` (not supplied; no firm). Some firms
hold two or three neighbouring plots; the further one may be idle or under construction
while the firm produces next door. Large plots are more often held by 规上 firms.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from platforms.sample.recipe import Block, Recipe

__all__ = ["assign_holders"]

STATES = ("producing", "building", "idle", "vacant")
_STATE_SHARE = (0.88, 0.04, 0.045, 0.035)
# chance that a plot belongs to the producing firm of the plot before it
_SAME_FIRM = {"producing": 0.09, "building": 0.3, "idle": 0.45, "vacant": 0.0}
_SECOND_CLASS = 0.62


def assign_holders(recipe: Recipe, plots: pd.DataFrame) -> pd.DataFrame:
    """Give each plot a state and, if supplied, a firm.

    Parameters
    ----------
    recipe
        Industries, blocks and seed.
    plots
        Columns block, street, area_m2 (planar, m²), in the blocks' order.

    Returns
    -------
    holders
        Same index: status, firm (running number, 0 = none), industry_code, industry,
        scale (``above`` | ``below``), land_use, energy_intensive, produces (the firm
        produces on one of its plots).
    """
    rng = np.random.default_rng([recipe.seed, 2])
    count = len(plots)
    status = rng.choice(np.array(STATES), size=count, p=_STATE_SHARE)
    holders = pd.DataFrame({"status": status}, index=plots.index)
    producing = status == "producing"
    joined = _joined(plots, holders["status"], rng)
    held = status != "vacant"
    starts = held & ~joined
    holders["firm"] = np.where(held, starts.cumsum(), 0)
    firms = int(starts.sum())
    code = _industries(recipe, plots["block"].to_numpy()[starts], rng)
    area = plots["area_m2"].to_numpy()
    size = np.bincount(holders["firm"], weights=area, minlength=firms + 1)[1:] * 0.0015
    above = rng.random(firms) < 0.2 + 0.5 / (1.0 + (14.0 / size) ** 1.6)
    per_firm = _firms(recipe, code, above, rng)
    holders = holders.join(per_firm, on="firm")
    holders["energy_intensive"] = holders["energy_intensive"].astype("boolean")
    # a firm that has not produced yet is in no size class
    holders["produces"] = holders["firm"].isin(holders.loc[producing, "firm"])
    holders.loc[~holders["produces"], "scale"] = None
    holders["land_use"] = _land_use(holders["industry_code"], rng)
    return holders


def _firms(
    recipe: Recipe,
    code: NDArray[np.str_],
    above: NDArray[np.bool_],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return one row a firm, numbered from 1."""
    table = {industry.code: industry for industry in recipe.industries}
    chance = np.array([table[c].intensive for c in code])
    return pd.DataFrame(
        {
            "industry_code": code,
            "industry": [table[c].name for c in code],
            "scale": np.where(above, "above", "below"),
            "energy_intensive": rng.random(len(code)) < chance,
        },
        index=np.arange(1, len(code) + 1),
    )


def _joined(plots: pd.DataFrame, status: pd.Series, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Mark plots that belong to the firm of the producing plot before them."""
    street = plots["block"].astype(str) + "-" + plots["street"].astype(str)
    near = street.eq(street.shift()) & status.shift().eq("producing")
    chance = status.map(_SAME_FIRM).to_numpy(dtype=float)
    joined: NDArray[np.bool_] = near.to_numpy() & (rng.random(len(plots)) < chance)
    return joined


def _industries(
    recipe: Recipe, blocks: NDArray[np.object_], rng: np.random.Generator
) -> NDArray[np.str_]:
    codes = np.array([industry.code for industry in recipe.industries])
    cumulated = {block.block: _weights(recipe, block).cumsum() for block in recipe.blocks}
    draw = rng.random(len(blocks))
    index = [int(np.searchsorted(cumulated[b], d)) for b, d in zip(blocks, draw, strict=True)]
    return codes[np.minimum(index, len(codes) - 1)]


def _weights(recipe: Recipe, block: Block) -> NDArray[np.float64]:
    weight = np.array([i.share * block.lean.get(i.code, 1.0) for i in recipe.industries])
    share: NDArray[np.float64] = weight / weight.sum()
    return share


def _land_use(code: pd.Series, rng: np.random.Generator) -> pd.Series:
    """Return land-use codes: 100101 to 100103 industrial, 1101 storage."""
    heavy = code.isin(["C26", "C30", "C31", "C32"])
    draw = rng.random(len(code))
    use = np.where(draw < _SECOND_CLASS, "100102", "100101")
    use = np.where(heavy & (draw < 0.7), "100103", use)  # noqa: PLR2004
    use = np.where(~heavy & (draw > 0.97), "1101", use)  # noqa: PLR2004
    return pd.Series(use, index=code.index)
