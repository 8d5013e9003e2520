"""Every fault of a shape is a row of ``platforms check --json``, with what was done."""

from __future__ import annotations

import json

import geopandas as gpd
import pytest
import shapely

from platforms.cli import main

# millimetres: whole metres would have a row of their own
E, N = 40598000.123, 3121000.457
SQUARE = shapely.box(E, N, E + 100, N + 100)
# a large loop of 50 by 100 and a small one of 25 by 50, turned the other way
BOW = shapely.Polygon(
    [
        (E, N),
        (E + 100, N),
        (E + 50, N + 100 / 3),
        (E + 100, N + 100),
        (E, N + 100),
        (E + 100, N + 50),
    ]
)


def _ring(*points):
    return shapely.Polygon([(E + x, N + y) for x, y in points])


EQUAL_BOW = _ring((0, 0), (100, 100), (100, 0), (0, 100))
SIDES = ((0, 0), (100, 0), (100, 100), (0, 100))
CASES = {
    "bow-tie": ([EQUAL_BOW], {"shape_crossed"}),
    "hole outside": (
        [shapely.Polygon(SQUARE.exterior, [shapely.box(E + 200, N, E + 210, N + 10).exterior])],
        {"shape_crossed"},
    ),
    "nested holes": (
        [
            shapely.Polygon(
                SQUARE.exterior,
                [
                    shapely.box(E + 10, N + 10, E + 90, N + 90).exterior,
                    shapely.box(E + 20, N + 20, E + 80, N + 80).exterior,
                ],
            )
        ],
        {"shape_crossed"},
    ),
    "duplicate vertices": (
        [_ring((0, 0), (100, 0), (100, 0), (100, 100), (0, 100))],
        {"shape_repeated_points"},
    ),
    "heights": ([shapely.force_3d(SQUARE, 7.0)], {"heights_dropped"}),
    "parts": (
        [shapely.MultiPolygon([SQUARE, shapely.box(E + 300, N, E + 400, N + 100)])],
        {"shape_parts"},
    ),
    "collection": (
        [shapely.GeometryCollection([SQUARE, shapely.Point(E, N)])],
        {"collection_parts"},
    ),
    "empty": ([shapely.Polygon(), SQUARE], {"geometry_empty"}),
    "null": ([None, SQUARE], {"geometry_missing"}),
    "flat": ([_ring((0, 0), (50, 50), (100, 100)), SQUARE], {"geometry_flat"}),
    "line": ([shapely.LineString([(E, N), (E + 9, N)]), SQUARE], {"not_polygon"}),
    "sliver": ([shapely.box(E, N, E + 500, N + 0.3)], {"shape_sliver"}),
    "spike": (
        [_ring((0, 0), (100, 0), (100, 50), (300, 50.1), (100, 50.2), (100, 100), (0, 100))],
        {"shape_spike"},
    ),
    "duplicate": ([SQUARE, shapely.reverse(SQUARE)], {"shape_duplicate"}),
    "overlap": ([SQUARE, shapely.box(E + 50, N, E + 150, N + 100)], {"shape_overlap"}),
    "outside": ([SQUARE, shapely.box(E - 150_000, N, E - 149_900, N + 100)], {"shape_outside"}),
}
# m² that each row names: what a repair would change, what is shared, what lies outside; 0
# where the area is as it was, None where the area is not known
DELTA_M2 = {
    "bow-tie": 4998.81,
    "hole outside": 199.95,
    "nested holes": 3599.15,
    "duplicate": 9997.63,
    "overlap": 4998.81,
    "outside": 9999.33,
    "empty": None,
    "null": None,
    "flat": None,
    "line": None,
}
SET_ASIDE = {"empty", "null", "flat", "line"}


def _file(folder, shapes):
    frame = gpd.GeoDataFrame(
        {"plot_id": [f"P{i}" for i in range(1, len(shapes) + 1)]}, geometry=shapes, crs=4528
    )
    frame.to_file(folder / "a.gpkg")
    return str(folder / "a.gpkg")


