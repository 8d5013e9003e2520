"""Rasters: opened after checks, and read in windows.

A raster is one band of cells on a grid that may be turned or sheared; where its cells lie is
an affine map, inverted exactly, so nothing is resampled. Only GeoTIFF and Esri ASCII grids
are read, told by their content. GDAL sees that one driver and no other file: a virtual raster
that points elsewhere, world files and overviews beside the raster are not followed. The first
time that a process opens a file, the worker tries its header and some of its blocks. Opening
reads the header; cells are read in windows, so memory does not grow with the raster.
"""

from __future__ import annotations

import dataclasses
import math
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from platforms.errors import FormatError
from platforms.geo.raster.checks import (
    band_of,
    driver_of,
    nodata_of,
    placed_at,
    system_of,
    tile_of,
)
from platforms.geo.raster.tried import opened, tried

if TYPE_CHECKING:
    from collections.abc import Iterator

    import rasterio
    from numpy.typing import NDArray
    from pyproj import CRS

__all__ = ["Raster", "Window", "open_raster"]

_METRES = {"": 1.0, "m": 1.0, "metre": 1.0, "metres": 1.0, "meter": 1.0, "meters": 1.0, "米": 1.0}


@dataclasses.dataclass(frozen=True, order=True)
class Window:
    """A rectangle of cells.

    Attributes
    ----------
    row, col
        First row and column.
    height, width
        Cells down and across.
    """

    row: int
    col: int
    height: int
    width: int


@dataclasses.dataclass(frozen=True)
class Raster:
    """One band of a raster file; made by `open_raster`.

    Attributes
    ----------
    path
        The file.
    driver
        ``GTiff`` or ``AAIGrid``.
    crs
        Coordinate system; longitude or easting first.
    transform
        a, b, c, d, e, f: x = a·col + b·row + c, y = d·col + e·row + f.
    width, height
        Columns and rows.
    band
        Number of the band, from one.
    dtype
        numpy name of the stored type.
    nodata
        Stored value that means none; None where there is none.
    scale, offset
        What is stored times ``scale`` plus ``offset`` is the value.
    palette
        Whether values are numbers of colours.
    unit
        Unit of the values as the file states it, may be empty.
    tile
        Rows and columns that are read at once.
    """

    path: Path
    driver: str
    crs: CRS
    transform: tuple[float, float, float, float, float, float]
    width: int
    height: int
    band: int
    dtype: str
    nodata: float | None
    scale: float
    offset: float
    palette: bool
    unit: str
    tile: tuple[int, int]

    @property
    def name(self) -> str:
        """Name of the file."""
        return self.path.name

    @property
    def cell(self) -> tuple[float, float]:
        """Length of a cell across and down, in the unit of the CRS."""
        a, b, _, d, e, _ = self.transform
        return math.hypot(a, d), math.hypot(b, e)

    @property
    def of_web_map(self) -> bool:
        """Whether it is in the system of web maps, which in China are shifted (GCJ-02)."""
        from platforms.geo.systems import describe

        return describe(self.crs).kind == "web_mercator"

    def tile_around(self, window: Window) -> Window:
        """Return the whole tile in which a window begins."""
        down, across = self.tile
        row, col = window.row // down * down, window.col // across * across
        return Window(row, col, min(down, self.height - row), min(across, self.width - col))

    def to_pixels(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return columns and rows (real numbers) of points in the raster's CRS."""
        a, b, c, d, e, f = self.transform
        det = a * e - b * d
        x, y = xy[:, 0] - c, xy[:, 1] - f
        return np.column_stack([(e * x - b * y) / det, (a * y - d * x) / det])

    def from_pixels(self, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return points in the raster's CRS of columns and rows (real numbers)."""
        a, b, c, d, e, f = self.transform
        col, row = pixels[:, 0], pixels[:, 1]
        return np.column_stack([a * col + b * row + c, d * col + e * row + f])

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """Open the file for reading windows.

        Raises
        ------
        FormatError
            When the file cannot be opened any more.
        """
        with opened(self.path, self.driver) as data:
            yield Reader(self, data)

    def metres(self) -> float:
        """Return the metres of one unit of height.

        Raises
        ------
        FormatError
            For colours, and for a unit that is not metres.
        """
        factor = _METRES.get(self.unit.strip().casefold())
        if factor is None or self.palette:
            raise FormatError("raster.not_heights", file=self.name, unit=self.unit)
        return factor


class Reader:
    """Reads windows of an open raster."""

    def __init__(self, raster: Raster, data: rasterio.DatasetReader) -> None:
        from rasterio.enums import MaskFlags

        self._raster = raster
        self._data = data
        self._masked = MaskFlags.per_dataset in data.mask_flag_enums[raster.band - 1]

    def read(self, window: Window) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """Return values and where there are any.

        Parameters
        ----------
        window
            Cells inside the raster.

        Returns
        -------
        values
            In the stored type, or float64 where the file has scale or offset.
        known
            Same shape; False for nodata, masked cells, NaN and infinity.

        Raises
        ------
        FormatError
            When the cells cannot be read.
        """
        from rasterio.errors import RasterioError
        from rasterio.windows import Window as Cells

        raster = self._raster
        cells = Cells(window.col, window.row, window.width, window.height)
        try:
            values = self._data.read(raster.band, window=cells)
            mask = self._data.read_masks(raster.band, window=cells) if self._masked else None
        except RasterioError:
            raise FormatError("raster.broken", file=raster.name) from None
        whole = np.issubdtype(values.dtype, np.integer)
        known = np.ones(values.shape, dtype=bool) if whole else np.isfinite(values)
        if raster.nodata is not None:
            known &= values != values.dtype.type(raster.nodata)
        if mask is not None:
            known &= mask != 0
        if (raster.scale, raster.offset) != (1.0, 0.0):
            values = values.astype(np.float64) * raster.scale + raster.offset
        return values, known


def open_raster(
    path: str | os.PathLike[str], *, crs: object = None, band: int | None = None
) -> Raster:
    """Open a raster and check what it is.

    Parameters
    ----------
    path
        A GeoTIFF (also cloud optimised) or an Esri ASCII grid.
    crs
        Coordinate system, where the file states none; refused where it states another.
    band
        Number of the band, from one; needed where there are several.

    Returns
    -------
    raster
        Header only; no cell was read.

    Raises
    ------
    FormatError
        When the file is not there or no such raster, has no position, or holds complex
        numbers.
    CRSError
        Without a coordinate system, and for a datum that cannot be brought to CGCS2000.
    InputError
        When a band must be chosen.
    LimitError
        When the blocks of the file are too large to be read in windows.
    """
    file = Path(path)
    driver = driver_of(file)
    tried(file, driver)
    with opened(file, driver) as data:
        chosen = band_of(data, band, file.name)
        at = chosen - 1
        dtype = str(data.dtypes[at])
        return Raster(
            path=file.resolve(),
            driver=driver,
            crs=system_of(data, crs, file.name),
            transform=placed_at(data, file.name),
            width=int(data.width),
            height=int(data.height),
            band=chosen,
            dtype=dtype,
            nodata=nodata_of(data.nodatavals[at], np.dtype(dtype)),
            scale=float(data.scales[at]),
            offset=float(data.offsets[at]),
            palette=str(getattr(data.colorinterp[at], "name", "")) == "palette",
            unit=str(data.units[at] or ""),
            tile=tile_of(data, chosen, file.name),
        )
