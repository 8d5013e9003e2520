"""Two parks exchange firms, exactly.

Which of the firms of two parks stand in the one and which in the other is a knapsack with a
least and a greatest sum, and a table over all sums solves it, whole units throughout. Every
pair of parks whose firms could stand better is solved so until no pair is left: most of the
gap goes that way within a fraction of a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from platforms.planning.moves.relocation_bound import Floats, Ints, Prices, Problem

__all__ = ["State", "exchange_all", "orders", "start"]

# cells of one table; firms beyond keep their place while two parks are looked at
_CELLS = 4_000_000
_ENDLESS = 2**60
_LEAST_GAIN = 1e-9


@dataclass
class State:
    """Where firms stand, while an answer is looked for.

    Attributes
    ----------
    problem, prices
        What is solved, and the prices of its bound.
    place
        Park of each firm; the number of parks for one that stays.
    room
        What is left in each park; without end where firms stay.
    stamps
        Changes with each change of a park.
    """

    problem: Problem
    prices: Prices
    place: Ints
    room: Ints
    stamps: Ints
    _clock: int = 0
    _seen: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    @property
    def parks(self) -> int:
        """Number of parks; also the place of firms that stay."""
        return self.problem.parks

    def regret(self) -> Floats:
        """Return what each firm pays beyond its best choice."""
        return self.prices.regret[np.arange(len(self.place)), self.place]

    def excess(self) -> Floats:
        """Return what each park, and last those who stay, add to the gap."""
        found: Floats = np.bincount(self.place, self.regret(), self.parks + 1).astype(np.float64)
        found[: self.parks] += self.prices.price * self.room[: self.parks]
        return found

    def gain(self) -> float:
        """Return the least gain that counts, so that rounding is none."""
        return _LEAST_GAIN * max(1.0, abs(self.prices.bound))

    def put(self, firms: Ints, places: Ints) -> None:
        """Move firms; the room is the caller's to have looked at."""
        np.add.at(self.room, self.place[firms], self.problem.demand[firms])
        touched = np.unique(np.r_[self.place[firms], places])
        self.place[firms] = places
        np.subtract.at(self.room, places, self.problem.demand[firms])
        self.room[self.parks] = _ENDLESS
        self._clock += 1
        self.stamps[touched] = self._clock

    def looked_at(self, one: int, other: int) -> bool:
        """Tell whether two parks are as they were when they were last solved."""
        key = (one, other)
        return self._seen.get(key) == (int(self.stamps[one]), int(self.stamps[other]))

    def remember(self, one: int, other: int) -> None:
        """Note that two parks are solved."""
        self._seen[one, other] = (int(self.stamps[one]), int(self.stamps[other]))


def orders(prices: Prices, demand: Ints) -> list[Ints]:
    """Return orders in which firms may be placed: who loses most by going elsewhere, or size.

    What is lost is counted to the third best place, to the second, to the fourth: which of
    them leads furthest cannot be told before pairs of parks have exchanged firms.
    """
    ranked = np.sort(prices.regret, axis=1)
    found = []
    for rank in (2, 1, 3):
        loss = ranked[:, min(rank, ranked.shape[1] - 1)]
        found.append(np.argsort(-np.where(np.isfinite(loss), loss, np.inf), kind="stable"))
    return [*found, np.argsort(-demand, kind="stable")]


def start(problem: Problem, prices: Prices, order: Ints) -> State:
    """Put firms in an order, each where it regrets least."""
    parks = problem.parks
    place = np.full(len(problem.demand), parks, dtype=np.int64)
    room = problem.room.copy()
    for firm in order:
        fits = np.where(room >= problem.demand[firm], prices.regret[firm, :parks], np.inf)
        if not parks:
            break
        best = int(fits.argmin())
        if fits[best] < prices.regret[firm, parks]:
            place[firm] = best
            room[best] -= problem.demand[firm]
    return State(
        problem, prices, place, np.r_[room, _ENDLESS].astype(np.int64),
        np.zeros(parks + 1, dtype=np.int64),
    )  # fmt: skip


