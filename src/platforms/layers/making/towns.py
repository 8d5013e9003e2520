"""Town areas of a county: official ones from a file, or derived from the towns' seats.

A derived area is the part of the county that lies nearest to a seat: 示意, no limit. How far
its borders may be off is said with it. 乐清's derived areas were compared with its true ones and
31 % of the land lay in the wrong town; the same share is taken wherever nothing better is known.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from platforms.errors import InputError
from platforms.geo.crs import CGCS2000
from platforms.geo.read import inspect
from platforms.layers.making.codes import town_code
from platforms.layers.making.naming import has_chinese, name_columns

__all__ = ["TOWN_COLUMNS", "derive_towns", "read_towns"]

TOWN_COLUMNS = (
    "town_id", "name", "kind", "seat_lon", "seat_lat", "seat_accuracy_m", "basis", "accuracy_m",
    "source", "geometry",
)  # fmt: skip
_KINDS = ("街道", "镇", "乡")
# share of the land that nearest seat puts into the wrong town, as found for 乐清
_WRONG_SHARE = 0.31
_ROUND_M = 100
_DIGITS = 6
_DERIVED = "距驻地最近的部分（示意），由县域界线和驻地推算"
# a town with less of its land than this in the county is none of its towns
_INSIDE = 0.5


def derive_towns(seats: pd.DataFrame, county: BaseGeometry, plane: CRS) -> gpd.GeoDataFrame:
    """Divide a county among the seats of its towns: to each what lies nearest.

    Parameters
    ----------
    seats
        ``town_id``, ``name``, ``lon``, ``lat`` (degrees, EPSG:4490), ``accuracy_m`` (metres,
        NaN where unknown).
    county
        Outline, EPSG:4490.
    plane
        Survey plane, in which distances are measured.

    Returns
    -------
    towns
        ``TOWN_COLUMNS`` in the order of the seats, EPSG:4490. Together they are the county.
        ``accuracy_m`` is the mean width of the strip along inner limits that holds the wrong 31 %
        of the county, joined with the accuracy of the seat; one town alone has none.
    """
    points = gpd.GeoSeries(gpd.points_from_xy(seats["lon"], seats["lat"]), crs=CGCS2000)
    laid = points.to_crs(plane).to_numpy()
    whole = shapely.union_all(gpd.GeoSeries([county], crs=CGCS2000).to_crs(plane).to_numpy())
    areas = shapely.intersection(_nearest(laid, whole), whole)
    # what only touches is no land
    areas = np.array([_polygonal(area) for area in areas], dtype=object)
    placed = gpd.GeoSeries(areas, crs=plane).to_crs(CGCS2000).to_numpy()
    shapes = shapely.transform(placed, lambda at: np.round(at, _DIGITS))
    frame = pd.DataFrame(
        {
            "town_id": seats["town_id"].astype(str).to_numpy(),
            "name": seats["name"].astype(str).to_numpy(),
            "kind": [_kind(name) for name in seats["name"]],
            "seat_lon": seats["lon"].to_numpy(),
            "seat_lat": seats["lat"].to_numpy(),
            "seat_accuracy_m": seats["accuracy_m"].to_numpy(dtype=np.float64),
            "basis": "derived",
            "accuracy_m": _accuracy(areas, whole, seats["accuracy_m"].to_numpy(dtype=np.float64)),
            "source": _DERIVED,
        }
    )
    return gpd.GeoDataFrame(frame, geometry=shapely.make_valid(shapes), crs=CGCS2000)


def _nearest(points: NDArray[np.object_], whole: BaseGeometry) -> NDArray[np.object_]:
    """Return the cell of each point, in the order of the points."""
    if len(points) == 1:
        return np.array([shapely.envelope(whole)], dtype=object)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(points), extend_to=shapely.envelope(whole))
    )
    tree = shapely.STRtree(cells)
    which, cell = tree.query(points, predicate="intersects")
    # a point lies in its own cell; of cells that touch there the first is taken
    first = pd.Series(cell, index=which).groupby(level=0).first()
    found: NDArray[np.object_] = cells[first.reindex(range(len(points))).to_numpy(dtype=np.intp)]
    return found


def _polygonal(area: BaseGeometry) -> BaseGeometry:
    parts = shapely.get_parts(area)
    kept = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    found: BaseGeometry = kept[0] if len(kept) == 1 else shapely.multipolygons(kept)
    return found


def _accuracy(
    areas: NDArray[np.object_], whole: BaseGeometry, seats: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how far the limits may be off, metres, to the next hundred."""
    rim = shapely.buffer(shapely.boundary(whole), 1.0)
    # each limit lies between two towns
    inner = shapely.length(shapely.difference(shapely.boundary(areas), rim)).sum() / 2
    if not inner:
        return np.full(len(areas), np.nan)
    joined = np.hypot(_WRONG_SHARE * shapely.area(whole) / inner, np.nan_to_num(seats))
    return np.asarray(np.ceil(joined / _ROUND_M) * _ROUND_M, dtype=np.float64)


