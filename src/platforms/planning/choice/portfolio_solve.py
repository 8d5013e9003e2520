"""The best choice, with the bound that proves it.

The program without whole numbers gives a bound, and what each plot would cost at least if it
were decided the other way. Only plots for which that is little are left open (the core); the
solver finds the best choice among them. A choice that decides any other plot otherwise costs
at least the bound and that plot's price, so the answer is proved for all plots, and the core
grows until the proof is as close as was asked for.

The points of firms and pairs go in steps, such as 5 where a firm has 20 and a pair 5: where the
program lies between two, it is solved for fewer and for more, and what cannot better the answer
falls away. That lifts the bound by up to a step, which the solver by itself seldom proves among
many plots of much the same size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from platforms.planning.choice.portfolio_case import SLACK, Bools, Case, Floats, Ints
from platforms.planning.choice.portfolio_model import (
    ANY_STEPS,
    Model,
    Relaxed,
    Span,
    build,
    relax,
)
from platforms.planning.effort import Phase, Watch

__all__ = ["Found", "solve"]

Status = Literal["optimal", "stopped", "infeasible", "nothing"]

# binary noise of sums, far below the solver's own tolerance
_ROUNDING = 1e-9
_CORE = 400
_GROWTH = 4
_HALF = 0.5
# so far from a whole number the solver's own may lie
_NOUGHT = 1e-9
# a number of steps that is so far from whole is split
_SPLIT = 1e-5


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


@dataclass(frozen=True)
class _Side:
    """Choices whose firms and pairs have so many points: the program, and its loose optimum."""

    stepped: Span
    model: Model
    loose: Relaxed


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
        self.watch.tell("bound", None, None)
        whole = self._side(ANY_STEPS)
        self.bound = whole.loose.points
        if math.isinf(self.bound):
            return self._told("infeasible")
        if start is not None:
            self._offer(start)
        self._offer(_rounded(case, whole.model, whole.loose, self.target))
        self._tell(self.points)
        sides = self._split(whole)
        bounds = [side.loose.points for side in sides]
        self.bound = max(self.bound, min(bounds))
        for at, side in enumerate(sides):
            # a side that cannot better what was found needs no search
            if self._closes(bounds[at]) or (at and self.watch.over()):
                continue
            bounds[at] = self._grow(side, rest=min([*bounds[:at], *bounds[at + 1 :], math.inf]))
            self.bound = max(self.bound, min(bounds))
        if self.best is None:
            return self._told("infeasible" if math.isinf(self.bound) else "nothing")
        return self._told("optimal" if self._close() else "stopped")

    def _side(self, stepped: Span) -> _Side:
        case = self.case
        model = build(case, self.target, case.fixed == 0, case.fixed == 1, stepped=stepped)
        return _Side(stepped, model, relax(model))

    def _split(self, whole: _Side) -> list[_Side]:
        """Return the choices with fewer and with more steps, where that lifts the bound."""
        step, least = self.case.step, _HALF * self.gap * abs(whole.loose.points) + SLACK
        # the bound is lifted by less than a step
        if step <= least or self._closes(whole.loose.points) or not len(whole.model.costs):
            return [whole]
        steps = whole.model.stepped(whole.loose.values) / step
        fewer = math.floor(steps + _SPLIT)
        if steps - fewer < _SPLIT:
            return [whole]
        sides = [
            self._side((-math.inf, fewer * step + _ROUNDING)),
            self._side(((fewer + 1) * step - _ROUNDING, math.inf)),
        ]
        sides = sorted(sides, key=lambda side: side.loose.points)
        lifted = sides[0].loose.points - whole.loose.points
        return sides if lifted > least else [whole]

    def _grow(self, side: _Side, rest: float) -> float:
        """Search one side with a core that grows; return its bound."""
        loose, bound = side.loose, side.loose.points
        prices = _prices(side.model, loose)
        # plots that the program splits are open before all others
        values = loose.values[: len(prices)]
        decided = (values < _NOUGHT) | (values > 1 - _NOUGHT)
        order = np.lexsort((prices, decided))
        size = min(_CORE, len(order))
        while True:
            price = prices[order[size]] if size < len(order) else math.inf
            proof = self._core(side, order[:size])
            bound = max(bound, min(proof, loose.points + price))
            self.bound = max(self.bound, min(bound, rest))
            self._tell(self.points)
            if self._closes(bound) or size == len(order) or self.watch.over():
                return bound
            # where a choice is known, so is which plots can still better it
            need = _GROWTH * size
            if self.best is not None:
                room = self.points - self.gap * abs(self.points) - loose.points
                need = min(need, int((prices <= room + SLACK).sum()))
            size = min(max(need, size + 1), len(order))

    def _core(self, side: _Side, core: Ints) -> float:
        """Solve with some plots open; return the bound of that part."""
        case, whole, loose = self.case, side.model, side.loose
        free = np.zeros(len(case), dtype=bool)
        free[whole.plots[core]] = True
        taken = case.fixed == 1
        taken[whole.plots] = (loose.values[: len(whole.plots)] > _HALF) & ~free[whole.plots]
        margin, proof = 0.0, -math.inf
        for again in range(3):
            narrow = _tighter(case, margin)
            part = build(narrow, self.target + margin, free, taken, stepped=side.stepped)
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
        return self._closes(self.bound)

    def _closes(self, bound: float) -> bool:
        """Tell whether the best is as near to a bound as was asked for."""
        if math.isinf(bound):
            return bound > 0
        far = self.points - bound
        # the solver holds rows to its tolerance, so its bound is no sharper than that
        sharp = max(_ROUNDING * abs(self.points), SLACK)
        return self.best is not None and far <= self.gap * abs(self.points) + sharp

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
