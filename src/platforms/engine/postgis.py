"""A table of PostGIS as a source of plots, read over one connection with a cursor of the server.

Nothing is held but a batch. Rows come in one snapshot and in one order: by the column that the
address names (``order=``), else as the table stores them.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit, urlunsplit

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa
from pyproj import CRS

from platforms.engine.batches import BATCH, GEOMETRY, PlotSource, fitted, plain_schema
from platforms.errors import CRSError, InputError

__all__ = ["open_table"]

_FAULTS = (sa.exc.DBAPIError, pd.errors.DatabaseError)
_OWN = ("table", "geom", "order")
# a table of the store, whose attributes are not columns
_STORES = {"workspace", "plot_id", "version", "attributes", "sha256", "changed_by"}


@dataclass(frozen=True)
class _Table:
    """One table."""

    url: sa.URL
    query: str
    geometry: str
    name: str
    crs: CRS
    schema: pa.Schema
    driver: str = "PostgreSQL"

    @property
    def stated(self) -> dict[str, object]:
        return {}

    def batches(self) -> Iterator[pa.Table]:
        engine = sa.create_engine(self.url)
        try:
            with engine.connect().execution_options(stream_results=True) as connection:
                for frame in _frames(self.query, connection, self.geometry):
                    if len(frame):
                        yield fitted(_arrow(frame), self.schema)
        except _FAULTS as error:
            raise _refused(self.url, error) from None
        finally:
            engine.dispose()


def open_table(address: str) -> PlotSource:
    """Open a table of plots.

    Parameters
    ----------
    address
        ``postgresql://user@host/database?table=[schema.]name&geom=geom&order=plot_id``.

    Raises
    ------
    InputError
        When the address names no table, or the server does not give it.
    CRSError
        When the shapes carry no coordinate system.
    """
    parts = urlsplit(address)
    asked = parse_qs(parts.query)
    table = asked.get("table", [""])[0]
    if not table:
        raise InputError("engine.table_missing")
    geometry = asked.get("geom", ["geom"])[0]
    kept = "&".join(p for p in parts.query.split("&") if p.split("=")[0] not in _OWN)
    plain = urlunsplit(("postgresql+psycopg", parts.netloc, parts.path, kept, ""))
    url = sa.make_url(plain)
    order = asked.get("order", ["ctid"])[0]
    named = ".".join(_quoted(one) for one in table.split("."))
    query = f"SELECT * FROM {named} ORDER BY {_quoted(order)}"  # noqa: S608 quoted names
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            one = sa.text(f"{query} LIMIT 1")
            first = gpd.read_postgis(one, connection, geom_col=geometry)
    except (*_FAULTS, ValueError) as error:
        raise _refused(url, error) from None
    finally:
        engine.dispose()
    if set(first.columns) >= _STORES:
        raise InputError("engine.own_table", table=table)
    if first.empty:
        raise InputError("engine.source_empty", source=table)
    if first.crs is None:
        raise CRSError("engine.no_crs", file=table)
    return _Table(url, query, geometry, table, first.crs, _schema(url, table, geometry, first))


def _frames(
    query: str, connection: sa.Connection, geometry: str
) -> Iterator[gpd.GeoDataFrame]:  # fmt: skip
    yield from gpd.read_postgis(sa.text(query), connection, geom_col=geometry, chunksize=BATCH)


def _arrow(frame: gpd.GeoDataFrame) -> pa.Table:
    attributes = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    plain = pa.Table.from_pandas(attributes, preserve_index=False)
    return plain.append_column(GEOMETRY, pa.array(frame.geometry.to_wkb(), pa.binary()))


def _schema(
    url: sa.URL, table: str, geometry: str, first: gpd.GeoDataFrame
) -> pa.Schema:  # fmt: skip
    """Return the types of the columns as the server states them."""
    schema, _, name = table.rpartition(".")
    engine = sa.create_engine(url)
    try:
        with warnings.catch_warnings():
            # the column of the shapes is of a type that only PostGIS knows
            warnings.filterwarnings("ignore", "Did not recognize type", sa.exc.SAWarning)
            columns = sa.inspect(engine).get_columns(name, schema=schema or None)
    finally:
        engine.dispose()
    told = {one["name"]: one["type"] for one in columns}
    names = [str(one) for one in first.columns if one != geometry]
    return plain_schema([pa.field(one, _kind(told.get(one))) for one in names])


def _kind(kind: object) -> pa.DataType:
    match kind:
        case sa.Boolean():
            return pa.bool_()
        case sa.Integer():
            return pa.int64()
        case sa.Float() | sa.Numeric():
            return pa.float64()
        case sa.DateTime():
            return pa.timestamp("us")
        case sa.Date():
            return pa.date32()
        case _:
            return pa.string()


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _refused(url: sa.URL, error: Exception) -> InputError:
    cause = error.__cause__ if isinstance(error, pd.errors.DatabaseError) else error
    reason = str(getattr(cause, "orig", cause)).strip().splitlines()
    # as people write it, without the driver
    server = url.set(drivername="postgresql").render_as_string(hide_password=True)
    return InputError("engine.server_refused", server=server, reason=reason[0] if reason else "")
