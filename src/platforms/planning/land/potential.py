"""What a measure makes of a plot's land, and the tool's own estimate by slope and class.

Per measure: to vacate gives all net land; to relocate gives the net land here and asks for
land elsewhere; to upgrade gives floor space and no land; to merge gives nothing by itself,
so its gain is unknown unless it is stated. A plot without a measure has no potential.

The estimate, net area × factor of class × factor of slope, is the tool's own method, not that
of any document; its factors are a table that users edit, and each result carries the table's name
(``realistic_method``). What limits claim is out of the net area already.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from platforms import messages
from platforms.errors import RuleError
from platforms.planning.land.factors import FactorTable, Scheme
from platforms.planning.land.sites import column_numbers, plain, plot_labels
from platforms.units import half_up, m2_to_ha, m2_to_mu, mu_to_m2

__all__ = [
    "POTENTIAL_COLUMNS",
    "REALISTIC_COLUMNS",
    "freed_overlap_m2",
    "potential",
    "potential_records",
    "potential_totals",
    "realistic_potential",
]

Floats = NDArray[np.float64]
Frame = pd.DataFrame | gpd.GeoDataFrame

POTENTIAL_COLUMNS = (
    "potential_measure", "potential_reason", "potential_land_m2", "potential_floor_m2",
    "potential_demand_m2",
)  # fmt: skip
REALISTIC_COLUMNS = (
    "realistic_m2", "realistic_mu", "realistic_ha", "realistic_k_class", "realistic_k_slope",
    "realistic_method",
)  # fmt: skip

_MEASURES = ("vacate", "relocate", "upgrade", "merge")
# shares of a plot sum to one but for what was rounded
_SLACK = 1e-6


def potential(land: pd.DataFrame, *, measure: str = "measure_suggested") -> pd.DataFrame:
    """Say what each plot gives by its measure.

    Parameters
    ----------
    land
        What ``reclaim`` gives, with the column of measures. Where they are there,
        ``floor_potential_m2`` is the floor space of plots to upgrade, ``demand_mu`` (亩) the
        land that a relocated firm asks for, and ``stated_land_m2`` and ``stated_floor_m2``
        what a merger is stated to give. Not changed.
    measure
        Column with merge, vacate, relocate, upgrade or nothing.

    Returns
    -------
    land
        The same, with ``potential_measure``, ``potential_reason`` (a key, in words in
        ``potential_records``), ``potential_land_m2``, ``potential_floor_m2`` and
        ``potential_demand_m2`` (land asked for elsewhere); m², NaN unknown or no measure.

    Raises
    ------
    RuleError
        For a column that is not there, or a measure that there is not.
    """
    for needed in (measure, "net_m2"):
        if needed not in land.columns:
            raise RuleError("land.column_missing", column=needed)
    given = land[measure].astype("object")
    chosen = given.where(given.notna(), "").to_numpy(dtype=object)
    for name in sorted(set(chosen) - {*_MEASURES, ""}, key=str):
        raise RuleError("land.measure_unknown", name=str(name), known=list(_MEASURES))
    net = column_numbers(land, "net_m2")
    floor = column_numbers(land, "floor_potential_m2")
    stated = np.clip(column_numbers(land, "stated_land_m2"), 0.0, net)
    demand = half_up(mu_to_m2(column_numbers(land, "demand_mu")), 2)
    is_ = {name: chosen == name for name in _MEASURES}
    clears = is_["vacate"] | is_["relocate"]
    none = np.zeros(len(land))
    out = land.copy()
    out["potential_measure"] = chosen
    out["potential_land_m2"] = np.select(
        [clears, is_["upgrade"], is_["merge"]], [net, none, stated], np.nan
    )
    out["potential_floor_m2"] = np.select(
        [clears, is_["upgrade"], is_["merge"]],
        [none, floor, column_numbers(land, "stated_floor_m2")], np.nan,
    )  # fmt: skip
    out["potential_demand_m2"] = np.select(
        [is_["relocate"], is_["vacate"] | is_["upgrade"]], [demand, none], np.nan
    )
    reasons = {
        "vacate": is_["vacate"] & ~np.isnan(net),
        "relocate": is_["relocate"] & ~np.isnan(net) & ~np.isnan(demand),
        "relocate_demand_unknown": is_["relocate"] & ~np.isnan(net) & np.isnan(demand),
        "net_unknown": clears & np.isnan(net),
        "upgrade": is_["upgrade"] & ~np.isnan(floor),
        "floor_unknown": is_["upgrade"] & np.isnan(floor),
        "merge_stated": is_["merge"] & ~np.isnan(stated),
        "merge_unstated": is_["merge"] & np.isnan(stated),
    }
    out["potential_reason"] = np.select(
        list(reasons.values()), list(reasons), default="no_measure"
    ).astype(object)
    return out


def freed_overlap_m2(land: pd.DataFrame) -> Floats:
    """Return what of the land that a plot frees an earlier plot has already.

    Parameters
    ----------
    land
        What ``potential`` gives, with ``net_overlap_m2`` of ``reclaim`` where plots lie over
        each other. Which plot came earlier is not asked: where that one frees nothing, the
        shared land is left out all the same, so that no sum says too much.

    Returns
    -------
    overlap_m2
        m², at most what the plot frees, 0 where it frees nothing; NaN where that is unknown.
    """
    freed = column_numbers(land, "potential_land_m2")
    if "net_overlap_m2" not in land.columns:
        return freed * 0.0
    twice = np.nan_to_num(column_numbers(land, "net_overlap_m2"))
    least: Floats = np.minimum(twice, freed)
    return least


def potential_totals(land: pd.DataFrame) -> pd.DataFrame:
    """Sum potential by measure, exactly, land that two plots have counted once.

    Returns
    -------
    totals
        Indexed by measure, the four always: ``plots``, ``unknown`` (of them without known
        land), ``land_m2``, ``land_mu``, ``floor_m2``, ``floor_unknown`` and ``overlap_m2``
        (what a plain sum of ``land_m2`` has more, see ``freed_overlap_m2``); NaN, not 0,
        where a measure has plots and none is known.
    """
    table = pd.DataFrame(index=land.index)
    table["plots"] = 1
    twice = freed_overlap_m2(land)
    table["overlap"] = np.rint(np.nan_to_num(twice) * 100).astype("int64")
    for name, column in (("land", "potential_land_m2"), ("floor", "potential_floor_m2")):
        values = column_numbers(land, column)
        table[name] = np.rint(np.nan_to_num(values) * 100).astype("int64")
        table[f"{name}_unknown"] = np.isnan(values).astype("int64")
    sums = table.groupby(land["potential_measure"].to_numpy()).sum()
    sums = sums.reindex(list(_MEASURES), fill_value=0)
    known = {
        name: sums["plots"].eq(0) | sums[f"{name}_unknown"].lt(sums["plots"])
        for name in ("land", "floor")
    }
    once = (sums["land"] - sums["overlap"]) / 100
    land_m2 = once.where(known["land"]).to_numpy(dtype=np.float64)
    return pd.DataFrame(
        {
            "plots": sums["plots"],
            "unknown": sums["land_unknown"],
            "land_m2": land_m2,
            "land_mu": half_up(m2_to_mu(land_m2), 6),
            "floor_m2": (sums["floor"] / 100).where(known["floor"]),
            "floor_unknown": sums["floor_unknown"],
            "overlap_m2": (sums["overlap"] / 100).where(known["land"]),
        }
    ).rename_axis("measure")


def realistic_potential(
    plots: pd.DataFrame,
    *,
    slope_shares: pd.DataFrame,
    factors: FactorTable,
    column: str = "land_use",
    scheme: Scheme = "land_use_2023",
) -> pd.DataFrame:
    """Estimate potential by factors of slope and class.

    Parameters
    ----------
    plots
        What ``reclaim`` gives, with the column of land classes. Not changed.
    slope_shares
        Share of each plot in each slope class of the table, one column a class
        (``slope_0_2`` …), in the order of the plots and with their index; the shares of a
        plot sum to 1, and a plot whose slope is not known has NaN.
    factors
        The table; ``potential_factors(workspace)``.
    column
        Column of the land class codes.
    scheme
        Which codes they are: the same code is other land in each.

    Returns
    -------
    plots
        The same, with ``realistic_m2``, ``realistic_mu``, ``realistic_ha`` (NaN where net
        land, class or slope is not known), the factors ``realistic_k_class`` and
        ``realistic_k_slope``, and ``realistic_method``, which says whose method it is.

    Raises
    ------
    RuleError
        For a column that is not there, shares of other plots, or shares that are no shares.
    """
    for needed in ("net_m2", column):
        if needed not in plots.columns:
            raise RuleError("land.column_missing", column=needed)
    k_slope = _slope_factor(plots, slope_shares, factors)
    k_class = _class_factor(plots[column], factors, scheme)
    area = half_up(column_numbers(plots, "net_m2") * k_class * k_slope, 2)
    out = plots.copy()
    out["realistic_m2"] = area
    out["realistic_mu"] = half_up(m2_to_mu(area), 6)
    out["realistic_ha"] = half_up(m2_to_ha(area), 6)
    out["realistic_k_class"] = k_class
    out["realistic_k_slope"] = half_up(k_slope, 6)
    out["realistic_method"] = factors.method
    return out


def potential_records(land: pd.DataFrame, lang: str | None = None) -> list[dict[str, object]]:
    """Return one JSON-ready dict a plot; what is unknown is None.

    Returns
    -------
    records
        ``plot_id``, the columns of ``potential`` and of ``realistic_potential`` that are
        there, and beside the reason and the method their words (``…_text``).
    """
    columns = [c for c in (*POTENTIAL_COLUMNS, *REALISTIC_COLUMNS) if c in land.columns]
    rows = pd.DataFrame(land)[columns].to_dict("records")
    records = []
    for label, row in zip(plot_labels(land), rows, strict=True):
        record: dict[str, object] = {"plot_id": label}
        record |= {name: plain(row[name]) for name in columns}
        if "potential_reason" in row:
            entry = f"land.reason.{row['potential_reason']}"
            record["potential_reason_text"] = messages.text(entry, lang)
        if "realistic_method" in row:
            basis, _, table = str(row["realistic_method"]).partition(":")
            record["realistic_method_text"] = messages.text(
                f"land.method.{basis}", lang, table=table
            )
        records.append(record)
    return records


def _slope_factor(plots: pd.DataFrame, shares: pd.DataFrame, factors: FactorTable) -> Floats:
    if not shares.index.equals(plots.index):
        raise RuleError("land.shares_of_others", plots=len(plots), rows=len(shares))
    for factor in factors.slope:
        if factor.id not in shares.columns:
            raise RuleError("land.column_missing", column=factor.id)
    table = np.column_stack([column_numbers(shares, f.id) for f in factors.slope])
    sums = table.sum(axis=1)
    wrong = (np.nan_to_num(table) < -_SLACK).any(axis=1) | (np.nan_to_num(sums) > 1 + _SLACK)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise RuleError("land.not_shares", name=str(plot_labels(plots)[row]))
    # where a part of the plot has no slope, the rest does not speak for it
    known = sums > 1 - _SLACK
    k: Floats = np.where(known, table @ np.array([f.k for f in factors.slope]), np.nan)
    return np.clip(k, 0.0, 1.0)


def _class_factor(codes: pd.Series, factors: FactorTable, scheme: Scheme) -> Floats:
    by_code = {f.code: f.k for f in factors.classes if f.scheme == scheme}
    known: dict[str, float] = {}
    for code in {str(one) for one in codes.dropna()}:
        under = [prefix for prefix in by_code if code.startswith(prefix)]
        known[code] = by_code[max(under, key=len)] if under else np.nan
    return np.array([known.get(str(one), np.nan) for one in codes], dtype=np.float64)
