"""What a raster file must be before its cells are read.

Each check returns what it found, or refuses the file with what is wrong and what to do.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from platforms.errors import CRSError, FormatError, InputError, LimitError

if TYPE_CHECKING:
    from pathlib import Path

    import rasterio
    from affine import Affine
    from pyproj import CRS

__all__ = ["CACHE_MB", "band_of", "driver_of", "nodata_of", "placed_at", "system_of", "tile_of"]

CACHE_MB = 128
"""Unpacked blocks that GDAL keeps."""

_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_HEAD_BYTES = 4096
# a block is unpacked whole: one of a whole raster would undo the windows
_BLOCK_BYTES = 256 << 20
_TILE = 1024
_LEAST_TILE = 32


def driver_of(file: Path) -> str:
    """Tell what the content is, ``GTiff`` or ``AAIGrid``; a name says nothing.

    Raises
    ------
    FormatError
        For a file that is not there, a virtual raster and anything else.
    """
    try:
        with file.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
    except OSError:
        raise FormatError("raster.missing", file=file.name) from None
    if head.startswith(_TIFF):
        return "GTiff"
    if head.lstrip()[:5].lower() == b"ncols":
        return "AAIGrid"
    if b"<VRTDataset" in head:
        raise FormatError("raster.virtual", file=file.name)
    raise FormatError("raster.unknown", file=file.name)


def band_of(data: rasterio.DatasetReader, band: int | None, file: str) -> int:
    """Return the number of the band that is meant.

    Raises
    ------
    FormatError
        When there is no band, or the one meant holds complex numbers.
    InputError
        When one of several must be chosen, or the one named is not there.
    """
    count = int(data.count)
    if count == 0:
        raise FormatError("raster.no_band", file=file)
    if band is None and count > 1:
        raise InputError("raster.band_open", file=file, count=count)
    if band is not None and not 1 <= band <= count:
        raise InputError("raster.band_open", file=file, count=count)
    chosen = band or 1
    if str(data.dtypes[chosen - 1]).startswith("complex"):
        raise FormatError("raster.complex", file=file)
    return chosen


def system_of(data: rasterio.DatasetReader, given: object, file: str) -> CRS:
    """Return the coordinate system that is stated or given.

    Raises
    ------
    CRSError
        Without one, for two that differ, and for a datum that leads nowhere.
    """
    # the worker, which has no use for it, would load pandas
    from platforms.geo.crs import parse_crs, refuse_datum

    stated = parse_crs(data.crs.to_wkt()) if data.crs else None
    named = None if given is None else parse_crs(given)
    if stated is None and named is None:
        raise CRSError("raster.no_crs", file=file)
    if stated is not None and named is not None and not _alike(stated, named):
        raise CRSError(
            "raster.crs_differs", file=file, stated=stated.name, given=named.name
        )  # fmt: skip
    crs = stated or named
    refuse_datum(crs)
    return parse_crs(crs)


def _alike(one: CRS, other: CRS) -> bool:
    return bool(one.equals(other, ignore_axis_order=True))


def placed_at(
    data: rasterio.DatasetReader, file: str
) -> tuple[float, float, float, float, float, float]:
    """Return the affine map from columns and rows to x and y.

    Raises
    ------
    FormatError
        When the file does not say where its cells lie.
    """
    move: Affine = data.transform
    a, b, c, d, e, f = (float(n) for n in tuple(move)[:6])
    nowhere = (a, b, c, d, e, f) == (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    if nowhere or not all(map(math.isfinite, (a, b, c, d, e, f))) or a * e == b * d:
        raise FormatError("raster.no_position", file=file)
    return a, b, c, d, e, f


def nodata_of(value: float | None, dtype: np.dtype[Any]) -> float | None:
    """Return a value that cells can have; NaN is none anyway."""
    if value is None or math.isnan(value):
        return None
    if np.issubdtype(dtype, np.integer):
        bounds = np.iinfo(dtype)
        return value if value.is_integer() and bounds.min <= value <= bounds.max else None
    return value


def tile_of(data: rasterio.DatasetReader, band: int, file: str) -> tuple[int, int]:
    """Return rows and columns of a tile.

    A file in strips is unpacked over its whole width. Tiles are read row after row; where
    one row of them fits into GDAL's cache, each strip is unpacked once.

    Raises
    ------
    LimitError
        When the blocks of the file are too large to be read in windows.
    """
    rows, cols = (int(n) for n in data.block_shapes[band - 1])
    shared = data.count if str(data.profile.get("interleave", "")) == "pixel" else 1
    cell_bytes = np.dtype(data.dtypes[band - 1]).itemsize * shared
    if rows * cols * cell_bytes > _BLOCK_BYTES:
        raise LimitError(
            "raster.block", file=file, rows=rows, cols=cols, most_mb=_BLOCK_BYTES >> 20
        )
    if cols < data.width:
        return _TILE, _TILE
    fits = (CACHE_MB << 19) // max(int(data.width) * cell_bytes, 1)
    return min(_TILE, max(_LEAST_TILE, fits)), _TILE
