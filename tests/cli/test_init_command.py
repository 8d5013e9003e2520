from __future__ import annotations

import json

import click
import geopandas as gpd
import pytest
import shapely

import platforms as ip
from platforms import messages
from platforms.cli import init as init_module
from platforms.cli import main


@pytest.fixture
def outlines(tmp_path):
    path = tmp_path / "all.geojson"
    gpd.GeoDataFrame(
        {"code": ["330302"], "name": ["鹿城区"]},
        geometry=[shapely.box(120.4, 28.0, 120.6, 28.2)],
        crs="EPSG:4490",
    ).to_file(path)
    return str(path)


def call(capsys, *words):
    status = main(list(words))
    told = capsys.readouterr()
    return status, told.out, told.err


@pytest.fixture
def made(capsys, tmp_path, outlines):
    folder = tmp_path / "lucheng"
    words = ("--county-code", "330302", "--boundary", outlines, "--document", "id=p,title=规划")
    assert call(capsys, "init", str(folder), *words)[0] == 0
    return folder


def test_init_tells_what_it_made_as_json(capsys, tmp_path, outlines):
    folder = tmp_path / "lucheng"
    words = ("--county-code", "330302", "--boundary", outlines, "--json")
    status, out, err = call(capsys, "init", str(folder), *words)
    assert status == 0, err
    record = json.loads(out)
    assert record["name"] == "鹿城区"
    assert record["crs"] == "EPSG:4528"
    assert record["boundary"] == {
        "source": "all.geojson", "checked": True, "units": 1, "neighbours": 0,
    }  # fmt: skip
    assert record["towns"] == {"count": 0, "basis": None}
    assert (folder / "layers/plan.yaml").is_file()


@pytest.mark.parametrize("lang", messages.LANGUAGES)
@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["--from", "empty"], 2, "--county-code 330302"),
        (["--name", "鹿城区"], 2, "--county-code 330302"),
        (["--from", "taizhou", "--county-code", "330302"], 2, "--from"),
        (["--county-code", "330382", "--boundary", "OUTLINES"], 1, "330302 鹿城区"),
        (["--county-code", "330302", "--name", "龙湾区", "--boundary", "OUTLINES"], 1, "鹿城区"),
        (["--county-code", "999999", "--boundary", "OUTLINES"], 1, "999999"),
        (["--county-code", "330302", "--boundary", "nowhere.shp"], 1, "nowhere.shp"),
        (["--county-code", "330302", "--document", "规划", "--boundary", "OUTLINES"], 2, "title"),
    ],
)
def test_what_cannot_be_made_is_told_kindly(
    capsys, tmp_path, monkeypatch, outlines, lang, words, status, told
):
    monkeypatch.setenv("PLATFORMS_LANG", lang)
    given = [outlines if word == "OUTLINES" else word for word in words]
    found, _, err = call(capsys, "init", str(tmp_path / "city"), *given)
    assert found == status, err
    assert told in err
    assert "Traceback" not in err
    assert not (tmp_path / "city").exists()


def test_on_a_terminal_it_asks(capsys, tmp_path, monkeypatch, outlines):
    answers = iter(["鹿城", "330302", "", outlines, "", "id=p,title=规划", ""])
    monkeypatch.setattr(init_module, "_on_terminal", lambda: True)
    monkeypatch.setattr(click, "prompt", lambda *_, **__: next(answers))
    status, out, err = call(capsys, "init", str(tmp_path / "city"), "--json")
    assert status == 0, err
    assert json.loads(out)["documents"] == ["p"]
    assert next(answers, None) is None


def test_a_folder_that_holds_something_is_refused(capsys, made, outlines):
    words = ("--county-code", "330302", "--boundary", outlines)
    status, _, err = call(capsys, "init", str(made), *words)
    assert status == 1
    assert "lucheng" in err


def test_check_leads_through_a_workspace(capsys, made):
    status, out, err = call(capsys, "check", "--workspace", str(made))
    assert status == 0, err
    assert "layers/platforms.csv" in out
    assert "platforms run --workspace" in out
    status, out, _ = call(capsys, "check", "--workspace", str(made), "--json")
    record = json.loads(out)
    assert status == 0
    assert record["county_code"] == "330302"
    assert [item["id"] for item in record["items"]][:2] == ["plan", "county"]
    assert record["counts"]["wrong"] == 0


def test_check_of_a_workspace_with_a_fault_names_file_and_row(capsys, made):
    table = made / "layers/platforms.csv"
    head = table.read_text(encoding="utf-8").strip()
    cells = {"platform_id": "P1", "name": "甲", "place_id": "nowhere", "doc": "q"}
    row = ",".join(cells.get(name, "") for name in head.split(","))
    table.write_text(f"{head}\n{row}\n", encoding="utf-8")
    status, _, err = call(capsys, "check", "--workspace", str(made))
    assert status == 1
    assert "第 2 行" in err
    status, out, _ = call(capsys, "check", "--workspace", str(made), "--json")
    faults = [item["errors"] for item in json.loads(out)["items"] if item["id"] == "platforms"]
    assert status == 1
    assert faults[0][0]["file"] == "platforms.csv"


def test_check_without_file_and_workspace_is_wrong_usage(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, _, err = call(capsys, "check")
    assert status == 2
    assert "FILE" in err


def test_a_new_city_runs_with_plots_and_without(capsys, made, tmp_path):
    status, out, err = call(
        capsys, "run", "--workspace", str(made), "-o", str(tmp_path / "none"), "--json"
    )
    assert status == 0, err
    assert json.loads(out)["counts"]["plots"] == 0
    shape = shapely.box(120.5, 28.1, 120.501, 28.101)
    given = tmp_path / "own.gpkg"
    gpd.GeoDataFrame({"plot_id": ["A"]}, geometry=[shape], crs="EPSG:4490").to_file(given)
    status, out, err = call(
        capsys, "run", "--workspace", str(made), "--plots", str(given),
        "-o", str(tmp_path / "out"), "--json",
    )  # fmt: skip
    assert status == 0, err
    record = json.loads(out)
    assert record["counts"]["plots"] == 1
    assert record["sample"] is False
    assert record["reclaimable_mu"] is None
    assert (tmp_path / "out" / "map.html").is_file()


def test_official_towns_without_seats_carry_their_names(capsys, tmp_path, outlines):
    halves = [shapely.box(120.4, 28.0, 120.5, 28.2), shapely.box(120.5, 28.0, 120.6, 28.2)]
    towns = tmp_path / "towns.gpkg"
    frame = gpd.GeoDataFrame({"name": ["甲街道", "乙镇"]}, geometry=halves, crs="EPSG:4490")
    frame.to_file(towns)
    folder = tmp_path / "city"
    words = ("--county-code", "330302", "--boundary", outlines, "--towns", str(towns))
    assert call(capsys, "init", str(folder), *words)[0] == 0
    document = ip.run_document(ip.run(ip.Workspace.open(folder)))
    layers = {layer["id"]: layer for layer in document.content["layers"]}
    assert "seats" not in layers
    assert layers["towns"]["style"]["label"]["column"] == "name"


def test_nobody_is_outside_of_what_nobody_entered(made):
    shape = shapely.box(120.5, 28.1, 120.501, 28.101)
    plots = gpd.GeoDataFrame({"plot_id": ["A"]}, geometry=[shape], crs="EPSG:4490")
    found = ip.assign(plots, ip.Workspace.open(made))
    assert found["platform_way"].tolist() == ["unknown"]
    assert found["town_way"].tolist() == ["unknown"]
