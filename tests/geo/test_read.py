from __future__ import annotations

import ast
import hashlib
import io
import json
import re
import subprocess
import sys

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from platforms import messages
from platforms.errors import FormatError, InputError, LimitError
from platforms.geo import read
from platforms.geo.ingest import sandbox
from platforms.geo.ingest.limits import Limits
from platforms.geo.ingest.preflight import staged
from platforms.geo.ingest.sniff import KINDS

# the door itself: each worker starts as users start it
pytestmark = pytest.mark.usefixtures("cold_reading")

EAST, NORTH = 40598000.0, 3121000.0
CODE = 430102199001011235


def _frame(n: int = 3, **columns: object) -> gpd.GeoDataFrame:
    shapes = [box(EAST + 200 * i, NORTH, EAST + 200 * i + 100, NORTH + 100) for i in range(n)]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4528")


def _saved(tmp_path, name: str = "a.gpkg", **columns: object):
    frame = _frame(len(next(iter(columns.values()))), **columns)
    options = {"encoding": "GBK"} if name.endswith(".shp") else {}
    frame.to_file(tmp_path / name, **options)
    return tmp_path / name


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.shp"])
def test_codes_of_18_digits_keep_every_digit(tmp_path, name):
    codes = pd.array([CODE, None, CODE + 1], dtype="Int64")
    frame = read.read_plots(_saved(tmp_path, name, code=codes)).frame
    assert frame["code"].tolist() == [CODE, pd.NA, CODE + 1] or (
        frame["code"].tolist()[0::2] == [CODE, CODE + 1]
    )
    assert pd.isna(frame["code"][1])


def test_known_columns_get_our_names_types_and_units(tmp_path):
    path = _saved(
        tmp_path,
        地块编号=["甲1", "甲2"],
        企业名称=["一厂", "二厂"],
        统一社会信用代码=["SAMPLE000000000001", None],
        **{
            "用地面积（亩）": ["１５", "7.5亩"],
            "2021年税收(万元)": ["1,234.5", "无"],
            "规模": ["规上", "规下"],
            "是否高耗能": ["是", "否"],
            "2021年等级": ["A", "b类"],
            "供地日期": ["2019年3月", "2020-05-06"],
            "容积率": [1.2, 0.8],
            "备注": ["x", None],
        },
    )
    plots = read.read_plots(path)
    frame = plots.frame
    assert frame.columns[0] == "plot_id"
    assert frame.columns[-1] == "geometry"
    first = frame.iloc[0].to_dict()
    assert first["plot_id"] == "甲1"
    assert first["firm_name"] == "一厂"
    assert first["credit_code"] == "SAMPLE000000000001"
    assert frame["declared_m2"].tolist() == [10_000, 5_000]
    assert first["tax_wan_2021"] == 1234.5
    assert pd.isna(frame["tax_wan_2021"][1])
    assert frame["scale"].tolist() == ["above", "below"]
    assert frame["energy_intensive"].tolist() == [True, False]
    assert frame["grade_2021"].tolist() == ["A", "B"]
    assert frame["supply_date"].tolist() == ["2019-03", "2020-05-06"]
    assert frame["far"].tolist() == [1.2, 0.8]
    assert frame["备注"].tolist()[0] == "x"
    assert frame.attrs["source_names"]["plot_id"] == "地块编号"
    assert plots.issues.worst() == "info"


def test_an_unreadable_cell_is_empty_and_named(tmp_path):
    plots = read.read_plots(_saved(tmp_path, TBBH=["a", "b"], 容积率=["1.5", "12,34"]))
    assert plots.frame["far"].tolist()[0] == 1.5
    assert pd.isna(plots.frame["far"][1])
    (issue,) = [i for i in plots.issues if i.kind == "value_unreadable"]
    assert (issue.feature, issue.field, issue.severity) == ("b", "容积率", "warning")
    assert "12,34" in issue.message("zh_CN")


@pytest.mark.parametrize(
    ("values", "unit"),
    [([10_000.0, 9_990.0], "m2"), ([15.0, 14.9], "亩"), ([1.0, 0.99], "公顷"), ([7.0, 8.0], None)],
)
def test_areas_without_a_unit_are_compared_with_the_polygons(tmp_path, values, unit):
    plots = read.read_plots(_saved(tmp_path, 面积=values))
    kinds = plots.issues.by_kind()
    if unit is None:
        assert plots.frame["declared_m2"].isna().all()
        assert kinds["area_unit_open"] == 1
    else:
        assert plots.frame["declared_m2"][0] == pytest.approx(10_000)
        assert kinds["area_unit_by_size"] == 1


def test_ids_are_positions_where_the_file_has_none(tmp_path):
    assert read.read_plots(_saved(tmp_path, x=[5, 6])).frame["plot_id"].tolist() == ["1", "2"]


