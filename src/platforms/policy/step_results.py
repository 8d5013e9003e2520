"""What conditions and rules came to, with what they saw, for all plots at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from platforms.policy import conditions as c
from platforms.policy import kleene
from platforms.policy.columns import Bools
from platforms.policy.kleene import Truth
from platforms.policy.schema import Rule

__all__ = ["RuleStep", "Step", "merged"]


@dataclass(frozen=True)
class Step:
    """What one condition came to.

    Attributes
    ----------
    expression
        The condition.
    result
        Truth for each plot.
    missing
        For each name that keeps some plot unknown: which plots.
    seen
        What was looked at: arrays (one value a plot) and single values.
    parts
        The steps of the conditions inside it.
    """

    expression: c.Expression
    result: Truth
    missing: Mapping[str, Bools]
    seen: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[Step, ...] = ()


@dataclass(frozen=True)
class RuleStep:
    """What one rule came to: whom it applies to, its condition, and both together."""

    rule: Rule
    result: Truth
    missing: Mapping[str, Bools]
    applies: Step | None
    condition: Step


def merged(parts: Sequence[Step], result: Truth) -> dict[str, Bools]:
    """Return what keeps the whole unknown: what keeps those parts unknown that matter."""
    undecided = result == kleene.UNKNOWN
    found: dict[str, Bools] = {}
    for part in parts:
        counts = undecided & (part.result == kleene.UNKNOWN)
        for name, where in part.missing.items():
            here = where & counts
            if here.any():
                found[name] = found[name] | here if name in found else here
    return found
