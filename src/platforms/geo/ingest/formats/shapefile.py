"""Shapefile: counts of all three files first, then shapes by GDAL, attributes by ourselves.

GDAL gives a cut .shp null shapes, a short .dbf fewer rows, and says nothing of either. So the
lengths that the headers state are compared with the files before anything is read, and a
shapefile whose parts disagree is refused: nobody can tell which attributes belong to which
plot. GDAL never sees the .prj and the .cpg.
"""

from __future__ import annotations

import struct
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyogrio.raw
import shapely

from platforms.errors import FormatError, LimitError
from platforms.geo.ingest.columns import FIELD_MAP
from platforms.geo.ingest.formats.dbf import read_dbf
from platforms.geo.ingest.formats.names import whole_names
from platforms.geo.ingest.raw import ROW, WKB, RawTable
from platforms.geo.ingest.shapes import judge

if TYPE_CHECKING:
    from platforms.geo.ingest.worker import Job

__all__ = ["read"]

_HEADER = 100
_MAGIC = 9994
# where the head of a .dbf has told its number of records
_COUNT_END = 8
_FOR_GDAL = {".shp", ".shx", ".dbf"}
_POLYGONS = {5, 15, 25}
_TYPES = {0: "Null", 1: "Point", 3: "PolyLine", 8: "MultiPoint", 11: "PointZ", 13: "PolyLineZ"}
_TYPES |= {18: "MultiPointZ", 21: "PointM", 23: "PolyLineM", 28: "MultiPointM", 31: "MultiPatch"}


def read(job: Job) -> RawTable:
    """Read a shapefile.

    Raises
    ------
    FormatError, LimitError
        When parts are missing, cut or disagree, when it holds no polygons, or is too large.
    """
    records = _check_shapes(job)
    cpg = job.parts.get(".cpg")
    declared = cpg.read_bytes()[:64].decode("ascii", "replace") if cpg else ""
    table = read_dbf(
        job.parts[".dbf"],
        name=job.name,
        records=records,
        given=job.encoding,
        declared=declared.strip("\x00\ufeff \r\n"),
        limits=job.limits,
    )
    place = job.out / "data.shp"
    for suffix, path in {".shp": job.path, **job.parts}.items():
        if suffix in _FOR_GDAL:
            place.with_suffix(suffix).hardlink_to(path)
    _, fids, wkb, _ = pyogrio.raw.read(place, columns=[], return_fids=True)
    if not np.array_equal(fids, table.numbers):
        raise FormatError("read.shp_counts", file=job.name, shapes=len(fids), records=records)
    named, renamed = whole_names(table.columns, job.parts.get(FIELD_MAP))
    rows = table.numbers + 1
    shapes, faults = judge(wkb, rows, name=job.name, limits=job.limits)
    columns = {
        ROW: pa.array(rows),
        WKB: pa.array(shapely.to_wkb(shapes), pa.binary()),
        **named,
    }
    raw = RawTable(pa.table(columns), "ESRI Shapefile", PurePath(job.name).stem)
    raw.faults = [*table.encoding.faults(), *table.faults, *renamed, *faults]
    raw.encoding, raw.encoding_basis = table.encoding.name, table.encoding.basis
    if table.encoding.contradicts:
        raw.fault(
            "encoding_declared_wrong",
            "warning",
            declared=table.encoding.declared,
            encoding=table.encoding.name,
        )
    raw.crs = _prj(job)
    raw.crs_from = ".prj" if raw.crs else ""
    if ".prj" in job.parts and not raw.crs:
        raw.fault("prj_unreadable", "warning")
    return raw


def _check_shapes(job: Job) -> int:
    """Compare the headers of .shp and .shx with their sizes; return the number of records."""
    missing = [suffix for suffix in (".shx", ".dbf") if suffix not in job.parts]
    if missing:
        raise FormatError("read.shp_parts", file=job.name, missing=missing)
    with job.path.open("rb") as file:
        head = file.read(_HEADER)
    size = job.path.stat().st_size
    if len(head) < _HEADER or struct.unpack(">I", head[:4])[0] != _MAGIC:
        raise FormatError("read.not_this_kind", file=job.name, kind="Shapefile")
    stated = struct.unpack(">I", head[24:28])[0] * 2
    kind = struct.unpack("<i", head[32:36])[0]
    records, rest = divmod(job.parts[".shx"].stat().st_size - _HEADER, 8)
    if stated > size or (size <= _HEADER and records > 0):
        raise FormatError("read.shp_cut", file=job.name)
    if rest or records < 0 or (records == 0 and size > _HEADER):
        raise FormatError("read.shx_broken", file=job.name)
    if records > job.limits.rows:
        raise LimitError("read.rows_many", file=job.name, allowed=job.limits.rows)
    if kind not in _POLYGONS:
        raise FormatError("read.no_polygon_layer", file=job.name, types=_TYPES.get(kind, "?"))
    if not records:
        _refuse_empty(job)
    return int(records)


def _refuse_empty(job: Job) -> None:
    """Tell an empty shapefile from one whose shapes are lost."""
    with job.parts[".dbf"].open("rb") as file:
        head = file.read(_COUNT_END)
    rows = int.from_bytes(head[4:_COUNT_END], "little") if len(head) == _COUNT_END else 0
    if rows:
        raise FormatError("read.shp_counts", file=job.name, shapes=0, records=rows)
    raise FormatError("read.no_rows", file=job.name)


def _prj(job: Job) -> str:
    """Return the WKT of a .prj, empty where it holds none."""
    path = job.parts.get(".prj")
    if path is None:
        return ""
    if path.stat().st_size > job.limits.prj_bytes:
        raise LimitError("read.prj_large", file=job.name)
    data = path.read_bytes()
    wide = data[:2] in {b"\xff\xfe", b"\xfe\xff"}
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding).strip("\x00 \r\n\t")
        except UnicodeDecodeError:
            continue
        return text
    return ""
