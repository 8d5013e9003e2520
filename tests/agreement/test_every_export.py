"""One run, one number: the app, the command line and every file of a run say the same digits."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Mapping
from xml.etree import ElementTree as ET

import geopandas as gpd
import openpyxl
import pandas as pd
import pptx
import pyogrio
import pytest
from streamlit.testing.v1 import AppTest

from platforms.app.scene import make_scene
from platforms.cli import main
from platforms.outputs.export import export_run
from platforms.outputs.maps.map_reading import layer_frames, read_page
from platforms.units import half_up, printed

KEYS = ("area_mu", "low_efficiency_mu", "unknown_mu", "reclaimable_mu")
PAGE = "from platforms.app.views import overview\noverview.page()\n"
AREAS = ("area_m2", "area_mu", "planar_m2")


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The folder of a run from the command line, and the object that it printed."""
    import contextlib
    import io

    folder = tmp_path_factory.mktemp("run") / "out"
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main(["run", "-o", str(folder), "--json"]) == 0
    return folder, json.loads(out.getvalue())


def test_key_figures_are_those_of_the_library(told, yueqing, example):
    folder, record = told
    kept = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    scene = make_scene(yueqing, None)
    book = openpyxl.load_workbook(folder / "ledger.xlsx", data_only=True)
    sheet = {row[0]: row[1] for row in book["概况"].iter_rows(min_row=4, values_only=True)}
    page = read_page(folder / "map.html").content["figures"]
    shown = {one["key"]: one["value"] for one in page}
    titles = {"area_mu": "椭球面积（亩）", "low_efficiency_mu": "低效（亩）",
              "unknown_mu": "情况不明（亩）", "reclaimable_mu": "可腾退用地（亩）"}  # fmt: skip
    for key in KEYS:
        wanted = example.figures[key]
        assert record[key] == kept[key] == wanted
        assert scene.run.figures[key] == wanted
        assert sheet[titles[key]] == wanted
        assert shown.get(key, printed(wanted)) == printed(wanted)
    assert {"area_mu", "low_efficiency_mu", "reclaimable_mu"} <= set(shown)


def test_each_plot_has_the_same_areas_everywhere(told, example):
    folder, _ = told
    wanted = example.plots.set_index("plot_id")
    package = gpd.read_file(folder / "plan.gpkg", layer="plots").set_index("plot_id")
    for name in AREAS:
        assert package[name].tolist() == wanted[name].tolist()
    book = openpyxl.load_workbook(folder / "ledger.xlsx", data_only=True, read_only=True)
    _, _, head, *rows = book["地块台账"].iter_rows(values_only=True)
    for title, name in (("椭球面积（m²）", "area_m2"), ("椭球面积（亩）", "area_mu")):
        assert [row[head.index(title)] for row in rows] == wanted[name].tolist()
    page = layer_frames(read_page(folder / "map.html"))["plots"].set_index("plot_id")
    assert page.index.tolist() == wanted.index.tolist()
    for name in AREAS:
        # the page holds the two decimals that it prints
        assert page[name].tolist() == half_up(wanted[name].to_numpy(), 2).tolist()


@pytest.fixture(scope="module")
def given(told, tmp_path_factory):
    """Export the run: ``given(kind, file name, …)``."""
    place = tmp_path_factory.mktemp("given")
    return lambda to, name, **options: export_run(told[0], to, place / name, **options)


def areas(frame: pd.DataFrame, names: Mapping[str, str] | None = None) -> list[list[float]]:
    """The areas of a file's plots, in the order of their ids."""
    called = names or {}
    ordered = frame.sort_values(called.get("plot_id", "plot_id"))
    return [ordered[called.get(name, name)].tolist() for name in AREAS]


@pytest.fixture(scope="module")
def wanted(example):
    return areas(example.plots)


