"""Plots by what claims them: the limit that takes most, none, or not known."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
from shapely import box

import platforms as ip
from platforms.issues import Issue, IssueTable
from platforms.outputs.maps.land_map import claim_names
from platforms.outputs.maps.map_styles import style_of

LOW, NOT = "low_efficiency", "not"


@pytest.fixture
def plots():
    """Five plots of 100 m²: farmland takes most, a tie, nothing, not known, not low."""
    return gpd.GeoDataFrame(
        {
            "verdict": [LOW, LOW, LOW, LOW, NOT],
            "gross_m2": [100.0, 100.0, 100.0, 100.0, 100.0],
            "deduct_farm_m2": [30.0, 20.0, 0.0, 10.0, 90.0],
            "deduct_road_m2": [10.0, 20.0, 0.0, np.nan, 0.0],
            "net_m2": [60.0, 60.0, 100.0, np.nan, 10.0],
        },
        geometry=[box(n, 0, n + 1, 1) for n in range(5)],
        crs=4490,
    )


def test_the_limit_that_takes_most_colours_the_plot(plots):
    told = ip.claim_plots(plots)
    assert told["claim"].tolist() == ["farm", "farm", "none", "unknown", "other_plot"]
    assert told["claim_share"].tolist()[:3] == [40.0, 40.0, 0.0]
    assert np.isnan(told["claim_share"][3])
    assert "claim" not in plots


def test_without_limits_nothing_is_claimed(plots):
    bare = plots.drop(columns=["deduct_farm_m2", "deduct_road_m2"])
    assert ip.claim_plots(bare)["claim"].tolist()[:3] == ["none", "none", "none"]


def test_the_chart_of_a_plot_given_twice_counts_its_land_once(example, doubled):
    bars = {
        bar["label"]: bar["value"] for bar in ip.land_document(doubled).content["charts"][0]["bars"]
    }
    assert bars["净面积"] == example.figures["reclaimable_mu"]
    assert bars["地块间重叠"] == doubled.figures["reclaimable_overlap_mu"] > 0
    # the parts are those of the whole, but for what each is rounded
    assert sum(bars.values()) == pytest.approx(doubled.figures["low_efficiency_mu"], abs=0.03)


def test_the_map_of_a_run_names_limits_shares_and_the_whole(example):
    document = ip.land_document(example)
    layer = next(one for one in document.content["layers"] if one["id"] == "plots")
    columns = {c["name"]: c for c in layer["columns"]}
    assert columns["deduct_road_m2"]["title"] == "道路红线占"
    assert columns["deduct_road_m2"]["unit"] == "m²"
    titles = {one["value"]: one["title"] for one in layer["style"]["classes"]}
    assert titles["road"] == "道路红线"
    assert titles["none"] == "全部可腾退"
    assert titles["unknown"] == "净面积不明"
    assert layer["sample"]
    (chart,) = document.content["charts"]
    assert chart["bars"][-1]["value"] == example.figures["reclaimable_mu"]
    assert any("示例" in note for note in document.content["notes"])


def test_a_plot_that_cannot_be_judged_is_no_plot_that_is_not_low(plots, example):
    plots["verdict"] = [LOW, "unknown", "not", "unknown", NOT]
    told = ip.claim_plots(plots)["claim"].tolist()
    assert told == ["farm", "unjudged", "other_plot", "unjudged", "other_plot"]
    layers = ip.land_document(example).content["layers"]
    layer = next(one for one in layers if one["id"] == "plots")
    titles = {one["value"]: one["title"] for one in layer["style"]["classes"]}
    assert titles["unjudged"] == "情况不明"
    notes = ip.land_document(example).content["notes"]
    assert f"另有 {example.figures['unknown']} 宗情况不明，未计入。" in notes


def test_a_map_of_plots_that_are_all_unknown_has_no_sums(example):
    blank = example.plots.assign(verdict="unknown")
    content = ip.land_document(example, blank).content
    assert content["charts"] == []
    assert content["notes"][0].startswith(f"{len(blank)} 宗地全部情况不明")


def _free(run, plots=None):
    layers = ip.land_document(run, plots).content["layers"]
    classes = next(one for one in layers if one["id"] == "plots")["style"]["classes"]
    return {one["value"]: one["title"] for one in classes}["none"]


def test_land_is_not_called_free_of_limits_that_were_not_given(example, monkeypatch):
    bare = example.plots[[c for c in example.plots if not str(c).startswith("deduct_")]]
    assert _free(example) == "全部可腾退"
    assert _free(example, bare) == "各项限制都没有扣除"
    lacking = IssueTable()
    lacking.add("constraint_absent", "warning", layer="road")
    assert _free(replace(example, issues=lacking)) == "未提供道路红线，未扣除"
    for name in ("permanent_farmland", "ecological_redline", "river"):
        lacking.add("constraint_absent", "warning", layer=name)
    assert _free(replace(example, issues=lacking)) == "未提供限制要素，未扣除"
    nothing = IssueTable([Issue("no_constraints", "warning")])
    assert _free(replace(example, issues=nothing)) == "未提供限制要素，未扣除"
    city = ip.Workspace.open("yueqing")
    # the workspace is shared by all tests
    monkeypatch.setitem(vars(city), "constraints", {})
    assert _free(replace(example, workspace=city), bare) == "未提供限制要素，未扣除"


def test_a_trial_is_another_map_and_says_so(example):
    plots = ip.reclaim(example.plots.drop(columns=["deduct_road_m2"]), {}, order=[], plane=4528)
    document = ip.land_document(example, plots, trial="<b>不扣道路</b>")
    assert document.id != ip.land_document(example).id
    assert "试算" in document.content["subtitle"]
    assert document.content["notes"][0].endswith("<b>不扣道路</b>")


def test_every_class_is_apart_in_grey():
    """Two classes that are alike in lightness have another hatch."""
    looks = style_of("plot_claims").classes
    grey = {
        name: sum(w * int(look.fill[i : i + 2], 16) for w, i in ((0.3, 1), (0.59, 3), (0.11, 5)))
        for name, look in looks.items()
    }
    names = list(looks)
    for number, one in enumerate(names):
        for other in names[:number]:
            apart = abs(grey[one] - grey[other]) > 40
            assert apart or looks[one].hatch != looks[other].hatch, (one, other)


def test_a_limit_of_ones_own_keeps_its_name():
    assert claim_names(["高压走廊"])["高压走廊"] == "高压走廊"
    assert ip.limit_title("no such") == "no such"
