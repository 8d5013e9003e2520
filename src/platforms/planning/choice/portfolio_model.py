"""The choice as a mixed integer program, for all candidates or for some with the rest fixed.

Variables: a plot (0 or 1), a firm that is touched (as much as the most of its plots) and a pair
(no more than either plot). Once the plots are whole, firms and pairs are whole by themselves.
What the fixed plots decide is a constant and makes no variable.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack, vstack

from platforms.planning.choice.portfolio_case import Bools, Case, Floats, Ints
from platforms.planning.effort import Watch
from platforms.planning.solver import Program, Solved, solve_program

__all__ = ["ANY_STEPS", "Model", "Relaxed", "Span", "build", "relax", "side_rows"]

Span = tuple[float, float]

ANY_STEPS: Span = (-math.inf, math.inf)
_INFEASIBLE = 2


@dataclass(frozen=True)
class Relaxed:
    """The program without whole numbers.

    Attributes
    ----------
    points
        Its optimum; infinite where there is no solution.
    values
        Of the variables.
    slopes
        Reduced costs: points that one unit of a variable costs at least.
    """

    points: float
    values: Floats
    slopes: Floats


@dataclass(frozen=True)
class Model:
    """A program.

    Attributes
    ----------
    plots
        Numbers of the plots that are variables, the first ones.
    costs
        Points of each variable.
    constant
        Points of what is fixed.
    rows, least, most
        Rows of the program and their bounds.
    firm_rows
        Plot and firm of the rows that tie them, as places of variables.
    pair_rows
        Pair and its two plots, as places of variables.
    step_points
        Points of firms less those of pairs that each variable has.
    step_held
        Points of firms less those of pairs that the fixed plots have.
    """

    plots: Ints
    costs: Floats
    constant: float
    rows: Any
    least: Floats
    most: Floats
    firm_rows: tuple[Ints, Ints]
    pair_rows: tuple[Ints, Ints, Ints]
    step_points: Floats
    step_held: float

    def stepped(self, values: Floats) -> float:
        """Return the points of firms less those of pairs that some values have."""
        return self.step_held + math.fsum(self.step_points * values)

    def solve(
        self, *, gap: float, watch: Watch, tell: Callable[[float], None] | None = None
    ) -> Solved:
        """Find the best choice; its bound counts what is fixed.

        Parameters
        ----------
        gap
            Relative gap at which to stop.
        watch
            Clock and stop.
        tell
            Is told the points of the best choice so far.
        """
        if not len(self.costs):
            good = bool((self.least <= 0).all() and (self.most >= 0).all())
            return Solved(np.zeros(0) if good else None, self.constant if good else math.inf)
        whole = np.zeros(len(self.costs), dtype=np.int64)
        whole[: len(self.plots)] = 1

        def told(best: float, _bound: float) -> None:
            if tell is not None:
                tell(best + self.constant)

        # the solver's gap is relative to its own objective, which lacks the constant
        program = Program(self.costs, whole, self.rows, self.least, self.most)
        found = solve_program(program, gap=gap, watch=watch, tell=None if tell is None else told)
        return Solved(found.values, found.bound + self.constant)


def build(
    case: Case, target: float, free: Bools, taken: Bools, *, stepped: Span = ANY_STEPS
) -> Model:
    """Write the program.

    Parameters
    ----------
    case
        The choice.
    target
        亩 to reach.
    free
        Plots that are variables.
    taken
        Plots that are fixed as chosen; all others are fixed as left.
    stepped
        Fewest and most points of firms less those of pairs.

    Returns
    -------
    model
        The program.
    """
    plots = np.flatnonzero(free)
    place = np.full(len(case), -1, dtype=np.int64)
    place[plots] = np.arange(len(plots))
    costs = case.points[plots].copy()
    # firms: one that a fixed plot touches is paid for, one with a single free plot is its own
    open_firms = free[case.firm_at] & ~np.isin(case.firm, case.firm[taken[case.firm_at]])
    at, firm = place[case.firm_at[open_firms]], case.firm[open_firms]
    _, firm, times = np.unique(firm, return_inverse=True, return_counts=True)
    single = times[firm] == 1
    np.add.at(costs, at[single], case.firm_points)
    kept, firm_place = np.unique(firm[~single], return_inverse=True)
    at = at[~single]
    # pairs: with one plot fixed as chosen the other has the bonus by itself
    one, two = case.pairs[:, 0], case.pairs[:, 1]
    for here, there in ((one, two), (two, one)):
        np.add.at(costs, place[here[free[here] & taken[there]]], -case.pair_points)
    both = free[one] & free[two]
    one, two = place[one[both]], place[two[both]]
    count = len(plots) + len(kept) + len(one)
    firm_place = firm_place + len(plots)
    pair_place = np.arange(len(one)) + len(plots) + len(kept)
    plus = np.concatenate([at, pair_place, pair_place])
    minus = np.concatenate([firm_place, one, two])
    ties = np.arange(len(plus))
    entries = np.concatenate([np.ones(len(plus)), -np.ones(len(plus))])
    places = (np.concatenate([ties, ties]), np.concatenate([plus, minus]))
    tied = csr_array((entries, places), shape=(len(plus), count))
    side, least, most = side_rows(case, target, plots, taken, count)
    costs = np.concatenate(
        [costs, np.full(len(kept), case.firm_points), np.full(len(one), -case.pair_points)]
    )
    steps = costs.copy()
    steps[: len(plots)] -= case.points[plots]
    held = case.stepped(taken)
    if stepped != ANY_STEPS:
        side = vstack([side, csr_array(steps[None, :])])
        least, most = np.append(least, stepped[0] - held), np.append(most, stepped[1] - held)
    return Model(
        plots=plots,
        costs=costs,
        constant=case.objective(taken),
        rows=vstack([tied, side]).tocsc(),
        least=np.concatenate([np.full(len(plus), -np.inf), least]),
        most=np.concatenate([np.zeros(len(plus)), most]),
        firm_rows=(at, firm_place),
        pair_rows=(pair_place, one, two),
        step_points=steps,
        step_held=held,
    )


def side_rows(
    case: Case, target: float, plots: Ints, taken: Bools, count: int
) -> tuple[Any, Floats, Floats]:
    """Return the rows of land, quotas and budget with their bounds, less what is fixed."""
    weights = [case.land]
    bounds = [(target, np.inf)]
    for town, (low, high) in sorted(case.quotas.items()):
        weights.append(np.where(case.town == town, case.land, 0.0))
        bounds.append((low, high))
    if case.cost is not None and math.isfinite(case.budget):
        weights.append(case.cost)
        bounds.append((-np.inf, case.budget))
    table = np.array(weights)
    held = np.array([math.fsum(row[taken]) for row in table])
    rest = csr_array((len(weights), count - len(plots)))
    here = hstack([csr_array(table[:, plots]), rest])
    least, most = np.array(bounds).T
    return here, least - held, most - held


def relax(model: Model) -> Relaxed:
    """Solve the program without whole numbers."""
    nothing = np.zeros(0)
    if not len(model.costs):
        return Relaxed(model.solve(gap=0, watch=Watch()).bound, nothing, nothing)
    rows = model.rows.tocsr()
    below, above = np.isfinite(model.most), np.isfinite(model.least)
    found = linprog(
        model.costs,
        A_ub=vstack([rows[below], -rows[above]]).tocsc(),
        b_ub=np.concatenate([model.most[below], -model.least[above]]),
        bounds=(0, 1),
        method="highs",
    )
    if found.status == _INFEASIBLE:
        return Relaxed(math.inf, nothing, nothing)
    if found.x is None or found.fun is None:
        # no bound and no prices: the whole program decides
        zeros = np.zeros(len(model.costs))
        return Relaxed(-math.inf, zeros, zeros)
    slopes = found.lower.marginals + found.upper.marginals
    return Relaxed(float(found.fun) + model.constant, found.x, slopes)
