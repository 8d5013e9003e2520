"""The boundary of a county and of those around it, from whatever file holds it.

A file is read through the one door. One that holds many counties gives the county by its code,
or by its name where it has no codes, and the counties around it as neighbours. What the file
says of its own exactness is kept; what it does not say stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from platforms.errors import InputError, WorkspaceError
from platforms.geo.crs import CGCS2000
from platforms.geo.read import inspect
from platforms.layers.cards import Card, read_card
from platforms.layers.cities import known_workspaces
from platforms.layers.making.codes import county_code, holds
from platforms.layers.making.naming import has_chinese, name_columns, same_name

__all__ = ["UNIT_COLUMNS", "Boundary", "Units", "find_boundary", "read_units"]

UNIT_COLUMNS = ("adcode", "name", "basis", "accuracy_m", "geometry")
_BASES = ("real", "declared", "surveyed", "drawn", "sample")
# counties this far from the box of the county are its neighbours, degrees
_AROUND_DEG = 0.6
_MOST_AROUND = 60
_SHOWN = 8
# an outline that shares less than this with the county's known one is another county's
_SAME_SHARE = 0.5
_DIGITS = 7


@dataclass(frozen=True)
class Units:
    """Outlines of a file, county by county where it tells them apart.

    Attributes
    ----------
    frame
        ``adcode`` (None where the file has no code), ``name`` (None likewise), ``basis``,
        ``accuracy_m`` (metres, NaN where unknown) and ``geometry``, EPSG:4490.
    file
        What it is called.
    source, date, licence
        Of its card, where it has one beside it.
    """

    frame: gpd.GeoDataFrame
    file: str
    source: str | None = None
    date: str | None = None
    licence: str | None = None


@dataclass(frozen=True)
class Boundary:
    """A county among its neighbours.

    Attributes
    ----------
    county, neighbours
        ``UNIT_COLUMNS``, EPSG:4490; a prefecture has one row for each of its counties.
    name
        What the file calls the county; None where it does not say.
    units
        Where they come from.
    checked
        Whether the file's own code or name says that it is this county.
    """

    county: gpd.GeoDataFrame
    neighbours: gpd.GeoDataFrame
    name: str | None
    units: Units
    checked: bool = True


def read_units(path: str | Path, *, crs: str | None = None, layer: str | None = None) -> Units:
    """Read outlines from a file, or from a workspace that ships.

    Parameters
    ----------
    path
        A file of any format that plots are read from, or the name of a known workspace.
    crs
        Coordinate system where the file states none, ``gcj02`` for one of a web map.
    layer
        Layer, or data set of a zip, where there are several.

    Raises
    ------
    InputError
        When the file cannot be read, or holds no polygon.
    """
    known = known_workspaces()
    if str(path) in known and not Path(path).exists():
        geo = known[str(path)][0]
        parts = [read_units(file) for file in _shipped(geo)]
        if not parts:
            raise InputError("city.no_boundary_there", workspace=str(path))
        frame = pd.concat([part.frame for part in parts], ignore_index=True)
        return replace(parts[0], frame=frame, file=str(path))
    read = inspect(path, crs=crs, layer=layer)
    frame = _units(read.frame)
    card = _card_beside(Path(path))
    if card is None:
        return Units(frame, read.source.name)
    return Units(frame, read.source.name, card.source, card.date, card.licence)


def _shipped(geo: Path) -> list[Path]:
    names = ("county.geojson", "neighbours.geojson")
    return [geo / name for name in names if (geo / name).is_file()]


def _card_beside(path: Path) -> Card | None:
    """Return the card of a file that comes out of a workspace."""
    card = path.with_suffix(".yaml")
    if not card.is_file():
        return None
    try:
        found = read_card(card)
    except WorkspaceError:
        return None
    return found if found.file == path.name else None


def _units(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Find code and name in a file's own columns, whatever they are called."""
    geometry = shapely.force_2d(shapely.make_valid(frame.geometry.to_numpy()))
    columns = {str(name): frame[name] for name in frame.columns if name != frame.geometry.name}
    coded = {name: values.map(county_code) for name, values in columns.items()}
    best = max(coded, key=lambda name: int(coded[name].notna().sum()), default=None)
    codes = coded[best] if best is not None else pd.Series(None, index=frame.index, dtype=object)
    named = name_columns(columns)
    names = columns[named[0]] if named else pd.Series(None, index=frame.index, dtype=object)
    basis = columns.get("basis", pd.Series(None, index=frame.index, dtype=object))
    exact = columns.get("accuracy_m", pd.Series(np.nan, index=frame.index))
    return gpd.GeoDataFrame(
        {
            "adcode": codes.astype(object).where(codes.notna(), None).to_numpy(),
            "name": [str(n).strip() if has_chinese(n) else None for n in names],
            "basis": [str(b) if str(b) in _BASES else "declared" for b in basis],
            "accuracy_m": pd.to_numeric(exact, errors="coerce").astype("float64").to_numpy(),
        },
        geometry=[_polygons(shape) for shape in geometry],
        crs=CGCS2000,
    )


