"""The best choice, with the bound that proves it.

The program without whole numbers gives a bound, and what each plot would cost at least if it
were decided the other way. Only plots for which that is little are left open (the core); the
solver finds the best choice among them. A choice that decides any other plot otherwise costs
at least the bound and that plot's price, so the answer is proved for all plots, and the core
grows until the proof is as close as was asked for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from platforms.planning.choice.portfolio_case import SLACK, Bools, Case, Floats, Ints
from platforms.planning.choice.portfolio_model import Model, Relaxed, build, relax
from platforms.planning.effort import Phase, Watch

__all__ = ["Found", "solve"]

Status = Literal["optimal", "stopped", "infeasible", "nothing"]

_CORE = 400
_GROWTH = 4
_HALF = 0.5
# so far from a whole number the solver's own may lie
_NOUGHT = 1e-9


@dataclass(frozen=True)
class Found:
    """An answer.

    Attributes
    ----------
    status
        ``optimal`` (within the gap asked for), ``stopped`` (the best so far), ``infeasible``,
        or ``nothing`` (it ended before any choice was found).
    chosen
        Candidates that are chosen; None without a choice.
    objective, bound
        Points, and the points that no choice can go below.
    seconds
        Time taken.
    ended
        ``seconds`` or ``stopped`` where a clock or a person ended it, else empty.
    """

    status: Status
    chosen: Bools | None
    objective: float
    bound: float
    seconds: float
    ended: str = ""

    @property
    def gap(self) -> float:
        """Relative distance between points and bound."""
        far = max(self.objective - self.bound, 0.0)
        return far / max(abs(self.objective), 1e-9) if far > 0 else 0.0


def solve(
    case: Case, target: float, *, gap: float, watch: Watch, start: Bools | None = None
) -> Found:
    """Find the choice with the fewest points that reaches a target.

    Parameters
    ----------
    case
        Candidates and limits.
    target
        亩 to reach.
    gap
        Relative gap at which to stop; 0 for the exact optimum.
    watch
        When to stop with the best choice so far, and who is told.
    start
        A choice to begin from, such as that of a higher target.

    Returns
    -------
    found
        Choice, points, bound and time.
    """
    return _Search(case, target, gap, watch).run(start)


class _Search:
    def __init__(self, case: Case, target: float, gap: float, watch: Watch) -> None:
        self.case, self.target, self.gap, self.watch = case, target, gap, watch
        self.best: Bools | None = None
        self.points, self.bound = math.inf, -math.inf

    def run(self, start: Bools | None) -> Found:
        case = self.case
        free, taken = case.fixed == 0, case.fixed == 1
        self.watch.tell("bound", None, None)
        whole = build(case, self.target, free, taken)
        loose = relax(whole)
        self.bound = loose.points
        if math.isinf(loose.points):
            return self._told("infeasible")
        if start is not None:
            self._offer(start)
        self._offer(_rounded(case, whole, loose, self.target))
        self._tell(self.points)
        prices = _prices(whole, loose)
        # plots that the program splits are open before all others
        values = loose.values[: len(prices)]
        decided = (values < _NOUGHT) | (values > 1 - _NOUGHT)
        order = np.lexsort((prices, decided))
        size = min(_CORE, len(order))
        while True:
            price = prices[order[size]] if size < len(order) else math.inf
            proof = self._core(whole, loose, order[:size])
            self.bound = max(self.bound, min(proof, loose.points + price))
            self._tell(self.points)
            if self._close() or size == len(order) or self.watch.over():
                break
            # where a choice is known, so is which plots can still better it
            need = _GROWTH * size
            if self.best is not None:
                room = self.points - self.gap * abs(self.points) - loose.points
                need = min(need, int((prices <= room + SLACK).sum()))
            size = min(max(need, size + 1), len(order))
        if self.best is None:
            done = size == len(order) and math.isinf(self.bound)
            return self._told("infeasible" if done else "nothing")
        return self._told("optimal" if self._close() else "stopped")

    def _core(self, whole: Model, loose: Relaxed, core: Ints) -> float:
        """Solve with some plots open; return the bound of that part."""
        case = self.case
        free = np.zeros(len(case), dtype=bool)
        free[whole.plots[core]] = True
        taken = case.fixed == 1
        taken[whole.plots] = (loose.values[: len(whole.plots)] > _HALF) & ~free[whole.plots]
        margin, proof = 0.0, -math.inf
        for again in range(3):
            part = build(_tighter(case, margin), self.target + margin, free, taken)
            tell = None if self.watch.progress is None else self._tell
            found = part.solve(gap=self._inner(part), watch=self.watch, tell=tell)
            if again == 0:
                proof = found.bound
            if found.values is None:
                break
            chosen = taken.copy()
            chosen[part.plots] = found.values[: len(part.plots)] > _HALF
            if self._offer(chosen):
                break
            # rounded to whole plots it misses by the solver's tolerance: ask for that much more
            margin += 2 * max(case.lack(chosen, self.target), SLACK)
        return proof

    def _inner(self, part: Model) -> float:
        """Return the gap to ask of the solver, whose objective lacks the constant."""
        own = max(abs(self.bound - part.constant), 1e-9)
        return min(self.gap * _HALF * max(abs(self.bound), 1e-9) / own, 1.0)

    def _offer(self, chosen: Bools) -> bool:
        """Keep a choice if it holds and is the best so far; tell whether it holds."""
        case = self.case
        if case.lack(chosen, self.target) > SLACK or (chosen & (case.fixed < 0)).any():
            return False
        points = case.objective(chosen)
        if points < self.points:
            self.best, self.points = chosen, points
        return True

    def _tell(self, points: float) -> None:
        """Say how far it is."""
        phase: Phase = "start" if math.isinf(self.points) else "search"
        self.watch.tell(phase, min(points, self.points), self.bound)

    def _close(self) -> bool:
        far = self.points - self.bound
        return self.best is not None and far <= self.gap * abs(self.points) + 1e-9 * max(
            abs(self.points), 1.0
        )

    def _told(self, status: Status) -> Found:
        chosen = None if self.best is None else self.case.by_id(self.best)
        bound = min(self.bound, self.points)
        ended = self.watch.ended if status in {"stopped", "nothing"} else ""
        return Found(status, chosen, float(self.points), float(bound), self.watch.passed(), ended)


def _rounded(case: Case, model: Model, loose: Relaxed, target: float) -> Bools:
    """Return the loose choice in whole plots: those it takes, then those it takes most of.

    It need not hold; where it does, there is a choice before the first search has ended.
    """
    chosen: Bools = np.equal(case.fixed, 1)
    values = loose.values[: len(model.plots)]
    held = math.fsum(case.land[chosen])
    for at in np.argsort(-values, kind="stable"):
        if held >= target and values[at] < 1 - _NOUGHT:
            break
        chosen[model.plots[at]] = True
        held += case.land[model.plots[at]]
    return chosen


def _prices(model: Model, loose: Relaxed) -> Floats:
    """Return what deciding each plot the other way costs at least.

    A plot that is left brings its firms with it when it is taken, and a plot that is taken
    loses its pairs when it is left.
    """
    count = len(model.plots)
    values, slopes = loose.values, loose.slopes
    prices = np.abs(slopes[:count])
    left = values[:count] < _NOUGHT
    full = values[:count] > 1 - _NOUGHT
    at, firm = model.firm_rows
    idle = (values[firm] < _NOUGHT) & left[at] if len(at) else np.zeros(0, dtype=bool)
    np.add.at(prices, at[idle], np.maximum(slopes[firm[idle]], 0.0))
    pair, one, two = model.pair_rows
    kept = values[pair] > 1 - _NOUGHT if len(pair) else np.zeros(0, dtype=bool)
    for plot in (one, two):
        lost = kept & full[plot] if len(pair) else kept
        np.add.at(prices, plot[lost], np.maximum(-slopes[pair[lost]], 0.0))
    prices[~left & ~full] = 0.0
    return prices


def _tighter(case: Case, margin: float) -> Case:
    """Return the limits drawn in by a margin."""
    if not margin:
        return case
    quotas = {town: (low + margin, high - margin) for town, (low, high) in case.quotas.items()}
    return replace(case, quotas=quotas, budget=case.budget - margin)
