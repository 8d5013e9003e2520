"""Shapes in a store's columns, and what makes a table of them a layer of a GeoPackage.

A shape goes in and comes out as WKB of polygons in EPSG:4490, every coordinate as it was. A
GeoPackage keeps it as the standard says, with an index in space that triggers keep right
whoever writes; PostGIS keeps it as ``geometry`` with a GiST index.
"""

from __future__ import annotations

import sqlite3
import struct
from functools import partial
from typing import Any

import shapely
import sqlalchemy as sa
from pyproj import CRS
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

__all__ = ["SRID", "Shape", "add_functions", "add_layer", "renew_extent"]

SRID = 4490
_TYPE = "MULTIPOLYGON"
_HEAD = struct.Struct("<2sBBi4d")
_PLAIN_HEAD = 8
# by the sort of envelope in a header of the standard, its length
_ENVELOPES = (0, 32, 48, 48, 64)
_LITTLE, _WITH_BOX, _EMPTY = 0x01, 0x02, 0x10
_SRID_FLAG = 0x20000000
_EDGES = ("MinX", "MaxX", "MinY", "MaxY")


class _Geometry(UserDefinedType[str]):
    """The type of PostGIS, as text in hexadecimal on the way."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return f"geometry({_TYPE},{SRID})"


class Shape(TypeDecorator[bytes]):
    """A column of shapes: WKB of many polygons, little-endian, x and y."""

    impl = sa.LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> TypeEngine[Any]:
        """Return the database's own type."""
        server = dialect.name == "postgresql"
        return dialect.type_descriptor(_Geometry() if server else sa.LargeBinary())

    def process_bind_param(self, value: bytes | None, dialect: sa.Dialect) -> Any:  # noqa: ANN401 text or bytes
        """Return a shape as the database takes it."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            kind = int.from_bytes(value[1:5], "little") | _SRID_FLAG
            return (value[:1] + struct.pack("<Ii", kind, SRID) + value[5:]).hex()
        west, south, east, north = shapely.bounds(shapely.from_wkb(value)).tolist()
        empty = west != west  # noqa: PLR0124 nan
        flags = _LITTLE | (_EMPTY if empty else _WITH_BOX)
        head = _HEAD.pack(b"GP", 0, flags, SRID, west, east, south, north)
        return (head[:_PLAIN_HEAD] if empty else head) + value

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> bytes | None:  # noqa: ANN401
        """Return what the database gave as WKB."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            raw = bytes.fromhex(value)
            kind = int.from_bytes(raw[1:5], "little") & ~_SRID_FLAG
            return raw[:1] + struct.pack("<I", kind) + raw[9:]
        return bytes(value[_body(value) :])


def _body(blob: bytes) -> int:
    """Return where the WKB of a shape in a GeoPackage begins."""
    return _PLAIN_HEAD + _ENVELOPES[blob[3] >> 1 & 0x07]


def _edge(edge: int, blob: bytes | None) -> float | None:
    """Return one side of a shape's box: west, east, south or north."""
    if blob is None or blob[3] & _EMPTY:
        return None
    if blob[3] & 0x0F == _LITTLE | _WITH_BOX:
        found: float = struct.unpack_from("<d", blob, _PLAIN_HEAD + 8 * edge)[0]
        return found
    box = shapely.bounds(shapely.from_wkb(blob[_body(blob) :]))
    return float(box[(0, 2, 1, 3)[edge]])


def add_functions(connection: sqlite3.Connection) -> None:
    """Give a connection the functions that the triggers of a layer call."""
    for number, edge in enumerate(_EDGES):
        connection.create_function(f"ST_{edge}", 1, partial(_edge, number), deterministic=True)
    connection.create_function(
        "ST_IsEmpty",
        1,
        lambda blob: None if blob is None else int(bool(blob[3] & _EMPTY)),
        deterministic=True,
    )


