"""The choice as numbers: candidates in the order of their ids, and all that binds them.

Plots enter sorted by id, so that the order of a file has no say in the answer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bools", "Case", "Floats", "Ints"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

# land and money are compared to this much, 亩 and 万元: areas are multiples of 0.000015 亩
SLACK = 1e-6
# weights finer than this, in points, have no common step
_STEP = 1e-6


@dataclass(frozen=True)
class Case:
    """Candidates and limits.

    Attributes
    ----------
    ids
        Plot ids, sorted.
    land
        亩 of each.
    points
        Points of each plot by itself: cost, jobs, land.
    firm_at, firm
        Which plot touches which firm, as two arrays; a firm is a number.
    firm_points
        Points of a firm that is touched.
    town
        Number of each plot's town in ``towns``, -1 without one.
    towns
        Names of the towns.
    quotas
        Least and most 亩 by number of the town; infinite where open.
    pairs
        Two columns: plots that lie together.
    pair_points
        Points taken off for a pair that is chosen.
    fixed
        1 locked in, -1 locked out, 0 free.
    cost
        万元 of each, for the budget; None without one.
    budget
        Most 万元.
    """

    ids: tuple[str, ...]
    land: Floats
    points: Floats
    firm_at: Ints
    firm: Ints
    firm_points: float
    town: Ints
    towns: tuple[str, ...]
    quotas: Mapping[int, tuple[float, float]]
    pairs: Ints
    pair_points: float
    fixed: Ints
    cost: Floats | None = None
    budget: float = math.inf

    def __len__(self) -> int:
        return len(self.ids)

    def objective(self, chosen: Bools) -> float:
        """Return the points of a choice, added without loss."""
        return math.fsum(
            [
                *self.points[chosen],
                self.firm_points * self.firms(chosen),
                -self.pair_points * self.together(chosen),
            ]
        )

    def firms(self, chosen: Bools) -> int:
        """Return how many firms a choice touches."""
        return len(np.unique(self.firm[chosen[self.firm_at]]))

    def together(self, chosen: Bools) -> int:
        """Return how many pairs a choice holds."""
        return int(chosen[self.pairs].all(axis=1).sum())

    def stepped(self, chosen: Bools) -> float:
        """Return the points of the firms of a choice less those of its pairs."""
        return self.firm_points * self.firms(chosen) - self.pair_points * self.together(chosen)

    @property
    def step(self) -> float:
        """What the points of firms less those of pairs are a multiple of; 0 for nothing."""
        points = (self.firm_points, self.pair_points if len(self.pairs) else 0.0)
        whole = [round(one / _STEP) for one in points]
        even = all(
            math.isclose(n * _STEP, p, rel_tol=0, abs_tol=1e-12)
            for n, p in zip(whole, points, strict=True)
        )
        return math.gcd(*whole) * _STEP if even else 0.0

    def lack(self, chosen: Bools, target: float) -> float:
        """Return by how much a choice misses land, a quota or the budget at worst."""
        missed = [target - math.fsum(self.land[chosen])]
        for town, (least, most) in self.quotas.items():
            held = math.fsum(self.land[chosen & (self.town == town)])
            missed += [least - held, held - most]
        if self.cost is not None and math.isfinite(self.budget):
            missed.append(math.fsum(self.cost[chosen]) - self.budget)
        return max(missed)

    def by_id(self, chosen: Bools) -> Bools:
        """Return the choice in which, of plots that are alike in all things, the first are taken.

        Alike are plots with the same land, points, cost, town and lock, without a neighbour
        and each with a firm that has no other candidate.
        """
        alone = np.ones(len(self), dtype=bool)
        alone[self.pairs.ravel()] = False
        times = np.bincount(self.firm, minlength=1)
        alone[self.firm_at[times[self.firm] > 1]] = False
        alone &= self.fixed == 0
        firms = np.bincount(self.firm_at, minlength=len(self)).astype(np.float64)
        cost = np.zeros(len(self)) if self.cost is None else self.cost
        key = np.column_stack([self.land, self.points, cost, self.town, firms])[alone]
        if not len(key):
            return chosen
        _, kind = np.unique(key, axis=0, return_inverse=True)
        kind = kind.ravel()
        taken = np.bincount(kind, weights=chosen[alone])
        order = np.argsort(kind, kind="stable")
        starts = np.searchsorted(kind[order], np.arange(len(taken)))
        place = np.empty(len(kind), dtype=np.int64)
        place[order] = np.arange(len(kind)) - starts[kind[order]]
        out = chosen.copy()
        out[alone] = place < taken[kind]
        return out
