"""The trace tells what the evaluation did, with clause, parameter, value and result."""

from __future__ import annotations

import datetime as dt
import json

import pandas as pd
import pytest
from policy_rows import PACK_2022, below, peers, plot
from small_pack import only, pack

from platforms.errors import InputError
from platforms.policy.evaluate import evaluate
from platforms.policy.trace import explain, trace

PLOTS = pd.concat(
    [
        peers(),
        pd.DataFrame(
            [
                plot(plot_id="LOW", tax_wan_2021=100.0),
                below(plot_id="OPEN", tax_wan_2020=10.0, tax_wan_2021=None),
                below(plot_id="SMALL", grade_2020="C", grade_2021="C", area_mu=2.0),
            ]
        ),
    ],
    ignore_index=True,
)


def walk(node):
    yield node
    for part in node.parts:
        yield from walk(part)


@pytest.mark.parametrize("plot_id", PLOTS["plot_id"])
def test_the_tree_says_what_the_evaluation_found(plot_id):
    evaluation = evaluate(PLOTS, PACK_2022)
    record = next(r for r in evaluation.records() if r["plot_id"] == plot_id)
    found = trace(evaluation, plot_id)
    assert found.verdict == record["verdict"]
    assert [
        {"rule": n.facts["rule"], "result": n.result, "missing": list(n.missing)}
        for n in found.rules
    ] == record["rules"]
    assert (found.measure or {"measure": ""})["measure"] == record["measure"]


def test_a_rule_carries_its_clause_and_the_comparison_its_numbers():
    rule = explain(PLOTS, PACK_2022, "LOW").rules[0]
    assert rule.clause["document"] == "yq2022"
    assert "低于前两年行业平均值10%" in rule.clause["quote"]
    node = next(n for n in walk(rule) if n.kind == "relative_to_industry_mean")
    # six firms above scale with 20 in both years
    assert node.facts["value"] == 10.0
    assert node.facts["mean"] == 20.0
    assert node.facts["limit"] == 18.0
    assert node.facts["peers"] == 6
    assert node.facts["years"] == [2019, 2020]
    share = next(p for p in node.parameters if p["id"] == "mean_share")
    assert share["reading"] == "below_90_percent"
    assert share["source"]["document"] == "yq2022"
    assert "低于平均值的 90%" in share["text"]


def test_the_reading_in_use_is_the_one_that_is_shown():
    found = explain(PLOTS, PACK_2022.choose(mean_share="below_10_percent"), "LOW")
    assert found.verdict == "not"
    assert "低于平均值的 10%" in found.to_text()
    assert "低于平均值的 90%" not in found.to_text()


def test_text_in_both_languages_names_plot_value_limit_and_gap():
    chinese = explain(PLOTS, PACK_2022, "OPEN").to_text()
    assert chinese.startswith("地块 OPEN：情况不明")
    assert "2021 年亩均税收：无数据，要求 < 10 万元/亩。缺：2021 年评价税收。" in chinese
    assert "[是] 2020 年亩均税收：1 万元/亩，要求 < 10 万元/亩。" in chinese
    english = explain(PLOTS, PACK_2022, "OPEN", lang="en").to_text()
    assert "[unknown] Tax per mu 2021: no data" in english


def test_documents_are_shown_by_title_where_one_is_given():
    text = explain(PLOTS, PACK_2022, "LOW", documents={"yq2022": "工作要点"}).to_text()
    assert "《工作要点》" in text
    assert "yq2022" not in text


def test_the_measure_says_that_the_tool_suggests_it():
    found = explain(PLOTS, PACK_2022, "SMALL")
    assert found.measure["measure"] == "relocate"
    assert found.to_text().splitlines()[-1].startswith("建议搬迁入园（本工具建议，非文件规定）")


def test_json_can_be_written():
    found = explain(PLOTS, PACK_2022, "OPEN").to_json()
    assert json.loads(json.dumps(found, ensure_ascii=False)) == found


