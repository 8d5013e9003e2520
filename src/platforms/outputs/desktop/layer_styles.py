"""The table ``layer_styles``: what QGIS looks for when it opens a layer of a GeoPackage.

Written after GDAL has closed the file, with the same bytes for the same data: no clock.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from platforms.outputs.desktop.qml import qml
from platforms.outputs.desktop.sheets import LayerSheet
from platforms.outputs.maps.map_styles import style_of

__all__ = ["NO_CLOCK", "StoredTable", "add_styles", "quoted", "register", "stored_tables"]

NO_CLOCK = "2000-01-01T00:00:00.000Z"
_TABLE = """CREATE TABLE "layer_styles" (
 "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
 "f_table_catalog" TEXT(256), "f_table_schema" TEXT(256), "f_table_name" TEXT(256),
 "f_geometry_column" TEXT(256), "styleName" TEXT(30), "styleQML" TEXT, "styleSLD" TEXT,
 "useAsDefault" BOOLEAN, "description" TEXT, "owner" TEXT(30), "ui" TEXT(30),
 "update_time" DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))"""
_MAX_NAME = 30


@dataclass(frozen=True)
class StoredTable:
    """A layer or table as the file holds it.

    Attributes
    ----------
    name
        Of the table.
    key, geometry
        Column of the row's number, and of the shape (empty where there is none).
    kind
        ``polygon``, ``line``, ``point`` or ``none``.
    fields
        The other columns, in order.
    """

    name: str
    key: str
    geometry: str
    kind: str
    fields: tuple[str, ...]


def stored_tables(database: sqlite3.Connection) -> list[StoredTable]:
    """Return the layers and tables of a GeoPackage in their order.

    Parameters
    ----------
    database
        Open.
    """
    shapes = {
        table: (column, kind)
        for table, column, kind in database.execute(
            "SELECT table_name, column_name, geometry_type_name FROM gpkg_geometry_columns"
        )
    }
    names = [n for (n,) in database.execute("SELECT table_name FROM gpkg_contents ORDER BY rowid")]
    found = []
    for name in names:
        rows = database.execute(f"PRAGMA table_info({quoted(name)})").fetchall()
        geometry, kind = shapes.get(name, ("", ""))
        key = next((row[1] for row in rows if row[5]), "fid")
        fields = tuple(row[1] for row in rows if row[1] not in {key, geometry})
        found.append(StoredTable(name, key, geometry, _kind(kind), fields))
    return found


def add_styles(
    database: sqlite3.Connection, tables: dict[str, StoredTable], sheets: dict[str, LayerSheet]
) -> None:
    """Write the default style of each layer.

    Parameters
    ----------
    database
        A GeoPackage without styles.
    tables, sheets
        By name; the columns of a sheet are called as in the file.
    """
    database.execute(_TABLE)
    rows = []
    for name, sheet in sheets.items():
        table = tables[name]
        title = next((n for n in ("name", "plot_id") if n in table.fields), "")
        text = qml(
            style_of(sheet.style or name), sheet.columns, table.fields,
            kind=table.kind, title=title,
        )  # fmt: skip
        rows.append(
            ("", "", name, table.geometry, sheet.title[:_MAX_NAME], text, "", 1,
             sheet.description, "", None, NO_CLOCK)
        )  # fmt: skip
    database.executemany(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,"
        " f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner,"
        " ui, update_time) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    register(database, "layer_styles")


def register(database: sqlite3.Connection, name: str) -> None:
    """Make a table without shapes known to programs that list the file's contents.

    Parameters
    ----------
    database
        A GeoPackage.
    name
        Of the table.
    """
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change,"
        " srs_id) VALUES (?, 'attributes', ?, '', ?, 0)",
        (name, name, NO_CLOCK),
    )


def quoted(name: str) -> str:
    """Return a table's or column's name as SQL takes it."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _kind(name: str) -> str:
    if not name:
        return "none"
    for part, kind in (("LINE", "line"), ("POINT", "point")):
        if part in name:
            return kind
    return "polygon"
