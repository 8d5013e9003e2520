"""The search for an answer that fits and is near the bound.

1. Firms are placed one by one, in several orders (who loses most by going elsewhere, who is
   largest); each time pairs of parks exchange firms exactly, until none can gain; the best
   is taken on.
2. Neighbourhoods of four parks are solved again as small mixed-integer programs (HiGHS).
   After a gain its parks exchange with all others again.
3. Where so few pairs are left that could belong to a better answer that the whole is small,
   the whole is solved, and the bound with it.

What ends the search is counted in rounds and nodes, so the same input gives the same answer
on any machine. Only where ``ended`` says ``seconds`` or ``stopped`` did a clock or a person
decide; then a faster machine may come further.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from platforms.planning.effort import Phase, Watch
from platforms.planning.moves.relocation_bound import Floats, Problem, best_prices
from platforms.planning.moves.relocation_effort import Effort, Found
from platforms.planning.moves.relocation_exchange import State, exchange_all, orders, start
from platforms.planning.moves.relocation_neighbours import (
    TOGETHER,
    neighbourhood,
    solve_parks,
    solve_whole,
)

__all__ = ["Effort", "Found", "search"]

_CLOSED = 1e-9
# pairs from which on only two orders are tried
_LARGE = 200_000
# rounds without gain, a park
_PATIENCE = 8


def search(problem: Problem, effort: Effort | None = None) -> Found:
    """Look for the cheapest places of all firms.

    Parameters
    ----------
    problem
        Costs, demand and room.
    effort
        When it is enough.

    Returns
    -------
    found
        Always an answer that fits; at worst all stay.
    """
    effort = effort or Effort()
    if not len(problem.demand):
        return Found(np.zeros(0, dtype=np.int64), 0.0, 0.0, "proved", 0)
    watch = effort.watch()
    watch.tell("bound", None, None)
    prices = best_prices(problem, watch.over)
    # the last order is by size, which packs best
    ways = orders(prices, problem.demand)
    if problem.cost.size > _LARGE:
        ways = [ways[0], ways[-1]]
    hunts: list[_Hunt] = []
    for at, way in enumerate(ways):
        hunt = _Hunt(start(problem, prices, way), effort, watch, bound=prices.bound)
        hunts.append(hunt)
        hunt.exchange(range(problem.parks + 1))
        best = min(hunts, key=_Hunt.excess)
        best.tell("start", at + 1, len(ways))
        if watch.ended or hunt.gap() <= max(effort.gap, _CLOSED):
            break
    hunt = min(hunts, key=_Hunt.excess)
    rounds = hunt.run()
    place = hunt.state.place
    cost = problem.total(place)
    bound = min(cost, hunt.bound)
    if cost - bound <= _CLOSED * max(1.0, abs(cost)):
        hunt.ended, bound = "proved", cost
    return Found(place, cost, bound, hunt.ended, rounds)


@dataclass
class _Hunt:
    """The state of a search."""

    state: State
    effort: Effort
    watch: Watch
    bound: float
    ended: str = ""
    _fruitless: int = 0
    _stale: Floats = field(init=False)

    def __post_init__(self) -> None:
        self._stale = np.zeros(self.state.parks)

    def exchange(self, parks: range | list[int]) -> None:
        """Let pairs of parks exchange firms."""
        exchange_all(self.state, parks, self.watch.over)

    def excess(self) -> float:
        """Return what the answer at hand costs beyond the prices' bound."""
        return float(self.state.excess().sum())

    def gap(self) -> float:
        """Return the gap of the answer at hand."""
        cost = self.state.prices.bound + self.excess()
        return max(0.0, cost - self.bound) / abs(cost) if cost else 0.0

    def tell(self, phase: Phase, done: int, most: int) -> None:
        """Say how far it is."""
        self.watch.tell(phase, self.state.prices.bound + self.excess(), self.bound, done, most)

    def run(self) -> int:
        """Solve neighbourhoods until it is enough; return how many."""
        draw = np.random.default_rng(self.effort.seed)
        whole_at = -1
        for done in range(self.effort.rounds):
            self.tell("search", done, self.effort.rounds)
            if self.watch.over():
                self.ended = self.watch.ended
                return done
            stamp = int(self.state.stamps.max(initial=0))
            if stamp != whole_at:
                whole_at = stamp
                self._whole()
            if self.gap() <= max(self.effort.gap, _CLOSED):
                self.ended = "gap"
                return done
            # with one park there is nothing to exchange
            tired = self._fruitless >= _PATIENCE * max(TOGETHER, self.state.parks)
            if tired or self.state.parks < 2:  # noqa: PLR2004 as said
                self.ended = "settled"
                return done
            self._round(draw)
        self.ended = self.watch.ended or "rounds"
        return self.effort.rounds

    def _round(self, draw: np.random.Generator) -> None:
        parks = neighbourhood(self.state, self._stale, draw)
        gained = solve_parks(self.state, parks, self.watch.left())
        self._stale[parks] = 0.0 if gained else self._stale[parks] + 1.0
        self._fruitless = 0 if gained else self._fruitless + 1
        if gained:
            self.exchange(parks.tolist())

    def _whole(self) -> None:
        """Solve the whole where that is small, and the bound with it."""
        worth = solve_whole(self.state, self.watch.left())
        if worth is not None:
            self.bound = max(self.bound, worth)
            self.tell("proof", 0, 0)