def _said(capsys, *arguments):
    status = main([*arguments, "--json"])
    said = capsys.readouterr()
    return status, json.loads(said.out) if said.out else None, said.err


@pytest.mark.parametrize("name", CASES)
def test_a_row_says_what_is_wrong_and_what_was_done(tmp_path, capsys, name):
    shapes, kinds = CASES[name]
    status, record, err = _said(capsys, "check", _file(tmp_path, shapes))
    assert status == int(name in SET_ASIDE or "shape_crossed" in kinds), err
    found = {issue["kind"]: issue for issue in record["issues"]}
    assert set(found) == kinds
    assert len(record["issues"]) == 1
    (row,) = record["issues"]
    assert row["message"]
    assert row["action"]
    delta = DELTA_M2.get(name, 0.0)
    assert row["delta_m2"] == (None if delta is None else pytest.approx(delta, abs=0.02))
    assert record["rows"] == {
        "in": len(shapes),
        "good": len(shapes) - int(name in SET_ASIDE),
        "set_aside": int(name in SET_ASIDE),
    }


@pytest.mark.parametrize(
    "name", [n for n in CASES if n not in {"duplicate vertices", "parts", "heights"}]
)
def test_strict_refuses(tmp_path, capsys, name):
    status, record, err = _said(capsys, "measure", _file(tmp_path, CASES[name][0]), "--strict")
    assert (status, record) == (1, None)
    assert err


def test_an_overlap_says_the_pair_and_the_shared_land(tmp_path, capsys):
    _, record, _ = _said(capsys, "check", _file(tmp_path, CASES["overlap"][0]))
    (row,) = [issue for issue in record["issues"] if issue["kind"] == "shape_overlap"]
    assert "P1" in row["message"]
    assert "P2" in row["message"]
    assert "4998.8" in row["message"]


def test_a_bow_tie_is_never_measured_as_if_it_were_whole(tmp_path, capsys):
    # two loops of 2,500 m² that turn against each other: nothing is left in the order of points
    _, record, _ = _said(capsys, "measure", _file(tmp_path, [EQUAL_BOW]))
    assert record["plots"][0]["area_m2"] is None
    assert record["total"]["area_m2"] is None
    assert record["total"]["net_area_mu"] is None
    assert record["total"]["unmeasured"] == 1
    (row,) = [issue for issue in record["issues"] if issue["kind"] == "shape_crossed"]
    assert " 0.00 " in row["message"]
    assert "4998.8" in row["message"]


def test_a_bow_tie_alone_has_a_dash_for_its_area_and_for_the_sum(tmp_path, capsys):
    path = _file(tmp_path, [EQUAL_BOW])
    assert main(["measure", path]) == 1
    said = capsys.readouterr()
    row, total, left = said.out.splitlines()
    assert "0.00" not in row + total
    assert row.count("—") == 4
    assert total.count("—") == 2
    # what there is none of is not counted
    assert left == "另有 1 宗面积不明；没有计入合计。"
    assert said.err.count("4,998.81 m²") == 1


