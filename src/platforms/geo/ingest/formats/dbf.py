"""Attribute tables of shapefiles (dBASE), read byte by byte.

Read here and not by GDAL, since what matters is lost there: a code of 18 or more digits
beside an empty cell becomes a float, a character cut at the end of a field spoils its whole
column, and a wrong .cpg spoils the file. Every record is counted; a deleted one is a deleted
one.
"""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from platforms.errors import FormatError, LimitError
from platforms.geo.ingest.encoding import Choice, choose_encoding, decode_cut
from platforms.geo.ingest.limits import Limits
from platforms.geo.ingest.numbers import parse_number
from platforms.geo.ingest.raw import Fault

__all__ = ["Dbf", "read_dbf"]

_HEADER = 32
_END_OF_FIELDS = 0x0D
_DELETED = b"*"
_INT64_DIGITS = 18
_TRUE, _FALSE = {b"T", b"t", b"Y", b"y", b"1"}, {b"F", b"f", b"N", b"n", b"0"}
_Bytes = NDArray[np.bytes_]


@dataclasses.dataclass(frozen=True)
class _Field:
    raw_name: bytes
    kind: str
    length: int
    decimals: int
    offset: int


@dataclasses.dataclass
class Dbf:
    """A table.

    Attributes
    ----------
    columns
        Arrow arrays by name, one value for each record that is not deleted.
    numbers
        0-based numbers of those records in the file.
    encoding
        How its text was read.
    faults
        Unreadable numbers, cut texts, names that were there twice.
    """

    columns: dict[str, pa.Array]
    numbers: NDArray[np.int64]
    encoding: Choice
    faults: list[Fault]


def read_dbf(
    path: Path, *, name: str, records: int, given: str | None, declared: str, limits: Limits
) -> Dbf:
    """Read a table whole.

    Parameters
    ----------
    path
        The .dbf.
    name
        Of the data set, for messages.
    records
        How many records the shapes have; the table must have as many.
    given, declared
        Encoding named by the user, and by the .cpg.
    limits
        Bounds columns and cells.

    Raises
    ------
    FormatError, LimitError
        When the table is broken, cut, of another length, or too large.
    """
    data = path.read_bytes()
    fields, count, start, width, ldid = _header(data, name)
    if count != records:
        raise FormatError("read.shp_counts", file=name, shapes=records, records=count)
    if len(data) < start + count * width:
        raise FormatError("read.dbf_cut", file=name)
    if len(fields) > limits.fields or len(fields) * count > limits.cells:
        raise LimitError("read.fields_many", file=name, allowed=limits.fields)
    layout = np.dtype(
        {
            "names": ["deleted", *(f"f{i}" for i in range(len(fields)))],
            "formats": ["S1", *(f"S{f.length}" for f in fields)],
            "offsets": [0, *(f.offset for f in fields)],
            "itemsize": width,
        }
    )
    table = np.frombuffer(data, dtype=layout, count=count, offset=start)
    numbers = np.flatnonzero(table["deleted"] != _DELETED)
    table = table[numbers]
    cells = [np.char.strip(table[f"f{i}"], b" \x00") for i in range(len(fields))]
    texts = [f.raw_name for f in fields]
    for field, column in zip(fields, cells, strict=True):
        if field.kind == "C":
            texts += _wide(column)
    encoding = choose_encoding(texts, file=name, given=given, declared=declared, ldid=ldid)
    faults: list[Fault] = []
    if count != len(numbers):
        values = {"count": int(count - len(numbers))}
        faults.append(Fault("rows_deleted", "info", 0, None, values))
    columns: dict[str, pa.Array] = {}
    for field, column in zip(fields, cells, strict=True):
        label = _free(decode_cut(field.raw_name, encoding.name).strip(), columns, faults)
        columns[label] = _column(field, column, label, encoding.name, numbers, faults)
    return Dbf(columns, numbers.astype(np.int64), encoding, faults)


def _header(data: bytes, name: str) -> tuple[list[_Field], int, int, int, int]:
    if len(data) <= _HEADER:
        raise FormatError("read.dbf_broken", file=name)
    count, start, width = struct.unpack("<IHH", data[4:12])
    fields: list[_Field] = []
    at, offset = _HEADER, 1
    while at + _HEADER <= min(start, len(data)) and data[at] != _END_OF_FIELDS:
        block = data[at : at + _HEADER]
        length, decimals, kind = block[16], block[17], chr(block[11])
        fields.append(_Field(block[:11].split(b"\x00")[0], kind, length, decimals, offset))
        offset += length
        at += _HEADER
    if not fields or offset > width or start < _HEADER + 1 or any(not f.length for f in fields):
        raise FormatError("read.dbf_broken", file=name)
    return fields, count, start, width, data[29]


