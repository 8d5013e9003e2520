"""What a ledger records as done, beside the targets of the documents.

A target is answered by the land, or the firms, that the documents count and the ledger knows:
plots that were low-efficient and have come to a step that finishes. A plot counts on the day on
which it came there without leaving since, with what the ledger knew of it then. The reckoning is
that of every target: what is recorded stands where a report would. A ledger says nothing of the
years before it began, a plot whose area it does not hold is left out and told, and a target that
it has no measure for is named and not answered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from platforms.planning.standing import planned_targets
from platforms.policy.target_figures import FIGURES, figure_parts
from platforms.policy.targets import target_status
from platforms.policy.targets_period import DOWNWARD, is_yearly, periods
from platforms.policy.targets_reported import reported_values
from platforms.policy.workspace import Workspace
from platforms.units import half_up

__all__ = ["MEASURES", "Reached", "Recorded", "recorded_standing"]

MEASURES = tuple(name for name, figure in FIGURES.items() if figure.kind == "potential")
"""Figures of plots that a ledger can record as done: land and firms, in the targets' units."""

_SHARED = ("year", "quarter", "town", "platform", "unit")
_LOW = "low_efficiency"
_TIMES = {"year", "quarter"}


@dataclass(frozen=True)
class Reached:
    """What a ledger holds of the plots that came to a step which finishes.

    Attributes
    ----------
    steps
        Those steps in their order.
    done
        The one from which a plot counts as done.
    begins
        Day of the ledger's first entry; None for an empty one.
    day
        Until when it was looked at.
    rows
        A row for each plot and step: ``plot_id``, ``step``, ``day`` on which it came there;
        ``verdict``, ``area_mu``, ``net_mu`` (亩) and ``credit_code`` as they were last
        recorded of it as low-efficient until then.
    plots
        All plots of the ledger: ``plot_id``, ``town``, ``platform``, ``unit``, ``credit_code``,
        ``area_mu``, ``sample``.
    """

    steps: tuple[str, ...]
    done: str
    begins: dt.date | None
    day: dt.date
    rows: pd.DataFrame
    plots: pd.DataFrame


@dataclass(frozen=True)
class Recorded:
    """What is recorded, beside the targets.

    Attributes
    ----------
    reached
        What it was made of.
    targets
        The targets with what :func:`platforms.policy.targets.target_status` adds, where
        ``reported`` is what the ledger records; ``measure`` (one of `MEASURES`; None where the
        ledger has none), ``plots`` and ``unknown`` (plots that count, and those of them whose
        part is not known), ``by_step`` (sum in the target's years of each step), ``outside``
        (recorded outside its years), ``told`` and ``told_date`` (the newest report of the
        units), ``sample``, and ``why``: empty, or why nothing certain is said.
    parts
        What each plot adds: ``plot_id``, ``step``, ``day``, and a column for each measure; NaN
        where it is not known.
    shares
        ``step``, ``by`` (year, quarter, town, platform, unit), ``name`` (empty: none),
        ``plots``, ``unknown``, a sum for each measure; ``all_plots`` and ``all_mu`` of the
        whole ledger, where it is divided so.
    """

    reached: Reached
    targets: pd.DataFrame
    parts: pd.DataFrame
    shares: pd.DataFrame


def recorded_standing(
    workspace: Workspace, reached: Reached, *, reported: pd.DataFrame | None = None
) -> Recorded:
    """Put what a ledger records beside the targets of its workspace.

    Parameters
    ----------
    workspace
        Gives the targets.
    reached
        What the ledger holds.
    reported
        What units reported; default what the workspace holds.
    """
    parts = _parts(reached)
    targets = planned_targets(workspace)
    asked = list(_asked(targets))
    sums = pd.DataFrame([_summed(one, reached, parts) for one in asked], index=targets.index)
    sums = sums.reindex(columns=list(_SUMMED)).astype({"why": "object"})
    told = [row for rows in sums.pop("reports") for row in rows]
    status = target_status(targets, {}, reported=pd.DataFrame(told) if told else None)
    beside = reported_values(workspace) if reported is None and len(targets) else reported
    units = target_status(targets, {}, reported=beside)
    status["measure"] = pd.Series(
        [one.measure for one in asked], index=targets.index, dtype="object"
    )
    status["told"], status["told_date"] = units["reported"], units["reported_date"]
    status = status.join(sums)
    unsure = status["why"].ne("") & ~status["why"].isin(["no_measure", "no_number"])
    # a sum that lacks something can be enough, and cannot be too little
    spoilt = (
        status["state"]
        .eq("open")
        .where(~status["operator"].isin(DOWNWARD), status["state"].eq("reached"))
    )
    status["state"] = status["state"].mask(unsure & spoilt, "unknown")
    return Recorded(reached, status, parts, _shares(parts, reached))


_SUMMED = ("plots", "unknown", "by_step", "outside", "sample", "why", "reports")
# of these nothing is said, not even that it is nothing
_SILENT = {"empty", "before", "later"}


class _Asked(NamedTuple):
    """A target as far as its sum goes."""

    id: str
    unit: str
    numbered: bool
    measure: str | None
    years: tuple[int, int]
    yearly: bool


