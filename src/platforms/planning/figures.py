"""Key figures: the numbers that stand on the screen, in the sheet and in the JSON.

They are computed once, here, from the printed areas (m², two decimals) and rounded half up
to two decimals of 亩, so that every place that shows one shows the same digits. A plot whose
area or verdict cannot be known is counted as such and never as zero. What the rules did not
ask has no figure: rules on idle land leave low-efficiency land unknown, not none. Where no
verdict of any plot is known, land that is hit is unknown too: a NaN here, ``—`` on the screen
and null in JSON.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from platforms import messages
from platforms.planning.tally import Tally, cents, tally
from platforms.units import MU_PER_M2, half_up

__all__ = [
    "VERDICTS",
    "key_figures",
    "mu_of",
    "platform_groups",
    "silent",
    "summarise",
    "tallied_figures",
    "tallied_summary",
]

VERDICTS = ("low_efficiency", "not", "unknown")
_LOW = ("low_efficiency",)
_NAN = float("nan")


def mu_of(area_m2: pd.Series) -> float:
    """Return the total of printed m² in 亩, two decimals half up; missing areas are left out."""
    return _mu_of_cents(int(cents(area_m2.dropna().to_numpy(dtype="float64")).sum()))


def _mu_of_cents(cents_m2: int) -> float:
    return half_up(round(cents_m2 / 100 * MU_PER_M2, 8), 2)


def silent(plots: pd.DataFrame) -> bool:
    """Say whether plots tell nothing of land that is hit: there are some, none with a verdict.

    Parameters
    ----------
    plots
        Column ``verdict``.
    """
    return len(plots) > 0 and bool(plots["verdict"].eq("unknown").all())


def key_figures(plots: pd.DataFrame, *, outcomes: Sequence[str] = _LOW) -> dict[str, float]:
    """Return the headline figures of assessed plots.

    Parameters
    ----------
    plots
        Columns ``area_m2``, ``verdict``, ``net_m2`` (reclaimable land of the plot) and,
        where plots lie over each other, ``net_overlap_m2`` of :func:`platforms.reclaim`.
    outcomes
        What a hit of the rules can mean; see :attr:`platforms.policy.schema.Pack.outcomes`.

    Returns
    -------
    figures
        ``plots``, ``area_mu``, for each verdict (the outcomes, ``not``, ``unknown``)
        ``<verdict>`` (plots) and ``<verdict>_mu``; where the rules ask for low efficiency
        ``reclaimable_mu`` (net land of low-efficiency plots, land that two of them have
        counted once), ``reclaimable_overlap_mu`` (what a plain sum has more),
        ``reclaimable_unknown`` (low-efficiency plots whose net land cannot be known) and
        ``low_efficiency_firms``. NaN is unknown: areas and firms of what is hit where plots
        are :func:`silent`, ``reclaimable_mu`` also where no low-efficiency plot's net land
        is known.
    """
    return tallied_figures(tally(plots), outcomes=outcomes)


def tallied_figures(counted: Tally, *, outcomes: Sequence[str] = _LOW) -> dict[str, float]:
    """Return :func:`key_figures` of plots that were counted."""
    total = counted.total
    sums = {verdict: counted.of(verdict) for verdict in (*outcomes, "not", "unknown")}
    nothing = total["plots"] > 0 and sums["unknown"]["plots"] == total["plots"]
    figures: dict[str, float] = {
        "plots": int(total["plots"]),
        "area_mu": _mu_of_cents(int(total["area"])),
    }
    for verdict, held in sums.items():
        figures[verdict] = int(held["plots"])
        unknown = nothing and verdict in outcomes
        figures[f"{verdict}_mu"] = _NAN if unknown else _mu_of_cents(int(held["area"]))
    if "low_efficiency" not in outcomes:
        return figures
    low = sums["low_efficiency"]
    unknown = nothing or (low["plots"] > 0 and low["nets"] == 0)
    figures["reclaimable_mu"] = _NAN if unknown else _mu_of_cents(int(low["once"]))
    figures["reclaimable_overlap_mu"] = _NAN if unknown else _mu_of_cents(int(low["twice"]))
    figures["reclaimable_unknown"] = int(low["plots"] - low["nets"])
    if counted.low_firms is not None:
        figures["low_efficiency_firms"] = _NAN if nothing else len(counted.low_firms)
    return figures


def summarise(
    plots: pd.DataFrame, by: str, *, order: Sequence[str] = (), outcomes: Sequence[str] = _LOW
) -> pd.DataFrame:
    """Return the figures of each group of plots.

    Parameters
    ----------
    plots
        As for :func:`key_figures`, with the column ``by``.
    by
        Column to group by, for example ``town``; missing values form a group of their own.
    order
        Groups that must stand in the table, in this order, even without plots.
    outcomes
        As for :func:`key_figures`.

    Returns
    -------
    summary
        Columns ``by``, ``plots``, ``area_mu``, ``<outcome>`` and ``<outcome>_mu`` of each
        outcome, ``not``, ``unknown``, ``unknown_mu`` and, where the rules ask for low
        efficiency, ``reclaimable_mu``; groups of ``order`` first, then the others by name,
        plots without a group (empty text) last.
    """
    return tallied_summary(tally(plots, [by]), by, order=order, outcomes=outcomes)


def tallied_summary(
    counted: Tally, by: str, *, order: Sequence[str] = (), outcomes: Sequence[str] = _LOW
) -> pd.DataFrame:
    """Return :func:`summarise` of plots that were counted by ``by``."""
    groups = counted.rows[by]
    names = list(dict.fromkeys([*order, *sorted(set(groups) - {""})]))
    if (groups == "").any():
        names.append("")
    hits = [name for outcome in outcomes for name in (outcome, f"{outcome}_mu")]
    keep = ["plots", "area_mu", *hits, "not", "unknown", "unknown_mu"]
    if "low_efficiency" in outcomes:
        keep.append("reclaimable_mu")
    sums = _Groups(counted.rows, names, by)
    held = sums.of("plots")
    nothing = (held > 0) & (sums.of("plots", "unknown") == held)
    columns: dict[str, object] = {"plots": held, "area_mu": _mu(sums.of("area"))}
    for name in (*outcomes, "not", "unknown"):
        areas = _mu(sums.of("area", name))
        columns[name] = sums.of("plots", name)
        columns[f"{name}_mu"] = np.where(nothing, _NAN, areas) if name in outcomes else areas
    if "low_efficiency" in outcomes:
        low, known = (sums.of(name, "low_efficiency") for name in ("plots", "nets"))
        lost = nothing | ((low > 0) & (known == 0))
        columns["reclaimable_mu"] = np.where(lost, _NAN, _mu(sums.of("once", "low_efficiency")))
    return pd.DataFrame({by: names, **{name: columns[name] for name in keep}})


class _Groups:
    """Counts and sums of each group, all groups at once."""

    def __init__(self, rows: pd.DataFrame, names: Sequence[str], by: str) -> None:
        self._rows = rows
        places = {name: place for place, name in enumerate(names)}
        self._place = np.array([places[name] for name in rows[by]], dtype=np.intp)
        # a name that stands twice has the same sums twice
        self._named = np.array([places[name] for name in names], dtype=np.intp)

    def of(self, name: str, verdict: str | None = None) -> npt.NDArray[np.int64]:
        """Return a sum of each group, of all its plots or of those with one verdict."""
        values, place = self._rows[name].to_numpy(dtype="int64"), self._place
        if verdict is not None:
            chosen = self._rows["verdict"].eq(verdict).to_numpy(dtype=bool)
            values, place = values[chosen], place[chosen]
        sums = np.zeros(len(self._named), dtype=np.int64)
        np.add.at(sums, place, values)
        return sums[self._named]


def _mu(areas: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    return np.array([_mu_of_cents(int(one)) for one in areas], dtype="float64")


def platform_groups(plots: pd.DataFrame) -> pd.Series:
    """Name the platform of each plot, or all that share its stand-in point.

    Platforms without a position of their own stand on one point; a plot near it cannot be
    given to one of them, so it is counted under all of them together.

    Parameters
    ----------
    plots
        Columns ``platform`` and ``platform_tied`` (the others as near, joined by ``;``).

    Returns
    -------
    groups
        On the plots' index; missing where no platform is near.
    """
    # of a million plots there are few platforms, and fewer with others beside them
    platform, names = pd.factorize(plots["platform"].fillna(""))
    tied, lists = pd.factorize(plots["platform_tied"].fillna(""))
    others = np.array([text.count(";") + bool(text) for text in map(str, lists)], dtype=np.intp)
    count = others[tied]
    groups, at = np.unique(np.column_stack([platform, count]), axis=0, return_inverse=True)
    named = [
        messages.text("planning.platform_group", name=names[name], count=more + 1)
        if more
        else names[name]
        for name, more in groups.tolist()
    ]
    told = pd.array(np.array([name or None for name in named], dtype=object), dtype="str")
    return pd.Series(told.take(at.ravel()), index=plots.index)
