"""Floor space that a plot could still take: (target FAR − present FAR) × area, never below 0.

The plot ratio (容积率, FAR) counts a storey higher than 8 m twice. It is computed from the
buildings and put beside the declared one; the computed one is used where it is known, and a
difference is told, not mended. Storeys, height rule and target are data: where one that is
needed is missing the potential is unknown. A storey whose height is not known counts once.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from platforms.errors import RuleError
from platforms.issues import IssueTable
from platforms.planning.land.factors import LandParameters, land_parameters
from platforms.planning.land.footprints import (
    Footprints,
    ReadyFootprints,
    footprints,
    not_drawn,
    pieces_on,
)
from platforms.planning.land.sites import Sites, column_numbers, place_sites, plain, plot_labels
from platforms.units import half_up

__all__ = ["FLOOR_COLUMNS", "floor_potential", "floor_records"]

Floats = NDArray[np.float64]

FLOOR_COLUMNS = (
    "floor_m2", "far_floor_m2", "far_computed", "far_difference", "far_present", "far_basis",
    "target_far", "floor_potential_m2",
)  # fmt: skip
_FAR_DIGITS = 4


def floor_potential(
    plots: gpd.GeoDataFrame,
    buildings: gpd.GeoDataFrame | ReadyFootprints | None = None,
    *,
    target_far: float | str | None = None,
    parameters: LandParameters | None = None,
    plane: object = None,
    issues: IssueTable | None = None,
) -> gpd.GeoDataFrame:
    """Compute the present plot ratio and the floor space up to the target.

    Parameters
    ----------
    plots
        Polygons with a CRS; ``area_m2`` is taken where it is there, ``far`` (declared) is
        put beside the computed one. Not changed.
    buildings
        Footprints with ``floors`` (or ``floor_area_m2``) and ``storey_height_m``; without
        them the declared ratio stands alone.
    target_far
        A number for all plots, or the column that holds each plot's; default that of the
        parameters, which may be empty: then the potential is unknown.
    parameters
        ``tall_storey_m``, ``target_far`` and ``far_tolerance``; default the national ones.
    plane, issues
        As for ``unused_land``.

    Returns
    -------
    land
        The plots, same index, with ``floor_m2`` (plain), ``far_floor_m2`` (as the ratio
        counts it; m², two decimals), ``far_computed`` (four decimals), ``far_difference``
        (computed less declared), ``far_present`` and ``far_basis`` (computed, declared or
        empty), ``target_far`` and ``floor_potential_m2`` (m², two decimals, NaN unknown).

    Raises
    ------
    CRSError
        For a layer of another datum, or plots without a coordinate system.
    RuleError
        For a target that is a column which is not there, or a negative number.
    """
    found = IssueTable() if issues is None else issues
    given = land_parameters() if parameters is None else parameters
    target = _target(plots, target_far, given)
    sites = place_sites(plots, plane, found)
    pieces = footprints(buildings, sites.plane, found)
    unknown = np.full(len(plots), np.nan)
    plain_far, computed = unknown, unknown
    if pieces is not None:
        plain_far, computed = _ratios(plots, sites, pieces, given.number("tall_storey_m"), found)
    declared = column_numbers(plots, "far")
    difference = half_up(half_up(computed, _FAR_DIGITS) - declared, _FAR_DIGITS)
    _tell_differences(sites, computed, declared, given.number("far_tolerance"), found)
    present = np.where(np.isnan(computed), declared, computed)
    basis = np.where(np.isnan(computed), np.where(np.isnan(declared), "", "declared"), "computed")
    land = plots.copy()
    land["floor_m2"] = half_up(plain_far * sites.gross_m2, 2)
    land["far_floor_m2"] = half_up(computed * sites.gross_m2, 2)
    land["far_computed"] = half_up(computed, _FAR_DIGITS)
    land["far_difference"] = difference
    land["far_present"] = half_up(present, _FAR_DIGITS)
    land["far_basis"] = basis
    land["target_far"] = target
    land["floor_potential_m2"] = half_up(np.maximum(target - present, 0.0) * sites.gross_m2, 2)
    return land


def floor_records(land: pd.DataFrame) -> list[dict[str, object]]:
    """Return one JSON-ready dict a plot with ``FLOOR_COLUMNS``; what is unknown is None."""
    rows = pd.DataFrame(land)[list(FLOOR_COLUMNS)].to_dict("records")
    return [
        {"plot_id": label, **{name: plain(row[name]) for name in FLOOR_COLUMNS}}
        for label, row in zip(plot_labels(land), rows, strict=True)
    ]


def _target(plots: pd.DataFrame, given: float | str | None, parameters: LandParameters) -> Floats:
    if isinstance(given, str):
        if given not in plots.columns:
            raise RuleError("land.column_missing", column=given)
        return column_numbers(plots, given)
    one = parameters.number("target_far") if given is None else float(given)
    if one is not None and not one >= 0:
        raise RuleError("land.below_zero", name="target_far", value=str(one))
    return np.full(len(plots), np.nan if one is None else one)


def _ratios(
    plots: gpd.GeoDataFrame,
    sites: Sites,
    found: Footprints,
    tall_m: float | None,
    issues: IssueTable,
) -> tuple[Floats, Floats]:
    """Return floor area over plot area: plain, and as the plot ratio counts it."""
    plot, piece, shared = pieces_on(sites, found)
    count = len(sites.labels)
    built = np.bincount(plot, weights=shared, minlength=count)
    gap = not_drawn(plots, sites, built.astype(np.float64), issues)
    heights = found.heights_m
    without = int((np.isnan(heights) & (found.storeys > 0)).sum())
    if tall_m is not None and without:
        issues.add("storey_height_missing", "info", count=without, metres=f"{tall_m:g}")
    tall = np.zeros(len(heights), dtype=bool) if tall_m is None else heights > tall_m
    counted = np.where(tall, 2.0, 1.0) * found.storeys
    ratios = []
    for storeys in (found.storeys, counted):
        floor = np.bincount(plot, weights=shared * storeys[piece], minlength=count)
        ratios.append(np.where(gap, np.nan, floor / sites.planar_m2))
    return ratios[0], ratios[1]


def _tell_differences(
    sites: Sites, computed: Floats, declared: Floats, allowed: float | None, issues: IssueTable
) -> None:
    if allowed is None:
        return
    for row in np.flatnonzero(np.abs(computed - declared) > allowed):
        issues.add(
            "far_differs", "warning", feature=sites.labels[row],
            computed=f"{computed[row]:.3f}", declared=f"{declared[row]:.3f}",
        )  # fmt: skip
