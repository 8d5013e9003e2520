"""Plots as a source gives them: batches of attributes and shapes, of one schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

import pyarrow as pa
from pyproj import CRS

__all__ = ["BATCH", "GEOMETRY", "HeldSource", "PlotSource", "fitted", "plain_schema"]

GEOMETRY = "geometry"
"""Column of the shapes in what a source gives, WKB."""

BATCH = 65_536
"""Rows that are read at a time."""


class PlotSource(Protocol):
    """Plots that are read in batches."""

    @property
    def name(self) -> str:
        """What to call it."""
        ...

    @property
    def driver(self) -> str:
        """What reads it."""
        ...

    @property
    def crs(self) -> CRS:
        """System of the coordinates."""
        ...

    @property
    def schema(self) -> pa.Schema:
        """Columns, the shapes last."""
        ...

    @property
    def stated(self) -> Mapping[str, object]:
        """What the record of the run says of it in the place of what the engine finds."""
        ...

    def batches(self) -> Iterator[pa.Table]:
        """Give the rows in order; each table has the source's schema."""
        ...


@runtime_checkable
class HeldSource(Protocol):
    """Plots that others write to, and that are copied before they are read."""

    @property
    def crs(self) -> CRS:
        """System of the coordinates."""
        ...

    def copied(self, folder: Path, told: Callable[[int], None]) -> PlotSource:
        """Copy the plots of one moment into a folder of the run."""
        ...


def fitted(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return a table with the columns and types of a schema; what it lacks is empty."""
    there = set(table.column_names)
    columns = [
        table[one.name].cast(one.type) if one.name in there else pa.nulls(len(table), one.type)
        for one in schema
    ]
    return pa.table(columns, schema=schema)


def plain_schema(columns: Sequence[pa.Field]) -> pa.Schema:
    """Return a schema of attributes and shapes, of types that do not differ by file."""
    plain = [pa.field(one.name, _plain(one.type)) for one in columns]
    return pa.schema([*plain, pa.field(GEOMETRY, pa.binary())])


def _plain(kind: pa.DataType) -> pa.DataType:
    """Return the type of a column without what differs from file to file."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return pa.string() if pa.types.is_large_string(kind) or pa.types.is_null(kind) else kind
