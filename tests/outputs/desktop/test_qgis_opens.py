"""The real QGIS opens what a run gives away: layers, styles, names, areas, and draws it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from platforms.outputs.export import export_run
from platforms.outputs.folder import save_run

pytestmark = pytest.mark.long

PROBE = Path(__file__).with_name("opened_by_qgis.py")
PYTHON = "/usr/bin/python3"
QUIET = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": "", "LC_ALL": "C.UTF-8"}
ORDER = ["platforms", "special_towns", "micro_parks", "projects", "firms", "land_areas", "plots"]
ORDER += ["control_line", "layout_units", "towns"]


def _qgis() -> bool:
    if not Path(PYTHON).exists():
        return False
    asked = subprocess.run(
        [PYTHON, "-c", "import qgis.core"], capture_output=True, env=QUIET, check=False
    )
    return asked.returncode == 0


@pytest.fixture(scope="module")
def opened(example, tmp_path_factory):
    if not _qgis():
        if os.environ.get("CI") == "true":
            pytest.fail("QGIS is not here: install python3-qgis and qgis-providers")
        pytest.skip("QGIS is not here (python3-qgis and qgis-providers)")
    place = tmp_path_factory.mktemp("qgis")
    save_run(example, place / "out")
    for kind, name in (("gdb", "plan.gdb.zip"), ("kml", "plan.kml"), ("shp", "plots.zip")):
        export_run(place / "out", kind, place / name)
    question = [
        {
            "path": str(place / "out" / "plan.gpkg"),
            "order": ORDER,
            "picture": str(place / "plan.png"),
            "box": [120.79, 27.96, 121.26, 28.42],
        },
        *({"path": str(place / name)} for name in ("plan.gdb.zip", "plan.kml", "plots.zip")),
    ]
    asked = subprocess.run(
        [PYTHON, str(PROBE), json.dumps(question)], capture_output=True, env=QUIET, check=True
    )
    answer = json.loads(asked.stdout)
    return {Path(path).name: layers for path, layers in answer.items()} | {"place": place}


def test_every_layer_opens_with_all_its_rows(opened, example):
    layers = opened["plan.gpkg"]
    assert set(example.layers) | {"plots", "issues", "land_areas"} <= set(layers)
    assert all(layer["valid"] for layer in layers.values())
    assert layers["plots"]["features"] == len(example.plots)
    for name, frame in example.layers.items():
        assert layers[name]["features"] == len(frame)
        assert layers[name]["crs"] == "EPSG:4490"


def test_the_plots_come_up_as_the_map_draws_them(opened):
    plots = opened["plan.gpkg"]["plots"]
    assert (plots["renderer"], plots["attribute"]) == ("categorizedSymbol", "verdict")
    assert dict(plots["classes"]) == {
        "low_efficiency": "低效", "not": "非低效", "unknown": "情况不明", "": "其他",
    }  # fmt: skip
    assert plots["parts"] == [
        ["SimpleFill", "LinePatternFill", "SimpleLine"],
        ["SimpleFill", "SimpleLine"],
        ["SimpleFill", "PointPatternFill", "SimpleLine"],
        ["SimpleFill", "SimpleLine"],
    ]
    assert plots["labels"]
    # names from level 15.5 on
    assert 6000 < plots["label_from"] < 7000
    assert opened["plan.gpkg"]["platforms"]["renderer"] == "categorizedSymbol"


def test_fields_and_values_are_told_in_the_readers_words(opened):
    plots = opened["plan.gpkg"]["plots"]
    assert plots["aliases"]["area_mu"] == "椭球面积（亩）"
    assert all(alias for name, alias in plots["aliases"].items() if name != "fid")
    assert plots["words"]["verdict"]["low_efficiency"] == "低效"
    assert "示例数据" in plots["abstract"]
    assert opened["plan.gdb.zip"]["plots"]["aliases"]["verdict"] == "认定结果"


@pytest.mark.parametrize(
    ("file", "layer", "rel"),
    [
        ("plan.gpkg", "plots", 1e-5),
        ("plan.gdb.zip", "plots", 1e-5),
        ("plots.zip", "plots", 1e-5),
        # eight decimals of a degree
        ("plan.kml", "工业地块（示例数据）", 1e-4),
    ],
)
def test_areas_are_those_of_the_run_and_qgis_measures_the_same(opened, example, file, layer, rel):
    areas = opened[file][layer]["areas"]
    told = dict(zip(example.plots["plot_id"], example.plots["area_m2"], strict=True))
    assert {plot: stated for plot, (stated, _) in areas.items()} == told
    assert all(
        measured == pytest.approx(stated, rel=rel, abs=0.1) for stated, measured in areas.values()
    )


def test_qgis_draws_the_plan(opened):
    from PIL import Image

    with Image.open(opened["place"] / "plan.png") as picture:
        colours = picture.convert("RGB").getcolors(maxcolors=2**20)
    assert len(colours) > 200
    # the ink of 中心主城 and of the belts is on it
    seen = {colour for _, colour in colours}
    assert (0xB0, 0x8A, 0x1E) in seen
