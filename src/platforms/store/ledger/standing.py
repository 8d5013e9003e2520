"""How the ledger stands: its rows, what is overdue, counts by step, and milestones.

A plot is overdue when its day has passed and its step leaves something to do. A milestone asks
that so many plots, or so much land, have come to a step by the end of a month or a quarter;
of a period that has ended, what counts is how the ledger stood at its end.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from platforms.errors import InputError
from platforms.store.ledger.fields import EDITED, FACTS, Value, in_our_time
from platforms.store.ledger.steps import LedgerSteps
from platforms.store.schema import LEDGER_NUMBERS
from platforms.units import half_up

__all__ = [
    "PLOT_COLUMNS",
    "count_table",
    "history_table",
    "milestone_key",
    "milestone_table",
    "moment_after",
    "period_end",
    "plot_table",
    "today",
]

_FLAGS = ("sample", "absent")
PLOT_COLUMNS = (
    "plot_id", *EDITED, "overdue", "days_over", *FACTS, "version", "changed_by", "changed_at",
)  # fmt: skip
_HISTORY = ("at", "plot_id", "what", "who", "field", "was", "became", "why", "version", "act",
            "undoes")  # fmt: skip
_PERIOD = re.compile(r"(\d{4})-(?:(0[1-9]|1[0-2])|Q([1-4]))")
_DECEMBER = 12


def today() -> dt.date:
    """Return the day here."""
    return dt.datetime.now(dt.UTC).astimezone().date()


def moment_after(day: dt.date) -> str:
    """Return the end of a day here, in UTC."""
    after = dt.datetime.combine(day + dt.timedelta(days=1), dt.time()).astimezone()
    return after.astimezone(dt.UTC).isoformat(timespec="microseconds")


def plot_table(rows: Iterable[Mapping[str, Any]], steps: LedgerSteps, day: dt.date) -> pd.DataFrame:
    """Return rows as a table: ``PLOT_COLUMNS``; ``changed_at`` in UTC."""
    table = pd.DataFrame([{**row, "plot_id": row["key"]} for row in rows])
    table = table.reindex(columns=[c for c in PLOT_COLUMNS if c not in {"overdue", "days_over"}])
    due = pd.to_datetime(table["due"], format="%Y-%m-%d")
    days = (pd.Timestamp(day) - due).dt.days
    late = days.gt(0) & ~table["step"].isin(steps.closed)
    table["overdue"] = late.astype("bool")
    table["days_over"] = days.where(late).astype("Int64")
    for name in _FLAGS:
        table[name] = table[name].eq("yes").astype("bool")
    for name in LEDGER_NUMBERS:
        table[name] = table[name].astype("float64")
    table["version"] = table["version"].astype("Int64")
    table["changed_at"] = pd.to_datetime(table["changed_at"], utc=True, format="ISO8601")
    words = [c for c in (*EDITED, *FACTS) if c not in {*_FLAGS, *LEDGER_NUMBERS}]
    for name in words:
        table[name] = table[name].astype("object").where(table[name].notna(), "").astype("str")
    return table[list(PLOT_COLUMNS)]


def count_table(plots: pd.DataFrame, steps: LedgerSteps) -> pd.DataFrame:
    """Return each step with its plots.

    Parameters
    ----------
    plots
        What :func:`plot_table` gave.
    steps
        The steps.

    Returns
    -------
    counts
        ``step``, ``plots``, ``area_mu``, ``reclaimable_mu`` (亩, half up) and ``overdue`` of the
        plots that stand there; ``reached`` and ``reached_mu`` of those there or beyond. Steps
        that the table of steps does not have come last.
    """
    strange = sorted(set(plots["step"]) - set(steps.ids))
    ranks = plots["step"].map(steps.rank)
    rows = []
    for step in (*steps.ids, *strange):
        here = plots[plots["step"].eq(step)]
        known = step in steps.ids
        beyond = plots[ranks.ge(steps.rank(step))] if known else here
        rows.append(
            {
                "step": step, "plots": len(here), "area_mu": _sum(here["area_mu"]),
                "reclaimable_mu": _sum(here["reclaimable_mu"]),
                "overdue": int(here["overdue"].sum()),
                "reached": len(beyond), "reached_mu": _sum(beyond["area_mu"]),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _sum(numbers: pd.Series) -> float:
    return half_up(float(numbers.sum()), 2)


def history_table(events: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Return entries as a table, the oldest first; a file by its name and how its hash begins."""
    rows = [
        _of_file(one) if one["subject"] == "attachment" else {**one, "plot_id": one["key"]}
        for one in sorted(events, key=lambda one: (str(one["at"]), int(one["id"])))
    ]
    table = pd.DataFrame(rows).reindex(columns=list(_HISTORY))
    for name in ("was", "became", "undoes"):
        table[name] = table[name].astype("object").where(table[name].notna(), None)
    table["at"] = pd.to_datetime(table["at"], utc=True, format="ISO8601")
    return table


