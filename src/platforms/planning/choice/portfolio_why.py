"""Why no choice reaches the target, and the least that would have to give.

What is short by itself is told first. Then each limit may be broken at a price, and the
smallest set that must be is found; among sets of one size, quotas give before the budget, the
budget before locks, and the target last. How far each gives is as little as
was found: to a thousandth, unless time was up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.sparse import coo_array

from platforms.planning.choice.portfolio_case import SLACK, Bools, Case, Floats
from platforms.planning.choice.portfolio_solve import solve
from platforms.planning.effort import Watch
from platforms.planning.solver import Program, solve_program

__all__ = ["Relaxation", "Shortage", "relaxations", "shortages"]

# which limits give first, when as few others would do
_ORDER = ("quota_max", "quota_min", "budget", "locked_out", "locked_in", "target")
_STEP = 1e-3
_HALF = 0.5
# how far a limit gives is told this exactly
_GAP = 1e-3


@dataclass(frozen=True)
class Shortage:
    """What is short by itself: ``needed`` and ``there`` in 亩 or 万元."""

    kind: str
    name: str | None
    needed: float
    there: float


@dataclass(frozen=True)
class Relaxation:
    """A limit that has to give, from one value to another; a lock has no values."""

    kind: str
    name: str | None
    given: float | None
    needed: float | None


def shortages(case: Case, target: float) -> list[Shortage]:
    """Return what each limit lacks by itself.

    Kinds: ``land`` (all candidates together), ``locked_land`` (without those locked out),
    ``town_land`` (a town's least), ``town_locks`` (locked in beyond a town's most),
    ``quotas`` (all towns at their most), ``budget_locks``.
    """
    free, inside = case.fixed >= 0, case.fixed == 1
    found = [
        Shortage(kind, None, target, total)
        for kind, total in (("land", _sum(case.land)), ("locked_land", _sum(case.land[free])))
        if total < target - SLACK
    ][:1]
    reach = _sum(case.land[free])
    for town, (least, most) in sorted(case.quotas.items()):
        here = case.town == town
        there, locked = _sum(case.land[here & free]), _sum(case.land[here & inside])
        if there < least - SLACK:
            found.append(Shortage("town_land", case.towns[town], least, there))
        if locked > most + SLACK:
            found.append(Shortage("town_locks", case.towns[town], locked, most))
        reach -= max(there - most, 0.0)
    if not found and reach < target - SLACK:
        found.append(Shortage("quotas", None, target, reach))
    if case.cost is not None and _sum(case.cost[inside]) > case.budget + SLACK:
        found.append(Shortage("budget_locks", None, _sum(case.cost[inside]), case.budget))
    return found


def relaxations(case: Case, target: float, *, watch: Watch) -> list[Relaxation]:
    """Return the smallest set of limits that have to give, and by how much.

    Parameters
    ----------
    case
        A choice without a solution.
    target
        亩 to reach.
    watch
        Its seconds are for each solve; what ends them.

    Returns
    -------
    relaxations
        In the order in which limits give; empty where none was found in time.
    """
    elastic = _Elastic(case, target)
    for at in elastic.alone():
        if watch.over():
            break
        # one limit is as few as can be, and is tried fast
        chosen = elastic.least(at, watch=watch.again(0.25))
        if chosen is not None:
            return elastic.told(elastic.only(at), chosen)
    first = elastic.solve(watch=watch.again())
    if first is None:
        return []
    broken = first[elastic.flags] > _HALF
    chosen = first[: len(case)] > _HALF
    if broken[: len(elastic.rows)].any():
        second = elastic.solve(watch=watch.again(), broken=broken)
        chosen = chosen if second is None else second[: len(case)] > _HALF
    return elastic.told(broken, chosen)


class _Elastic:
    """The limits, each with a flag that it is broken and how far."""

    def __init__(self, case: Case, target: float) -> None:
        self.case, self.target = case, target
        everything = np.ones(len(case))
        # kind, name, weights of the plots, sign (1 at least, -1 at most), bound
        rows: list[tuple[str, str | None, Floats, int, float]] = []
        for town, (least, most) in sorted(case.quotas.items()):
            land = np.where(case.town == town, case.land, 0.0)
            if math.isfinite(most):
                rows.append(("quota_max", case.towns[town], land, -1, most))
            if least > 0:
                rows.append(("quota_min", case.towns[town], land, 1, least))
        if case.cost is not None and math.isfinite(case.budget):
            rows.append(("budget", None, case.cost, -1, case.budget))
        rows.append(("target", None, case.land * everything, 1, target))
        self.rows = rows
        self.locks = np.flatnonzero(case.fixed)
        self.first = len(case)
        count = len(rows) + len(self.locks)
        self.flags = slice(self.first, self.first + count)
        self.size = self.first + count + len(rows)

    def solve(self, *, watch: Watch, broken: Bools | None = None) -> Floats | None:
        """Break as few limits as can be, or the given ones as little as can be."""
        costs = np.zeros(self.size)
        top = np.ones(self.size)
        far = np.array([self._far(row) for row in self.rows])
        amounts = slice(self.flags.stop, self.size)
        top[amounts] = far
        if broken is None:
            kinds = [row[0] for row in self.rows]
            kinds += ["locked_in" if self.case.fixed[at] > 0 else "locked_out" for at in self.locks]
            costs[self.flags] = [1 + _STEP * _ORDER.index(kind) for kind in kinds]
        else:
            top[self.flags] = broken
            costs[amounts] = 1 / np.maximum(far, 1.0)
        whole = np.ones(self.size, dtype=np.int64)
        whole[amounts] = 0
        rows, low = self._limits(far)
        program = Program(costs, whole, rows, low, np.full(len(low), np.inf), top)
        return solve_program(program, gap=1e-4, watch=watch).values

    def alone(self) -> list[int]:
        """Return the rows to try one by one; locks come before the target."""
        kinds = [row[0] for row in self.rows]
        tried = [at for at, kind in enumerate(kinds) if kind != "target" or not len(self.locks)]
        return sorted(tried, key=lambda at: _ORDER.index(kinds[at]))

    def only(self, row: int) -> Bools:
        """Return the flags of one broken row."""
        flags = np.zeros(len(self.rows) + len(self.locks), dtype=bool)
        flags[row] = True
        return flags

    def least(self, broken: int, *, watch: Watch) -> Bools | None:
        """Return the choice that breaks one limit as little as can be; None without one."""
        case, target = self.case, self.target
        kind, name, weights, sign, _ = self.rows[broken]
        quotas, budget = dict(case.quotas), case.budget
        if kind == "target":
            target = 0.0
        elif kind == "budget":
            budget = math.inf
        else:
            town = case.towns.index(str(name))
            low, high = quotas[town]
            quotas[town] = (0.0, high) if kind == "quota_min" else (low, math.inf)
        alone = np.zeros(0, dtype=np.int64)
        eased = replace(
            case, points=-sign * weights, firm_at=alone, firm=alone, pairs=alone.reshape(0, 2),
            quotas=quotas, budget=budget,
        )  # fmt: skip
        return solve(eased, target, gap=_GAP, watch=watch).chosen

    def _far(self, row: tuple[str, str | None, Floats, int, float]) -> float:
        """Return how far a limit could have to give at most."""
        _, _, weights, sign, bound = row
        return bound if sign > 0 else max(_sum(weights) - bound, 0.0)

    def _limits(self, far: Floats) -> tuple[Any, Floats]:
        entries: list[tuple[Any, Any, Any]] = []
        low: list[float] = []
        for at, (_, _, weights, sign, bound) in enumerate(self.rows):
            flag, amount = self.first + at, self.flags.stop + at
            some = np.flatnonzero(weights)
            entries.append((np.full(len(some), len(low)), some, sign * weights[some]))
            entries.append(([len(low)], [amount], [1.0]))
            low.append(sign * bound)
            # no amount without the flag
            entries.append(([len(low)] * 2, [flag, amount], [far[at], -1.0]))
            low.append(0.0)
        for at, plot in enumerate(self.locks):
            flag = self.first + len(self.rows) + at
            inside = self.case.fixed[plot] > 0
            entries.append(([len(low)] * 2, [plot, flag], [1.0 if inside else -1.0, 1.0]))
            low.append(1.0 if inside else 0.0)
        rows, columns, values = (np.concatenate([e[k] for e in entries]) for k in range(3))
        table = coo_array(
            (values, (rows.astype(np.int64), columns.astype(np.int64))), (len(low), self.size)
        )
        return table.tocsc(), np.array(low)

    def told(self, broken: Bools, chosen: Bools) -> list[Relaxation]:
        """Return the broken limits with the values that let the choice stand."""
        out = []
        for flag, (kind, name, weights, sign, bound) in zip(broken, self.rows, strict=False):
            held = _sum(weights[chosen])
            if flag and sign * (held - bound) < 0:
                # two decimals, on the side that lets the choice stand
                needed = (math.floor if sign > 0 else math.ceil)(held * 100 + sign * SLACK) / 100
                out.append(Relaxation(kind, name, bound, needed))
        for flag, plot in zip(broken[len(self.rows) :], self.locks, strict=True):
            if flag:
                kind = "locked_in" if self.case.fixed[plot] > 0 else "locked_out"
                out.append(Relaxation(kind, self.case.ids[plot], None, None))
        return sorted(out, key=lambda one: (_ORDER.index(one.kind), one.name or ""))


def _sum(values: Floats) -> float:
    return math.fsum(values)
