"""Tables by their cards: read, typed, and checked cell by cell.

A workspace table is read as text first, and each cell becomes what its card says or a fault
that names the row. Empty means unknown; it never becomes zero or false. Rows are counted as
a person counts them in a spreadsheet: the header is row 1.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from platforms import messages
from platforms.errors import FormatError, TableError
from platforms.geo.driver_path import driver_path
from platforms.geo.ingest.expected import refuse_unexpected
from platforms.layers.cards import Card, Column
from platforms.layers.written_date import is_written_date

__all__ = ["STORED_CRS", "Faults", "read_geometry_file", "read_table", "typed_cells", "typed_table"]

STORED_CRS = "EPSG:4490"
_SHOWN_FAULTS = 50
# whole numbers up to here are themselves in a cell of 64 bits
_EXACT = (1 << 53) - 1

_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}


class Faults:
    """Faults of one file, collected so that the first is shown and all are counted."""

    def __init__(self, file: str, lines: Sequence[int] | None = None) -> None:
        self.file = file
        # line of each row, where the file has more than a header above and no empty ones
        self.lines = lines
        self.found: list[tuple[str, dict[str, object]]] = []

    def add(self, entry: str, **fields: object) -> None:
        """Note one fault by its catalogue entry; rows are counted from 2."""
        row = fields.get("row")
        if self.lines is not None and isinstance(row, int):
            fields["row"] = self.lines[row - 2]
        self.found.append((entry, fields))

    def raise_any(self) -> None:
        """Raise when a fault was noted.

        Raises
        ------
        TableError
            Shows the first fault and counts all.
        """
        if self.found:
            entry, fields = self.found[0]
            raise TableError(
                "layers.table_bad",
                file=self.file,
                count=len(self.found),
                message=self._told(entry, fields),
                # a message names the first; who goes through a file wants the others too
                faults=[self._told(*one) for one in self.found[:_SHOWN_FAULTS]],
            )

    @staticmethod
    def _told(entry: str, fields: dict[str, object]) -> str:
        return messages.text(f"layers.{entry}", None, **fields)


def read_table(card: Card, path: Path, *, documents: Collection[str] = ()) -> pd.DataFrame:
    """Read a CSV by its card.

    Parameters
    ----------
    card
        What the columns are.
    path
        CSV file: UTF-8, comma, header in the first row.
    documents
        Ids that the column ``doc`` may hold; empty means any.

    Returns
    -------
    table
        One row a record, columns and types as the card says; empty cells are missing values.

    Raises
    ------
    TableError
        Names the file, the row and what is allowed; nothing is read in part.
    """
    try:
        raw = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except FileNotFoundError:
        raise TableError("layers.file_missing", file=path.name, folder=path.parent.name) from None
    except pd.errors.EmptyDataError:
        raise TableError("layers.table_empty", file=path.name) from None
    except (OSError, UnicodeDecodeError, pd.errors.ParserError):
        raise TableError("layers.file_unreadable", file=path.name) from None
    return typed_table(card, raw, file=path.name, documents=documents)


def typed_table(
    card: Card,
    raw: pd.DataFrame,
    *,
    file: str,
    documents: Collection[str] = (),
    lines: Sequence[int] | None = None,
) -> pd.DataFrame:
    """Type a table of text by its card.

    Parameters
    ----------
    card
        What the columns are.
    raw
        Text of each cell, under the names of the header.
    file
        Name of the file for messages.
    documents
        As `read_table`.
    lines
        Line of each row in the file; None where the header is the first and none is empty.

    Returns
    -------
    table
        As `read_table`.

    Raises
    ------
    TableError
        As `read_table`.
    """
    _check_header(card, file, list(raw.columns))
    faults = Faults(file, lines)
    table = pd.DataFrame(
        {
            column.name: typed_cells(raw[column.name].str.strip(), column, faults)
            for column in card.columns
        }
    )
    _check_documents(table, documents, faults)
    faults.raise_any()
    return table


def read_geometry_file(
    card: Card, path: Path, *, documents: Collection[str] = ()
) -> gpd.GeoDataFrame:
    """Read a GeoJSON or GeoPackage by its card.

    Returns
    -------
    layer
        EPSG:4490, columns as the card says, then ``geometry``.

    Raises
    ------
    TableError
        Names the file, the feature and what is allowed.
    """
    if not path.is_file():
        raise TableError("layers.file_missing", file=path.name, folder=path.parent.name)
    try:
        refuse_unexpected(path)
        frame = pyogrio.read_dataframe(driver_path(path), use_arrow=True)
    except (OSError, FormatError, pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError):
        raise TableError("layers.file_not_spatial", file=path.name) from None
    if frame.crs is None or frame.crs.to_epsg() != int(STORED_CRS.removeprefix("EPSG:")):
        found = "–" if frame.crs is None else frame.crs.to_string()
        raise TableError("layers.crs_wrong", file=path.name, crs=found)
    _check_header(card, path.name, [name for name in frame.columns if name != "geometry"])
    faults = Faults(path.name)
    _check_shapes(frame, card, faults)
    columns = {}
    for column in card.columns:
        values = frame[column.name]
        if pd.api.types.is_bool_dtype(values):
            values = values.astype("boolean").map({True: "true", False: "false"})
        elif pd.api.types.is_datetime64_any_dtype(values):
            values = values.dt.strftime("%Y-%m-%d")
        text = values.astype(object).where(values.notna(), "").astype(str).str.strip()
        columns[column.name] = typed_cells(text, column, faults)
    layer = gpd.GeoDataFrame(columns, geometry=frame.geometry.values, crs=frame.crs)
    _check_documents(layer, documents, faults)
    faults.raise_any()
    return layer


def _check_header(card: Card, file: str, found: list[str]) -> None:
    wanted = [column.name for column in card.columns]
    missing = [name for name in wanted if name not in found]
    unknown = [name for name in found if name not in wanted]
    twice = sorted({name for name in found if found.count(name) > 1})
    if twice:
        raise TableError("layers.columns_twice", file=file, columns=twice)
    if missing:
        raise TableError("layers.columns_missing", file=file, columns=missing, allowed=wanted)
    if unknown:
        raise TableError("layers.columns_unknown", file=file, columns=unknown, allowed=wanted)


def _check_shapes(frame: gpd.GeoDataFrame, card: Card, faults: Faults) -> None:
    kinds = {
        "point": {"Point"},
        "line": {"LineString", "MultiLineString"},
        "polygon": {"Polygon", "MultiPolygon"},
    }[card.geometry]
    for row in np.flatnonzero(frame.geometry.isna() | frame.geometry.is_empty):
        faults.add("geometry_missing", row=int(row) + 1)
    types = frame.geometry.geom_type
    for row in np.flatnonzero(types.notna() & ~types.isin(kinds)):
        faults.add("geometry_kind", row=int(row) + 1, found=types.iloc[row], allowed=sorted(kinds))


def _check_documents(table: pd.DataFrame, documents: Collection[str], faults: Faults) -> None:
    if not documents or "doc" not in table:
        return
    unknown = table["doc"].notna() & ~table["doc"].isin(documents)
    for row in np.flatnonzero(unknown):
        faults.add(
            "cell_unknown_document",
            row=int(row) + 2,
            value=table["doc"].iloc[row],
            allowed=sorted(documents),
        )


def typed_cells(text: pd.Series, column: Column, faults: Faults) -> pd.Series:
    """Turn text into the card's type; each cell that cannot is a fault."""
    empty = text.eq("")
    name = str(column.title)
    if column.required:
        for row in np.flatnonzero(empty):
            faults.add("cell_empty", row=int(row) + 2, column=name)
    if column.unique:
        for row in np.flatnonzero(text.duplicated() & ~empty):
            faults.add("cell_twice", row=int(row) + 2, column=name, value=text.iloc[row])
    if column.type in {"number", "integer"}:
        return _numbers(text, empty, column, faults)
    if column.type == "boolean":
        known = text.str.lower().map(_BOOLEANS)
        _note_cells(text, known.isna() & ~empty, "cell_not_boolean", column, faults)
        return known.astype("boolean")
    if column.type == "date":
        known = text.map(is_written_date).astype("bool")
        _note_cells(text, ~known & ~empty, "cell_not_date", column, faults)
    if column.type == "category" or (column.type == "list" and column.allowed):
        wrong = ~text.map(lambda cell: _parts_allowed(cell, column)).astype("bool") & ~empty
        _note_cells(text, wrong, "cell_not_allowed", column, faults, allowed=column.allowed)
    return text.mask(empty).astype("str")


