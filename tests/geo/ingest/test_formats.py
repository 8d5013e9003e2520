"""One plot of known area through every format: same outline, same text, same codes."""

from __future__ import annotations

import datetime as dt
import math

import corpus
import geopandas as gpd
import openpyxl
import pytest
import shapely
from openpyxl.utils import datetime as excel
from shapely.geometry import box
from test_corpus import AREA

from platforms.errors import InputError
from platforms.geo import read, write
from platforms.geo.crs import reproject

EAST, NORTH = corpus.EAST, corpus.NORTH
SQUARE = box(EAST, NORTH, EAST + 100, NORTH + 100)


def _planar(plots: read.Plots) -> list[float]:
    return shapely.area(reproject(plots.frame, "EPSG:4528").geometry.to_numpy()).tolist()


def _frame() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"TBBH": ["甲1"], "QYMC": ["乐清电器厂"]}, geometry=[SQUARE], crs="EPSG:4528"
    )


def _to_4549(w):
    path = corpus.shp(
        w,
        _frame()
        .set_crs("EPSG:4549", allow_override=True)
        .translate(-4e7)
        .to_frame("geometry")
        .assign(TBBH=["甲1"], QYMC=["乐清电器厂"]),
    )
    path.with_suffix(".prj").unlink()
    return path


def _points(w):
    rows = "\n".join(f"甲1,乐清电器厂,J1,{NORTH + n},{EAST + e}" for n, e in corpus._CORNERS)
    return corpus.raw(w, "a.csv", f"地块编号,企业名称,点号,X,Y\n{rows}\n".encode("gbk"))


def _workbook(w):
    ring = ";".join(f"{NORTH + n} {EAST + e}" for n, e in corpus._CORNERS)
    rows = [["成果表"], ["地块编号", "企业名称", "坐标"], ["甲1", "乐清电器厂", ring]]
    return corpus.xlsx(w, ("成果", "visible", rows))


def _txt(w):
    frame = _frame().rename(columns={"TBBH": "plot_id"})
    return write.write_boundary_txt(frame, w / "a.txt")


def _parquet(w):
    _frame().to_parquet(w / "a.parquet")
    return w / "a.parquet"


def _geojson(w):
    _frame().to_crs("EPSG:4490").to_file(w / "a.geojson", COORDINATE_PRECISION=12)
    return w / "a.geojson"


FORMATS = {
    "shp 4528": lambda w: corpus.shp(w, _frame()),
    "shp 4549 without prj": _to_4549,
    "gpkg": lambda w: corpus.gpkg(w, _frame()),
    "geojson": _geojson,
    "geoparquet": _parquet,
    "csv points": _points,
    "xlsx list": _workbook,
    "txt": _txt,
    "dxf": lambda w: corpus.raw(w, "a.dxf", corpus.dxf(corpus.polyline(True))),
}


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_plot_from_every_format(name, tmp_path):
    plots = read.read_plots(FORMATS[name](tmp_path), workspace=AREA)
    assert _planar(plots) == [pytest.approx(10_000, abs=1e-4)]
    back = reproject(plots.frame, "EPSG:4528").geometry.iloc[0]
    assert shapely.hausdorff_distance(back, SQUARE) < 1e-5
    if name != "dxf":
        assert plots.frame["plot_id"].tolist() == ["甲1"]
    if name not in {"dxf", "txt"}:
        assert plots.frame["firm_name"].tolist() == ["乐清电器厂"]
    plane = {"shp 4549 without prj": "EPSG:4549"}.get(name, "EPSG:4528")
    assert plots.source.plane == plane


@pytest.mark.parametrize("page", ["", "ANSI_936"])
def test_layers_of_a_drawing_keep_their_names(page, tmp_path):
    data = corpus.dxf(corpus.polyline(True, layer="宗地界线"), page=page)
    plots = read.read_plots(corpus.raw(tmp_path, "a.dxf", data), workspace=AREA)
    assert plots.frame["Layer"].tolist() == ["宗地界线"]


def test_arcs_keep_their_area(tmp_path):
    bulge = 0.3
    angle = 4 * math.atan(bulge)
    radius = 50 / math.sin(angle / 2)
    segment = radius**2 / 2 * (angle - math.sin(angle))
    data = corpus.dxf(corpus.polyline(True, bulge=bulge))
    plots = read.read_plots(corpus.raw(tmp_path, "a.dxf", data), workspace=AREA)
    # the corners run clockwise, so the arcs bend inwards
    assert _planar(plots) == [pytest.approx(10_000 - 4 * segment, rel=2e-5)]


def test_curves_of_a_geopackage_are_split_and_named(tmp_path):
    path = corpus.gpkg(tmp_path, _frame())
    x, y = EAST, NORTH
    wkt = f"CURVEPOLYGON(CIRCULARSTRING({x} {y},{x + 100} {y},{x} {y}))"
    _put_curve(path, wkt)
    plots = read.read_plots(path, workspace=AREA)
    assert plots.issues.by_kind()["curves_split"] == 1
    assert _planar(plots)[0] == pytest.approx(math.pi * 50**2, rel=1e-5)


