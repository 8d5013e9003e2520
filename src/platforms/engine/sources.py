"""Where the engine's plots come from, read a few thousand rows at a time.

A source is a GeoParquet file or a folder of them, a GeoPackage, Shapefile or other file that GDAL
reads or a folder of them, a table of PostGIS, or the store of the workspace. Columns have the
product's names (``plot_id``, ``declared_m2``, ``tax_wan_2021`` …); rows are numbered in the order
of the files' names and of the rows in them, a table's by ``order`` or as it is stored, a store's
as they came. All files are in one system.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
from pyproj import CRS

from platforms.engine.batches import (
    BATCH,
    GEOMETRY,
    HeldSource,
    PlotSource,
    fitted,
    plain_schema,
)
from platforms.errors import CRSError, FormatError, InputError
from platforms.geo.driver_path import driver_path
from platforms.geo.ingest.expected import refuse_unexpected

if TYPE_CHECKING:
    from platforms.layers.workspace import Workspace

__all__ = ["open_source"]

_STORE = "store:"
_PARQUET = {".parquet", ".geoparquet"}
_FILES = {".gpkg", ".shp", ".fgb", ".geojson"}


def open_source(
    source: str | os.PathLike[str], workspace: Workspace
) -> PlotSource | HeldSource:  # fmt: skip
    """Open a source of plots.

    Parameters
    ----------
    source
        A file, a folder of files of one kind, ``postgresql://…/database?table=NAME`` with
        optional ``geom=COLUMN`` (default ``geom``) and ``order=COLUMN``, or ``store:``.
    workspace
        Its store is that of ``store:``.

    Raises
    ------
    InputError
        For a source that is not there or holds no plots.
    FormatError
        For a file that cannot be read.
    CRSError
        For files of different systems, or without one.
    """
    text = os.fspath(source)
    if text == _STORE:
        from platforms.engine.stored import open_stored

        return open_stored(workspace)
    if text.startswith(("postgresql:", "postgresql+", "postgres:")):
        from platforms.engine.postgis import open_table

        return open_table(text)
    path = Path(text)
    if not path.exists():
        raise InputError("engine.source_missing", source=path.name)
    files = _files(path)
    if not files:
        raise InputError("engine.source_empty", source=path.name)
    parquet = files[0].suffix.lower() in _PARQUET
    return _joined(path.name, [(_Parquet if parquet else _Vector).open(file) for file in files])


def _files(path: Path) -> list[Path]:
    """Return the files of a source: of one kind, in the order of their names."""
    if path.is_file():
        return [path]
    inside = sorted(p for p in path.rglob("*") if p.is_file() and p.name[0] not in "._")
    for endings in (_PARQUET, *({ending} for ending in sorted(_FILES))):
        found = [p for p in inside if p.suffix.lower() in endings]
        if found:
            return found
    return []


@dataclass(frozen=True)
class _Parquet:
    """One GeoParquet file."""

    path: Path
    crs: CRS
    schema: pa.Schema
    shapes: str
    driver: str = "Parquet"

    @classmethod
    def open(cls, path: Path) -> _Parquet:
        try:
            schema = pq.read_schema(path)
        except (OSError, pa.ArrowException):
            raise FormatError("engine.unreadable", file=path.name) from None
        told = json.loads((schema.metadata or {}).get(b"geo", b"{}"))
        shapes = told.get("primary_column")
        if shapes is None:
            raise FormatError("engine.not_geoparquet", file=path.name)
        column = told["columns"][shapes]
        if column.get("encoding", "WKB") != "WKB":
            raise FormatError("engine.not_wkb", file=path.name)
        # without a system GeoParquet means degrees of WGS84
        crs = CRS.from_user_input(column["crs"]) if column.get("crs") else None
        if crs is None and "crs" not in column:
            crs = CRS.from_epsg(4326)
        box = column.get("covering", {}).get("bbox", {}).get("xmin", [None])[0]
        kept = [one for one in schema if one.name not in {shapes, box}]
        return cls(path, _known(crs, path), plain_schema(kept), shapes)

    def batches(self) -> Iterator[pa.Table]:
        names = [one.name for one in self.schema if one.name != GEOMETRY]
        with pq.ParquetFile(self.path) as file:
            for batch in file.iter_batches(BATCH, columns=[*names, self.shapes]):
                table = pa.Table.from_batches([batch]).select([*names, self.shapes])
                yield table.rename_columns([*names, GEOMETRY])


@dataclass(frozen=True)
class _Vector:
    """One file that GDAL reads."""

    path: Path
    crs: CRS
    schema: pa.Schema
    driver: str

    @classmethod
    def open(cls, path: Path) -> _Vector:
        try:
            expected = refuse_unexpected(path)
            told = pyogrio.read_info(driver_path(path))
            if told["driver"] != expected:
                raise FormatError("engine.unreadable", file=path.name)
            with pyogrio.open_arrow(driver_path(path), use_pyarrow=True) as (meta, reader):
                shapes = meta["geometry_name"] or "wkb_geometry"
                kept = [one for one in reader.schema if one.name != shapes]
        except (OSError, pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError):
            raise FormatError("engine.unreadable", file=path.name) from None
        crs = CRS.from_user_input(told["crs"]) if told["crs"] else None
        return cls(path, _known(crs, path), plain_schema(kept), str(told["driver"]))

    def batches(self) -> Iterator[pa.Table]:
        with pyogrio.open_arrow(driver_path(self.path), batch_size=BATCH, use_pyarrow=True) as (
            meta,
            reader,
        ):
            shapes = meta["geometry_name"] or "wkb_geometry"
            names = [one.name for one in self.schema if one.name != GEOMETRY]
            for batch in reader:
                table = pa.Table.from_batches([batch]).select([*names, shapes])
                yield table.rename_columns([*names, GEOMETRY])


@dataclass(frozen=True)
class _Joined:
    """Several files, one after the other."""

    name: str
    driver: str
    crs: CRS
    schema: pa.Schema
    files: Sequence[_Parquet | _Vector] = ()

    @property
    def stated(self) -> dict[str, object]:
        if len(self.files) > 1:
            return {}
        # of one file what sha256sum says, as a run of all plots at once records it
        with self.files[0].path.open("rb") as file:
            return {"sha256": hashlib.file_digest(file, "sha256").hexdigest()}

    def batches(self) -> Iterator[pa.Table]:
        for file in self.files:
            for table in file.batches():
                if table.num_rows:
                    yield fitted(table, self.schema)


def _joined(name: str, files: Sequence[_Parquet | _Vector]) -> _Joined:
    first = files[0]
    for file in files[1:]:
        if file.crs != first.crs:
            raise CRSError(
                "engine.crs_mixed", one=first.path.name, one_crs=first.crs.name,
                other=file.path.name, other_crs=file.crs.name,
            )  # fmt: skip
    try:
        schema = pa.unify_schemas([file.schema for file in files], promote_options="permissive")
    except pa.ArrowException as error:
        raise FormatError("engine.columns_differ", source=name, reason=str(error)) from None
    # the shapes stand last, as they do in a frame
    ordered = [one for one in schema if one.name != GEOMETRY]
    return _Joined(name, first.driver, first.crs, plain_schema(ordered), files)


def _known(crs: CRS | None, path: Path) -> CRS:
    if crs is None:
        raise CRSError("engine.no_crs", file=path.name)
    return crs
