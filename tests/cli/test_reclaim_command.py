"""``platforms reclaim``: limits of polygons and rasters, what-if, and the land of low plots."""

from __future__ import annotations

import json
import shutil

import geopandas as gpd
import numpy as np
import pytest
import shapely

from platforms.cli import main
from raster_files import NORTH_UP, write_raster

STRIP = shapely.box(40598000, 3121000, 40598010, 3121100)


@pytest.fixture
def call(capsys):
    def called(*arguments, status=0):
        found = main(["reclaim", *map(str, arguments)])
        out = capsys.readouterr()
        assert found == status, out.err
        return out

    return called


def _plot(out, at=0):
    return json.loads(out.out)["plots"][at]


def _raster(tmp_path, name="mask.tif", **more):
    """Twenty by twenty cells of 10 m over the plot A and around; its west strip is claimed."""
    cells = np.zeros((20, 20), dtype="uint8")
    cells[:, 5] = 3
    place = NORTH_UP.translation(40_597_950.0, 3_121_150.0) @ NORTH_UP.scale(10.0, -10.0)
    return write_raster(tmp_path / name, cells, **({"transform": place} | more))


def _kinds(out):
    return {row["kind"] for row in json.loads(out.out)["issues"]}


def test_a_raster_is_a_limit_like_any_other(call, plots_file, tmp_path):
    told = call(
        plots_file, "--constraint", f"mask={_raster(tmp_path)}", "--claim", "mask=value in 3,4",
        "--json", status=1,
    )  # fmt: skip
    plot = _plot(told)
    # the claimed column of cells is the west tenth of the square
    assert plot["deductions"]["mask"] == pytest.approx(999.76, abs=0.02)
    assert plot["gross_m2"] == pytest.approx(plot["net_m2"] + plot["deductions"]["mask"], abs=1e-9)
    # the other plot is beyond the raster: unknown, and not in the sums
    beyond, total = _plot(told, 1), json.loads(told.out)["total"]
    assert beyond["net_m2"] is None
    assert beyond["deductions"] == {"mask": None}
    assert total["unknown"] == 1
    assert total["net_m2"] == plot["net_m2"]
    assert "limit_unknown_for_plot" in _kinds(told)


def test_no_value_is_unknown_unless_it_means_none(call, plots_file, tmp_path):
    path = _raster(tmp_path, nodata=0)
    options = (plots_file, "--constraint", f"mask={path}", "--json")
    assert _plot(call(*options, status=1))["net_m2"] is None
    # the other plot lies beyond the raster
    kept = _plot(call(*options, "--nodata", "mask=none", status=1))
    assert kept["deductions"]["mask"] == pytest.approx(999.76, abs=0.02)


def test_a_limit_without_a_system_leaves_net_unknown(call, plots_file, tmp_path):
    words = ("--constraint", f"mask={_raster(tmp_path, crs=None)}")
    told = call(plots_file, *words, "--json", status=1)
    assert [row["net_m2"] for row in json.loads(told.out)["plots"]] == [None, None]
    assert "constraint_without_crs" in _kinds(told)
    spoken = call(plots_file, *words, status=1)
    assert "限制“mask”（文件 mask.tif）没有说明坐标系" in spoken.err
    assert "--constraint-crs mask=代码" in spoken.err
    # a sum of nothing is not 0
    assert "扣除后净面积" in spoken.out
    assert "0.00" not in spoken.out
    assert "净面积不明 2 宗" in spoken.out


def test_a_turned_raster_is_used_and_said(call, plots_file, tmp_path):
    cells = np.ones((40, 40), dtype="uint8")
    turned = (
        NORTH_UP.translation(40_598_050.0, 3_121_050.0)
        @ NORTH_UP.rotation(30)
        @ NORTH_UP.scale(10.0)
        @ NORTH_UP.translation(-20, -20)
    )
    path = write_raster(tmp_path / "turned.tif", cells, transform=turned)
    told = call(plots_file, "--constraint", f"mask={path}", "--json", status=1)
    assert _plot(told)["net_m2"] == 0.0
    assert "raster_turned" in _kinds(told)


def test_faults_of_a_limit_are_rows(call, plots_file, tmp_path):
    bow = shapely.Polygon(
        [(40598000, 3121000), (40598050, 3121100), (40598050, 3121000), (40598000, 3121100)]
    )
    frame = gpd.GeoDataFrame({"n": ["a", "b", "c"]}, geometry=[STRIP, STRIP, bow], crs="EPSG:4528")
    frame.to_file(tmp_path / "river.gpkg")
    frame.iloc[:0].to_file(tmp_path / "empty.gpkg")
    told = call(
        plots_file, "--constraint", f"river={tmp_path / 'river.gpkg'}",
        "--constraint", f"none={tmp_path / 'empty.gpkg'}", "--json",
    )  # fmt: skip
    assert {"constraint_repaired", "constraint_overlaps_itself", "constraint_empty"} <= _kinds(told)
    assert "geometry_invalid" not in _kinds(told)


