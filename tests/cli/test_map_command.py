"""``platforms map``: the plots of the store, all or of an extent, as one page."""

from __future__ import annotations

import json

import geopandas as gpd
import pytest
import shapely

import platforms as ip
from platforms.cli import main


@pytest.fixture
def stored(tmp_path, monkeypatch, yueqing):
    """Forty plots in a row; a page holds twenty."""
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path / "kept"))
    monkeypatch.setenv("PLATFORMS_MAP_PLOTS", "20")
    frame = gpd.GeoDataFrame(
        {"plot_id": [f"P{i}" for i in range(40)]},
        geometry=[shapely.box(x := 121 + i / 1000, 28.1, x + 0.0005, 28.1005) for i in range(40)],
        crs=4490,
    )
    ip.open_store(yueqing).plots.take(frame, by="王")
    return tmp_path / "map.html"


def test_an_extent_is_written_and_what_is_left_out_is_counted(stored, capsys):
    words = ["map", "--bbox", "120.9,28,121.0047,28.2", "-o", str(stored), "--json"]
    assert main(words) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["inside"], told["left_out"], told["singly"]) == (5, 35, True)
    document = ip.read_page(stored)
    frame = ip.layer_frames(document)["plots"]
    assert sorted(frame["plot_id"]) == [f"P{i}" for i in range(5)]
    # the official area was measured of the shape
    assert frame["area_m2"].gt(2000).all()
    assert main([*words[:-1], "--overwrite"]) == 0
    said = capsys.readouterr().out
    assert "5 宗" in said
    assert "35 宗" in said


def test_more_than_a_page_holds_is_refused_and_nothing_is_written(stored, capsys):
    assert main(["map", "--bbox", "120.9,28,121.03,28.2", "-o", str(stored)]) == 1
    said = capsys.readouterr().err
    assert "31 宗" in said
    assert "最多带 20 宗" in said
    assert not stored.exists()


def test_all_plots_are_summed_where_a_page_cannot_hold_them(stored, capsys):
    assert main(["map", "-o", str(stored)]) == 0
    said = capsys.readouterr().out
    assert "40 宗" in said
    assert "--bbox" in said


@pytest.mark.parametrize("box", ["1,2,3", "a,b,c,d", "2,1,1,2", "nan,1,2,3"])
def test_no_extent_is_wrong_usage(stored, capsys, box):
    assert main(["map", "--bbox", box, "-o", str(stored)]) == 2
    assert "范围" in capsys.readouterr().err
