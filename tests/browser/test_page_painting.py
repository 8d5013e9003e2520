"""Many plots on the map: the picture is whole, whatever was done pixel by pixel or in slices."""

from __future__ import annotations

import io

import geopandas as gpd
import numpy as np
import pytest
import shapely
from PIL import Image

import map_samples as samples
import platforms as ip
from conftest import call, probe, wait_still

pytestmark = pytest.mark.browser

COLUMNS, ROWS = 60, 30
WEST, SOUTH, STEP, SIDE = 120.83, 28.03, 0.002, 0.00002
BLUE, RED = "#88ccee", "#cc6677"


def specks():
    """2 m plots, so many that they are set as pixels: blue in the west half, red in the east."""
    column, row = np.tile(np.arange(COLUMNS), ROWS), np.repeat(np.arange(ROWS), COLUMNS)
    x, y = WEST + STEP * column, SOUTH + STEP * row
    verdicts = np.where(column < COLUMNS // 2, "not", "low_efficiency")
    layer = samples.plots_layer()
    frame = gpd.GeoDataFrame(
        {
            "plot_id": [f"S{n}" for n in range(len(x))],
            "name": "地块",
            "verdict": verdicts,
            "area_mu": 0.006,
            "basis": "sample",
        },
        geometry=shapely.box(x, y, x + SIDE, y + SIDE),
        crs=4490,
    )
    return samples.document(samples.plots_layer(frame=frame, columns=layer.columns))


def near(page, colour: str) -> int:
    wait_still(page)
    shot = page.locator(".pm-stage").screenshot()
    image = np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")).astype(int)
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return int((np.abs(image - wanted).max(axis=2) <= 8).sum())


def test_plots_without_a_shape_are_all_there_in_the_colours_of_their_classes(open_map):
    page, seen = open_map(specks())
    call(page, "leaflet.setView([28.06, 120.89], 12.5, {animate: false})")
    blue, red = near(page, BLUE), near(page, RED)
    # two pixels by two each; legend, watermark and words may cover some
    each = COLUMNS * ROWS / 2 * 4
    assert 0.8 * each < blue < 1.3 * each
    assert 0.8 * each < red < 1.3 * each
    assert probe(page)["layers"]["plots"]["drawn"] == COLUMNS * ROWS
    assert seen.errors == []


def covering(side: float, step: float, places: int):
    """Pairs of plots on one another, the low ones first in the file."""
    x = np.tile(WEST + step * np.arange(places), 2)
    verdicts = np.repeat(["low_efficiency", "not"], places)
    frame = gpd.GeoDataFrame(
        {
            "plot_id": [f"S{n}" for n in range(len(x))],
            "name": "地块",
            "verdict": verdicts,
            "area_mu": 1.0,
            "basis": "sample",
        },
        geometry=shapely.box(x, SOUTH, x + side, SOUTH + side),
        crs=4490,
    )
    return samples.document(samples.plots_layer(frame=frame, columns=samples.plots_layer().columns))


@pytest.mark.parametrize(
    ("side", "step", "places"), [(0.01, 0.02, 4), (0.00002, 0.002, 20), (0.00002, 0.0001, 1000)]
)
def test_what_the_rules_hit_lies_on_what_they_do_not(open_map, side, step, places):
    # areas, squares straight on the canvas, squares set as pixels
    page, _ = open_map(covering(side, step, places))
    call(page, "leaflet.setView([28.03, 120.86], 12.5, {animate: false})")
    assert near(page, BLUE) == 0
    assert near(page, RED) > 8


@pytest.mark.long
def test_the_picture_of_specks_is_not_laid_over_the_next_one(open_map):
    page, _ = open_map(specks())
    call(page, "leaflet.setView([28.06, 120.89], 12.5, {animate: false})")
    before = near(page, BLUE)
    call(page, "leaflet.setView([28.0605, 120.8905], 12.5, {animate: false})")
    assert abs(near(page, BLUE) - before) < 0.1 * before
    call(page, "map.setLayers({plots: false})")
    assert near(page, BLUE) < 0.05 * before


@pytest.mark.long
def test_a_long_drag_ends_with_a_whole_map(open_map):
    page, seen = open_map(specks())
    call(page, "leaflet.setView([28.06, 120.89], 12.5, {animate: false})")
    before = near(page, RED)
    box = page.locator(".pm-stage").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for way in (-1, 1):
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + way * 250, y, steps=12)
        page.wait_for_timeout(300)
        page.mouse.up()
    # a map that was thrown rolls on for a while
    page.wait_for_timeout(800)
    assert abs(near(page, RED) - before) < 0.25 * before
    assert seen.errors == []


@pytest.mark.long
def test_every_planned_area_is_named_on_an_office_screen(open_map):
    city = ip.run(ip.Workspace.open("yueqing"))
    page, _ = open_map(ip.run_document(city))
    named = {label["text"] for label in probe(page)["labels"]}
    assert set(city.layers["layout_units"]["name"]) <= named
