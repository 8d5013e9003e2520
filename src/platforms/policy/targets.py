"""Where each target of the documents stands.

A target is a row of ``targets.csv``. Where the layers can answer it, ``computed_by`` names a
figure; the figure says what the land offers (reclaimable land is what could be vacated, not
what was), so a reported value, with its own source, goes before it. The gap is what is still
to be reached: positive while the target is open, negative where it is passed. A figure is
only compared with a target in the figure's own unit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from platforms.issues import IssueTable

__all__ = ["FIGURES", "plot_figures", "target_records", "target_status"]

# unit of each figure that a target may name
FIGURES: Mapping[str, str] = {
    "reclaimable_mu": "亩",
    "low_efficiency_mu": "亩",
    "low_efficiency_firms": "家",
    "micro_parks": "个",
    "tax_wan_per_mu": "万元/亩",
}


def plot_figures(plots: pd.DataFrame, *, year: int) -> dict[str, float]:
    """Return the figures that plots alone can answer.

    Parameters
    ----------
    plots
        Assessed plots: ``verdict``, ``area_mu``; for the rest ``net_mu`` (亩),
        ``credit_code``, ``scale`` and ``tax_wan_<year>`` (万元).
    year
        Year of the tax.

    Returns
    -------
    figures
        ``low_efficiency_mu``, ``low_efficiency_firms`` (firms on low-efficiency plots),
        ``reclaimable_mu`` (net land of those plots, unknown ones left out) and
        ``tax_wan_per_mu`` (firms above scale, Σ tax / Σ area where both are known); a
        figure whose columns are not there is left out.
    """
    low = plots[plots["verdict"] == "low_efficiency"]
    figures = {"low_efficiency_mu": float(low["area_mu"].sum())}
    if "credit_code" in plots:
        figures["low_efficiency_firms"] = float(low["credit_code"].dropna().nunique())
    if "net_mu" in plots:
        figures["reclaimable_mu"] = float(low["net_mu"].sum())
    tax = f"tax_wan_{year}"
    if {"scale", tax} <= set(plots.columns):
        counted = (plots["scale"] == "above") & plots[tax].notna() & (plots["area_mu"] > 0)
        area = float(plots.loc[counted, "area_mu"].sum())
        if area > 0:
            figures["tax_wan_per_mu"] = float(plots.loc[counted, tax].sum()) / area
    return figures


def target_status(
    targets: pd.DataFrame,
    figures: Mapping[str, float],
    *,
    reported: Mapping[str, float] | None = None,
    issues: IssueTable | None = None,
) -> pd.DataFrame:
    """Add to each target its computed and reported value and the gap.

    Parameters
    ----------
    targets
        Rows of ``targets.csv``: ``target_id``, ``value``, ``unit``, ``operator``,
        ``computed_by`` and the rest.
    figures
        Figures of a run, by name, each in the unit that ``FIGURES`` gives.
    reported
        Reported values by target id, in the target's unit.
    issues
        Takes a row for each figure that is unknown, absent or of another unit.

    Returns
    -------
    status
        The targets with ``computed``, ``reported`` and ``gap`` (float, NaN unknown), in the
        target's unit.
    """
    found = IssueTable() if issues is None else issues
    status = targets.copy()
    status["computed"] = _computed(status, figures, found)
    given = reported or {}
    status["reported"] = status["target_id"].map(given).astype("float64")
    reached = status["reported"].where(status["reported"].notna(), status["computed"])
    value = pd.to_numeric(status["value"], errors="coerce")
    at_most = status["operator"] == "at_most"
    status["gap"] = (value - reached).where(~at_most, reached - value)
    return status


def _computed(
    targets: pd.DataFrame, figures: Mapping[str, float], issues: IssueTable
) -> pd.Series[float]:
    computed = pd.Series(np.nan, index=targets.index, dtype="float64")
    named = targets[targets["computed_by"].notna() & (targets["computed_by"] != "")]
    for at, target, figure, unit in zip(
        named.index, named["target_id"], named["computed_by"], named["unit"], strict=True
    ):
        if FIGURES.get(figure) != unit:
            issues.add(
                "target_unit", "warning", feature=str(target), field="computed_by",
                figure=figure, unit=unit, expected=FIGURES.get(figure, "-"),
            )  # fmt: skip
        elif figure in figures:
            computed[at] = figures[figure]
        else:
            issues.add(
                "target_figure", "info", feature=str(target), field="computed_by", figure=figure
            )
    return computed


def target_records(status: pd.DataFrame) -> list[dict[str, object]]:
    """Return the list that ``targets --json`` prints; numbers are rounded to six decimals."""
    return [
        {
            "id": str(row["target_id"]),
            "doc": str(row["doc"]),
            "row": _plain(row.get("row")),
            "indicator": str(row["indicator"]),
            "year": _plain(row["year"]),
            "value": _plain(row["value"]),
            "unit": _plain(row["unit"]),
            "operator": _plain(row["operator"]),
            "responsible": _units(row.get("responsible")),
            "computed": _plain(row["computed"]),
            "reported": _plain(row["reported"]),
            "gap": _plain(row["gap"]),
        }
        for row in status.to_dict("records")
    ]


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return round(value, 6) if isinstance(value, float) else value


def _units(value: object) -> list[str]:
    parts = value if isinstance(value, (list, tuple)) else str(_plain(value) or "").split(";")
    return [str(part).strip() for part in parts if str(part).strip()]
