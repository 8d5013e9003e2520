from __future__ import annotations

import base64
import gzip
import json

import pytest

from platforms.outputs.change_sheet import change_document, change_names, change_plots
from platforms.outputs.page import render_page
from platforms.policy.diff import policy_diff


@pytest.fixture(scope="module")
def strict(example):
    """The shipped rules against their other reading of the ambiguous clause."""
    pack = example.pack
    return policy_diff(example.plots, pack, pack.choose(mean_share="below_10_percent"))


def _attributes(document, layer="plots"):
    (found,) = (one for one in document.content["layers"] if one["id"] == layer)
    packed = json.loads(gzip.decompress(base64.b64decode(found["attributes"]["data"])))
    return found, packed


def _values(packed, name):
    column = packed[name]
    return [None if code < 0 else column["dict"][code] for code in column["values"]]


def test_every_plot_is_drawn_by_the_way_it_went(example, strict):
    layer, packed = _attributes(change_document(example, strict))
    drawn, ids = _values(packed, "change"), _values(packed, "plot_id")
    told = strict.frame.set_index("plot_id")
    assert len(drawn) == len(example.plots)
    for plot, way in zip(ids, drawn, strict=True):
        row = told.loc[plot]
        same = {"low_efficiency": "same_hit", "not": "same_not", "unknown": "same_unknown"}
        assert way == (same[row["right"]] if row["left"] == row["right"] else row["change"])
    assert layer["sample"]
    classes = {one["value"]: one["title"] for one in layer["style"]["classes"]}
    assert classes["now_not"] == "变为非低效"
    assert classes["same_hit"] == "仍为低效"
    assert set(drawn) <= set(classes)


def test_another_setting_is_another_map(example, strict):
    nothing = policy_diff(example.plots, example.pack, example.pack)
    maps = [change_document(example, one) for one in (strict, nothing, strict)]
    assert maps[0].id == maps[2].id != maps[1].id
    assert maps[1].content["charts"] == []
    (bar, *_) = maps[0].content["charts"][0]["bars"]
    moved = strict.changed[strict.changed["change"].eq("now_not")]["area_mu"].sum()
    assert bar["text"] == f"{moved:,.2f}"


def test_names_are_those_of_the_second_pack(example):
    rules = example.workspace.rules
    names = change_names(policy_diff(example.plots, rules("2022"), rules("idle-land-53")))
    assert names["now_hit"] == "变为闲置"
    assert names["now_not"] == "变为不符合"
    # of two outcomes neither can name them all
    names = change_names(policy_diff(example.plots, rules("2022"), rules("two-high")))
    assert names["now_hit"] == "变为符合"


def test_the_page_says_what_is_compared_and_that_it_is_sample(example, strict):
    document = change_document(example, strict)
    notes = "\n".join(document.content["notes"])
    assert "参数 mean_share：below_90_percent → below_10_percent" in notes
    assert "示例数据" in notes
    assert "SP-" not in notes
    assert document.content["title"] in render_page(document)


def test_the_plots_carry_the_second_judgement_and_nothing_that_rests_on_the_first(example, strict):
    plots = change_plots(example, strict)
    assert plots["verdict"].tolist() == strict.frame["right"].tolist()
    assert plots["left"].tolist() == example.plots["verdict"].tolist()
    assert "reclaimable_mu" in example.plots
    assert not [name for name in plots if name.startswith("reclaimable")]
