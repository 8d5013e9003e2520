"""Small rasters with known answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
from rasterio.transform import Affine

# ten metres a cell, in the plane itself
NORTH_UP = Affine(10.0, 0.0, 40_595_000.0, 0.0, -10.0, 3_121_000.0)


def write_raster(
    path: Path,
    cells: object,
    *,
    transform: Affine | None = NORTH_UP,
    crs: str | None = "EPSG:4528",
    **profile: object,
) -> Path:
    """Write cells (rows by columns) as a GeoTIFF."""
    cells = np.asarray(cells)
    bands = cells if cells.ndim == 3 else cells[None]
    options = {"driver": "GTiff", "dtype": bands.dtype, "count": len(bands), **profile}
    height, width = bands.shape[1:]
    with rasterio.open(
        path, "w", height=height, width=width, crs=crs, transform=transform, **options
    ) as file:
        file.write(bands)
    return path
