"""Files of limits for ``platforms reclaim``: told by content, and spoken of as limits."""

from __future__ import annotations

import json
import zipfile

import geopandas as gpd
import numpy as np
import pytest
import shapely
from rasterio.transform import Affine

from platforms.cli import main
from platforms.cli.land_limits import LimitWords
from platforms.cli.limit_files import is_raster
from raster_files import NORTH_UP, write_raster

STRIP = shapely.box(40598000, 3121000, 40598010, 3121100)
# twenty-metre cells over both plots: the first column that A touches starts at its west edge
PLACE = NORTH_UP.translation(40_594_900.0, 3_121_200.0) @ NORTH_UP.scale(20.0, -20.0)


@pytest.fixture
def call(capsys):
    def called(*arguments, status=0):
        found = main(["reclaim", *map(str, arguments)])
        out = capsys.readouterr()
        assert found == status, out.err
        return out

    return called


def _deducted(out, name):
    return json.loads(out.out)["plots"][0]["deductions"][name]


def _cells():
    cells = np.zeros((70, 180), dtype="uint8")
    cells[:, 155] = 1
    return cells


def test_a_raster_is_told_by_its_content_not_by_its_name(call, plots_file, tmp_path):
    path = write_raster(tmp_path / "mask.tif", _cells(), transform=PLACE).rename(
        tmp_path / "mask.zip"
    )
    assert is_raster(str(path))
    assert not is_raster(str(plots_file))
    # a name is all that a file which is not there has
    assert is_raster(str(tmp_path / "gone.tif"))
    told = call(plots_file, "--constraint", f"mask={path}", "--json")
    assert _deducted(told, "mask") == pytest.approx(1999.53, abs=0.05)


def test_a_grid_that_cannot_state_its_system_is_given_one(call, plots_file, tmp_path):
    rows = [" ".join(map(str, row)) for row in _cells().tolist()]
    head = ["ncols 180", "nrows 70", "xllcorner 40594900", "yllcorner 3119800", "cellsize 20"]
    path = tmp_path / "mask.asc"
    path.write_text("\n".join([*head, *rows]) + "\n")
    words = (plots_file, "--constraint", f"mask={path}", "--json")
    assert _deducted(call(*words, status=1), "mask") is None
    told = call(*words, "--constraint-crs", "mask=EPSG:4528")
    assert _deducted(told, "mask") == pytest.approx(1999.53, abs=0.05)


def test_a_raster_of_web_maps_is_told_to_lie_elsewhere_perhaps(call, plots_file, tmp_path):
    west, south, east, north = gpd.read_file(plots_file).to_crs(3857).total_bounds
    cells = np.zeros((40, 40), dtype="uint8")
    place = Affine((east - west) / 20, 0, west - 100, 0, (south - north) / 20, north + 100)
    path = write_raster(tmp_path / "web.tif", cells, transform=place, crs="EPSG:3857")
    words = (plots_file, "--constraint", f"web={path}", "--json")
    told = json.loads(call(*words).out)["issues"]
    one = next(issue for issue in told if issue["kind"] == "raster_web_map")
    assert one["severity"] == "warning"
    assert "--constraint-crs web=EPSG:3857" in one["action"]
    # who says it knows it
    told = json.loads(call(*words, "--constraint-crs", "web=EPSG:3857").out)["issues"]
    assert "raster_web_map" not in {issue["kind"] for issue in told}


def test_polygons_without_a_system_are_given_one(call, plots_file, tmp_path):
    # two thousand kilometres south: numbers that fit no system here
    south = shapely.box(40598000, 1121000, 40598010, 1121100)
    frame = gpd.GeoDataFrame(geometry=[south], crs="EPSG:4528")
    frame.to_file(tmp_path / "river.shp")
    (tmp_path / "river.prj").unlink()
    words = (plots_file, "--constraint", f"river={tmp_path / 'river.shp'}")
    assert "--constraint-crs river=代码" in call(*words, status=1).err
    told = call(*words, "--constraint-crs", "river=EPSG:4528", "--json")
    assert _deducted(told, "river") == 0.0
    # a system that its numbers cannot be in is refused in words about limits
    err = call(*words, "--constraint-crs", "river=EPSG:4490", status=1).err
    assert "限制“河道蓝线（river）”（文件 river.shp）：" in err
    assert " --crs" not in err