def _wide(column: _Bytes) -> list[bytes]:
    """Return the distinct texts of a column that are not plain ASCII."""
    if not column.size:
        return []
    bytes_ = np.ascontiguousarray(column).view(np.uint8).reshape(len(column), -1)
    wide = column[(bytes_ > 127).any(axis=1)]  # noqa: PLR2004
    return [bytes(t) for t in np.unique(wide)]


def _free(label: str, taken: dict[str, pa.Array], faults: list[Fault]) -> str:
    free, number = label or "field", 0
    while free in taken:
        number += 1
        free = f"{label}_{number}"
    if free != label:
        faults.append(Fault("field_renamed", "warning", 0, label, {"field": label, "name": free}))
    return free


def _column(
    field: _Field,
    cells: _Bytes,
    label: str,
    encoding: str,
    numbers: NDArray[np.int64],
    faults: list[Fault],
) -> pa.Array:
    if field.kind == "C":
        return _text(field, cells, label, encoding, faults)
    if field.kind in {"N", "F"}:
        return _number(field, cells, label, numbers, faults)
    if field.kind == "L":
        return pa.array([True if c in _TRUE else False if c in _FALSE else None for c in cells])
    if field.kind == "D":
        return _parsed(cells, _date, pa.date32(), label, numbers, faults)
    faults.append(Fault("field_not_read", "warning", 0, label, {"field": label}))
    return pa.nulls(len(cells), pa.string())


def _text(field: _Field, cells: _Bytes, label: str, encoding: str, faults: list[Fault]) -> pa.Array:
    distinct, where = np.unique(cells, return_inverse=True)
    cut = 0
    words: list[str | None] = []
    for raw in distinct:
        told = bytes(raw).split(b"\x00")[0]
        word = decode_cut(told, encoding)
        # a character that did not fit whole was lost by whoever wrote the file
        cut += len(told) >= field.length - 3 and len(word.encode(encoding)) < len(told)
        words.append(word.strip() or None)
    if cut:
        faults.append(Fault("text_cut", "warning", 0, label, {"field": label, "count": cut}))
    return pa.array(words, pa.string()).take(pa.array(where))


def _number(
    field: _Field,
    cells: _Bytes,
    label: str,
    numbers: NDArray[np.int64],
    faults: list[Fault],
) -> pa.Array:
    # asterisks are how a program says that a number did not fit
    empty = (np.char.strip(cells, b"*") == b"") | (cells == b"")
    whole = field.decimals == 0 and field.kind == "N"
    if whole and field.length > _INT64_DIGITS:
        # wider than any integer type: a code, kept digit by digit
        return pa.array(
            [None if e else c.decode("ascii", "replace") for c, e in zip(cells, empty, strict=True)]
        )
    kind = np.int64 if whole else np.float64
    try:
        values = np.where(empty, b"0", cells).astype(kind)
    except (ValueError, OverflowError):
        target = pa.float64()
        return _parsed(np.where(empty, b"", cells), _strict, target, label, numbers, faults)
    return pa.array(values, mask=empty)


def _parsed(
    cells: _Bytes,
    parse: Callable[[str], Any],
    kind: pa.DataType,
    label: str,
    numbers: NDArray[np.int64],
    faults: list[Fault],
) -> pa.Array:
    values: list[Any] = []
    for number, cell in zip(numbers, cells, strict=True):
        text = cell.decode("ascii", "replace")
        value = parse(text) if text else None
        if value is None and text.strip("0"):
            row = int(number) + 1
            told = {"row": row, "field": label, "value": text}
            faults.append(Fault("value_unreadable", "warning", row, label, told))
        values.append(value)
    return pa.array(values, kind)


def _strict(text: str) -> float | None:
    number = parse_number(text)
    return None if number is None else float(number)


def _date(text: str) -> np.datetime64 | None:
    try:
        return np.datetime64(f"{text[:4]}-{text[4:6]}-{text[6:8]}", "D")
    except ValueError:
        return None
