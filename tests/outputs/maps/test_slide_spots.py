from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pytest
import shapely

import map_samples as samples
from platforms.outputs.maps.map_document import Column, Figure
from platforms.outputs.maps.slide_spots import hits_of
from platforms.outputs.maps.slides import default_slides

LOW = Figure(key="low_efficiency_mu", label="低效用地", value="21.50", unit="亩")
FREE = Figure(key="reclaimable_mu", label="可腾退用地", value="3.00", unit="亩")


def strewn(verdicts, places, free=None):
    """Plots of 0.001 degrees on a side at the places."""
    frame = gpd.GeoDataFrame(
        {
            "plot_id": [f"S{i}" for i in range(len(verdicts))],
            "verdict": verdicts,
            "reclaimable_mu": free or [None] * len(verdicts),
        },
        geometry=[shapely.box(x, y, x + 0.001, y + 0.001) for x, y in places],
        crs=4490,
    )
    plots = samples.plots_layer()
    columns = [
        *(c for c in plots.columns if c.name in {"plot_id", "verdict"}),
        Column(name="reclaimable_mu", title="可腾退", unit="亩", type="number", digits=2),
    ]
    return replace(plots, frame=frame, columns=columns)


TOWN = [(121.1, 28.3), (121.102, 28.3), (121.104, 28.302)]
LAYER = strewn(
    ["low_efficiency"] * 4 + ["not", "unknown"],
    [(120.82, 28.02), *TOWN, (120.9, 28.1), (120.91, 28.1)],
    [None, 1.0, 2.0, 0.0, None, None],
)


def test_low_plots_are_looked_at_where_most_of_them_lie_together():
    slides = samples.document(LAYER, figures=[LOW, FREE]).content["slides"]
    low = next(slide for slide in slides if slide["id"] == "low_efficiency")
    free = next(slide for slide in slides if slide["id"] == "reclaimable")
    west, south, east, north = low["extent"]
    assert 121.09 < west <= 121.1
    assert 121.105 <= east < 121.11
    assert 28.29 < south <= 28.3
    assert 28.303 <= north < 28.31
    # the other looks at all of them
    assert free["extent"][0] <= 120.82
    assert low["text"].splitlines()[:2] == [
        "低效用地：4 宗，21.50 亩。",
        "图上是低效用地最集中的一片，其余见总图。",
    ]
    assert free["text"].splitlines()[0] == "可腾退用地：2 宗，3.00 亩。"


def test_how_sample_data_were_made_is_not_told_to_a_room():
    made = replace(LAYER, source="配方 x，种子 7", date="2022-06-30")
    text = samples.document(made, figures=[LOW]).content["slides"][-1]["text"]
    assert "种子" not in text
    assert "不是真实的地块" in text
    real = replace(made, sample=False)
    assert "种子" in samples.document(real, figures=[LOW]).content["slides"][-1]["text"]


def test_a_made_document_gives_the_slides_that_it_was_made_with():
    document = samples.document(LAYER, figures=[LOW])
    texts = [slide.text for slide in default_slides(document)]
    assert texts == [slide["text"] for slide in document.content["slides"]]


@pytest.mark.parametrize("name", ["low_efficiency", "reclaimable"])
def test_where_nothing_is_hit_there_is_no_spot(name):
    layer = strewn(["not", None], [(120.9, 28.1), (121.0, 28.2)])
    (packed,) = samples.document(layer, tables=[]).content["layers"]
    assert hits_of(packed, name) == (0, None)


def test_a_layer_that_does_not_tell_has_no_hits():
    plots = samples.plots_layer()
    bare = replace(plots, columns=[c for c in plots.columns if c.name != "verdict"])
    (packed,) = samples.document(bare, tables=[]).content["layers"]
    assert hits_of(packed, "low_efficiency") is None
    assert hits_of(packed, "reclaimable") is None


def test_plots_strewn_over_the_world_have_a_spot_too():
    places = [(-170.0, -60.0), (10.0, 5.0), (10.001, 5.0), (170.0, 70.0)]
    layer = strewn(["low_efficiency"] * 4, places)
    (packed,) = samples.document(layer, tables=[]).content["layers"]
    assert hits_of(packed, "low_efficiency") == (4, (10.0, 5.0, 10.002, 5.001))
