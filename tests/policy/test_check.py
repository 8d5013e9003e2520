"""What a pack with dates, facts and times may not say: refused with file, line and reason."""

from __future__ import annotations

import math

import pytest
from small_pack import condition, pack, written

from platforms import messages
from platforms.errors import RuleError
from platforms.policy.check import faults
from platforms.policy.conditions import RuleResult
from platforms.policy.pack import load_pack
from platforms.policy.schema import Pack

ELAPSED = 'elapsed: {from: agreed, until: stopped, op: ">", days: 90}'
SPATIAL = "spatial: {fact: control_line, op: share_at_least, share: {parameter: share}}"
FIELDS = 'compare: {field: paid_wan, op: "<", field2: promised_wan, year_offset: -1}'
LIMIT = 'compare: {field: energy, op: ">=", parameter: limit}'

BAD = {
    "dated_overlap": ("to: 2020-12-31", "to: 2022-01-01", "validity_overlaps", "2018-01-01"),
    "dated_open_overlap": (", to: 2020-12-31", "", "validity_overlaps", "2018-01-01"),
    "dated_inverted": ("to: 2020-12-31", "to: 2017-12-31", "dates_inverted", "2017-12-31"),
    "dated_word": ("value: 3000", "value: many", "value_not_allowed", "吨标准煤"),
    "dated_not_a_day": ("from: 2018-01-01", "from: spring", "value_wrong", "dated"),
    "dated_without_from": ("{from: 2018-01-01, to", "{to", "key_missing", "from"),
    "dated_unknown_key": ("{from: 2018-01-01, ", "{from: 2018-01-01, until: 2, ", "key_unknown", "from"),
    "dated_document": ("{document: own, clause: 修订一}", "{document: other, clause: 修订一}", "document_unknown", "own"),
    "dated_and_value": ("    dated:\n", "    value: 3\n    dated:\n", "value_wrong", "parameters.2"),
    "rules_overlap": ("    valid_to: 2021-12-31\n", "    valid_to: 2022-01-01\n", "validity_overlaps", "energy_review"),
    "rules_open": ("    valid_to: 2021-12-31\n", "", "validity_overlaps", "energy_review"),
    "rules_inverted": ("    valid_to: 2021-12-31\n", "    valid_to: 2011-12-31\n", "dates_inverted", "2011-12-31"),
    "rules_twice": ("id: stopped_long", "id: not_started", "id_twice", "not_started"),
    "outcome": ("outcome: idle", "outcome: bad", "value_wrong", "outcome"),
    "document": ("    document: own\n    clause: {section: 三", "    document: other\n    clause: {section: 三", "document_unknown", "own"),
    "no_clause": ('    clause: {section: 二, item: "1", quote: 满一年未动工}\n', "", "key_missing", "clause"),
    "no_document": ("    document: own\n    clause: {section: 三", "    clause: {section: 三", "key_missing", "document"),
    "document_twice": ("documents:\n", "documents:\n  - {id: own, title: 又一}\n", "id_twice", "own"),
    "fact": ("fact: control_line, op", "fact: red_line, op", "fact_unknown", "control_line"),
    "fact_twice": ("facts:\n", "facts:\n  - {id: control_line, title: {zh: 线, en: line}}\n", "id_twice", "control_line"),
    "no_share": (SPATIAL, "spatial: {fact: control_line, op: share_at_least}", "share_or_not", "share"),
    "share_inside": (SPATIAL, "spatial: {fact: control_line, op: inside, share: 0.5}", "share_or_not", "inside"),
    "share_too_large": (SPATIAL, "spatial: {fact: control_line, op: share_at_least, share: 50}", "value_not_allowed", "≤ 1"),
    "share_unit": (SPATIAL, "spatial: {fact: control_line, op: share_at_least, share: {parameter: late}}", "unit_wrong", "年"),
    "spatial_op": (SPATIAL, "spatial: {fact: control_line, op: near}", "value_wrong", "inside"),
    "elapsed_field": (ELAPSED, 'elapsed: {from: started, until: stopped, op: ">", days: 90}', "field_unknown", "agreed"),
    "elapsed_number": (ELAPSED, 'elapsed: {from: energy, until: stopped, op: ">", days: 90}', "operator_for_type", "number"),
    "elapsed_from_the_day": (ELAPSED, 'elapsed: {from: judging_date, until: stopped, op: ">", days: 90}', "field_unknown", "agreed"),
    "elapsed_both": (ELAPSED, 'elapsed: {from: agreed, until: stopped, op: ">", days: 90, years: 1}', "years_or_days", "days"),
    "elapsed_neither": (ELAPSED, 'elapsed: {from: agreed, until: stopped, op: ">"}', "years_or_days", "years"),
    "elapsed_unit": (ELAPSED, 'elapsed: {from: agreed, until: stopped, op: ">", days: {parameter: late}}', "unit_wrong", "天"),
    "elapsed_negative": (ELAPSED, 'elapsed: {from: agreed, until: stopped, op: ">", days: -1}', "value_not_allowed", "≥ 0"),
    "elapsed_part_of_a_month": (ELAPSED, 'elapsed: {from: agreed, until: stopped, op: ">", years: 0.7}', "value_not_allowed", "1/12"),
    "elapsed_key": (ELAPSED, 'elapsed: {from: agreed, until: stopped, op: ">", weeks: 3}', "key_unknown", "from"),
    "elapsed_for_ever": (ELAPSED, 'elapsed: {from: agreed, until: stopped, op: ">", years: 1000000000}', "value_not_allowed", "≤ 200"),
    "value_nan": ("    value: 0.5\n", "    value: .nan\n", "value_not_allowed", "parameters.1.value"),
    "value_inf": ("value: 3000", "value: .inf", "value_not_allowed", "inf"),
    "literal_nan": ("years: {parameter: late}", "years: .nan", "value_not_allowed", "nan"),
    "value_too_small": ("    value: 0.5\n", "    value: 0.5\n    minimum: 0.6\n", "value_not_allowed", "≥ 0.6"),
    "value_too_large": ("    dated:\n", "    maximum: 2999\n    dated:\n", "value_not_allowed", "≤ 2999"),
    "offset_fraction": ("year_offset: -1", "year_offset: -1.5", "value_wrong", "year_offset"),
    "offset_far": ("year_offset: -1", "year_offset: -1000", "value_not_allowed", "≥ -50"),
    "field2_unit": (FIELDS, 'compare: {field: paid_wan, op: "<", field2: energy, year_offset: -1}', "unit_wrong", "万元"),
    "field2_type": (FIELDS, 'compare: {field: paid_wan, op: "<", field2: agreed, year_offset: -1}', "operator_for_type", "date"),
    "field2_unknown": (FIELDS, 'compare: {field: paid_wan, op: "<", field2: promise, year_offset: -1}', "field_unknown", "promised_wan"),
    "field2_and_value": (FIELDS, 'compare: {field: paid_wan, op: "<", field2: promised_wan, value: 3, year_offset: -1}', "value_or_parameter", "field2"),
    "field2_year": (FIELDS, 'compare: {field: promised_wan, op: ">", field2: paid_wan}', "year_missing", "paid_wan"),
    "date_with_a_number": (LIMIT, 'compare: {field: agreed, op: ">=", value: 2020}', "value_not_allowed", "date"),
    "date_with_a_parameter": (LIMIT, 'compare: {field: agreed, op: ">=", parameter: limit}', "unit_wrong", "吨标准煤"),
    "sum_unit": ("sum: [tax_wan, fee_wan]", "sum: [tax_wan, energy]", "unit_wrong", "吨标准煤"),
    "sum_year": ("sum: [tax_wan, fee_wan]", "sum: [tax_wan, promised_wan]", "yearly_differs", "paid_wan"),
    "sum_unknown": ("sum: [tax_wan, fee_wan]", "sum: [tax_wan, fees]", "field_unknown", "fee_wan"),
    "sum_circle": ("sum: [tax_wan, fee_wan]", "sum: [tax_wan, paid_wan]", "circle", "paid_wan"),
    "arithmetic": (LIMIT, "compare: {field: energy * 2, op: '>=', parameter: limit}", "field_unknown", "energy"),
    "python": (LIMIT, "lambda: row", "operator_unknown", "elapsed"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_a_bad_pack_is_refused_with_file_line_and_what_is_allowed(tmp_path, name, lang):
    old, new, key, says = BAD[name]
    path = written(tmp_path, old, new)
    with pytest.raises(RuleError) as caught:
        load_pack(path, documents=[])
    error = caught.value
    assert error.key.split(".")[1] == key
    assert error.fields["line"] >= 2
    assert "small.yaml" in error.message(lang)
    assert says in error.message(lang)


def test_the_pack_as_written_is_good_and_cites_its_own_documents(tmp_path):
    assert load_pack(written(tmp_path), documents=[]).documents[0].id == "own"


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("to: 2020-12-31", "to: 2022-06-30", "from: 2022-01-01, value: 1000"),
        ("fact: control_line, op", "fact: red_line, op", "red_line"),
        ("    valid_to: 2021-12-31\n", "    valid_to: 2022-01-01\n", "- id: energy_review"),
    ],
)
def test_the_line_is_that_of_the_fault(tmp_path, old, new, word):
    path = written(tmp_path, old, new)
    with pytest.raises(RuleError) as caught:
        load_pack(path)
    assert word in path.read_text("utf-8").splitlines()[caught.value.fields["line"] - 1]


