"""One layer of a GeoPackage, with names and values as the format holds them.

The format has no list and no dict, and keeps some column names for itself.
"""

from __future__ import annotations

import contextlib
import math
import re
import shutil
import sqlite3
from collections.abc import Mapping
from typing import TYPE_CHECKING

from platforms.errors import OutputError
from platforms.geo.hidden_folder import HIDDEN

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

__all__ = ["add_layer", "driver_errors", "first_line", "refuse_unfinished", "storable"]

_ON_THE_WAY = re.compile(rf"[^\s'\"`]*{re.escape(HIDDEN)}[^/\\\s]*[/\\]")
_BUILT = re.compile(r"; Error occurred in .*")

# column names that the GeoPackage driver keeps for itself
_RESERVED = ("fid", "geom", "ogc_fid")
# an empty file, and two doubles of a point
_EMPTY_BYTES, _POINT_BYTES = 1 << 17, 16


def add_layer(
    name: str, frame: gpd.GeoDataFrame | pd.DataFrame, tmp: Path, description: str | None
) -> None:
    """Write one layer into a GeoPackage that may hold others.

    Parameters
    ----------
    name, description
        Of the layer.
    frame
        With geometry in any system, or a table.
    tmp
        The file; made where it is not there.

    Raises
    ------
    OutputError
        When the driver or the disk does not take it.
    """
    import geopandas as gpd
    import pyogrio

    plain = storable(frame)
    options: dict[str, object] = {"IDENTIFIER": name}
    if description:
        options["DESCRIPTION"] = description
    if isinstance(plain, gpd.GeoDataFrame):
        kinds = set(plain.geom_type.dropna())
        options["geometry_type"] = None if kinds else "Unknown"
        options["promote_to_multi"] = len(kinds) > 1
    try:
        pyogrio.write_dataframe(
            plain, tmp, layer=name, driver="GPKG", append=tmp.exists(), use_arrow=True, **options
        )
    except driver_errors() as error:
        raise _not_taken(name, plain, tmp, first_line(error)) from error


def refuse_unfinished(
    name: str, frame: gpd.GeoDataFrame | pd.DataFrame, tmp: Path
) -> None:  # fmt: skip
    """Refuse a layer that has no spatial index: the driver makes it last, and tells no fault.

    Parameters
    ----------
    name
        Of the layer.
    frame
        What was to be written.
    tmp
        The file, closed.

    Raises
    ------
    OutputError
        When the disk or the driver did not take all of it.
    """
    import geopandas as gpd

    if not isinstance(frame, gpd.GeoDataFrame):
        return
    with contextlib.closing(sqlite3.connect(tmp)) as database:
        known = "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?"
        [shape] = database.execute(known, (name,)).fetchone()
        index = f"rtree_{name}_{shape}_rowid".replace('"', '""')
        try:
            [found] = database.execute(f'SELECT count(*) FROM "{index}"').fetchone()  # noqa: S608 quoted
        except sqlite3.OperationalError as error:
            raise _not_taken(name, frame, tmp, str(error)) from error
    shapes = frame.geometry
    expected = int((~(shapes.isna() | shapes.is_empty)).sum())
    if found != expected:
        raise _not_taken(name, frame, tmp, f"{found} < {expected}")


def _not_taken(
    name: str, frame: gpd.GeoDataFrame | pd.DataFrame, tmp: Path, reason: str
) -> OutputError:  # fmt: skip
    """Return the error of a layer that was not taken: gdal hides errno; the disk itself knows."""
    full = shutil.disk_usage(tmp.parent).free < _least_bytes(frame)
    key = "write.disk_full" if full else "write.layer_failed"
    return OutputError(key, path=tmp.name, layer=name, reason=reason)


def driver_errors() -> tuple[type[Exception], ...]:
    """Return the errors with which a driver refuses to write."""
    from pyogrio import errors

    return (
        errors.DataSourceError,
        errors.DataLayerError,
        errors.FeatureError,
        errors.FieldError,
        errors.GeometryError,
    )


def _least_bytes(frame: gpd.GeoDataFrame | pd.DataFrame) -> int:
    """Return what a layer needs on the disk at least; a failed write has given its part back."""
    import geopandas as gpd
    import shapely

    points = 0
    if isinstance(frame, gpd.GeoDataFrame):
        points = int(shapely.get_num_coordinates(frame.geometry.to_numpy()).sum())
    texts = int(frame.memory_usage(deep=False).sum())
    return _EMPTY_BYTES + _POINT_BYTES * points + texts


def storable(frame: gpd.GeoDataFrame | pd.DataFrame) -> gpd.GeoDataFrame | pd.DataFrame:
    """Return a copy with names and values that a GeoPackage can keep.

    Parameters
    ----------
    frame
        Any frame; not changed.

    Returns
    -------
    frame
        Rows numbered anew. Columns called ``fid``, ``geom`` or ``ogc_fid``, and names that
        differ in case only, have a number behind them; categories are plain values, lists
        are joined with ``;``, dicts are JSON.
    """
    import geopandas as gpd
    import pandas as pd

    geometry = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
    taken = set(_RESERVED)
    names: dict[object, str] = {}
    for column in frame.columns:
        if column == geometry:
            continue
        names[column] = _free_name(str(column), taken)
        taken.add(names[column].casefold())
    out = frame.rename(columns=names).reset_index(drop=True)
    for column in names.values():
        values = out[column]
        if isinstance(values.dtype, pd.CategoricalDtype):
            out[column] = values.astype(values.cat.categories.dtype)
        elif values.dtype == object:
            out[column] = pd.array([_as_text(v) for v in values], dtype="str")
    return out


def _free_name(name: str, taken: set[str]) -> str:
    free, n = name, 0
    while free.casefold() in taken:
        n += 1
        free = f"{name}_{n}"
    return free


def _as_text(value: object) -> str | None:
    import pandas as pd

    if isinstance(value, (list, tuple, set, frozenset)):
        return ";".join(map(str, sorted(value) if isinstance(value, (set, frozenset)) else value))
    if isinstance(value, Mapping):
        import json

        return json.dumps(dict(value), ensure_ascii=False, sort_keys=True)
    missing = value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))
    return None if missing else str(value)


def first_line(error: BaseException) -> str:
    """Return the beginning of what an error of the system or of a driver says."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    lines = str(error).splitlines()
    if not lines:
        return type(error).__name__
    # where we were writing, and where the driver was built, is nobody's business
    return _BUILT.sub("", _ON_THE_WAY.sub("", lines[0]))[:200]
