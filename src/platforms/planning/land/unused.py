"""Land of a plot that is not in use (用而未尽): what is neither built on, yard nor green.

Footprints are cut exactly in the survey plane, a square metre under two buildings counts
once, and the parts are shared out over the official area, so that
``gross_m2 = building_m2 + yard_m2 + green_m2 + unused_m2`` holds to 0.01 m². Yards and green
are deducted only where they are given; without them they have no column. Where the buildings
are not known nothing is known of the unused land: empty, never the whole plot.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from platforms.errors import RuleError
from platforms.issues import IssueTable
from platforms.planning.land.apportion import apportion_m2
from platforms.planning.land.cutting import NOISE_M2, deduct
from platforms.planning.land.factors import LandParameters, land_parameters
from platforms.planning.land.footprints import Footprints, ReadyFootprints, footprints, not_drawn
from platforms.planning.land.limits import limit_shapes
from platforms.planning.land.pieces import Pieces
from platforms.planning.land.sites import Sites, column_numbers, place_sites, plain, plot_labels
from platforms.units import half_up, m2_to_mu

__all__ = ["unused_land", "unused_records"]

Floats = NDArray[np.float64]

_PARTS = ("building_m2", "yard_m2", "green_m2", "unused_m2")


def unused_land(
    plots: gpd.GeoDataFrame,
    buildings: gpd.GeoDataFrame | ReadyFootprints | None,
    *,
    yards: gpd.GeoDataFrame | str | None = None,
    green_share: float | None = None,
    parameters: LandParameters | None = None,
    plane: object = None,
    issues: IssueTable | None = None,
) -> gpd.GeoDataFrame:
    """Find what is left of plots beside buildings, yards and required green.

    Parameters
    ----------
    plots
        Polygons with a CRS; ``area_m2`` (official, m²) is taken where it is there. A plot
        that declares buildings (``far``, ``building_coefficient`` or ``floor_area_m2`` over
        0) where none is drawn is unknown. Not changed.
    buildings
        Footprints with a CRS; None, or none at all, leaves everything unknown.
    yards
        Polygons of yards, or the column of ``plots`` that holds their m²; default not
        deducted. Land under a building is no yard.
    green_share
        Part of the plot that must be green, 0 to 1; default that of the parameters. Where
        neither gives one, green is not deducted, and that is said.
    parameters
        Default the national ones.
    plane
        Survey plane to cut in; default as in ``measure``.
    issues
        Takes a row for what could not be used as it is.

    Returns
    -------
    land
        The plots, same index, with ``gross_m2``, ``building_m2``, ``yard_m2`` and
        ``green_m2`` (only where deducted), ``unused_m2`` (m², two decimals, NaN unknown)
        and ``unused_mu`` (亩, six decimals). Green takes at most what buildings and yards
        leave.

    Raises
    ------
    CRSError
        For a layer of another datum, or plots without a coordinate system.
    RuleError
        For a green share that is not from 0 to 1, or a column of yards that is not there.
    """
    found = IssueTable() if issues is None else issues
    given = land_parameters() if parameters is None else parameters
    share = given.number("green_share") if green_share is None else float(green_share)
    if share is not None and not 0 <= share <= 1:
        raise RuleError("land.share_outside", name="green_share", value=str(share))
    if isinstance(yards, str) and yards not in plots.columns:
        raise RuleError("land.column_missing", column=yards)
    sites = place_sites(plots, plane, found)
    built, yard = _cut(plots, sites, footprints(buildings, sites.plane, found), yards, found)
    parts = {"building_m2": built}
    left = sites.gross_m2 - built
    if yards is not None:
        parts["yard_m2"] = _taken(yard, left)
        _tell_large_yards(sites, yard, left, found)
        left = half_up(left - parts["yard_m2"], 2)
    if share is not None:
        parts["green_m2"] = _taken(half_up(share * sites.gross_m2, 2), left)
        left = left - parts["green_m2"]
    else:
        found.add("green_not_deducted", "info")
    land = plots.copy()
    land["gross_m2"] = sites.gross_m2
    for name, area in parts.items():
        land[name] = half_up(area, 2)
    land["unused_m2"] = half_up(left, 2)
    land["unused_mu"] = half_up(m2_to_mu(land["unused_m2"].to_numpy(dtype=np.float64)), 6)
    return land


def unused_records(land: pd.DataFrame) -> list[dict[str, object]]:
    """Return one JSON-ready dict a plot: id and parts in m²; what is unknown is None."""
    columns = ["gross_m2", *(part for part in _PARTS if part in land.columns), "unused_mu"]
    rows = pd.DataFrame(land)[columns].to_dict("records")
    return [
        {"plot_id": label, **{name: plain(row[name]) for name in columns}}
        for label, row in zip(plot_labels(land), rows, strict=True)
    ]


def _cut(
    plots: gpd.GeoDataFrame,
    sites: Sites,
    found: Footprints | None,
    yards: gpd.GeoDataFrame | str | None,
    issues: IssueTable,
) -> tuple[Floats, Floats]:
    """Return official areas of buildings and of yards beside them; NaN unknown."""
    unknown = np.full(len(plots), np.nan)
    stated = column_numbers(plots, yards) if isinstance(yards, str) else unknown
    if found is None:
        return unknown, half_up(stated, 2)
    drawn = yards is not None and not isinstance(yards, str)
    yard_shapes = limit_shapes("yards", yards, sites.plane, issues) if drawn else None
    layers = [found.cut]
    if yard_shapes is not None:
        layers.append(Pieces(yard_shapes))
    parts = deduct(sites.shapes, layers, sites.plane)
    table = np.column_stack([parts.left_m2, parts.claimed_m2])
    shares = apportion_m2(sites.gross_m2, np.where(table < NOISE_M2, 0.0, table))
    shares[not_drawn(plots, sites, parts.claimed_m2[:, 0], issues)] = np.nan
    return shares[:, 1], half_up(stated, 2) if yard_shapes is None else shares[:, 2]


def _taken(wanted: Floats, left: Floats) -> Floats:
    """Return what a part takes of what is left; unknown where either is."""
    taken: Floats = np.minimum(np.maximum(wanted, 0.0), half_up(left, 2))
    return taken


def _tell_large_yards(sites: Sites, yard: Floats, left: Floats, issues: IssueTable) -> None:
    for row in np.flatnonzero(yard > half_up(left, 2)):
        issues.add(
            "yard_beyond_plot", "warning", feature=sites.labels[row],
            yard_m2=f"{yard[row]:.2f}", left_m2=f"{left[row]:.2f}",
        )  # fmt: skip
