"""Where each target of the documents stands: planned, reported, computed, gap, pace.

A target is a row of ``targets.csv``. What was achieved is a reported value with its date,
source and author; the newest counts. Where the layers can answer, ``computed_by`` names a
figure, and what kind of answer it is decides what may follow from it: *attained* measures the
target itself, *potential* is what the land offers (reclaimable land is what could be vacated,
not what was), *named* counts what the documents name. Only a reported or an attained value
can say that a target is reached, and only where it is of the target's own years. The gap is
what is still to be reached: positive while the target is open, negative where it is passed.
Nothing is compared across units. A target without a number can be neither reached nor missed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from platforms.issues import IssueTable
from platforms.policy.target_figures import FIGURES, Figure, figure_parts, plot_figures
from platforms.policy.targets_pace import growth_since, number, paces, planned_levels
from platforms.policy.targets_period import (
    DOWNWARD,
    NOTHING,
    STRICT,
    is_yearly,
    periods,
    sort_reports,
    yearly_records,
)
from platforms.policy.targets_reported import newest
from platforms.units import half_up

__all__ = [
    "FIGURES",
    "STATES",
    "Figure",
    "ReportedTargets",
    "figure_parts",
    "plot_figures",
    "reported_targets",
    "target_status",
]

STATES = ("reached", "open", "unknown", "no_number")

Figures = Mapping[str, "float | pd.Series[float]"]


@dataclass(frozen=True)
class ReportedTargets:
    """Targets with what was reported of them: all that no figure has a say in.

    Attributes
    ----------
    targets
        The targets with ``period_from`` and ``period_to``.
    reports
        On their index ``outside_period``, ``reported``, ``reported_date``,
        ``reported_source``, ``reported_author``, ``years`` and ``planned_level``, as
        :func:`target_status` says.
    told
        The newest report that counts of each.
    """

    targets: pd.DataFrame
    reports: pd.DataFrame
    told: pd.DataFrame


def reported_targets(
    targets: pd.DataFrame, reported: pd.DataFrame | None = None
) -> ReportedTargets:
    """Put what was reported beside targets.

    Parameters
    ----------
    targets, reported
        As for :func:`target_status`.
    """
    span = periods(targets)
    counted, outside = sort_reports(targets, span, reported)
    told = newest(counted, targets["target_id"])
    # a level that was reported for a growth target is the growth since its base
    grown = growth_since(targets, told)
    reports = pd.DataFrame(
        {
            "outside_period": outside,
            "reported": told["value"].where(grown.isna(), grown),
            **{f"reported_{name}": told[name] for name in ("date", "source", "author")},
            "years": yearly_records(targets, span, counted),
            "planned_level": planned_levels(targets),
        },
        index=targets.index,
    )
    spanned = targets.assign(period_from=span["first"], period_to=span["last"])
    return ReportedTargets(spanned, reports, told)


def target_status(
    targets: pd.DataFrame | ReportedTargets,
    figures: Figures,
    *,
    reported: pd.DataFrame | None = None,
    sample_layers: Collection[str] = (),
    issues: IssueTable | None = None,
) -> pd.DataFrame:
    """Add to each target what was reported and computed, and what is left.

    Parameters
    ----------
    targets
        Rows of ``targets.csv``: ``target_id``, ``year``, ``value``, ``unit``, ``operator``,
        ``computed_by``, ``base_year``, ``base_value``, ``base_unit`` and the rest; where
        known ``plan_from``, the first year that the document plans. Or what
        :func:`reported_targets` gave of them; ``reported`` is in it then.
    figures
        Figures by name, each in the unit that ``FIGURES`` gives: a number, or numbers by
        year (index: every year that the data cover).
    reported
        What :func:`platforms.policy.targets_reported.read_reported` gave.
    sample_layers
        Names of the layers that are synthetic.
    issues
        Takes a row for each figure that is unknown, absent or of another unit.

    Returns
    -------
    status
        The targets with

        - ``period_from``, ``period_to``: the years of which a report counts;
        - ``computed`` (target's unit), ``computed_kind``, ``computed_sample`` (boolean),
          ``computed_from`` and ``computed_to`` (years that it covers), ``computed_counts``
          (whether it measures the target, in its years), ``data_from`` and ``data_to``
          (years of the data);
        - ``reported`` (target's unit), ``reported_date``, ``reported_source``,
          ``reported_author``: the newest report of the target's years;
        - ``outside_period``: list of the other reports, which do not count;
        - ``years``: for a value of each year how each stands, else None;
        - ``gap`` (target's unit, of the reported value, else of the computed one);
        - ``state``: one of ``STATES``;
        - ``planned_level``: what a growth target comes to, in the unit of its base;
        - ``pace_year``, ``pace_month``: change needed a year and a month until the end of
          the target year, from the newest report, else from the base; for growth the
          growth needed a year, in %.
    """
    found = IssueTable() if issues is None else issues
    ready = targets if isinstance(targets, ReportedTargets) else reported_targets(targets, reported)
    status = ready.targets.join(_computed(ready.targets, figures, found))
    named = [FIGURES.get(str(name)) for name in status["computed_by"]]
    known = status["computed"].notna()
    kinds = pd.Series([one and one.kind for one in named], index=status.index, dtype="object")
    made_up = [one is not None and not set(sample_layers).isdisjoint(one.rests_on) for one in named]
    status["computed_kind"] = kinds.where(known, None)
    status["computed_sample"] = known & pd.Series(made_up, index=status.index, dtype="bool")
    status = status.join(ready.reports.drop(columns="planned_level"))
    status["gap"] = _gap(status, status["reported"].fillna(status["computed"]))
    status["state"] = _states(status)
    status["planned_level"] = ready.reports["planned_level"]
    pace = paces(status, ready.told)
    status["pace_year"], status["pace_month"] = pace["year"], pace["month"]
    return status


_COMPUTED = ("computed", "computed_from", "computed_to", "data_from", "data_to")


def _computed(targets: pd.DataFrame, figures: Figures, issues: IssueTable) -> pd.DataFrame:
    """Return each target's computed value, the years it covers and whether it measures it."""
    values = np.full((len(targets), len(_COMPUTED)), np.nan)
    counts = np.zeros(len(targets), dtype=bool)
    asked = targets["computed_by"].notna() & (targets["computed_by"] != "")
    places = np.flatnonzero(asked.to_numpy(dtype=bool))
    named = targets[["target_id", "computed_by", "unit", "period_from", "period_to"]].iloc[places]
    for place, row in zip(places, named.to_dict("records"), strict=True):
        name, target = row["computed_by"], str(row["target_id"])
        figure = FIGURES.get(name)
        if figure is None or figure.unit != row["unit"]:
            issues.add(
                "target_unit", "warning", feature=target, field="computed_by", figure=name,
                unit=row["unit"], expected=figure.unit if figure else "-",
            )  # fmt: skip
        elif name in figures:
            given = figures[name]
            first, last = row["period_from"], row["period_to"]
            found = _of_period(given, figure, first, last)
            values[place], counts[place] = found[:-1], found[-1]
        else:
            issues.add("target_figure", "info", feature=target, field="computed_by", figure=name)
    computed = pd.DataFrame(values, index=targets.index, columns=list(_COMPUTED))
    return computed.assign(computed_counts=counts)


def _of_period(
    given: float | pd.Series[float], figure: Figure, first: float, last: float
) -> tuple[float, float, float, float, float, bool]:
    """Return what a figure says of the years of a target, in the order of the columns."""
    nan = float("nan")
    attained = figure.kind == "attained"
    if not isinstance(given, pd.Series):
        return (float(given), nan, nan, nan, nan, attained)
    if given.empty:
        return (nan, nan, nan, nan, nan, False)
    years = given.index.astype("float64")
    data = (float(years.min()), float(years.max()))
    inside = given[(years >= first) & (years <= last)]
    if figure.flow:
        if inside.empty or inside.isna().any():
            return (nan, nan, nan, *data, False)
        seen = (float(inside.index.min()), float(inside.index.max()))
        # whole units of 0.0001 add up without error
        total = float(np.rint(inside.to_numpy("float64") * 1e4).astype("int64").sum()) / 1e4
        return (total, *seen, *data, attained)
    newest_year = float((inside if len(inside) else given).index.max())
    value = float(given.loc[int(newest_year)])
    return (value, newest_year, newest_year, *data, attained and len(inside) > 0)


def _gap(status: pd.DataFrame, stands: pd.Series[float]) -> pd.Series[float]:
    value = number(status["value"])
    down = status["operator"].isin(DOWNWARD)
    # what is set above has no number here
    assigned = status["operator"].eq("complete_assigned")
    gap = (value - stands).where(~down, stands - value).mask(assigned)
    # without the noise of binary fractions; no figure has more decimals
    return pd.Series(half_up(np.asarray(gap, dtype=np.float64), 6), index=gap.index)


def _states(status: pd.DataFrame) -> pd.Series[str]:
    measured = status["reported"].notna() | status["computed_counts"]
    judged = measured & status["gap"].notna()
    # a sum that lacks years can be enough, and cannot be too little
    partial = status["reported"].isna() & status["computed_to"].lt(status["period_to"])
    flow = status["computed_by"].map(lambda n: str(n) in FIGURES and FIGURES[str(n)].flow)
    short = partial & flow.astype("bool")
    states = pd.Series("unknown", index=status.index, dtype="str")
    # more than a value is not yet the value itself
    strict = status["operator"].isin(STRICT)
    enough = status["gap"].le(NOTHING).mask(strict, status["gap"].lt(-NOTHING))
    states = states.mask(judged & enough, "reached")
    states = states.mask(judged & ~enough & ~short, "open")
    each = is_yearly(status)
    states = states.mask(each, status["years"].map(_yearly_state))
    none = number(status["value"]).isna() | status["operator"].eq("complete_assigned")
    return states.mask(none, "no_number")


def _yearly_state(years: object) -> str:
    """Return how a value of each year stands: reached only when every year is."""
    states = {year["state"] for year in years} if isinstance(years, list) else {"unknown"}
    if len(states) == 1:
        return str(states.pop())
    return "open"
