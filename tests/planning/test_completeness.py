from __future__ import annotations

import pytest

from platforms.planning.completeness import completeness
from platforms.policy.workspace import Workspace


def looked(city):
    return {item.id: item for item in completeness(Workspace.open(city)).items}


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def sound(city):
    edit(city / "layers/plan.yaml", "default_pack: none", "default_pack: idle-land-53")
    return city


def test_what_is_there_and_what_is_missing_is_told_in_order(sound):
    found = completeness(Workspace.open(sound))
    ids = [item.id for item in found.items]
    assert ids[:4] == ["plan", "county", "documents", "texts"]
    assert ids.index("gazetteer") < ids.index("platforms") < ids.index("targets")
    states = {item.id: item.state for item in found.items}
    assert states["county"] == states["gazetteer"] == states["parks"] == "ok"
    assert states["platforms"] == states["plots"] == states["rules"] == "missing"
    assert not found.wrong
    assert sum(found.counts.values()) == len(found.items)
    for item in found.items:
        assert item.title
        assert item.what_for
        assert bool(item.next_step) == (item.state != "ok")


def test_rows_without_document_or_place_are_counted(sound):
    edit(sound / "layers/parks.csv", ",a,plan", ",a,")
    assert looked(sound)["parks"].detail == "2 行；1 行没有写明出处；1 行没有位置，不上图"


def test_every_fault_of_a_file_is_told_with_its_row(sound):
    edit(sound / "layers/parks.csv", "120.5,12", "x,y")
    item = looked(sound)["parks"]
    assert item.state == "wrong"
    assert [fault.file for fault in item.faults] == ["parks.csv", "parks.csv"]
    assert all("第 2 行" in fault.message for fault in item.faults)


def test_a_fault_of_the_gazetteer_is_told_once(sound):
    edit(sound / "geo/gazetteer.csv", "121.05", "x")
    found = completeness(Workspace.open(sound))
    told = [fault.file for item in found.items for fault in item.faults]
    assert told == ["gazetteer.csv"]
    assert looked(sound)["parks"].state == "wrong"


def test_a_missing_outline_and_a_missing_pack_are_wrong(sound):
    (sound / "geo/county.geojson").unlink()
    edit(sound / "layers/plan.yaml", "idle-land-53", "none")
    found = looked(sound)
    assert found["county"].state == found["rules"].state == "wrong"
    assert found["county"].needed


def test_a_code_of_another_county_is_told(sound):
    edit(sound / "layers/plan.yaml", "330399", "330302")
    (fault,) = looked(sound)["county"].faults
    assert (fault.file, fault.row) == ("county.geojson", 2)
    assert "330399" in fault.message
    assert "330302" in fault.message


def test_two_places_of_one_name_are_told(sound):
    edit(
        sound / "geo/gazetteer.yaml",
        "  - {name: lon,",
        "  - {name: name, title: {zh: 名, en: Name}, type: string}\n  - {name: lon,",
    )
    text = "place_id,name,lon,lat,basis,accuracy_m\na,甲,121.05,28.05,real,9\nb,甲,121.06,28.05,real,9\n"
    (sound / "geo/gazetteer.csv").write_text(text, encoding="utf-8")
    (fault,) = looked(sound)["gazetteer"].faults
    assert fault.row == 3
    assert "第 2 行" in fault.message


TARGETS_CARD = """\
layer: targets
file: targets.csv
title: {zh: 目标, en: Targets}
description: {zh: 目标, en: Targets}
geometry: none
key: target_id
source: test
date: "2020"
columns:
  - {name: target_id, title: {zh: 编号, en: Id}, type: string}
  - {name: doc, title: {zh: 文件, en: Document}, type: string}
  - {name: indicator, title: {zh: 指标, en: Indicator}, type: string}
  - {name: year, title: {zh: 年, en: Year}, type: integer}
  - {name: unit, title: {zh: 单位, en: Unit}, type: string}
"""


def test_an_indicator_with_two_units_is_told(sound):
    (sound / "layers/targets.yaml").write_text(TARGETS_CARD, encoding="utf-8")
    rows = "a,plan,用地,2025,亩\nb,plan,用地,2030,公顷\nc,plan,用地,2025,公顷\n"
    (sound / "layers/targets.csv").write_text(
        f"target_id,doc,indicator,year,unit\n{rows}", encoding="utf-8"
    )
    faults = looked(sound)["targets"].faults
    assert [fault.row for fault in faults] == [3, 4]
    assert all("公顷" in fault.message for fault in faults)
    assert all("第 2 行" in fault.message for fault in faults)


def test_made_up_data_are_told_apart(yueqing):
    found = completeness(yueqing)
    states = {item.id: item.state for item in found.items}
    assert states["plots"] == states["constraints"] == states["moves"] == "sample"
    assert states["platforms"] == states["targets"] == states["rules"] == "ok"
    assert [fault.message for item in found.items for fault in item.faults] == []
    assert not found.wrong
