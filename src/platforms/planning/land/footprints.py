"""Buildings as pieces that do not lie over each other.

Where footprints overlap, a square metre belongs to the building with the most storeys: a
tower drawn over its podium counts its own storeys, a building that stands twice in the file
counts once. A building whose storeys are not known goes before all others, so that what
depends on storeys stays unknown there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from platforms.issues import Issue, IssueTable
from platforms.planning.land.limits import mended, placed_shapes, refuse_other_plane
from platforms.planning.land.pieces import Pieces, Shapes, halved
from platforms.planning.land.sites import Sites, column_numbers

__all__ = ["Footprints", "ReadyFootprints", "footprints", "not_drawn", "pieces_on"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# overlaps under this are slips of drawing and not worth a word, m²
_TELL_M2 = 1.0
# columns that say that a plot is built on
_DECLARED = ("building_coefficient", "far", "floor_area_m2")


@dataclass(frozen=True)
class Footprints:
    """Pieces of buildings in the survey plane.

    Attributes
    ----------
    shapes
        Valid, single footprints, which may lie over each other.
    pieces
        Areas that do not lie over each other; empty or None where nothing is left of one.
    storeys
        Plain storeys of each; NaN unknown.
    heights_m
        Height of a storey of each; NaN unknown.
    """

    shapes: Shapes
    pieces: Shapes
    storeys: Floats
    heights_m: Floats

    @cached_property
    def cut(self) -> Pieces:
        """The footprints as plots are cut with them."""
        return Pieces(self.shapes)


@dataclass(frozen=True)
class ReadyFootprints:
    """Footprints that were placed before; None where nothing is known of buildings.

    Attributes
    ----------
    found
        The footprints.
    told
        Faults of the layer, for all that look at it to tell.
    plane
        Survey plane in which they were placed (``CRS.srs``).
    """

    found: Footprints | None
    told: tuple[Issue, ...] = ()
    plane: str | None = None


def footprints(
    buildings: gpd.GeoDataFrame | ReadyFootprints | None, plane: CRS, issues: IssueTable
) -> Footprints | None:
    """Return the footprints of a layer of buildings.

    Parameters
    ----------
    buildings
        Polygons with a CRS; of their columns ``floors``, ``storey_height_m`` (m) and, where
        there are no floors, ``floor_area_m2`` (m²) are read. What was placed in this plane
        before is given back.
    plane
        Survey plane.
    issues
        Takes a row for each fault.

    Returns
    -------
    footprints
        In the order of the buildings; None where the layer is absent, empty or without a
        coordinate system, so that nothing is known of buildings.

    Raises
    ------
    CRSError
        For a datum that cannot be brought to the plane's.
    """
    if isinstance(buildings, ReadyFootprints):
        refuse_other_plane("buildings", buildings.plane, plane)
        issues.extend(buildings.told)
        return buildings.found
    if buildings is None or len(buildings) == 0:
        issues.add("buildings_absent", "warning")
        return None
    if buildings.crs is None:
        issues.add("buildings_without_crs", "error")
        return None
    named = buildings["building_id"] if "building_id" in buildings.columns else buildings.index
    labels = np.array([str(one) for one in named], dtype=object)
    shapes = mended(placed_shapes(buildings, plane), labels, issues, kind="building", layer=None)
    lost = int((~(shapely.area(shapes) > 0)).sum())
    if lost:
        issues.add("buildings_not_area", "warning", count=lost)
    floors = column_numbers(buildings, "floors")
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = column_numbers(buildings, "floor_area_m2") / shapely.area(shapes)
    storeys = np.where(np.isnan(floors), np.where(np.isfinite(spread), spread, np.nan), floors)
    return Footprints(
        halved(shapes[shapely.area(shapes) > 0]),
        _apart(shapes, storeys, issues),
        storeys,
        column_numbers(buildings, "storey_height_m"),
    )


def pieces_on(sites: Sites, found: Footprints) -> tuple[Ints, Ints, Floats]:
    """Return which pieces lie on which plots, and how much of each, m² in the plane.

    Returns
    -------
    plot, piece, shared_m2
        One row a pair that shares land.
    """
    plot, piece = shapely.STRtree(found.pieces).query(sites.shapes, predicate="intersects")
    shared = shapely.area(shapely.intersection(sites.shapes[plot], found.pieces[piece]))
    real = shared > 0
    return plot[real], piece[real], shared[real]


def not_drawn(
    plots: gpd.GeoDataFrame, sites: Sites, built: Floats, issues: IssueTable
) -> NDArray[np.bool_]:
    """Tell which plots say that they are built on while no building is drawn there."""
    says = np.zeros(len(plots), dtype=bool)
    for column in _DECLARED:
        says |= np.nan_to_num(column_numbers(plots, column)) > 0
    gap = says & ~(built > 0) & np.isfinite(sites.planar_m2)
    for label in sites.labels[gap]:
        issues.add("buildings_not_drawn", "warning", feature=label)
    return gap


def _apart(shapes: Shapes, storeys: Floats, issues: IssueTable) -> Shapes:
    """Cut away from each building what a taller one claims."""
    rank = np.empty(len(shapes), dtype=np.int64)
    rank[np.argsort(-np.where(np.isnan(storeys), np.inf, storeys), kind="stable")] = np.arange(
        len(shapes)
    )
    low, high = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    below = rank[high] < rank[low]
    low, high = low[below], high[below]
    # neighbours that only touch share nothing
    meet = shapely.area(shapely.intersection(shapes[low], shapes[high])) > 0
    low, high = low[meet], high[meet]
    order = np.argsort(low, kind="stable")
    low, high = low[order], high[order]
    cut, group = np.unique(low, return_inverse=True)
    apart = shapes.copy()
    if len(cut):
        sets = shapely.geometrycollections(shapes[high], indices=group)
        apart[cut] = shapely.difference(
            shapes[cut], shapely.union_all(np.asarray(sets)[:, None], axis=1)
        )
        lost = float(np.nansum(shapely.area(shapes[cut]) - shapely.area(apart[cut])))
        if lost >= _TELL_M2:
            issues.add("buildings_overlap", "warning", count=len(cut), shared_m2=f"{lost:.2f}")
    return apart
