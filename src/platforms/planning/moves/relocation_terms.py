"""What an answer is measured by: terms, each with its weight in sight.

=============  ================================================================  =========
term           sum over                                                          default
=============  ================================================================  =========
distance       moved firms: km × 亩                                              1
unassigned     firms that go nowhere: 亩                                         1,000
fit            亩 in a park whose ``focus`` does not name their industry         0
plan           亩 in a park that the plan does not mark 重点发展, or, of a
               block that it moves, in a park to which it does not             0
sending        亩 of firms in 退二进三 platforms that go nowhere                 0
tax            万元 a year of firms that go nowhere                              0
cluster        亩 of a ``cluster`` that stand apart from its largest part        0
=============  ================================================================  =========

A weight of *fit*, *plan* or *cluster* is therefore km: so much further a 亩 may be moved to
avoid it. All terms but *cluster* belong to single firms.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from platforms.errors import InputError
from platforms.issues import IssueTable
from platforms.planning.moves.relocation_admission import (
    elsewhere,
    industry_listed,
    receiving,
    sending,
)
from platforms.planning.moves.relocation_bound import Floats, Ints
from platforms.planning.moves.relocation_data import latest_figure

__all__ = ["DEFAULT_WEIGHTS", "Terms", "checked_weights", "make_terms"]

DEFAULT_WEIGHTS: Mapping[str, float] = {
    "distance": 1.0,
    "unassigned": 1000.0,
    "fit": 0.0,
    "plan": 0.0,
    "sending": 0.0,
    "tax": 0.0,
    "cluster": 0.0,
}


def checked_weights(weights: Mapping[str, float] | None) -> dict[str, float]:
    """Return all weights, those that are given instead of the default.

    Raises
    ------
    InputError
        For a name that is no term, or a weight that is no number from 0 to 10⁹.
    """
    given = dict(weights or {})
    unknown = sorted(set(given) - set(DEFAULT_WEIGHTS))
    if unknown:
        raise InputError("moves.weight_unknown", names=unknown, known=list(DEFAULT_WEIGHTS))
    for name, value in given.items():
        if not (math.isfinite(value) and 0.0 <= value <= 1e9):  # noqa: PLR2004 as documented
            raise InputError("moves.weight_wrong", name=name, value=value)
    return {**DEFAULT_WEIGHTS, **{name: float(value) for name, value in given.items()}}


_NAMED = 5


@dataclass(frozen=True)
class Terms:
    """Terms of firms in parks.

    Attributes
    ----------
    weights
        Of each term.
    moving
        Term to its amount for each firm in each park, not weighted.
    staying
        Term to its amount for each firm that goes nowhere.
    groups
        Cluster of each firm, -1 for none.
    demand_mu
        Land of each firm, 亩.
    """

    weights: Mapping[str, float]
    moving: Mapping[str, Floats]
    staying: Mapping[str, Floats]
    groups: Ints
    demand_mu: Floats

    @property
    def cost(self) -> Floats:
        """Return the weighted cost of each firm in each park, clusters aside."""
        return sum_weighted(self.weights, self.moving)

    @property
    def stay(self) -> Floats:
        """Return the weighted price of each firm that goes nowhere."""
        return sum_weighted(self.weights, self.staying)

    def amounts(self, place: Ints) -> dict[str, float]:
        """Return the amount of each term for an answer, not weighted."""
        parks = next(iter(self.moving.values())).shape[1]
        moved = np.flatnonzero(place < parks)
        stays = np.flatnonzero(place == parks)
        found = dict.fromkeys(self.weights, 0.0)
        for name, table in self.moving.items():
            found[name] += math.fsum(table[moved, place[moved]])
        for name, column in self.staying.items():
            found[name] += math.fsum(column[stays])
        _, found["cluster"] = self.anchors(place)
        return found

    def parts(self, place: Ints) -> dict[str, Floats]:
        """Return what each firm adds to an answer by each term, weighted.

        A firm that stands apart from the largest part of its cluster has that part's price.
        """
        parks = next(iter(self.moving.values())).shape[1]
        rows = np.arange(len(place))
        gone, where = place < parks, np.minimum(place, parks - 1)
        found = {name: np.zeros(len(place)) for name in self.weights}
        for name, table in self.moving.items():
            if parks:
                found[name] += np.where(gone, table[rows, where], 0.0)
        for name, column in self.staying.items():
            found[name] += np.where(gone, 0.0, column)
        home = self.anchors(place)[0]
        own = np.flatnonzero((self.groups >= 0) & gone)
        apart = own[place[own] != home[self.groups[own]]]
        found["cluster"][apart] = self.demand_mu[apart]
        return {name: self.weights[name] * part for name, part in found.items()}

    def value(self, place: Ints) -> float:
        """Return the weighted sum of all terms: of all parts of all firms."""
        return math.fsum(value for part in self.parts(place).values() for value in part)

    def anchors(self, place: Ints) -> tuple[Ints, float]:
        """Return the park with the largest part of each cluster, and the 亩 apart from them.

        A cluster of which nobody moves has the number of parks as its park.
        """
        parks = next(iter(self.moving.values())).shape[1]
        count = int(self.groups.max(initial=-1)) + 1
        load = np.zeros((count, parks + 1))
        own = np.flatnonzero((self.groups >= 0) & (place < parks))
        np.add.at(load, (self.groups[own], place[own]), self.demand_mu[own])
        best = load.argmax(axis=1) if count else np.zeros(0, dtype=np.int64)
        best = np.where(load.sum(axis=1) > 0, best, parks)
        return best, float(load.sum() - load.max(axis=1, initial=0.0).sum())

    def apart(self, anchors: Ints) -> Floats:
        """Return the price of each firm in each park that is not its cluster's."""
        parks = next(iter(self.moving.values())).shape[1]
        price = np.zeros((len(self.groups), parks))
        own = np.flatnonzero(self.groups >= 0)
        home = anchors[self.groups[own]]
        price[own] = np.where(
            (np.arange(parks) != home[:, None]) & (home < parks)[:, None],
            self.weights["cluster"] * self.demand_mu[own][:, None],
            0.0,
        )
        return price


