"""Relocation (搬迁入园): indivisible firms to parks, with a bound, a gap and reasons.

The answer is one of a few that can be near the best; how near is proved, not claimed: the
bound is what any answer costs at least. The objective with default weights is Σ km × 亩 plus
1,000 for each 亩 that goes nowhere.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from platforms.errors import InputError
from platforms.issues import IssueTable
from platforms.planning.effort import Progress
from platforms.planning.moves.relocation_admission import Bar, bars, distances_km
from platforms.planning.moves.relocation_answer import Relocation
from platforms.planning.moves.relocation_bound import Floats, Ints, Problem
from platforms.planning.moves.relocation_data import Ready, ready
from platforms.planning.moves.relocation_effort import Effort, Found
from platforms.planning.moves.relocation_files import RelocationData
from platforms.planning.moves.relocation_locks import (
    Lock,
    apply_locks,
    read_locks,
    relaxations,
)
from platforms.planning.moves.relocation_search import search
from platforms.planning.moves.relocation_telling import (
    Asked,
    answer,
    as_given,
    asked_for,
    refusal,
)
from platforms.planning.moves.relocation_terms import Terms, checked_weights, make_terms

__all__ = ["relocate"]

# clusters: places of the largest parts are found, and all placed again, so often
_CLUSTER_TURNS = 3
_REACHED = 1e-9


def relocate(
    firms: pd.DataFrame | RelocationData,
    parks: pd.DataFrame | None = None,
    *,
    locks: pd.DataFrame | None = None,
    max_km: float | None = None,
    weights: Mapping[str, float] | None = None,
    relax: bool = False,
    effort: Effort | None = None,
) -> Relocation:
    """Assign firms to parks.

    Parameters
    ----------
    firms
        One row a firm: ``firm_id``, ``lon``, ``lat`` (degrees, CGCS2000), ``industry``,
        ``demand_mu`` (亩), and where known ``industry_code``, ``tax_wan`` (万元),
        ``energy_tce``, ``platform_id`` (where it stands), ``cluster`` (firms to keep
        together). Or all tables together, as `relocation_data` reads them.
    parks
        One row a park: ``park_id``, ``lon``, ``lat``, ``capacity_mu`` (亩), ``admits``
        (industries by ``;``, or ``*``), and where known ``min_tax_wan_per_mu``,
        ``max_energy_tce_per_mu``, ``focus`` (industries that it gathers), ``direction``
        (of the plan; ``retreat_to_tertiary`` receives nobody) with ``doc``, ``section``.
    locks
        ``firm_id``, ``park_id``, ``lock``: ``in`` the firm goes there; ``out`` it may not,
        with an empty park nowhere.
    max_km
        Longest straight distance.
    weights
        Instead of the default ones, see `relocation_terms`.
    relax
        Where locks contradict, drop the smallest set of them and go on.
    effort
        How long to look, progress and stop.

    Returns
    -------
    relocation
        Assignments, unassigned firms with reasons, bound, gap, terms and issues. Where locks
        contradict the status is ``infeasible`` and ``relaxations`` names what has to fall.

    Raises
    ------
    InputError
        For a table without a needed column, or a weight or distance that is none.
    """
    begun = time.monotonic()
    if max_km is not None and not max_km >= 0:
        raise InputError("moves.distance_wrong", value=max_km)
    given = checked_weights(weights)
    data = firms if isinstance(firms, RelocationData) else _together(firms, parks)
    tables = ready(data.firms, data.parks)
    tables.issues.extend(data.issues)
    km = distances_km(tables.firms, tables.parks)
    barred = bars(tables.firms, tables.parks, km, max_km, tables.issues)
    held = read_locks(data.locks if locks is None else locks, tables)
    falling = relaxations(held, barred, tables)
    terms = make_terms(tables.firms, tables.parks, km, given, tables.issues)
    effort = effort or Effort()
    wish = asked_for(held, tables, relax=relax, transfers=data.transfers, effort=effort)
    asked = Asked(tables, terms, km, barred, falling, max_km, wish)
    if falling and not relax:
        tables.issues.add("move_locks_contradict", "error", layer="locks",
                          count=len(falling), locks=len(held))  # fmt: skip
        told = refusal(asked, _since(begun))
        return replace(as_given(told, tables, barred), sample=data.sample)
    kept = _without(held, falling, tables)
    apply_locks(kept, barred)
    fixed = {lock.firm: lock.park for lock in kept if lock.goes and lock.park is not None}
    found = _solved(_Given(tables, terms, barred, fixed), effort, begun)
    nearest = _nearest(tables, km, barred, fixed)
    if terms.value(nearest) < found.cost:
        found = replace(found, place=nearest, cost=terms.value(nearest))
    told = answer(asked, found, nearest, fixed, _since(begun))
    return replace(as_given(told, tables, barred), sample=data.sample)


def _together(firms: pd.DataFrame, parks: pd.DataFrame | None) -> RelocationData:
    if parks is None:
        raise InputError("moves.no_parks")
    return RelocationData(firms, parks, None, sample=False, issues=IssueTable())


def _without(held: list[Lock], falling: list[tuple[Lock, str]], tables: Ready) -> list[Lock]:
    """Drop the locks that must fall, and name them."""
    for lock, _ in falling:
        name = tables.firms["firm_id"].iloc[lock.firm]
        tables.issues.add("move_lock_dropped", "warning", feature=name, layer="locks")
    fallen = {lock for lock, _ in falling}
    return [lock for lock in held if lock not in fallen]


def _since(begun: float) -> float:
    return round(time.monotonic() - begun, 3)


@dataclass(frozen=True)
class _Given:
    """What is solved: tables, terms, what is barred, and firms that locks put in a park."""

    tables: Ready
    terms: Terms
    barred: NDArray[np.uint8]
    fixed: Mapping[int, int]

    def solve(self, cost: Floats, effort: Effort) -> Found:
        """Solve the firms that are free in the room that the others leave."""
        firms, parks = cost.shape
        place = np.full(firms, parks, dtype=np.int64)
        place[list(self.fixed)] = list(self.fixed.values())
        room = self.tables.room - _load(place, self.tables.demand, parks)
        free = np.flatnonzero(~np.isin(np.arange(firms), list(self.fixed)))
        open_cost = np.where(self.barred[free] == Bar.none, cost[free], np.inf)
        # a firm larger than what is free can never stand there
        open_cost[self.tables.demand[free][:, None] > room] = np.inf
        stay = self.terms.stay
        held = math.fsum(cost[list(self.fixed), list(self.fixed.values())])
        asked = Problem(open_cost, stay[free], self.tables.demand[free], room)
        found = search(asked, _with_held(effort, held))
        place[free] = found.place
        return replace(found, place=place, cost=found.cost + held, bound=found.bound + held)


def _with_held(effort: Effort, held: float) -> Effort:
    """Have the progress tell what firms that locks hold cost, too."""
    tell = effort.progress
    if tell is None or not held:
        return effort

    def told(progress: Progress) -> None:
        best = None if progress.best is None else progress.best + held
        bound = None if progress.bound is None else progress.bound + held
        tell(progress.of(best, bound))

    return replace(effort, progress=told)


def _telling(effort: Effort, best: float | None, bound: float | None) -> Effort:
    """Have the progress tell these, where a turn counts what others do not."""
    tell = effort.progress
    if tell is None:
        return effort
    return replace(effort, progress=lambda progress: tell(progress.of(best, bound)))


def _load(place: Ints, demand: Ints, parks: int) -> Ints:
    load = np.zeros(parks + 1, dtype=np.int64)
    np.add.at(load, place, demand)
    return load[:parks]


def _solved(given: _Given, effort: Effort, begun: float) -> Found:
    """Solve, then draw clusters together where they have a price."""
    terms = given.terms
    grouped = bool(terms.weights["cluster"]) and bool((terms.groups >= 0).any())
    begin = _rest(effort, begun)
    # what clusters add is not known before the first answer
    first = given.solve(terms.cost, _telling(begin, None, None) if grouped else begin)
    best = replace(first, cost=terms.value(first.place))
    if not grouped:
        return _closed(best, first.bound)
    found = first
    for _ in range(_CLUSTER_TURNS):
        anchors, apart = terms.anchors(found.place)
        if not apart or found.ended == "stopped":
            break
        turn = _telling(_rest(effort, begun), best.cost, first.bound)
        found = given.solve(terms.cost + terms.apart(anchors), turn)
        value = terms.value(found.place)
        if value >= best.cost:
            break
        best = replace(found, cost=value)
    # no cluster costs less than nothing: the first bound holds
    return _closed(best, first.bound)


def _rest(effort: Effort, begun: float) -> Effort:
    """Leave the time that is left."""
    if effort.seconds is None:
        return effort
    return replace(effort, seconds=max(0.0, effort.seconds - (time.monotonic() - begun)))


def _closed(best: Found, bound: float) -> Found:
    """Say proved only where the bound is reached."""
    if best.cost - bound <= _REACHED * max(1.0, abs(best.cost)):
        return replace(best, bound=best.cost, ended="proved")
    ended = "settled" if best.ended == "proved" else best.ended
    return replace(best, bound=bound, ended=ended)


def _nearest(
    tables: Ready, km: Floats, barred: NDArray[np.uint8], fixed: Mapping[int, int]
) -> Ints:
    """Return what one does by hand: the nearest pair with room first, then the next."""
    firms, parks = km.shape
    place = np.full(firms, parks, dtype=np.int64)
    place[list(fixed)] = list(fixed.values())
    room = (tables.room - _load(place, tables.demand, parks)).tolist()
    need = tables.demand.tolist()
    open_pairs = np.flatnonzero((barred == Bar.none).ravel())
    order = open_pairs[np.argsort(km.ravel()[open_pairs], kind="stable")]
    done = [firm in fixed for firm in range(firms)]
    for pair in order.tolist():
        firm, park = divmod(pair, parks)
        if not done[firm] and need[firm] <= room[park]:
            done[firm] = True
            place[firm] = park
            room[park] -= need[firm]
    return place
