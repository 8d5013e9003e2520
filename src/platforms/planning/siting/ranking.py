"""Siting: which parks and plots fit a new project (工业用地数字化配置), and why.

A score is a weighted mean of terms and can be taken apart. Where something is not known the
term is a range, so the score is one too, and sites are ranked by what is certain: the lower
end. How good or bad the rank may become is said beside it. What excludes a site is said with
its reason and, where a document says it, with the clause. Weights are the tool's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from platforms import messages
from platforms.issues import IssueTable
from platforms.layers.tables import STORED_CRS
from platforms.planning.siting.method import TERMS, SitingMethod, siting_method
from platforms.planning.siting.plan import plan_fits
from platforms.planning.siting.project import Project, read_project
from platforms.planning.siting.sites import Sites, gather
from platforms.planning.siting.terms import Told, Values, terms_of
from platforms.units import half_up

if TYPE_CHECKING:
    from platforms.policy.workspace import Workspace

__all__ = ["Site", "Siting", "Term", "site"]

Floats = NDArray[np.float64]
_DIGITS = 4


@dataclass(frozen=True)
class Term:
    """One part of a site's score.

    Attributes
    ----------
    name
        ``plan``, ``room``, ``control_line``, ``energy``, ``shape`` or ``suppliers``.
    weight
        Its weight; 0 where the project does not ask for it.
    low, high
        Between 0 and 1; equal where it is known.
    told
        Why.
    """

    name: str
    weight: float
    low: float
    high: float
    told: Told

    @property
    def known(self) -> bool:
        """Whether it is one value."""
        return self.low == self.high

    def text(self, lang: str | None = None) -> str:
        """Say why."""
        return _text(self.told, lang)


@dataclass(frozen=True)
class Site:
    """A park or plot for a project.

    Attributes
    ----------
    kind, site_id, name
        ``park`` or ``plot``, its id and name.
    rank, rank_best, rank_worst
        By the lower score, and what the rank may become in the ranges; None where excluded.
    low, high
        Score between 0 and 1.
    terms
        What it is made of.
    excluded
        What excludes it; empty where nothing does.
    """

    kind: str
    site_id: str
    name: str
    rank: int | None
    rank_best: int | None
    rank_worst: int | None
    low: float
    high: float
    terms: tuple[Term, ...]
    excluded: tuple[Told, ...]

    def record(self, lang: str | None = None) -> dict[str, object]:
        """Return a JSON-ready dict: what the attributes say, in words too."""
        return {
            "rank": self.rank, "rank_best": self.rank_best, "rank_worst": self.rank_worst,
            "kind": self.kind, "site_id": self.site_id, "name": self.name,
            "score_low": self.low, "score_high": self.high,
            "terms": [
                {
                    "term": term.name, "weight": term.weight, "low": term.low, "high": term.high,
                    "known": term.known, "reason": term.told.why, "text": term.text(lang),
                    "source": term.told.clause.record() if term.told.clause else None,
                }
                for term in self.terms
            ],
            "excluded": [
                {
                    "reason": one.why, "text": _text(one, lang),
                    "source": one.clause.record() if one.clause else None,
                }
                for one in self.excluded
            ],
        }  # fmt: skip


@dataclass(frozen=True)
class Siting:
    """Sites of a project.

    Attributes
    ----------
    project
        The project.
    method
        Weights and judgements; its mark says whose they are.
    sites
        The ranked ones first, then those that are excluded by their id.
    frame
        One row a site in the same order, EPSG:4490: ``rank``, ``kind``, ``site_id``,
        ``name``, ``score_low``, ``score_high``, ``<term>_low`` and ``<term>_high``,
        ``excluded`` (reasons by ``;``) and ``method``.
    sample_layers
        Synthetic layers of the workspace among the sites.
    issues
        What is to be known of them.
    """

    project: Project
    method: SitingMethod
    sites: tuple[Site, ...]
    frame: gpd.GeoDataFrame
    sample_layers: tuple[str, ...]
    issues: IssueTable

    @property
    def ranked(self) -> tuple[Site, ...]:
        """The sites that nothing excludes, the best first."""
        return tuple(one for one in self.sites if one.rank is not None)

    def records(self, lang: str | None = None) -> list[dict[str, object]]:
        """Return one JSON-ready dict a site."""
        return [one.record(lang) for one in self.sites]


def site(
    project: Project | Mapping[str, object] | str | Path,
    *,
    plots: gpd.GeoDataFrame | str | None = None,
    parks: pd.DataFrame | None = None,
    workspace: Workspace | None = None,
) -> Siting:
    """Rank plots and parks for a project.

    Parameters
    ----------
    project
        As for ``read_project``: industry, and what is known of land, floor, energy, value
        added, tax and suppliers.
    plots
        Polygons with a CRS, or a layer of the workspace; ``plot_id``, ``net_m2`` (m²),
        ``area_m2``, ``floor_potential_m2``, ``energy_limit_tce`` and ``min_tax_wan_per_mu``
        are read where they are there. Not changed.
    parks
        ``park_id`` and shapes, or ``lon`` and ``lat``; ``capacity_mu`` (亩), ``admits``
        (industries by ``;`` or ``*``), ``capacity_floor_m2``, ``energy_limit_tce``,
        ``min_tax_wan_per_mu`` and ``accuracy_m`` are read where they are there. Default the
        workspace's ``sample_parks``, else its platforms.
    workspace
        The city: its plan, control line and standards. Without it what they say is unknown.

    Returns
    -------
    siting
        Sites in the order of their rank. More of what a term asks for never lowers a rank.

    Raises
    ------
    InputError
        For a project or sites that cannot be read; names field and id.
    """
    wanted = read_project(project)
    method = siting_method(workspace)
    sites = gather(plots, parks, workspace)
    fits = plan_fits(wanted, method, workspace)
    terms = terms_of(wanted, sites, method, fits=fits, workspace=workspace)
    low, high = _score(terms, method)
    free = np.array([not any(at in one.out for one in terms.values()) for at in range(len(low))])
    ids = sites.table["site_id"].to_numpy(object)
    order = np.lexsort((ids, np.where(free, -high, 0.0), np.where(free, -low, 0.0), ~free))
    best, worst = _rank_range(low, high, free)
    found = []
    for place, at in enumerate(order, start=1):
        row = sites.table.iloc[at]
        ranked = bool(free[at])
        parts = tuple(
            Term(
                name, method.weight(name) if terms[name].asked else 0.0,
                half_up(float(terms[name].low[at]), _DIGITS),
                half_up(float(terms[name].high[at]), _DIGITS), terms[name].told[at],
            )
            for name in TERMS
        )  # fmt: skip
        excluded = tuple(one.out[int(at)] for one in terms.values() if int(at) in one.out)
        found.append(
            Site(
                kind=row["kind"],
                site_id=row["site_id"],
                name=row["name"],
                rank=place if ranked else None,
                rank_best=int(best[at]) if ranked else None,
                rank_worst=int(worst[at]) if ranked else None,
                low=float(low[at]),
                high=float(high[at]),
                terms=parts,
                excluded=excluded,
            )
        )
    frame = _frame(found, sites, order, method)
    if method.industry(wanted.industry) is None:
        sites.issues.add("site_industry_unknown", "warning", field="industry",
                         industry=wanted.industry)  # fmt: skip
    return Siting(wanted, method, tuple(found), frame, sites.sample_layers, sites.issues)


def _score(terms: Mapping[str, Values], method: SitingMethod) -> tuple[Floats, Floats]:
    """Return the ends of the scores: the weighted mean of the terms that are asked for."""
    asked = [(method.weight(name), terms[name]) for name in TERMS if terms[name].asked]
    whole = sum(weight for weight, _ in asked)
    if whole == 0:
        count = len(terms["plan"].low)
        return np.zeros(count), np.ones(count)
    low = sum(weight * one.low for weight, one in asked) / whole
    high = sum(weight * one.high for weight, one in asked) / whole
    return half_up(np.asarray(low), _DIGITS), half_up(np.asarray(high), _DIGITS)


def _rank_range(
    low: Floats, high: Floats, free: NDArray[np.bool_]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the best and the worst rank that the ranges leave open; ties may fall either way."""
    lows, highs = np.sort(low[free]), np.sort(high[free])
    count = int(free.sum())
    best = 1 + count - np.searchsorted(lows, high, side="right")
    # a site is among those whose upper end is not under its own lower end
    worst = count - np.searchsorted(highs, low, side="left")
    return best, worst


def _frame(
    found: list[Site], sites: Sites, order: NDArray[np.intp], method: SitingMethod
) -> gpd.GeoDataFrame:
    rows = [
        {
            "rank": one.rank, "kind": one.kind, "site_id": one.site_id, "name": one.name,
            "score_low": one.low, "score_high": one.high,
            **{f"{t.name}_{end}": getattr(t, end) for t in one.terms for end in ("low", "high")},
            "excluded": ";".join(told.why for told in one.excluded),
        }
        for one in found
    ]  # fmt: skip
    table = pd.DataFrame(rows).astype({"rank": "Int64"})
    table["method"] = method.mark
    shapes = sites.table.geometry.to_numpy()[order]
    return gpd.GeoDataFrame(table, geometry=shapes, crs=STORED_CRS)


def _text(told: Told, lang: str | None) -> str:
    return messages.text(f"siting.why.{told.why}", lang, **told.fields)