def test_missing_and_double_ids_are_told_apart(tmp_path):
    plots = read.read_plots(_saved(tmp_path, TBBH=["a", "a", None]))
    assert plots.frame["plot_id"].tolist() == ["a", "a#2", "3"]
    assert {"id_double", "id_missing"} <= set(plots.issues.by_kind())


def test_source_says_where_it_came_from(tmp_path):
    path = _saved(tmp_path, TBBH=["a"])
    source = read.read_plots(path).source
    assert source.name == "a.gpkg"
    assert (source.driver, source.layer, source.features) == ("GPKG", "a", 1)
    assert (source.crs, source.crs_basis, source.plane) == ("EPSG:4528", "file", "EPSG:4528")
    assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert json.dumps(source.to_dict())


def test_uploads_are_read_from_memory(tmp_path):
    _saved(tmp_path, "a.shp", TBBH=["甲"])
    parts = [read.Upload(f"../../{p.name}", io.BytesIO(p.read_bytes())) for p in tmp_path.iterdir()]
    assert read.read_plots(parts).frame["plot_id"].tolist() == ["甲"]
    data = _saved(tmp_path, "b.geojson", id=[7]).read_bytes()
    plots = read.read_plots(read.Upload("C:\\x\\<b>.geojson", data))
    assert plots.frame["plot_id"].tolist() == ["7"]
    assert plots.source.name == "<b>.geojson"


def test_strict_refuses_what_else_is_a_row_of_the_table(tmp_path):
    path = _saved(tmp_path, TBBH=["a", "a"])
    assert len(read.read_plots(path).frame) == 2
    with pytest.raises(InputError) as caught:
        read.read_plots(path, strict=True)
    assert caught.value.key == "issues.refused"


def test_inspecting_says_the_same(tmp_path):
    path = _saved(tmp_path, TBBH=["a", "a"])
    seen, taken = read.inspect(path), read.read_plots(path)
    assert seen.issues.to_records() == taken.issues.to_records()
    assert seen.rows == taken.rows == {"in": 2, "good": 2, "set_aside": 0}


def test_reading_twice_gives_the_same(tmp_path):
    path = _saved(tmp_path, TBBH=["b", "a"])
    one, other = read.read_plots(path).frame, read.read_plots(path).frame
    assert one.equals(other)


def test_a_file_that_is_not_there():
    with pytest.raises(FormatError) as caught:
        read.read_plots("/nowhere/a.shp")
    assert "nowhere" not in str(caught.value)


def test_the_worker_knows_one_driver(tmp_path):
    for kind, drivers in sandbox.DRIVERS.items():
        code = "import pyogrio; print(sorted(pyogrio.list_drivers()))"
        if kind == "raster":
            # another GDAL, that of rasterio
            code = "import rasterio\nwith rasterio.Env() as e: print(sorted(e.drivers()))"
        out = subprocess.run(
            [sys.executable, "-I", "-W", "ignore", "-c", code],
            env=sandbox.worker_environment(kind),
            capture_output=True,
            text=True,
            check=True,
        )
        known = set(ast.literal_eval(out.stdout.strip()))
        assert known <= drivers, kind
        assert known, kind
    # tables of a scenario and rasters come in by doors of their own, not by what is sniffed
    assert set(sandbox.DRIVERS) - {"geopackage_tables", "raster"} <= set(KINDS.values())


def test_a_worker_that_takes_too_long_is_ended(tmp_path):
    path = _saved(tmp_path, TBBH=["a"])
    limits = Limits(wall_seconds=0)
    with pytest.raises(LimitError) as caught:
        read._read(path, area=None, crs=None, encoding=None, layer=None, limits=limits)
    assert caught.value.key == "read.too_slow"


@pytest.mark.parametrize(
    ("limit", "key"),
    [
        ({"file_bytes": 100}, "read.large"),
        ({"rows": 1}, "read.rows_many"),
        ({"fields": 0}, "read.fields_many"),
        ({"vertices": 3}, "read.vertices_many"),
    ],
)
def test_limits_are_kept(tmp_path, limit, key):
    path = _saved(tmp_path, TBBH=["a", "b"])
    with pytest.raises(LimitError) as caught:
        read._read(path, area=None, crs=None, encoding=None, layer=None, limits=Limits(**limit))
    assert caught.value.key == key


def test_nothing_stays_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    path = _saved(tmp_path, TBBH=["a"])
    read.read_plots(path)
    with pytest.raises(FormatError), staged(path):
        raise FormatError("read.nothing_given")
    assert list((tmp_path / "t").iterdir()) == []


def test_both_languages_are_complete():
    zh, en = (messages.catalogue(lang, "read") for lang in ("zh_CN", "en"))
    assert set(zh) == set(en)
    for key in zh:
        fields = [sorted(set(re.findall(r"{(\w+)}", t[key]))) for t in (zh, en)]
        assert fields[0] == fields[1], key
