"""Outcomes that a plot which is hit could still get.

Of several rules that hit, the first of the pack names the outcome. Where an earlier one with
another outcome cannot be told, filling the gap may change what the plot is hit for: a plot
that the city reviews may turn out to be the province's.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from platforms.policy import kleene
from platforms.policy.schema import Pack
from platforms.policy.step_results import RuleStep

__all__ = ["still_open"]


def still_open(
    pack: Pack,
    steps: Sequence[RuleStep],
    outcome: NDArray[np.int64],
    unclear: Sequence[NDArray[np.bool_]],
) -> dict[int, NDArray[np.bool_]]:
    """Return where a rule that cannot be told could still change the outcome of a hit.

    Parameters
    ----------
    pack
        The rules.
    steps
        What each rule in force came to.
    outcome
        Index into the pack's outcomes; -1 where no rule hits.
    unclear
        For each rule, where it cannot be told.
    """
    outcomes, found = pack.outcomes, {}
    free = outcome >= 0
    for number, (step, where) in enumerate(zip(steps, unclear, strict=True)):
        own = outcomes.index(step.rule.outcome)
        changes = free & where & (outcome != own)
        if changes.any():
            found[number] = changes
        # the first that hits settles it
        free = free & (step.result != kleene.TRUE)
    return found
