from __future__ import annotations

import pandas as pd
import pytest
import yaml

from platforms.policy.evaluate import evaluate
from platforms.policy.leaves import deciding_leaves, open_rows
from platforms.policy.schema import Pack

TEXT = """
pack: leaves
title: {zh: 叶, en: Leaves}
document: own
documents: [{id: own, title: 自带的文件, date: "2022-01-01"}]
region: 某市
valid_from: 2022-01-01
assessment_year: 2022
fields:
  - {id: tax, title: {zh: 税收, en: Tax}, type: number, unit: 万元, yearly: true}
  - {id: far, title: {zh: 容积率, en: FAR}, type: number, unit: "1"}
parameters:
  - id: years
    title: {zh: 年数, en: Years}
    unit: 年
    value: 2
    basis: document
    source: {document: own, clause: 第二条}
    confidence: H
rules:
  - id: low_tax
    title: {zh: 税少, en: Low tax}
    document: own
    clause: {section: 一, item: "1", quote: 示例}
    outcome: low_efficiency
    condition:
      all:
        - consecutive:
            years: {parameter: years}
            last_year_offset: -1
            each: {compare: {field: tax, op: "<", value: 10}}
        - not: {compare: {field: far, op: ">=", value: 1}}
  - id: low_far
    title: {zh: 容积率低, en: Low FAR}
    document: own
    clause: {section: 第二条, item: 第一款, quote: 示例}
    outcome: idle
    condition: {compare: {field: far, op: "<", value: 0.2}}
"""
PLOTS = pd.DataFrame(
    {
        "plot_id": ["hit", "both", "not", "open"],
        "tax_2020": [5.0, 5.0, 20.0, 5.0],
        "tax_2021": [5.0, 5.0, 20.0, None],
        "far": [0.5, 0.1, 2.0, 0.5],
    }
)


@pytest.fixture(scope="module")
def evaluation():
    return evaluate(PLOTS, Pack.model_validate(yaml.safe_load(TEXT)))


def test_hit_plots_come_before_those_that_cannot_be_told(evaluation):
    assert open_rows(evaluation).tolist() == [0, 1, 3]


def test_a_hit_lists_the_rules_that_hit_down_to_single_questions(evaluation):
    leaves = deciding_leaves(evaluation, 0, lang="zh_CN")
    assert [(leaf.rule, leaf.result) for leaf in leaves] == [
        ("low_tax", "hit"),
        ("low_tax", "hit"),
        ("low_tax", "not"),
    ]
    assert leaves[0].plot_id == "hit"
    assert leaves[0].verdict == "low_efficiency"
    assert "2020" in leaves[0].text
    assert "5 万元" in leaves[0].text
    assert leaves[0].part == "条件 › 以下各项都成立 › 以下在 2020、2021 各年都成立"
    assert leaves[0].clause == "《自带的文件》 第一部分第 1 条"
    # the parameter stands with the years, and bears on each of them
    assert all("年数 = 2 年" in leaf.parameters[0] for leaf in leaves[:2])
    assert all("第二条" in leaf.parameters[0] for leaf in leaves[:2])
    assert leaves[2].part.endswith("以下不成立")


def test_every_rule_that_hits_is_listed(evaluation):
    leaves = deciding_leaves(evaluation, 1, lang="zh_CN")
    assert {leaf.rule for leaf in leaves} == {"low_tax", "low_far"}
    assert leaves[-1].clause == "《自带的文件》 第二条第一款"
    assert {leaf.verdict for leaf in leaves} == {"low_efficiency"}


def test_an_open_plot_lists_what_is_missing_and_a_plot_that_is_not_hit_nothing(evaluation):
    leaves = deciding_leaves(evaluation, 3, lang="zh_CN")
    assert {leaf.rule for leaf in leaves} == {"low_tax"}
    assert [leaf.result for leaf in leaves] == ["hit", "unknown", "not"]
    assert "缺：2021 年税收" in leaves[1].text
    assert deciding_leaves(evaluation, 2) == []


def test_documents_are_named_by_their_title_in_the_language(evaluation):
    (leaf,) = {one.clause for one in deciding_leaves(evaluation, 0, lang="en")}
    assert leaf == "“自带的文件”, part 一, item 1"
