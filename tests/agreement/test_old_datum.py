"""Old datums from the first refusal to the sheet that is signed, as a user meets them."""

from __future__ import annotations

import json

import geopandas as gpd
import pytest
import shapely

import platforms as ip
from platforms.cli import main

SEVEN = "cf:12.5,-48.1,3.2,0.5,0.2,-0.3,3.1"


@pytest.fixture
def old(tmp_path):
    def write(code: int):
        shape = shapely.box(40598000, 3121000, 40598100, 3121100)
        frame = gpd.GeoDataFrame({"plot_id": ["A"]}, geometry=[shape], crs=f"EPSG:{code}")
        path = tmp_path / f"{code}.gpkg"
        frame.to_file(path)
        return path

    return write


@pytest.mark.parametrize("code", [2364, 2416])
@pytest.mark.parametrize("command", ["measure", "run"])
def test_without_parameters_nothing_is_measured_and_the_answer_is_named(
    old, tmp_path, capsys, command, code
):
    path, out = old(code), tmp_path / "out"
    words = {"measure": [str(path)], "run": ["--plots", str(path), "-o", str(out)]}[command]
    assert main([command, *words]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    for needed in (
        "--helmert",
        "dx,dy,dz,rx,ry,rz,s",
        "ppm",
        "位置矢量",
        "cf:",
        "ΔX,ΔY,α,K",
        "CSV",
    ):
        assert needed in told.err
    assert not out.exists()


def test_parameters_and_their_convention_reach_the_certificate_of_a_run(old, tmp_path, capsys):
    path, out = old(2364), tmp_path / "out"
    assert main(["run", "--plots", str(path), "--helmert", SEVEN, "-o", str(out)]) == 0
    capsys.readouterr()
    given = json.loads((out / "run.json").read_text(encoding="utf-8"))["input"]
    assert "dx=12.5m" in given["parameters"]
    ip.export_run(out, "certificate", tmp_path / "c.html")
    text = (tmp_path / "c.html").read_text(encoding="utf-8")
    assert given["parameters"] in text
    assert "坐标框架旋转（布尔沙模型）" in text
    assert "由用户给出的转换参数换算" in text


@pytest.mark.parametrize("code", ["gcj02", "bd09"])
def test_coordinates_of_web_maps_get_no_certificate_on_any_way(tmp_path, capsys, code):
    shape = shapely.box(121.0, 28.1, 121.001, 28.101)
    frame = gpd.GeoDataFrame({"plot_id": ["A"]}, geometry=[shape], crs="EPSG:4490")
    path, out = tmp_path / "web.geojson", tmp_path / "out"
    frame.to_file(path)
    sheet = tmp_path / "c.pdf"
    assert main(["measure", str(path), "--crs", code, "--certificate", str(sheet)]) == 1
    assert "加偏" in capsys.readouterr().err
    assert main(["run", "--plots", str(path), "--crs", code, "-o", str(out)]) == 0
    capsys.readouterr()
    assert main(["export", str(out), "--to", "certificate", "-o", str(sheet)]) == 1
    assert "加偏" in capsys.readouterr().err
    assert not sheet.exists()
    ip.set_language("en")
    assert main(["measure", str(path), "--crs", code, "--certificate", str(sheet)]) == 1
    assert "not exact enough to certify" in capsys.readouterr().err
