"""What the layers of a workspace answer of its targets, and the rows behind each answer.

Land that was supplied to industry is summed by the year of its day, over the years that the
records cover: a year between the first and the last record without one had none, a year
outside has no data. A record that lacks what is needed leaves its year unknown. What the
documents name is counted, and says nothing of what was built.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from platforms.planning.land.balance import INDUSTRIAL, change_days
from platforms.policy.targets import FIGURES
from platforms.policy.workspace import Workspace

__all__ = ["layer_figures", "layer_rows", "sample_layers_of", "supplied_by_year"]

_CHANGES = "land_changes"


def layer_figures(workspace: Workspace) -> dict[str, float | pd.Series[float]]:
    """Return the figures that the layers alone answer.

    Returns
    -------
    figures
        ``industrial_supply_mu`` by year (亩), and the number of rows of each layer whose
        named places are counted; a layer that is not there has none.
    """
    known: dict[str, float | pd.Series[float]] = {}
    for name, figure in FIGURES.items():
        if figure.kind == "named" and workspace.has(name):
            known[name] = float(len(workspace.table(name)))
    if workspace.has(_CHANGES):
        known["industrial_supply_mu"] = supplied_by_year(workspace.table(_CHANGES))
    return known


def sample_layers_of(workspace: Workspace) -> set[str]:
    """Return the layers that figures rest on and that are synthetic, apart from the plots."""
    layers = {layer for figure in FIGURES.values() for layer in figure.rests_on}
    own = {name for name in layers - {"plots", "constraints"} if workspace.has(name)}
    return {name for name in own if workspace.card(name).sample}


def supplied_by_year(changes: pd.DataFrame) -> pd.Series[float]:
    """Return the land that was newly supplied to industry, by year.

    Parameters
    ----------
    changes
        ``date``, ``kind`` (supply), ``from_use``, ``to_use`` (codes of 用地用海分类),
        ``area_mu``.

    Returns
    -------
    supplied
        亩 on every year from the first to the last record; NaN where a record of supply
        lacks its use or area, and for all years where one lacks its day.
    """
    supply = _supplied(changes)
    _, dated = change_days(changes["date"])
    days = dated.astype("float64")
    if days.dropna().empty:
        return pd.Series(dtype="float64")
    years = np.arange(int(days.min()), int(days.max()) + 1)
    year = days.reindex(supply.index)
    if year.isna().any():
        return pd.Series(np.nan, index=years)
    # whole units of 0.0001 add up without error
    units = (supply * 1e4).round().groupby(year.astype("int64")).sum(min_count=1) / 1e4
    unknown = supply.isna().groupby(year.astype("int64")).any()
    total: pd.Series[float] = units.mask(unknown).reindex(years, fill_value=0.0)
    return total


def _supplied(changes: pd.DataFrame) -> pd.Series[float]:
    """Return the 亩 of each record of supply to industry; NaN where use or area is not known."""
    use = changes["to_use"].astype("object")
    before = changes["from_use"].astype("object")
    given = changes["kind"].eq("supply") & (use.isin(INDUSTRIAL) | use.isna())
    # land that was industrial already is not new
    given &= ~before.isin(INDUSTRIAL)
    area = pd.to_numeric(changes["area_mu"], errors="coerce").astype("float64")
    return area.where(use.notna())[given]


def layer_rows(workspace: Workspace, figure: str, first: int, last: int) -> pd.DataFrame:
    """Return the rows of a layer behind a figure, with what each adds to it.

    Parameters
    ----------
    workspace
        The city.
    figure
        Name of a figure that no plots stand behind.
    first, last
        Years that it covers; for what has no years they are not looked at.

    Returns
    -------
    rows
        The layer's rows with ``part`` (the figure's unit).
    """
    layer = FIGURES[figure].rests_on[0]
    table = workspace.table(layer)
    if figure != "industrial_supply_mu":
        return table.assign(part=1.0)
    supply = _supplied(table)
    _, dated = change_days(table["date"])
    year = dated.astype("float64").reindex(supply.index)
    chosen = supply[year.between(first, last)]
    return table.loc[chosen.index].assign(part=chosen)
