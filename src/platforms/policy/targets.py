"""Where each target of the documents stands: planned, reported, computed, gap, pace.

A target is a row of ``targets.csv``. What was achieved is a reported value with its date,
source and author; the newest counts. Where the layers can answer, ``computed_by`` names a
figure, and what kind of answer it is decides what may follow from it: *attained* measures the
target itself, *potential* is what the land offers (reclaimable land is what could be vacated,
not what was), *named* counts what the documents name. Only a reported or an attained value
can say that a target is reached. The gap is what is still to be reached: positive while the
target is open, negative where it is passed. Nothing is compared across units.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from platforms.issues import IssueTable
from platforms.policy.targets_pace import growth_since, paces, planned_levels
from platforms.policy.targets_reported import newest

__all__ = ["FIGURES", "STATES", "Figure", "figure_parts", "plot_figures", "target_status"]

STATES = ("reached", "open", "unknown")

# a gap of less than this is rounding
_NOTHING = 1e-9


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
    """

    unit: str
    kind: Literal["attained", "potential", "named"]
    rests_on: tuple[str, ...] = ("plots",)

    @property
    def from_plots(self) -> bool:
        """Whether plots stand behind it."""
        return "plots" in self.rests_on


# what a target may name in ``computed_by``
FIGURES: Mapping[str, Figure] = {
    "reclaimable_mu": Figure("亩", "potential", ("plots", "constraints")),
    "low_efficiency_mu": Figure("亩", "potential"),
    "low_efficiency_firms": Figure("家", "potential"),
    "tax_wan_per_mu": Figure("万元/亩", "attained"),
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
        ``credit_code``, ``scale`` and ``tax_wan_<year>`` (万元).
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
        return low["net_mu"].astype("float64")
    if figure == "low_efficiency_firms" and "credit_code" in plots:
        firms = low["credit_code"].dropna()
        return (~firms.duplicated()).astype("float64")
    if figure == "tax_wan_per_mu" and {"scale", tax} <= set(plots.columns):
        known = plots["scale"].eq("above") & plots[tax].notna() & plots["area_mu"].gt(0)
        counted = plots[known]
        area = float(counted["area_mu"].sum())
        return counted[tax].astype("float64") / area if area > 0 else None
    return None


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
        ``reclaimable_mu`` (net land of those plots, unknown ones left out) and
        ``tax_wan_per_mu`` (firms above scale, Σ tax / Σ area where both are known); a
        figure whose columns are not there is left out.
    """
    named = [name for name, figure in FIGURES.items() if figure.from_plots]
    parts = {name: figure_parts(plots, name, year=year) for name in named}
    return {name: float(part.sum()) for name, part in parts.items() if part is not None}


def target_status(
    targets: pd.DataFrame,
    figures: Mapping[str, float],
    *,
    reported: pd.DataFrame | None = None,
    sample_layers: Collection[str] = (),
    issues: IssueTable | None = None,
) -> pd.DataFrame:
    """Add to each target what was reported and computed, and what is left.

    Parameters
    ----------
    targets
        Rows of ``targets.csv``: ``target_id``, ``year``, ``value``, ``unit``, ``operator``,
        ``computed_by``, ``base_year``, ``base_value``, ``base_unit`` and the rest.
    figures
        Figures by name, each in the unit that ``FIGURES`` gives.
    reported
        What :func:`platforms.policy.targets_reported.read_reported` gave.
    sample_layers
        Names of the layers that are synthetic.
    issues
        Takes a row for each figure that is unknown, absent or of another unit.

    Returns
    -------
    status
        The targets with

        - ``computed`` (target's unit), ``computed_kind``, ``computed_sample`` (boolean);
        - ``reported`` (target's unit), ``reported_date``, ``reported_source``,
          ``reported_author``;
        - ``gap`` (target's unit, of the reported value, else of the computed one);
        - ``state``: one of ``STATES``;
        - ``planned_level``: what a growth target comes to, in the unit of its base;
        - ``pace_year``, ``pace_month``: change needed a year and a month until the end of
          the target year, from the newest report, else from the base; for growth the
          growth needed a year, in %.
    """
    found = IssueTable() if issues is None else issues
    status = targets.copy()
    named = [FIGURES.get(str(name)) for name in status["computed_by"]]
    synthetic = set(sample_layers)
    status["computed"] = _computed(status, figures, found)
    known = status["computed"].notna()
    kinds = pd.Series([one and one.kind for one in named], index=status.index, dtype="object")
    made_up = [one is not None and not synthetic.isdisjoint(one.rests_on) for one in named]
    status["computed_kind"] = kinds.where(known, None)
    status["computed_sample"] = known & pd.Series(made_up, index=status.index, dtype="bool")
    told = newest(reported, status["target_id"])
    # a level that was reported for a growth target is the growth since its base
    grown = growth_since(status, told)
    status["reported"] = told["value"].where(grown.isna(), grown)
    for name in ("date", "source", "author"):
        status[f"reported_{name}"] = told[name]
    status["gap"] = _gap(status, status["reported"].fillna(status["computed"]))
    status["state"] = _states(status)
    status["planned_level"] = planned_levels(status)
    pace = paces(status, told)
    status["pace_year"], status["pace_month"] = pace["year"], pace["month"]
    return status


def _computed(
    targets: pd.DataFrame, figures: Mapping[str, float], issues: IssueTable
) -> pd.Series[float]:
    computed = pd.Series(np.nan, index=targets.index, dtype="float64")
    named = targets[targets["computed_by"].notna() & (targets["computed_by"] != "")]
    for at, target, name, unit in zip(
        named.index, named["target_id"], named["computed_by"], named["unit"], strict=True
    ):
        figure = FIGURES.get(name)
        if figure is None or figure.unit != unit:
            issues.add(
                "target_unit", "warning", feature=str(target), field="computed_by",
                figure=name, unit=unit, expected=figure.unit if figure else "-",
            )  # fmt: skip
        elif name in figures:
            computed[at] = figures[name]
        else:
            issues.add(
                "target_figure", "info", feature=str(target), field="computed_by", figure=name
            )
    return computed


def _gap(status: pd.DataFrame, stands: pd.Series[float]) -> pd.Series[float]:
    value = pd.to_numeric(status["value"], errors="coerce").astype("float64")
    at_most = status["operator"].eq("at_most")
    # what is set above has no number here: it is open, and how far is not known
    assigned = status["operator"].eq("complete_assigned")
    return (value - stands).where(~at_most, stands - value).mask(assigned)


def _states(status: pd.DataFrame) -> pd.Series[str]:
    measured = status["reported"].notna() | status["computed_kind"].eq("attained")
    judged = measured & status["gap"].notna()
    states = pd.Series("unknown", index=status.index, dtype="str")
    states = states.mask(judged & status["gap"].le(_NOTHING), "reached")
    states = states.mask(judged & status["gap"].gt(_NOTHING), "open")
    return states.mask(status["operator"].eq("complete_assigned"), "open")
