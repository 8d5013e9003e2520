"""How fast a target asks to go: growth since the base, levels, and the pace still needed.

Years are counted from year end to year end: a base of 2020 stands at the end of 2020, a
target for 2025 falls due at the end of 2025, and a report stands at its own day. The pace is
the change a year that leads in a straight line from where one stands to the target; for growth
it is the constant growth. Where a document gives no base and nothing was reported, there is
no pace.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["growth_since", "moment", "number", "paces", "planned_levels"]

_MONTHS = 12
_PERCENT = 100.0


def moment(dates: pd.Series) -> pd.Series[float]:
    """Return dates as years; a year stands at its end, so does a month.

    Parameters
    ----------
    dates
        ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; missing ones are NaN.

    Returns
    -------
    years
        Year and the share of it that has passed when the day ends: 2023-12-31 is 2024.0.
    """
    text = dates.astype("str")
    full = text.where(text.str.len() > len("YYYY-MM"), "")
    month = text.where(text.str.len() == len("YYYY-MM"), "")
    year = text.where(text.str.len() == len("YYYY"), "")
    day = pd.to_datetime(full, errors="coerce", format="%Y-%m-%d")
    ends = pd.to_datetime(month, errors="coerce", format="%Y-%m") + pd.offsets.MonthEnd(0)
    last = pd.to_datetime(year + "-12-31", errors="coerce", format="%Y-%m-%d")
    day = day.fillna(ends).fillna(last)
    length = day.dt.is_leap_year.map({True: 366.0, False: 365.0})
    return (day.dt.year + day.dt.day_of_year / length).astype("float64")


def growth_since(status: pd.DataFrame, told: pd.DataFrame) -> pd.Series[float]:
    """Return the yearly growth from the base to a level that was reported, in %.

    Parameters
    ----------
    status
        Targets with ``operator``, ``base_year``, ``base_value``, ``base_unit``.
    told
        Reports on the same index: ``value``, ``unit``, ``date``.

    Returns
    -------
    growth
        NaN where the report is a rate already or the document gives no base level.
    """
    years = moment(told["date"]) - _base_end(status)
    level = told["value"].astype("float64").where(_has_level(status))
    level = level.where(told["unit"].eq(status["base_unit"]))
    return _rate(level / number(status["base_value"]), years)


def planned_levels(status: pd.DataFrame) -> pd.Series[float]:
    """Return what growth targets come to in their target year, in the unit of the base.

    Returns
    -------
    levels
        Base × (1 + growth) to the number of years; NaN for the other targets and where the
        document gives no base level.
    """
    years = _target_end(status) - _base_end(status)
    growth = 1 + number(status["value"]) / _PERCENT
    return (number(status["base_value"]) * growth**years).where(_has_level(status))


def paces(status: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """Return the pace that is needed until the end of the target year.

    Parameters
    ----------
    status
        Targets with ``gap``, ``reported`` and the columns of the base.
    told
        Reports on the same index: ``value``, ``unit``, ``date``.

    Returns
    -------
    paces
        ``year`` and ``month`` on the index of ``status``, in the target's unit; nothing
        a month for growth. 0 where the newest report reached the target; NaN without report
        and base, for a value of each year, and once the target year is over.
    """
    value = number(status["value"])
    reported = status["reported"].notna()
    same = status["base_unit"].isna() | status["base_unit"].eq(status["unit"])
    growth = status["operator"].eq("growth")
    start = status["reported"].where(reported, number(status["base_value"]).where(same))
    since = moment(told["date"]).where(reported, _base_end(status))
    left = (_target_end(status) - since).where(lambda years: years > 0)
    year = ((value - start) / left).where(~growth, _growth_left(status, told, left))
    year = year.mask(reported & status["gap"].le(0) & left.notna(), 0.0)
    # a value of each year is met or missed every year; no line leads to it
    each = status["yearly"].astype("str").str.lower().eq("true") & ~growth
    year = year.mask(status["operator"].eq("complete_assigned") | each)
    return pd.DataFrame({"year": year, "month": (year / _MONTHS).mask(growth)})


def _growth_left(
    status: pd.DataFrame, told: pd.DataFrame, left: pd.Series[float]
) -> pd.Series[float]:
    """Return the growth a year that leads from the last known level to the planned one."""
    level = told["value"].where(told["unit"].eq(status["base_unit"]))
    # a reported rate says nothing of the level that it led to
    level = level.where(status["reported"].notna(), number(status["base_value"]))
    return _rate(planned_levels(status) / level.astype("float64"), left)


def _rate(ratio: pd.Series[float], years: pd.Series[float]) -> pd.Series[float]:
    usable = ratio.gt(0) & years.gt(0)
    return ((ratio.where(usable) ** (1 / years.where(usable))) - 1) * _PERCENT


def _has_level(status: pd.DataFrame) -> pd.Series[bool]:
    """Say which growth targets have a base that is a level and no rate itself."""
    other = status["base_unit"].notna() & status["base_unit"].ne(status["unit"])
    return status["operator"].eq("growth") & status["base_value"].notna() & other


def _base_end(status: pd.DataFrame) -> pd.Series[float]:
    return number(status["base_year"]) + 1


def _target_end(status: pd.DataFrame) -> pd.Series[float]:
    return number(status["year"]) + 1


def number(values: pd.Series) -> pd.Series[float]:
    """Return a column as numbers; what is none, and what is endless, is NaN."""
    return pd.to_numeric(values, errors="coerce").astype("float64").replace(np.inf, np.nan)