def _polygons(shape: BaseGeometry) -> BaseGeometry:
    """Return the polygons of a shape, with digits that a boundary can bear."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    kept = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    whole = kept[0] if len(kept) == 1 else shapely.multipolygons(kept)
    rounded: BaseGeometry = shapely.transform(whole, lambda at: np.round(at, _DIGITS))
    return rounded if rounded.is_valid else rounded.buffer(0)


def find_boundary(
    units: Units, code: str, *, name: str | None = None, others: Iterable[Units] = ()
) -> Boundary:
    """Find a county in a file.

    Parameters
    ----------
    units
        The outlines.
    code
        Administrative code of six digits; one that ends in 00 takes the counties of the
        prefecture.
    name
        What the user calls it.
    others
        Other outlines, to tell whether a nameless one is where the county is.

    Raises
    ------
    InputError
        When it is not there, the file calls it otherwise, or it lies elsewhere.
    """
    frame = units.frame
    coded = frame["adcode"].notna().any()
    mine = frame["adcode"].map(lambda other: other is not None and holds(code, str(other)))
    if not mine.any() and not coded and name:
        mine = frame["name"].map(lambda other: other is not None and same_name(other, name))
    checked = bool(mine.any())
    if not checked and len(frame) == 1 and not coded and frame["name"].isna().all():
        mine = pd.Series([True], index=frame.index)
    if not mine.any():
        raise InputError(
            "city.not_in_file", file=units.file, code=code, name=name or "–", found=_listed(frame)
        )
    county = frame[mine].copy()
    own = _own_name(county)
    if name and own and not same_name(own, name):
        raise InputError("city.other_name", file=units.file, code=code, own=own, name=name)
    if not checked:
        _refuse_elsewhere(county, units.file, code, others)
    county["adcode"] = [found or code for found in county["adcode"]]
    county["name"] = [found or name or code for found in county["name"]]
    return Boundary(_columns(county), _around(frame, county, code), own, units, checked)


def _own_name(county: gpd.GeoDataFrame) -> str | None:
    names = county["name"].dropna().unique()
    # the counties of a prefecture have names of their own
    return str(names[0]) if len(county) == 1 and len(names) == 1 else None


def _listed(frame: gpd.GeoDataFrame) -> list[str]:
    rows = frame[["adcode", "name"]].itertuples(index=False)
    told = [" ".join(str(v) for v in (row.adcode, row.name) if v is not None) for row in rows]
    shown = [text for text in told if text]
    return [*shown[:_SHOWN], "…"] if len(shown) > _SHOWN else shown or ["–"]


def _refuse_elsewhere(
    county: gpd.GeoDataFrame, file: str, code: str, others: Iterable[Units]
) -> None:
    """Refuse a nameless outline that is not where the county is known to be."""
    for known in others:
        rows = known.frame[known.frame["adcode"].eq(code)]
        if rows.empty:
            continue
        there = shapely.union_all(rows.geometry.to_numpy())
        here = shapely.union_all(county.geometry.to_numpy())
        shared = shapely.area(shapely.intersection(there, here))
        if shared < _SAME_SHARE * min(shapely.area(there), shapely.area(here)):
            raise InputError("city.elsewhere", file=file, code=code, name=rows["name"].iloc[0])
        return


def _around(frame: gpd.GeoDataFrame, county: gpd.GeoDataFrame, code: str) -> gpd.GeoDataFrame:
    """Return the counties around, nearest first; no prefecture, whose counties are there."""
    codes = frame["adcode"]
    rest = frame[
        codes.notna()
        & ~codes.map(lambda other: other is not None and holds(code, str(other)))
        & ~codes.astype(str).str.endswith("00")
        & ~codes.duplicated()
    ]
    west, south, east, north = county.total_bounds
    box = shapely.box(west, south, east, north)
    away = shapely.distance(rest.geometry.to_numpy(), box)
    near = rest[away <= _AROUND_DEG]
    order = np.argsort(away[away <= _AROUND_DEG], kind="stable")[:_MOST_AROUND]
    kept = near.iloc[np.sort(order)].copy()
    kept["name"] = [
        name or adcode for name, adcode in zip(kept["name"], kept["adcode"], strict=True)
    ]
    return _columns(kept)


def _columns(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.loc[:, list(UNIT_COLUMNS)].reset_index(drop=True)
