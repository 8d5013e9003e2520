"""Layers packed small enough to travel in one file.

Coordinates are integers of 1e-6 degree (about 0.1 m), delta coded over the whole layer,
stored by byte planes; attributes are columns, text by dictionary where it repeats itself. The
map shows these coordinates; areas are never computed from them, they travel as attributes.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import math
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from platforms.errors import FormatError
from platforms.outputs.maps.map_parts import Column
from platforms.units import half_up

__all__ = [
    "Packed",
    "drawable",
    "geometry_kind",
    "pack_attributes",
    "pack_geometry",
    "unpack_geometry",
]

_VERSION = 1
# version, features, parts, rings, vertices
_HEAD_BYTES = 20
_PER_DEGREE = 1e6
_DIGITS = 6
# about ten times a map of 100 000 plots
_MAX_BYTES = 2**28
_POLYGONS = (3, 6)
_LINES = (1, 2, 5)
_STORED = (4490, 4326)

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Packed:
    """Bytes that become text in the document; their hash does not depend on compression."""

    raw: bytes

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the bytes before compression."""
        return hashlib.sha256(self.raw).hexdigest()

    def to_json(self, *, compress: bool) -> dict[str, str]:
        """Return encoding and text."""
        if compress:
            return {"encoding": "gzip+base64", "data": self._compressed}
        return {"encoding": "base64", "data": base64.b64encode(self.raw).decode("ascii")}

    @cached_property
    def _compressed(self) -> str:
        # a layer that many maps have alike is compressed once
        data = gzip.compress(self.raw, compresslevel=9, mtime=0)
        return base64.b64encode(data).decode("ascii")

    @classmethod
    def from_json(cls, packed: Mapping[str, object]) -> Packed:
        """Return the bytes of a part that is text.

        Raises
        ------
        FormatError
            When it is not packed as here, or larger than a map can be.
        """
        try:
            data = base64.b64decode(str(packed["data"]), validate=True)
            if packed["encoding"] == "base64":
                return cls(data)
            # a small text that unpacks without end must not fill the memory
            opened = zlib.decompressobj(wbits=31)
            raw = opened.decompress(data, _MAX_BYTES)
        except (KeyError, ValueError, zlib.error) as error:
            raise FormatError("map.errors.not_packed") from error
        if packed["encoding"] != "gzip+base64" or not opened.eof:
            raise FormatError("map.errors.not_packed")
        return cls(raw)


