"""Files of a workspace or a run, which GDAL opens here: they are what their ending says.

Such files lie on a disk of whoever runs the program and may be too large for a copy and a
worker. GDAL chooses its driver by content, so the content is looked at first: one that would
lead elsewhere (a virtual data set, a pipeline, an address, a view) is refused before GDAL has
seen it.
"""

from __future__ import annotations

import contextlib
import mmap
import re
import sqlite3
from pathlib import Path

from platforms.errors import FormatError
from platforms.geo.ingest.content import BLANK, BOM, GEOJSON_HOSTILE, GEOJSON_LINK, GEOJSON_TYPE

__all__ = ["DRIVER_OF", "refuse_unexpected"]

DRIVER_OF = {
    ".shp": "ESRI Shapefile",
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".gpkg": "GPKG",
    ".fgb": "FlatGeobuf",
}
"""What GDAL opens here, and with which driver."""

_MAGIC = {
    "ESRI Shapefile": re.compile(rb"\x00\x00\x27\x0a"),
    "GPKG": re.compile(rb"SQLite format 3\x00"),
    "FlatGeobuf": re.compile(rb"fgb.fgb", re.DOTALL),
}
_HEAD = 100
_PROGRAMS = (
    "SELECT c.table_name FROM gpkg_contents c JOIN sqlite_master m"
    " ON lower(m.name) = lower(c.table_name)"
    " WHERE m.type <> 'table' OR upper(ltrim(m.sql)) LIKE 'CREATE VIRTUAL%'"
)


def refuse_unexpected(path: Path) -> str:
    """Refuse a file whose content is not what its ending says.

    Parameters
    ----------
    path
        A Shapefile, GeoJSON, GeoPackage or FlatGeobuf.

    Returns
    -------
    driver
        The driver of GDAL that such a file is for.

    Raises
    ------
    FormatError
        For another ending, other content, and content that leads elsewhere.
    OSError
        When it cannot be read.
    """
    driver = DRIVER_OF.get(path.suffix.lower())
    if driver is None:
        allowed = sorted(DRIVER_OF)
        raise FormatError(
            "read.kind_unknown", file=path.name, suffix=path.suffix or "–", allowed=allowed
        )
    if driver == "GeoJSON":
        _refuse_links(path)
        return driver
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not _MAGIC[driver].match(head):
        raise FormatError("read.not_this_kind", file=path.name, kind=driver)
    if driver == "GPKG":
        _refuse_views(path)
    return driver


def _refuse_links(path: Path) -> None:
    if not path.stat().st_size:
        raise FormatError("read.empty_file", file=path.name)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        begins = bytes(text[: 1 << 16]).removeprefix(BOM).lstrip(BLANK).startswith(b"{")
        if not begins or not GEOJSON_TYPE.search(text) or GEOJSON_HOSTILE.search(text):
            raise FormatError("read.not_this_kind", file=path.name, kind="GeoJSON")
        if GEOJSON_LINK.search(text):
            raise FormatError("read.geojson_link", file=path.name)


def _refuse_views(path: Path) -> None:
    try:
        address = f"{path.resolve().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(address, uri=True)) as database:
            database.execute("PRAGMA trusted_schema = OFF")
            found = database.execute(_PROGRAMS).fetchone()
    except sqlite3.Error:
        raise FormatError("read.gpkg_broken", file=path.name) from None
    if found is not None:
        raise FormatError("read.gpkg_view", file=path.name, table=str(found[0])[:80])
