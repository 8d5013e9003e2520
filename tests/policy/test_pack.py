"""Packs that cannot be right are refused with file, line and reason."""

from __future__ import annotations

import pytest
from policy_rows import PACK, PACK_2022

from platforms import messages
from platforms.errors import RuleError
from platforms.policy.pack import load_pack, load_packs

GOOD = PACK.read_text(encoding="utf-8")

BAD = {
    "unknown_key": ("    outcome: low_efficiency\n", "    outcome: low_efficiency\n    hint: x\n", "key_unknown", "outcome"),
    "unknown_key_inside": ("parameter: tax_floor}", "parameter: tax_floor, limit: 3}", "key_unknown", "year_offset"),
    "unknown_field": ("{field: energy_limit_met, op", "{field: energy_met, op", "field_unknown", "energy_limit_met"),
    "unknown_parameter": ("parameter: tax_floor}", "parameter: floor}", "parameter_unknown", "tax_floor"),
    "wrong_unit": ("    unit: 万元/亩\n    value: 10\n", "    unit: 万元/公顷\n    value: 10\n", "unit_wrong", "万元/公顷"),
    "python": (
        '      compare: {field: energy_limit_met, op: "==", value: false}',
        "      eval: \"__import__('os').system('id')\"",
        "operator_unknown",
        "compare",
    ),
    "text_for_a_condition": (
        '      compare: {field: energy_limit_met, op: "==", value: false}',
        "      energy_limit_met == False",
        "operator_unknown",
        "compare",
    ),
    "unknown_operator_sign": ('op: "<", parameter: tax_floor', 'op: "=<", parameter: tax_floor', "value_wrong", "<="),
    "value_and_parameter": ("parameter: tax_floor}", "parameter: tax_floor, value: 3}", "value_or_parameter", "value"),
    "number_without_unit": ("parameter: tax_floor}", "value: 10}", "unit_wrong", "万元/亩"),
    "unknown_category": ('compare: {field: scale, op: "==", value: below}', 'compare: {field: scale, op: "==", value: small}', "value_not_allowed", "above"),
    "unknown_grade": ("value: [C]", "value: [E]", "value_not_allowed", "E"),
    "order_of_words": ('field: scale, op: "==", value: below', 'field: scale, op: "<", value: below', "operator_for_type", "category"),
    "year_missing": ("          in_list: {field: grade, values", "          in_list: {year_offset: -1, field: grade, values", "year_not_wanted", "grade"),
    "no_year": ("        year_offset: {parameter: own_year}\n", "", "year_missing", "tax_wan_per_mu"),
    "no_document": ('    document: yq2022\n    clause:\n      section: 一\n      item: "1"\n      quote: 高耗能', '    clause:\n      section: 一\n      item: "1"\n      quote: 高耗能', "key_missing", "document"),
    "unknown_document": ("source: {document: yq2022, clause: 一、1, quote: 前两年}", "source: {document: yq2023, clause: 一、1}", "document_unknown", "yq2023"),
    "reading_not_there": ("reading: weighted", "reading: median", "value_wrong", "weighted"),
    "value_beside_readings": ("    reading: weighted", "    value: simple\n    reading: weighted", "value_wrong", "reading"),
    "no_source": ("    source: {document: yq2022, clause: 一、1, quote: 连续2年}\n", "", "value_wrong", "source"),
    "twice": ("  - id: below_scale_tax", "  - id: below_scale_grade", "id_twice", "below_scale_grade"),
    "circle_of_fields": ("    unit: 亩\n    convert: declared_m2", "    unit: 万元/亩/亩\n    yearly: true\n    ratio: {of: tax_wan_per_mu, per: area_mu}", "circle", "declared_mu"),
    "circle_of_rules": ('compare: {field: energy_limit_met, op: "==", value: false}', "rule: energy_limit", "circle", "energy_limit"),
    "unknown_rule": ("condition: {rule: energy_limit}", "condition: {rule: energy}", "rule_unknown", "energy_limit"),
    "conversion": ("unit: 亩\n    convert", "unit: 顷\n    convert", "conversion_unknown", "m² → 亩"),
    "dates": ("valid_to: 2022-12-31", "valid_to: 2021-12-31", "dates_inverted", "valid_to"),
    "measure_without_condition": ("    condition: {rule: energy_limit}\n", "", "measure_without_condition", "condition"),
    "no_years": ("    unit: 年\n    value: 2\n    basis: document\n    source: {document: yq2022, clause: 一、1, quote: 连续2年}", "    unit: 年\n    value: 0\n    basis: document\n    source: {document: yq2022, clause: 一、1, quote: 连续2年}", "value_not_allowed", "≥ 1"),
    "key_twice": ("region: 乐清市\n", "region: 乐清市\nregion: 温州市\n", "key_twice", "region"),
    "not_yaml": ("fields:\n", "fields: [\n", "yaml_broken", "YAML"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_a_bad_pack_is_refused_with_file_line_and_what_is_allowed(tmp_path, name, lang):
    old, new, key, says = BAD[name]
    assert old in GOOD, "the case no longer touches the pack"
    path = tmp_path / "bad.yaml"
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        load_pack(path, documents=["yq2022"])
    error = caught.value
    assert error.key.split(".")[1] == key
    message = error.message(lang)
    assert "bad.yaml" in message
    assert says in message


def test_the_line_is_exact_where_a_value_is_wrong(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text(GOOD.replace("{field: energy_limit_met, op", "{field: energy_met, op"), "utf-8")
    with pytest.raises(RuleError) as caught:
        load_pack(path)
    lines = path.read_text("utf-8").splitlines()
    assert "energy_met" in lines[caught.value.fields["line"] - 1]
    assert caught.value.fields["key"] == "rules.3.condition.compare.field"


def test_all_faults_are_found_and_the_first_in_the_file_is_told(tmp_path):
    path = tmp_path / "bad.yaml"
    text = GOOD.replace("parameter: tax_floor}", "parameter: floor}")
    path.write_text(text.replace("{rule: energy_limit}", "{rule: energy}"), "utf-8")
    with pytest.raises(RuleError) as caught:
        load_pack(path)
    assert caught.value.key == "policy.parameter_unknown"
    assert [e.key for e in caught.value.fields["others"]] == ["policy.rule_unknown"]


def test_a_pack_cannot_be_changed_and_other_readings_are_another_pack():
    other = PACK_2022.choose(mean_share="below_10_percent", tax_floor=5)
    assert PACK_2022.parameter("mean_share").current == 0.9
    assert other.parameter("mean_share").current == 0.1
    assert other.parameter("tax_floor").current == 5
    with pytest.raises(ValueError, match="frozen"):
        PACK_2022.pack = "x"


@pytest.mark.parametrize(
    ("choice", "key"),
    [
        ({"nothing": 1}, "policy.choice_parameter"),
        ({"mean_share": 0.5}, "policy.choice_reading"),
        ({"tax_floor": "ten"}, "policy.choice_value"),
    ],
)
def test_a_choice_that_is_not_there_is_refused(choice, key):
    with pytest.raises(RuleError) as caught:
        PACK_2022.choose(**choice)
    assert caught.value.key == key
    assert caught.value.message("en") != caught.value.message("zh_CN")


def test_a_value_that_the_rules_cannot_use_is_told_with_the_title_of_its_parameter():
    with pytest.raises(RuleError) as caught:
        PACK_2022.choose(mean_years=999)
    assert caught.value.key == "policy.choice_not_allowed"
    assert [str(one) for one in caught.value.fields["title"]] == ["平均值的年数"]


def test_the_packs_of_a_folder_by_id_and_no_id_twice(tmp_path):
    assert set(load_packs(PACK.parent)) >= {"yueqing-2022"}
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(GOOD, encoding="utf-8")
    with pytest.raises(RuleError, match="yueqing-2022"):
        load_packs(tmp_path)


@pytest.mark.parametrize("content", ["", "- a\n- b\n", "text"])
def test_something_else_than_a_pack_is_refused(tmp_path, content):
    path = tmp_path / "x.yaml"
    path.write_text(content, "utf-8")
    with pytest.raises(RuleError, match=r"x\.yaml"):
        load_pack(path)


def test_a_missing_pack_is_refused(tmp_path):
    with pytest.raises(RuleError, match=r"no\.yaml"):
        load_pack(tmp_path / "no.yaml")


def test_quotes_of_the_rules_hold_no_invented_words():
    words = "亩均税收低于前两年行业平均值10%的规模以上工业企业，以及连续2年亩均效益综合评价列入C类、或连续2年亩均税收低于10万元/亩的规模以下工业企业，由市经信局牵头认定，相关部门依法依规对企业开展执法检查。高耗能行业中，达不到能耗限额标准要求，违反节能法律法规规定的企业"
    for rule in PACK_2022.rules:
        for part in rule.clause.quote.split("……"):
            assert part.removeprefix("的") in words
    for parameter in PACK_2022.parameters:
        assert parameter.source is None or parameter.source.quote in words
        assert (parameter.basis == "document") == (parameter.source is not None)
