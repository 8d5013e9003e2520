"""Systems that are off by one, named exactly: what is said, and what to give instead."""

from __future__ import annotations

import json
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pytest
import shapely

from platforms.cli import main
from platforms.geo.area import measure_frame
from platforms.geo.crs import plane_for
from platforms.geo.read import read_plots

PLANE = shapely.box(598000, 3121000, 598100, 3121100)
DEGREES = shapely.box(120.9965, 28.2011, 120.9975, 28.2021)
WEB = shapely.box(13469000, 3270000, 13469100, 3270100)


def _moved(shape, x=0.0):
    return shapely.transform(shape, lambda p: p + np.array([x, 0.0]))


def _turned(shape):
    return shapely.transform(shape, lambda p: p[:, ::-1])


PREFIXED = _moved(PLANE, 4e7)
# name, shape, declared, words of the message, what to give
TABLE = [
    ("4549 declared 4548", PLANE, 4548, "outside the county", "EPSG:4549"),
    ("4528 declared 4527", PREFIXED, 4527, "another zone", "EPSG:4528"),
    ("4549 declared 4550", PLANE, 4550, "outside the county", "EPSG:4549"),
    ("prefix under 4549", PREFIXED, 4549, "carry a zone prefix", "EPSG:4528"),
    ("no prefix under 4528", PLANE, 4528, "carry no zone prefix", "EPSG:4549"),
    ("swapped 4528", _turned(PREFIXED), 4528, "swapped", "EPSG:4528:yx"),
    ("swapped 4549", _turned(PLANE), 4549, "swapped", "EPSG:4549:yx"),
    ("swapped degrees", _turned(DEGREES), 4490, "swapped", "EPSG:4490:yx"),
    ("degrees as metres", DEGREES, 4528, "are degrees", "EPSG:4490"),
    ("metres as degrees", PREFIXED, 4490, "are metres", "EPSG:4528"),
    ("metres as WGS84", PLANE, 4326, "are metres", "EPSG:4549"),
    ("web as 4549", WEB, 4549, "Web Mercator", "EPSG:3857"),
    ("web as 4528", WEB, 4528, "Web Mercator", "EPSG:3857"),
    ("4549 as web", PLANE, 3857, "do not lie in China", "EPSG:4549"),
    ("UTM 51 declared, zone 40 held", PLANE, 32651, "outside the county", "EPSG:4549"),
]


