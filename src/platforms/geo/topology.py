"""Whether plots are shapes that can be measured, and what is wrong where they are not.

Every fault is a row; nothing is changed. Repair is a second act that someone asks for, and
it says for each shape what it was, what it became and how many square metres that changed.
Lengths are those of the Gauss plane in which the plots are measured, areas those of the
ellipsoid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from platforms.geo.area import geodesic_area_m2, official_area_m2
from platforms.geo.ingest.shapes import why_invalid
from platforms.geo.overlap import (
    TOLERANCE_M2,
    GrossNet,
    gross_net_area,
    overlaps,
    placed_pairs,
)
from platforms.geo.placed import Placed, outline_in, place
from platforms.geo.ring_faults import parts_and_points, thin
from platforms.geo.rings import rings_of
from platforms.geo.transform import transformer
from platforms.issues import IssueTable
from platforms.units import half_up

if TYPE_CHECKING:
    import geopandas as gpd
    from pyproj import CRS

__all__ = ["GrossNet", "check", "crossed", "gross_net_area", "overlaps", "repair"]

# a repair that changes more than this wants a second look
_ASK_M2, _ASK_SHARE = 1.0, 0.001

_Shapes = NDArray[np.object_]
_Flags = NDArray[np.bool_]


def check(
    frame: gpd.GeoDataFrame,
    *,
    county: shapely.Geometry | None = None,
    plane: object = None,
    shapes: bool = True,
    tolerance_m2: float = TOLERANCE_M2,
    county_accuracy_m: float = 0.0,
) -> IssueTable:
    """Check plots one by one, against each other and against the county.

    Parameters
    ----------
    frame
        Plots in any system that `measure_frame` takes; ``plot_id`` names them, else their
        1-based position does. Not changed.
    county
        Outline of the county in EPSG:4490.
    plane
        Gauss plane to work in; default as in `measure_frame`.
    shapes
        Whether to name missing, empty and non-polygon shapes; False after `read_plots`,
        which has named them.
    tolerance_m2
        Overlaps and parts outside the county are named from this size on.
    county_accuracy_m
        A plot may reach this far out of the county before it is named.

    Returns
    -------
    issues
        Errors: shape_missing, shape_empty, shape_not_polygon. Warnings: shape_spike,
        shape_sliver, shape_duplicate, shape_overlap, shape_partly_outside, shape_outside,
        shape_crossed (an invalid shape: why, and its areas before and after a repair).
        Infos: shape_repeated_points, shape_parts. ``delta_m2`` is what is shared, what lies
        outside, or what a repair would change; 0 where a fault leaves the area as it is.

    Raises
    ------
    CRSError
        As `measure_frame`.
    """
    issues = IssueTable()
    names = _names(frame)
    placed = place(frame, plane)
    plots, used = placed.shapes.copy(), placed.plane
    if shapes:
        _unusable(plots, names, issues)
    _crossed(frame, placed, names, issues)
    plots[~placed.usable] = None
    rings = rings_of(plots)
    parts_and_points(plots, rings, names, issues)
    thin(plots, rings, names, issues)
    pairs = placed_pairs(placed, tolerance_m2)
    columns = (pairs[name].tolist() for name in ("first", "second", "shared_m2", "duplicate"))
    for first, second, shared_m2, duplicate in zip(*columns, strict=True):
        issues.add(
            "shape_duplicate" if duplicate else "shape_overlap",
            "warning",
            feature=names[second],
            other=names[first],
            delta_m2=shared_m2,
            shared_m2=f"{shared_m2:.2f}",
        )
    if county is not None:
        away = placed.usable & ~placed.inside(county, county_accuracy_m)
        if away.any():
            outline = used, outline_in(used, county, county_accuracy_m)
            _outside(plots, np.flatnonzero(away), names, outline, tolerance_m2, issues)
    return issues


def crossed(frame: gpd.GeoDataFrame, *, plane: object = None) -> IssueTable:
    """Name plots whose outline crosses itself, with the two areas that each can have.

    Parameters
    ----------
    frame
        Plots in any system that `measure_frame` takes. Not changed.
    plane
        Gauss plane to work in; default as in `measure_frame`.

    Returns
    -------
    issues
        shape_crossed, as `check` has it, of shapes that are not valid as they are.

    Raises
    ------
    CRSError
        As `measure_frame`.
    """
    issues = IssueTable()
    shapes = frame.geometry.to_numpy()
    wrong = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_valid(shapes)))
    if wrong.size:
        names = _names(frame)
        _crossed(frame.iloc[wrong], place(frame.iloc[wrong], plane), [names[row] for row in wrong],
                 issues)  # fmt: skip
    return issues


def repair(frame: gpd.GeoDataFrame, *, plane: object = None) -> tuple[gpd.GeoDataFrame, IssueTable]:
    """Make invalid plots valid, and say what that changed.

    Parameters
    ----------
    frame
        Plots in any system that `measure_frame` takes; not changed.
    plane
        Gauss plane for the areas before and after; default as in `measure_frame`.

    Returns
    -------
    frame
        The same rows; only invalid polygons are replaced (GEOS, method "structure": rings
        are taken apart and put together as outer rings and holes, overlapping parts become
        one). What leaves no polygon is kept as it was.
    issues
        shape_repaired with ``delta_m2`` (info; warning above 1 m² or 0.1 %), or
        shape_unrepaired (error).

    Raises
    ------
    CRSError
        As `measure_frame`.
    """
    issues = IssueTable()
    placed = place(frame, plane)
    before, used = placed.shapes, placed.plane
    stored = frame.geometry.to_numpy().copy()
    polygon = np.isin(shapely.get_type_id(stored), (3, 6)) & ~shapely.is_empty(stored)
    rows = np.flatnonzero(polygon & ~shapely.is_valid(stored))
    names = _names(frame)
    out = frame.copy()
    if not rows.size:
        return out, issues
    made = _made_valid(stored[rows])
    whole = ~shapely.is_empty(made)
    stored[rows[whole]] = made[whole]
    out[frame.geometry.name] = stored
    after = place(out, used).shapes
    old = official_area_m2(before[rows], used)
    new = official_area_m2(after[rows], used)
    for row, was, now, done in zip(rows, old, new, whole, strict=True):
        if not done:
            issues.add("shape_unrepaired", "error", feature=names[row])
            continue
        delta = half_up(float(now - was), 2)
        much = abs(delta) > min(_ASK_M2, _ASK_SHARE * was)
        issues.add(
            "shape_repaired",
            "warning" if much else "info",
            feature=names[row],
            delta_m2=delta,
            change_m2=f"{delta + 0.0:.2f}",
            before_m2=f"{was:.2f}",
            after_m2=f"{now:.2f}",
        )
    return out, issues


def _made_valid(shapes: _Shapes) -> _Shapes:
    return _only_polygons(shapely.make_valid(shapes, method="structure", keep_collapsed=False))


def _names(frame: gpd.GeoDataFrame) -> list[str]:
    if "plot_id" in frame:
        return list(map(str, frame["plot_id"].tolist()))
    return [str(position + 1) for position in range(len(frame))]


def _unusable(plots: _Shapes, names: list[str], issues: IssueTable) -> None:
    kind = shapely.get_type_id(plots)
    empty = shapely.is_empty(plots)
    other = (kind >= 0) & ~np.isin(kind, (3, 6)) & ~empty
    for label, rows in (("missing", kind < 0), ("empty", empty), ("not_polygon", other)):
        for row in np.flatnonzero(rows):
            form = "" if plots[row] is None else plots[row].geom_type
            issues.add(f"shape_{label}", "error", feature=names[row], type=form)


def _crossed(frame: gpd.GeoDataFrame, placed: Placed, names: list[str], issues: IssueTable) -> None:
    """Say why a shape has no certain inside, and name both areas that it can have."""
    plots, plane = placed.shapes, placed.plane
    polygon = np.isin(shapely.get_type_id(plots), (3, 6)) & ~shapely.is_empty(plots)
    rows = np.flatnonzero(polygon & ~placed.usable)
    if not rows.size:
        return
    # as ``repair`` does, where the plots are stored: edges cross elsewhere in the plane
    stored = frame.iloc[rows]
    stored = stored.set_geometry(_made_valid(stored.geometry.to_numpy()), crs=stored.crs)
    made = _made_valid(place(stored, plane).shapes)
    before, after = official_area_m2(plots[rows], plane), official_area_m2(made, plane)
    told = shapely.is_valid_reason(plots[rows])
    # in the coordinates that the frame has: nobody knows those of the plane
    back = None if frame.crs is None else transformer(plane, frame.crs)
    for row, was, now, why in zip(rows, before, np.nan_to_num(after), told, strict=True):
        reason, spot = why_invalid(str(why), back)
        issues.add(
            "shape_crossed",
            "warning",
            feature=names[row],
            delta_m2=half_up(float(now - was), 2),
            reason=reason,
            place=spot or "-",
            before_m2=f"{was:.2f}",
            after_m2=f"{now:.2f}",
        )


def _outside(
    plots: _Shapes,
    rows: NDArray[np.intp],
    names: list[str],
    outline: tuple[CRS, shapely.Geometry],
    tolerance_m2: float,
    issues: IssueTable,
) -> None:
    plane, inside = outline
    area = shapely.area(plots[rows])
    beyond = _only_polygons(shapely.difference(plots[rows], inside))
    out, told = shapely.area(beyond), geodesic_area_m2(beyond, plane)
    for row, whole, part, part_m2 in zip(rows, area, out, told, strict=True):
        if part <= tolerance_m2:
            continue
        kind = "shape_outside" if whole - part <= tolerance_m2 else "shape_partly_outside"
        outside_m2 = half_up(float(part_m2), 2)
        shown = f"{outside_m2:.2f}"
        issues.add(kind, "warning", feature=names[row], delta_m2=outside_m2, outside_m2=shown)


def _only_polygons(shapes: _Shapes) -> _Shapes:
    for at in np.flatnonzero(~np.isin(shapely.get_type_id(shapes), (3, 6))):
        parts = shapely.get_parts(shapely.get_parts(shapes[at]))
        polygons = parts[shapely.get_type_id(parts) == 3]  # noqa: PLR2004 polygon
        shapes[at] = shapely.multipolygons(polygons) if polygons.size else shapely.Polygon()
    return shapes
