from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from shapely.geometry import MultiPolygon, box

from platforms import messages
from platforms.errors import OutputError
from platforms.geo import write
from platforms.geo.writers.geopackage import first_line


def _plots(n: int = 3) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"plot_id": [f"{i}" for i in range(n)], "名称": ["甲", None, "乙"][:n]},
        geometry=[box(121 + i, 28, 121.5 + i, 28.5) for i in range(n)],
        crs="EPSG:4490",
    )


def _leftovers(folder) -> list[str]:
    return [p.name for p in folder.iterdir() if p.name.startswith(".tmp")]


def _write_half(door) -> None:
    with door as tmp:
        (tmp / "a" if tmp.is_dir() else tmp).write_text("half")
        raise ZeroDivisionError


def test_a_file_appears_whole(tmp_path):
    dst = tmp_path / "new" / "a.txt"
    with write.atomic_path(dst) as tmp:
        tmp.write_text("x")
        assert not dst.exists()
    assert dst.read_text() == "x"
    assert not _leftovers(dst.parent)


def test_a_failed_write_leaves_the_old_file(tmp_path):
    dst = tmp_path / "a.txt"
    dst.write_text("old")
    with pytest.raises(ZeroDivisionError):
        _write_half(write.atomic_path(dst))
    assert dst.read_text() == "old"
    assert not _leftovers(tmp_path)


def test_writing_nothing_is_an_error(tmp_path):
    with pytest.raises(OutputError, match="没有写出"), write.atomic_path(tmp_path / "a"):
        pass


def test_an_existing_file_is_kept_unless_asked(tmp_path):
    dst = tmp_path / "a.gpkg"
    dst.write_text("old")
    with pytest.raises(OutputError) as caught:
        write.write_geopackage({"plots": _plots()}, dst)
    assert caught.value.key == "write.exists"
    assert dst.read_text() == "old"
    write.write_geopackage({"plots": _plots()}, dst, overwrite=True)
    assert len(gpd.read_file(dst)) == 3


def _written_while_another_writes(door, theirs) -> None:
    with door as tmp:
        (tmp / "a" if tmp.is_dir() else tmp).write_text("mine")
        theirs.parent.mkdir(exist_ok=True)
        theirs.write_text("theirs")


def test_what_another_program_makes_meanwhile_is_not_replaced_unasked(tmp_path):
    file, folder = tmp_path / "a.txt", tmp_path / "out"
    for door, theirs in (
        (write.atomic_path(file, overwrite=False), file),
        (write.atomic_folder(folder), folder / "a"),
    ):
        with pytest.raises(OutputError) as caught:
            _written_while_another_writes(door, theirs)
        assert caught.value.key == "write.exists"
        assert theirs.read_text() == "theirs"
    assert not _leftovers(tmp_path)
    with write.atomic_folder(folder, overwrite=True) as made:
        (made / "a").write_text("mine")
    assert (folder / "a").read_text() == "mine"


@pytest.mark.parametrize("there", [True, False])
def test_a_disk_without_links_takes_a_file_all_the_same(tmp_path, monkeypatch, there):
    def refused(*_):
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(Path, "hardlink_to", refused)
    file = tmp_path / "a.txt"
    with contextlib.suppress(OutputError), write.atomic_path(file, overwrite=False) as tmp:
        tmp.write_text("mine")
        if there:
            file.write_text("theirs")
    assert file.read_text() == ("theirs" if there else "mine")


def test_a_killed_run_is_swept_away(tmp_path):
    code = (
        "import os, sys; from platforms.geo import write\n"
        "with write.atomic_path(sys.argv[1]) as tmp:\n"
        "    tmp.write_text('half'); os._exit(9)\n"
    )
    dst = tmp_path / "a.txt"
    subprocess.run([sys.executable, "-c", code, str(dst)], check=False, env=dict(os.environ))
    assert _leftovers(tmp_path)
    with write.atomic_path(dst) as tmp:
        tmp.write_text("x")
    assert not _leftovers(tmp_path)


def test_full_disk_and_read_only_have_their_words(tmp_path):
    for number, key in ((28, "write.disk_full"), (30, "write.read_only"), (5, "write.failed")):
        with pytest.raises(OutputError) as caught, write.atomic_path(tmp_path / "a"):
            raise OSError(number, os.strerror(number))
        assert caught.value.key == key


def test_a_system_error_inside_a_librarys_own_has_its_words(tmp_path):
    with pytest.raises(OutputError) as caught, write.atomic_path(tmp_path / "a"):
        raise RuntimeError from OSError(28, os.strerror(28))
    assert caught.value.key == "write.disk_full"
    with pytest.raises(OutputError) as caught, write.atomic_path(tmp_path / "a"):
        raise OutputError("write.exists", path="a") from OSError(28, os.strerror(28))
    assert caught.value.key == "write.exists"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "No room for /t/.tmp-platforms-24-y5/made.gdb/a.gdbtable; Error occurred in /build/a.cpp",
            "No room for made.gdb/a.gdbtable",
        ),
        ("'C:\\temp\\.tmp-platforms-1-a\\made.shp' is full", "'made.shp' is full"),
        ("no room left\nsecond line", "no room left"),
        ("", "RuntimeError"),
    ],
)
def test_what_a_driver_says_names_no_place_of_ours(said, told):
    assert first_line(RuntimeError(said)) == told