def test_retained_buildings_stand_after_the_road_unless_moved(call, plots_file, limit_file):
    retained = ("--retain", limit_file, "--json")
    named = list(_plot(call(plots_file, *retained))["deductions"])
    assert named == [
        "permanent_farmland", "ecological_redline", "river", "road", "retained_buildings",
    ]  # fmt: skip
    own = (plots_file, "--constraint", f"road={limit_file}", "--constraint", f"x={limit_file}")
    plot = _plot(call(*own, *retained))
    assert list(plot["deductions"]) == ["road", "retained_buildings", "x"]
    assert plot["deductions"]["retained_buildings"] == 0.0
    moved = _plot(call(*own, *retained, "--order", "retained_buildings,x"))
    assert list(moved["deductions"]) == ["retained_buildings", "x", "road"]
    assert moved["deductions"]["retained_buildings"] == plot["deductions"]["road"]
    assert moved["net_m2"] == plot["net_m2"]


@pytest.fixture
def bare(yueqing, tmp_path):
    """The example without the layer of its limits, which its plan still names."""
    shutil.copytree(yueqing.geo_dir, tmp_path / "bare/geo")
    shutil.copytree(yueqing.layers_dir, tmp_path / "bare/layers")
    for path in (tmp_path / "bare/layers").glob("sample_constraints.*"):
        path.unlink()
    return tmp_path / "bare"


@pytest.mark.parametrize("low", [(), ("--low",)])
def test_limits_that_the_plan_names_and_nobody_has_are_rows(call, plots_file, bare, low):
    words = (plots_file, "-w", bare, *low)
    told = json.loads(call(*words, "--json").out)
    absent = [row["layer"] for row in told["issues"] if row["kind"] == "constraint_absent"]
    assert absent == ["permanent_farmland", "ecological_redline", "river", "road"]
    assert "sample_constraints" not in {row["kind"] for row in told["issues"]}
    assert "没有提供限制图层“河道蓝线（river）”" in call(*words).err


def test_a_city_without_limits_says_so(call, plots_file, bare):
    plan = bare / "layers/plan.yaml"
    lines = plan.read_text(encoding="utf-8").splitlines(keepends=True)
    plan.write_text("".join(n for n in lines if "constraints:" not in n), encoding="utf-8")
    told = call(plots_file, "-w", bare, "--json")
    assert "no_constraints" in _kinds(told)
    assert _plot(told)["net_m2"] == _plot(told)["gross_m2"]


def test_a_limit_can_be_switched_off(call, plots_file):
    plot = _plot(call(plots_file, "--without", "river", "--without", "road", "--json"))
    assert list(plot["deductions"]) == ["permanent_farmland", "ecological_redline"]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--without", "rivers"), "permanent_farmland"),
        (("--order", "lake"), "road"),
        (("--order", "road,road"), "road,road"),
        (("--claim", "river=value"), "river"),
        (("--claim", "river"), "slope=slope>25"),
        (("--nodata", "river=0"), "river=0"),
        (("--within", "20"), "--low"),
        (("--low", "--rules", "idle-land-53"), "idle-land-53"),
        (("--constraint", "a=x.gpkg", "--constraint", "a=y.gpkg"), "a"),
        (("--constraint", "retained_buildings=x.gpkg", "--retain", "{limit}"), "--retain"),
        (("--constraint-crs", "river=EPSG:4490"), "river"),
        (("--constraint-crs", "river"), "river=EPSG:4490"),
        (("--constraint", "a={limit}", "--band", "a=1"), "a"),
        (("--constraint", "a={limit}", "--band", "a=two"), "a=two"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_there_is(
    call, plots_file, limit_file, words, named
):
    words = [word.replace("{limit}", str(limit_file)).replace("x.gpkg", str(limit_file))
             for word in words]  # fmt: skip
    assert named in call(plots_file, *words, status=2).err


def test_text_shows_each_deduction_by_its_title(call, plots_file, limit_file):
    out = call(plots_file, "--constraint", f"river={limit_file}").out
    assert "A：扣除前 9,997.63 m²，河道蓝线 999.76，净 8,997.87 m²" in out
    total = next(line for line in out.splitlines() if "扣除：河道蓝线" in line)
    assert total.split()[1:] == ["999.76", "1.50"]
    assert "净面积不明 0 宗" in out


def test_low_gathers_the_land_of_low_plots(call, yueqing, example, tmp_path):
    path = yueqing.path("plots")
    told = json.loads(call(path, "--low", "--json").out)
    low = example.plots["verdict"].eq("low_efficiency")
    assert [row["plot_id"] for row in told["plots"]] == example.plots["plot_id"][low].tolist()
    assert told["total"]["net_m2"] * 0.0015 == pytest.approx(
        example.figures["reclaimable_mu"], abs=0.005
    )
    assert set(told) == {"plots", "total", "issues", "rules", "review"}
    assert told["review"]["within_m"] == 20.0
    assert set(told["plots"][0]) == {"plot_id", "gross_m2", "net_m2", "deductions"}

    out = call(
        path, "--low", "--within", "0.5", "--without", "river", "-o", tmp_path / "l.gpkg"
    ).out
    assert "间距 0.5 米以内" in out
    assert "河道蓝线" not in out
    assert "本工具自定的方法" in out
    assert "示例数据图层" in out
    written = gpd.read_file(tmp_path / "l.gpkg")
    assert len(written) == len(example.plots)
    assert {"area_group", "unused_m2", "control_line", "realistic_method"} <= set(written.columns)


def test_a_table_has_straight_columns(call, yueqing):
    from platforms.cli.land_text import _wide

    lines = call(yueqing.path("plots"), "--low").out.splitlines()
    at = lines.index("分整治方式")
    assert len({_wide(line) for line in lines[at + 1 : at + 6]}) == 1
