"""Tables that this program wrote and somebody handed on: Parquet files, layers of a GeoPackage.

They come in a container that anybody can have made, so they are read here and leave as bytes
that this process wrote: of a Parquet file a new one with the same rows, of a layer its rows in
Arrow's own form, shapes as WKB. What they mean, and whether their hashes fit, is for the caller.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from platforms.errors import FormatError, LimitError
from platforms.geo.ingest.raw import RawTable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from platforms.geo.ingest.worker import Job

__all__ = ["read"]

# what a table says of its shapes and types; nothing else is handed on
_TOLD = (b"geo", b"pandas")


def read(job: Job) -> RawTable:
    """Read the tables of all files of a job.

    Returns
    -------
    raw
        Columns ``file`` (key of ``job.parts``), ``name`` (of the layer, empty for a Parquet
        file), ``crs`` (of the layer) and ``data``.

    Raises
    ------
    FormatError, LimitError
        When one of them is broken, runs programs or is too large.
    """
    made: list[tuple[str, str, str, bytes]] = []
    for file, path in sorted(job.parts.items()):
        if job.kind == "parquet_tables":
            made.append((file, "", "", _parquet(job, path, file)))
        else:
            made += [(file, *one) for one in _layers(job, path, file)]
    columns = zip(*made, strict=True) if made else [(), (), (), ()]
    types = {"file": pa.string(), "name": pa.string(), "crs": pa.string()}
    typed = {**types, "data": pa.large_binary()}
    arrays = {n: pa.array(list(c), t) for (n, t), c in zip(typed.items(), columns, strict=True)}
    return RawTable(pa.table(arrays), "Parquet" if job.kind == "parquet_tables" else "GPKG")


def _parquet(job: Job, path: Path, file: str) -> bytes:
    try:
        opened = pq.ParquetFile(path)
        size = opened.metadata
        _bounded(job, size.num_rows, size.num_columns)
        table = opened.read()
        kept = table.schema.metadata or {}
        plain = table.replace_schema_metadata({key: kept[key] for key in _TOLD if key in kept})
        out = pa.BufferOutputStream()
        pq.write_table(plain, out, compression="zstd")
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        raise FormatError("read.not_opened", file=file) from error
    return bytes(out.getvalue())


def _layers(job: Job, path: Path, file: str) -> Iterator[tuple[str, str, bytes]]:
    import pyogrio
    import pyogrio.raw

    from platforms.geo.ingest.formats.geopackage import refuse_programs

    refuse_programs(path, file)
    try:
        for name in sorted(str(one) for one in pyogrio.list_layers(path)[:, 0]):
            about = pyogrio.read_info(path, layer=name)
            _bounded(job, about["features"], len(about["fields"]))
            told, table = pyogrio.raw.read_arrow(path, layer=name)
            shapes = told["geometry_name"] or "wkb_geometry"
            if shapes in table.column_names:
                # a shape that is none is refused here, not by who asked
                shapely.from_wkb(table[shapes].to_numpy())
                table = table.rename_columns(
                    ["geometry" if one == shapes else one for one in table.column_names]
                )
            out = pa.BufferOutputStream()
            with pa.ipc.new_stream(out, table.schema) as writer:
                writer.write_table(table)
            yield name, str(told["crs"] or ""), bytes(out.getvalue())
    except (
        pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, shapely.GEOSException,
        pa.ArrowException, ValueError,
    ) as error:  # fmt: skip
        raise FormatError("read.not_opened", file=file) from error


def _bounded(job: Job, rows: int, columns: int) -> None:
    limits = job.limits
    if rows > limits.rows:
        raise LimitError("read.rows_many", file=job.name, allowed=limits.rows)
    if columns > limits.fields:
        raise LimitError("read.fields_many", file=job.name, allowed=limits.fields)
