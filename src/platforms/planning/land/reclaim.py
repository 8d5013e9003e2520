"""Land that a plot can give back: its area less what limits claim of it.

Limits are layers in an order. Each square metre goes to the first layer that claims it, once,
however often polygons of one layer or of several lie over each other. The shares are found in
the survey plane, where the parts of a plot are cut, and then shared out over the plot's
official ellipsoidal area, so that ``gross_m2 = net_m2 + Σ deduct_*_m2`` holds to 0.01 m².

A plot without a shape that can be measured is unknown (NaN), never 0. A layer that is absent or
empty deducts nothing and is said so, and so is that no layer is given at all. One without a
coordinate system, or a raster that knows nothing here, makes itself, what comes after it, and the
net area of a plot unknown, unless earlier layers took the whole plot. Plots that lie over each
other are each taken whole: overlaps of plots are a fault of the parcel file and are reported where
it is read. Sums say beside the plain sum what of it is counted twice, and what it is with shared
land once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from platforms.geo.area import measure_frame
from platforms.geo.crs import plane_for
from platforms.geo.threads import side_by_side
from platforms.issues import IssueTable
from platforms.planning.land.apportion import apportion_m2, near_a_tie
from platforms.planning.land.cutting import NOISE_M2, Parts, deduct
from platforms.planning.land.limits import (
    Limit,
    ReadyLimit,
    ShareLimit,
    limit_shapes,
    mended,
    placed_shapes,
    refuse_other_plane,
)
from platforms.planning.land.pieces import Pieces, Shapes
from platforms.planning.land.sums import EXACT_M2
from platforms.planning.land.twice import net_overlap_m2
from platforms.units import half_up, m2_to_mu

__all__ = [
    "deduction_columns",
    "land_by",
    "land_records",
    "land_totals",
    "ready_limits",
    "reclaim",
]

Floats = NDArray[np.float64]

# so many plots are named where a layer does not know what it claims
_NAMED = 5


def reclaim(
    plots: gpd.GeoDataFrame,
    constraints: Mapping[str, Limit | ReadyLimit],
    *,
    order: Sequence[str] | None = None,
    plane: object = None,
    own: NDArray[np.bool_] | None = None,
    issues: IssueTable | None = None,
) -> gpd.GeoDataFrame:
    """Deduct limits from plots.

    Parameters
    ----------
    plots
        Polygons with a CRS; ``area_m2`` (official, m²) is taken where it is there, else
        measured. Where there is a ``verdict``, plots of one verdict are summed together. Not
        changed.
    constraints
        Layers by name: polygons, each layer with its own CRS, or what tells the share of an
        area that it claims (``ShareLimit``), for example a raster with a rule. None is a
        layer that is absent: it is reported and deducts nothing.
    order
        Names in their order of priority, default that of ``constraints``. A name without a
        layer is reported and deducts nothing.
    plane
        Survey plane to cut in; default as in ``measure_frame``.
    own
        Which plots rows of issues speak of; default all. The others are neighbours of a part.
    issues
        Takes a row for each layer or shape that could not be used as it is.

    Returns
    -------
    land
        The plots, same index, with ``gross_m2``, one ``deduct_<name>_m2`` a layer,
        ``net_m2`` (m², two decimals, NaN unknown), ``net_mu`` (亩, six decimals) and
        ``net_overlap_m2``: what of the net land an earlier plot, of the same verdict where
        there is one, has already.

    Raises
    ------
    CRSError
        For plots without a coordinate system, and for plots or a layer of another datum.
    """
    found = IssueTable() if issues is None else issues
    names = list(constraints) if order is None else list(order)
    if not names:
        found.add("no_constraints", "warning")
    target = plane_for(plots, default=plane)
    measured = plots if "area_m2" in plots.columns else measure_frame(plots, plane=target)
    labels = _labels(plots)
    told = np.ones(len(plots), dtype=bool) if own is None else own
    faults = IssueTable()
    shapes = mended(placed_shapes(plots, target), labels, faults, kind="plot", layer=None)
    named = set(labels[told].tolist())
    found.extend(fault for fault in faults if fault.feature in named)
    usable = shapely.area(shapes) > 0
    for label in labels[~usable & told]:
        found.add("plot_not_area", "error", feature=label)
    gross = half_up(measured["area_m2"].to_numpy(dtype=np.float64, na_value=np.nan), 2)
    gross = np.where(usable, gross, np.nan)

    layers = _layers([(name, constraints.get(name)) for name in names], target, found)
    parts = _deducted(shapes, layers, target, gross)
    for number, layer in enumerate(layers):
        unsure = labels[(parts.known == number) & told]
        if isinstance(layer, ShareLimit) and len(unsure):
            found.add(
                "limit_unknown_for_plot", "error", layer=names[number],
                count=len(unsure), plots=unsure[:_NAMED].tolist(),
            )  # fmt: skip
    net, deducted = _shared_out(gross, parts)
    groups = plots.get("verdict", pd.Series("", index=plots.index)).astype("str")
    twice = net_overlap_m2(
        shapes, net, parts, layers, target, groups=groups.to_numpy(dtype=object)
    )  # fmt: skip

    land = plots.copy()
    land["gross_m2"] = gross
    for number, name in enumerate(names):
        land[_column(name)] = deducted[:, number]
    land["net_m2"] = net
    land["net_mu"] = half_up(m2_to_mu(net), 6)
    land["net_overlap_m2"] = twice
    return land


def ready_limits(
    constraints: Mapping[str, Limit], plane: CRS, issues: IssueTable
) -> dict[str, ReadyLimit]:
    """Return limits as they are cut with, for plots that come in parts.

    Parameters
    ----------
    constraints
        As for :func:`reclaim`, in their order.
    plane
        Survey plane.
    issues
        Takes the rows about the layers, which are then not told again with each part.

    Raises
    ------
    CRSError
        For a layer of another datum.
    """
    layers = _layers(list(constraints.items()), plane, issues)
    return {
        name: ReadyLimit(layer, plane=plane.srs)
        for name, layer in zip(constraints, layers, strict=True)
    }


def _layers(
    limits: Sequence[tuple[str, Limit | ReadyLimit]], plane: CRS, issues: IssueTable
) -> list[Pieces | ShareLimit | None]:
    told = [IssueTable() for _ in limits]

    def made(number: int) -> Pieces | ShareLimit | None:
        return _layer(*limits[number], plane, told[number])

    layers = side_by_side(made, range(len(told)))
    for rows in told:
        issues.extend(rows)
    return layers


def _layer(
    name: str, limit: Limit | ReadyLimit, plane: CRS, issues: IssueTable
) -> Pieces | ShareLimit | None:
    if isinstance(limit, ReadyLimit):
        refuse_other_plane(name, limit.plane, plane)
        issues.extend(limit.told)
        return limit.layer
    if limit is None or isinstance(limit, gpd.GeoDataFrame):
        shapes = limit_shapes(name, limit, plane, issues)
        return None if shapes is None else Pieces(shapes)
    return limit


def _deducted(
    shapes: Shapes, layers: Sequence[Pieces | ShareLimit | None], plane: CRS, gross: Floats
) -> Parts:
    """Deduct the layers so that no printed cent depends on how the land was worked out."""
    parts = deduct(shapes, layers, plane)
    cut = np.column_stack([parts.left_m2, parts.claimed_m2])
    close = parts.summed & near_a_tie(gross, cut, EXACT_M2)
    rows = np.flatnonzero(close)
    if rows.size:
        parts.put(rows, deduct(shapes[rows], layers, plane, cut=True))
    return parts


def _shared_out(gross: Floats, parts: Parts) -> tuple[Floats, Floats]:
    """Share the official areas out by what was cut; NaN from the first layer not known."""
    cut = np.column_stack([parts.left_m2, parts.claimed_m2])
    shares = apportion_m2(gross, np.where(cut < NOISE_M2, 0.0, cut))
    layers = parts.claimed_m2.shape[1]
    unknown = np.arange(layers) >= parts.known[:, None]
    net = np.where(parts.known < layers, np.nan, shares[:, 0])
    return net, np.where(unknown, np.nan, shares[:, 1:])


def deduction_columns(land: pd.DataFrame) -> dict[str, str]:
    """Return the deductions of a frame: name of the layer to its column, in order."""
    return {
        str(column)[len("deduct_") : -len("_m2")]: str(column)
        for column in land.columns
        if str(column).startswith("deduct_") and str(column).endswith("_m2")
    }


def land_by(land: pd.DataFrame, by: str | Sequence[str]) -> pd.DataFrame:
    """Sum reclaimed land by town, platform or anything else.

    Parameters
    ----------
    land
        What ``reclaim`` gives, with the columns to sum by.
    by
        Column or columns; plots without a value stand in a row of their own.

    Returns
    -------
    totals
        Indexed by the groups: ``plots``, ``unknown`` (plots whose net area is not known,
        left out of the sums), ``gross_m2``, the deductions, ``net_m2`` (m², exact sums of
        printed cents), ``net_mu`` (亩), ``overlap_m2`` (net land that a plot before has, in
        this group or another), and with it counted once ``net_once_m2`` and ``net_once_mu``.
        The land that groups have once adds up to what all have once.
    """
    keys = [by] if isinstance(by, str) else list(by)
    table = pd.concat([pd.DataFrame(land)[keys], _cents(land)], axis=1)
    return _summed(table.groupby(keys, dropna=False, sort=True, observed=True).sum())


def land_totals(land: pd.DataFrame) -> dict[str, object]:
    """Return the ``total`` of ``reclaim --json``: sums of the plots whose net is known.

    Returns
    -------
    total
        ``gross_m2``, ``net_m2``, ``net_mu``, ``overlap_m2`` (net land that is counted twice
        in these), ``net_once_m2``, ``net_once_mu``, ``deductions`` (m² by layer) and
        ``unknown`` (number of plots left out).
    """
    row = _summed(_cents(land).sum().to_frame().T).iloc[0]
    return {
        "gross_m2": float(row["gross_m2"]),
        "net_m2": float(row["net_m2"]),
        "net_mu": float(row["net_mu"]),
        **{name: float(row[name]) for name in ("overlap_m2", "net_once_m2", "net_once_mu")},
        "deductions": {
            name: float(row[column]) for name, column in deduction_columns(land).items()
        },
        "unknown": int(row["unknown"]),
    }


def land_records(land: pd.DataFrame) -> list[dict[str, object]]:
    """Return the ``plots`` of ``reclaim --json``; what is unknown is None."""
    names = deduction_columns(land)
    rows = pd.DataFrame(land)[["gross_m2", "net_m2", *names.values()]].to_dict("records")
    return [
        {
            "plot_id": label,
            "gross_m2": _plain(row["gross_m2"]),
            "net_m2": _plain(row["net_m2"]),
            "deductions": {name: _plain(row[column]) for name, column in names.items()},
        }
        for label, row in zip(_labels(land), rows, strict=True)
    ]


def _cents(land: pd.DataFrame) -> pd.DataFrame:
    """Return areas as whole cents, so that sums are exact whatever the order."""
    frame = pd.DataFrame(land)
    columns = ["gross_m2", *deduction_columns(land).values(), "net_m2"]
    known = frame["net_m2"].notna().to_numpy()
    areas = np.column_stack([frame[columns].to_numpy(dtype=np.float64), np.zeros(len(frame))])
    if "net_overlap_m2" in frame:
        areas[:, -1] = frame["net_overlap_m2"].to_numpy(dtype=np.float64)
    # one block: a column that is put in by itself costs more than its sums
    counted = np.empty((len(frame), 2 + areas.shape[1]), dtype=np.int64)
    counted[:, 0], counted[:, 1] = 1, ~known
    counted[:, 2:] = np.where(known[:, None], np.rint(areas * 100), 0.0)
    return pd.DataFrame(counted, land.index, ["plots", "unknown", *columns, "overlap_m2"])


def _summed(cents: pd.DataFrame) -> pd.DataFrame:
    totals = cents.assign(net_once_m2=cents["net_m2"] - cents["overlap_m2"])
    names = totals.columns[2:]
    areas = pd.DataFrame(totals[names].to_numpy() / 100, totals.index, names)
    for name in ("net", "net_once"):
        area = areas[f"{name}_m2"].to_numpy(dtype=np.float64)
        areas[f"{name}_mu"] = half_up(m2_to_mu(area), 6)
    return pd.concat([totals[totals.columns[:2]], areas], axis=1)


def _column(name: str) -> str:
    return f"deduct_{name}_m2"


def _labels(frame: pd.DataFrame) -> NDArray[np.object_]:
    named = frame["plot_id"] if "plot_id" in frame.columns else frame.index
    return np.array(list(map(str, named.tolist())), dtype=object)


def _plain(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and np.isfinite(value) else None
