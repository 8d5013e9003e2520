"""What more land costs: the attainment curve, and the price of the last stretch.

A choice that reaches a higher target also reaches every lower one, and no bound of a lower
target is above that of a higher one. The curve is found from the top down, each point beginning
from the one above, so that more never looks cheaper however the gap fell. Time that a point did
not need is there for those after it. A point that was stopped before anything was found has no
figures and the status ``nothing``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from platforms.planning.choice.portfolio_case import Bools, Case
from platforms.planning.choice.portfolio_solve import Found, solve
from platforms.planning.effort import Watch

__all__ = ["CURVE", "PortfolioPrice", "curve", "price_of_last"]

CURVE = (
    "target_mu", "status", "land_mu", "plots", "firms", "cost_wan", "objective", "bound", "gap",
)  # fmt: skip


@dataclass(frozen=True)
class PortfolioPrice:
    """What the last 亩 cost: the difference of two optima.

    Attributes
    ----------
    mu
        How many.
    points
        Difference of the objectives.
    low, high
        Between these it lies whatever the gaps hide.
    cost_wan
        Difference of the known cost, 万元; None without cost. It may be negative, where the
        larger choice saves elsewhere.
    ended
        ``seconds`` or ``stopped`` where a clock or a person cut one of the two short, else
        empty.
    """

    mu: float
    points: float
    low: float
    high: float
    cost_wan: float | None
    ended: str = ""


def curve(
    case: Case,
    targets: Sequence[float],
    *,
    gap: float,
    watch: Watch,
    share: float = 1.0,
    known: tuple[float, Found] | None = None,
) -> pd.DataFrame:
    """Return the best choice for each of some targets.

    Parameters
    ----------
    case
        The choice.
    targets
        亩.
    gap
        For each point.
    watch
        Its seconds are for each point; who is told; and what ends the curve, whose points
        that were not come to then have the choice of the one above, or nothing.
    share
        Of the seconds that a point may take, beside what those before it left.
    known
        A target and its answer, from which lower points begin.

    Returns
    -------
    curve
        One row a target, the lowest first, columns of ``CURVE``: land in 亩, cost in 万元
        (NaN without cost), objective and bound in points. A target that cannot be reached has
        a status and no figures.
    """
    found: list[tuple[float, Found]] = []
    above: Found | None = None
    spare = 0.0
    for done, target in enumerate(sorted(targets, reverse=True)):
        watch.tell("curve", None, None, done, len(targets))
        if known is not None and target <= known[0]:
            above, known = _lower(above, known[1]), None
        begin = None if above is None else above.chosen
        if watch.stop is not None and watch.stop.is_set():
            told = _without_search(case, begin)
        else:
            each = watch.again(share)
            own = each.seconds
            if own is not None:
                each.seconds = own + spare
            told = solve(case, target, gap=gap, watch=each, start=begin)
            if own is not None:
                spare = max(0.0, own + spare - told.seconds)
        if above is not None and math.isfinite(above.objective):
            # the point above is a choice here too, and its bound is no lower than this one's
            told = replace(told, bound=min(told.bound, above.objective))
        found.append((target, told))
        above = told if told.chosen is not None else above
    lowest = -math.inf
    rows = []
    for target, told in reversed(found):
        lowest = max(lowest, told.bound)
        rows.append(_row(case, target, replace(told, bound=min(lowest, told.objective))))
    table = pd.DataFrame(rows, columns=list(CURVE))
    return table.astype({"plots": "Int64", "firms": "Int64"})


def _lower(above: Found | None, known: Found) -> Found | None:
    """Return the better of two choices that both reach a target."""
    if known.chosen is None:
        return above
    return known if above is None or known.objective < above.objective else above


def _without_search(case: Case, above: Bools | None) -> Found:
    """Return a point that was stopped: the choice of the one above, and no bound of its own."""
    if above is None:
        return Found("nothing", None, math.inf, -math.inf, 0.0, "stopped")
    return Found("stopped", above, case.objective(above), -math.inf, 0.0, "stopped")


def _row(case: Case, target: float, told: Found) -> dict[str, object]:
    chosen = told.chosen
    if chosen is None:
        empty: dict[str, object] = dict.fromkeys(CURVE[2:], math.nan)
        head = {"target_mu": target, "status": told.status}
        return {**head, **empty, "plots": pd.NA, "firms": pd.NA}
    return {
        "target_mu": target,
        "status": told.status,
        "land_mu": math.fsum(case.land[chosen]),
        "plots": int(chosen.sum()),
        "firms": case.firms(chosen),
        "cost_wan": math.nan if case.cost is None else math.fsum(case.cost[chosen]),
        "objective": told.objective,
        # a point that was not searched has no bound of its own
        "bound": told.bound if math.isfinite(told.bound) else math.nan,
        "gap": told.gap if math.isfinite(told.bound) else math.nan,
    }


def price_of_last(
    case: Case, target: float, top: Found, mu: float, *, gap: float, watch: Watch
) -> PortfolioPrice | None:
    """Return what the last 亩 of a target cost; None where one of the two has no answer."""
    if top.chosen is None:
        return None
    less = min(mu, target)
    below = solve(case, target - less, gap=gap, watch=watch, start=top.chosen)
    if below.chosen is None:
        return None
    cost = None
    if case.cost is not None:
        cost = math.fsum(case.cost[top.chosen]) - math.fsum(case.cost[below.chosen])
    return PortfolioPrice(
        mu=less,
        points=top.objective - below.objective,
        low=max(top.bound - below.objective, 0.0),
        high=top.objective - below.bound,
        cost_wan=cost,
        ended=below.ended or top.ended,
    )
