"""Maps of scenarios and of what two differ in: layers, words, fingerprints, hostile names."""

from __future__ import annotations

from dataclasses import replace

import pytest

import platforms as ip
from platforms.outputs.maps.page import render_page


@pytest.fixture(scope="module")
def runs(yueqing, example):
    lower = ip.with_settings(yueqing.rules(), ["tax_floor=8"])
    both = (example, ip.run(yueqing, rules=lower))
    return [ip.scenario_of(one, workspace=yueqing) for one in both]


def _layers(document):
    return {one["id"]: one for one in document.content["layers"]}


def _classes(layer):
    return [one["value"] for one in layer["style"]["classes"]]


def test_a_run_is_drawn_with_its_verdicts_and_its_figures(yueqing, runs, example):
    document = ip.scenario_document(yueqing, runs[0])
    assert _layers(document)["plots"]["features"] == len(example.plots)
    assert "sample" in document.content["marks"]
    told = {one["key"]: one["value"] for one in document.content["figures"]}
    assert told["reclaimable_mu"] == f"{example.figures['reclaimable_mu']:,.2f}"
    assert any("规下企业亩均税收下限＝10" in note for note in document.content["notes"])


def test_two_scenarios_have_two_fingerprints_and_one_has_one(yueqing, runs):
    first, again, second = (
        ip.scenario_document(yueqing, one).id for one in (*runs[:1] * 2, runs[1])
    )
    assert first == again != second


def test_a_comparison_shows_the_plots_that_flip(yueqing, runs):
    change = ip.compare_scenarios(*runs)
    document = ip.scenario_change_document(yueqing, change, names=("甲", "乙"))
    layer = _layers(document)["plots"]
    assert {"same", "verdict_in", "verdict_out", "only_a", "only_b"} <= set(_classes(layer))
    titles = {one["value"]: one["title"] for one in layer["style"]["classes"]}
    assert titles["verdict_out"] == "不再认定为低效"
    assert all("_" not in one["title"] for one in layer["columns"])
    (chart,) = document.content["charts"]
    assert chart["bars"][0]["label"] == "A 甲"
    figures = {
        one["key"]: float(one["value"].replace(",", "")) for one in document.content["figures"]
    }
    assert round(figures["b"] - figures["a"], 2) == figures["change"]


def test_the_same_twice_has_no_step_and_no_row_that_differs(yueqing, runs):
    change = ip.compare_scenarios(runs[0], runs[0])
    document = ip.scenario_change_document(yueqing, change)
    (chart,) = document.content["charts"]
    assert len(chart["bars"]) == 2
    assert "输入和参数都相同。" in document.content["notes"]


def test_the_other_kinds_are_drawn_too(yueqing, example):
    plots = example.plots
    answers = [ip.portfolio(plots, target) for target in (1000, 1200)]
    a, b = (ip.scenario_of(one, workspace=yueqing) for one in answers)
    assert "plots" in _layers(ip.scenario_document(yueqing, a))
    layer = _layers(ip.scenario_change_document(yueqing, ip.compare_scenarios(a, b)))["plots"]
    assert "taken_in" in _classes(layer)
    project = {"industry": "低压电器", "land_mu": 30}
    sited = [ip.site({**project, "land_mu": mu}, workspace=yueqing) for mu in (30, 60)]
    a, b = (ip.scenario_of(one, workspace=yueqing) for one in sited)
    assert "sites" in _layers(ip.scenario_document(yueqing, a))
    change = ip.scenario_change_document(yueqing, ip.compare_scenarios(a, b))
    assert any(name.startswith("sites") for name in _layers(change))


def test_a_relocation_is_drawn_with_flows_and_firms_that_stay(yueqing):
    data = ip.relocation_data(yueqing)
    answers = [ip.relocate(data, max_km=km) for km in (2, 3)]
    a, b = (ip.scenario_of(one, workspace=yueqing) for one in answers)
    layers = _layers(ip.scenario_document(yueqing, a))
    moved = int(a.figures["moved_firms"])
    assert layers["flows"]["features"] == moved
    assert layers["staying_firms"]["features"] == len(a["firms"]) - moved
    change = _layers(ip.scenario_change_document(yueqing, ip.compare_scenarios(a, b)))
    assert {"firms", "parks"} <= set(change)
    assert {"placed", "not_placed", "other_park"} <= set(_classes(change["firms"]))


def test_hostile_names_stay_text(yueqing, runs):
    change = ip.compare_scenarios(*runs)
    names = ("</script><img src=x onerror=alert(1)>", "{{7*7}}")
    page = render_page(ip.scenario_change_document(yueqing, change, names=names))
    assert "<img src=x" not in page
    kept = replace(runs[0])
    assert "<img" not in render_page(ip.scenario_document(yueqing, kept))
