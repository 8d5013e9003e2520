"""How a raster is opened: by one driver, and in the worker before anywhere else."""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

from platforms.errors import FormatError
from platforms.geo.ingest.sandbox import reading
from platforms.geo.ingest.sniff import Dataset
from platforms.geo.raster.checks import CACHE_MB

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import rasterio

__all__ = ["opened", "tried"]

# nothing beside the file is looked for, and no web
_SETTINGS = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_PAM_ENABLED": "NO",
    "GDAL_GEOREF_SOURCES": "INTERNAL",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "GDAL_HTTP_PROXY": "127.0.0.1:1",
    "GDAL_CACHEMAX": CACHE_MB,
}

# rasters that one process works with
_REMEMBERED = 256


def tried(file: Path, driver: str) -> None:
    """Let the worker open a raster and unpack some of its blocks; once for each state of it.

    Parameters
    ----------
    file
        The file; it is not copied, since rasters may be larger than what a copy may be.
    driver
        The only one that may open it.

    Raises
    ------
    FormatError, LimitError
        When it cannot be opened, breaks the worker, or costs too much.
    """
    try:
        place = file.resolve()
        found = place.stat()
    except OSError:
        raise FormatError("raster.missing", file=file.name) from None
    _tried(place, driver, file.name, (found.st_mtime_ns, found.st_size, found.st_ino))


@lru_cache(maxsize=_REMEMBERED)
def _tried(place: Path, driver: str, name: str, _state: tuple[int, int, int]) -> None:
    with reading(Dataset("raster", name, place, file=name), layer=driver) as result:
        result()


@contextmanager
def opened(file: Path, driver: str, *, name: str = "") -> Iterator[rasterio.DatasetReader]:
    """Open a raster with one driver and nothing beside it.

    Parameters
    ----------
    file
        The file.
    driver
        The only one that may open it.
    name
        What messages call it; default its own name.

    Yields
    ------
    data
        The open file.

    Raises
    ------
    FormatError
        When that driver cannot open it.
    """
    import warnings

    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioError

    # an ASCII grid may show its first decimal point late
    options = {"DATATYPE": "Float64"} if driver == "AAIGrid" else {}
    with rasterio.Env(**_SETTINGS):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", NotGeoreferencedWarning)
                data = rasterio.open(os.fspath(file.resolve()), driver=driver, **options)
        except RasterioError:
            raise FormatError("raster.broken", file=name or file.name) from None
        with data:
            yield data
