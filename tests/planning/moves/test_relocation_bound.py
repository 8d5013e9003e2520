"""Prices and exchanges: what they prove and choose, compared with brute force."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from platforms.planning.moves.relocation_bound import Problem, best_prices
from platforms.planning.moves.relocation_exchange import _knapsack


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(-50, 50), st.integers(1, 12)), min_size=1, max_size=8),
    st.integers(0, 40),
    st.integers(0, 60),
)
def test_the_cheapest_choice_between_two_sums(items, least, greatest):
    cost = np.array([float(c) for c, _ in items])
    need = np.array([n for _, n in items])
    greatest = min(greatest, int(need.sum()))
    chosen = _knapsack(cost, need, least, greatest)
    sums = [
        cost[list(map(bool, pick))].sum()
        for pick in product((0, 1), repeat=len(items))
        if least <= need[list(map(bool, pick))].sum() <= greatest
    ]
    if not sums:
        assert chosen is None
        return
    assert least <= need[chosen].sum() <= greatest
    assert cost[chosen].sum() == min(sums)


def problem(firms, parks, seed):
    draw = np.random.default_rng(seed)
    demand = draw.integers(1, 300, firms)
    cost = draw.uniform(1, 40, (firms, parks)) * demand[:, None]
    cost[draw.random((firms, parks)) < 0.5] = np.inf
    room = draw.integers(0, max(2, int(demand.sum() * 1.6 / parks)), parks)
    return Problem(cost, 1000.0 * demand, demand.astype(np.int64), room.astype(np.int64))


@pytest.mark.parametrize("seed", range(8))
def test_the_bound_is_that_of_the_linear_relaxation(seed):
    asked = problem(40, 5, seed)
    found = best_prices(asked)
    whole = np.column_stack([asked.cost, asked.stay])
    whole[~np.isfinite(whole)] = 1e9
    firms, places = whole.shape
    one = np.kron(np.eye(firms), np.ones(places))
    used = np.zeros((asked.parks, firms * places))
    for park in range(asked.parks):
        used[park, park::places] = asked.demand
    dense = linprog(
        whole.ravel(), A_ub=used, b_ub=asked.room, A_eq=one, b_eq=np.ones(firms), method="highs"
    )
    assert found.bound == pytest.approx(dense.fun, rel=1e-7)
    assert (found.price >= 0).all()
    assert found.regret.min() >= 0


def test_gaps_fall_apart_into_regret_and_unused_room():
    asked = problem(30, 4, 1)
    found = best_prices(asked)
    place = np.full(30, 4)
    left = asked.room.copy()
    for firm in range(30):
        fits = np.flatnonzero(np.isfinite(asked.cost[firm]) & (left >= asked.demand[firm]))
        if fits.size:
            place[firm] = fits[0]
            left[fits[0]] -= asked.demand[firm]
    regret = found.regret[np.arange(30), place].sum()
    total = found.bound + regret + found.price @ left
    assert asked.total(place) == pytest.approx(total, rel=1e-9)
