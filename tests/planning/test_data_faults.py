"""What rows contradict is told with file and row; what may be right all the same, as a doubt."""

from __future__ import annotations

import pytest

from platforms.planning.data_faults import data_faults
from platforms.policy.workspace import Workspace

CARD = """\
layer: works
file: works.csv
title: {zh: 工程, en: Works}
description: {zh: 工程, en: Works}
geometry: none
key: work_id
source: test
date: "2020"
columns:
  - {name: work_id, title: {zh: 编号, en: Id}, type: string}
  - {name: period_start, title: {zh: 开工年, en: First year}, type: integer}
  - {name: period_end, title: {zh: 完工年, en: Last year}, type: integer}
  - {name: town, title: {zh: 所在, en: Where}, type: string}
  - {name: town_id, title: {zh: 乡镇, en: Town}, type: string}
  - {name: text, title: {zh: 原文, en: Text}, type: string}
  - {name: doc, title: {zh: 文件, en: Document}, type: string}
  - {name: section, title: {zh: 章节, en: Section}, type: string}
"""
TOWNS = """\
layer: towns
file: towns.csv
title: {zh: 乡镇, en: Towns}
description: {zh: 乡镇, en: Towns}
geometry: none
key: town_id
source: test
date: "2020"
columns:
  - {name: town_id, title: {zh: 编号, en: Id}, type: string}
  - {name: name, title: {zh: 名称, en: Name}, type: string}
"""


@pytest.fixture
def found(city):
    layers = city / "layers"
    (layers / "works.yaml").write_text(CARD, encoding="utf-8")
    (layers / "towns.yaml").write_text(TOWNS, encoding="utf-8")
    (layers / "towns.csv").write_text("town_id,name\nt1,东镇\nt2,西镇\n", encoding="utf-8")
    head = "work_id,period_start,period_end,town,town_id,text,doc,section"

    def look(row):
        (layers / "works.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
        faults = data_faults(Workspace.open(city), readable={"works", "towns"})
        return [(one.file, one.row, one.doubt, one.message) for one in faults]

    return look


@pytest.mark.parametrize(
    "row",
    [
        "a,2020,2023,东镇,t1,建园,plan,三",
        "a,2020,2020,,,,,",
        "a,,2020,东镇、西镇,,,plan,三",
        # an area that is no town, and a town by its older name beside the id
        "a,,,柳白新城,,,plan,三",
        "a,,,旧镇,t1,,plan,三",
        "a,,,,,,plan,",
    ],
)
def test_what_agrees_is_not_told(found, row):
    assert found(row) == []


@pytest.mark.parametrize(
    ("row", "doubt", "word"),
    [
        ("a,2023,2020,,,,plan,三", False, "2023"),
        ("a,,,东镇,t2,,plan,三", False, "西镇"),
        ("a,,,南镇,,,plan,三", True, "南镇"),
        ("a,,,东镇、南镇,,,plan,三", True, "南镇"),
        ("a,,,,,建园,plan,", True, "plan"),
    ],
)
def test_what_rows_contradict_is_told_with_its_row(found, row, doubt, word):
    ((file, line, told, message),) = found(row)
    assert (file, line, told) == ("works.csv", 2, doubt)
    assert word in message
