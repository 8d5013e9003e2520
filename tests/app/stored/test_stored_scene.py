"""The store's plots on their page: looked at once, filtered, one row read when it is clicked."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

import platforms as ip
from platforms import messages
from platforms.app.detail import detail
from platforms.app.state import Pick
from platforms.app.stored import looking
from platforms.app.stored.scene import LAYER, StoredScene

COUNT = 40


def row_of_plots(count=COUNT):
    number = np.arange(count)
    return gpd.GeoDataFrame(
        {
            "plot_id": [f"P{n}" for n in number],
            "verdict": np.where(number % 4 == 0, "low_efficiency", "not"),
            "town": np.where(number < 10, "甲", "乙"),
            "area_m2": 1000.0,
            "firm_name": [f"企业{n}" for n in number],
        },
        geometry=[shapely.box(x := 121 + n / 1000, 28.1, x + 0.0005, 28.1005) for n in number],
        crs=4490,
    )


@pytest.fixture(scope="module")
def city():
    return ip.Workspace.open("yueqing")


@pytest.fixture
def store(tmp_path, monkeypatch, city):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path / "kept"))
    monkeypatch.setenv("PLATFORMS_MAP_PLOTS", "20")
    monkeypatch.setattr(looking.opened, "workspace", lambda: city)
    monkeypatch.setattr(looking, "_TURNS", {})
    monkeypatch.setattr(looking, "_THERE", {})
    return ip.open_store(city)


@pytest.fixture
def looked(store, city):
    store.plots.take(row_of_plots(), by="王")
    return ip.store_map(store, city)


def test_the_page_is_offered_where_there_are_plots(store, monkeypatch):
    assert not looking.any_stored()
    store.plots.take(row_of_plots(2), by="王")
    # asked anew after a while
    monkeypatch.setattr(looking, "_AGAIN_S", 0.0)
    assert looking.any_stored()


def test_all_sessions_look_at_one_and_a_change_makes_another(store):
    store.plots.take(row_of_plots(), by="王")
    first = looking.store_job()
    first.wait(60)
    assert looking.store_job() is first
    store.plots.remove("P1", by="王")
    second = looking.store_job()
    second.wait(60)
    assert len(second.result().tiles) == COUNT - 1
    assert looking.store_job() is second


def test_another_language_says_the_same_of_the_same_plots(looked):
    messages.set_language("en")
    english = looked.spoken()
    assert (english.lang, looked.lang) == ("en", "zh_CN")
    assert english.tiles.facts is looked.tiles.facts
    assert english.document.content["title"] != looked.document.content["title"]
    figures = [one.document.content["figures"] for one in (english, looked)]
    assert figures[0][0]["value"] == figures[1][0]["value"]
    assert figures[0][0]["label"] == "Plots"
    layer = next(one for one in english.document.content["layers"] if one["id"] == LAYER)
    assert {"title": "Verdict"}.items() <= next(
        column for column in layer["columns"] if column["name"] == "verdict"
    ).items()


def test_a_filter_leaves_what_it_says(looked, city):
    assert {name: sorted(words) for name, words in looked.facets.items()} == {
        "verdict": ["low_efficiency", "not"], "town": ["乙", "甲"],
    }  # fmt: skip
    scene = StoredScene(looked, city, {"verdict": ["low_efficiency"], "town": ["甲"]}, None)
    # of the first ten every fourth
    assert (scene.left, scene.content["figures"][0]["value"]) == (3, "3")
    assert "40" in scene.content["figures"][0]["unit"]
    assert scene.for_map()["layers"] == {}
    assert scene.masks[LAYER].sum() == 3
    whole = StoredScene(looked, city, {}, None)
    assert (whole.left, whole.for_map(), whole.masks, whole.key) == (COUNT, None, {}, "")


def test_bits_travel_where_the_map_has_the_plots_singly(store, city, monkeypatch):
    monkeypatch.setenv("PLATFORMS_MAP_PLOTS", "500")
    store.plots.take(row_of_plots(), by="王")
    looked = ip.store_map(store, city)
    scene = StoredScene(looked, city, {"town": ["甲"]}, None)
    assert scene.for_map()["layers"][LAYER]["features"] == COUNT


def test_the_panel_tells_the_row_as_it_is_kept(looked, city):
    pick = Pick(LAYER, "P7")
    found = detail(StoredScene(looked, city, {}, pick), pick)
    facts = {fact.label: fact.value for fact in found.facts}
    assert "企业7" in facts.values()
    assert "1,000.00 m²" in facts.values()
    assert found.verdict == "not"
    gone = Pick(LAYER, "nobody")
    assert detail(StoredScene(looked, city, {}, gone), gone) is None
