"""Which low-efficiency plots to take on this year so that a target is reached at least cost.

The choice is exact: HiGHS finds it, and the answer carries the bound that no choice can go
below, the gap and the time. Cost, jobs, firms and land are terms with visible weights, all the
tool's own; a term without data does not count and is named. Plots whose verdict is unknown are
never chosen. Where nothing fits, what is short is said, and the least that would have to give.
The same plots in any order give the same answer; of plots alike in all things the first ids go.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from platforms.errors import InputError
from platforms.planning.choice.portfolio_case import Bools, Floats
from platforms.planning.choice.portfolio_curve import PortfolioPrice, curve, price_of_last
from platforms.planning.choice.portfolio_input import WAYS, PortfolioLimits, Prepared, prepare
from platforms.planning.choice.portfolio_solve import Found, solve
from platforms.planning.choice.portfolio_weights import (
    TERMS,
    PortfolioWeights,
    portfolio_weights,
)
from platforms.planning.choice.portfolio_why import Relaxation, Shortage, relaxations, shortages
from platforms.planning.effort import Progress, Stop, Watch
from platforms.policy.workspace import Workspace
from platforms.units import half_up

__all__ = ["Portfolio", "portfolio", "portfolio_target", "portfolio_targets"]

GAP, SECONDS = 1e-4, 20.0
# part of the time that a point of the curve may take
_OF_TIME = 0.25
# figures of the workspace that a target of this kind is measured by
_COMPUTED = ("low_efficiency_mu", "reclaimable_mu")
_DIGITS = 6


@dataclass(frozen=True)
class Portfolio:
    """The choice, and what it stands on.

    Attributes
    ----------
    plots
        The plots that came in, same rows and order, with ``chosen`` (bool) and ``choice``:
        chosen, locked_in, left, locked_out, not_low, verdict_unknown, land_unknown, no_land
        or figure_unknown.
    target_mu
        亩 to reach.
    found
        Status, points, bound, gap and seconds.
    prepared
        Candidates and limits.
    weights
        Points of each term.
    limits
        Quotas, locks and budget.
    within_m
        Distance of a pair, m; None without pairs.
    shortages, relaxations
        Why nothing fits, and the least that would have to give; empty where a choice stands.
    asked
        Gap and seconds that were asked for; a point of the curve has a quarter of the time.
    """

    plots: gpd.GeoDataFrame | pd.DataFrame
    target_mu: float
    found: Found
    prepared: Prepared
    weights: PortfolioWeights
    limits: PortfolioLimits
    within_m: float | None
    shortages: Sequence[Shortage]
    relaxations: Sequence[Relaxation]
    asked: tuple[float, float]

    @property
    def status(self) -> str:
        """``optimal`` (within the gap asked for), ``stopped``, ``infeasible`` or ``nothing``."""
        return self.found.status

    @property
    def solved(self) -> bool:
        """Whether there is a choice."""
        return self.found.chosen is not None

    @property
    def chosen(self) -> gpd.GeoDataFrame | pd.DataFrame:
        """The plots that are chosen, in the order of the file."""
        return self.plots[self.plots["chosen"].to_numpy(dtype=bool)]

    @property
    def land_mu(self) -> float:
        """亩 that the chosen plots give."""
        return half_up(math.fsum(self.prepared.case.land[self._mask]), _DIGITS)

    @property
    def attainment(self) -> float:
        """Land given over the target, as a share."""
        return self.land_mu / self.target_mu

    @property
    def _mask(self) -> Bools:
        chosen = self.found.chosen
        return np.zeros(len(self.prepared.case), dtype=bool) if chosen is None else chosen

    def terms(self) -> list[dict[str, object]]:
        """Return the terms apart: term, amount, weight, points, unused.

        ``points`` is None where the term does not count, and ``unused`` says why:
        ``no_column``, ``no_distance`` or ``no_weight``. An amount that is known is told even
        where it has no weight.
        """
        case, mask = self.prepared.case, self._mask
        amounts: dict[str, float] = {
            "firms": case.firms(mask), "land_mu": self.land_mu, "pairs": case.together(mask),
        }  # fmt: skip
        for name, values in self.prepared.figures.items():
            amounts[name] = half_up(math.fsum(values[mask]), _DIGITS)
        out: list[dict[str, object]] = []
        for term in TERMS:
            weight, unused = self.weights[term], self.prepared.unused.get(term)
            amount = amounts.get(term) if unused in {None, "no_weight"} else None
            points = None
            if unused is None and amount is not None:
                points = half_up(amount * weight * (-1 if term == "pairs" else 1), _DIGITS) + 0.0
            row = {"term": term, "amount": amount, "weight": weight, "points": points}
            out.append({**row, "unused": unused})
        return out

    def towns(self) -> pd.DataFrame:
        """Return the choice by town, towns without candidates left out.

        Columns town, candidates, candidates_mu, chosen, chosen_mu, least_mu, most_mu (NaN
        where the quota is open).
        """
        case, mask = self.prepared.case, self._mask
        rows = []
        for number, name in enumerate(case.towns):
            here = case.town == number
            least, most = case.quotas.get(number, (math.nan, math.inf))
            if here.any() or number in case.quotas:
                rows.append(
                    {
                        "town": name, "candidates": int(here.sum()),
                        "candidates_mu": _mu(case.land[here]),
                        "chosen": int((here & mask).sum()),
                        "chosen_mu": _mu(case.land[here & mask]),
                        "least_mu": least, "most_mu": most if math.isfinite(most) else math.nan,
                    }
                )  # fmt: skip
        names = (
            "town",
            "candidates",
            "candidates_mu",
            "chosen",
            "chosen_mu",
            "least_mu",
            "most_mu",
        )
        return pd.DataFrame(rows, columns=list(names))

    def counts(self) -> dict[str, int]:
        """Return how many plots went which way, and how many candidates name no firm."""
        ways = self.plots["choice"].value_counts()
        told = {way: int(ways.get(way, 0)) for way in WAYS}
        return {**told, "without_firm": self.prepared.without_firm}

    def curve(
        self,
        points: int = 20,
        *,
        targets: Sequence[float] | None = None,
        progress: Callable[[Progress], None] | None = None,
        stop: Stop | None = None,
    ) -> pd.DataFrame:
        """Return what other targets would take, under the same limits.

        Parameters
        ----------
        points
            Number of targets, evenly up to twice the target.
        targets
            The targets themselves, 亩, in place of ``points``.
        progress, stop
            Is told how far it is; ends it once it is set. Points that were not come to have
            the status ``stopped`` and the choice of the point above, or ``nothing``.

        Returns
        -------
        curve
            One row a target, the lowest first: target_mu, status, land_mu, plots, firms,
            cost_wan (万元, NaN without cost), objective, bound (points), gap.
        """
        if targets is None:
            targets = [2 * self.target_mu * (at + 1) / points for at in range(points)]
        gap, seconds = self.asked
        watch = Watch(seconds, progress, stop)
        known = (self.target_mu, self.found)
        return curve(self.prepared.case, targets, gap=gap, watch=watch, share=_OF_TIME, known=known)

    def last(self, mu: float = 100.0, *, stop: Stop | None = None) -> PortfolioPrice | None:
        """Return what the last 亩 of the target cost; None without an answer."""
        gap, seconds = self.asked
        watch = Watch(seconds, stop=stop)
        return price_of_last(
            self.prepared.case, self.target_mu, self.found, mu, gap=gap, watch=watch
        )


def portfolio(  # noqa: PLR0913 each is asked by itself
    plots: gpd.GeoDataFrame | pd.DataFrame,
    mu: float,
    *,
    limits: PortfolioLimits | None = None,
    weights: PortfolioWeights | None = None,
    within_m: float | None = None,
    gap: float = GAP,
    seconds: float = SECONDS,
    progress: Callable[[Progress], None] | None = None,
    stop: Stop | None = None,
) -> Portfolio:
    """Choose the plots to take on so that a target is reached with the fewest points.

    Parameters
    ----------
    plots
        Plots of a run: plot_id, verdict, net_mu (亩), town, credit_code or firm_name, and
        optionally cost_wan (万元) and jobs. Not changed.
    mu
        亩 to reach.
    limits
        Quotas of towns, locks and budget; default none.
    weights
        Points of the terms; default :func:`platforms.portfolio_weights`.
    within_m
        Distance within which two chosen plots earn the contiguity bonus, m; default none.
    gap
        Relative gap at which to stop; 0 for the exact optimum.
    seconds
        Time at which to stop with the best choice so far.
    progress
        Is told how far it is: seconds, best, bound, gap and phase.
    stop
        Ends it once it is set, with the best choice so far; a `threading.Event`.

    Returns
    -------
    portfolio
        Chosen plots, terms, bound, gap and time; or why nothing fits.

    Raises
    ------
    InputError
        For a target that is no number above 0, missing columns, ids that stand twice, figures
        below 0 and limits that cannot be meant.

    Examples
    --------
    >>> import platforms as ip
    >>> run = ip.run(ip.Workspace.open("yueqing"))
    >>> answer = ip.portfolio(run.plots, 1800)
    >>> answer.status, answer.land_mu >= 1800
    ('optimal', True)
    """
    for name, value, low in (("mu", mu, 0.0), ("gap", gap, -1e-12), ("seconds", seconds, 0.0)):
        if not math.isfinite(value) or value <= low:
            raise InputError("portfolio.not_above_zero", name=name, value=value)
    weights = portfolio_weights() if weights is None else weights
    limits = PortfolioLimits() if limits is None else limits
    plane = plots.attrs.get("plane")
    prepared = prepare(plots, weights, limits, within_m=within_m, plane=plane)
    case = prepared.case
    watch = Watch(seconds, progress, stop)
    found = solve(case, float(mu), gap=gap, watch=watch)
    short: Sequence[Shortage] = ()
    gives: Sequence[Relaxation] = ()
    if found.status == "infeasible":
        short = shortages(case, mu)
        gives = relaxations(case, mu, watch=watch.again())
    ways = prepared.ways.copy()
    if found.chosen is not None:
        taken = prepared.rows[found.chosen]
        ways[taken] = np.where(ways[taken] == "locked_in", "locked_in", "chosen")
    out = plots.copy()
    out["chosen"] = np.isin(np.arange(len(plots)), prepared.rows[_true(found.chosen)])
    out["choice"] = ways
    return Portfolio(
        out, float(mu), found, prepared, weights, limits, within_m, short, gives, (gap, seconds)
    )


def portfolio_targets(workspace: Workspace) -> pd.DataFrame:
    """Return the targets of a workspace that a portfolio can take.

    Parameters
    ----------
    workspace
        The city.

    Returns
    -------
    targets
        Rows of the layer ``targets`` in 亩 (``value``) that are measured by low-efficiency or
        reclaimable land; none where the workspace has no such target.
    """
    if not workspace.has("targets"):
        return pd.DataFrame(columns=["target_id", "value"])
    table = workspace.table("targets")
    fits = table["unit"].eq("亩") & table["computed_by"].isin(_COMPUTED) & (table["value"] > 0)
    return pd.DataFrame(table[fits])


def portfolio_target(workspace: Workspace, target: str) -> float:
    """Return the 亩 of one of the workspace's targets.

    Parameters
    ----------
    workspace
        The city.
    target
        Id, such as ``yq2023-42a``; it must be measured by low-efficiency or reclaimable land.

    Raises
    ------
    InputError
        Lists the targets that can be meant.
    """
    rows = portfolio_targets(workspace)
    known = dict(zip(rows["target_id"], rows["value"], strict=True))
    if target not in known:
        raise InputError("portfolio.target_unfit", name=target, known=list(known))
    return float(known[target])


def _true(chosen: Bools | None) -> Bools | slice:
    return slice(0, 0) if chosen is None else chosen


def _mu(values: Floats) -> float:
    return half_up(math.fsum(values), _DIGITS)