def _put_curve(path, wkt: str) -> None:
    """Put a curve polygon in the place of the only shape."""
    import sqlite3
    import struct

    numbers = [
        float(v) for v in wkt.rsplit("(", maxsplit=1)[-1].rstrip(")").replace(",", " ").split()
    ]
    line = struct.pack("<BII6d", 1, 8, 3, *numbers)
    body = struct.pack("<BII", 1, 10, 1) + line
    database = sqlite3.connect(path)
    for (name,) in database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall():
        database.execute(f"DROP TRIGGER {name}")
    blob = b"GP\x00\x01" + struct.pack("<i", 4528) + body
    database.execute("UPDATE a SET geom = ?", (blob,))
    database.commit()
    database.close()


def test_codes_in_a_workbook_keep_their_zeros(tmp_path):
    path = corpus.xlsx(tmp_path, ("a", "visible", [corpus._HEAD, corpus._ROW]))
    frame = read.read_plots(path, workspace=AREA).frame
    assert frame["plot_id"].tolist() == ["007"]
    assert frame["declared_m2"].tolist() == [10_000]


def test_a_merged_header_and_its_dates(tmp_path):
    plots = read.read_plots(corpus.merged(tmp_path), workspace=AREA)
    frame = plots.frame
    assert frame["plot_id"].tolist() == ["007", "008", "009"]
    assert frame["supply_date"].tolist() == ["2024-03-01", "2024-03-02", "2024-03-03"]
    assert frame["用地面积_自有(亩)"].tolist() == ["15", "15亩", "15"]
    assert plots.rows == {"in": 3, "good": 3, "set_aside": 0}
    told = [i.values["line"] for i in plots.issues if i.kind in {"row_total", "row_remark"}]
    assert told == [8, 9, 10]


@pytest.mark.parametrize("epoch", ["1900", "1904"])
def test_dates_of_both_calendars(epoch, tmp_path):
    rows = [[*corpus._HEAD, "供地日期"], [*corpus._ROW, dt.date(2024, 2, 29)]]
    path = corpus.xlsx(tmp_path, ("a", "visible", rows))
    book = openpyxl.load_workbook(path)
    book.epoch = {"1900": excel.WINDOWS_EPOCH, "1904": excel.MAC_EPOCH}[epoch]
    book.save(path)
    frame = read.read_plots(path, workspace=AREA).frame
    assert frame["supply_date"].tolist() == ["2024-02-29"]


def test_uneven_rows_are_named_with_their_line(tmp_path):
    wkt = f'"{SQUARE.wkt}"'
    text = f'title,,\nWKT,编号,备注\n{wkt},1,"two\nlines"\n{wkt},2\n{wkt},3,x,y\n'
    plots = read.read_plots(corpus.raw(tmp_path, "a.csv", text), workspace=AREA)
    found = [i for i in plots.issues if "line" in i.values]
    told = {i.kind: (i.severity, i.feature, i.values["line"]) for i in found}
    assert told["row_short"] == ("warning", "2", 5)
    assert told["row_long"] == ("error", "3", 6)
    assert plots.frame["备注"].isna().tolist() == [False, True]
    assert plots.rows == {"in": 3, "good": 2, "set_aside": 1}


def test_columns_of_one_name_are_all_kept(tmp_path):
    text = f'编号,备注,备注,WKT\n1,a,b,"{SQUARE.wkt}"\n'
    frame = read.read_plots(corpus.raw(tmp_path, "a.csv", text), workspace=AREA).frame
    assert frame[["备注", "备注_2"]].to_numpy().tolist() == [["a", "b"]]


def test_rows_of_flatgeobuf_keep_their_attributes(tmp_path):
    path = next(c for c in corpus.CASES if c.name.startswith("F01")).make(tmp_path)
    frame = read.read_plots(path, workspace=AREA).frame.set_index("plot_id")
    flat = reproject(frame, "EPSG:4528")
    west = flat.bounds["minx"]
    assert west["地块1"] == pytest.approx(EAST)
    assert west["地块2"] == pytest.approx(EAST + 200)


def test_a_layer_without_a_name_is_shown_by_the_name_of_the_file(tmp_path):
    ring = " ".join(f"{x},{y}" for x, y in box(121, 28, 121.001, 28.001).exterior.coords)
    place = (
        "<Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        f"{ring}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
    )
    path = tmp_path / "两层.kml"
    path.write_text(
        f"<kml><Document>{place}<Folder><name>f</name>{place}</Folder></Document></kml>"
    )
    with pytest.raises(InputError) as told:
        read.read_plots(path)
    assert told.value.fields["layers"] == ["两层", "f"]
    assert read.read_plots(path, layer="两层").source.layer == "两层"
