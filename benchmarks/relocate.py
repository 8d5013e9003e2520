"""Relocation: how near the bound, how soon, and how much better than by hand.

    python benchmarks/relocate.py [--seconds 20] [--case 2000x40] [--plain]

Firms and parks are drawn over 50 km x 50 km with a seed: demand log-normal around 15 mu in
steps of 0.1 mu, 60 industries of which each is admitted by 40 % of the parks, capacity 105 % of
the demand shared out unevenly. Times are processor time of this process (user and system), so
that a busy machine does not count; the search itself is given processor time too.

For each case: the gap when the first answer stands and at the end, what ended it, the whole of
``ip.relocate`` beside the search, and nearest-first. ``--plain`` adds one call of HiGHS for
the whole problem with the same time, as anyone would begin.
"""

from __future__ import annotations

import argparse
import time
from importlib.metadata import version

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

import platforms as ip
from platforms.planning.moves.relocation_bound import Problem
from platforms.planning.moves.relocation_search import search

CASES = {"2000x40": (2_000, 40, 20.0), "10000x40": (10_000, 40, 60.0)}
INDUSTRIES = 60
ADMITTED = 0.4
TIGHT = 1.05
DEGREES = 0.5


def make(count: int, parks: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw firms and parks."""
    draw = np.random.default_rng(seed)
    demand = np.maximum(1.0, np.round(draw.lognormal(np.log(15.0), 0.8, count), 1))
    share = draw.uniform(0.5, 1.5, parks)
    names = np.array([f"I{n}" for n in range(INDUSTRIES)])
    admits: list[list[str]] = [[] for _ in range(parks)]
    for name in names:
        for park in draw.choice(parks, int(ADMITTED * parks), replace=False):
            admits[park].append(name)
    firms = pd.DataFrame(
        {
            "firm_id": [f"F{n}" for n in range(count)],
            "lon": 120.8 + DEGREES * draw.random(count),
            "lat": 28.0 + 0.45 * draw.random(count),
            "industry": draw.choice(names, count),
            "demand_mu": demand,
        }
    )
    offered = pd.DataFrame(
        {
            "park_id": [f"P{n}" for n in range(parks)],
            "lon": 120.8 + DEGREES * draw.random(parks),
            "lat": 28.0 + 0.45 * draw.random(parks),
            "capacity_mu": np.floor(share / share.sum() * demand.sum() * TIGHT * 10) / 10,
            "admits": [";".join(own) for own in admits],
        }
    )
    return firms, offered


def problem(firms: pd.DataFrame, parks: pd.DataFrame) -> Problem:
    """Return what the search is given, as `ip.relocate` makes it."""
    from platforms.issues import IssueTable
    from platforms.planning.moves.relocation_admission import bars, distances_km
    from platforms.planning.moves.relocation_data import ready

    tables = ready(firms, parks)
    km = distances_km(tables.firms, tables.parks)
    open_pairs = bars(tables.firms, tables.parks, km, None, IssueTable()) == 0
    mu = tables.firms["demand_mu"].to_numpy()
    cost = np.where(open_pairs, km * mu[:, None], np.inf)
    return Problem(cost, 1000.0 * mu, tables.demand, tables.room)


def plain(asked: Problem, seconds: float) -> None:
    """Give the whole to HiGHS at once."""
    firm, park = np.nonzero(np.isfinite(asked.cost))
    count, firms = len(firm), len(asked.demand)
    table = sparse.csc_array(
        (
            np.r_[np.ones(count), asked.demand[firm]],
            (np.r_[firm, firms + park], np.r_[np.arange(count), np.arange(count)]),
        ),
        shape=(firms + asked.parks, count),
    )
    begun = time.process_time()
    found = milp(
        asked.cost[firm, park] - asked.stay[firm],
        integrality=np.ones(count, dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(table, -np.inf, np.r_[np.ones(firms), asked.room]),
        options={"time_limit": seconds},
    )
    took = time.process_time() - begun
    if found.x is None:
        print(f"  one call of HiGHS      no answer{took:10.1f} s")
        return
    cost = found.fun + asked.stay.sum()
    bound = found.mip_dual_bound + asked.stay.sum()
    print(f"  one call of HiGHS{(cost - bound) / cost:10.3%}{took:10.1f} s")


def case(name: str, seconds: float | None, seed: int, *, with_plain: bool) -> None:
    """Print one case."""
    count, parks, limit = CASES[name]
    limit = seconds or limit
    firms, offered = make(count, parks, seed)
    begun = time.process_time()
    asked = problem(firms, offered)
    print(f"\n{name}, seed {seed}; tables and distances {time.process_time() - begun:.2f} s")
    told: list[tuple[float, float]] = []
    begun = time.process_time()

    def progress(one: ip.Progress) -> None:
        if one.gap is not None:
            told.append((one.seconds, one.gap))

    effort = ip.SearchEffort(
        seconds=limit, rounds=1_000_000, progress=progress, clock=time.process_time
    )
    found = search(asked, effort)
    took = time.process_time() - begun
    used = np.bincount(found.place, asked.demand, parks + 1)[:-1]
    assert (used <= asked.room).all()
    stays = int((found.place == parks).sum())
    if told:
        print(f"  first answer     {told[0][1]:10.3%}{told[0][0]:10.1f} s")
        for share in (0.25, 0.5):
            at = [gap for second, gap in told if second <= share * limit]
            if at:
                print(f"  after            {at[-1]:10.3%}{share * limit:10.1f} s")
    print(
        f"  at the end       {found.gap:10.3%}{took:10.1f} s   {found.rounds} rounds, {found.ended}"
    )
    print(f"  not placed {stays}, room used {used.sum() / asked.room.sum():.2%}")
    if with_plain:
        plain(asked, limit)
    begun = time.process_time()
    whole = ip.relocate(firms, offered, effort=ip.SearchEffort(rounds=0))
    took = time.process_time() - begun
    assert whole.gap is not None
    assert whole.nearest is not None
    print(f"  ip.relocate, no rounds {whole.gap:.3%}, {took:.1f} s; nearest-first costs ", end="")
    print(f"{whole.nearest / (found.cost or 1):.2f} times as much")


def main() -> None:
    """Run the cases."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, help="processor time a case")
    options.add_argument("--case", choices=list(CASES), help="default both")
    options.add_argument("--seeds", type=int, default=3)
    options.add_argument("--plain", action="store_true", help="one call of HiGHS beside it")
    given = options.parse_args()
    print(f"numpy {version('numpy')}, scipy {version('scipy')}; processor time")
    for name in [given.case] if given.case else CASES:
        for seed in range(1, given.seeds + 1):
            case(name, given.seconds, seed, with_plain=given.plain)


if __name__ == "__main__":
    main()
