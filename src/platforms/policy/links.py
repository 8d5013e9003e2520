"""Firms and plots are m:n: the figures of firms, brought to the plots they stand on.

A firm's figures are shared out over its plots by the stated shares, else by the plots' areas,
so that the plots of a firm sum to the firm. How a plot with several firms is judged is said:

``sum``   their figures are added; scale, industry and grade are the main firm's
``main``  the main firm alone speaks, with its figures on this plot
``any``   each firm is judged by its own figures and land; one hit firm is enough
``all``   as ``any``, but all firms must be hit

A figure that one firm lacks is unknown for the whole plot, never smaller. What is not on a
plot (no match, plots elsewhere, figures left out) is counted in ``totals``, so that the
figures of the firms can be followed to the last 万元.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from platforms.errors import InputError
from platforms.issues import IssueTable
from platforms.policy.evaluate import evaluate
from platforms.policy.evaluation import Evaluation
from platforms.policy.firm_figures import FirmFigures, numbers
from platforms.policy.firm_keys import Firms
from platforms.policy.firm_verdicts import gather
from platforms.policy.matching import Pairs, match_cells, match_links
from platforms.policy.schema import Pack
from platforms.policy.sharing import weights
from platforms.policy.trace import Trace, explain, trace_row
from platforms.units import MU_PER_M2

__all__ = ["SEVERAL", "FirmData", "Joined", "Several", "join_firms"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Several = Literal["sum", "main", "any", "all"]

SEVERAL = ("sum", "main", "any", "all")


@dataclass(frozen=True)
class Joined:
    """Plots with the figures of their firms.

    Attributes
    ----------
    frame
        The plots, same rows, order and type. Figures and attributes of the firm table stand in
        place of the plots' own of that name. Added: ``firm_count``, ``firm_main`` (name of
        the main firm), ``firm_match`` (links, code, name, or empty) and ``firm_way`` (how
        the figures came about: none, single, sum, main, any, all).
    pairs
        One row a firm on a plot: plot_id, firm_id, credit_code, firm_name, role, share,
        weight (part of the firm on the plot), main, way. Plots that a link names and the
        plots do not hold are there too, ``absent``.
    totals
        One row a figure: ``firms`` (sum of the table), ``matched`` (of the firms with a plot),
        ``placed`` (on the plots), ``absent`` (on plots that are not here), ``left_out`` (of
        firms that do not speak) and ``open`` (could not be shared out, or stands beside a
        missing value). matched = placed + absent + left_out + open.
    issues
        What did not match, and why.
    several
        How a plot with several firms is judged.
    counts
        Numbers of firms, plots and pairs, as the report shows them.
    judged, reference, place
        With ``any`` and ``all``: one row a firm on a plot with the firm's own figures and
        land; all firms, for industry means; the plot of each judged row.
    """

    frame: pd.DataFrame
    pairs: pd.DataFrame
    totals: pd.DataFrame
    issues: IssueTable
    several: Several
    counts: Mapping[str, Mapping[str, int]]
    judged: pd.DataFrame | None = None
    reference: pd.DataFrame | None = None
    place: Ints | None = None

    def evaluate(self, pack: Pack, *, on: dt.date | None = None) -> Evaluation:
        """Judge the plots by a rule pack, several firms as ``several`` says.

        Parameters
        ----------
        pack, on
            As for :func:`platforms.evaluate`.

        Returns
        -------
        evaluation
            One entry a plot. With ``any`` and ``all`` the rules and missing fields shown are
            those of the firms that decide.
        """
        if self.judged is None or self.place is None:
            return evaluate(self.frame, pack, on=on)
        firms = evaluate(self.judged, pack, reference=self.reference, on=on)
        named = self.frame["plot_id"].to_numpy(dtype=object)
        return gather(firms, self.place, named, every=self.several == "all")

    def assess(self, pack: Pack, *, on: dt.date | None = None) -> pd.DataFrame:
        """Return the plots with the columns that :func:`platforms.assess` adds."""
        assessed = self.frame.copy()
        for name, values in self.evaluate(pack, on=on).columns().items():
            assessed[name] = pd.Series(values, index=assessed.index, dtype="str")
        return assessed

    def explain(
        self,
        pack: Pack,
        plot_id: str,
        *,
        documents: Mapping[str, str] | None = None,
        on: dt.date | None = None,
    ) -> list[Trace]:
        """Explain one plot's verdict: one tree, or with ``any`` and ``all`` one a firm.

        Parameters
        ----------
        pack, plot_id, documents, on
            As for :func:`platforms.explain`.

        Raises
        ------
        InputError
            For an id that no plot has, or more than one.
        """
        if self.judged is None or self.place is None:
            return [explain(self.frame, pack, plot_id, documents=documents, on=on)]
        evaluation = evaluate(self.judged, pack, reference=self.reference, on=on)
        rows = np.flatnonzero(self.frame["plot_id"].astype(str) == str(plot_id))
        if len(rows) != 1:
            # says which ids there are
            return [explain(self.frame, pack, plot_id, documents=documents, on=on)]
        # two firms of one name on one plot are two trees
        places = np.flatnonzero(self.place == rows[0])
        return [trace_row(evaluation, int(place), documents=documents) for place in places]

    def to_json(self) -> dict[str, object]:
        """Return what ``assess --json`` prints under ``join``."""
        columns = ("feature", "field", "kind", "severity", "message", "action")
        return {
            "several": self.several,
            **self.counts,
            "totals": self.totals.to_dict("records"),
            "issues": [
                {name: record[name] for name in columns} for record in self.issues.to_records()
            ],
        }


@dataclass(frozen=True)
class FirmData:
    """Firms, where they stand, and how plots with several are judged: what a run is given.

    Attributes
    ----------
    firms, links, several
        As for :func:`join_firms`.
    issues
        Faults of the tables, to be told with those of the join.
    """

    firms: pd.DataFrame
    links: pd.DataFrame | None = None
    several: Several = "sum"
    issues: IssueTable = field(default_factory=IssueTable)

    def join(self, plots: pd.DataFrame) -> Joined:
        """Bring the firms to plots; see :func:`join_firms`."""
        joined = join_firms(plots, self.firms, links=self.links, several=self.several)
        return replace(joined, issues=IssueTable([*self.issues, *joined.issues]))


def join_firms(
    plots: pd.DataFrame,
    firms: pd.DataFrame,
    *,
    links: pd.DataFrame | None = None,
    several: Several = "sum",
) -> Joined:
    """Bring the figures of firms to their plots.

    Parameters
    ----------
    plots
        One row a plot: plot_id, area_m2 or area_mu, and without ``links`` credit_code or
        firm_name; not changed. A cell may name several firms, parted by ``；`` or ``、``.
    firms
        One row a firm: firm_id, credit_code or name, and columns of the firm table, such as
        ``tax_wan_2021`` (万元), ``energy_tce_2021``, scale, industry_code, grade_2021.
    links
        Firms on plots: plot_id; firm_id, credit_code or name; share (part of the firm on
        this plot, 0 to 1) and role (owner, tenant), both optional. Without it firms are found
        by the plots' credit codes, then by name.
    several
        How a plot with several firms is judged: sum, main, any or all.

    Returns
    -------
    joined
        The plots with their firms' figures, the pairs, the account and the faults.

    Raises
    ------
    InputError
        For an unknown way, or links without the columns that are needed.

    Notes
    -----
    The main firm of a plot is the one with the most land there (its part of its own area
    where the table gives it, else its part), an owner before a tenant.
    """
    _check(several, links)
    issues = IssueTable()
    plots_at = plots if "plot_id" in plots else plots.assign(plot_id=plots.index.astype(str))
    known = Firms(firms, issues)
    if links is None:
        pairs = match_cells(plots_at, known, issues)
    else:
        pairs = match_links(links, plots_at, known, issues)
    area_mu = _area_mu(plots)
    weight = _weight(pairs, known, area_mu, issues)
    figures = FirmFigures(firms, known, plots_at, pairs, weight, area_mu)
    figures.report(issues)
    frame, totals = figures.on_plots(several, issues)
    judged = reference = place = None
    if several in {"any", "all"}:
        judged, place = figures.judged()
        reference = figures.reference()
    listed, counts = figures.listed(), figures.counts()
    return Joined(frame, listed, totals, issues, several, counts, judged, reference, place)


def _check(several: str, links: pd.DataFrame | None) -> None:
    if several not in SEVERAL:
        raise InputError("policy.several_unknown", value=several, allowed=list(SEVERAL))
    if links is None:
        return
    firm = {"firm_id", "credit_code", "name"} & set(links.columns)
    if "plot_id" not in links or not firm:
        raise InputError("policy.links_columns", columns=[str(c) for c in links.columns])


def _area_mu(plots: pd.DataFrame) -> Floats:
    for column, factor in (("area_mu", 1.0), ("area_m2", MU_PER_M2)):
        if column in plots:
            area = numbers(plots[column]) * factor
            return np.where(area > 0, area, np.nan)
    return np.full(len(plots), np.nan)


def _weight(pairs: Pairs, firms: Firms, area_mu: Floats, issues: IssueTable) -> Floats:
    # the last entry is for plots that are not here
    size = np.append(area_mu, np.nan)[pairs.plot]
    weight, basis = weights(pairs.firm, pairs.share, size, firms=len(firms))
    sums = np.bincount(pairs.firm, np.nan_to_num(pairs.share), minlength=len(firms))
    for kind, name in (("share_scaled", "share_sum"), ("open", "share_open")):
        for at in np.flatnonzero(basis == kind):
            issues.add(name, "warning", feature=firms.labels[at], sum=round(float(sums[at]), 6))
    return weight
