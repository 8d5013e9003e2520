"""The yearly portfolio of a made-up county, beside one plain call of the same solver.

    python benchmarks/portfolio.py [--plots 20000] [--mu 1800] [--curve 20] [--plain]

Low-efficiency plots of log-normal size with cost and jobs, a sixth of the firms on several
plots, 15 towns with quotas (3 to 10 % of the target each), and neighbours within 50 m. Printed
are status, points, bound, gap, wall and processor time: without and with the contiguity bonus,
with targets ten and fifty times as high, with a budget, for a target out of reach with the
smallest set of relaxations, and the curve. ``--plain`` gives the whole program to HiGHS in one
call with the same gap, and 120 s.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Callable
from typing import TypeVar

import geopandas as gpd
import numpy as np
import shapely

import platforms as ip
from platforms.planning.choice.portfolio_model import build
from platforms.planning.effort import Watch

TOWNS = 15
WITHIN_M = 50.0
Result = TypeVar("Result")


def county(count: int, seed: int = 7) -> gpd.GeoDataFrame:
    """Return plots as a run gives them, on a grid with gaps that differ."""
    rng = np.random.default_rng(seed)
    mu = np.round(np.exp(rng.normal(2.4, 0.7, count)) / 1.5e-5) * 1.5e-5
    side = np.sqrt(mu * 2000 / 3)
    wide = int(np.ceil(np.sqrt(count)))
    east = 40_580_000 + (np.arange(count) % wide) * 220 + rng.uniform(0, 120, count)
    north = 3_110_000 + (np.arange(count) // wide) * 220 + rng.uniform(0, 120, count)
    towns = rng.integers(0, TOWNS, count)
    return gpd.GeoDataFrame(
        {
            "plot_id": [f"P{at:06d}" for at in range(count)],
            "verdict": "low_efficiency",
            "net_mu": mu,
            "area_m2": np.round(side**2, 2),
            "town": [f"town {at:02d}" for at in towns],
            "firm_name": [f"firm {at}" for at in rng.integers(0, int(count * 0.85), count)],
            "cost_wan": np.round(mu * rng.lognormal(3.5, 0.4, count), 1),
            "jobs": rng.integers(0, 200, count),
        },
        geometry=shapely.box(east, north, east + side, north + side),
        crs="EPSG:4528",
    )


def quotas(mu: float) -> dict[str, tuple[float | None, float | None]]:
    return {f"town {at:02d}": (0.03 * mu, 0.1 * mu) for at in range(TOWNS)}


def busy() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def timed(work: Callable[[], Result]) -> tuple[Result, str]:
    wall, start = time.perf_counter(), busy()
    result = work()
    return result, f"{time.perf_counter() - wall:8.2f} s{busy() - start:9.2f} s"


def show(name: str, answer: ip.Portfolio, took: str) -> None:
    found = answer.found
    told = f"{found.objective:14,.2f}{found.bound:14,.2f}{found.gap:10.4%}"
    plots = int(answer.plots["chosen"].sum())
    print(f"  {name:34}{answer.status:11}{plots:6}{told if answer.solved else '':38}{took}")


def plain(answer: ip.Portfolio, gap: float) -> None:
    """Give the whole program to the solver at once."""
    case = answer.prepared.case
    free = case.fixed == 0
    model = build(case, answer.target_mu, free, ~free & (case.fixed > 0))
    found, took = timed(lambda: model.solve(gap=gap, watch=Watch(120)))
    points = np.inf if found.values is None else model.costs @ found.values + model.constant
    far = (points - found.bound) / abs(points) if np.isfinite(points) else np.inf
    told = f"{points:14,.2f}{found.bound:14,.2f}{far:10.4%}"
    print(f"  {'   one plain call':34}{'':17}{told}{took}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--plots", type=int, default=20_000)
    options.add_argument("--mu", type=float, default=1800.0)
    options.add_argument("--gap", type=float, default=1e-4)
    options.add_argument("--curve", type=int, default=20)
    options.add_argument("--plain", action="store_true")
    given = options.parse_args()
    plots = county(given.plots)
    total = plots["net_mu"].sum()
    print(f"{len(plots):,} plots, {total:,.0f} mu; load {os.getloadavg()[0]:.2f}")
    print(f"  {'':34}{'':11}{'plots':>6}{'points':>14}{'bound':>14}{'gap':>10}"
          f"{'wall':>10}{'processor':>11}")  # fmt: skip
    ways: list[tuple[str, float, float | None, float | None]] = [
        ("quotas", given.mu, None, None),
        ("quotas, neighbours", given.mu, WITHIN_M, None),
        ("quotas, neighbours, ten times", 10 * given.mu, WITHIN_M, None),
        ("quotas, neighbours, fifty times", 50 * given.mu, WITHIN_M, None),
        ("quotas, budget", given.mu, None, 19_000.0),
        ("out of reach", 1.2 * total, None, None),
    ]
    first = None
    for name, mu, within, budget in ways:
        limits = ip.PortfolioLimits(quotas(mu) if mu < total else {}, (), (), budget)
        answer, took = timed(
            lambda mu=mu, limits=limits, within=within: ip.portfolio(
                plots, mu, limits=limits, within_m=within, gap=given.gap
            )
        )
        show(name, answer, took)
        if given.plain and answer.solved:
            plain(answer, given.gap)
        for one in answer.relaxations:
            print(f"     {one}")
        first = first or answer
    if first is not None and given.curve:
        curve, took = timed(lambda: first.curve(given.curve))
        worst = curve["gap"].max()
        print(f"  curve of {given.curve} points, worst gap {worst:.4%}: {took}")
        last, took = timed(first.last)
        print(f"  price of the last 100 mu: {last}: {took}")


if __name__ == "__main__":
    main()
