"""Four plots with known official areas, in each format that offices hand on."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import shapely

from platforms.geo.crs import reproject

# (northing, easting) in EPSG:4528 and the area as printed
GOLDEN = {
    "A": (
        [(3121000, 40598000), (3121000, 40598100), (3121100, 40598100), (3121100, 40598000)],
        9997.63,
    ),
    "L": (
        [
            (3120000.123, 40595000.456),
            (3120000.123, 40595180.456),
            (3120090.123, 40595180.456),
            (3120090.123, 40595080.456),
            (3120200.123, 40595080.456),
            (3120200.123, 40595000.456),
        ],
        24994.43,
    ),
    "park": (
        [(3119000, 40594000), (3119000, 40596000), (3121000, 40596000), (3121000, 40594000)],
        3999109.37,
    ),
    "thin": (
        [(3118000, 40590000), (3119500, 40592500), (3119480, 40592512), (3117980, 40590012)],
        67986.04,
    ),
}
PRINTED = {plot: area for plot, (_, area) in GOLDEN.items()}


def golden_file(folder: Path, name: str) -> Path:
    """Write the plots as one of ``FORMATS`` into a folder."""
    path = folder / name
    _MAKERS[name](path)
    return path


def _frame() -> gpd.GeoDataFrame:
    shapes = [shapely.Polygon([(e, n) for n, e in points]) for points, _ in GOLDEN.values()]
    return gpd.GeoDataFrame({"plot_id": [*GOLDEN]}, geometry=shapes, crs=4528)


def _rows() -> Iterator[list[object]]:
    """Give a row a point, the first point of each ring again at its end."""
    yield ["地块编号", "界址点号", "圈号", "X", "Y"]
    for plot, (points, _) in GOLDEN.items():
        for at, (n, e) in enumerate([*points, points[0]], start=1):
            yield [plot, f"J{at}", 1, n, e]


def _txt(path: Path) -> None:
    head = "[属性描述] 坐标系=2000国家大地坐标系 几度分带=3 计量单位=米 带号=40 精度=0.001"
    rows = [*head.split(), "[地块坐标]"]
    for name, (points, area) in GOLDEN.items():
        rows.append(f"{len(points) + 1},{area / 10000:.4f},{name},{name},面,,,,@")
        rows += [
            f"J{at % len(points) + 1},1,{n:.3f},{e:.3f}"
            for at, (n, e) in enumerate([*points, points[0]])
        ]
    path.write_bytes("\n".join(rows).encode("gb18030"))


def _csv(path: Path) -> None:
    path.write_text("\n".join(",".join(map(str, row)) for row in _rows()), encoding="utf-8")


def _xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    for row in _rows():
        book.active.append(row)
    book.save(path)


def _dxf(path: Path) -> None:
    body = "".join(
        f"0\nLWPOLYLINE\n8\n{name}\n90\n{len(points)}\n70\n1\n"
        + "".join(f"10\n{e}\n20\n{n}\n" for n, e in points)
        for name, (points, _) in GOLDEN.items()
    )
    head = "0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\nAC1015\n0\nENDSEC\n0\nSECTION\n2\nENTITIES\n"
    path.write_text(f"{head}{body}0\nENDSEC\n0\nEOF\n")


def _kml(path: Path) -> None:
    marks = "".join(
        f"<Placemark><name>{row.plot_id}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        + " ".join(f"{x:.12f},{y:.12f}" for x, y in row.geometry.exterior.coords)
        + "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
        for row in reproject(_frame()).itertuples()
    )
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document>{marks}</Document></kml>"
    )


def _geojson(path: Path) -> None:
    rows = [
        {
            "type": "Feature",
            "properties": {"plot_id": row.plot_id},
            "geometry": shapely.geometry.mapping(row.geometry),
        }
        for row in reproject(_frame()).itertuples()
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}))


def _any(path: Path) -> None:
    _frame().to_file(path)


def _bare_4549(path: Path) -> None:
    """Write a Shapefile in 4549 without the file that names the system."""
    frame = _frame()
    shapes = shapely.transform(frame.geometry.to_numpy(), lambda p: np.subtract(p, [4e7, 0.0]))
    gpd.GeoDataFrame({"plot_id": frame.plot_id}, geometry=shapes, crs=4549).to_file(path)
    path.with_suffix(".prj").unlink()


def _zipped(write: Callable[[Path], None]) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        write(path.with_suffix(".shp"))
        parts = [part for part in path.parent.glob(f"{path.stem}.*") if part != path]
        with zipfile.ZipFile(path, "w") as archive:
            for part in parts:
                archive.write(part, part.name)
        for part in parts:
            part.unlink()

    return make


_MAKERS: dict[str, Callable[[Path], None]] = {
    "a.txt": _txt, "a.csv": _csv, "a.xlsx": _xlsx, "a.dxf": _dxf, "a.kml": _kml,
    "a.geojson": _geojson, "a.gpkg": _any, "a.fgb": _any, "a4528.shp": _any,
    "a4549.shp": _bare_4549, "s4528.zip": _zipped(_any), "s4549.zip": _zipped(_bare_4549),
}  # fmt: skip
FORMATS = tuple(_MAKERS)
