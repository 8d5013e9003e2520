"""What a correction changes: official areas before and after, and faults that went or came.

Only the plots around the correction are looked at, by the function that checks whole files, so
the answer is the same and comes at once however many plots there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from platforms.geo.read import Plots
from platforms.issues import Issue, IssueTable
from platforms.layers.workspace import Workspace
from platforms.planning.correction import PlotCorrection, correct_plots
from platforms.planning.survey import survey
from platforms.units import half_up, m2_to_mu

__all__ = ["Recheck", "area_sum", "recheck_plots"]

# said of the correction itself, or of a plane, not of a shape
_ABOUT = frozenset({"plot_changed", "plot_split", "plane_not_county"})
# the pieces have no deed of their own, and together they are as far from it as the whole was
_OF_THE_DEED = frozenset({"declared_differs", "declared_close", "txt_area_differs"})


@dataclass(frozen=True, kw_only=True)
class Recheck:
    """A correction with what it changed.

    Attributes
    ----------
    correction
        The change.
    before, after
        The plots that it changed: plot_id, area_m2 and area_mu (official, as printed; NaN
        where a shape has none).
    gone, come, left
        Faults of these plots that are no more, are new, or are still there.
    """

    correction: PlotCorrection
    before: pd.DataFrame
    after: pd.DataFrame
    gone: IssueTable
    come: IssueTable
    left: IssueTable

    @property
    def delta_m2(self) -> float | None:
        """Sum after less sum before, of the printed areas; None where one is unknown."""
        sums = area_sum(self.before["area_m2"]), area_sum(self.after["area_m2"])
        if sums[0]["unknown"] or sums[1]["unknown"]:
            return None
        return half_up(float(sums[1]["area_m2"]) - float(sums[0]["area_m2"]), 2)


def area_sum(area_m2: pd.Series) -> dict[str, float]:
    """Add printed areas as whole square centimetres, so that no digit drifts.

    Parameters
    ----------
    area_m2
        Official areas with two decimals; NaN where unknown.

    Returns
    -------
    sums
        ``plots``, ``area_m2``, ``area_mu`` (six decimals), ``unknown`` (plots without one).
    """
    known = area_m2.dropna().to_numpy(dtype="float64")
    # 0.01 m² as whole numbers
    hundredths = int(np.rint(known * 100).astype("int64").sum())
    total = half_up(hundredths / 100, 2)
    return {
        "plots": len(area_m2),
        "area_m2": total,
        "area_mu": half_up(m2_to_mu(total), 6),
        "unknown": int(area_m2.isna().sum()),
    }


def recheck_plots(plots: Plots, change: PlotCorrection, workspace: Workspace) -> Recheck:
    """Check and measure what a correction changes, before it and after.

    Parameters
    ----------
    plots
        The plots as they were before; not changed.
    change
        The correction.
    workspace
        Gives the survey plane where the plots name none, and the county's outline.

    Raises
    ------
    InputError
        As :func:`correct_plots`.
    """
    changed = correct_plots(plots, [change], workspace)
    was = [change.plot_id]
    ids = changed.frame["plot_id"].astype(str)
    new = [*ids[~ids.isin(plots.frame["plot_id"].astype(str))]]
    now = new if change.splits else was
    window = _window(plots.frame, was), _window(changed.frame, now)
    box = shapely.union_all([w for w in window if w is not None])
    before, faults = _looked(plots, was, box, workspace)
    after, found = _looked(changed, now, box, workspace)
    if change.splits:
        found = IssueTable([*found, *(i for i in faults if i.kind in _OF_THE_DEED)])
    old, fresh = {_name(i) for i in faults}, {_name(i) for i in found}
    return Recheck(
        correction=change,
        before=before,
        after=after,
        gone=IssueTable(i for i in faults if _name(i) not in fresh),
        come=IssueTable(i for i in found if _name(i) not in old),
        left=IssueTable(i for i in found if _name(i) in old),
    )


def _name(issue: Issue) -> tuple[str, str | None, str]:
    return issue.kind, issue.feature, _other(issue)


def _other(issue: Issue) -> str:
    return str(issue.values.get("other", ""))  # noqa: PD011 no frame, but an issue


def _window(frame: gpd.GeoDataFrame, ids: Sequence[str]) -> shapely.Geometry | None:
    shapes = frame.geometry[frame["plot_id"].astype(str).isin(ids)]
    bounds = shapes.total_bounds
    return shapely.box(*bounds) if np.isfinite(bounds).all() else None


def _looked(
    plots: Plots, ids: Sequence[str], box: shapely.Geometry, workspace: Workspace
) -> tuple[pd.DataFrame, IssueTable]:
    """Survey the plots around a place; return the areas and faults of those that are meant."""
    frame = plots.frame
    meant = frame["plot_id"].astype(str).isin(ids).to_numpy()
    near = np.zeros(len(frame), dtype=bool)
    near[frame.sindex.query(box)] = True
    part = frame[near | meant].reset_index(drop=True)
    part.attrs = frame.attrs
    kept = IssueTable(i for i in plots.issues if i.feature in ids and i.kind not in _ABOUT)
    measured = survey(Plots(part, kept, plots.source), workspace=workspace)
    faults = IssueTable(
        i
        for i in measured.issues
        if i.kind not in _ABOUT and (i.feature in ids or _other(i) in ids)
    )
    rows = measured.frame["plot_id"].astype(str).isin(ids)
    table = measured.frame.loc[rows, ["plot_id", "area_m2", "area_mu"]]
    return pd.DataFrame(table).reset_index(drop=True), faults