def _of_file(one: Mapping[str, Any]) -> dict[str, Any]:
    sha256, _, plot_id = one["key"].partition("/")
    said = {
        side: None if one[side] is None else f"{one[side]} ({sha256[:12]})"
        for side in ("was", "became")
    }
    return {**one, **said, "plot_id": plot_id}


def milestone_key(period: str, step: str, unit: str) -> str:
    """Return the key of a milestone; a period is ``2026-03`` or ``2026-Q1``.

    Raises
    ------
    InputError
        For another period.
    """
    said = period.strip()
    known = _PERIOD.fullmatch(said.upper())
    if known is not None:
        in_our_time(int(known[1]), said)
    period_end(said)
    return f"{said.upper()}/{step}/{' '.join(unit.split())}"


def period_end(period: str) -> dt.date:
    """Return the last day of a month or a quarter.

    Raises
    ------
    InputError
        For what is neither.
    """
    found = _PERIOD.fullmatch(period.upper())
    if found is None:
        raise InputError("ledger.period_wrong", period=period)
    year, month = int(found[1]), int(found[2] or 3 * int(found[3]))
    after = dt.date(year + (month == _DECEMBER), month % _DECEMBER + 1, 1)
    return after - dt.timedelta(days=1)


def milestone_table(
    milestones: Iterable[Mapping[str, Any]],
    plots: pd.DataFrame,
    then: Mapping[str, Mapping[str, Mapping[str, Value]]],
    steps: LedgerSteps,
    day: dt.date,
) -> pd.DataFrame:
    """Return milestones and how far each was reached.

    Parameters
    ----------
    milestones
        Rows of the store.
    plots
        What :func:`plot_table` gave.
    then
        How the plots stood at the end of each period that has ended, by period.
    steps
        The steps.
    day
        Today.

    Returns
    -------
    milestones
        ``period``, ``ends``, ``step``, ``unit`` (empty: all units), ``plots`` and ``area_mu``
        (what is asked for; NaN nothing), ``reached`` and ``reached_mu``, ``state``: ``reached``,
        ``open`` or ``missed``; ``version``. Those that were taken back are left out.
    """
    rows = []
    for one in milestones:
        if one["plots"] is None and one["area_mu"] is None:
            continue
        period, step, unit = str(one["key"]).split("/", 2)
        ends = period_end(period)
        stood = pd.DataFrame(list(then[period].values())) if period in then else plots
        stood = stood.reindex(columns=["step", "unit", "area_mu"])
        there = stood["step"].map(steps.rank).ge(max(steps.rank(step), 0))
        there &= stood["unit"].eq(unit) if unit else True
        reached, mu = int(there.sum()), _sum(stood.loc[there, "area_mu"].astype("float64"))
        enough = reached >= (one["plots"] or 0) and mu >= (one["area_mu"] or 0)
        state = "reached" if enough else "missed" if ends < day else "open"
        rows.append(
            {
                "period": period, "ends": ends.isoformat(), "step": step, "unit": unit,
                "plots": _number(one["plots"]), "area_mu": _number(one["area_mu"]),
                "reached": reached, "reached_mu": mu, "state": state,
                "version": int(one["version"]),
            }
        )  # fmt: skip
    columns = ["period", "ends", "step", "unit", "plots", "area_mu", "reached", "reached_mu",
               "state", "version"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["ends", "period", "unit"], kind="stable", ignore_index=True)


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else np.nan
