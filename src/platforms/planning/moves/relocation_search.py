"""The search for an answer that fits and is near the bound.

1. Firms are placed one by one, in several orders (who loses most by going elsewhere, who is
   largest); each time pairs of parks exchange firms exactly, until none can gain; the best
   is taken on.
2. Neighbourhoods of four parks are solved again as small mixed-integer programs (HiGHS). The
   first park is drawn by what it adds to the gap (regret of its firms, unused room at its
   price), the others by how little it would cost to exchange firms with those chosen. After
   a gain its parks exchange with all others again.
3. Where so few pairs are left that could belong to a better answer that the whole is small,
   the whole is solved, and the bound with it.

What ends the search is counted in rounds and nodes, so the same input gives the same answer
on any machine. Only where ``ended`` says ``seconds`` or ``stopped`` did a clock or a person
decide; then a faster machine may come further.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from platforms.planning.moves.relocation_bound import Floats, Ints, Problem, best_prices
from platforms.planning.moves.relocation_exchange import State, exchange_all, orders, start

__all__ = ["Effort", "Found", "search"]

_TOGETHER = 4
_PAIRS = 150
_NODES = 40
_NEAR = 0.1
_WHOLE_PAIRS = 600
_WHOLE_NODES = 5_000
_CLOSED = 1e-9
# pairs from which on only two orders are tried
_LARGE = 200_000
# rounds without gain, a park
_PATIENCE = 8


@dataclass(frozen=True)
class Effort:
    """How long an answer is looked for.

    Attributes
    ----------
    seconds
        At most so long by ``clock``; None without end.
    rounds
        At most so many neighbourhoods.
    gap
        Near enough to the bound, as a share of the cost.
    seed
        Of the draws of neighbourhoods.
    progress
        Called with rounds done, rounds at most, and the gap.
    stop
        Asked often; true ends the search with the best answer so far.
    clock
        Seconds that pass.
    """

    seconds: float | None = 300.0
    rounds: int = 150
    gap: float = 2e-4
    seed: int = 0
    progress: Callable[[int, int, float], None] | None = None
    stop: Callable[[], bool] | None = None
    clock: Callable[[], float] = time.monotonic


@dataclass(frozen=True)
class Found:
    """An answer.

    Attributes
    ----------
    place
        Park of each firm; the number of parks for one that stays.
    cost, bound
        What it costs, and what any answer costs at least.
    ended
        ``proved``, ``gap``, ``settled`` (no gain in many rounds), ``rounds``, ``seconds`` or
        ``stopped``.
    rounds
        Neighbourhoods that were solved.
    """

    place: Ints
    cost: float
    bound: float
    ended: str
    rounds: int

    @property
    def gap(self) -> float:
        """Return how far the answer may be from the best, as a share of its cost."""
        return max(0.0, self.cost - self.bound) / abs(self.cost) if self.cost else 0.0


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
    begun = effort.clock()
    prices = best_prices(problem)
    # the last order is by size, which packs best
    ways = orders(prices, problem.demand)
    if problem.cost.size > _LARGE:
        ways = [ways[0], ways[-1]]
    hunts: list[_Hunt] = []
    for way in ways:
        hunt = _Hunt(start(problem, prices, way), effort, begun, bound=prices.bound)
        hunt.exchange(range(problem.parks + 1))
        hunts.append(hunt)
        if hunt.ended or hunt.gap() <= max(effort.gap, _CLOSED):
            break
    hunt = min(hunts, key=lambda one: float(one.state.excess().sum()))
    hunt.ended = hunts[-1].ended
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
    begun: float
    bound: float
    ended: str = ""
    _fruitless: int = 0
    _stale: Floats = field(init=False)

    def __post_init__(self) -> None:
        self._stale = np.zeros(self.state.parks)

    def over(self) -> bool:
        """Tell whether a clock or a person ends the search."""
        if self.effort.stop is not None and self.effort.stop():
            self.ended = "stopped"
        elif (
            self.effort.seconds is not None
            and self.effort.clock() - self.begun >= self.effort.seconds
        ):
            self.ended = "seconds"
        return bool(self.ended)

    def exchange(self, parks: range | list[int]) -> None:
        """Let pairs of parks exchange firms."""
        exchange_all(self.state, parks, self.over)

    def gap(self) -> float:
        """Return the gap of the answer at hand."""
        excess = float(self.state.excess().sum()) + self.state.prices.bound - self.bound
        cost = abs(self.state.prices.bound + float(self.state.excess().sum()))
        return max(0.0, excess) / cost if cost else 0.0

    def run(self) -> int:
        """Solve neighbourhoods until it is enough; return how many."""
        draw = np.random.default_rng(self.effort.seed)
        whole_at = -1
        if self.ended:
            return 0
        for done in range(self.effort.rounds):
            if self.effort.progress is not None:
                self.effort.progress(done, self.effort.rounds, self.gap())
            if self.over():
                return done
            stamp = int(self.state.stamps.max(initial=0))
            if stamp != whole_at:
                whole_at = stamp
                self._whole()
            if self.gap() <= max(self.effort.gap, _CLOSED):
                self.ended = "gap"
                return done
            if self._fruitless >= _PATIENCE * max(_TOGETHER, self.state.parks):
                self.ended = "settled"
                return done
            if self.state.parks < 2:  # noqa: PLR2004 nothing to exchange
                self.ended = "settled"
                return done
            self._round(draw)
        self.ended = self.ended or "rounds"
        return self.effort.rounds

    def _round(self, draw: np.random.Generator) -> None:
        parks = _neighbourhood(self.state, self._stale, draw)
        gained = _solve_parks(self.state, parks, self._left())
        self._stale[parks] = 0.0 if gained else self._stale[parks] + 1.0
        self._fruitless = 0 if gained else self._fruitless + 1
        if gained:
            self.exchange(parks.tolist())

    def _left(self) -> float | None:
        if self.effort.seconds is None:
            return None
        return max(0.01, self.effort.seconds - (self.effort.clock() - self.begun))

    def _whole(self) -> None:
        """Solve the whole where few pairs are left that a better answer could have."""
        state = self.state
        excess = float(state.excess().sum())
        regret = state.prices.regret
        open_pairs = regret <= excess + state.gain()
        firms = np.arange(len(state.place))
        open_pairs[firms, state.place] = True
        busy = open_pairs.sum(axis=1) > 1
        if int(open_pairs[busy].sum()) > _WHOLE_PAIRS:
            return
        parks = np.arange(state.parks)
        _, worth = _program(
            state, firms[busy], parks, open_pairs[busy],
            nodes=_WHOLE_NODES, near=0.0, seconds=self._left(),
        )  # fmt: skip
        if worth is not None:
            fixed = float(state.regret()[~busy].sum())
            self.bound = max(self.bound, state.prices.bound + min(excess, fixed + worth))


def _neighbourhood(state: State, stale: Floats, draw: np.random.Generator) -> Ints:
    """Draw parks: one by what it adds to the gap, the others by what joins them to it."""
    count = state.parks
    regret = state.prices.regret[:, :count]
    excess = state.excess()[:count]
    scale = max(float(excess.sum()) / count / 2, state.gain())
    loss = np.maximum(regret - state.regret()[:, None], 0.0)
    # firms that would lose little elsewhere join their park to the other
    easy = np.exp(-np.minimum(loss / scale, 700.0))
    joined = np.zeros((count + 1, count))
    np.add.at(joined, state.place, easy)
    ties = joined[:count] + joined[:count].T
    weight = (excess + scale / count) / (1.0 + stale)
    chosen = [int(draw.choice(count, p=weight / weight.sum()))]
    pull = np.full(count, _CLOSED)
    while len(chosen) < min(_TOGETHER, count):
        pull = pull + ties[chosen[-1]] / (1.0 + stale)
        pull[chosen] = 0.0
        chosen.append(int(draw.choice(count, p=pull / pull.sum())))
    return np.sort(np.asarray(chosen, dtype=np.int64))


def _solve_parks(state: State, parks: Ints, seconds: float | None) -> bool:
    """Solve the firms of some parks, and those that stay, again; tell whether that gained."""
    count = state.parks
    within = np.zeros(count + 1, dtype=bool)
    within[parks] = True
    within[count] = True
    firms = np.flatnonzero(within[state.place])
    columns = np.r_[parks, count]
    regret = state.prices.regret[np.ix_(firms, columns)]
    now = np.searchsorted(columns, state.place[firms])
    rows = np.arange(len(firms))
    loss = regret - regret[rows, now][:, None]
    loss[rows, now] = np.inf
    excess = state.excess()
    possible = np.isfinite(loss) & (regret < excess[columns].sum())
    known = np.sort(loss[possible])
    if not known.size:
        return False
    limit = known[min(_PAIRS, known.size) - 1]
    open_pairs = possible & (loss <= limit)
    open_pairs[rows, now] = True
    busy = open_pairs.sum(axis=1) > 1
    gained, _ = _program(
        state, firms[busy], parks, open_pairs[busy], nodes=_NODES, near=_NEAR, seconds=seconds
    )
    return gained


def _program(
    state: State,
    firms: Ints,
    parks: Ints,
    open_pairs: NDArray[np.bool_],
    *,
    nodes: int,
    near: float,
    seconds: float | None,
) -> tuple[bool, float | None]:
    """Solve some firms and parks; take the answer where it gains, and return its bound.

    What is minimised is the share of the gap that these firms and parks have: regrets, and
    unused room at its price. The bound is of that.
    """
    count, demand = state.parks, state.problem.demand
    columns = np.r_[parks, count]
    row, column = np.nonzero(open_pairs)
    if not len(row):
        return False, float(state.prices.price[parks] @ state.room[parks])
    room = state.room[parks].astype(np.float64)
    home = np.searchsorted(columns, state.place[firms])
    inside = home < len(parks)
    np.add.at(room, home[inside], demand[firms[inside]])
    real, pairs = column < len(parks), len(row)
    entries = (
        np.r_[np.ones(pairs), demand[firms[row[real]]], np.ones(len(parks))],
        (
            np.r_[row, len(firms) + column[real], len(firms) + np.arange(len(parks))],
            np.r_[np.arange(pairs), np.flatnonzero(real), pairs + np.arange(len(parks))],
        ),
    )
    shape = (len(firms) + len(parks), pairs + len(parks))
    total = np.r_[np.ones(len(firms)), room]
    options: Any = {"node_limit": nodes, "mip_rel_gap": near}
    if seconds is not None:
        options["time_limit"] = seconds
    solved = milp(
        np.r_[state.prices.regret[firms[row], columns[column]], state.prices.price[parks]],
        integrality=np.r_[np.ones(pairs), np.zeros(len(parks))].astype(np.int64),
        bounds=Bounds(0.0, np.r_[np.ones(pairs), np.full(len(parks), np.inf)]),
        constraints=LinearConstraint(sparse.csc_array(entries, shape=shape), total, total),
        options=options,
    )
    worth = getattr(solved, "mip_dual_bound", None)
    worth = float(worth) if worth is not None and np.isfinite(worth) else None
    if solved.x is None:
        return False, worth
    picked = solved.x[:pairs] > 0.5  # noqa: PLR2004 nearer to one
    place = state.place[firms].copy()
    place[row[picked]] = columns[column[picked]]
    return _take(state, firms, place), worth


def _take(state: State, firms: Ints, place: Ints) -> bool:
    """Move firms where that fits, counted in whole units, and gains."""
    moved = place != state.place[firms]
    if not moved.any():
        return False
    old_places, old_room, old = state.place.copy(), state.room.copy(), state.excess().sum()
    state.put(firms[moved], place[moved])
    if (state.room >= 0).all() and state.excess().sum() < old - state.gain():
        return True
    state.place[:], state.room[:] = old_places, old_room
    return False
