"""``platforms plots take`` keeps plots by their ids, and takes none whose id is open."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

import platforms as ip
from platforms.cli import main
from platforms.errors import InputError

WESTS = (120.95, 120.96, 120.97)


@pytest.fixture(autouse=True)
def _own_store(tmp_path, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path / "kept"))


def write(path, ids, shapes=None, **columns):
    """Write squares side by side; ``ids`` None for a file without a column of ids."""
    shapes = shapes or [shapely.box(west, 28.1, west + 0.001, 28.101) for west in WESTS]
    data = {"name": ["甲", "乙", "丙"][: len(shapes)], **columns}
    named = data if ids is None else {"plot_id": ids, **data}
    gpd.GeoDataFrame(named, geometry=shapes, crs=4490).to_file(path, layer="plots")
    return path


def take(capsys, *arguments):
    status = main(["plots", "take", *map(str, arguments), "--by", "王"])
    return status, *capsys.readouterr()


def nothing_kept(workspace):
    return ip.open_store(workspace).plots.acts().empty


@pytest.mark.parametrize("ids", [None, [None, "", " "], ["A", None, "B"]], ids=str)
def test_a_row_number_is_no_id(capsys, tmp_path, yueqing, ids):
    status, out, err = take(capsys, write(tmp_path / "p.gpkg", ids))
    assert (status, out) == (1, "")
    assert "没有自己的编号" in err
    assert "第 2 行" in err or "1、2、3" in err
    assert nothing_kept(yueqing)


def test_of_ids_that_stand_twice_it_is_open_which_is_which(capsys, tmp_path, yueqing):
    status, _, err = take(capsys, write(tmp_path / "p.gpkg", ["A", "A", "B"]))
    assert status == 1
    assert "1 个编号重复：A。" in err
    assert nothing_kept(yueqing)


def test_a_plot_that_could_not_be_read_is_not_taken_out(capsys, tmp_path, yueqing):
    good = write(tmp_path / "good.gpkg", ["001", "01", "1"])
    assert take(capsys, good)[0] == 0
    shapes = [shapely.Polygon(), *gpd.read_file(good).geometry.tolist()[1:]]
    hurt = write(tmp_path / "hurt.gpkg", ["001", "01", "1"], shapes)
    status, _, err = take(capsys, hurt, "--whole")
    assert status == 1
    assert "1 行未能读入：001" in err
    assert ip.open_store(yueqing).plots.frame()["plot_id"].tolist() == ["001", "01", "1"]
    # without a word on the whole the others are taken, and the lost row is told
    status, _, err = take(capsys, hurt)
    assert status == 0
    assert "图形是空的" in err


def test_python_refuses_the_same(tmp_path, yueqing):
    read = ip.inspect(write(tmp_path / "p.gpkg", None), workspace=yueqing)
    assert (read.unnamed, read.twice) == ((1, 2, 3), ())
    with pytest.raises(InputError) as caught:
        ip.open_store(yueqing).plots.take(read, by="王")
    assert caught.value.key == "plots.rows_unnamed"
    both = ip.inspect(write(tmp_path / "b.gpkg", ["A", "A", "B"]), workspace=yueqing)
    assert (both.unnamed, both.twice) == ((), ("A",))


def test_coordinates_of_a_web_map_are_not_kept(capsys, tmp_path, yueqing):
    """From the store they would be certified like any others."""
    path = write(tmp_path / "p.gpkg", ["A", "B", "C"])
    status, _, err = take(capsys, path, "--crs", "gcj02")
    assert status == 1
    assert "网络地图坐标" in err
    assert nothing_kept(yueqing)


def test_known_land_under_another_id_is_named(capsys, tmp_path):
    assert take(capsys, write(tmp_path / "a.gpkg", ["A", "B", "C"]))[0] == 0
    status, _, err = take(capsys, write(tmp_path / "b.gpkg", ["Ａ", "X", "C"]))
    assert status == 0
    assert "地块“Ａ”的编号与存储中的“A”只有大小写、全半角、空格或不可见字符的差别" in err
    assert "地块 X 与存储中的 B 有 100% 的土地相同" in err
