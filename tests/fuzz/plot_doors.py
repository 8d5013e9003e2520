"""Readers of plots and rasters, with small valid files for them."""

from __future__ import annotations

import io
import json
import sqlite3
import warnings
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq
import pyogrio
import pyproj
import shapely
from door import Door, Seen, print_of, same_book
from mutants import packed

import platforms as ip
from golden_plots import golden_file
from platforms.issues import IssueTable
from raster_files import write_raster

# a box in the place of 乐清
AREA = SimpleNamespace(
    plane=pyproj.CRS.from_epsg(4528),
    county=shapely.box(120.7, 27.9, 121.3, 28.6),
    plan=SimpleNamespace(crs=pyproj.CRS.from_epsg(4528)),
)
DOORS: dict[str, Door] = {}


def _door(name: str, file: str, seeds, read, **more) -> None:
    DOORS[name] = Door(name, file, seeds, read, **more)


def _plots(path: Path) -> Seen:
    plots = ip.read_plots(path, workspace=AREA)
    return Seen(print_of(plots.frame), plots.issues, dict(plots.rows))


def _unzipped(data: bytes, end: str) -> bytes | None:
    with zipfile.ZipFile(io.BytesIO(data)) as packed_file:
        found = [n for n in packed_file.namelist() if n.lower().endswith(end)]
        return packed_file.read(found[0]) if len(found) == 1 else None


def _shp_rows(data: bytes) -> int | None:
    shx = _unzipped(data, ".shx")
    return None if shx is None else (len(shx) - 100) // 8


def _gpkg_rows(data: bytes) -> int | None:
    with closing(sqlite3.connect(":memory:")) as base:
        base.deserialize(data)
        names = base.execute("SELECT table_name FROM gpkg_contents").fetchall()
        if len(names) != 1:
            return None
        return int(base.execute(f'SELECT count(*) FROM "{names[0][0]}"').fetchone()[0])


def _json_rows(data: bytes) -> int | None:
    tree = json.loads(data)
    return len(tree["features"]) if tree.get("type") == "FeatureCollection" else None


def _kml_rows(data: bytes) -> int | None:
    # a placemark holds no other one; only folders do
    waiting, found = [ET.fromstring(data)], 0  # noqa: S314 our own file
    while waiting:
        for one in waiting.pop():
            kind = one.tag.rpartition("}")[2]
            found += kind == "Placemark"
            waiting += [one] if kind in {"Document", "Folder"} else []
    return found


def _frame() -> gpd.GeoDataFrame:
    shapes = [shapely.box(x, 3121000, x + 100, 3121100) for x in range(40598000, 40598800, 200)]
    data = {
        "plot_id": list("ABCD"),
        "name": ["柳市", "北白象", "", "虹桥"],
        "tax": [1.5, 2, 3, None],
    }
    return gpd.GeoDataFrame(data, geometry=shapes, crs=4528)


def _golden(name: str) -> Callable[[Path], list[bytes]]:
    return lambda folder: [golden_file(folder, name).read_bytes()]


def _written(name: str, **options) -> Callable[[Path], list[bytes]]:
    def make(folder: Path) -> list[bytes]:
        path = folder / name
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pyogrio.write_dataframe(_frame(), path, **options)
        return [path.read_bytes()]

    return make


def _shapefile(folder: Path) -> list[bytes]:
    _written("a.shp", encoding="GBK")(folder)
    return [packed({p.name: p.read_bytes() for p in sorted(folder.glob("a.*"))})]


def _gdb(folder: Path) -> list[bytes]:
    path = folder / "a.gdb"
    pyogrio.write_dataframe(_frame(), path, layer="DK", driver="OpenFileGDB")
    return [packed({f"a.gdb/{p.name}": p.read_bytes() for p in sorted(path.iterdir())})]


def _parquet(folder: Path) -> list[bytes]:
    _frame().to_parquet(folder / "a.parquet")
    return [(folder / "a.parquet").read_bytes()]


def _kmz(folder: Path) -> list[bytes]:
    return [packed({"doc.kml": golden_file(folder, "a.kml").read_bytes()})]


def _book(folder: Path) -> list[bytes]:
    return [same_book(golden_file(folder, "a.xlsx"))]


_door("shapefile", "a.zip", _shapefile, _plots, stated=_shp_rows, weight=2)
_door("geojson", "a.geojson", _golden("a.geojson"), _plots, stated=_json_rows, weight=2)
_door("geopackage", "a.gpkg", _written("a.gpkg", layer="a"), _plots, stated=_gpkg_rows, weight=2)
_door("kml", "a.kml", _golden("a.kml"), _plots, stated=_kml_rows)
_door("kmz", "a.kmz", _kmz, _plots)
_door("dxf", "a.dxf", _golden("a.dxf"), _plots)
_door("filegdb", "a.zip", _gdb, _plots)
_door("flatgeobuf", "a.fgb", _written("a.fgb"), _plots)
_door("geoparquet", "a.parquet", _parquet, _plots,
      stated=lambda data: pq.read_metadata(io.BytesIO(data)).num_rows)  # fmt: skip
_door("points_csv", "a.csv", _golden("a.csv"), _plots)
_door("points_xlsx", "a.xlsx", _book, _plots)
_door("boundary_txt", "a.txt", _golden("a.txt"), _plots, weight=2)


def _raster(path: Path) -> Seen:
    raster = ip.open_raster(path, crs=None if path.suffix == ".tif" else 4528)
    issues = IssueTable()
    square = shapely.box(40_595_010, 3_120_910, 40_595_060, 3_120_960)
    areas = gpd.GeoDataFrame({"plot_id": ["A"]}, geometry=[square], crs=4528)
    shares = ip.coverage_shares(raster, areas, AREA.plane, issues=issues)
    return Seen(print_of(shares), issues)


def _tif(folder: Path) -> list[bytes]:
    cells = (np.arange(100).reshape(10, 10) % 3).astype("uint8")
    made = [write_raster(folder / "a.tif", cells, nodata=255)]
    made.append(write_raster(folder / "b.tif", cells.astype("float32"), compress="deflate"))
    return [path.read_bytes() for path in made]


def _asc(folder: Path) -> list[bytes]:
    head = "ncols 4\nnrows 4\nxllcorner 40595000\nyllcorner 3120900\ncellsize 25\nNODATA_value -9\n"
    return [(head + "1 2 3 4\n" * 4).encode()]


_door("geotiff", "a.tif", _tif, _raster)
_door("ascii_grid", "a.asc", _asc, _raster)
