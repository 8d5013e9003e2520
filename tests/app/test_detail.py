from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from platforms.app.detail import detail, shown
from platforms.app.state import Pick


def _column(**given):
    return {"type": "string", "labels": {}, "digits": None, **given}


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        (_column(), None, ""),
        (_column(), np.nan, ""),
        (_column(), pd.NA, ""),
        (_column(type="number", digits=2), 1234.5, "1,234.50"),
        (_column(type="number"), 376.4, "376.4"),
        (_column(type="number"), 35.0, "35"),
        (_column(type="integer"), 2022.0, "2022"),
        (_column(type="boolean"), True, "是"),
        (_column(type="boolean"), np.bool_(False), "否"),
        (_column(type="category", labels={"a": "甲"}), "a", "甲"),
        (_column(type="category", labels={"a": "甲"}), "b", "b"),
        (_column(type="list", labels={"a": "甲"}), "a; b", "甲、b"),
        (_column(type="list"), ["x", "y"], "x、y"),
    ],
)
def test_values_are_shown_as_people_read_them(column, value, text):
    assert shown(column, value) == text


def test_a_platform_says_what_the_plan_says_and_where(scene):
    found = detail(scene, Pick("platforms", "YQ-P07"))
    assert found.title == "乐清市城东产业功能区"
    assert found.schematic
    assert not found.sample
    assert ("整合提升方向（归类）", "保留提升") in {(f.label, f.value) for f in found.facts}
    (citation,) = found.citations
    assert "十三五" in citation
    assert "附件二" in citation
    assert "7" in citation
    assert "提升电子电器" in found.quotes[0].value
    assert any("3,500" in line for line in found.position)


def test_a_plot_says_its_verdict_and_that_it_is_sample(scene):
    plots = scene.run.plots
    chosen = plots[plots["verdict"].eq("low_efficiency")].iloc[0]
    found = detail(scene, Pick("plots", chosen["plot_id"]))
    assert found.sample
    assert found.verdict == "low_efficiency"
    assert found.verdict_text == "低效"
    assert found.reason == chosen["reason"]
    assert found.citations == []
    assert found.source
    assert not any(f.value == found.reason for f in found.facts)


def test_every_feature_of_the_plan_is_told_with_its_citation(scene):
    for layer in (
        "platforms",
        "projects",
        "firms",
        "micro_parks",
        "special_towns",
        "logistics_parks",
    ):
        described = scene.layer(layer)
        for name in scene.run.layers[layer][described["key"]]:
            found = detail(scene, Pick(layer, str(name)))
            assert found.title
            assert found.citations
            assert found.position or scene.run.layers[layer].geometry.isna().any()


def test_a_seat_stands_for_its_town(scene):
    town = str(scene.run.layers["towns"]["town_id"].iloc[0])
    assert detail(scene, Pick("seats", town)) == detail(scene, Pick("towns", town))


@pytest.mark.parametrize(
    "pick", [Pick("platforms", "no"), Pick("no", "YQ-P07"), Pick("plots", "<b>")]
)
def test_what_is_not_there_is_nothing(scene, pick):
    assert detail(scene, pick) is None


def test_a_unit_of_the_layout_stands_in_until_somebody_gives_its_boundary(scene):
    frame = scene.frame("layout_units")
    assert set(frame["basis"]) == {"drawn"}
    found = detail(scene, Pick("layout_units", str(frame["unit_id"].iloc[0])))
    assert found.schematic
    assert "示意" in found.position[-1]
