"""GeoParquet, read with pyarrow: WKB in the primary column, CRS as PROJJSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from platforms.errors import FormatError, LimitError
from platforms.geo.ingest.formats.features import plain_column
from platforms.geo.ingest.raw import ROW, WKB, RawTable
from platforms.geo.ingest.shapes import judge

if TYPE_CHECKING:
    from platforms.geo.ingest.worker import Job

__all__ = ["read"]


def read(job: Job) -> RawTable:
    """Read a GeoParquet file.

    Raises
    ------
    FormatError, LimitError
        When it is broken, has no geometry as WKB, or is too large.
    """
    try:
        file = pq.ParquetFile(job.path)
        size = file.metadata
        if size.num_rows > job.limits.rows:
            raise LimitError("read.rows_many", file=job.name, allowed=job.limits.rows)
        if size.num_columns > job.limits.fields:
            raise LimitError("read.fields_many", file=job.name, allowed=job.limits.fields)
        geo = _geo(job, file.schema_arrow.metadata or {})
        table = file.read()
    except pa.ArrowException as error:
        raise FormatError("read.not_opened", file=job.name) from error
    name = geo["primary_column"]
    told = geo["columns"][name]
    if name not in table.column_names or told.get("encoding") != "WKB":
        raise FormatError("read.not_this_kind", file=job.name, kind="GeoParquet (WKB)")
    rows = np.arange(1, table.num_rows + 1)
    shapes, faults = judge(table[name].to_pylist(), rows, name=job.name, limits=job.limits)
    columns: dict[str, Any] = {
        ROW: pa.array(rows),
        WKB: pa.array(shapely.to_wkb(shapes), pa.binary()),
    }
    for column in table.column_names:
        if column not in geo["columns"] and not pa.types.is_nested(table[column].type):
            columns[column] = plain_column(table[column])
    raw = RawTable(pa.table(columns), "GeoParquet", encoding="utf-8", encoding_basis="format")
    raw.faults = faults
    raw.crs, raw.crs_from = _crs(told), "GeoParquet"
    return raw


def _geo(job: Job, metadata: dict[bytes, bytes]) -> dict[str, Any]:
    try:
        geo: dict[str, Any] = json.loads(metadata[b"geo"])
        geo["columns"][geo["primary_column"]].get("encoding")
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise FormatError("read.not_this_kind", file=job.name, kind="GeoParquet") from error
    return geo


def _crs(told: dict[str, Any]) -> str:
    """Return the system; absent means longitude and latitude, null means not known."""
    if "crs" not in told:
        return "EPSG:4326"
    crs = told["crs"]
    if not isinstance(crs, dict):
        return ""
    own = crs.get("id")
    if isinstance(own, dict) and own.get("authority") == "EPSG":
        return f"EPSG:{own.get('code')}"
    return json.dumps(crs)
