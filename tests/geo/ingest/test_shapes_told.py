"""Every fault of a shape is a row of ``platforms check --json``, with what was done."""

from __future__ import annotations

import json

import geopandas as gpd
import pytest
import shapely

from platforms.cli import main

E, N = 40598000.0, 3121000.0
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
CASES = {
    "bow-tie": ([EQUAL_BOW], {"geometry_invalid", "shape_crossed"}),
    "hole outside": (
        [shapely.Polygon(SQUARE.exterior, [shapely.box(E + 200, N, E + 210, N + 10).exterior])],
        {"geometry_invalid", "shape_crossed"},
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
        {"geometry_invalid", "shape_crossed"},
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
    assert status == int(name in SET_ASIDE), err
    found = {issue["kind"]: issue for issue in record["issues"]}
    assert kinds <= set(found)
    assert all(found[kind]["message"] and found[kind]["action"] for kind in kinds)
    assert all(issue["delta_m2"] is None for issue in record["issues"]), "check changes nothing"
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
    assert record["total"]["area_m2"] == 0.0
    assert record["total"]["unmeasured"] == 1
    (row,) = [issue for issue in record["issues"] if issue["kind"] == "shape_crossed"]
    assert " 0.00 " in row["message"]
    assert "4998.8" in row["message"]


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
