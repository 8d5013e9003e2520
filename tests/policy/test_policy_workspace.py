"""The packs that a workspace sees: its own, and those of the whole country."""

from __future__ import annotations

import pytest
from small_pack import TEXT

from platforms.errors import RuleError
from platforms.layers.copying import copy_workspace
from platforms.policy import workspace as rooms
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