@pytest.mark.long
def test_a_geodatabase_a_kml_and_the_parquets_hold_the_same_areas(given, wanted):
    assert areas(pyogrio.read_dataframe(given("gdb", "p.gdb.zip"), layer="plots")) == wanted
    kml = given("kml", "p.kml")
    assert areas(pyogrio.read_dataframe(kml, layer="工业地块（示例数据）")) == wanted
    assert areas(gpd.read_parquet(given("parquet", "p.parquet"))) == wanted
    assert areas(gpd.read_parquet(given("parquet", "layers") / "plots.parquet")) == wanted
    package = given("package", "package")
    assert areas(gpd.read_parquet(package / "layers" / "plots.parquet")) == wanted


def test_a_shapefile_holds_the_same_areas_under_the_names_of_its_map(given, wanted):
    path = given("shp", "p.zip")
    with zipfile.ZipFile(path) as file:
        rows = csv.DictReader(file.read("field_map.csv").decode("utf-8-sig").splitlines())
        names = {row["name"]: row["field"] for row in rows}
    assert areas(pyogrio.read_dataframe(f"/vsizip/{path}/p.shp"), names) == wanted


@pytest.mark.parametrize("stated", ["planar_m2", "area_m2"])
def test_a_boundary_file_states_the_hectares_of_one_area(given, example, stated):
    # the plane's area is what it states where nobody chooses
    chosen = {} if stated == "planar_m2" else {"stated": stated}
    path = given("txt", f"{stated}.txt", **chosen)
    lines = path.read_text(encoding="gb18030").splitlines()
    found = {row[2]: row[1] for row in csv.reader(lines) if row[-1:] == ["@"]}
    hectares = half_up(example.plots[stated].to_numpy() / 10_000, 4)
    ids = example.plots["plot_id"]
    assert found == {name: f"{ha:.4f}" for name, ha in zip(ids, hectares, strict=True)}


def test_a_certificate_prints_the_areas_of_its_plots(given, example):
    some = example.plots.sort_values("area_m2").iloc[[0, 600, -1]]
    path = given("certificate", "c.html", plot_ids=some["plot_id"].tolist())
    page = path.read_text(encoding="utf-8")
    _, *sheets = re.split(r"地块编号</th><td>", page)
    assert len(sheets) == len(some)
    for sheet in sheets:
        plot = some.set_index("plot_id").loc[sheet.partition("<")[0]]
        for title, name in (("椭球面积", "area_m2"), ("平面面积", "planar_m2")):
            row = sheet.partition(f"<td>{title}")[2].partition("</tr>")[0]
            cells = re.findall(r'"number">([^<]*)<', row)
            mu = half_up(half_up(plot[name], 2) * 0.0015, 4)
            assert cells[:2] == [f"{half_up(plot[name], 2):.2f}", f"{mu:.4f}"]


@pytest.mark.long
def test_a_figure_a_deck_and_the_app_print_the_key_figures(given, example):
    figures = {key: printed(example.figures[key]) for key in KEYS}
    headline = {figures[key] for key in KEYS if key != "unknown_mu"}
    svg = ET.fromstring(given("figure", "f.svg").read_bytes())  # noqa: S314 our own file
    assert headline <= {node.text for node in svg.iter("{http://www.w3.org/2000/svg}text")}
    deck = pptx.Presentation(str(given("figure", "f.pptx")))
    shapes = [shape for slide in deck.slides for shape in slide.shapes]
    cells = {
        cell.text for one in shapes if one.has_table for row in one.table.rows for cell in row.cells
    }
    assert headline <= cells
    # the bars of the verdicts are numbers that a chart keeps
    bars = [list(one.chart.plots[0].series[0].values) for one in shapes if one.has_chart]
    assert [example.figures[f"{name}_mu"] for name in ("low_efficiency", "not", "unknown")] in bars
    app = AppTest.from_string(PAGE, default_timeout=60).run()
    assert not app.exception
    page = "\n".join(part.proto.body for part in app.get("html"))
    assert all(f"<b>{value}</b>" in page for value in headline)