def _counted(value: object) -> dict[str, object]:
    return {
        "consecutive": {
            "years": {"parameter": "late"},
            "last_year_offset": value,
            "each": {"compare": {"field": "tax_wan", "op": "<", "value": 3, "unit": "万元"}},
        }
    }


@pytest.mark.parametrize("value", [1.5, 0, -1, 21, 1000000000, math.nan])
def test_years_are_counted_in_whole_numbers_up_to_twenty(value):
    good = condition(_counted(-1))
    assert not list(faults(good))
    late = good.parameters[0].model_copy(update={"value": value})
    bad = good.model_copy(update={"parameters": (late, *good.parameters[1:])})
    assert "policy.value_not_allowed" in {key for _, key, _ in faults(bad)}


def test_a_year_that_is_counted_from_another_is_whole():
    own = condition(_counted({"parameter": "late"}))
    late = own.parameters[0].model_copy(update={"value": 1.5})
    places = {loc[-1] for loc, _, _ in faults(own.model_copy(update={"parameters": (late,)}))}
    assert {"years", "last_year_offset"} <= places


def _chain(length: int) -> Pack:
    rule = pack().rules[0]
    last = rule.model_copy(update={"id": f"r{length}"})
    named = [
        rule.model_copy(update={"id": f"r{i}", "condition": RuleResult(rule=f"r{i + 1}")})
        for i in range(length)
    ]
    return pack().model_copy(update={"rules": (*named, last)})


def test_rules_that_lead_on_and_on_are_refused_and_short_chains_are_not():
    assert not list(faults(_chain(29)))
    assert "policy.chain_long" in {key for _, key, _ in faults(_chain(5000))}


def test_a_circle_is_named_once_with_all_its_rules():
    rules = _chain(3).rules
    last = rules[-1].model_copy(update={"condition": RuleResult(rule="r1")})
    looped = pack().model_copy(update={"rules": (*rules[:-1], last)})
    assert [fields for _, key, fields in faults(looped) if key == "policy.circle"] == [
        {"names": "r1 → r2 → r3 → r1"}
    ]


def test_the_checks_of_many_rules_do_not_look_at_each_pair(monkeypatch):
    many = pack().model_copy(
        update={
            "rules": tuple(pack().rules[0].model_copy(update={"id": f"r{i}"}) for i in range(60))
        }
    )
    asked = []
    period = Pack.period
    monkeypatch.setattr(Pack, "period", lambda own, rule: asked.append(rule) or period(own, rule))
    assert not list(faults(many))
    assert len(asked) == 60
