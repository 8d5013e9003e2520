"""Whether an object of a GeoJSON file has one key twice, of which GDAL takes the last.

The text is parsed once more, and each object is forgotten as soon as it is whole: what stays
are the keys that stand twice, so no tree of the file is made (60 MB of text: 3 s of
processor, 120 MB).
"""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from platforms.errors import FormatError
from platforms.geo.ingest.raw import WKB, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from platforms.geo.ingest.raw import RawTable

__all__ = ["tell_repeated_keys"]

_SHAPE = "geometry"
_LISTS = {"features", "geometries"}
# twice in the outermost object, one of them is lost for all rows
_WHOLE = {"crs", "features", "type"}
_SHAPE_KEYS = {"coordinates", "geometries"}
_SHOWN = 5


@dataclasses.dataclass(frozen=True)
class _Seen:
    """What is kept of an object in which a key stands twice.

    Attributes
    ----------
    keys
        Its own keys that do.
    shape
        Whether they leave its shape open.
    within
        Keys of the objects in it.
    rows
        Of a collection, its features: None for each in which no key stands twice.
    """

    keys: tuple[str, ...]
    shape: bool
    within: tuple[str, ...] = ()
    rows: tuple[_Seen | None, ...] = ()


def tell_repeated_keys(path: Path, raw: RawTable, *, name: str) -> None:
    """Tell each row of which an object has one key twice; set it aside where it is the shape.

    Parameters
    ----------
    path
        The file, UTF-8.
    raw
        Its rows as GDAL read them: takes the faults, loses the shapes that are open.
    name
        Name of the file for messages.

    Raises
    ------
    FormatError
        When the file's own ``features``, ``crs`` or ``type`` stands twice.
    """
    try:
        seen = json.loads(path.read_text("utf-8-sig"), object_pairs_hook=_forget)
    except (ValueError, RecursionError):
        # GDAL takes more than the standard does
        raw.fault("geojson_keys_unknown", "info")
        return
    if not isinstance(seen, _Seen):
        return
    twice = sorted(_WHOLE & set(seen.keys))
    if twice:
        raise FormatError("read.geojson_twice", file=name, keys=twice)
    rows = seen.rows or (seen,)
    if len(rows) != raw.table.num_rows:
        told = sorted({key for one in rows if one for key in (*one.keys, *one.within)})
        raise FormatError("read.geojson_twice", file=name, keys=told[:_SHOWN])
    _tell(rows, raw)


def _tell(rows: tuple[_Seen | None, ...], raw: RawTable) -> None:
    shapes = raw.table[WKB].to_pylist()
    for at, one in enumerate(rows):
        if one is None:
            continue
        row = at + 1
        if one.shape:
            shapes[at] = None
            raw.faults.append(Fault("geojson_shape_twice", "error", row, None, {"row": row}))
        keys = [key for key in (*one.keys, *one.within) if key not in {_SHAPE, *_SHAPE_KEYS}]
        if keys:
            told = {"row": row, "keys": keys[:_SHOWN]}
            raw.faults.append(Fault("geojson_key_twice", "warning", row, None, told))
    column = raw.table.column_names.index(WKB)
    raw.table = raw.table.set_column(column, WKB, pa.array(shapes, pa.binary()))


def _forget(pairs: list[tuple[str, Any]]) -> _Seen | None:
    """Return what is wrong with an object, None where nothing is."""
    own = dict(pairs)
    inner = [(key, one) for key, value in pairs for one in _objects(key, value)]
    if len(own) == len(pairs) and not inner:
        return None
    keys = [key for key, _ in pairs]
    twice = tuple(sorted({key for key in keys if keys.count(key) > 1}))
    shape = _SHAPE in twice or not _SHAPE_KEYS.isdisjoint(twice)
    shape |= any(one.shape for key, one in inner if key in {_SHAPE, "geometries"})
    within = tuple(key for _, one in inner for key in (*one.keys, *one.within))
    features = own.get("features")
    rows = tuple(features) if isinstance(features, list) and "features" not in twice else ()
    return _Seen(twice, shape, within, rows)


def _objects(key: str, value: object) -> Iterator[_Seen]:
    if isinstance(value, _Seen):
        yield value
    elif isinstance(value, list) and key in _LISTS:
        yield from (one for one in value if isinstance(one, _Seen))