def test_rules_inside_conditions_have_a_line():
    pack = PACK_2022.model_copy(
        update={
            "rules": (
                *PACK_2022.rules,
                PACK_2022.rules[3].model_copy(
                    update={
                        "id": "again",
                        "applies_to": None,
                        "condition": PACK_2022.measures[1].condition,
                    }
                ),
            )
        }
    )
    last = explain(PLOTS, pack, "LOW").rules[-1]
    assert [n.kind for n in walk(last)] == ["rule", "condition", "rule_result"]


def test_unknown_and_ambiguous_plots_are_refused():
    with pytest.raises(InputError, match="NOWHERE"):
        explain(PLOTS, PACK_2022, "NOWHERE")
    with pytest.raises(InputError, match="2"):
        explain(pd.concat([PLOTS, PLOTS]), PACK_2022, "LOW")


LAND = pd.DataFrame(
    [
        {
            "plot_id": "A", "agreed": "2021-06-01", "stopped": "2021-07-01", "energy": 2000,
            "tax_wan_2021": 1.0, "fee_wan_2021": 2.0, "promised_wan": 5.0,
            "fact_control_line_share": 0.12345,
        },
        {"plot_id": "B"},
    ]
).astype(object)  # fmt: skip


def test_times_shares_and_two_fields_are_told_with_their_values():
    text = explain(LAND, pack(), "A").to_text()
    assert "[是] 自约定动工日 2021-06-01 至认定日 2022-12-31，要求 ≥ 1 年。" in text
    assert "[否] 自约定动工日 2021-06-01 至停工日 2021-07-01，要求 > 90 天。" in text
    assert "[否] 在“工业用地控制线”以内的面积：12.35%，要求 ≥ 50%。" in text
    assert "[是] 2021 年税费：3 万元，要求 < 约定税收：5 万元。" in text
    assert "参数 满几年 = 1 年，出处 《自带的文件》 第二条，可信度 H" in text
    english = explain(LAND, pack(), "A", lang="en").to_text()
    assert "[yes] From Agreed start 2021-06-01 to the day of judging 2022-12-31" in english
    assert "[no] Area in “Control line”: 12.35%, must be ≥ 50%." in english


def test_what_is_not_there_is_told():
    text = explain(LAND, pack().choose(late=None), "B").to_text()
    assert "自约定动工日 无数据 至认定日 2022-12-31，要求 ≥ 无数据。缺：参数“满几年”。" in text
    assert "参数 满几年：没有查到数值，出处 《自带的文件》 第二条，可信度 H" in text
    assert "缺：图上“工业用地控制线”所占的面积。" in text
    assert "缺：2021 年税收、2021 年费、约定税收。" in text


def test_the_value_in_force_is_told_with_its_days_and_source():
    rules = only("energy_review")
    found = explain(LAND, rules, "A", on=dt.date(2019, 12, 31))
    assert found.verdict == "not"
    assert (
        "参数 能耗线 = 3000 吨标准煤（2018-01-01 至 2020-12-31 有效），出处 《自带的文件》 附则"
        in found.to_text()
    )
    found = explain(LAND, rules, "A")
    assert found.verdict == "review_city"
    assert (
        "参数 能耗线 = 1000 吨标准煤（2022-01-01 至 … 有效），出处 《自带的文件》 修订一"
        in found.to_text()
    )


def test_rules_that_are_not_in_force_are_listed_and_not_judged():
    found = explain(LAND, only("energy_review"), "A")
    assert [rule["rule"] for rule in found.dormant] == ["energy_review"]
    assert found.dormant[0]["valid_to"] == "2021-12-31"
    assert len(found.rules) == 1
    last = found.to_text().splitlines()[-1]
    assert (
        last
        == "  [未适用] 能耗审查（旧）：有效期 2012-07-01 至 2021-12-31，2022-12-31 不在有效期内"
    )


@pytest.mark.parametrize("plot_id", ["A", "B"])
@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_every_operator_can_be_written_as_json(plot_id, lang):
    found = explain(LAND, pack(), plot_id, lang=lang).to_json()
    assert json.loads(json.dumps(found, ensure_ascii=False, allow_nan=False)) == found