def test_places_that_hold_no_files_are_named(tmp_path):
    (tmp_path / "file").write_text("kept")
    for door in (write.atomic_path, write.atomic_folder):
        with pytest.raises(OutputError) as caught, door(tmp_path / "file" / "deep" / "a"):
            pass
        assert caught.value.key == "write.below_a_file"
        assert "file 是文件，不是文件夹" in str(caught.value)
        with pytest.raises(OutputError, match="文件名过长"), door(tmp_path / ("a" * 300)):
            pass
    assert (tmp_path / "file").read_text() == "kept"


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="the system has no /proc")
def test_the_systems_own_folder_takes_no_file():
    with pytest.raises(OutputError) as caught, write.atomic_path("/proc/a.gpkg"):
        pass
    assert caught.value.key == "write.read_only"


def test_a_layer_that_does_not_fit_says_so(tmp_path, monkeypatch):
    dst = tmp_path / "a.gpkg"
    dst.write_text("old")

    def refuse(*_given, **_named):
        msg = "no such table"
        raise pyogrio.errors.DataLayerError(msg)

    monkeypatch.setattr(pyogrio, "write_dataframe", refuse)
    for free, key in ((1 << 16, "write.disk_full"), (1 << 40, "write.layer_failed")):
        left = shutil.disk_usage(tmp_path)._replace(free=free)
        monkeypatch.setattr(shutil, "disk_usage", lambda _path, left=left: left)
        with pytest.raises(OutputError) as caught:
            write.write_geopackage({"plots": _plots()}, dst, overwrite=True)
        assert caught.value.key == key
    assert dst.read_text() == "old"
    assert not _leftovers(tmp_path)


def test_folder_appears_whole(tmp_path):
    dst = tmp_path / "out"
    with pytest.raises(ZeroDivisionError):
        _write_half(write.atomic_folder(dst))
    assert not dst.exists()
    with write.atomic_folder(dst) as folder:
        (folder / "sub").mkdir()
        (folder / "sub" / "a").write_text("1")
    assert (dst / "sub" / "a").read_text() == "1"
    with pytest.raises(OutputError), write.atomic_folder(dst):
        pass
    with write.atomic_folder(dst, overwrite=True) as folder:
        (folder / "b").write_text("2")
    assert sorted(p.name for p in dst.iterdir()) == ["b", "sub"]


def test_layers_come_back(tmp_path):
    path = write.write_geopackage(
        {"plots": _plots(), "firms": pd.DataFrame({"firm_id": ["a"], "tags": [["x", "y"]]})},
        tmp_path / "a.gpkg",
        descriptions={"plots": "地块"},
    )
    back = gpd.read_file(path, layer="plots")
    assert list(back["plot_id"]) == ["0", "1", "2"]
    assert back["名称"].isna().tolist() == [False, True, False]
    assert back.crs.to_epsg() == 4490
    assert gpd.read_file(path, layer="firms")["tags"].tolist() == ["x;y"]
    with sqlite3.connect(path) as db:
        told = dict(db.execute("select table_name, description from gpkg_contents"))
    assert told["plots"] == "地块"


def test_reserved_and_colliding_columns_are_renamed(tmp_path):
    frame = _plots(1).assign(fid=7, geom="g", A=1, a=2)
    path = write.write_geopackage({"plots": frame}, tmp_path / "a.gpkg")
    back = gpd.read_file(path)
    assert back.loc[0, ["fid_1", "geom_1", "A", "a_1"]].tolist() == [7, "g", 1, 2]


def test_mixed_parts_empty_frames_and_categories_are_kept(tmp_path):
    one = box(121, 28, 122, 29)
    mixed = gpd.GeoDataFrame(
        {"kind": pd.Categorical(["a", None])},
        geometry=[one, MultiPolygon([box(0, 0, 1, 1), box(2, 2, 3, 3)])],
        crs="EPSG:4490",
    )
    path = write.write_geopackage({"mixed": mixed, "none": mixed.iloc[:0]}, tmp_path / "a.gpkg")
    assert shapely.area(gpd.read_file(path, layer="mixed").geometry.array).tolist() == [1, 2]
    assert len(gpd.read_file(path, layer="none")) == 0


def test_same_data_same_bytes(tmp_path):
    made = [
        write.write_geopackage({"plots": _plots()}, tmp_path / n / "p.gpkg").read_bytes()
        for n in ("a", "b")
    ]
    assert made[0] == made[1]


def test_both_languages_are_complete():
    zh, en = (messages.catalogue(lang, "write") for lang in ("zh_CN", "en"))
    assert set(zh) == set(en)


def test_a_new_folder_appears_in_one_step(tmp_path, monkeypatch):
    moved = []
    replace = Path.replace

    def watched(self, target):
        moved.append(Path(target).name)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    with write.atomic_folder(tmp_path / "out") as folder:
        (folder / "a").write_text("1")
        (folder / "sub").mkdir()
        (folder / "sub" / "b").write_text("2")
        assert not (tmp_path / "out").exists()
    assert moved == ["out"]
    assert (tmp_path / "out" / "sub" / "b").read_text() == "2"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_pipe_is_not_written_over(tmp_path):
    pipe = tmp_path / "a.csv"
    os.mkfifo(pipe)
    with pytest.raises(OutputError) as caught, write.atomic_path(pipe) as tmp:
        tmp.write_text("x")
    assert caught.value.key == "write.is_a_device"
    assert pipe.is_fifo()
