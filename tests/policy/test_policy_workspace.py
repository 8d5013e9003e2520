"""The packs that a workspace sees: its own, and those of the whole country."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from small_pack import TEXT

from platforms.errors import RuleError
from platforms.layers.copying import copy_workspace
from platforms.policy import workspace as rooms
from platforms.policy.evaluate import evaluate
from platforms.policy.pack import load_pack
from platforms.policy.workspace import Workspace, national_folder


@pytest.fixture
def city(tmp_path):
    return copy_workspace("yueqing", tmp_path / "city")


def test_a_city_elsewhere_sees_the_national_packs(city):
    packs = Workspace.open(city).packs
    assert {"yueqing-2022", "idle-land-53"} <= set(packs)
    assert not (city / "layers" / "national").exists()
    assert Workspace.open(city).rules("idle-land-53").outcomes == ("idle",)


def test_an_id_of_a_national_pack_is_taken(city):
    text = (national_folder() / "idle-land-53.yaml").read_text("utf-8")
    (city / "layers" / "policy" / "mine.yaml").write_text(text, "utf-8")
    with pytest.raises(RuleError, match=r"mine\.yaml.*idle-land-53"):
        _ = Workspace.open(city).packs


def test_national_packs_cite_their_own_documents_only(city, tmp_path, monkeypatch):
    folder = tmp_path / "national"
    folder.mkdir()
    monkeypatch.setattr(rooms, "national_folder", lambda: folder)
    before = Workspace.open(city).fingerprint
    (folder / "small.yaml").write_text(TEXT, "utf-8")
    assert "small" in Workspace.open(city).packs
    assert Workspace.open(city).fingerprint != before
    (folder / "small.yaml").write_text(TEXT.replace("document: own", "document: yq2022"), "utf-8")
    with pytest.raises(RuleError, match="yq2022"):
        _ = Workspace.open(city).packs


def test_a_pack_that_names_no_year_judges_for_that_of_the_plan(city):
    plan = city / "layers" / "plan.yaml"
    text = plan.read_text("utf-8")
    plan.write_text(text.replace("assessment_year: 2022", "assessment_year: 2026"), "utf-8")
    ws = Workspace.open(city)
    idle = ws.rules("idle-land-53")
    assert idle.day == dt.date(2026, 12, 31)
    # a document of 2022 stays what it is
    assert ws.rules("2022").day == dt.date(2022, 12, 31)
    vacant = pd.DataFrame(
        {
            "plot_id": ["A"],
            "agreed_start_date": ["2023-03-01"],
            "stopped_date": [None],
            "built_share": [0.0],
            "invested_share": [0.0],
            "status": ["idle"],
        }
    )
    assert evaluate(vacant, idle).verdicts().tolist() == ["idle"]
    assert evaluate(vacant, idle.on(dt.date(2022, 12, 31))).verdicts().tolist() == ["not"]


def test_every_national_pack_leaves_the_year_to_the_plan():
    years = {"yueqing": 2022, "taizhou": 2025}
    for name, year in years.items():
        ws = Workspace.open(name)
        for file in national_folder().glob("*.yaml"):
            assert ws.rules(file.stem).assessment_year == year


def test_a_pack_without_a_year_is_refused_where_no_plan_gives_one(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(TEXT.replace("assessment_year: 2022\n", ""), "utf-8")
    with pytest.raises(RuleError, match="assessment_year"):
        load_pack(path)
    assert load_pack(path, year=2030).assessment_year == 2030


def test_a_city_without_rules_of_its_own_sees_the_national_ones(city):
    for file in (city / "layers" / "policy").iterdir():
        file.unlink()
    assert set(Workspace.open(city).packs) == {p.stem for p in national_folder().glob("*.yaml")}


def test_facts_come_from_layers_of_the_workspace_and_are_unknown_without_one(yueqing):
    ws = Workspace.open("yueqing")
    plots = yueqing.layer("plots").head(3)
    rules = ws.rules("2022")
    assert ws.with_facts(plots, rules) is plots
    fact = {"id": "line", "title": {"zh": "线", "en": "line"}}
    small = type(rules).model_validate(rules.model_dump(by_alias=True) | {"facts": [fact]})
    assert ws.with_facts(plots, small)["fact_line_share"].isna().all()
    towns = {"id": "town", "title": {"zh": "镇", "en": "town"}, "layer": "towns"}
    inside = type(rules).model_validate(rules.model_dump(by_alias=True) | {"facts": [towns]})
    assert ws.with_facts(plots, inside)["fact_town_share"].tolist() == [1.0, 1.0, 1.0]
