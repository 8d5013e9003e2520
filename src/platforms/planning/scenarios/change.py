"""What two scenarios differ in, and the steps from the one total to the other.

Steps are counted in whole millionths of the unit, so that they sum exactly: as decimals of six
digits, the first total and all changes are the last total, with nothing left over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from platforms import messages

__all__ = ["OTHER", "ScenarioChange", "Step", "changed_step", "waterfall"]

_PARTS = 1_000_000
# so much of a total may be lost where its parts were rounded apart
_ROUNDING = 1e-6
OTHER = "other"
_COLUMNS = ("step", "title", "value_from", "change", "value_to", "count", "note")


@dataclass(frozen=True)
class ScenarioChange:
    """Why two scenarios of a kind differ.

    Attributes
    ----------
    a, b
        Ids of the scenarios.
    kind
        Kind of both.
    unit
        Of the waterfall: ``mu``, ``km_mu`` or ``score``.
    figures
        ``figure``, ``a``, ``b``, ``change`` (NaN unknown).
    waterfall
        ``step``, ``title``, ``value_from``, ``change``, ``value_to``, ``count`` (rows that
        the step is about) and ``note``; the first row is the total of ``a``, the last that of
        ``b``. Empty where one of them has no total. Words are in the language in which they
        were compared.
    tables
        By name, see :func:`platforms.planning.scenarios.pairing.table_change`.
    inputs
        ``name``, ``source_a``, ``source_b``, ``a_sha``, ``b_sha``, ``same``.
    parameters
        ``key``, ``a``, ``b``, ``same``.
    why
        What went in differently, in one sentence.
    sample
        Whether one of them stands on sample data.
    """

    a: str
    b: str
    kind: str
    unit: str
    figures: pd.DataFrame
    waterfall: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    inputs: pd.DataFrame
    parameters: pd.DataFrame
    why: str
    sample: bool


@dataclass(frozen=True)
class Step:
    """One reason why a total moved.

    Attributes
    ----------
    name
        ``only_a``, ``verdict_in``, ``deduct_river`` …
    parts
        Change in millionths of the unit.
    count
        Rows that it is about.
    causes
        Inputs and parameters that can be behind it; one that ends with a dot stands for all
        that begin so.
    """

    name: str
    parts: int
    count: int
    causes: tuple[str, ...] = ()


def changed_step(name: str, amounts: NDArray[np.int64] | NDArray[np.float64], *causes: str) -> Step:
    """Return the step of amounts by row: whole millionths as they are, others rounded.

    Parameters
    ----------
    name, causes
        As of `Step`.
    amounts
        Change of each row: integers are millionths, floats are in the unit.
    """
    whole = amounts if amounts.dtype.kind == "i" else np.rint(amounts * _PARTS)
    if amounts.dtype.kind == "i":
        return Step(name, int(whole.sum()), int(np.count_nonzero(whole)), causes)
    total = round(float(np.sum(amounts)) * _PARTS)
    return Step(name, total, int(np.count_nonzero(whole)), causes)


def waterfall(
    totals: tuple[float | None, float | None],
    steps: Iterable[Step],
    *,
    notes: Mapping[str, str],
    why: str,
    rounded: float = 0.0,
) -> pd.DataFrame:
    """Return the steps from one total to the other.

    Parameters
    ----------
    totals
        Of ``a`` and ``b``; with None there are no steps.
    steps
        Reasons in their order; those that move nothing and are about nothing are left out.
    notes
        What differs, by the name of the input or parameter.
    why
        Note of the last row.
    rounded
        So much of the unit may be lost because parts were rounded apart.

    Returns
    -------
    waterfall
        As in :class:`ScenarioChange`. What the steps do not explain stands as ``other``; what
        rounding lost goes to the largest of them.
    """
    if totals[0] is None or totals[1] is None:
        return pd.DataFrame(columns=list(_COLUMNS))
    first, last = round(totals[0] * _PARTS), round(totals[1] * _PARTS)
    shown = [one for one in steps if one.parts or one.count]
    left = last - first - sum(one.parts for one in shown)
    if left:
        size = max(abs(first), abs(last), _PARTS)
        slack = max(_ROUNDING * size, rounded * _PARTS, len(shown))
        shown = _with_rest(shown, left, slack)
    at = first
    rows = [_row("total_a", first, 0, first, 0, "")]
    for one in shown:
        rows.append(_row(one.name, at, one.parts, at + one.parts, one.count, _note(one, notes)))
        at += one.parts
    rows.append(_row("total_b", last, 0, last, 0, why))
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _with_rest(steps: Sequence[Step], left: int, slack: float) -> list[Step]:
    """Put what rounding lost to the largest step, and what is more beside them."""
    if not steps or abs(left) > slack:
        return [*steps, Step(OTHER, left, 0)]
    largest = max(range(len(steps)), key=lambda at: abs(steps[at].parts))
    return [
        Step(one.name, one.parts + left, one.count, one.causes) if at == largest else one
        for at, one in enumerate(steps)
    ]


def _row(name: str, start: int, change: int, end: int, count: int, note: str) -> tuple[object, ...]:
    values = (start / _PARTS, change / _PARTS, end / _PARTS)
    return (name, _title(name), *values, count, note)


def _title(name: str) -> str:
    for group in ("deduct", "term"):
        if name.startswith(f"{group}_"):
            own = name.removeprefix(f"{group}_")
            room, entry = ("sheet", f"constraint.{own}") if group == "deduct" else (
                "scenario", f"term.{own}"
            )  # fmt: skip
            known = messages.catalogue(messages.language(), room)
            return messages.text(f"scenario.step.{group}", None, name=known.get(entry, own))
    return messages.text(f"scenario.step.{name}")


def _note(step: Step, notes: Mapping[str, str]) -> str:
    """Return what differs of that which can be behind a step."""
    told = [
        said
        for name, said in notes.items()
        if any(name == one or (one.endswith(".") and name.startswith(one)) for one in step.causes)
    ]
    return messages.text("scenario.behind", None, changes=told) if told else ""
