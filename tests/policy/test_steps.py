"""Each newer operator at its edge, rules that are not in force, and several outcomes."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_pack import condition, only, pack

from platforms.policy import evaluation
from platforms.policy.evaluate import assess, evaluate

HIT, OPEN, NOT = 1, 0, -1


def judged(pack, **cells):
    return int(evaluate(pd.DataFrame([cells]), pack).rules[0].result[0])


@pytest.mark.parametrize(
    ("agreed", "result"),
    [
        ("2021-12-30", HIT),
        ("2021-12-31", HIT),
        ("2022-01-01", NOT),
        ("2023-01-01", NOT),
        (None, OPEN),
        ("", OPEN),
        ("2021-06", OPEN),
        ("2021", OPEN),
        ("2021-02-30", OPEN),
        ("soon", OPEN),
        ("2021年12月31日", HIT),
        ("2021/12/31", HIT),
        ("20211231", HIT),
        (20211231, HIT),
        (20211231.0, HIT),
        (dt.date(2021, 12, 31), HIT),
        (pd.Timestamp("2021-12-31 00:00"), HIT),
        (pd.Timestamp("2021-12-31 17:30", tz="Asia/Shanghai"), HIT),
        (pd.Timestamp("2022-01-01 00:30", tz="Asia/Shanghai"), NOT),
    ],
)
def test_one_full_year_before_the_day(agreed, result):
    assert judged(only("not_started"), agreed=agreed) == result


def test_the_day_can_be_another():
    frame = pd.DataFrame([{"agreed": "2022-03-01"}])
    rules = only("not_started")
    assert evaluate(frame, rules).verdicts().tolist() == ["not"]
    assert evaluate(frame, rules, on=dt.date(2023, 2, 28)).verdicts().tolist() == ["not"]
    assert assess(frame, rules, on=dt.date(2023, 3, 1))["verdict"].tolist() == ["idle"]


@pytest.mark.parametrize(
    ("stopped", "result"),
    [("2022-04-01", NOT), ("2022-04-02", HIT), ("2021-01-01", NOT), (None, OPEN)],
)
def test_days_between_two_fields(stopped, result):
    # 90 days from 2022-01-01 are full on 2022-04-01
    assert judged(only("stopped_long"), agreed="2022-01-01", stopped=stopped) == result


def test_what_is_missing_of_two_dates_is_named():
    missing = assess(pd.DataFrame({"plot_id": ["A"]}), only("stopped_long"))["missing"]
    assert missing.tolist() == ["agreed;stopped"]


@pytest.mark.parametrize(
    ("share", "least", "inside", "outside"),
    [
        (1.0, HIT, HIT, NOT),
        (0.999999, HIT, NOT, NOT),
        (0.5, HIT, NOT, NOT),
        (0.499999, NOT, NOT, NOT),
        (0.000001, NOT, NOT, NOT),
        (0.0, NOT, NOT, HIT),
        (None, OPEN, OPEN, OPEN),
        (1.5, OPEN, OPEN, OPEN),
        (-0.1, OPEN, OPEN, OPEN),
    ],
)
def test_shares_of_the_map(share, least, inside, outside):
    assert judged(only("inside"), fact_control_line_share=share) == least
    for op, result in (("inside", inside), ("outside", outside)):
        rule = condition({"spatial": {"fact": "control_line", "op": op}})
        assert judged(rule, fact_control_line_share=share) == result


def test_without_the_map_nothing_is_known_and_the_column_is_named():
    found = assess(pd.DataFrame({"plot_id": ["A"]}), only("inside"))
    assert found["missing"].tolist() == ["fact_control_line_share"]
    assert "图上“工业用地控制线”所占的面积" in found["reason"][0]


def test_an_empty_share_or_time_answers_unknown_and_is_named():
    rules = pack().choose(share=None, late=None)
    row = {"fact_control_line_share": 1.0, "agreed": "2000-01-01"}
    found = evaluate(pd.DataFrame([row]), rules)
    assert found.rules[0].missing.keys() == {"parameter:late"}
    assert found.rules[2].missing.keys() == {"parameter:share"}
    assert [int(step.result[0]) for step in found.rules][:3:2] == [OPEN, OPEN]


@pytest.mark.parametrize(
    ("tax", "fee", "promised", "result"),
    [
        (60.0, 39.9, 100.0, HIT),
        (60.0, 40.0, 100.0, NOT),
        (60.1, 40.0, 100.0, NOT),
        (60.0, None, 100.0, OPEN),
        (None, 40.0, 100.0, OPEN),
        (60.0, 40.0, None, OPEN),
        (0.1, 0.2, 0.3, NOT),
    ],
)
def test_a_sum_of_fields_against_a_field(tax, fee, promised, result):
    cells = {"tax_wan_2021": tax, "fee_wan_2021": fee, "promised_wan": promised}
    assert judged(only("broken_promise"), **cells) == result


def test_the_gaps_of_a_sum_and_of_the_other_field_are_named():
    missing = assess(pd.DataFrame({"plot_id": ["A"]}), only("broken_promise"))["missing"][0]
    assert missing == "tax_wan_2021;fee_wan_2021;promised_wan"


@pytest.mark.parametrize(("op", "result"), [("<", HIT), (">", NOT), ("==", NOT), ("!=", HIT)])
def test_dates_are_compared(op, result):
    fields = condition({"compare": {"field": "agreed", "op": op, "field2": "stopped"}})
    assert judged(fields, agreed="2022-01-01", stopped="2022-01-02") == result
    day = condition({"compare": {"field": "agreed", "op": op, "value": dt.date(2022, 1, 2)}})
    assert judged(day, agreed="2022-01-01") == result
    assert judged(day, agreed=None) == OPEN


@pytest.mark.parametrize(
    ("year", "energy", "verdict", "dormant"),
    [
        (2019, 2999, "not", "能耗审查（新）"),
        (2019, 3000, "review_province", "能耗审查（新）"),
        (2022, 1000, "review_city", "能耗审查（旧）"),
        (2022, 999, "not", "能耗审查（旧）"),
        # the rule holds, its parameter has no value that year
        (2021, 9999, "unknown", "能耗审查（新）"),
    ],
)
def test_of_one_id_the_rule_in_force_judges(year, energy, verdict, dormant):
    rules = only("energy_review").on(dt.date(year, 12, 31))
    found = evaluate(pd.DataFrame([{"energy": energy}]), rules)
    assert found.verdicts().tolist() == [verdict]
    assert [str(rule.title) for rule in found.dormant] == [dormant]
    assert len(found.records()[0]["rules"]) == 1


def test_where_no_rule_is_in_force_nothing_can_be_told():
    rules = pack().on(dt.date(2012, 6, 30))
    found = assess(pd.DataFrame([{"agreed": "2000-01-01"}]), rules)
    assert found["verdict"].tolist() == ["unknown"]
    assert found["reason"].tolist() == ["2012-06-30 没有一条规则有效，情况不明。"]
    assert found["rules_unknown"].tolist() == [""]


def test_a_rule_that_is_not_in_force_does_not_hold_inside_another():
    whole = pack()
    asks = condition({"rule": "inside"}).rules[0]
    late = whole.rules[2].model_copy(update={"valid_from": dt.date(2023, 1, 1)})
    rules = whole.model_copy(update={"rules": (asks, late)})
    row = {"fact_control_line_share": 1.0}
    assert judged(rules, **row) == NOT
    assert judged(rules.on(dt.date(2023, 1, 1)), **row) == HIT


def test_of_several_outcomes_the_first_rule_that_hits_names_the_verdict():
    row = {"agreed": "2000-01-01", "stopped": "2000-01-02", "fact_control_line_share": 1.0,
           "energy": 5000, "tax_wan_2021": 1, "fee_wan_2021": 1, "promised_wan": 1}  # fmt: skip
    rows = [row, row | {"agreed": "2022-06-01"}, row | {"agreed": None}, {"energy": 1}]
    found = evaluate(pd.DataFrame(rows), pack())
    assert found.verdicts().tolist() == ["idle", "low_efficiency", "low_efficiency", "unknown"]
    assert found.totals() == {
        "idle": 1, "low_efficiency": 2, "review_province": 0, "review_city": 0,
        "not": 0, "unknown": 1,
    }  # fmt: skip
    assert [found.verdict_name(i) for i in range(4)] == found.verdicts().tolist()


days = st.sampled_from([None, "2020-02-29", "2021-12-31", "2022-01-01", "2022-06-30"])
money = st.sampled_from([None, 0.0, 50.0, 100.0])
rows = st.fixed_dictionaries(
    {
        "agreed": days,
        "stopped": days,
        "tax_wan_2021": money,
        "fee_wan_2021": money,
        "promised_wan": money,
        "energy": st.sampled_from([None, 999.0, 1000.0]),
        "fact_control_line_share": st.sampled_from([None, 0.0, 0.4999, 0.5, 1.0]),
    }
)
NEGATED = pack(
    rules=[
        rule.model_dump(mode="json", by_alias=True, exclude_none=True)
        | {"condition": {"not": rule.condition.model_dump(by_alias=True, exclude_none=True)}}
        for rule in pack().rules
    ]
)


@pytest.mark.parametrize("rules", [pack(), NEGATED], ids=["as_written", "negated"])
@settings(max_examples=60)
@given(row=rows, filler=rows)
def test_filling_gaps_never_turns_a_hit_into_not(rules, row, filler):
    filled = {name: filler[name] if value is None else value for name, value in row.items()}
    pair = evaluate(pd.DataFrame([row, filled]).astype(object), rules)
    for step in pair.rules:
        before, after = step.result
        assert before in (OPEN, after)
    assert pair.verdict[0] in (OPEN, pair.verdict[1])


@settings(max_examples=40)
@given(many=st.lists(rows, min_size=1, max_size=6))
def test_a_plot_is_judged_alike_alone_and_in_company(many):
    frame = pd.DataFrame(many).astype(object)
    together = evaluate(frame, pack()).records()
    alone = [evaluate(frame.iloc[[i]], pack()).records()[0] for i in range(len(frame))]
    assert together == alone


def test_typed_columns_are_read_like_texts():
    texts = pd.DataFrame({"agreed": ["2021-12-31", None, "2022-06-30"]})
    typed = pd.DataFrame({"agreed": pd.to_datetime(texts["agreed"])})
    zoned = pd.DataFrame({"agreed": typed["agreed"].dt.tz_localize("Asia/Shanghai")})
    results = [evaluate(f, only("not_started")).verdict for f in (texts, typed, zoned)]
    np.testing.assert_array_equal(results[0], results[1])
    np.testing.assert_array_equal(results[0], results[2])


@settings(max_examples=50)
@given(many=st.lists(rows, min_size=1, max_size=12))
def test_outcomes_are_told_alike_however_few_fit_into_one_number(many):
    found = evaluate(pd.DataFrame(many).astype(object), pack())
    wide = pd.DataFrame(found.columns())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluation, "_ROOM", 8)
        pd.testing.assert_frame_equal(pd.DataFrame(found.columns()), wide)
    assert wide["verdict"].tolist() == found.verdicts().tolist()