def _asked(targets: pd.DataFrame) -> Iterator[_Asked]:
    span, yearly = periods(targets), is_yearly(targets)
    for at, row in zip(targets.index, targets.to_dict("records"), strict=True):
        figure = FIGURES.get(str(row["computed_by"]))
        named = str(row["computed_by"]) if str(row["computed_by"]) in MEASURES else None
        same = figure is not None and figure.unit == row["unit"]
        numbered = pd.notna(row["value"]) and row["operator"] != "complete_assigned"
        years = int(span.loc[at, "first"]), int(span.loc[at, "last"])
        yield _Asked(str(row["target_id"]), str(row["unit"]), bool(numbered),
                     named if same else None, years, bool(yearly[at]))  # fmt: skip


def _summed(asked: _Asked, reached: Reached, parts: pd.DataFrame) -> dict[str, object]:
    """Return what is recorded for one target, and why that is not all."""
    none: dict[str, object] = {"plots": 0, "unknown": 0, "by_step": {}, "outside": 0.0,
                               "sample": False, "reports": [], "why": ""}  # fmt: skip
    if not asked.numbered or asked.measure is None:
        return none | {"why": "no_number" if not asked.numbered else "no_measure"}
    first, last = asked.years
    inside = _of_years(parts, first, last)
    done = inside[inside["step"].eq(reached.done)]
    later = parts[parts["step"].eq(reached.done) & ~parts.index.isin(done.index)]
    unknown = done[asked.measure].isna()
    why = _why(reached, first, last) or ("no_area" if unknown.any() else "")
    silent = why in _SILENT or (len(done) > 0 and bool(unknown.all()))
    made_up = set(reached.plots.loc[reached.plots["sample"], "plot_id"])
    steps = {} if why in _SILENT else {
        step: _sum(inside.loc[inside["step"].eq(step), asked.measure]) for step in reached.steps
    }  # fmt: skip
    return {
        "plots": len(done), "unknown": int(unknown.sum()), "by_step": steps,
        "outside": _sum(later[asked.measure]), "sample": not made_up.isdisjoint(done["plot_id"]),
        "reports": [] if silent else list(_reports(asked, reached, done)), "why": why,
    }  # fmt: skip


def _reports(asked: _Asked, reached: Reached, done: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Yield what is recorded as a report: one of all years, or of a yearly target one a year."""
    first, last = asked.years
    until = min(reached.day, dt.date(last, 12, 31))
    begun = first if reached.begins is None else max(first, reached.begins.year)
    spans = [(year, year) for year in range(begun, until.year + 1)]
    for since, to in spans if asked.yearly else [(first, last)]:
        day = min(until, dt.date(to, 12, 31))
        value = _sum(_of_years(done, since, to)[asked.measure or ""])
        yield {"target_id": asked.id, "unit": asked.unit, "source": "ledger", "author": "",
               "date": day.isoformat(), "value": value}  # fmt: skip


def _of_years(parts: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    inside = [first <= day.year <= last for day in parts["day"]]
    return parts[np.array(inside, dtype=np.bool_)]


def _why(reached: Reached, first: int, last: int) -> str:
    """Return why the ledger cannot answer for all of the years."""
    if reached.begins is None:
        return "empty"
    if reached.begins.year > last:
        return "before"
    if reached.day.year < first:
        return "later"
    return "within" if reached.begins > dt.date(first, 1, 1) else ""


def _sum(numbers: pd.Series) -> float:
    return half_up(float(numbers.sum()), 4)


def _parts(reached: Reached) -> pd.DataFrame:
    """Return what each plot adds to each measure at each step."""
    rows = reached.rows.copy()
    for measure in MEASURES:
        rows[measure] = np.nan
    for step in reached.steps:
        # the newest first: a firm counts at its first plot, and is done with its last
        here = rows[rows["step"].eq(step)].sort_values("day", ascending=False, kind="stable")
        for measure in MEASURES:
            part = figure_parts(here, measure, year=reached.day.year)
            if part is not None and len(part):
                rows.loc[part.index, measure] = part
        # nor while one of them is not
        left = reached.plots.loc[~reached.plots["plot_id"].isin(here["plot_id"]), "credit_code"]
        short = here.index[here["credit_code"].isin(set(left) - {""})]
        rows.loc[short, "low_efficiency_firms"] = 0.0
    return rows[["plot_id", "step", "day", *MEASURES]].reset_index(drop=True)


def _shares(parts: pd.DataFrame, reached: Reached) -> pd.DataFrame:
    """Return the sums by year, quarter, town, platform and responsible unit."""
    plots = reached.plots
    told = parts.copy()
    for name in ("town", "platform", "unit"):
        told[name] = told["plot_id"].map(dict(zip(plots["plot_id"], plots[name], strict=True)))
    told["year"] = [f"{day.year}" for day in told["day"]]
    told["quarter"] = [f"{day.year}-Q{(day.month + 2) // 3}" for day in told["day"]]
    rows = []
    for step in reached.steps:
        for by in _SHARED:
            here = told[told["step"].eq(step)]
            names = set(here[by]) if by in _TIMES else set(plots[by])
            for name in sorted(str(one) for one in names):
                mine = here[here[by].eq(name)]
                whole = None if by in _TIMES else plots[plots[by].eq(name)]
                sums = {one: _sum(mine[one]) for one in MEASURES}
                rows.append(
                    {
                        "step": step, "by": by, "name": name, "plots": len(mine),
                        "unknown": int(mine[_AREA].isna().sum()), **sums,
                        "all_plots": np.nan if whole is None else len(whole),
                        "all_mu": np.nan if whole is None else _sum(whole["area_mu"]),
                    }
                )  # fmt: skip
    columns = ["step", "by", "name", "plots", "unknown", *MEASURES, "all_plots", "all_mu"]
    return pd.DataFrame(rows, columns=columns)


_AREA = "low_efficiency_mu"
