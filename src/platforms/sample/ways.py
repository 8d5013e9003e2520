"""Lines that rivers and arterial roads follow on the ground.

A way runs through places and along sides of blocks. It is resampled, smoothed, and strays
to both sides, much in open land and little beside a block, so that it takes an edge off
some plots instead of running through their middle.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from platforms.sample.blocks import Built, place
from platforms.sample.recipe import Point, Way

__all__ = ["corridor", "lay_way", "way_accuracy"]

Floats = NDArray[np.float64]

_STEP_M = 45.0
# beside a block a way strays this much, from there on more and more
_CALM_M = 10.0
_OPEN_M = 1_100.0


def lay_way(way: Way, built: Built, places: gpd.GeoDataFrame, rng: np.random.Generator) -> Floats:
    """Return the points of a way.

    Parameters
    ----------
    way
        What it passes.
    built
        Blocks in the plane.
    places
        Gazetteer in the plane.
    rng
        Source of chance.

    Returns
    -------
    points
        Shape (n, 2), plane coordinates, metres, about 45 m apart.
    """
    points = np.empty((0, 2))
    for stop in way.through:
        stretch = _stretch(stop, built, places)
        if len(points):
            ends = np.linalg.norm(stretch[[0, -1]] - points[-1], axis=1)
            stretch = stretch if ends[0] <= ends[1] else stretch[::-1]
        points = np.vstack([points, stretch])
    line = LineString(points)
    steps = int(line.length // _STEP_M)
    sampled = shapely.line_interpolate_point(line, np.linspace(0.0, line.length, steps))
    track = gaussian_filter1d(shapely.get_coordinates(sampled), 3.0, axis=0, mode="nearest")
    laid: Floats = track + _straying(track, way.wander, built, rng)
    return laid


def _stretch(stop: Point, built: Built, places: gpd.GeoDataFrame) -> Floats:
    if stop.place is not None:
        east, north, _ = place(places, stop.place)
        return np.array([[east + stop.east, north + stop.north]])
    streets = built.streets[str(stop.block)]
    side = streets.side(str(stop.side))
    inward = streets.centre - side.mean(axis=0)
    moved: Floats = side + inward / np.linalg.norm(inward) * stop.inset
    return moved


def _straying(track: Floats, wander: float, built: Built, rng: np.random.Generator) -> Floats:
    noise = sum(
        weight
        * sigma**0.5
        * gaussian_filter1d(rng.standard_normal(len(track)), sigma, mode="nearest")
        for sigma, weight in ((28.0, 0.7), (7.0, 0.3))
    )
    noise = noise / float(np.abs(noise).max())
    blocks = shapely.union_all(built.cells.geometry.to_numpy())
    away = shapely.distance(shapely.points(track), blocks)
    amplitude = _CALM_M + (wander - _CALM_M) * np.clip(away / _OPEN_M, 0.0, 1.0)
    ahead = np.gradient(track, axis=0)
    across = np.column_stack([-ahead[:, 1], ahead[:, 0]])
    across /= np.linalg.norm(across, axis=1)[:, None]
    straying: Floats = across * (noise * amplitude)[:, None]
    return straying


def corridor(points: Floats, width: tuple[float, float]) -> BaseGeometry:
    """Return the strip along a way, from its first width to its last, metres."""
    half = np.linspace(width[0], width[1], len(points)) / 2
    lines = shapely.linestrings(np.stack([points[:-1], points[1:]], axis=1))
    return shapely.union_all(shapely.buffer(lines, half[1:], quad_segs=3))


def way_accuracy(way: Way, built: Built, places: gpd.GeoDataFrame) -> float:
    """Return the poorest accuracy_m among the stand-in points that a way hangs on."""
    return max(
        place(places, stop.place)[2]
        if stop.place is not None
        else built.streets[str(stop.block)].accuracy_m
        for stop in way.through
    )
