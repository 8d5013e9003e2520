"""Sites on the map: numbered by rank, grey where excluded, with the reasons as text."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

import platforms as ip
from platforms.outputs.maps.map_styles import style_of
from platforms.outputs.maps.siting_map import SITE_LAYERS, site_score

PROJECT = {"industry": "C38", "land_mu": 60, "polluting": False}


@pytest.fixture(scope="module")
def siting(yueqing):
    return ip.site(PROJECT, workspace=yueqing)


def _layers(document):
    return {one["id"]: one for one in document.content["layers"]}


def test_the_best_are_numbered_and_the_excluded_apart(yueqing, siting):
    document = ip.siting_document(yueqing, siting, top=3)
    layers = _layers(document)
    assert layers["sites"]["features"] == 3
    assert layers["sites"]["style"]["label"]["column"] == "label"
    assert layers["site_points"]["features"] == len(siting.sites) - 3
    titles = {one["value"]: one["title"] for one in layers["site_points"]["style"]["classes"]}
    assert titles["excluded"] == "不能用"
    # nothing but parks were given
    assert "site_areas" not in layers
    assert all(layers[name]["key"] == "site" for name in ("sites", "site_points"))


def test_it_says_that_the_parks_are_sample_data(yueqing, siting):
    document = ip.siting_document(yueqing, siting)
    assert _layers(document)["sites"]["sample"]
    assert "sample" in document.content["marks"]
    assert any("示例" in note for note in document.content["notes"])
    assert any("tool:siting-2026" in note for note in document.content["notes"])


def test_plots_keep_their_shape_and_are_numbered_inside_it(yueqing):
    shape = shapely.box(120.95, 28.10, 120.97, 28.12)
    plots = gpd.GeoDataFrame({"plot_id": ["<b>1</b>"]}, geometry=[shape], crs=4490)
    told = ip.site(PROJECT, plots=plots, workspace=yueqing)
    layers = _layers(ip.siting_document(yueqing, told, top=40))
    assert layers["site_areas"]["features"] == 1
    assert layers["site_areas"]["kind"] == "polygon"
    ranked = len(told.ranked)
    assert layers["sites"]["features"] == ranked
    assert layers["sites"]["kind"] == "point"


def test_the_same_sites_give_the_same_map(yueqing, siting):
    one, two = (ip.siting_document(yueqing, siting) for _ in range(2))
    assert one.id == two.id
    other = ip.site({**PROJECT, "land_mu": 900}, workspace=yueqing)
    assert ip.siting_document(yueqing, other).id != one.id


def test_every_layer_has_a_look_of_its_own():
    assert all(style_of(name) is not style_of("plain") for name in SITE_LAYERS)


def test_a_score_is_one_number_or_a_range():
    assert site_score(0.5, 0.5) == "0.50"
    assert site_score(0.125, 1.0) == "0.13–1.00"


def test_in_english_too(yueqing, siting):
    ip.set_language("en")
    try:
        document = ip.siting_document(yueqing, siting)
    finally:
        ip.set_language("zh_CN")
    assert document.content["title"].startswith("Sites for a project")
