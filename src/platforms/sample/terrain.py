"""Synthetic heights of a county: a plain where blocks, seats and coast are, hills inland.

The plain is the surroundings of blocks, town seats and coast, closed over the gaps between
them; hills rise with the distance from it under smooth noise. This is no elevation model of
the real county: it exists so that slope and height can be shown. Heights are whole metres.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio.features import rasterize, shapes
from rasterio.transform import Affine
from scipy.ndimage import distance_transform_edt, gaussian_filter
from shapely import Polygon
from shapely.geometry import shape as as_shape
from shapely.geometry.base import BaseGeometry

from platforms.layers.tables import STORED_CRS
from platforms.sample.blocks import Built
from platforms.sample.recipe import Recipe

__all__ = ["NODATA", "Heights", "hills_above", "raise_terrain"]

Floats = NDArray[np.float64]

NODATA = -32768
_BLOCK_M, _SEAT_M, _COAST_M = 900.0, 700.0, 1200.0
_CLOSING_M = 1900.0
# wavelength in cells, and how much of the relief it carries
_NOISE = ((34.0, 0.25), (13.0, 0.3), (5.0, 0.16))
_METRES_PER_DEGREE = 111_000.0


@dataclass(frozen=True)
class Heights:
    """A height raster in EPSG:4490.

    Attributes
    ----------
    metres
        int16, rows from the north; ``NODATA`` at sea.
    transform
        Upper left corner and cell size in degrees.
    """

    metres: NDArray[np.int16]
    transform: Affine


def raise_terrain(
    recipe: Recipe, built: Built, land: gpd.GeoDataFrame, places: gpd.GeoDataFrame
) -> Heights:
    """Make the heights of a county.

    Parameters
    ----------
    recipe
        Cell size, relief and seed.
    built
        Blocks in the plane.
    land
        County first, then its neighbours, EPSG:4490; everything else is sea.
    places
        Gazetteer in the plane; the town seats are used.

    Returns
    -------
    heights
        Raster over the county's bounds.
    """
    cell = recipe.terrain.cell_seconds / 3600.0
    west, south, east, north = land.geometry.iloc[0].bounds
    left, top = np.floor(west / cell) * cell, np.ceil(north / cell) * cell
    size = (round((top - south) / cell + 0.5), round((east - left) / cell + 0.5))
    transform = Affine(cell, 0.0, left, 0.0, -cell, top)
    dry = rasterize(land.geometry, out_shape=size, transform=transform, dtype="uint8") == 1
    metres_per_cell = (
        cell * _METRES_PER_DEGREE,
        cell * _METRES_PER_DEGREE * float(np.cos(np.radians((top + south) / 2))),
    )
    flat = _flat(recipe, built, places, dry, (transform, metres_per_cell))
    away = distance_transform_edt(~flat, sampling=metres_per_cell)
    rng = np.random.default_rng([recipe.seed, 8])
    relief = _relief(size, rng)
    swell = _unit(gaussian_filter(rng.standard_normal(size), 25.0, mode="reflect"))
    rise = 1.0 - np.exp(-away / recipe.terrain.reach)
    metres = 4.5 + 1.2 * swell + recipe.terrain.top * rise * relief
    metres = np.clip(np.round(metres), 1, None)
    return Heights(np.where(dry, metres, NODATA).astype(np.int16), transform)


def _flat(
    recipe: Recipe,
    built: Built,
    places: gpd.GeoDataFrame,
    dry: NDArray[np.bool_],
    grid: tuple[Affine, tuple[float, float]],
) -> NDArray[np.bool_]:
    """Return the cells of the plain."""
    transform, metres_per_cell = grid
    rows, columns = np.indices(dry.shape)
    lon, lat = transform @ (columns + 0.5, rows + 0.5)
    flat: NDArray[np.bool_] = dry
    to_plane = Transformer.from_crs(STORED_CRS, recipe.crs, always_xy=True)
    points = shapely.points(*to_plane.transform(lon.ravel(), lat.ravel()))
    seats = places[places["type"].eq("town_seat")].geometry.to_numpy()
    blocks = shapely.union_all(built.cells.geometry.to_numpy())
    core = shapely.union(
        shapely.buffer(blocks, _BLOCK_M), shapely.union_all(shapely.buffer(seats, _SEAT_M))
    )
    shapely.prepare(core)
    inside = shapely.contains(core, points).reshape(dry.shape)
    coast = distance_transform_edt(dry, sampling=metres_per_cell) < _COAST_M
    flat = inside | coast
    near = distance_transform_edt(~flat, sampling=metres_per_cell) < _CLOSING_M / 2
    closed: NDArray[np.bool_] = (
        distance_transform_edt(near, sampling=metres_per_cell) > _CLOSING_M / 2
    )
    return flat | closed


def _relief(size: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Return factors around 1; the exponential keeps valleys above the plain."""
    noise = np.zeros(size)
    for sigma, weight in _NOISE:
        noise += weight * _unit(gaussian_filter(rng.standard_normal(size), sigma, mode="reflect"))
    return np.exp(noise)


def _unit(noise: Floats) -> Floats:
    scaled: Floats = (noise - noise.mean()) / noise.std()
    return scaled


def hills_above(recipe: Recipe, heights: Heights, smallest_m2: float) -> list[Polygon]:
    """Return smooth outlines of the hills above the recipe's redline height.

    Parameters
    ----------
    recipe
        Height and plane.
    heights
        The terrain.
    smallest_m2
        Hills smaller than this are left out, m².

    Returns
    -------
    hills
        Polygons in the plane, largest first.
    """
    smooth = gaussian_filter(heights.metres.clip(0).astype(float), 3.0)
    high = (smooth > recipe.terrain.redline_above).astype(np.uint8)
    found = [
        as_shape(outline)
        for outline, value in shapes(high, mask=high == 1, transform=heights.transform)
        if value == 1
    ]
    plane = gpd.GeoSeries(found, crs=STORED_CRS).to_crs(recipe.crs)
    hills: list[Polygon] = []
    for hill in plane:
        rounded = shapely.simplify(shapely.buffer(shapely.buffer(hill, 250), -250), 70.0)
        rounded = shapely.simplify(_soften(rounded), 8.0)
        hills += [p for p in _polygons(rounded) if p.area >= smallest_m2]
    return sorted(hills, key=lambda p: -p.area)


def _soften(area: BaseGeometry) -> BaseGeometry:
    """Round corners off by opening and closing with circles."""
    wide = shapely.buffer(shapely.buffer(area, 120.0, quad_segs=4), -240.0, quad_segs=4)
    return shapely.buffer(wide, 120.0, quad_segs=4)


def _polygons(area: BaseGeometry) -> list[Polygon]:
    return [part for part in shapely.get_parts(area) if isinstance(part, Polygon)]


def write_raster(heights: Heights, path: str) -> None:
    """Write the heights as a compressed GeoTIFF."""
    rows, columns = heights.metres.shape
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=rows,
        width=columns,
        count=1,
        dtype="int16",
        crs=STORED_CRS,
        transform=heights.transform,
        nodata=NODATA,
        compress="deflate",
        predictor=2,
        zlevel=9,
    ) as out:
        out.write(heights.metres, 1)
