"""Compare numbers and dates, and count time by the calendar.

Two numbers within one part in a thousand million of each other are equal: a tax that is
exactly the limit is not below it because of binary rounding. A year from a day is full on
the same day of the next year; where that year lacks the day, on the last of the month.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Days", "add_months", "ordered"]

Days = NDArray[np.datetime64]

_SAME = 1e-9


def ordered(op: str, values: NDArray[Any], limit: object) -> NDArray[np.bool_]:
    """Tell which values stand to a limit as an operator says; what is unknown does not.

    Parameters
    ----------
    op
        ``<``, ``<=``, ``>``, ``>=``, ``==`` or ``!=``.
    values
        Numbers or datetime64[D].
    limit
        One value for all, or one a row.
    """
    mine, bound = _numbers(values), _numbers(np.asarray(limit))
    with np.errstate(invalid="ignore"):
        same = np.abs(mine - bound) <= _SAME * np.maximum(np.abs(mine), np.abs(bound))
        match op:
            case "<":
                holds = (mine < bound) & ~same
            case "<=":
                holds = (mine < bound) | same
            case ">":
                holds = (mine > bound) & ~same
            case ">=":
                holds = (mine > bound) | same
            case "==":
                holds = same
            case _:
                holds = ~same
    return np.asarray(holds, dtype=bool)


def _numbers(values: NDArray[Any]) -> NDArray[np.float64]:
    if values.dtype.kind != "M":
        return values.astype(np.float64, copy=False)
    numbers = values.astype("datetime64[D]").astype(np.float64)
    return np.where(np.isnat(values), np.nan, numbers)


def add_months(days: Days, months: int) -> Days:
    """Return the days so many calendar months later; NaT stays NaT."""
    month = days.astype("datetime64[M]")
    day_of = (days - month.astype("datetime64[D]")).astype("timedelta64[D]")
    later = month + np.timedelta64(months, "M")
    last = (later + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    moved: Days = np.minimum(later.astype("datetime64[D]") + day_of, last)
    return moved