@pytest.mark.parametrize("form", ["shp", "gpkg"])
@pytest.mark.parametrize(
    ("name", "shape", "declared", "words", "give"),
    TABLE,
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_one_message_names_the_fault_and_the_way_out(  # noqa: PLR0917 a table
    tmp_path, monkeypatch, capsys, form, name, shape, declared, words, give
):
    monkeypatch.setenv("PLATFORMS_LANG", "en")
    frame = gpd.GeoDataFrame({"plot_id": ["1"]}, geometry=[shape], crs=declared)
    path = tmp_path / f"a.{form}"
    frame.to_file(path)
    assert main(["measure", str(path), "--json"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert f"--crs {give}" in said.err, said.err
    assert said.err.count("--crs") == 1, said.err
    # the answer that it gives is one that works
    assert main(["measure", str(path), "--json", "--crs", give]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["source"]["crs_basis"] == ("given" if give.endswith(":yx") else "against_file")
    assert record["plots"][0]["area_m2"] > 5000


@pytest.mark.parametrize(
    ("name", "shape", "declared", "words", "give"),
    TABLE,
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_the_words_say_which_fault_it_is(name, shape, declared, words, give):
    from platforms.geo.crs import crs_fits

    county = shapely.box(120.7, 27.9, 121.3, 28.6)
    assert words in crs_fits(shape.bounds, declared, region_geometry=county).message("en")


def _txt(shape, header):
    rows = [f"J{i % 4 + 1},1,{n},{e}" for i, (e, n) in enumerate(shape.exterior.coords)]
    return "\n".join([header, "[地块坐标]", "5,1.0,1,a,面,,,,@", *rows]) + "\n"


_HEAD = "[属性描述]\n坐标系={}\n几度分带=3\n计量单位=米\n带号={}\n精度=0.001"


@pytest.mark.parametrize(
    ("shape", "datum", "zone", "status", "told"),
    [
        (PREFIXED, "2000国家大地坐标系", 40, 0, "EPSG:4528"),
        (PLANE, "2000国家大地坐标系", 40, 0, "EPSG:4549"),
        (PREFIXED, "2000国家大地坐标系", 39, 1, "40"),
        (PLANE, "2000国家大地坐标系", 39, 1, "--crs EPSG:4549"),
        (PREFIXED, "1980西安坐标系", 40, 1, "--helmert"),
        (PLANE, "1954北京坐标系", 40, 1, "--helmert"),
    ],
)
def test_boundary_files(tmp_path, capsys, shape, datum, zone, status, told):
    (tmp_path / "a.txt").write_bytes(_txt(shape, _HEAD.format(datum, zone)).encode("gbk"))
    assert main(["measure", str(tmp_path / "a.txt"), "--json"]) == status
    said = capsys.readouterr()
    assert told in (said.err if status else json.loads(said.out)["source"]["crs"])


def test_boundary_file_of_an_old_datum_with_parameters(tmp_path, capsys):
    (tmp_path / "a.txt").write_bytes(_txt(PLANE, _HEAD.format("1980西安坐标系", 40)).encode("gbk"))
    assert (
        main(
            ["measure", str(tmp_path / "a.txt"), "--json", "--helmert", "12.5,-48.1,3.2,1.0000021"]
        )
        == 0
    )
    source = json.loads(capsys.readouterr().out)["source"]
    assert (source["crs"], source["crs_basis"]) == ("EPSG:2385", "parameters")
    assert source["parameters"].startswith("ΔX=12.5m, ΔY=-48.1m")


def test_metres_in_geojson_and_csv_are_decided_by_the_county(tmp_path, capsys):
    ring = [list(p) for p in PLANE.exterior.coords]
    body = {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    (tmp_path / "a.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [body]})
    )
    (tmp_path / "a.csv").write_text(f'编号,WKT\n1,"{PLANE.wkt}"\n', encoding="utf-8")
    for name in ("a.geojson", "a.csv"):
        assert main(["measure", str(tmp_path / name), "--json"]) == 0
        source = json.loads(capsys.readouterr().out)["source"]
        assert (source["crs"], source["crs_basis"]) == ("EPSG:4549", "magnitude")


def test_a_known_boundary_shows_a_web_map(tmp_path, capsys):
    from platforms.geo.gcj import OFFSETS

    gpd.GeoDataFrame(geometry=[DEGREES], crs=4490).to_file(tmp_path / "known.gpkg")
    shifted = shapely.transform(DEGREES, OFFSETS["gcj02"])
    gpd.GeoDataFrame(geometry=[shifted], crs=4490).to_file(tmp_path / "a.gpkg")
    assert (
        main(["check", str(tmp_path / "a.gpkg"), "--known", str(tmp_path / "known.gpkg"), "--json"])
        == 0
    )
    issues = json.loads(capsys.readouterr().out)["issues"]
    assert "web_offset_seen" in {issue["kind"] for issue in issues}


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
@pytest.mark.parametrize(
    ("stated", "given", "certified"),
    [
        ("EPSG:3857", None, False),
        ("ESRI:102100", None, False),
        # the numbers alone tell it
        (None, None, False),
        ("EPSG:3857", "EPSG:3857", True),
        ("EPSG:4549", None, True),
    ],
)
def test_web_mercator_is_certified_only_where_the_user_stands_behind_it(
    tmp_path, stated, given, certified
):
    shape = PLANE if stated == "EPSG:4549" else WEB
    path = tmp_path / "a.gpkg"
    gpd.GeoDataFrame({"plot_id": ["A"]}, geometry=[shape], crs=stated).to_file(path)
    county = SimpleNamespace(plane=plane_for(121.0), county=shapely.box(120.7, 27.9, 121.3, 28.6))
    plots = read_plots(path, crs=given, workspace=county)
    assert plots.source.certified is certified
    assert plots.issues.by_kind()["web_mercator_read"] == (not certified)
    # never the area of the projection, which is larger by a third
    true = 10_000 if shape is PLANE else 10_000 / 1.2924
    assert measure_frame(plots.frame)["area_m2"].sum() == pytest.approx(true, rel=0.01)
