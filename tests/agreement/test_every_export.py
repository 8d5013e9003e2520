"""One run, one number: the app, the command line and every file of a run say the same digits."""

from __future__ import annotations

import json

import geopandas as gpd
import openpyxl
import pytest

from platforms.app.scene import make_scene
from platforms.cli import main
from platforms.outputs.maps.map_reading import layer_frames, read_page
from platforms.units import half_up, printed

KEYS = ("area_mu", "low_efficiency_mu", "unknown_mu", "reclaimable_mu")
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