def test_one_of_several_bands_is_chosen(call, plots_file, tmp_path):
    bands = np.stack([np.zeros_like(_cells()), _cells()])
    path = write_raster(tmp_path / "two.tif", bands, transform=PLACE)
    words = (plots_file, "--constraint", f"mask={path}", "--json")
    assert "--band mask=序号" in call(*words, status=1).err
    assert _deducted(call(*words, "--band", "mask=1"), "mask") == 0.0
    assert _deducted(call(*words, "--band", "mask=2"), "mask") > 1999


def test_a_limit_of_an_old_datum_is_refused_by_name_and_file(call, plots_file, tmp_path):
    raster = write_raster(tmp_path / "old.tif", _cells(), transform=PLACE, crs="EPSG:2364")
    frame = gpd.GeoDataFrame(geometry=[STRIP], crs="EPSG:2364")
    frame.to_file(tmp_path / "old.gpkg")
    for path in (raster, tmp_path / "old.gpkg"):
        err = call(plots_file, "--constraint", f"河道={path}", status=1).err
        assert f"限制“河道”（文件 {path.name}）" in err
        assert "转换到 CGCS2000" in err
        # which is for plots
        assert "请用 --helmert" not in err


def test_lines_are_refused_as_a_limit_not_as_plots(call, plots_file, tmp_path):
    frame = gpd.GeoDataFrame(geometry=[shapely.LineString(STRIP.exterior.coords)], crs="EPSG:4528")
    frame.to_file(tmp_path / "lines.gpkg")
    err = call(plots_file, "--constraint", f"a={tmp_path / 'lines.gpkg'}", status=1).err
    assert "限制“a”（文件 lines.gpkg）中没有面" in err
    assert "地块图层" not in err


def test_a_record_that_is_set_aside_is_status_1_and_named(call, plots_file, tmp_path):
    frame = gpd.GeoDataFrame(geometry=[None, STRIP], crs="EPSG:4528")
    frame.to_file(tmp_path / "x.gpkg")
    words = (plots_file, "--constraint", f"a={tmp_path / 'x.gpkg'}")
    assert "限制“a”（文件 x.gpkg）：第 1 行没有图形" in call(*words, status=1).err
    rows = json.loads(call(*words, "--json", status=1).out)["issues"]
    first = next(row for row in rows if row["severity"] == "error")
    assert (first["layer"], first["file"], first["feature"]) == ("a", "x.gpkg", "1")


@pytest.mark.parametrize("comma", [",", "，", "、", " ， "])
def test_a_list_of_limits_is_parted_at_every_comma(comma):
    none = dict.fromkeys(("constraints", "systems", "bands", "claims", "nodata"), ())
    for words, left in (
        ({"order": f"c{comma}a", "without": ()}, ["c", "a", "b"]),
        ({"order": None, "without": (f"c{comma}a",)}, ["b"]),
    ):
        limits = LimitWords(**none, **words, retain=None)
        assert list(limits._placed(dict.fromkeys("abc"))) == left


def test_a_shapefile_keeps_limits_apart_whose_names_begin_alike(
    call, plots_file, limit_file, tmp_path
):
    given = [
        w for name in ("河道蓝线", "河道管理") for w in ("--constraint", f"{name}={limit_file}")
    ]
    call(plots_file, *given, "-o", tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        told = archive.read("field_map.csv").decode("utf-8-sig")
    fields = {row.split(",")[1]: row.split(",")[0] for row in told.splitlines()}
    assert {"deduct_河道蓝线_m2", "deduct_河道管理_m2"} <= set(fields)
    assert len(set(fields.values())) == len(fields)
