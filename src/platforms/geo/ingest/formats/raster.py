"""A raster's header and some of its blocks, opened where it can do no harm.

Whoever works with a raster reads it in windows, block by block, and may read it for minutes;
that is not done here. What is: the header is opened and judged, and the first, the middle and
the last block of each band are unpacked. A header that names sizes no file has, a block that
unpacks to anything but what the header says and a file that brings the library down end here.
The text of an ASCII grid is looked through from begin to end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from platforms.errors import FormatError
from platforms.geo.ingest.raw import RawTable
from platforms.geo.raster.ascii_grid import check_cells
from platforms.geo.raster.checks import tile_of
from platforms.geo.raster.tried import opened

if TYPE_CHECKING:
    import rasterio

    from platforms.geo.ingest.worker import Job

__all__ = ["read"]

# of bands that a file may have by the thousand
_BANDS = 16


def read(job: Job) -> RawTable:
    """Try a raster; ``job.layer`` names the driver.

    Returns
    -------
    raw
        No rows.

    Raises
    ------
    FormatError, LimitError
        When it cannot be opened, a block cannot be read, or blocks are too large.
    """
    if job.layer == "AAIGrid":
        check_cells(job.path, job.name)
    with opened(job.path, str(job.layer), name=job.name) as data:
        for band in range(1, min(int(data.count), _BANDS) + 1):
            tile_of(data, band, job.name)
            _try_blocks(data, band, job.name)
    return RawTable(pa.table({}), str(job.layer))


def _try_blocks(data: rasterio.DatasetReader, band: int, name: str) -> None:
    from rasterio.errors import RasterioError
    from rasterio.windows import Window

    down, across = data.block_shapes[band - 1]
    rows, columns = -(-data.height // down), -(-data.width // across)
    for row, column in {(0, 0), (rows // 2, columns // 2), (rows - 1, columns - 1)}:
        top, left = row * down, column * across
        window = Window(left, top, min(across, data.width - left), min(down, data.height - top))
        try:
            data.read(band, window=window)
        except RasterioError:
            raise FormatError("raster.broken", file=name) from None
