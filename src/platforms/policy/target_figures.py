"""Figures that targets are compared with, and what each plot adds to them.

Figures of tax are ratios of sums, and the sums are exact: those of parts of the plots add up
to those of all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import pandas as pd

from platforms.policy.exact_sums import exact_sums
from platforms.units import MU_PER_M2

__all__ = ["FIGURES", "Figure", "figure_parts", "plot_figures", "plot_sums", "summed_figures"]


@dataclass(frozen=True)
class Figure:
    """A number that the layers can answer.

    Attributes
    ----------
    unit
        Its unit; a target in another unit is not compared with it.
    kind
        ``attained``, ``potential`` or ``named``.
    rests_on
        Layers that it is worked out from; where one is synthetic, so is the figure.
    scale
        Which firms it covers: ``above`` (规上), or empty for all.
    industry
        Division of GB/T 4754 that it covers; empty for all.
    flow
        Whether it adds up over the years of a target; else it is a level of one year.
    """

    unit: str
    kind: Literal["attained", "potential", "named"]
    rests_on: tuple[str, ...] = ("plots",)
    scale: str = ""
    industry: str = ""
    flow: bool = False

    @property
    def from_plots(self) -> bool:
        """Whether plots stand behind it."""
        return "plots" in self.rests_on


# what a target may name in ``computed_by``
FIGURES: Mapping[str, Figure] = {
    "reclaimable_mu": Figure("亩", "potential", ("plots", "constraints")),
    "low_efficiency_mu": Figure("亩", "potential"),
    "low_efficiency_firms": Figure("家", "potential"),
    "tax_wan_per_mu": Figure("万元/亩", "attained", scale="above"),
    "electrical_tax_wan_per_mu": Figure("万元/亩", "attained", scale="above", industry="38"),
    "industrial_supply_mu": Figure("亩", "attained", ("land_changes",), flow=True),
    "micro_parks": Figure("个", "named", ("micro_parks",)),
    "special_towns": Figure("个", "named", ("special_towns",)),
    "platforms": Figure("个", "named", ("platforms",)),
}


def figure_parts(plots: pd.DataFrame, figure: str, *, year: int) -> pd.Series | None:
    """Return what each plot adds to a figure.

    Parameters
    ----------
    plots
        Assessed plots: ``verdict``, ``area_mu``; for the rest ``net_mu`` (亩),
        ``net_overlap_m2``, ``credit_code``, ``scale``, ``industry_code`` and
        ``tax_wan_<year>`` (万元).
    figure
        Name of a figure that plots stand behind.
    year
        Year of the tax.

    Returns
    -------
    parts
        On the index of the plots behind the figure, in its unit; they add up to it. A firm
        is counted at its first plot; a plot whose part is unknown has NaN. None where the
        plots lack the columns or nothing can be counted.
    """
    low = plots[plots["verdict"].eq("low_efficiency")]
    tax = f"tax_wan_{year}"
    if figure == "low_efficiency_mu":
        return low["area_mu"].astype("float64")
    if figure == "reclaimable_mu" and "net_mu" in plots:
        net = low["net_mu"].astype("float64")
        # land that an earlier plot has already is its part, not this one's
        twice = low["net_overlap_m2"].astype("float64") if "net_overlap_m2" in plots else 0.0
        return net - twice * MU_PER_M2
    if figure == "low_efficiency_firms" and "credit_code" in plots:
        firms = low["credit_code"].dropna()
        return (~firms.duplicated()).astype("float64")
    asked = FIGURES.get(figure)
    if asked is not None and asked.unit == "万元/亩" and {"scale", tax} <= set(plots.columns):
        return _tax_parts(plots, tax, asked)
    return None


def _taxed(plots: pd.DataFrame, tax: str, figure: Figure) -> pd.DataFrame | None:
    """Return the plots whose tax and area count; None where that cannot be told."""
    known = plots["scale"].eq(figure.scale) & plots[tax].notna() & plots["area_mu"].gt(0)
    if figure.industry:
        if "industry_code" not in plots:
            return None
        # a group or class (382, C3823) belongs to its division
        code = plots["industry_code"].astype("str").str.lstrip("ABCDEFGHIJKLMNOPQRST")
        known &= code.str.startswith(figure.industry)
    return plots.loc[known, [tax, "area_mu"]].astype("float64")


def _tax_parts(plots: pd.DataFrame, tax: str, figure: Figure) -> pd.Series | None:
    counted = _taxed(plots, tax, figure)
    if counted is None:
        return None
    area = float(exact_sums(counted["area_mu"].to_numpy())[0])
    return counted[tax] / area if area > 0 else None


def plot_sums(plots: pd.DataFrame, *, year: int) -> dict[str, tuple[Fraction, Fraction]]:
    """Return what the figures of tax are made of; those of parts add up to those of the whole.

    Parameters
    ----------
    plots, year
        As for :func:`figure_parts`.

    Returns
    -------
    sums
        By figure: tax (万元) and area (亩) of the plots that count, exactly. A figure whose
        columns are not there is left out.
    """
    tax = f"tax_wan_{year}"
    sums = {}
    for name, figure in FIGURES.items():
        asked = figure.from_plots and figure.unit == "万元/亩"
        counted = _taxed(plots, tax, figure) if asked and {"scale", tax} <= set(plots) else None
        if counted is not None:
            paid, area = (exact_sums(counted[c].to_numpy())[0] for c in (tax, "area_mu"))
            sums[name] = (paid, area)
    return sums


def summed_figures(sums: Mapping[str, tuple[Fraction, Fraction]]) -> dict[str, float]:
    """Return the figures of tax, 万元 per 亩, from their sums; none where there is no land."""
    return {name: float(paid / area) for name, (paid, area) in sums.items() if area > 0}


def plot_figures(plots: pd.DataFrame, *, year: int) -> dict[str, float]:
    """Return the figures that plots alone can answer.

    Parameters
    ----------
    plots, year
        As for :func:`figure_parts`.

    Returns
    -------
    figures
        ``low_efficiency_mu``, ``low_efficiency_firms`` (firms on low-efficiency plots),
        ``reclaimable_mu`` (net land of those plots, unknown ones left out),
        ``tax_wan_per_mu`` (firms above scale, Σ tax / Σ area where both are known) and
        ``electrical_tax_wan_per_mu`` (the same of division 38); a figure whose columns are
        not there is left out.
    """
    taxes = summed_figures(plot_sums(plots, year=year))
    named = [n for n, figure in FIGURES.items() if figure.from_plots and figure.unit != "万元/亩"]
    parts = {name: figure_parts(plots, name, year=year) for name in named}
    return taxes | {name: float(part.sum()) for name, part in parts.items() if part is not None}
