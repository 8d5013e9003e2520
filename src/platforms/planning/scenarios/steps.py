"""Why the total of each kind moved: reasons that leave nothing out and count nothing twice.

A run's total is the reclaimable net land (亩, land of two plots once), a relocation's its
objective, a portfolio's the land it reaches, and a siting's the score of its best site.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from platforms.planning.land.reclaim import deduction_columns
from platforms.planning.scenarios.change import Step, changed_step
from platforms.planning.scenarios.pairing import Pairs, paired
from platforms.planning.scenarios.record import Scenario

__all__ = ["STEPS", "TOTALS", "UNITS", "firm_cost", "plot_land", "reclaimable_mu", "weights_of"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Totals = tuple[float | None, float | None]

# a hundredth of a m² is 15 millionths of a 亩, so areas become whole numbers without loss
_PARTS_OF_CENT = 15
_PARTS = 1_000_000
_RULES = ("rules", "rules.", "assessment_year", "several_firms", "firms", "plots", "workspace")
_SCORES = ("plan", "room", "control_line", "energy", "shape", "suppliers")
_SETTLED_BY_FIRM = ("distance", "unassigned")

UNITS = {"run": "mu", "relocation": "km_mu", "portfolio": "mu", "siting": "score"}


def _cents(values: Floats) -> Whole:
    return np.rint(np.nan_to_num(values) * 100).astype(np.int64)


def _column(table: pd.DataFrame, name: str) -> Floats:
    if name not in table.columns:
        return np.full(len(table), np.nan)
    numbers: Floats = table[name].to_numpy(dtype="float64", na_value=np.nan)
    return numbers


def _reclaimable(plots: pd.DataFrame) -> Whole:
    """Return reclaimable land of each plot in hundredths of m², 0 where it has none."""
    low = plots["verdict"].eq("low_efficiency").to_numpy(dtype=bool, na_value=False)
    net, twice = _column(plots, "net_m2"), _column(plots, "net_overlap_m2")
    return np.where(low & np.isfinite(net), _cents(net) - _cents(twice), 0)


def reclaimable_mu(plots: pd.DataFrame) -> Floats:
    """Return reclaimable land of each plot, 亩; what an earlier plot has is left out."""
    mu: Floats = _reclaimable(plots) * _PARTS_OF_CENT / _PARTS
    return mu


def _run_totals(a: Scenario, b: Scenario) -> Totals:
    # rules that do not ask for low efficiency have no reclaimable land, not none of it; a
    # scenario holds None where it was not known
    told = [
        int(_reclaimable(one["plots"]).sum()) * _PARTS_OF_CENT / _PARTS
        if one.figures.get("reclaimable_mu") is not None
        else None
        for one in (a, b)
    ]
    return told[0], told[1]


def _run_steps(a: Scenario, b: Scenario) -> Iterator[Step]:
    pairs = paired(a["plots"], b["plots"], ["plot_id"])
    value_a, value_b = pairs.on_both(_reclaimable(pairs.a), _reclaimable(pairs.b))
    lows = [column.eq("low_efficiency") for column in pairs.columns("verdict")]
    low_a, low_b = (low.fillna(value=False).to_numpy(dtype=bool) for low in lows)
    known_a, known_b = (np.isfinite(net) for net in pairs.numbers("net_m2"))
    both = pairs.both
    low = both & low_a & low_b
    known = low & known_a & known_b

    def land(name: str, rows: NDArray[np.bool_], parts: Floats | Whole, *causes: str) -> Step:
        whole = np.where(rows, parts, 0).astype(np.int64)
        return changed_step(name, whole * _PARTS_OF_CENT, *causes)

    yield land("only_a", pairs.only_a, -value_a, "plots")
    yield land("only_b", pairs.only_b, value_b, "plots")
    yield land("verdict_out", both & low_a & ~low_b, -value_a, *_RULES)
    yield land("verdict_in", both & low_b & ~low_a, value_b, *_RULES)
    yield land("land_unknown", low & known_a & ~known_b, -value_a, "limit.", "limits", "plots")
    yield land("land_known", low & known_b & ~known_a, value_b, "limit.", "limits", "plots")
    area_a, area_b = (_cents(values) for values in pairs.numbers("gross_m2"))
    yield land("area", known, area_b - area_a, "plots", "plots.")
    rest = (value_b - value_a) - (area_b - area_a)
    for name in dict.fromkeys((*deduction_columns(pairs.a), *deduction_columns(pairs.b))):
        less, more = (_cents(values) for values in pairs.numbers(f"deduct_{name}_m2"))
        rest = rest + (more - less)
        causes = (f"limit.{name}", "limits", "plots", "workspace")
        yield land(f"deduct_{name}", known, less - more, *causes)
    twice_a, twice_b = (_cents(values) for values in pairs.numbers("net_overlap_m2"))
    yield land("overlap", known, twice_a - twice_b, "plots")
    yield land("other", known, rest + (twice_b - twice_a))


def firm_cost(scenario: Scenario, weights: Mapping[str, float] | None = None) -> Floats:
    """Return what each firm adds to the objective by its way and by staying.

    Parameters
    ----------
    scenario
        A relocation.
    weights
        Weights by term; default its own.
    """
    firms = scenario["firms"]
    price = weights_of(scenario) if weights is None else weights
    mu, km = _column(firms, "mu"), _column(firms, "km")
    cost = np.where(np.isnan(km), price["unassigned"], price["distance"] * km) * mu
    # a firm with faults took no part, and costs nothing
    told: Floats = np.where(firms["reason"].eq("data").to_numpy(dtype=bool), 0.0, cost)
    return np.nan_to_num(told)


def weights_of(scenario: Scenario) -> dict[str, float]:
    """Return the weights of a relocation or siting by term."""
    return {
        name.removeprefix("weight."): float(str(value))
        for name, value in scenario.parameters.items()
        if name.startswith("weight.")
    }


def _relocation_totals(a: Scenario, b: Scenario) -> Totals:
    return a.figures["objective"], b.figures["objective"]


def _relocation_steps(a: Scenario, b: Scenario) -> Iterator[Step]:
    if None in _relocation_totals(a, b):
        return
    price, before = weights_of(b), weights_of(a)
    terms_a, terms_b = (_terms(one) for one in (a, b))
    for name in price:
        amount = (price[name] - before.get(name, 0.0)) * terms_a.get(name, 0.0)
        found = changed_step("weights", np.array([amount]), f"weight.{name}")
        if found.parts:
            yield Step(f"weight_{name}", found.parts, 0, found.causes)
    pairs = paired(a["firms"], b["firms"], ["firm_id"])
    yield from _firm_steps(pairs, firm_cost(a, price), firm_cost(b, price), price)
    for name in price:
        if name in _SETTLED_BY_FIRM:
            continue
        amount = price[name] * (terms_b.get(name, 0.0) - terms_a.get(name, 0.0))
        found = changed_step(f"term_{name}", np.array([amount]), "firms", "parks", f"weight.{name}")
        if found.parts:
            yield Step(found.name, found.parts, 0, found.causes)


def _firm_steps(
    pairs: Pairs, own_a: Floats, own_b: Floats, price: Mapping[str, float]
) -> Iterator[Step]:
    """Return the steps of ways and stays, at the prices of ``b``."""
    cost_a, cost_b = pairs.on_both(own_a, own_b)
    km_a, km_b = pairs.numbers("km")
    mu_a, mu_b = (np.nan_to_num(values) for values in pairs.numbers("mu"))
    there_a, there_b = np.isfinite(km_a), np.isfinite(km_b)
    both = pairs.both
    # first the demand changes where a firm was, then it moves
    per_mu = np.where(there_a, price["distance"] * np.nan_to_num(km_a), price["unassigned"])
    took_part = (cost_a != 0) | there_a
    demand = np.where(both & took_part & (cost_b != 0), per_mu * (mu_b - mu_a), 0.0)
    moved = np.where(both, cost_b - cost_a - demand, 0.0)

    def some(name: str, rows: NDArray[np.bool_], amounts: Floats, *causes: str) -> Step:
        return changed_step(name, np.where(rows, amounts, 0.0), *causes)

    asked = ("firms", "parks", "locks", "max_km", "weight.")
    yield some("only_a", pairs.only_a, -cost_a, "firms")
    yield some("only_b", pairs.only_b, cost_b, "firms")
    yield some("demand", both, demand, "firms")
    yield some("placed", both & there_b & ~there_a, moved, *asked)
    yield some("not_placed", both & there_a & ~there_b, moved, *asked)
    on_way = both & there_a & there_b
    yield some("nearer", on_way & (moved < 0), moved, *asked)
    yield some("farther", on_way & (moved > 0), moved, *asked)
    yield some("stays", both & ~there_a & ~there_b, moved, "firms")


def _terms(scenario: Scenario) -> dict[str, float]:
    return {
        name.removeprefix("term_"): value or 0.0
        for name, value in scenario.figures.items()
        if name.startswith("term_")
    }


def plot_land(plots: pd.DataFrame) -> Floats:
    """Return the land that a portfolio takes of each plot, 亩; 0 where it is not chosen."""
    chosen = plots["chosen"].to_numpy(dtype=bool, na_value=False)
    return np.where(chosen, np.nan_to_num(_column(plots, "land_mu")), 0.0)


def _portfolio_totals(a: Scenario, b: Scenario) -> Totals:
    return a.figures["land_mu"], b.figures["land_mu"]


def _portfolio_steps(a: Scenario, b: Scenario) -> Iterator[Step]:
    pairs = paired(a["plots"], b["plots"], ["plot_id"])
    lands = (np.rint(plot_land(one) * _PARTS) for one in (pairs.a, pairs.b))
    land_a, land_b = (land.astype(np.int64) for land in pairs.on_both(*lands))
    both, in_a, in_b = pairs.both, land_a != 0, land_b != 0
    locked = ("locked_in", "locked_out")
    asked = ("plots", "target_mu", "budget_wan", "within_m", *locked, "quota.", "weight.", "gap")
    plots = ("plots",)
    for name, rows, causes in (
        ("only_a", pairs.only_a, plots),
        ("only_b", pairs.only_b, plots),
        ("left_out", both & in_a & ~in_b, asked),
        ("taken_in", both & in_b & ~in_a, asked),
        ("land", both & in_a & in_b, plots),
    ):
        yield changed_step(name, np.where(rows, land_b - land_a, 0), *causes)


def _siting_totals(a: Scenario, b: Scenario) -> Totals:
    return a.figures["best_score"], b.figures["best_score"]


def _siting_steps(a: Scenario, b: Scenario) -> Iterator[Step]:
    if None in _siting_totals(a, b):
        return
    pairs = paired(a["sites"], b["sites"], ["kind", "site_id"])
    rank_a, rank_b = pairs.numbers("rank")
    best_a, best_b = int(np.flatnonzero(rank_a == 1)[0]), int(np.flatnonzero(rank_b == 1)[0])
    score_a, score_b = pairs.numbers("score_low")
    if np.isnan(score_b[best_a]):
        amount = score_b[best_b] - score_a[best_a]
        yield changed_step("best_gone", np.array([amount]), "sites")
        return
    # the site that was the best, part by part; what a part adds is its share of the weights
    price_a, price_b = weights_of(a), weights_of(b)
    sum_a, sum_b = sum(price_a.values()) or 1.0, sum(price_b.values()) or 1.0
    for name in _SCORES:
        was, now = (np.nan_to_num(part[best_a]) for part in pairs.numbers(f"{name}_low"))
        amount = price_b.get(name, 0) * now / sum_b - price_a.get(name, 0) * was / sum_a
        causes = ("project.", f"weight.{name}", "method", "sites")
        yield changed_step(f"score_{name}", np.array([amount]), *causes)
    if best_a != best_b:
        name = "best_excluded" if np.isnan(rank_b[best_a]) else "other_best"
        amount = score_b[best_b] - score_b[best_a]
        yield changed_step(name, np.array([amount]), "project.", "weight.", "sites", "method")


STEPS: Mapping[str, Callable[[Scenario, Scenario], Iterator[Step]]] = {
    "run": _run_steps,
    "relocation": _relocation_steps,
    "portfolio": _portfolio_steps,
    "siting": _siting_steps,
}
TOTALS: Mapping[str, Callable[[Scenario, Scenario], Totals]] = {
    "run": _run_totals,
    "relocation": _relocation_totals,
    "portfolio": _portfolio_totals,
    "siting": _siting_totals,
}
