"""Adjust areas to a control total (控制面积平差), with the raw areas beside the adjusted ones.

A control total is what a higher level has settled; the areas of the plots are made to sum to
it exactly by sharing the misclosure in proportion to area, in steps of 0.01 m². Nothing is
adjusted silently: ``area_m2`` stays as measured, ``adjusted_m2`` and ``residue_m2`` stand
beside it, and a misclosure larger than the tolerance is refused, because it speaks of a
missing plot, of a plane area taken for an ellipsoidal one or of a wrong total rather than of
rounding. The tolerance is this program's own; no regulation was found that states one for
plots measured from coordinates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from platforms import messages
from platforms.errors import InputError
from platforms.issues import IssueTable
from platforms.planning.land.apportion import largest_remainder
from platforms.units import half_up

__all__ = ["TOLERANCE_PPM", "Adjustment", "adjust"]

TOLERANCE_PPM = 100.0

# half a cent a plot is rounding, whatever the total
_ROUNDING_CENTS = 0.5
# a total that fits the plane areas this well is one of plane areas
_PLANE_PPM = 5.0


@dataclass(frozen=True)
class Adjustment:
    """Areas adjusted to control totals.

    Attributes
    ----------
    frame
        The plots with ``adjusted_m2`` and ``residue_m2`` (adjusted less measured; m², two
        decimals; NaN for plots that stay out) behind ``area_m2``, which is unchanged.
    groups
        One row per control total: group (empty for one total of all), plots, area_m2 (sum
        of the measured areas), control_m2, misclosure_m2 (control less sum),
        misclosure_ppm, adjusted_m2 (sum of the adjusted areas).
    issues
        Plots that stay out and what else must be known.
    tolerance_ppm
        Largest misclosure that was allowed.
    """

    frame: gpd.GeoDataFrame
    groups: pd.DataFrame
    issues: IssueTable
    tolerance_ppm: float

    def to_json(self) -> dict[str, object]:
        """Return the totals and the tolerance, for JSON."""
        return {"tolerance_ppm": self.tolerance_ppm, "groups": self.groups.to_dict("records")}


def adjust(
    frame: gpd.GeoDataFrame,
    control_m2: float | Mapping[str, float],
    *,
    group: str | None = None,
    by: str = "area_m2",
    tolerance_ppm: float = TOLERANCE_PPM,
) -> Adjustment:
    """Adjust measured areas so that they sum to control totals exactly.

    Parameters
    ----------
    frame
        Plots with ``plot_id`` and ``area_m2`` (m², two decimals); not changed.
    control_m2
        The control total, m²; with ``group`` a total for each of its values. Rounded to
        0.01 m², half up.
    group
        Column whose values have a total of their own, for example ``town``. Plots whose
        value has no total stay out and are named.
    by
        Column in proportion to which the misclosure is shared; the official area unless
        there is a reason.
    tolerance_ppm
        Largest misclosure, millionths of the total; half a cent a plot is always allowed.

    Returns
    -------
    adjustment
        Raw, adjusted and residue side by side, and the misclosures.

    Raises
    ------
    InputError
        When a misclosure is over the tolerance, a total is not positive, no plot can take
        it, or a column is missing.

    Examples
    --------
    >>> import geopandas as gpd
    >>> plots = gpd.GeoDataFrame({"plot_id": ["1", "2"], "area_m2": [3000.0, 1000.0]})
    >>> adjust(plots, 4000.02).frame["adjusted_m2"].tolist()
    [3000.02, 1000.0]
    """
    for column in {"plot_id", "area_m2", by, *([group] if group else [])}:
        if column not in frame:
            raise InputError("planning.adjust.no_column", column=column)
    totals = _totals(control_m2, group)
    area = frame["area_m2"].to_numpy(np.float64, na_value=np.nan)
    weight = frame[by].to_numpy(np.float64, na_value=np.nan)
    usable = np.isfinite(area) & np.isfinite(weight) & (weight >= 0)
    keys = _keys(frame, group)
    residue = np.full(len(frame), np.nan)
    rows = []
    for name, control in totals.items():
        members = np.flatnonzero(usable & (keys == name))
        cents = np.rint(area[members] * 100).astype(np.int64)
        gap = _gap(name, control, cents, weight[members])
        row = _row(name, control, cents, gap)
        if abs(gap) > max(tolerance_ppm * 1e-6 * control * 100, _ROUNDING_CENTS * len(cents)):
            raise _refusal(row, tolerance_ppm, frame.iloc[members])
        shared = largest_remainder(np.array([abs(gap)]), weight[None, members])[0]
        residue[members] = np.copysign(shared, gap) / 100
        rows.append(row)
    out = frame.assign(adjusted_m2=half_up(area + residue, 2), residue_m2=residue)
    # the certificate of a plot prints the total that it was adjusted to
    out.attrs["adjustment"] = {"column": group, "totals": rows}
    issues = _left_out(out, usable, keys, totals)
    return Adjustment(out, pd.DataFrame(rows), issues, tolerance_ppm)


def _totals(control_m2: float | Mapping[str, float], group: str | None) -> dict[str, float]:
    """Return the totals by name, checked; one total of all has the empty name."""
    if isinstance(control_m2, Mapping) != (group is not None):
        raise InputError("planning.adjust.group_or_total")
    given = dict(control_m2) if isinstance(control_m2, Mapping) else {"": control_m2}
    totals = {str(name): float(total) for name, total in given.items()}
    for name, total in totals.items():
        if not (np.isfinite(total) and half_up(total, 2) > 0):
            told = f"{total:,.2f}"
            raise InputError("planning.adjust.not_positive", group=_told(name), control_m2=told)
    return {name: half_up(total, 2) for name, total in totals.items()}


def _told(group: str) -> str:
    return group or messages.text("planning.adjust.all")


def _keys(frame: gpd.GeoDataFrame, group: str | None) -> NDArray[np.object_]:
    if group is None:
        return np.full(len(frame), "", dtype=object)
    cells = frame[group]
    return np.array(
        [None if none else str(c) for c, none in zip(cells, cells.isna(), strict=True)],
        dtype=object,
    )


def _gap(name: str, control: float, cents: NDArray[np.int64], weight: NDArray[np.float64]) -> int:
    """Return the misclosure in cents of a m²."""
    gap = round(control * 100) - int(cents.sum())
    if not len(cents) or (gap and weight.sum() <= 0):
        raise InputError("planning.adjust.no_plots", group=_told(name))
    return gap


def _row(name: str, control: float, cents: NDArray[np.int64], gap: int) -> dict[str, object]:
    return {
        "group": name,
        "plots": len(cents),
        "area_m2": int(cents.sum()) / 100,
        "control_m2": control,
        "misclosure_m2": gap / 100,
        "misclosure_ppm": half_up(gap / 100 / control * 1e6, 2),
        "adjusted_m2": (int(cents.sum()) + gap) / 100,
    }


def _refusal(row: Mapping[str, object], tolerance: float, plots: gpd.GeoDataFrame) -> InputError:
    key = "planning.adjust.over_tolerance"
    if "planar_m2" in plots:
        plane = float(plots["planar_m2"].sum())
        control = float(str(row["control_m2"]))
        if abs(plane - control) <= _PLANE_PPM * 1e-6 * control:
            key = "planning.adjust.plane_total"
    told = {name: f"{v:,.2f}" if isinstance(v, float) else v for name, v in row.items()}
    told["group"] = _told(str(row["group"]))
    return InputError(key, tolerance=f"{tolerance:g}", **told)


def _left_out(
    frame: gpd.GeoDataFrame,
    usable: NDArray[np.bool_],
    keys: NDArray[np.object_],
    totals: Mapping[str, float],
) -> IssueTable:
    """Name the plots that no total covers or that have no area, and state the misclosures."""
    issues = IssueTable()
    held = np.array([key in totals for key in keys], dtype=bool)
    for mask, kind in ((~usable, "adjust_no_area"), (usable & ~held, "adjust_no_total")):
        for plot_id in frame.loc[mask, "plot_id"]:
            issues.add(kind, "warning", feature=str(plot_id))
    return issues