_EXTENSIONS = """CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT,
extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))"""
_BOX = "ST_MinX(NEW.{c}), ST_MaxX(NEW.{c}), ST_MinY(NEW.{c}), ST_MaxY(NEW.{c})"
_FULL = "NEW.{c} NOT NULL AND NOT ST_IsEmpty(NEW.{c})"
_PUT = f"INSERT OR REPLACE INTO {{r}} VALUES (NEW.id, {_BOX})"  # noqa: S608 our own names
_DROP = "DELETE FROM {r} WHERE id = OLD.id"
# as annex F.3 of the standard words them
_TRIGGERS = {
    "insert": f"AFTER INSERT ON {{t}} WHEN ({_FULL}) BEGIN {_PUT}; END",
    "update1": "AFTER UPDATE OF {c} ON {t} WHEN OLD.id = NEW.id AND (" + _FULL + ") BEGIN "
    + _PUT + "; END",
    "update2": "AFTER UPDATE OF {c} ON {t} WHEN OLD.id = NEW.id AND (NEW.{c} IS NULL OR"
    " ST_IsEmpty(NEW.{c})) BEGIN " + _DROP + "; END",
    "update3": "AFTER UPDATE ON {t} WHEN OLD.id != NEW.id AND (" + _FULL + ") BEGIN "
    + _DROP + "; " + _PUT + "; END",
    "update4": "AFTER UPDATE ON {t} WHEN OLD.id != NEW.id AND (NEW.{c} IS NULL OR"
    " ST_IsEmpty(NEW.{c})) BEGIN DELETE FROM {r} WHERE id IN (OLD.id, NEW.id); END",
    "delete": "AFTER DELETE ON {t} WHEN OLD.{c} NOT NULL BEGIN " + _DROP + "; END",
}  # fmt: skip


def add_layer(connection: sa.Connection, table: str, column: str) -> None:
    """Register a table of a GeoPackage as a layer with an index in space.

    Parameters
    ----------
    connection
        In a transaction that writes.
    table, column
        The table, which has no row yet, and its shapes.
    """
    run = connection.exec_driver_sql
    crs = CRS.from_epsg(SRID)
    run(
        "INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES (?, ?, 'EPSG', ?, ?, NULL)",
        (crs.name, SRID, SRID, crs.to_wkt("WKT1_GDAL")),
    )
    run(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)"
        " VALUES (?, 'features', ?, ?)",
        (table, table, SRID),
    )
    run(
        "INSERT INTO gpkg_geometry_columns VALUES (?, ?, ?, ?, 0, 0)",
        (table, column, _TYPE, SRID),
    )
    run(_EXTENSIONS)
    run(
        "INSERT INTO gpkg_extensions VALUES (?, ?, 'gpkg_rtree_index',"
        " 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
        (table, column),
    )
    named = {"t": table, "c": column, "r": f"rtree_{table}_{column}"}
    run("CREATE VIRTUAL TABLE {r} USING rtree(id, minx, maxx, miny, maxy)".format(**named))
    for name, body in _TRIGGERS.items():
        run(f"CREATE TRIGGER {named['r']}_{name} {body.format(**named)}")


def renew_extent(connection: sa.Connection, table: str, column: str) -> None:
    """Write the extent of a layer of a GeoPackage anew; nothing in other databases.

    The index rounds, outwards and in order, so the exact side is that of one of the rows whose
    rounded side lies farthest out.
    """
    if connection.dialect.name != "sqlite":
        return
    index = f"rtree_{table}_{column}"
    sides = [
        f"(SELECT {best}(ST_{edge}({column})) FROM {table} WHERE id IN (SELECT id FROM {index}"  # noqa: S608 our own names
        f" WHERE {edge.lower()} = (SELECT {best}({edge.lower()}) FROM {index})))"
        for best, edge in (("min", "MinX"), ("min", "MinY"), ("max", "MaxX"), ("max", "MaxY"))
    ]
    connection.exec_driver_sql(
        f"UPDATE gpkg_contents SET (min_x, min_y, max_x, max_y) = ({', '.join(sides)}),"  # noqa: S608
        " last_change = strftime('%Y-%m-%dT%H:%M:%fZ','now') WHERE table_name = ?",
        (table,),
    )
