"""Some parks solved again, as a small mixed-integer program.

Four parks are drawn: one by what it adds to the gap (regret of its firms, unused room at its
price), the others by how little it would cost to exchange firms with those chosen. What is
minimised is their share of the gap, and an answer is taken only where it fits, counted in
whole units, and gains.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from platforms.planning.moves.relocation_bound import Floats, Ints
from platforms.planning.moves.relocation_exchange import State

__all__ = ["TOGETHER", "neighbourhood", "solve_parks", "solve_whole"]

# parks that are solved together
TOGETHER = 4
_PAIRS = 150
_NODES = 40
_NEAR = 0.1
_WHOLE_PAIRS = 600
_WHOLE_NODES = 5_000
_LEAST_PULL = 1e-9


def neighbourhood(state: State, stale: Floats, draw: np.random.Generator) -> Ints:
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
    pull = np.full(count, _LEAST_PULL)
    while len(chosen) < min(TOGETHER, count):
        pull = pull + ties[chosen[-1]] / (1.0 + stale)
        pull[chosen] = 0.0
        chosen.append(int(draw.choice(count, p=pull / pull.sum())))
    return np.sort(np.asarray(chosen, dtype=np.int64))


def solve_parks(state: State, parks: Ints, seconds: float | None) -> bool:
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


def solve_whole(state: State, seconds: float | None) -> float | None:
    """Solve the whole where few pairs are left that a better answer could have.

    Returns
    -------
    bound
        What any answer costs at least; None where there are too many pairs, or no proof.
    """
    excess = float(state.excess().sum())
    open_pairs = state.prices.regret <= excess + state.gain()
    open_pairs[np.arange(len(state.place)), state.place] = True
    busy = open_pairs.sum(axis=1) > 1
    if int(open_pairs[busy].sum()) > _WHOLE_PAIRS:
        return None
    fixed = float(state.regret()[~busy].sum())
    _, worth = _program(
        state, np.flatnonzero(busy), np.arange(state.parks), open_pairs[busy],
        nodes=_WHOLE_NODES, near=0.0, seconds=seconds,
    )  # fmt: skip
    return None if worth is None else state.prices.bound + min(excess, fixed + worth)


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
