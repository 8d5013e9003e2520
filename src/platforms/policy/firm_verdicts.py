"""From the verdicts on firms to the verdict on the plot that they share.

A plot is low-efficient when any firm on it is, or when all are: Kleene's "or" and "and", so
a firm that cannot be judged never turns a plot into a hit. What is shown of a plot is what
the firms show whose verdict is the plot's: its rules and its gaps decide.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from platforms.policy import kleene
from platforms.policy.evaluation import Evaluation
from platforms.policy.kleene import Truth
from platforms.policy.open_outcomes import still_open
from platforms.policy.step_results import RuleStep, Step

__all__ = ["gather"]


def gather(
    firms: Evaluation, place: NDArray[np.int64], plot_ids: NDArray[np.object_], *, every: bool
) -> Evaluation:
    """Return the evaluation of plots from that of their firms.

    Parameters
    ----------
    firms
        One entry a firm on a plot; a plot without a firm has one entry too.
    place
        Plot of each entry.
    plot_ids
        Ids of the plots.
    every
        Whether all firms must be hit; else one is enough.

    Returns
    -------
    evaluation
        One entry a plot. The measure is the first of the pack that a deciding firm has.
    """
    count = len(plot_ids)
    verdict = _reduced(firms.verdict, place, count, every=every)
    deciding = firms.verdict == verdict[place]
    steps = []
    gathered = []
    for step in firms.rules:
        shown = np.where(deciding, step.result, kleene.FALSE).astype(np.int8)
        result = _reduced(shown, place, count, every=False)
        missing = {
            name: np.bincount(place, where & deciding, minlength=count) > 0
            for name, where in step.missing.items()
        }
        gathered.append(missing)
        seen = Step(step.rule.condition, result, missing)
        steps.append(RuleStep(step.rule, result, missing, None, seen))
    last = len(firms.pack.measures)
    offered = np.full(count, last, dtype=np.int64)
    named = deciding & (firms.measure >= 0)
    np.minimum.at(offered, place[named], firms.measure[named])
    outcome = np.full(count, -1, dtype=np.int64)
    for step in reversed(steps):
        outcome[step.result == kleene.TRUE] = firms.pack.outcomes.index(step.rule.outcome)
    # a firm that cannot be told may still change what the plot is hit for
    unclear = [
        np.bincount(place, step.result == kleene.UNKNOWN, minlength=count) > 0
        for step in firms.rules
    ]
    opened = still_open(firms.pack, steps, outcome, unclear)
    for number, where in opened.items():
        plain = firms.rules[number]
        for name, gaps in plain.missing.items():
            others = np.bincount(place, gaps & (plain.result == kleene.UNKNOWN), minlength=count)
            gathered[number][name] |= (others > 0) & where
    return dataclasses.replace(
        firms,
        plot_ids=plot_ids,
        rules=tuple(steps),
        verdict=verdict,
        outcome=outcome,
        open=opened,
        measure=np.where(offered < last, offered, -1),
    )


def _reduced(truth: Truth, place: NDArray[np.int64], count: int, *, every: bool) -> Truth:
    out = np.full(count, kleene.TRUE if every else kleene.FALSE, dtype=np.int8)
    (np.minimum if every else np.maximum).at(out, place, truth)
    return out
