"""Tables brought to a few plain types, and a hash of what they hold.

The hash is of the content, not of a file's bytes: a table that was written and read again has
the same. Numbers count by their value as 64 bits, text as UTF-8, shapes as WKB; the order of
columns and rows counts, the index does not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

__all__ = ["settled", "table_hash"]

_CRS = "EPSG:4490"


def settled(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose columns are plain: text, float64, Int64, boolean, one geometry.

    Parameters
    ----------
    table
        Any table; shapes with a CRS are brought to EPSG:4490. Not changed.

    Returns
    -------
    settled
        Rows counted from 0. Columns of lists or dicts become JSON text, dates ISO text.
    """
    shapes = table.geometry.name if isinstance(table, gpd.GeoDataFrame) else None
    columns = {str(name): _plain(table[name]) for name in table.columns if name != shapes}
    plain = pd.DataFrame(columns, index=pd.RangeIndex(len(table)))
    if shapes is None:
        return plain
    placed = table.geometry if table.crs is None else table.geometry.to_crs(_CRS)
    crs = None if table.crs is None else _CRS
    shaped: pd.DataFrame = gpd.GeoDataFrame(plain, geometry=placed.to_numpy(), crs=crs)
    return shaped


def table_hash(table: pd.DataFrame, *, without: Sequence[str] = ()) -> str:
    """Return the SHA-256 over the content of a settled table, hexadecimal.

    Parameters
    ----------
    table
        What :func:`settled` gives.
    without
        Columns that do not count.
    """
    digest = hashlib.sha256(f"{len(table)}".encode())
    for name in table.columns:
        if name in without:
            continue
        kind, parts = _bytes(table[name])
        digest.update(f"\x00{name}\x00{kind}\x00".encode())
        for part in parts:
            digest.update(part)
    return digest.hexdigest()


def _plain(column: pd.Series) -> pd.Series:
    values = column.reset_index(drop=True).infer_objects()
    if pd.api.types.is_bool_dtype(values.dtype):
        return values.astype("boolean")
    if pd.api.types.is_integer_dtype(values.dtype):
        return values.astype("Int64")
    if pd.api.types.is_float_dtype(values.dtype):
        return values.astype("float64")
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return values.map(lambda day: day.isoformat(), na_action="ignore").astype("str")
    if isinstance(values.dtype, pd.StringDtype):
        return values.astype("str")
    return values.map(_word, na_action="ignore").astype("str")


def _word(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple, dict, set)):
        return json.dumps(
            sorted(value) if isinstance(value, set) else value, ensure_ascii=False, default=str
        )
    return str(value)


def _bytes(column: pd.Series) -> tuple[str, list[bytes]]:
    """Return what kind of column it is and its content; missing values are told apart."""
    if isinstance(column.dtype, gpd.array.GeometryDtype):
        return "shape", _texts(list(shapely.to_wkb(column.to_numpy(), byte_order=1)))
    missing = column.isna().to_numpy()
    mask = np.packbits(missing).tobytes()
    if pd.api.types.is_bool_dtype(column.dtype):
        truth = column.to_numpy(dtype="float64", na_value=0.0).astype(np.uint8)
        return "bool", [mask, truth.tobytes()]
    if pd.api.types.is_integer_dtype(column.dtype):
        whole = column.to_numpy(dtype="int64", na_value=0)
        return "int", [mask, whole.astype("<i8").tobytes()]
    if pd.api.types.is_float_dtype(column.dtype):
        # one nought and one NaN, whatever their bits
        number = column.to_numpy(dtype="float64", na_value=np.nan)
        number = np.where(missing, 0.0, number) + 0.0
        return "float", [mask, number.astype("<f8").tobytes()]
    words = pa.array(column, type=pa.large_string(), from_pandas=True)
    if isinstance(words, pa.ChunkedArray):
        words = words.combine_chunks()
    lengths = pc.fill_null(pc.binary_length(words), -1).to_numpy(zero_copy_only=False)
    filled = pc.fill_null(words, "")
    ends, letters = filled.buffers()[1:]
    at = np.frombuffer(ends, dtype="<i8")[filled.offset : filled.offset + len(filled) + 1]
    content = letters.slice(at[0], at[-1] - at[0]) if len(filled) and letters else b""
    return "text", [lengths.astype("<i8").tobytes(), content]


def _texts(values: Sequence[bytes | None]) -> list[bytes]:
    known = [one for one in values if one is not None]
    lengths = np.array([-1 if one is None else len(one) for one in values], dtype="<i8")
    return [lengths.tobytes(), b"".join(known)]
