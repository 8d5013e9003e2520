"""Values that cannot be right, or hardly can: named, so that none decides a verdict unseen.

A number outside the bounds of its field is unknown to the rules. One that is merely odd (a
negative tax may be a refund; a tax per 亩 a hundred times the usual may be 元 in a column of
万元) is kept, and named. The bounds are those of the pack's fields.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from platforms.issues import IssueTable
from platforms.policy.columns import Table
from platforms.policy.schema import PackField

__all__ = ["value_issues"]

Bools = NDArray[np.bool_]

# of one column so many rows are named one by one
_NAMED = 100
# fewer values make no median
_FEW = 5
_HUNDRED = 100


def value_issues(table: Table, ids: NDArray[np.object_]) -> IssueTable:
    """Return a row for each value that was read and is out of bounds, or odd.

    Parameters
    ----------
    table
        The plots, after the rules have read them.
    ids
        Names of the rows.
    """
    issues = IssueTable()
    for name, (spec, values, out) in table.out_of_bounds.items():
        # a share of 20 looks like 20 %
        cents = out & (values > 1) & (values <= _HUNDRED)
        percent = cents if spec.unit == "1" and spec.maximum is not None else out & ~out
        _add(issues, "policy_value_percent", name, spec, values, percent, ids)
        _add(issues, "policy_value_out", name, spec, values, out & ~percent, ids)
    for name, (spec, values, unread) in table.unreadable.items():
        _add(issues, "policy_code_unreadable", name, spec, values, unread, ids)
    for name, spec, values, known in table.numbers_read():
        if spec.warn_below is not None:
            low = known & (values < spec.warn_below)
            _add(issues, "policy_value_low", name, spec, values, low, ids)
        if spec.warn_times_median is not None:
            usual = values[known & (values > 0)]
            if len(usual) >= _FEW:
                median = float(np.median(usual))
                high = known & (values > spec.warn_times_median * median)
                _add(issues, "policy_value_high", name, spec, values, high, ids, median)
    return issues


def _add(
    issues: IssueTable,
    kind: str,
    name: str,
    spec: PackField,
    values: NDArray[np.object_] | NDArray[np.float64],
    where: Bools,
    ids: NDArray[np.object_],
    median: float = 0.0,
) -> None:
    rows = np.flatnonzero(where)
    least = "" if spec.minimum is None else f"≥ {spec.minimum:g}"
    most = "" if spec.maximum is None else f"≤ {spec.maximum:g}"
    told: dict[str, Any] = {
        "title": str(spec.title),
        "unit": "" if spec.unit in {"-", "1"} else f" {spec.unit}",
        "allowed": [part for part in (least, most) if part],
        "median": f"{median:g}",
    }
    for row in rows[:_NAMED]:
        value = values[row]
        shown = str(value) if isinstance(value, str) else f"{value:g}"
        issues.add(kind, "warning", feature=str(ids[row]), field=name, value=shown, **told)
    if len(rows) > _NAMED:
        issues.add("policy_values_more", "warning", field=name, count=len(rows) - _NAMED, **told)
