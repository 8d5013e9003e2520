"""Targets as records and by what people ask for: document, year, unit, state."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from platforms.policy.targets import FIGURES

__all__ = ["responsible_units", "select_targets", "target_records", "units_of"]

# as read; the rest of the record is made by hand
_MORE = (
    "section", "nature", "topic", "text", "computed_by", "computed_kind",
    "base_year", "base_value", "base_unit", "planned_level", "reported_date",
    "reported_source", "reported_author", "state",
)  # fmt: skip


def target_records(status: pd.DataFrame) -> list[dict[str, object]]:
    """Return the list that ``targets --json`` prints; numbers are rounded to six decimals."""
    return [
        {
            "id": str(row["target_id"]),
            "doc": str(row["doc"]),
            "row": _plain(row.get("row")),
            "indicator": str(row["indicator"]),
            "year": _plain(row["year"]),
            "value": _plain(row["value"]),
            "unit": _plain(row["unit"]),
            "operator": _plain(row["operator"]),
            "responsible": units_of(row.get("responsible")),
            "computed": _plain(row["computed"]),
            "reported": _plain(row["reported"]),
            "gap": _plain(row["gap"]),
            "lead": units_of(row.get("lead")),
            "computed_sample": bool(row["computed_sample"]),
            "pace_per_year": _plain(row["pace_year"]),
            "pace_per_month": _plain(row["pace_month"]),
            "period": _span(row, "period"),
            "computed_years": _span(row, "computed"),
            "data_years": _span(row, "data"),
            "computed_counts": bool(row["computed_counts"]),
            "computed_scope": _scope(row),
            "outside_period": [
                {name: _plain(value) for name, value in one.items()} | {"why": "outside_period"}
                for one in row["outside_period"]
            ],
            "years": _years(row["years"]),
            **{name: _plain(row.get(name)) for name in _MORE},
        }
        for row in status.to_dict("records")
    ]


def _span(row: Mapping[Hashable, Any], name: str) -> list[int] | None:
    """Return the first and the last year, or None where there are none."""
    ends = [_plain(row[f"{name}_{end}"]) for end in ("from", "to")]
    return [int(end) for end in ends if isinstance(end, (int, float))] or None


def _scope(row: Mapping[Hashable, Any]) -> dict[str, str] | None:
    """Return which firms a computed value covers, where it does not cover all."""
    figure = FIGURES.get(str(row.get("computed_by")))
    if figure is None or _plain(row["computed"]) is None or not figure.scale:
        return None
    return {"scale": figure.scale, "industry": figure.industry}


def _years(years: object) -> list[dict[str, object]] | None:
    if not isinstance(years, list):
        return None
    return [{name: _plain(value) for name, value in one.items()} for one in years]


def select_targets(
    status: pd.DataFrame,
    *,
    documents: Sequence[str] = (),
    years: Sequence[int] = (),
    units: Sequence[str] = (),
    states: Sequence[str] = (),
) -> pd.DataFrame:
    """Return the targets that are asked for; an empty choice leaves all.

    Parameters
    ----------
    status
        What :func:`platforms.policy.targets.target_status` gave.
    documents
        Ids of documents.
    years
        Target years.
    units
        Responsible units, leading or not, as the document writes them.
    states
        ``reached``, ``open``, ``unknown``, ``no_number``.
    """
    kept = pd.Series(data=True, index=status.index)
    for name, wanted in (("doc", documents), ("year", years), ("state", states)):
        if wanted:
            kept &= status[name].isin(list(wanted)).astype(bool)
    if units:
        chosen = set(units)
        kept &= status["responsible"].map(lambda cell: bool(chosen & set(units_of(cell))))
    return status[kept]


def responsible_units(status: pd.DataFrame) -> list[str]:
    """Return the responsible units, those with most targets first."""
    named = status["responsible"].map(units_of).explode().dropna()
    return [str(name) for name in named.value_counts(sort=True).index]


def units_of(value: object) -> list[str]:
    """Return the units of one cell, which joins them by semicolons."""
    parts = value if isinstance(value, (list, tuple)) else str(_plain(value) or "").split(";")
    return [str(part).strip() for part in parts if str(part).strip()]


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return round(value, 6) if isinstance(value, float) else value
