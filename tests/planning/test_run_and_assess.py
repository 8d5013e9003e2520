"""A run and ``assess`` judge alike: the same facts of the map, the same day, the same rows."""

from __future__ import annotations

import pytest
import yaml

from platforms.geo.area import measure_frame
from platforms.planning.run import run
from platforms.policy.evaluate import assess
from platforms.policy.schema import Pack
from platforms.policy.workspace import Workspace

ON_THE_MAP = """
pack: inside-a-town
title: {zh: 在乡镇内, en: Inside a town}
document: own
documents: [{id: own, title: 自带, date: "2022-01-01"}]
region: 乐清市
valid_from: 2022-01-01
assessment_year: 2022
fields: [{id: started, title: {zh: 动工, en: Start}, type: date}]
facts: [{id: town, title: {zh: 乡镇, en: Towns}, layer: towns}]
rules:
  - id: inside
    title: {zh: 全在乡镇内, en: Inside}
    document: own
    clause: {section: 一, item: "1", quote: 示例}
    outcome: idle
    condition: {spatial: {fact: town, op: inside}}
"""


def _both(workspace: Workspace, name: str) -> tuple[dict[str, int], dict[str, int]]:
    pack = workspace.rules(name)
    plots = workspace.with_facts(measure_frame(workspace.layer("plots")), pack)
    alone = assess(plots, pack)["verdict"].value_counts().to_dict()
    made = run(workspace, rules=name).to_json()["verdicts"]
    assert isinstance(made, dict)
    return alone, {verdict: count for verdict, count in made.items() if count}


@pytest.mark.parametrize(
    "name", ["yueqing-2022", "yueqing-electric-145", "yueqing-two-high", "idle-land-53"]
)
def test_a_run_judges_as_assess_does(yueqing, name):
    alone, in_run = _both(yueqing, name)
    assert in_run == alone


def test_every_shipped_pack_of_the_city_is_compared(yueqing):
    assert set(yueqing.packs) == {
        "yueqing-2022",
        "yueqing-electric-145",
        "yueqing-two-high",
        "idle-land-53",
    }


def test_a_run_sees_the_facts_of_the_map(yueqing, monkeypatch):
    pack = Pack.model_validate(yaml.safe_load(ON_THE_MAP))
    monkeypatch.setitem(yueqing.packs, pack.pack, pack)
    alone, in_run = _both(yueqing, pack.pack)
    assert in_run == alone
    # without the facts every plot would be unknown
    assert in_run["idle"] > 1200


def test_the_pack_of_another_city_judges_alike(yueqing, monkeypatch):
    pack = Workspace.open("taizhou").rules("taizhou-2025")
    fact = pack.facts[0].model_copy(update={"layer": "towns"})
    monkeypatch.setitem(yueqing.packs, pack.pack, pack.model_copy(update={"facts": (fact,)}))
    alone, in_run = _both(yueqing, pack.pack)
    assert in_run == alone
