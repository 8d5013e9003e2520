"""Sample dates and progress of a plot: supply, start, completion, investment, building.

Order: supply, agreed start, start, completion. An idle plot either never started although
its agreed start passed more than a year ago, or stopped with less than a quarter invested
or less than a third built; both are what the rules on idle land ask for.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from platforms.sample.recipe import Recipe

__all__ = ["add_history"]

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]

_NEVER_STARTED = 0.5
_SHORT_OF_TARGET = 0.07
_PARTLY_BUILT = 0.05
# the spans of years below are told for records of this year
_TOLD_FOR = 2022
# contracts before this year seldom name a start date
_AGREED_SINCE = 2004


def add_history(recipe: Recipe, plots: pd.DataFrame) -> pd.DataFrame:
    """Return dates and progress of each plot.

    Parameters
    ----------
    recipe
        Styles (years of supply), reference date and seed.
    plots
        Columns style and status.

    Returns
    -------
    history
        Same index: supply_date, agreed_start_date, start_date, completion_date (ISO text,
        empty where not known or not happened), invested_share and built_share (0 to 1 and
        a little above for investment).
    """
    rng = np.random.default_rng([recipe.seed, 4])
    count = len(plots)
    status = plots["status"].to_numpy()
    spans = np.array([recipe.styles[style].supplied for style in plots["style"]])
    first, last = spans[:, 0].astype(float), spans[:, 1] + 0.9
    late = int(recipe.reference_date[:4]) - _TOLD_FOR
    building, idle = status == "building", status == "idle"
    first = np.where(building, 2018.2 + late, np.where(idle, 2011.0 + late, first))
    last = np.where(building, 2020.8 + late, np.where(idle, 2020.2 + late, last))
    last = np.where(status == "producing", np.minimum(last, 2017.8 + late), last)
    supply = _days(first + (last - first) * rng.beta(1.4, 1.1, count))
    agreed = supply + _months(rng.uniform(3, 12, count))
    start = agreed + _months(np.maximum(rng.normal(0.5, 3.0, count), -2.5))
    done = start + _months(rng.uniform(11, 28, count))
    never = (status == "idle") & (rng.random(count) < _NEVER_STARTED)
    vacant = status == "vacant"
    history = pd.DataFrame(index=plots.index)
    old = (supply < np.datetime64(f"{_AGREED_SINCE}-01-01")) & (rng.random(count) < 0.6)  # noqa: PLR2004
    history["supply_date"] = _text(supply, vacant)
    history["agreed_start_date"] = _text(agreed, vacant | old)
    history["start_date"] = _text(start, vacant | never)
    history["completion_date"] = _text(done, status != "producing")
    invested, built = _progress(status, never, rng)
    history["invested_share"] = invested
    history["built_share"] = built
    return history


def _progress(
    status: NDArray[np.object_], never: NDArray[np.bool_], rng: np.random.Generator
) -> tuple[Floats, Floats]:
    count = len(status)
    draw = rng.random((2, count))
    # most contracts are met; those that fall short fall short by much
    invested = np.clip(rng.normal(1.03, 0.08, count), 1.0, 1.4)
    invested = np.where(draw[0] < _SHORT_OF_TARGET, rng.uniform(0.45, 0.85, count), invested)
    built = np.where(draw[1] < _PARTLY_BUILT, rng.uniform(0.4, 0.9, count), 1.0)
    going = status == "building"
    invested = np.where(going, rng.uniform(0.3, 0.9, count), invested)
    built = np.where(going, rng.uniform(0.36, 0.95, count), built)
    stopped = (status == "idle") & ~never
    money_short = rng.random(count) < 0.5  # noqa: PLR2004
    low, more = rng.uniform(0.03, 0.24, count), rng.uniform(0.26, 0.6, count)
    invested = np.where(stopped, np.where(money_short, low, more), invested)
    built = np.where(stopped, rng.uniform(0.05, 0.32, count), built)
    invested = np.where(never, rng.uniform(0.0, 0.1, count), invested)
    built = np.where(never, 0.0, built)
    vacant = status == "vacant"
    return (
        np.where(vacant, np.nan, np.round(invested, 3)),
        np.where(vacant, np.nan, np.round(built, 3)),
    )


def _days(year: Floats) -> Days:
    whole = np.floor(year)
    origin = (whole - 1970).astype("timedelta64[Y]") + np.datetime64("1970", "Y")
    days: Days = origin.astype("datetime64[D]") + ((year - whole) * 365).astype("timedelta64[D]")
    return days


def _months(months: Floats) -> NDArray[np.timedelta64]:
    days: NDArray[np.timedelta64] = np.round(months * 30.44).astype("timedelta64[D]")
    return days


def _text(days: Days, empty: NDArray[np.bool_]) -> NDArray[np.object_]:
    text = np.datetime_as_string(days, unit="D").astype(object)
    text[empty] = None
    return text
