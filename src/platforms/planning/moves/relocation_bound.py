"""What moving firms costs at least: prices of room, and the bound that they prove.

Each park gets a price for its room. At those prices each firm may choose for itself, and what
all pay less the price of all room is no more than the cost of any answer that fits: a bound
that holds for any prices that are not negative, whoever found them. The best prices are the
duals of the linear relaxation. Subgradient steps come near them, and then only the firms that
are still of two minds need a linear program, some thousand pairs instead of hundred thousands.

The gap of an answer then falls apart without remainder: what each firm pays more than its own
best choice (regret), and the room that each park leaves unused at its price.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

__all__ = ["Floats", "Ints", "Prices", "Problem", "best_prices"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_STEPS = 150
_SHRINK = 0.97
_FIRST_STEP = 0.3
_PASSES = 20
_EXACT = 1e-9


@dataclass(frozen=True)
class Problem:
    """Indivisible firms and the room of parks.

    Attributes
    ----------
    cost
        Cost of each firm (row) in each park (column); infinite where it may not go.
    stay
        Price of each firm that goes nowhere.
    demand
        Land of each firm, whole units.
    room
        Room of each park, whole units.
    """

    cost: Floats
    stay: Floats
    demand: Ints
    room: Ints

    @property
    def parks(self) -> int:
        """Number of parks."""
        return len(self.room)

    def total(self, place: Ints) -> float:
        """Return the cost of an answer: each firm's park, or the number of parks for none."""
        whole = np.column_stack([self.cost, self.stay])
        return float(whole[np.arange(len(place)), place].sum())


@dataclass(frozen=True)
class Prices:
    """Prices of a unit of room, and the bound that they prove.

    Attributes
    ----------
    price
        Of each park, not negative.
    bound
        No answer costs less.
    regret
        What each firm pays more than its best choice at these prices, in each park and, in
        the last column, by staying.
    """

    price: Floats
    bound: float
    regret: Floats


def best_prices(problem: Problem, enough: Callable[[], bool] = lambda: False) -> Prices:
    """Find the prices that prove the most.

    Parameters
    ----------
    problem
        Costs, demand and room.
    enough
        Asked between passes; true ends it with the best prices so far.

    Returns
    -------
    prices
        With the bound of the linear relaxation, to rounding, unless it was ended early.
    """
    price, bound = _subgradient(problem)
    if np.isfinite(problem.cost).any() and not enough():
        for pairs, found, told in _programs(problem, price):
            worth = _bound(problem, found)
            if worth > bound:
                price, bound = found, worth
            if told - worth <= _EXACT * max(abs(worth), 1.0) or not pairs or enough():
                break
    paid = _paid(problem, price)
    return Prices(price, bound, paid - paid.min(axis=1, keepdims=True))


def _paid(problem: Problem, price: Floats) -> Floats:
    """Return what firms pay in each park and, last, for staying."""
    return np.column_stack([problem.cost + price * problem.demand[:, None], problem.stay])


def _bound(problem: Problem, price: Floats) -> float:
    return float(_paid(problem, price).min(axis=1).sum() - price @ problem.room)


def _subgradient(problem: Problem) -> tuple[Floats, float]:
    """Raise the prices of parks that too many choose, lower those of the others."""
    demand, room = problem.demand.astype(np.float64), problem.room.astype(np.float64)
    parks = problem.parks
    best = np.zeros(parks)
    bound = _bound(problem, best)
    a_unit = problem.cost / demand[:, None]
    known = a_unit[np.isfinite(a_unit)]
    if not known.size:
        return best, bound
    step = _FIRST_STEP * max(float(np.median(np.abs(known))), _EXACT)
    price = best
    for _ in range(_STEPS):
        paid = _paid(problem, price)
        choice = paid.argmin(axis=1)
        worth = float(paid[np.arange(len(choice)), choice].sum() - price @ room)
        if worth > bound:
            best, bound = price, worth
        load = np.bincount(choice, demand, parks + 1)[:parks]
        pull = (load - room) / np.maximum(room, 1.0)
        size = float(np.sqrt(np.mean(pull**2)))
        if size <= _EXACT:
            break
        price = np.maximum(0.0, price + step * pull / size)
        step *= _SHRINK
    return best, bound


def _programs(problem: Problem, price: Floats) -> Iterator[tuple[int, Floats, float]]:
    """Yield, pass by pass, pairs left to look at, prices and the value of a linear program."""
    whole = np.column_stack([problem.cost, problem.stay])
    demand = problem.demand.astype(np.float64)
    taken = np.zeros(whole.shape, dtype=bool)
    near = 0.0
    for turn in range(_PASSES):
        paid = _paid(problem, price)
        regret = (paid - paid.min(axis=1, keepdims=True)) / demand[:, None]
        if turn == 0:
            # as many pairs beside the firms' best as there are half as many firms
            others = regret[np.isfinite(regret) & (regret > 0)]
            at = min(len(whole) // 2, others.size - 1)
            near = float(np.partition(others, at)[at]) if others.size else 0.0
            new = regret <= near
        else:
            new = (regret <= near / 4) & ~taken
        taken |= new
        solved = _program(problem, whole, taken)
        if solved is None:
            return
        price, value = solved
        yield int(new.sum()), price, value


def _program(
    problem: Problem, whole: Floats, taken: NDArray[np.bool_]
) -> tuple[Floats, float] | None:
    """Solve the linear program of some pairs; firms of one mind are not in it."""
    parks = problem.parks
    demand = problem.demand.astype(np.float64)
    firm, park = np.nonzero(taken)
    free = taken.sum(axis=1)[firm] > 1
    fixed = (firm[~free], park[~free])
    away = fixed[1] < parks
    room = problem.room - np.bincount(fixed[1][away], demand[fixed[0][away]], parks)[:parks]
    firm, park = firm[free], park[free]
    names, row = np.unique(firm, return_inverse=True)
    count, real = len(firm), park < parks
    if not count:
        return None
    # parks may take too much, dearer than any stay: the program always has an answer
    dear = 2.0 * float((np.abs(whole[np.isfinite(whole)]).max() + 1.0) / demand.min())
    used = sparse.csc_array(
        (demand[firm[real]], (park[real], np.flatnonzero(real))), shape=(parks, count)
    )
    chosen = sparse.csc_array((np.ones(count), (row, np.arange(count))), shape=(len(names), count))
    # the stubs know no sparse tables
    solver: Any = linprog
    solved = solver(
        np.r_[whole[firm, park], np.full(parks, dear)],
        A_ub=sparse.hstack([used, -sparse.eye_array(parks)], format="csc"),
        b_ub=room,
        A_eq=sparse.hstack([chosen, sparse.csc_array((len(names), parks))], format="csc"),
        b_eq=np.ones(len(names)),
        method="highs-ds",
    )
    if solved.x is None:
        return None
    price = np.maximum(0.0, -np.asarray(solved.ineqlin.marginals, dtype=np.float64))
    return price, float(solved.fun + whole[fixed].sum())