def sum_weighted(weights: Mapping[str, float], parts: Mapping[str, Floats]) -> Floats:
    """Return the weighted sum of tables of one shape."""
    total: Floats = np.sum([weights[name] * part for name, part in parts.items()], axis=0)
    return total


def make_terms(
    firms: pd.DataFrame,
    parks: pd.DataFrame,
    km: Floats,
    weights: Mapping[str, float],
    issues: IssueTable,
) -> Terms:
    """Work out every term; one with a weight whose columns are absent is named and is 0."""
    mu = firms["demand_mu"].to_numpy(dtype=np.float64)
    none = np.zeros(km.shape)
    needed = {
        "fit": ("focus", parks),
        "plan": ("direction", parks),
        "sending": ("platform_id", firms),
        "cluster": ("cluster", firms),
    }
    for name, (column, table) in needed.items():
        if weights[name] and column not in table:
            issues.add("move_term_without_column", "warning", field=column, term=name)
    fit, plan = none, none
    if "focus" in parks:
        stated = parks["focus"].fillna("").astype(str).str.strip()
        unknown = stated.eq("").to_numpy(dtype=bool)
        # what is not known must not look bad
        fit = np.where(industry_listed(firms, stated) | unknown, 0.0, mu[:, None])
        if unknown.any() and weights["fit"]:
            names = parks.loc[unknown, "park_id"].astype(str).tolist()
            issues.add("move_focus_unknown", "info", layer="parks", field="focus",
                       count=len(names), parks=names[:_NAMED])  # fmt: skip
    if "direction" in parks:
        plan = np.where(receiving(parks), 0.0, mu[:, None])
        bound = elsewhere(firms, parks, "prefer") | elsewhere(firms, parks, "only")
        moved = bound.any(axis=1)
        plan[moved] = np.where(bound[moved], mu[moved, None], 0.0)
    leaving = np.zeros(len(firms))
    if "platform_id" in firms:
        sent = set(parks.loc[sending(parks), "park_id"])
        leaving = np.where(firms["platform_id"].isin(sent), mu, 0.0)
    groups = np.full(len(firms), -1, dtype=np.int64)
    if "cluster" in firms:
        clusters = firms["cluster"].astype("object").where(firms["cluster"].notna(), None)
        groups = np.asarray(pd.factorize(clusters.replace("", None))[0], dtype=np.int64)
    tax = latest_figure(firms, "tax_wan").fillna(0.0).to_numpy()
    moving = {"distance": km * mu[:, None], "fit": fit, "plan": plan}
    staying = {"unassigned": mu, "sending": leaving, "tax": tax}
    return Terms(weights, moving, staying, groups, mu)
