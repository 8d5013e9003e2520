"""What is written is what is read again, in every format and to the last digit of the area."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely

from platforms.errors import OutputError
from platforms.geo.read import read_plots
from platforms.geo.writers.shapefile import FIELD_MAP, short_names
from platforms.issues import IssueTable
from platforms.outputs.plots_file import ENDINGS, write_plots
from platforms.planning.survey import survey

RINGS = {
    "A": [(3121000, 40598000), (3121000, 40598100), (3121100, 40598100), (3121100, 40598000)],
    "L": [
        (3120000.123, 40595000.456), (3120000.123, 40595180.456), (3120090.123, 40595180.456),
        (3120090.123, 40595080.456), (3120200.123, 40595080.456), (3120200.123, 40595000.456),
    ],
    "park": [(3119000, 40594000), (3119000, 40596000), (3121000, 40596000), (3121000, 40594000)],
    "thin": [(3118000, 40590000), (3119500, 40592500), (3119480, 40592512), (3117980, 40590012)],
}  # fmt: skip
OFFICIAL = {"A": 9997.63, "L": 24994.43, "park": 3999109.37, "thin": 67986.04}
FORMULA = '=cmd|"/c calc"!A1'
CODES = ["913303821234567890", "430102199001011234", "91330382MA2ABCDE0X", "000000000000000001"]


@pytest.fixture
def golden(yueqing):
    shapes = [shapely.Polygon([(e, n) for n, e in ring]) for ring in RINGS.values()]
    frame = gpd.GeoDataFrame(
        {
            "plot_id": list(RINGS),
            "name": ["甲地块", FORMULA, "@SUM(1)", "<b>丁</b>"],
            "credit_code": CODES,
            "declared_m2": [10000.0, np.nan, 4000000.5, 68000.0],
            "备注说明的一个很长的字段名": ["一", None, "三", "四"],
        },
        geometry=shapes,
        crs="EPSG:4528",
    )
    given = survey(frame, workspace=yueqing).frame
    return given.to_crs("EPSG:4490")


@pytest.mark.parametrize("ending", ENDINGS)
def test_written_plots_come_back(golden, tmp_path, yueqing, ending):
    path = write_plots(golden, tmp_path / f"地块{ending}")
    back = survey(read_plots(path, workspace=yueqing), workspace=yueqing).frame
    assert back["plot_id"].tolist() == list(RINGS)
    assert back["area_m2"].tolist() == list(OFFICIAL.values())
    # in a CSV, which has no kinds of cells, a mark keeps text from being taken as a formula
    assert back["name"].tolist() == golden["name"].tolist()
    if ending != ".txt":
        assert back["credit_code"].tolist() == CODES
        assert back["declared_m2"].isna().tolist() == [False, True, False, False]
        assert back["declared_m2"].dropna().tolist() == [10000.0, 4000000.5, 68000.0]


def _stated(path):
    lines = path.read_text("gb18030").splitlines()
    return [line.split(",")[1] for line in lines if line.endswith("@")]


def test_a_boundary_file_says_which_area_it_states(golden, tmp_path):
    issues = IssueTable()
    path = write_plots(golden, tmp_path / "p.txt", issues=issues)
    assert _stated(path) == ["1.0000", "2.5000", "400.0000", "6.8000"]
    (told,) = issues
    assert "平面面积" in told.message()
    official = IssueTable()
    write_plots(golden, path, stated="area_m2", issues=official, overwrite=True)
    assert _stated(path) == ["0.9998", "2.4994", "399.9109", "6.7986"]
    (told,) = official
    assert "椭球面积" in told.message()
    assert "official" in told.message("en")
    declared = IssueTable()
    write_plots(golden, path, stated="declared_m2", issues=declared, overwrite=True)
    assert _stated(path) == ["1.0000", "", "400.0001", "6.8000"]
    assert [issue.kind for issue in declared] == ["txt_area_stated", "txt_area_missing"]
    assert "1 宗地块没有证载面积" in list(declared)[1].message()
    # plots that were never measured state the area of their coordinates
    bare = IssueTable()
    write_plots(golden[["plot_id", "geometry"]], path, issues=bare, overwrite=True)
    assert _stated(path) == ["1.0000", "2.5000", "400.0000", "6.8000"]
    assert "平面面积" in next(iter(bare)).message()


def test_a_boundary_file_written_from_a_boundary_file_is_the_same(tmp_path, yueqing):
    e, n = 40598000, 3121000
    ring = shapely.box(e, n, e + 100, n + 100)
    holes = [
        shapely.box(e + 20, n + 20, e + 40, n + 40),
        shapely.box(e + 60, n + 60, e + 80, n + 80),
    ]
    shape = shapely.MultiPolygon(
        [
            shapely.difference(ring, shapely.union_all(holes)),
            shapely.box(e + 200, n, e + 230, n + 40),
        ]
    )
    frame = gpd.GeoDataFrame(
        {"plot_id": ["甲", "乙"], "name": ["一", "二"], "land_use": ["工业用地", ""]},
        geometry=[shape, shapely.box(e + 300, n, e + 400.123, n + 100.457)],
        crs="EPSG:4528",
    )
    first = write_plots(survey(frame, workspace=yueqing).frame, tmp_path / "a.txt")
    lines = first.read_text("gb18030").splitlines()
    points = [line.split(",")[:2] for line in lines if line.startswith("J")]
    # points are numbered on through the rings of a plot, rings from 1, and anew in the next
    assert [p for p in points if p[1] == "2"] == [
        ["J5", "2"],
        ["J6", "2"],
        ["J7", "2"],
        ["J8", "2"],
        ["J5", "2"],
    ]
    assert sorted({p[1] for p in points}) == ["1", "2", "3", "4"]
    assert points[-5:] == [["J1", "1"], ["J2", "1"], ["J3", "1"], ["J4", "1"], ["J1", "1"]]
    back = survey(read_plots(first, workspace=yueqing), workspace=yueqing).frame
    assert write_plots(back, tmp_path / "b.txt").read_bytes() == first.read_bytes()


def test_a_shapefile_is_offered_in_its_zip(golden, tmp_path):
    with pytest.raises(OutputError) as refused:
        write_plots(golden, tmp_path / "p.shp")
    assert "p.zip" in str(refused.value)
    assert not list(tmp_path.iterdir())


def test_a_csv_holds_the_outline_and_names_one_that_a_spreadsheet_breaks(golden, tmp_path):
    issues = IssueTable()
    turns = np.linspace(0, 2 * np.pi, 3000)
    circle = shapely.Polygon(np.c_[121 + np.cos(turns) / 99, 28 + np.sin(turns) / 99])
    frame = golden.iloc[:2].set_geometry([circle, golden.geometry.iloc[1]])
    path = write_plots(frame, tmp_path / "p.csv", issues=issues)
    table = pd.read_csv(path, encoding="utf-8-sig")
    shape = shapely.from_wkt(table["WKT"][1].removeprefix("SRID=4490;"))
    assert shapely.equals_exact(shape, golden.geometry.iloc[1], tolerance=0)
    assert [issue.kind for issue in issues] == ["csv_outline_long"]


_NO_ROOM = """
import resource, sys
import geopandas as gpd
from platforms.errors import OutputError
from platforms.outputs.plots_file import write_plots
frame = gpd.read_file(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))
try:
    write_plots(frame, sys.argv[2], overwrite=True)