def drawable(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the rows that have a geometry, in longitude and latitude."""
    shapes = frame.geometry.to_numpy()
    known = frame[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]
    if known.crs is None or known.crs.to_epsg() in _STORED:
        return known
    return known.to_crs(4490)


def geometry_kind(shapes: npt.NDArray[np.object_]) -> str:
    """Return ``polygon``, ``line`` or ``point``: the largest kind that occurs."""
    types = shapely.get_type_id(shapely.get_parts(shapes))
    if np.isin(types, _POLYGONS).any():
        return "polygon"
    return "line" if np.isin(types, _LINES).any() else "point"


def pack_geometry(shapes: npt.NDArray[np.object_], kind: str) -> Packed:
    """Pack geometries of one kind; parts of other kinds are left out.

    Parameters
    ----------
    shapes
        Longitude and latitude in degrees.
    kind
        ``polygon``, ``line`` or ``point``.
    """
    parts, owner = _parts(shapes, kind)
    if kind == "polygon":
        # outer rings one way, holes the other: the map fills by winding
        rings, part = shapely.get_rings(shapely.orient_polygons(parts), return_index=True)
    else:
        rings, part = parts, np.arange(len(parts))
    coords, ring = shapely.get_coordinates(rings, return_index=True)
    if kind == "polygon" and len(coords):
        closing = np.append(ring[1:] != ring[:-1], [True])
        coords, ring = coords[~closing], ring[~closing]
    whole = np.rint(coords * _PER_DEGREE).astype(np.int64)
    delta = np.diff(whole, axis=0, prepend=np.zeros((1, 2), np.int64))
    counts = (
        np.bincount(owner, minlength=len(shapes)),
        np.bincount(part, minlength=len(parts)),
        np.bincount(ring, minlength=len(rings)),
    )
    head = np.array([_VERSION, len(shapes), len(parts), len(rings), len(whole)], "<i4").tobytes()
    body = [_planes(count) for count in counts]
    body += [_planes(_zigzag(delta[:, axis])) for axis in (0, 1)]
    return Packed(head + b"".join(body))


def _parts(shapes: npt.NDArray[np.object_], kind: str) -> tuple[npt.NDArray[np.object_], Ints]:
    parts, owner = shapely.get_parts(shapes, return_index=True)
    # a collection inside a collection opens in a second step
    parts, inner = shapely.get_parts(parts, return_index=True)
    owner = owner[inner]
    types = shapely.get_type_id(parts)
    wanted = {"polygon": _POLYGONS, "line": _LINES, "point": (0,)}[kind]
    keep = np.isin(types, wanted) & ~shapely.is_empty(parts)
    return parts[keep], owner[keep]


def _zigzag(values: Ints) -> Ints:
    return np.where(values >= 0, values * 2, -values * 2 - 1)


def _planes(values: Ints) -> bytes:
    octets = values.astype("<u4").view(np.uint8).reshape(-1, 4)
    return np.ascontiguousarray(octets.T).tobytes()


def unpack_geometry(raw: bytes, kind: str) -> npt.NDArray[np.object_]:
    """Return the geometries that :func:`pack_geometry` packed.

    Parameters
    ----------
    raw
        The bytes before compression.
    kind
        ``polygon``, ``line`` or ``point``.

    Returns
    -------
    shapes
        One per feature, degrees in steps of 1e-6; of several parts only where a feature has
        several, None for one without a part.

    Raises
    ------
    FormatError
        When the bytes do not hold what their head says.
    """
    features, parts, rings, vertices = _head(raw)
    numbers = _Words(raw)
    part_counts, ring_counts = numbers.take(features), numbers.take(parts)
    vertex_counts = numbers.take(rings)
    axes = [np.cumsum(_unzigzag(numbers.take(vertices))) / _PER_DEGREE for _ in range(2)]
    sums = [int(counts.sum()) for counts in (part_counts, ring_counts, vertex_counts)]
    if sums != [parts, rings, vertices]:
        raise FormatError("map.errors.not_packed")
    coords, ring = np.column_stack(axes), np.repeat(np.arange(rings), vertex_counts)
    owner = np.repeat(np.arange(features), part_counts)
    # the stubs of shapely take each of these for a single shape
    singles: Any
    collect: Callable[..., object]
    if kind == "point":
        singles, collect = shapely.points(coords), shapely.multipoints
    elif kind == "line":
        singles, collect = shapely.linestrings(coords, indices=ring), shapely.multilinestrings
    else:
        # not left to shapely, which takes a last point that fell on the first for the closing
        first = np.cumsum(vertex_counts) - vertex_counts
        order = np.insert(np.arange(vertices), first + vertex_counts, first)
        closed: Any = shapely.linearrings(
            coords[order], indices=np.repeat(np.arange(rings), vertex_counts + 1)
        )
        of_part = np.repeat(np.arange(parts), ring_counts)
        singles = shapely.polygons(closed, indices=of_part)
        collect = shapely.multipolygons
    shapes = np.full(features, None, dtype=object)
    alone = part_counts[owner] == 1
    shapes[owner[alone]] = singles[alone]
    if not alone.all():
        collect(singles[~alone], indices=owner[~alone], out=shapes)
    return shapes


def _head(raw: bytes) -> tuple[int, int, int, int]:
    if len(raw) < _HEAD_BYTES:
        raise FormatError("map.errors.not_packed")
    version, features, parts, rings, vertices = np.frombuffer(raw[:_HEAD_BYTES], "<i4").tolist()
    counts = (features, parts, rings, vertices)
    words = features + parts + rings + 2 * vertices
    if version != _VERSION or min(counts) < 0 or len(raw) != _HEAD_BYTES + 4 * words:
        raise FormatError("map.errors.not_packed")
    return counts


class _Words:
    """The numbers after the head, one byte plane behind the other."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = _HEAD_BYTES

    def take(self, count: int) -> Ints:
        octets = np.frombuffer(self._raw, np.uint8, 4 * count, self._at).reshape(4, count)
        self._at += 4 * count
        words: npt.NDArray[np.uint32] = np.ascontiguousarray(octets.T).view("<u4").ravel()
        return words.astype(np.int64)


def _unzigzag(words: Ints) -> Ints:
    return np.where(words % 2, -(words + 1) // 2, words // 2)


def pack_attributes(frame: pd.DataFrame, columns: Sequence[Column]) -> Packed:
    """Pack the named columns of a frame; a missing value stays missing."""
    packed = {column.name: _column(frame[column.name], column) for column in columns}
    text = json.dumps(packed, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Packed(text.encode())


def _column(values: pd.Series, column: Column) -> dict[str, object]:
    if column.type in {"number", "integer"}:
        return {"values": _numbers(values, column)}
    if column.type == "boolean":
        return {"values": [None if pd.isna(v) else bool(v) for v in values]}
    codes, known = pd.factorize(values.map(_text, na_action="ignore"))
    words = [str(v) for v in known]
    if 2 * len(words) > len(codes):
        # names and numbers of their own: the places in a dictionary would only be counted up
        return {"values": [words[code] if code >= 0 else None for code in codes.tolist()]}
    return {"dict": words, "values": codes.tolist()}


def _numbers(values: pd.Series, column: Column) -> list[float | int | None]:
    plain = pd.to_numeric(values, errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
    digits = _DIGITS if column.digits is None else column.digits
    rounded = half_up(plain, digits).tolist()
    whole = column.type == "integer" or digits == 0
    return [None if not math.isfinite(v) else int(v) if whole else v for v in rounded]


def _text(value: object) -> str:
    if isinstance(value, (list, tuple, set)):
        return ";".join(str(v) for v in value)
    # 2021.0 in a text column is the year 2021 that met a missing value
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
