"""Polygons as flat arrays of ring coordinates.

All areas here are sums along rings, so a whole column of polygons is taken apart once: one
array of coordinates, and for each ring where it starts, whose it is and whether it is a
hole. Ring direction carries no meaning: an outer ring counts, a hole is taken off.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

__all__ = ["Rings", "rings_of"]

_POLYGON = 3
_MULTIPOLYGON = 6


@dataclasses.dataclass(frozen=True, slots=True)
class Rings:
    """Closed rings of many polygons.

    Attributes
    ----------
    east, north
        Coordinates of all vertices, ring after ring, first vertex repeated at the end.
    start
        Position of each ring's first vertex; ``start[0]`` is 0.
    sign
        1.0 for an outer ring, -1.0 for a hole.
    feature
        Position of the polygon that each ring belongs to, ascending.
    features
        Number of polygons, with those that have no ring.
    """

    east: NDArray[np.float64]
    north: NDArray[np.float64]
    start: NDArray[np.intp]
    sign: NDArray[np.float64]
    feature: NDArray[np.intp]
    features: int

    @property
    def last(self) -> NDArray[np.intp]:
        """Position of each ring's last vertex."""
        return np.append(self.start, self.east.size)[1:] - 1

    def moved(self, east: NDArray[np.float64], north: NDArray[np.float64]) -> Rings:
        """Return the same rings on other coordinates."""
        return dataclasses.replace(self, east=east, north=north)

    def along(self, edge: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum a value per edge over each ring.

        Parameters
        ----------
        edge
            One value for each pair of neighbouring vertices, so one fewer than vertices.
            Values between two rings are set to zero, in place.
        """
        if not self.start.size:
            return np.zeros(0)
        edge[self.start[1:] - 1] = 0.0
        sums: NDArray[np.float64] = np.add.reduceat(np.append(edge, 0.0), self.start)
        return sums

    def whole(self, ring: NDArray[np.float64]) -> NDArray[np.float64]:
        """Add ring sizes up to polygons, |outer| less |holes|; NaN without any ring."""
        return self.total(np.abs(ring) * self.sign)

    def total(self, ring: NDArray[np.float64]) -> NDArray[np.float64]:
        """Add a value per ring up to polygons; NaN without any ring."""
        sums = np.bincount(self.feature, weights=ring, minlength=self.features)
        rings = np.bincount(self.feature, minlength=self.features)
        return np.where(rings > 0, sums, np.nan)


def rings_of(geometry: ArrayLike | shapely.Geometry) -> Rings:
    """Take polygons apart.

    Parameters
    ----------
    geometry
        Shapely geometries. Polygons and multipolygons give rings; a missing or empty
        geometry and any other type gives none.

    Returns
    -------
    rings
        Coordinates as stored (first axis as ``east``); Z and M are left out.
    """
    shapes = np.atleast_1d(np.asarray(geometry, dtype=object))
    kind = shapely.get_type_id(shapes)
    feature = np.flatnonzero(kind == _POLYGON)
    parts = shapes[feature]
    many = np.flatnonzero(kind == _MULTIPOLYGON)
    if many.size:
        split, owner = shapely.get_parts(shapes[many], return_index=True)
        feature = np.concatenate([feature, many[owner]])
        order = np.argsort(feature, kind="stable")
        feature, parts = feature[order], np.concatenate([parts, split])[order]
    count, sign, polygon = _ring_sizes(parts)
    coordinates = shapely.get_coordinates(parts)
    used = count > 0
    count = count[used]
    return Rings(
        east=np.ascontiguousarray(coordinates[:, 0]),
        north=np.ascontiguousarray(coordinates[:, 1]),
        start=(np.cumsum(count) - count).astype(np.intp),
        sign=sign[used],
        feature=feature[polygon[used]].astype(np.intp),
        features=shapes.size,
    )


def _ring_sizes(
    parts: NDArray[np.object_],
) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.intp]]:
    """Return vertices, sign and polygon of each ring, in the order of the coordinates."""
    vertices = shapely.get_num_coordinates(parts).astype(np.intp)
    holes = shapely.get_num_interior_rings(parts)
    holed = np.flatnonzero(holes > 0)
    polygon = np.arange(parts.size)
    if not holed.size:
        return vertices, np.ones(parts.size), polygon
    # ring objects are dear, so only polygons with holes are taken apart
    rings, owner = shapely.get_rings(parts[holed], return_index=True)
    rings_each = np.ones(parts.size, dtype=np.intp)
    rings_each[holed] += holes[holed]
    polygon = np.repeat(polygon, rings_each)
    first = np.cumsum(rings_each) - rings_each
    count = vertices[polygon]
    sign = np.full(polygon.size, -1.0)
    sign[first] = 1.0
    place = first[holed][owner] + _rank_within(owner)
    count[place] = shapely.get_num_coordinates(rings)
    return count, sign, polygon


def _rank_within(owner: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return 0, 1, 2 … within each run of equal values."""
    position = np.arange(owner.size)
    new = np.flatnonzero(np.append(True, owner[1:] != owner[:-1]))
    return position - np.repeat(new, np.diff(np.append(new, owner.size)))