def _parts_allowed(cell: str, column: Column) -> bool:
    parts = cell.split(";") if column.type == "list" else [cell]
    return all(part.strip() in (column.allowed or ()) for part in parts)


def _numbers(text: pd.Series, empty: pd.Series, column: Column, faults: Faults) -> pd.Series:
    values = pd.to_numeric(text.mask(empty), errors="coerce").astype("float64")
    bad = (values.isna() | ~np.isfinite(values)) & ~empty
    _note_cells(text, bad, "cell_not_number", column, faults, unit=column.unit or "–")
    # a whole number beyond these would be another one without a word
    widest = _EXACT if column.type == "integer" else np.inf
    low = -widest if column.minimum is None else column.minimum
    high = widest if column.maximum is None else column.maximum
    outside = values.notna() & ~((values >= low) & (values <= high) & (values.abs() <= widest))
    _note_cells(text, outside, "cell_out_of_range", column, faults, minimum=low, maximum=high)
    if column.type == "number":
        return values
    broken = values.notna() & (values % 1 != 0)
    _note_cells(text, broken, "cell_not_integer", column, faults)
    return values.mask(broken | bad | values.abs().gt(_EXACT)).astype("Int64")


def _note_cells(
    text: pd.Series,
    wrong: pd.Series,
    entry: str,
    column: Column,
    faults: Faults,
    **fields: object,
) -> None:
    for row in np.flatnonzero(wrong):
        faults.add(
            entry, row=int(row) + 2, column=str(column.title), value=text.iloc[row], **fields
        )