except OutputError as error:
    print(error.key)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on a file's size there")
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_that_finds_no_room_leaves_the_old_one(golden, tmp_path, ending):
    given = write_plots(golden, tmp_path / "given.gpkg")
    old = tmp_path / "out" / f"p{ending}"
    old.parent.mkdir()
    old.write_text("old")
    done = subprocess.run(
        [sys.executable, "-c", _NO_ROOM, str(given), str(old)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() in {"write.disk_full", "write.layer_failed"}
    assert "Traceback" not in done.stderr
    assert [path.name for path in old.parent.iterdir()] == [old.name]
    assert old.read_text() == "old"


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
@pytest.mark.parametrize("ending", [".zip", ".txt"])
def test_either_encoding_is_read_again(golden, tmp_path, yueqing, ending, encoding):
    path = write_plots(golden, tmp_path / f"p{ending}", encoding=encoding)
    assert read_plots(path, workspace=yueqing).frame["name"][0] == "甲地块"


def test_a_shapefile_maps_the_names_that_it_cut(golden, tmp_path):
    issues = IssueTable()
    path = write_plots(golden, tmp_path / "p.zip", issues=issues)
    with zipfile.ZipFile(path) as archive:
        assert {n.rpartition(".")[2] for n in archive.namelist()} >= {
            "shp",
            "shx",
            "dbf",
            "prj",
            "cpg",
            "csv",
        }
        rows = list(csv.DictReader(io.StringIO(archive.read(FIELD_MAP).decode("utf-8-sig"))))
    short = {row["name"]: row["field"] for row in rows}
    assert short["备注说明的一个很长的字段名"] == "备注说明的"
    assert short["credit_code"] == "credit_cod"
    assert max(len(name.encode("gbk")) for name in short.values()) <= 10
    assert [i.kind for i in issues] == ["shp_names_cut"]


def test_short_names_are_unique_and_those_that_fit_stay():
    names = ["统一社会信用代码", "统一社会信用名称", "统一社会信", "a" * 12, "A" * 13, "a" * 10]
    short = short_names(names)
    assert short["统一社会信"] == "统一社会信"
    assert short["a" * 10] == "a" * 10
    assert len({name.casefold() for name in short.values()}) == len(names)
    assert max(len(name.encode("gbk")) for name in short.values()) <= 10
    assert short_names(["统一社会信用代码"], "UTF-8") == {"统一社会信用代码": "统一社"}


def test_a_shapefile_tells_what_it_cannot_hold(golden, tmp_path, yueqing):
    issues = IssueTable()
    frame = golden.assign(name=["乐" * 200, "𠮷野", "a", None])
    path = write_plots(frame, tmp_path / "p.zip", issues=issues)
    back = read_plots(path, workspace=yueqing).frame["name"]
    assert back[0] == "乐" * 127
    assert back[1] == "?野"
    told = {(i.kind, i.field) for i in issues}
    assert told >= {("shp_text_cut", "name"), ("shp_text_lost", "name")}
    assert all(i.message() and i.action() and i.message("en") for i in issues)


@pytest.mark.parametrize("value", [1e22, -1e22, 1e-9, 123456789.0123456])
def test_a_shapefile_holds_a_number_as_it_is_or_refuses_it(golden, tmp_path, value):
    path = write_plots(golden.assign(extra=[value, 0.0, np.nan, 1.0]), tmp_path / "p.zip")
    back = gpd.read_file(path)["extra"]
    assert back[0] == pytest.approx(value, rel=1e-15, abs=1e-14)
    assert np.isnan(back[2])


@pytest.mark.parametrize("value", [1e23, -1e30, 1e300, np.inf])
def test_a_number_that_would_arrive_as_another_is_refused(golden, tmp_path, value):
    # the driver wrote 1e23 for 1e300, and warned nobody who would have seen it
    with pytest.raises(OutputError) as caught:
        write_plots(golden.assign(extra=[1.0, value, np.nan, 1.0]), tmp_path / "p.zip")
    assert caught.value.key == "write.number_large"
    assert f"{value:g} in extra" in caught.value.message("en")
    assert list(tmp_path.iterdir()) == []


def test_excel_keeps_text_as_text(golden, tmp_path):
    path = write_plots(golden, tmp_path / "p.xlsx")
    sheet = openpyxl.load_workbook(path).active
    heads = [cell.value for cell in sheet[1]]
    assert sheet.cell(3, heads.index("name") + 1).value == FORMULA
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert sheet.cell(2, heads.index("credit_code") + 1).value == CODES[0]
    assert sheet.cell(2, heads.index("area_m2") + 1).value == 9997.63


def test_excel_names_an_outline_that_no_cell_holds(golden, tmp_path):
    issues = IssueTable()
    turns = np.linspace(0, 2 * np.pi, 3000)
    circle = shapely.Polygon(np.c_[121 + np.cos(turns) / 99, 28 + np.sin(turns) / 99])
    frame = golden.iloc[:2].set_geometry([circle, golden.geometry.iloc[1]])
    write_plots(frame, tmp_path / "p.xlsx", issues=issues)
    assert [(i.kind, i.feature) for i in issues] == [("xlsx_outline_long", "A")]


def test_geojson_states_its_system_and_keeps_all_digits(golden, tmp_path):
    path = write_plots(golden, tmp_path / "p.geojson")
    tree = json.loads(path.read_text(encoding="utf-8"))
    assert tree["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::4490"
    read = shapely.geometry.shape(tree["features"][1]["geometry"])
    assert shapely.equals_exact(read, golden.geometry.iloc[1], tolerance=0)


def test_parquet_and_geopackage_keep_every_value(golden, tmp_path):
    for ending, read in ((".parquet", gpd.read_parquet), (".gpkg", gpd.read_file)):
        back = read(write_plots(golden, tmp_path / f"p{ending}"))
        pd.testing.assert_frame_equal(
            pd.DataFrame(back.drop(columns="geometry")),
            pd.DataFrame(golden.drop(columns="geometry")),
            check_dtype=False,
        )


@pytest.mark.parametrize("ending", [".zip", ".xlsx", ".txt", ".geojson", ".csv"])
def test_same_plots_same_bytes_and_nothing_is_replaced_unasked(golden, tmp_path, ending):
    one = write_plots(golden, tmp_path / "a" / f"p{ending}")
    two = write_plots(golden, tmp_path / "b" / f"p{ending}")
    if ending != ".xlsx":
        assert one.read_bytes() == two.read_bytes()
    with pytest.raises(OutputError):
        write_plots(golden, one)
    write_plots(golden, one, overwrite=True)


def test_csv_cells_are_no_formulas(golden, tmp_path):
    path = write_plots(golden, tmp_path / "p.csv")
    assert pd.read_csv(path)["name"].tolist()[1] == f"'{FORMULA}"


def test_another_ending_is_refused_by_name(golden, tmp_path):
    with pytest.raises(OutputError, match="docx"):
        write_plots(golden, tmp_path / "p.docx")
