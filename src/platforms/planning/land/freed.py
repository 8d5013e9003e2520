"""Idle land by dates, and the energy and emissions that leave a plot with its firm.

Whether land is idle is said by a rule pack (Order 53 unless another is given), not here; here
is since when and for how long, counted from the date that the rule itself counts from.
Energy is freed on the plot where the measure is to vacate or to relocate; of a firm that
relocates it goes elsewhere and is no saving of the county. Emissions are energy times a
factor that must be given; there is none by default.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from platforms.errors import RuleError
from platforms.planning.land.factors import LandParameters, land_parameters
from platforms.planning.land.sites import column_numbers, plain, plot_labels
from platforms.policy import kleene
from platforms.policy.evaluate import evaluate
from platforms.policy.schema import Pack
from platforms.policy.step_results import RuleStep
from platforms.units import half_up

__all__ = ["ENERGY_COLUMNS", "IDLE_COLUMNS", "freed_energy", "freed_records", "idle_land"]

Floats = NDArray[np.float64]

IDLE_COLUMNS = (
    "idle_verdict", "idle_rule", "idle_since", "idle_days", "idle_built_share",
    "idle_unbuilt_m2", "late_days",
)  # fmt: skip
ENERGY_COLUMNS = ("energy_freed_tce", "energy_moved_tce", "emission_freed_t")


def idle_land(plots: pd.DataFrame, pack: Pack, *, on: dt.date) -> pd.DataFrame:
    """Say which plots are idle on a day, since when, and how much of them is not built.

    Parameters
    ----------
    plots
        One row a plot with the columns that the pack reads, and where they are there
        ``area_m2``, ``built_share``, ``agreed_completion_date`` and ``completion_date``.
        Not changed.
    pack
        The rules, for example ``workspace.rules("idle-land-53")``.
    on
        The day.

    Returns
    -------
    idle
        The plots, same index, with ``idle_verdict`` (idle, not, unknown), ``idle_rule`` (the
        first that hits), ``idle_since`` (the date that this rule counts from),
        ``idle_days`` (0 where not idle, NaN unknown), ``idle_built_share``,
        ``idle_unbuilt_m2`` (of idle plots) and ``late_days`` (past the agreed completion,
        until completion or the day; NaN unknown).
    """
    judged = evaluate(plots, pack, on=on)
    count = len(plots)
    rule = np.full(count, "", dtype=object)
    since = pd.Series(pd.NaT, index=range(count), dtype="datetime64[ns]")
    for step in reversed(judged.rules):
        hit = step.result == kleene.TRUE
        rule[hit] = step.rule.id
        since[hit] = _dates(plots, _counts_from(step))[hit]
    days = (pd.Timestamp(on) - since).dt.days.to_numpy(dtype=np.float64, na_value=np.nan)
    days = np.where(judged.verdict == kleene.FALSE, 0.0, days)
    idle = judged.verdict == kleene.TRUE
    built = column_numbers(plots, "built_share")
    unbuilt = half_up(np.clip(1 - built, 0, 1) * column_numbers(plots, "area_m2"), 2)
    found = plots.copy()
    found["idle_verdict"] = judged.verdicts()
    found["idle_rule"] = rule
    found["idle_since"] = since.dt.strftime("%Y-%m-%d").fillna("").to_numpy()
    found["idle_days"] = days
    found["idle_built_share"] = built
    found["idle_unbuilt_m2"] = np.where(idle, unbuilt, np.nan)
    found["late_days"] = _late_days(plots, built, on)
    return found


def freed_energy(
    plots: pd.DataFrame,
    *,
    year: int,
    measure: str = "measure_suggested",
    emission_t_per_tce: float | None = None,
    parameters: LandParameters | None = None,
) -> pd.DataFrame:
    """Say what energy, and by a factor what emissions, leave a plot with its measure.

    Parameters
    ----------
    plots
        One row a plot with ``energy_tce_<year>`` (tce). Not changed.
    year
        Year of the energy figures.
    measure
        Column with merge, vacate, relocate, upgrade or nothing.
    emission_t_per_tce
        Tonnes of emissions a tce; default that of the parameters, which is empty as shipped:
        then emissions are unknown.
    parameters
        Default the national ones.

    Returns
    -------
    freed
        The plots, same index, with ``energy_freed_tce`` (of plots to vacate or relocate),
        ``energy_moved_tce`` (the part that goes elsewhere with the firm: all for relocate,
        0 for vacate) and ``emission_freed_t`` (by the energy that does not move). NaN for
        other measures and where the energy is not known.

    Raises
    ------
    RuleError
        For a column of measures that is not there, or a factor below 0.
    """
    if measure not in plots.columns:
        raise RuleError("land.column_missing", column=measure)
    given = land_parameters() if parameters is None else parameters
    factor = (
        given.number("emission_t_per_tce") if emission_t_per_tce is None else emission_t_per_tce
    )
    if factor is not None and not factor >= 0:
        raise RuleError("land.below_zero", name="emission_t_per_tce", value=str(factor))
    chosen = plots[measure].astype("object").to_numpy()
    energy = column_numbers(plots, f"energy_tce_{year}")
    energy = np.where((chosen == "vacate") | (chosen == "relocate"), energy, np.nan)
    moved = np.where(chosen == "relocate", energy, energy * 0.0)
    saved = (energy - moved) * (np.nan if factor is None else factor)
    freed = plots.copy()
    freed["energy_freed_tce"] = half_up(energy, 2)
    freed["energy_moved_tce"] = half_up(moved, 2)
    freed["emission_freed_t"] = half_up(saved, 2)
    return freed


def freed_records(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Return one JSON-ready dict a plot with the columns of this module that are there."""
    columns = [c for c in (*IDLE_COLUMNS, *ENERGY_COLUMNS) if c in frame.columns]
    rows = pd.DataFrame(frame)[columns].to_dict("records")
    return [
        {"plot_id": label, **{name: plain(row[name]) for name in columns}}
        for label, row in zip(plot_labels(frame), rows, strict=True)
    ]


def _counts_from(step: RuleStep) -> str | None:
    """Return the date field from which a rule counts its time."""
    waiting: list[object] = [step.rule.condition.model_dump(by_alias=True)]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, dict):
            elapsed = node.get("elapsed")
            if isinstance(elapsed, dict):
                return str(elapsed["from"])
            waiting += node.values()
        elif isinstance(node, (list, tuple)):
            waiting += node
    return None


def _dates(plots: pd.DataFrame, column: str | None) -> pd.Series:
    if column is None or column not in plots.columns:
        return pd.Series(pd.NaT, index=range(len(plots)), dtype="datetime64[ns]")
    text = plots[column].astype("object").where(plots[column].notna(), None)
    days = pd.to_datetime(
        pd.Series([None if one is None else str(one)[:10] for one in text], dtype="object"),
        format="%Y-%m-%d", errors="coerce",
    )  # fmt: skip
    return days.astype("datetime64[ns]")


def _late_days(plots: pd.DataFrame, built: Floats, on: dt.date) -> Floats:
    agreed, done = _dates(plots, "agreed_completion_date"), _dates(plots, "completion_date")
    day = pd.Timestamp(on)
    # an empty date of completion says nothing where all is built, or where that is not known
    open_ = done.isna() & pd.Series(built < 1)
    until = done.where(~open_, day)
    until = until.where(until.isna() | (until <= day), day)
    days = (until - agreed).dt.days.to_numpy(dtype=np.float64, na_value=np.nan)
    late: Floats = np.maximum(days, 0.0)
    return late
