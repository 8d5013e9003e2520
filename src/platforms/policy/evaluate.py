"""Judge plots by a rule pack.

A plot is hit when at least one rule in force hits, ``unknown`` when none hits but one cannot
be told, else ``not``. A hit means what the rule says: ``low_efficiency``, ``idle`` or a
review; of several, the first rule of the pack that hits says it. A rule that does not apply
to a plot does not hit it. Missing data never make a plot low-efficient: filling a gap in a
plot can turn its unknown into hit or not, but no hit into not, as long as the rows that
industry means are made of stay the same (pass them as ``reference``; otherwise they are the
plots themselves). Where no rule of a pack is in force on the day, nothing can be told.

The measure is the first of the pack's whose condition holds, for plots that are hit only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TypeAlias, TypeVar

import numpy as np
import pandas as pd

from platforms.policy import kleene
from platforms.policy.columns import Table
from platforms.policy.evaluation import Evaluation
from platforms.policy.means import IndustrySums, Window
from platforms.policy.open_outcomes import still_open
from platforms.policy.plausible import value_issues
from platforms.policy.schema import Pack
from platforms.policy.steps import Engine

__all__ = ["MeanSums", "assess", "evaluate", "mean_sums"]

MeanSums: TypeAlias = Mapping[tuple[str, Window], IndustrySums]
"""What the industry means of a pack are made of, by comparison."""

Frame = TypeVar("Frame", bound=pd.DataFrame)


def evaluate(
    plots: pd.DataFrame,
    pack: Pack,
    *,
    reference: pd.DataFrame | None = None,
    on: dt.date | None = None,
    means: MeanSums | None = None,
) -> Evaluation:
    """Evaluate every rule of a pack that is in force for every plot.

    Parameters
    ----------
    plots
        One row a plot, with the columns that the pack's fields name and ``fact_<id>_share``
        for its facts; what is absent is unknown. Areas come from ``measure``.
    pack
        The rules.
    reference
        Rows that industry means are made of; default the plots themselves.
    on
        Day that is judged for; its year becomes the assessment year. Default the pack's.
    means
        What :func:`mean_sums` gave of all the rows that means are made of, where ``plots`` are
        a part of them; goes before ``reference``.

    Returns
    -------
    evaluation
        Results, missing fields and measures, in the order of the plots.
    """
    pack = pack if on is None else pack.on(on)
    table = Table(plots, pack)
    others = table if reference is None else Table(reference, pack)
    engine = Engine(table, others, dict(means or {}))
    steps = tuple(engine.rule(rule) for rule in pack.rules if pack.holds(rule))
    nothing = np.zeros(len(plots), dtype=np.int8)
    verdict = kleene.disjunction([step.result for step in steps]) if steps else nothing
    outcome, outcomes = np.full(len(plots), -1, dtype=np.int64), pack.outcomes
    for step in reversed(steps):
        outcome[step.result == kleene.TRUE] = outcomes.index(step.rule.outcome)
    measure = np.full(len(plots), -1, dtype=np.int64)
    for number, offered in enumerate(pack.measures):
        free = (verdict == kleene.TRUE) & (measure < 0)
        if offered.condition is not None:
            free &= engine.step(offered.condition).result == kleene.TRUE
        measure[free] = number
    named = plots["plot_id"] if "plot_id" in plots.columns else plots.index.to_series()
    ids = named.to_numpy(dtype=object)
    unclear = [step.result == kleene.UNKNOWN for step in steps]
    still = still_open(pack, steps, outcome, unclear)
    odd = value_issues(table, ids)
    return Evaluation(pack, ids, steps, verdict, outcome, measure, still, odd)


def assess(
    plots: Frame,
    pack: Pack,
    *,
    reference: pd.DataFrame | None = None,
    on: dt.date | None = None,
    means: MeanSums | None = None,
) -> Frame:
    """Add each plot's verdict by a rule pack, with the rules, the gaps and a measure.

    Parameters
    ----------
    plots
        One row a plot, with the columns that the pack's fields name; not changed.
    pack
        The rules.
    reference, on, means
        As for ``evaluate``.

    Returns
    -------
    assessed
        The plots, same index and type, with ``verdict`` (low_efficiency or another outcome
        of the pack, not, unknown), ``rules_hit``, ``rules_unknown`` and ``missing`` (joined
        by ``;``), ``measure_suggested`` (merge, vacate, relocate, upgrade or empty) and
        ``reason`` (in the current language).
    """
    evaluation = evaluate(plots, pack, reference=reference, on=on, means=means)
    assessed = plots.copy()
    for name, values in evaluation.columns().items():
        assessed[name] = pd.Series(values, index=plots.index)
    return assessed


def mean_sums(plots: pd.DataFrame, pack: Pack) -> MeanSums:
    """Return what the industry means of a pack are made of, for these rows.

    Parameters
    ----------
    plots
        A part of the rows, or all; columns as for ``evaluate``.
    pack
        The rules.

    Returns
    -------
    sums
        By comparison; those of parts add up to those of the whole. Empty where no rule
        compares with an industry.
    """
    table = Table(plots, pack)
    engine = Engine(table, table)
    for rule in pack.rules:
        if pack.holds(rule):
            engine.rule(rule)
    for offered in pack.measures:
        if offered.condition is not None:
            engine.step(offered.condition)
    return engine.sums
