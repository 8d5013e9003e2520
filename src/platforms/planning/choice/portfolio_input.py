"""From plots to the choice: who may be chosen, what is known of each, and what binds.

Candidates are low-efficiency plots whose net land is known and more than nothing. A plot whose
verdict is unknown is never a candidate. A term of the objective counts only where there is a
column for it; with the column there, a plot whose own figure is missing is no candidate, since
missing must not look cheap. Everything that is left out is counted.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from platforms.errors import InputError
from platforms.issues import IssueTable
from platforms.planning.choice.portfolio_case import Case, Floats, Ints
from platforms.planning.choice.portfolio_weights import PortfolioWeights
from platforms.planning.figures import mu_of
from platforms.planning.land.sites import column_numbers, place_sites, plot_labels
from platforms.units import half_up, m2_to_mu

__all__ = ["WAYS", "PortfolioLimits", "Prepared", "prepare"]

# what becomes of a plot; the first three take part
WAYS = (
    "chosen", "locked_in", "left", "locked_out", "not_low", "verdict_unknown", "land_unknown",
    "no_land", "figure_unknown",
)  # fmt: skip
_FIGURES = ("cost_wan", "jobs")
_APART = re.compile(r"[；;、]")
_NAMED = 10


@dataclass(frozen=True)
class PortfolioLimits:
    """What binds a portfolio.

    Attributes
    ----------
    quotas
        Least and most 亩 by name of the town; None where open.
    locked_in, locked_out
        Ids of plots that must and must not be chosen.
    budget_wan
        Most cost, 万元; None without a cap.
    """

    quotas: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    locked_in: tuple[str, ...] = ()
    locked_out: tuple[str, ...] = ()
    budget_wan: float | None = None


@dataclass(frozen=True)
class Prepared:
    """The choice, and how it lies in the plots.

    Attributes
    ----------
    case
        The choice.
    rows
        Place of each candidate among the plots.
    ways
        What is known of each plot before the choice: one of ``WAYS``, candidates ``left``.
    figures
        Columns that the objective reads, for the candidates.
    unused
        Terms that do not count: ``no_column``, ``no_distance`` or ``no_weight``.
    without_firm
        Candidates that name no firm, each taken as one firm.
    issues
        Land that lies under two plots; faults of shapes, where neighbours were asked for.
    """

    case: Case
    rows: Ints
    ways: NDArray[np.object_]
    figures: Mapping[str, Floats]
    unused: Mapping[str, str]
    without_firm: int
    issues: IssueTable


def prepare(
    plots: gpd.GeoDataFrame | pd.DataFrame,
    weights: PortfolioWeights,
    limits: PortfolioLimits,
    *,
    within_m: float | None = None,
    plane: object = None,
) -> Prepared:
    """Check plots and limits, and write them as a choice.

    Parameters
    ----------
    plots
        Columns verdict, net_mu (亩), town, credit_code or firm_name, and optionally cost_wan
        (万元), jobs and net_overlap_m2 (net land that an earlier plot has as well, m²);
        polygons only where ``within_m`` is given.
    weights
        Points of the terms.
    limits
        Quotas, locks and budget.
    within_m
        Distance within which two plots are a pair, m; None without pairs.
    plane
        Survey plane of the distance.

    Returns
    -------
    prepared
        The choice.

    Raises
    ------
    InputError
        For columns that are missing, ids that stand twice, figures below 0, and limits that
        cannot be meant: unknown towns or plots, a plot locked both ways or locked in though
        it cannot be chosen.
    """
    labels = _labels(plots)
    used = [name for name in _FIGURES if weights[name] > 0 and _given(plots, name)]
    if limits.budget_wan is not None:
        _not_below("budget", [limits.budget_wan])
        if not _given(plots, "cost_wan"):
            raise InputError("portfolio.budget_without_cost")
        used = list(dict.fromkeys([*used, "cost_wan"]))
    figures = {name: column_numbers(plots, name) for name in used}
    issues = IssueTable()
    land = _land_once(plots, issues)
    for name, values in {"net_mu": land, **figures}.items():
        _not_below(name, values)
    ways = _ways(plots, land, figures)
    fixed = _locks(labels, ways, limits)
    part = np.flatnonzero(np.isin(ways, ("left", "locked_in", "locked_out")))
    at = part[np.argsort(labels[part].astype(str), kind="stable")]
    kept = {name: values[at] for name, values in figures.items()}
    town, towns, quotas = _towns(plots, at, limits.quotas)
    firm_at, firm, without = _firms(plots.iloc[at])
    pairs = np.zeros((0, 2), dtype=np.int64)
    bonus = 0.0 if within_m is None else weights["pairs"]
    if within_m is not None and bonus > 0:
        _not_below("within_m", [within_m])
        pairs = _pairs(plots, at, within_m, plane, issues)
    counted = {name: values for name, values in kept.items() if weights[name] > 0}
    points = sum((weights[name] * values for name, values in counted.items()), np.zeros(len(at)))
    case = Case(
        ids=tuple(str(one) for one in labels[at]),
        land=land[at],
        points=points + weights["land_mu"] * land[at],
        firm_at=firm_at,
        firm=firm,
        firm_points=weights["firms"],
        town=town,
        towns=towns,
        quotas=quotas,
        pairs=pairs,
        pair_points=bonus,
        fixed=fixed[at],
        cost=kept.get("cost_wan"),
        budget=math.inf if limits.budget_wan is None else limits.budget_wan,
    )
    unused = _unused(plots, weights, within_m)
    return Prepared(case, at, ways, kept, unused, without, issues)


def _labels(plots: pd.DataFrame) -> NDArray[np.object_]:
    for name in ("verdict", "net_mu"):
        if name not in plots.columns:
            raise InputError("portfolio.column_missing", column=name)
    labels = plot_labels(plots)
    twice = pd.Series(labels)[pd.Series(labels).duplicated()].unique()
    if len(twice):
        raise InputError("portfolio.ids_double", **_some(twice))
    return labels


def _land_once(plots: pd.DataFrame, issues: IssueTable) -> Floats:
    """Return the net land of each plot without what an earlier plot has, 亩.

    The earlier plot need not be chosen, so a choice may give more than is said, never less.
    """
    land = column_numbers(plots, "net_mu")
    if "net_overlap_m2" not in plots.columns:
        return land
    low = plots["verdict"].eq("low_efficiency").fillna(value=False).to_numpy(dtype=bool)
    twice = np.nan_to_num(column_numbers(plots, "net_overlap_m2"))
    over = np.flatnonzero(low & (twice > 0))
    if over.size:
        issues.add(
            "portfolio_overlap", "warning", mu=mu_of(pd.Series(twice[over])),
            count=over.size, names=plot_labels(plots)[over[:_NAMED]].tolist(),
        )  # fmt: skip
    once: Floats = half_up(land - m2_to_mu(twice), 6)
    return np.where(twice > 0, np.maximum(once, 0.0), land)


def _given(plots: pd.DataFrame, name: str) -> bool:
    return bool(np.isfinite(column_numbers(plots, name)).any())


def _not_below(name: str, values: Iterable[float] | Floats) -> None:
    for value in np.asarray(values, dtype=np.float64):
        if value < 0 or math.isinf(value):
            raise InputError("portfolio.below_zero", name=name, value=float(value))


def _ways(plots: pd.DataFrame, land: Floats, figures: Mapping[str, Floats]) -> NDArray[np.object_]:
    verdict = plots["verdict"].astype("object")
    unknown = (verdict.isna() | (verdict == "unknown")).to_numpy(dtype=bool)
    low = (verdict == "low_efficiency").fillna(value=False).to_numpy(dtype=bool)
    missing = np.zeros(len(plots), dtype=bool)
    for values in figures.values():
        missing |= np.isnan(values)
    conditions = [unknown, ~low, np.isnan(land), land <= 0, missing]
    names = ["verdict_unknown", "not_low", "land_unknown", "no_land", "figure_unknown"]
    return np.select(conditions, names, "left").astype(object)


def _locks(labels: NDArray[np.object_], ways: NDArray[np.object_], limits: PortfolioLimits) -> Ints:
    """Return the lock of each plot and write locked plots into ``ways``."""
    place = {str(label): at for at, label in enumerate(labels)}
    given = [*limits.locked_in, *limits.locked_out]
    unknown = sorted({name for name in given if name not in place})
    if unknown:
        raise InputError("portfolio.lock_unknown", **_some(unknown))
    both = sorted(set(limits.locked_in) & set(limits.locked_out))
    if both:
        raise InputError("portfolio.lock_both", **_some(both))
    unfit = [name for name in limits.locked_in if ways[place[name]] != "left"]
    if unfit:
        reason = str(ways[place[unfit[0]]])
        raise InputError("portfolio.lock_unfit", first=unfit[0], reason=reason, **_some(unfit))
    fixed = np.zeros(len(labels), dtype=np.int64)
    fixed[[place[name] for name in limits.locked_in]] = 1
    out = [place[name] for name in limits.locked_out if ways[place[name]] == "left"]
    fixed[out] = -1
    ways[fixed == 1], ways[fixed == -1] = "locked_in", "locked_out"
    return fixed


def _some(names: Iterable[object]) -> dict[str, object]:
    listed = [str(name) for name in names]
    return {"names": listed[:_NAMED], "count": len(listed)}


def _towns(
    plots: pd.DataFrame, at: Ints, quotas: Mapping[str, tuple[float | None, float | None]]
) -> tuple[Ints, tuple[str, ...], dict[int, tuple[float, float]]]:
    if "town" not in plots.columns:
        if quotas:
            raise InputError("portfolio.column_missing", column="town")
        return np.full(len(at), -1, dtype=np.int64), (), {}
    named = plots["town"].astype("object").where(plots["town"].notna(), "").astype(str)
    towns = tuple(sorted(set(named) - {""}))
    place = {name: number for number, name in enumerate(towns)}
    bounds = {}
    for name, (low, high) in quotas.items():
        if name not in place:
            raise InputError("portfolio.town_unknown", name=name, known=list(towns))
        least = 0.0 if low is None else float(low)
        most = math.inf if high is None else float(high)
        if not 0 <= least <= most or math.isinf(least):
            raise InputError("portfolio.quota_wrong", name=name, least=least, most=most)
        bounds[place[name]] = least, most
    numbers = np.array([place.get(name, -1) for name in named.iloc[at]], dtype=np.int64)
    return numbers, towns, bounds


def _firms(plots: pd.DataFrame) -> tuple[Ints, Ints, int]:
    """Return which plot touches which firm, and how many plots name none."""
    codes, names = (
        plots[column].astype("object").where(plots[column].notna(), "").astype(str).str.strip()
        if column in plots
        else pd.Series("", index=plots.index)
        for column in ("credit_code", "firm_name")
    )
    one = (codes != "") & (names != "")
    # a plot may name a firm without its code: it is the firm that has a code elsewhere
    both = pd.DataFrame({"name": names[one], "code": codes[one]}).drop_duplicates()
    known = both.drop_duplicates("name", keep=False).set_index("name")["code"].to_dict()
    plot, firm, without = [], [], 0
    keys: dict[str, int] = {}
    for at, (code, name) in enumerate(zip(codes, names, strict=True)):
        parts = {part.strip() for part in _APART.split(code or name)} - {""}
        if not code:
            parts = {str(known.get(part, part)) for part in parts}
        if not parts:
            parts, without = {f"\0{at}"}, without + 1
        for part in sorted(parts):
            plot.append(at)
            firm.append(keys.setdefault(part, len(keys)))
    return np.array(plot, dtype=np.int64), np.array(firm, dtype=np.int64), without


def _pairs(
    plots: gpd.GeoDataFrame | pd.DataFrame,
    at: Ints,
    within_m: float,
    plane: object,
    issues: IssueTable,
) -> Ints:
    """Return the pairs of candidates whose nearest points are within a distance, m."""
    if not isinstance(plots, gpd.GeoDataFrame):
        raise InputError("portfolio.column_missing", column="geometry")
    sites = place_sites(plots.iloc[at], plane, issues)
    usable = np.flatnonzero(np.isfinite(sites.planar_m2))
    shapes = sites.shapes[usable]
    one, two = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=within_m)
    once = one < two
    pairs = np.column_stack([usable[one[once]], usable[two[once]]]).astype(np.int64)
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def _unused(
    plots: pd.DataFrame, weights: PortfolioWeights, within_m: float | None
) -> dict[str, str]:
    found = {name: "no_column" for name in _FIGURES if not _given(plots, name)}
    if within_m is None:
        found["pairs"] = "no_distance"
    return found | {name: "no_weight" for name in weights.parameters if weights[name] == 0}