def exchange_all(state: State, parks: Iterable[int], enough: Callable[[], bool]) -> None:
    """Solve pairs with these parks, and with those that change, until none can gain.

    Parameters
    ----------
    state
        Where firms stand; changed.
    parks
        Parks to begin with.
    enough
        Asked between pairs; true ends it early, with an answer that fits.
    """
    open_ones = set(parks)
    excess = state.excess()
    while open_ones:
        one = max(sorted(open_ones), key=lambda park: excess[park])
        open_ones.discard(one)
        for found in np.argsort(-excess, kind="stable"):
            other = int(found)
            first, last = min(one, other), max(one, other)
            if first == last or state.looked_at(first, last):
                continue
            if enough():
                return
            if _exchange(state, first, last, float(excess[one] + excess[other])):
                excess = state.excess()
                open_ones |= {one, other}
            state.remember(first, last)


def _exchange(state: State, one: int, other: int, most: float) -> bool:
    """Solve two parks; a firm that would add more than both have now need not be asked."""
    regret, place = state.prices.regret, state.place
    here = (place == one) & (regret[:, other] < most)
    there = (place == other) & (regret[:, one] < most)
    firms = np.flatnonzero(here | there)
    if not firms.size:
        return False
    demand = state.problem.demand
    inside = place[firms] == other
    dearer = regret[firms, other] - regret[firms, one]
    firms = _few(firms, np.where(inside, -dearer, dearer), demand)
    inside = place[firms] == other
    need = demand[firms]
    # what leaves unused room at the one and uses the other's is paid at their prices
    cost = np.r_[state.prices.price, 0.0]
    dearer = regret[firms, other] - regret[firms, one] - (cost[other] - cost[one]) * need
    total = int(need.sum())
    least = total - int(state.room[one]) - int(need[~inside].sum())
    greatest = min(int(state.room[other]) + int(need[inside].sum()), total)
    chosen = _knapsack(dearer, need, max(least, 0), greatest)
    if chosen is None or dearer[chosen].sum() >= dearer[inside].sum() - state.gain():
        return False
    moved = chosen != inside
    state.put(firms[moved], np.where(chosen[moved], other, one).astype(np.int64))
    return True


def _few(firms: Ints, loss: Floats, demand: Ints) -> Ints:
    """Keep so many firms, those that lose least first, that the table stays small."""
    order = np.argsort(loss, kind="stable")
    cells = np.cumsum(demand[firms[order]]) * np.arange(1, len(firms) + 1)
    if cells[-1] <= _CELLS:
        return firms
    kept = order[: max(2, int(np.searchsorted(cells, _CELLS)))]
    return np.sort(firms[kept])


def _knapsack(cost: Floats, need: Ints, least: int, greatest: int) -> NDArray[np.bool_] | None:
    """Choose the cheapest whose sum lies between two bounds; None where there are none."""
    total = int(need.sum())
    if least > greatest:
        return None
    if greatest > total - least:
        # the others are the smaller sum
        others = _knapsack_table(-cost, need, total - greatest, total - least)
        return None if others is None else ~others
    return _knapsack_table(cost, need, least, greatest)


def _knapsack_table(
    cost: Floats, need: Ints, least: int, greatest: int
) -> NDArray[np.bool_] | None:
    best = np.full(greatest + 1, np.inf)
    best[0] = 0.0
    taken = np.zeros((len(need), greatest + 1), dtype=bool)
    for row, (price, size) in enumerate(zip(cost.tolist(), need.tolist(), strict=True)):
        if size > greatest:
            continue
        with_it = best[: greatest + 1 - size] + price
        better = with_it < best[size:]
        taken[row, size:] = better
        best[size:][better] = with_it[better]
    at = least + int(best[least:].argmin())
    if not np.isfinite(best[at]):
        return None
    chosen = np.zeros(len(need), dtype=bool)
    for row in range(len(need) - 1, -1, -1):
        if taken[row, at]:
            chosen[row] = True
            at -= int(need[row])
    return chosen
