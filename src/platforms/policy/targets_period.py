"""Which reports belong to a target: those of its years, and of a yearly one each year alone.

A target of a year is answered by a report of that year, one for several years by a report
between its base year and its target year. What was reported for other years is kept and said,
and does not count: five years before its time a number says nothing of a target. A value of
each year (年均, 每年) is reached when every year of its period is, not when one is. A level that
was reported for a growth stands for all years since the base, because their average is what it
shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from platforms.policy.targets_pace import growth_since, moment, number

__all__ = [
    "DOWNWARD",
    "NOTHING",
    "STRICT",
    "is_yearly",
    "periods",
    "sort_reports",
    "year_of",
    "yearly_records",
]

_TOLD = ("value", "unit", "date", "source", "author")
# a gap of less than this is rounding
NOTHING = 1e-9
DOWNWARD = ("at_most", "below")
"""Operators of a value that is to be fallen to."""
STRICT = ("above", "below")
"""Operators that the value itself does not meet: 突破, 超过, >."""


def is_yearly(targets: pd.DataFrame) -> pd.Series[bool]:
    """Say which targets hold for each year of their period."""
    return targets["yearly"].astype("str").str.lower().eq("true")


def year_of(dates: pd.Series) -> pd.Series[float]:
    """Return the calendar year of dates as text (YYYY, YYYY-MM or YYYY-MM-DD)."""
    return pd.to_numeric(dates.astype("str").str.slice(0, 4), errors="coerce").astype("float64")


def periods(targets: pd.DataFrame) -> pd.DataFrame:
    """Return the years of which a report answers each target.

    Parameters
    ----------
    targets
        ``year``, ``base_year``, ``operator``, ``yearly`` and, where known, ``plan_from``: the
        first year that the target's document plans.

    Returns
    -------
    periods
        ``first`` and ``last`` year, both inclusive, on the index of ``targets``. Of a level
        the base year is the first; of a growth and of a value of each year the one after it.
        Without base it is the first year that the document plans, else the target year.
    """
    last, base = number(targets["year"]), number(targets["base_year"])
    plan = number(targets["plan_from"]) if "plan_from" in targets else base * float("nan")
    after = is_yearly(targets) | targets["operator"].eq("growth")
    first = base.mask(after, base + 1).fillna(plan).fillna(last)
    return pd.DataFrame({"first": first.where(first.le(last), last), "last": last})


def sort_reports(
    targets: pd.DataFrame, span: pd.DataFrame, reported: pd.DataFrame | None
) -> tuple[pd.DataFrame | None, pd.Series]:
    """Return the reports that belong to their target's years, and the others.

    Parameters
    ----------
    targets
        ``target_id``.
    span
        What :func:`periods` gave for them.
    reported
        ``target_id``, ``value``, ``unit``, ``date``, ``source``, ``author``.

    Returns
    -------
    counted, outside
        The reports that count; for each target the list of the others as dicts.
    """
    empty: pd.Series = pd.Series([[] for _ in targets.index], index=targets.index, dtype="object")
    if reported is None or reported.empty:
        return reported, empty
    named = span.set_axis(targets["target_id"], axis=0)
    asked = named[~named.index.duplicated()].reindex(reported["target_id"])
    asked = asked.set_index(reported.index)
    year = year_of(reported["date"])
    inside = year.ge(asked["first"]) & year.le(asked["last"])
    others: dict[str, list[dict[str, object]]] = {}
    for row in reported[~inside].to_dict("records"):
        others.setdefault(str(row["target_id"]), []).append(_report(row))
    lists = [others.get(str(name), []) for name in targets["target_id"]]
    return reported[inside], pd.Series(lists, index=targets.index, dtype="object")


def _report(row: Mapping[Any, Any]) -> dict[str, object]:
    told = {name: row[name] for name in _TOLD}
    return {name: None if pd.isna(value) else value for name, value in told.items()}


def yearly_records(
    targets: pd.DataFrame, span: pd.DataFrame, counted: pd.DataFrame | None
) -> pd.Series:
    """Return how each year of a yearly target stands.

    Parameters
    ----------
    targets, span
        As for :func:`sort_reports`.
    counted
        The reports that belong to their target's years.

    Returns
    -------
    years
        Of a yearly target with a value a list with a dict a year: ``year``, ``reported`` (in
        the target's unit, None without a report) and ``state`` (reached, open, unknown);
        None for every other target.
    """
    asked = is_yearly(targets) & number(targets["value"]).notna()
    years = pd.Series([None] * len(targets), index=targets.index, dtype="object")
    for at in targets.index[asked]:
        own = targets.loc[[at]]
        told = _of_years(own, counted)
        value = float(own["value"].iloc[0])
        operator = str(own["operator"].iloc[0])
        first, last = (int(span.loc[at, name]) for name in ("first", "last"))
        years[at] = [
            _year(year, told.get(year), value, operator) for year in range(first, last + 1)
        ]
    return years


def _year(year: int, reported: float | None, value: float, operator: str) -> dict[str, object]:
    state = "unknown"
    if reported is not None:
        left = reported - value if operator in DOWNWARD else value - reported
        state = "reached" if left <= (-NOTHING if operator in STRICT else NOTHING) else "open"
    return {"year": year, "reported": reported, "state": state}


def _of_years(own: pd.DataFrame, counted: pd.DataFrame | None) -> dict[int, float]:
    """Return what was reported for each year; the newest report of a year counts."""
    told: dict[int, float] = {}
    if counted is None or counted.empty:
        return told
    target = own.iloc[0]
    rows = counted[counted["target_id"].eq(target["target_id"])]
    # a year stands at its end, after its months
    rows = rows.loc[moment(rows["date"]).sort_values(kind="stable").index]
    beside = own.loc[own.index.repeat(len(rows))].set_axis(rows.index)
    grown = growth_since(beside, rows)
    for year, value, average in zip(year_of(rows["date"]), rows["value"], grown, strict=True):
        if pd.isna(average):
            told[int(year)] = float(value)
        else:
            base = int(number(own["base_year"]).iloc[0])
            told |= dict.fromkeys(range(base + 1, int(year) + 1), float(average))
    return told