def _kind(name: object) -> str | None:
    return next((kind for kind in _KINDS if str(name).endswith(kind)), None)


def read_towns(
    path: str | Path, county: BaseGeometry, code: str, *, crs: str | None = None
) -> gpd.GeoDataFrame:
    """Read official town areas.

    Parameters
    ----------
    path
        A file of any format that plots are read from, with a name for each area.
    county
        Outline, EPSG:4490.
    code
        Administrative code of the county.
    crs
        Coordinate system where the file states none.

    Returns
    -------
    towns
        ``TOWN_COLUMNS``, EPSG:4490: the areas that lie in the county, basis ``declared``.

    Raises
    ------
    InputError
        When the file has no names, two areas of one name, or none in the county.
    """
    read = inspect(path, crs=crs)
    frame, file = read.frame, read.source.name
    columns = {str(name): frame[name] for name in frame.columns if name != frame.geometry.name}
    named = name_columns(columns)
    if not named:
        raise InputError("city.towns_unnamed", file=file, columns=sorted(columns))
    shapes = shapely.force_2d(shapely.make_valid(frame.geometry.to_numpy()))
    shares = shapely.area(shapely.intersection(shapes, county)) / shapely.area(shapes)
    kept = frame[shares >= _INSIDE]
    if kept.empty:
        raise InputError("city.towns_elsewhere", file=file, count=len(frame))
    # the county's own name may stand in a column too: a town's differ from row to row
    names = max((kept[name] for name in named), key=lambda values: int(values.nunique()))
    names = names.map(lambda name: str(name).strip() if has_chinese(name) else None)
    for row in np.flatnonzero(names.isna() | names.duplicated()):
        key = "city.town_unnamed" if names.isna().iloc[row] else "city.town_twice"
        raise InputError(key, file=file, row=int(kept.index[row]) + 1, name=names.iloc[row])
    return gpd.GeoDataFrame(
        {
            "town_id": _ids(columns, kept.index, code),
            "name": names.to_numpy(),
            "kind": [_kind(name) for name in names],
            "seat_lon": np.nan,
            "seat_lat": np.nan,
            "seat_accuracy_m": np.nan,
            "basis": "declared",
            "accuracy_m": np.nan,
            "source": file,
        },
        geometry=[_polygonal(shape) for shape in shapes[shares >= _INSIDE]],
        crs=CGCS2000,
    )


def _ids(columns: dict[str, pd.Series], rows: pd.Index[int], code: str) -> list[str]:
    """Return the codes of towns where a column has them all, else numbers behind the county's."""
    for values in columns.values():
        found = values.loc[rows].map(town_code)
        if found.notna().all() and found.is_unique and found.str.startswith(code[:4]).all():
            return [str(one) for one in found]
    return [f"{code}-{number:03d}" for number in range(1, len(rows) + 1)]
