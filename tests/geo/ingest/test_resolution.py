"""How finely coordinates are written: told once, with what it leaves open."""

from __future__ import annotations

import json

import corpus
import geopandas as gpd
import pytest
import shapely
from test_corpus import AREA

from platforms.geo import read

E, N = 40598000.0, 3121000.0


def _coarse(path, **options: str):
    found = read.read_plots(path, workspace=AREA, **options).issues
    return [i for i in found if i.kind == "coordinates_coarse"]


def _table(folder, digits: int) -> object:
    corners = ((0, 0), (0, 100), (100, 100), (100, 0))
    rows = [f"T1,J{i},{N + n:.{digits}f},{E + e:.{digits}f}" for i, (n, e) in enumerate(corners)]
    return corpus.raw(folder, "a.csv", "\n".join(["地块编号,点号,X,Y", *rows]) + "\n")


@pytest.mark.parametrize(
    ("digits", "severity", "open_m2"),
    [(0, "warning", "200"), (1, "warning", "20"), (2, "info", "2"), (3, None, "")],
)
def test_decimals_that_are_written_in_a_table(digits, severity, open_m2, tmp_path):
    found = _coarse(_table(tmp_path, digits))
    told = [(i.severity, i.values["decimals"], i.values["open_m2"]) for i in found]
    assert told == ([(severity, digits, open_m2)] if severity else [])


@pytest.mark.parametrize(("digits", "severity"), [(3, []), (2, ["info"]), (0, ["warning"])])
def test_decimals_of_a_boundary_file(digits, severity, tmp_path):
    points = ((0, 0), (100, 0), (100, 100), (0, 100), (0, 0))
    lines = [f"J{i},1,{N + n:.{digits}f},{E + e:.{digits}f}" for i, (n, e) in enumerate(points)]
    head = "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n带号=40\n[地块坐标]\n"
    text = head + "5,1.0000,T1,甲,面,,,,@\n" + "\n".join(lines) + "\n"
    assert [i.severity for i in _coarse(corpus.raw(tmp_path, "a.txt", text))] == severity


@pytest.mark.parametrize(
    ("digits", "severity"), [(5, "warning"), (6, "warning"), (7, "info"), (9, None)]
)
def test_decimals_of_degrees(digits, severity, tmp_path):
    west, south = 120.998123456, 28.199123456
    size = 0.001234567
    corners = ((0, 0), (size, 0), (size, size), (0, size), (0, 0))
    ring = [[round(west + x, digits), round(south + y, digits)] for x, y in corners]
    shape = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"plot_id": "a"}, "geometry": shape}
    text = json.dumps({"type": "FeatureCollection", "features": [feature] * 3})
    found = _coarse(corpus.raw(tmp_path, "a.geojson", text))
    assert [i.severity for i in found] == ([severity] if severity else [])
    assert all(i.values["count"] == 3 and i.values["decimals"] == digits for i in found)


def test_stored_numbers_are_only_told(tmp_path):
    fine = shapely.box(E + 200.123, N + 0.457, E + 300.123, N + 100.457)
    shapes = [shapely.box(E, N, E + 100, N + 100), fine]
    frame = gpd.GeoDataFrame({"plot_id": ["whole", "fine"]}, geometry=shapes, crs=4528)
    frame.to_file(tmp_path / "a.gpkg")
    (issue,) = _coarse(tmp_path / "a.gpkg")
    assert (issue.severity, issue.values["count"], issue.values["plot"]) == ("info", 1, "whole")