def test_exit_status_says_whether_every_record_was_measured(tmp_path, capsys):
    out = tmp_path / "out.gpkg"
    for number, (shapes, status) in enumerate(
        [([SQUARE], 0), ([SQUARE, SQUARE], 0), ([SQUARE, None], 1), ([SQUARE, EQUAL_BOW], 1)]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = _file(folder, shapes)
        for command in ("measure", "check", "reclaim", "assign", "assess"):
            assert main([command, path, "--json"]) == status, capsys.readouterr().err
        assert main(["measure", path, "-o", str(out), "--overwrite"]) == status
        assert len(gpd.read_file(out)) == len(shapes) - shapes.count(None)


def test_rows_show_what_was_adjusted(tmp_path, capsys):
    path = _file(tmp_path, [SQUARE, shapely.box(E + 500, N, E + 600, N + 100)])
    _, record, _ = _said(capsys, "measure", path)
    total = record["total"]["area_m2"] + 0.03
    _, record, _ = _said(capsys, "measure", path, "--control", str(total))
    assert main(["measure", path, "--control", str(total)]) == 0
    lines = capsys.readouterr().out.splitlines()
    for line, plot in zip(lines, record["plots"], strict=False):
        assert f" {plot['adjusted_m2']:,.2f} m²" in line
        assert f" {plot['residue_m2']:.2f} m²" in line
    assert sorted(plot["residue_m2"] for plot in record["plots"]) == [0.01, 0.02]


def test_a_small_repair_is_let_through_by_strict(tmp_path, capsys):
    # a crossing of 0.005 m² on the northern edge
    shape = _ring(
        *((0, 0), (100, 0), (100, 100), (50, 100), (49.9, 100.1), (49.9, 100), (50, 100.1)),
        (0, 100),
    )
    path = _file(tmp_path, [shape])
    for command in ("measure", "check"):
        assert _said(capsys, command, path, "--strict")[0] == 1
        status, record, err = _said(capsys, command, path, "--strict", "--repair")
        assert status == 0, err
        (row,) = record["issues"]
        assert (row["kind"], row["severity"]) == ("shape_repaired", "info")


@pytest.mark.parametrize(
    ("crs", "said"), [(4499, True), (4510, True), (4528, False), (4549, False)]
)
def test_another_zone_than_the_countys_is_named(tmp_path, capsys, crs, said):
    frame = gpd.GeoDataFrame({"plot_id": ["P1"]}, geometry=[SQUARE], crs=4528).to_crs(crs)
    frame.to_file(tmp_path / "a.gpkg")
    status, record, err = _said(capsys, "measure", str(tmp_path / "a.gpkg"))
    assert status == 0, err
    rows = [issue for issue in record["issues"] if issue["kind"] == "plane_not_county"]
    assert len(rows) == said
    if said:
        assert rows[0]["severity"] == "info"
        assert f"EPSG:{crs}" in rows[0]["message"]
        assert "EPSG:4528" in rows[0]["message"]


def test_rings_of_a_boundary_file_say_what_was_taken_off(tmp_path, capsys):
    rings = [
        "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n带号=40\n[地块坐标]\n8,1,a,甲,面,,,,@",
        *(f"J{i},1,{N + y},{E + x}" for i, (x, y) in enumerate(SIDES)),
        *(f"J{i},2,{N + 20 + y / 5},{E + 20 + x / 5}" for i, (x, y) in enumerate(SIDES)),
        *(f"J{i},3,{N + y},{E + 300 + x}" for i, (x, y) in enumerate(SIDES)),
    ]
    (tmp_path / "a.txt").write_text("\n".join(rings), encoding="utf-8")
    _, record, _ = _said(capsys, "check", str(tmp_path / "a.txt"))
    (row,) = [issue for issue in record["issues"] if issue["kind"] == "rings_placed"]
    assert row["delta_m2"] == -400.0
    assert "3" in row["message"]


def test_repair_on_request_says_how_much_it_changed(tmp_path, capsys):
    path = _file(tmp_path, [EQUAL_BOW, shapely.box(E + 500, N, E + 600, N + 100)])
    _, record, _ = _said(capsys, "measure", path, "--repair")
    kinds = {issue["kind"]: issue for issue in record["issues"]}
    assert "geometry_invalid" not in kinds
    assert "shape_crossed" not in kinds
    delta = kinds["shape_repaired"]["delta_m2"]
    assert delta == record["plots"][0]["area_m2"] == pytest.approx(4998.8, abs=0.1)
    assert kinds["shape_repaired"]["severity"] == "warning"
    status, _, err = _said(capsys, "measure", path, "--repair", "--strict")
    assert status == 1, err
