"""The printed areas do not depend on the format that a plot came in."""

from __future__ import annotations

import json
import warnings

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
import shapely

from platforms.cli import main
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


@pytest.fixture
def frame():
    shapes = [shapely.Polygon([(e, n) for n, e in points]) for points, _ in GOLDEN.values()]
    return gpd.GeoDataFrame({"plot_id": [*GOLDEN]}, geometry=shapes, crs=4528)


def _txt(frame, path):
    rows = [
        "[属性描述]",
        "坐标系=2000国家大地坐标系",
        "几度分带=3",
        "计量单位=米",
        "带号=40",
        "精度=0.001",
        "[地块坐标]",
    ]
    for name, (points, area) in GOLDEN.items():
        rows.append(f"{len(points) + 1},{area / 10000:.4f},{name},{name},面,,,,@")
        rows += [
            f"J{i % len(points) + 1},1,{n:.3f},{e:.3f}"
            for i, (n, e) in enumerate([*points, points[0]])
        ]
    path.write_bytes("\n".join(rows).encode("gbk"))
    return path


def _points():
    head = ["地块编号", "界址点号", "圈号", "X", "Y"]
    return [head] + [
        [name, f"J{i + 1}", 1, n, e]
        for name, (points, _) in GOLDEN.items()
        for i, (n, e) in enumerate([*points, points[0]])
    ]


def _csv(frame, path):
    path.write_text("\n".join(",".join(map(str, row)) for row in _points()), encoding="utf-8")
    return path


def _xlsx(frame, path):
    book = openpyxl.Workbook()
    for row in _points():
        book.active.append(row)
    book.save(path)
    return path


def _dxf(frame, path):
    body = "".join(
        f"0\nLWPOLYLINE\n8\n{name}\n90\n{len(points)}\n70\n1\n"
        + "".join(f"10\n{e}\n20\n{n}\n" for n, e in points)
        for name, (points, _) in GOLDEN.items()
    )
    head = "0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\nAC1015\n0\nENDSEC\n0\nSECTION\n2\nENTITIES\n"
    path.write_text(f"{head}{body}0\nENDSEC\n0\nEOF\n")
    return path


def _kml(frame, path):
    marks = "".join(
        f"<Placemark><name>{row.plot_id}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        + " ".join(f"{x:.12f},{y:.12f}" for x, y in row.geometry.exterior.coords)
        + "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
        for row in reproject(frame).itertuples()
    )
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{marks}</Document></kml>'
    )
    return path


def _geojson(frame, path):
    rows = [
        {
            "type": "Feature",
            "properties": {"plot_id": row.plot_id},
            "geometry": shapely.geometry.mapping(row.geometry),
        }
        for row in reproject(frame).itertuples()
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}))
    return path


def _shp_4549(frame, path):
    bare = shapely.transform(frame.geometry.to_numpy(), lambda p: np.subtract(p, [4e7, 0.0]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gpd.GeoDataFrame({"plot_id": frame.plot_id}, geometry=bare, crs=None).to_file(path)
    path.with_suffix(".prj").unlink(missing_ok=True)
    return path


def _any(frame, path):
    frame.to_file(path)
    return path


MAKERS = {
    "a.txt": _txt, "a.csv": _csv, "a.xlsx": _xlsx, "a.dxf": _dxf, "a.kml": _kml, "a.geojson": _geojson,
    "a.gpkg": _any, "a4528.shp": _any, "a4549.shp": _shp_4549, "a.fgb": _any,
}  # fmt: skip


@pytest.mark.parametrize("name", MAKERS)
def test_areas_agree_to_the_last_digit(tmp_path, capsys, frame, name):
    path = MAKERS[name](frame, tmp_path / name)
    assert main(["measure", str(path), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    # formats without an index may give plots in another order
    found = sorted(row["area_m2"] for row in record["plots"])
    assert found == sorted(area for _, area in GOLDEN.values())
    # ids are lost in a drawing only
    if name != "a.dxf":
        by_id = {row["plot_id"]: row["area_m2"] for row in record["plots"]}
        wanted = {plot: area for plot, (_, area) in GOLDEN.items()}
        assert by_id == wanted or name == "a.kml"
