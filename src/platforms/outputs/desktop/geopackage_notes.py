"""What a GeoPackage says of itself: names of fields, where it comes from, what belongs together.

Three extensions of the standard: schema (``gpkg_data_columns``: title, unit and words of
values), metadata (in the form that GDAL reads) and related tables. Words of values stand in the
description and not as a constraint, so that no program puts them in the place of the values.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from platforms import messages
from platforms.outputs.desktop.layer_styles import NO_CLOCK, StoredTable, quoted, register
from platforms.outputs.desktop.qml import plain_xml, title_of
from platforms.outputs.desktop.sheets import LayerSheet
from platforms.outputs.maps.map_parts import Column

__all__ = ["Link", "add_field_names", "add_links", "add_metadata", "described"]

_SPEC = "http://www.geopackage.org/spec121"
_EXTENSIONS = """CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT,
 extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
 CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))"""
_FIELD_TABLES = (
    """CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
 name TEXT, title TEXT, description TEXT, mime_type TEXT, constraint_name TEXT,
 CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
 CONSTRAINT gdc_tn UNIQUE (table_name, name))""",
    """CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT NOT NULL,
 constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
 max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
 CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value))""",
)
_METADATA_TABLES = (
    """CREATE TABLE gpkg_metadata (id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL,
 md_scope TEXT NOT NULL DEFAULT 'dataset', md_standard_uri TEXT NOT NULL,
 mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '')""",
    """CREATE TABLE gpkg_metadata_reference (reference_scope TEXT NOT NULL, table_name TEXT,
 column_name TEXT, row_id_value INTEGER,
 timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
 md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
 CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
 CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id))""",
)
_RELATIONS = """CREATE TABLE gpkgext_relations (id INTEGER PRIMARY KEY AUTOINCREMENT,
 base_table_name TEXT NOT NULL, base_primary_column TEXT NOT NULL DEFAULT 'id',
 related_table_name TEXT NOT NULL, related_primary_column TEXT NOT NULL DEFAULT 'id',
 relation_name TEXT NOT NULL, mapping_table_name TEXT NOT NULL UNIQUE)"""


@dataclass(frozen=True)
class Link:
    """Rows of one table that belong to rows of another.

    Attributes
    ----------
    base, related
        Names of the tables.
    kind
        ``features``, or ``simple_attributes`` where `related` has no shapes.
    pairs
        Row of `base` and row of `related`, counted from 0.
    """

    base: str
    related: str
    kind: str
    pairs: Sequence[tuple[int, int]]


def add_field_names(database: sqlite3.Connection, sheets: Iterable[LayerSheet]) -> None:
    """Write the title of each column, with its unit and the words of its values.

    Parameters
    ----------
    database
        A GeoPackage.
    sheets
        Their columns are called as in the file.
    """
    for table in _FIELD_TABLES:
        database.execute(table)
    for sheet in sheets:
        taken: set[str] = set()
        for column in sheet.columns:
            title = title_of(column)
            # the standard wants names that are apart
            name = title if title not in taken else f"{title} {column.name}"
            taken.add(name)
            database.execute(
                "INSERT INTO gpkg_data_columns (table_name, column_name, name, title,"
                " description) VALUES (?, ?, ?, ?, ?)",
                (sheet.name, column.name, name, title, described(column) or None),
            )
    for table in ("gpkg_data_columns", "gpkg_data_column_constraints"):
        _extend(database, table, "gpkg_schema", f"{_SPEC}/#extension_schema")


def described(column: Column) -> str:
    """Return unit and words of a column in a sentence; empty where it has neither."""
    parts = []
    if column.unit:
        parts.append(messages.text("desktop.unit", None, unit=column.unit))
    if column.labels:
        one = [
            messages.text("desktop.one_word", None, value=value, words=words)
            for value, words in column.labels.items()
        ]
        parts.append(messages.text("desktop.words", None, values="；".join(one)))
    return "".join(parts)


def add_metadata(
    database: sqlite3.Connection,
    whole: Mapping[str, str],
    layers: Mapping[str, Mapping[str, str]],
) -> None:
    """Write what is known of the file and of each layer.

    Parameters
    ----------
    database
        A GeoPackage.
    whole
        Item and text, of the file.
    layers
        The same, by layer; empty texts are left out.
    """
    for table in _METADATA_TABLES:
        database.execute(table)
    entries = [("geopackage", None, whole), *(("table", n, i) for n, i in layers.items())]
    for number, (scope, name, items) in enumerate(entries, start=1):
        database.execute(
            "INSERT INTO gpkg_metadata VALUES (?, 'dataset', 'http://gdal.org', 'text/xml', ?)",
            (number, _gdal(items)),
        )
        database.execute(
            "INSERT INTO gpkg_metadata_reference VALUES (?, ?, NULL, NULL, ?, ?, NULL)",
            (scope, name, NO_CLOCK, number),
        )
    for table in ("gpkg_metadata", "gpkg_metadata_reference"):
        _extend(database, table, "gpkg_metadata", f"{_SPEC}/#extension_metadata")


def add_links(
    database: sqlite3.Connection, tables: Mapping[str, StoredTable], links: Sequence[Link]
) -> None:
    """Write which rows belong together.

    Parameters
    ----------
    database
        A GeoPackage.
    tables
        By name; those that a link names.
    links
        Links without pairs are left out.
    """
    links = [link for link in links if link.pairs]
    if not links:
        return
    database.execute(_RELATIONS)
    where = "http://www.geopackage.org/18-000.html"
    _extend(database, "gpkgext_relations", "gpkg_related_tables", where)
    for link in links:
        base, related = tables[link.base], tables[link.related]
        mapping = f"{link.base}_{link.related}"
        columns = "id INTEGER PRIMARY KEY, base_id INTEGER NOT NULL, related_id INTEGER NOT NULL"
        database.execute(f"CREATE TABLE {quoted(mapping)} ({columns})")
        rows = [_row_numbers(database, table) for table in (base, related)]
        database.executemany(
            f"INSERT INTO {quoted(mapping)} (base_id, related_id) VALUES (?, ?)",  # noqa: S608 a quoted name
            [(rows[0][first], rows[1][second]) for first, second in link.pairs],
        )
        database.execute(
            "INSERT INTO gpkgext_relations (base_table_name, base_primary_column,"
            " related_table_name, related_primary_column, relation_name, mapping_table_name)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (link.base, base.key, link.related, related.key, link.kind, mapping),
        )
        register(database, mapping)
        _extend(database, mapping, "gpkg_related_tables", where)


def _row_numbers(database: sqlite3.Connection, table: StoredTable) -> list[int]:
    key, name = quoted(table.key), quoted(table.name)
    return [n for (n,) in database.execute(f"SELECT {key} FROM {name} ORDER BY {key}")]  # noqa: S608


def _extend(database: sqlite3.Connection, table: str, name: str, definition: str) -> None:
    database.execute(_EXTENSIONS)
    database.execute(
        "INSERT INTO gpkg_extensions VALUES (?, NULL, ?, ?, 'read-write')",
        (table, name, definition),
    )


def _gdal(items: Mapping[str, str]) -> str:
    root = Element("GDALMultiDomainMetadata")
    domain = SubElement(root, "Metadata")
    for name, value in items.items():
        if value:
            SubElement(domain, "MDI", key=name).text = plain_xml(value)
    return tostring(root, encoding="unicode")
