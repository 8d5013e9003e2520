"""A plot as it is kept, and back: shape as WKB, all else as JSON, one hash over both.

A shape is many polygons with every coordinate as it came; a part stands for itself again when
it is read. JSON has the columns that say something, in the order of their names; a whole number
is written as one, so that a column that holds a gap somewhere is no change of all its rows.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from platforms.errors import InputError
from platforms.planning.scenarios.fingerprint import settled

__all__ = ["OWN", "Kinds", "Record", "attributes_text", "columns_of", "record", "record_hash"]
__all__ += ["records_of", "shape_of", "shapes_of", "wkb_of"]

CRS = "EPSG:4490"
# columns that the store adds when it gives plots out
OWN = "store_"
_NAMED = 5
_POLYGON, _MANY = 3, 6
# beyond it a float does not hold every whole number
_WHOLE = 2**53
# made once: a table has millions of cells
_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


class Record(NamedTuple):
    """What is kept of a plot: its shape, the rest as JSON, and the hash of both."""

    wkb: bytes | None
    attributes: str
    sha256: str


def record(wkb: bytes | None, attributes: str) -> Record:
    """Return what is kept of a plot, with its hash."""
    return Record(wkb, attributes, record_hash(wkb, attributes))


def record_hash(wkb: bytes | None, attributes: str) -> str:
    """Return the SHA-256 over a shape and its attributes, hexadecimal."""
    told = hashlib.sha256(b"" if wkb is None else wkb)
    told.update(b"\x00")
    told.update(attributes.encode())
    return told.hexdigest()


def attributes_text(values: Mapping[str, object]) -> str:
    """Return attributes as they are kept; what is missing is left out."""
    return _text((name, _value(value)) for name, value in values.items())


def _text(plain: Iterable[tuple[str, object]]) -> str:
    return _JSON({name: value for name, value in plain if value is not None})


def _values(column: pd.Series) -> list[object]:
    """Return what :func:`_value` gives of each cell of a column."""
    if column.dtype != np.float64:
        return [cell if type(cell) is str else _value(cell) for cell in column.tolist()]
    numbers = column.to_numpy()
    there = np.isfinite(numbers)
    whole = there & (np.trunc(numbers) == numbers) & (np.abs(numbers) < _WHOLE)
    cells = numbers.astype(object)
    cells[~there] = None
    cells[whole] = numbers[whole].astype(np.int64).astype(object)
    found: list[object] = cells.tolist()
    return found


def _value(value: object) -> object:
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if type(value) is float or isinstance(value, (float, np.floating)):
        number = float(value)
        if not math.isfinite(number):
            return None
        return int(number) if number.is_integer() and abs(number) < _WHOLE else number
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    return int(value) if isinstance(value, (int, np.integer)) else str(value)


def records_of(frame: gpd.GeoDataFrame) -> dict[str, Record]:
    """Return the plots of a table as they are kept, by id.

    Parameters
    ----------
    frame
        ``plot_id``, polygons with a CRS, and any other columns; brought to EPSG:4490.

    Raises
    ------
    InputError
        When there is no CRS, no id, an id stands twice, or a shape is no polygon.
    """
    if "plot_id" not in frame or frame["plot_id"].isna().any():
        raise InputError("plots.no_id")
    ids = frame["plot_id"].astype("str")
    if ids.str.strip().eq("").any():
        raise InputError("plots.no_id")
    twice = ids[ids.duplicated()].unique().tolist()
    if twice:
        raise InputError("plots.twice", names=twice[:_NAMED], count=len(twice))
    if frame.crs is None:
        raise InputError("plots.no_crs")
    placed = frame if frame.crs == CRS else frame.to_crs(CRS)
    kept = [name for name in frame.columns if _is_attribute(name, frame)]
    table = settled(pd.DataFrame(frame[kept]))
    names = [str(name) for name in table.columns]
    cells = (_values(table[name]) for name in names)
    rows = zip(*cells, strict=True) if names else [()] * len(ids)
    texts = (_text(zip(names, row, strict=True)) for row in rows)
    shapes = wkb_of(placed.geometry.to_numpy(), ids.tolist())
    return {
        plot_id: record(wkb, text)
        for plot_id, wkb, text in zip(ids.tolist(), shapes, texts, strict=True)
    }


def _is_attribute(name: object, frame: gpd.GeoDataFrame) -> bool:
    own = str(name).startswith(OWN)
    return not own and name not in {"plot_id", "geometry", frame.geometry.name}


def wkb_of(shapes: NDArray[np.object_], ids: Sequence[str]) -> list[bytes | None]:
    """Return polygons as they are kept; an empty one is missing.

    Raises
    ------
    InputError
        Names plots whose shape is no polygon, or has a coordinate that is no number.
    """
    given = shapes.copy()
    given[shapely.is_empty(shapes)] = None
    kinds = shapely.get_type_id(given)
    points, row = shapely.get_coordinates(given, return_index=True)
    wrong = ~np.isin(kinds, (-1, _POLYGON, _MANY))
    wrong[row[~np.isfinite(points).all(axis=1)]] = True
    if wrong.any():
        names = [one for one, bad in zip(ids, wrong, strict=True) if bad]
        raise InputError("plots.no_polygon", names=names[:_NAMED], count=len(names))
    single = kinds == _POLYGON
    if single.any():
        alone = shapely.force_2d(given[single])
        given[single] = shapely.multipolygons(alone, indices=np.arange(len(alone)))
    found: list[bytes | None] = shapely.to_wkb(given, output_dimension=2, byte_order=1).tolist()
    return found


def shape_of(wkb: bytes | None) -> shapely.Geometry | None:
    """Return the shape of a plot."""
    found: shapely.Geometry | None = shapes_of([wkb])[0]
    return found


def shapes_of(many: Iterable[bytes | None]) -> NDArray[np.object_]:
    """Return shapes; of a single part that part."""
    held = list(many)
    shapes = np.empty(len(held), dtype=object)
    shapes[:] = shapely.from_wkb(held)
    alone = shapely.get_num_geometries(shapes) == 1
    shapes[alone] = shapely.get_geometry(shapes[alone], 0)
    return shapes


def columns_of(
    texts: Sequence[str], kinds: Mapping[str, str] | None = None
) -> pd.DataFrame:  # fmt: skip
    """Return attributes as columns, in the order in which they first stand somewhere.

    Parameters
    ----------
    texts
        Attributes as they are kept.
    kinds
        Types of the columns, where these rows are not all; see :class:`Kinds`.

    Returns
    -------
    columns
        Whole numbers as Int64, others as float64, true and false as boolean, else text.
    """
    rows: list[dict[str, Any]] = [json.loads(text) for text in texts]
    if kinds is None:
        met = Kinds()
        met.meet(rows)
        kinds = met.types()
    columns = {name: _column([row.get(name) for row in rows], kind) for name, kind in kinds.items()}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(rows)))


class Kinds:
    """What stands in columns, of rows that come one after the other."""

    def __init__(self) -> None:
        self._found: dict[str, set[type]] = {}

    def meet(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Look at rows."""
        found = self._found
        for row in rows:
            for name, value in row.items():
                if name not in found:
                    found[name] = set()
                if value is not None:
                    found[name].add(type(value))

    def types(self) -> dict[str, str]:
        """Return the type of each column by name, in the order in which they were met."""
        return {name: _type_of(kinds) for name, kinds in self._found.items()}


def _type_of(kinds: set[type]) -> str:
    if kinds == {bool}:
        return "boolean"
    if kinds == {int}:
        return "Int64"
    return "float64" if kinds <= {int, float} else "str"


def _column(values: list[Any], kind: str) -> pd.Series:
    if kind != "str":
        return pd.Series(values, dtype=kind)
    plain = (value is None or type(value) is str for value in values)
    words = [one if good else json.dumps(one) for one, good in zip(values, plain, strict=True)]
    return pd.Series(words, dtype="str")
