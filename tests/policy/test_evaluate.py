"""The edges of the 2022 rules: just below, at, just above, missing, one year only."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from policy_rows import PACK_2022, below, peers, plot

from platforms import messages
from platforms.policy.evaluate import assess, evaluate


def judge(row, pack=PACK_2022, reference=None):
    """Return verdict, hits, unknown rules, missing of one plot among peers."""
    reference = peers() if reference is None else reference
    out = assess(pd.DataFrame([row]), pack, reference=reference).iloc[0]
    return out["verdict"], out["rules_hit"], out["rules_unknown"], out["missing"]


@pytest.mark.parametrize(
    ("tax", "verdict"),
    [(179.99, "low_efficiency"), (180.0, "not"), (180.01, "not"), (0.0, "low_efficiency")],
)
def test_above_scale_is_low_below_90_percent_of_the_mean_and_not_at_it(tax, verdict):
    assert judge(plot(tax_wan_2021=tax))[0] == verdict


@pytest.mark.parametrize(
    ("tax", "first", "second"),
    [
        (19.99, "low_efficiency", "low_efficiency"),
        (20.0, "low_efficiency", "not"),
        (150, "low_efficiency", "not"),
        (190, "not", "not"),
    ],
)
def test_the_two_readings_of_the_ambiguous_clause_differ(tax, first, second):
    other = PACK_2022.choose(mean_share="below_10_percent")
    assert judge(plot(tax_wan_2021=tax))[0] == first
    assert judge(plot(tax_wan_2021=tax), other)[0] == second


def test_which_two_years_make_the_mean_is_a_reading():
    # the industry fell from 20 to 10 in 2021: means 20 (2019, 2020) and 15 (2020, 2021)
    reference = peers(tax_wan_2021=100.0)
    other = PACK_2022.choose(mean_window="before_assessment_year")
    row = plot(tax_wan_2021=140.0)
    assert judge(row, reference=reference)[0] == "low_efficiency"
    assert judge(row, other, reference)[0] == "not"


def test_weighted_and_simple_mean_differ():
    # one large firm with 4 万元/亩 among four small ones with 20: weighted 8, simple 16.8
    large = plot(area_mu=120.0, tax_wan_2019=480.0, tax_wan_2020=480.0)
    reference = pd.DataFrame([*peers(4).to_dict("records"), large])
    row = plot(tax_wan_2021=100.0)
    assert judge(row, reference=reference)[0] == "not"
    assert judge(row, PACK_2022.choose(mean_kind="simple"), reference)[0] == "low_efficiency"


def test_declared_area_is_a_reading():
    # 6000 m² are 9 亩: 175 / 10 is below 18, 175 / 9 is not
    row = plot(tax_wan_2021=175.0)
    assert judge(row)[0] == "low_efficiency"
    assert (
        judge(row, PACK_2022.choose(area_basis="declared"), peers(declared_m2=20000 / 3))[0]
        == "not"
    )
    declared = PACK_2022.choose(area_basis="declared")
    missing = judge(plot(declared_m2=None), declared, peers())
    assert missing == ("unknown", "", "above_scale_tax", "declared_m2")


@pytest.mark.parametrize("count", [4, 5])
def test_too_few_peers_make_the_mean_unknown(count):
    found = judge(plot(tax_wan_2021=1.0), reference=peers(count))
    expected = ("low_efficiency", "above_scale_tax", "", "")
    if count < 5:
        expected = ("unknown", "", "above_scale_tax", "industry_mean:tax_wan_per_mu")
    assert found == expected


def test_a_peer_without_one_of_the_years_does_not_count_in_that_year():
    reference = peers()
    reference.loc[0, "tax_wan_2019"] = np.nan
    assert judge(plot(tax_wan_2021=1.0), reference=reference)[0] == "unknown"


def test_firms_below_scale_are_no_peers():
    reference = peers(scale="below")
    assert judge(plot(tax_wan_2021=1.0), reference=reference)[2] == "above_scale_tax"


def test_the_mean_is_that_of_the_plots_own_industry():
    reference = pd.concat(
        [peers(), peers(industry_code="C29", tax_wan_2019=20.0, tax_wan_2020=20.0)]
    )
    assert judge(plot(tax_wan_2021=100.0), reference=reference)[0] == "low_efficiency"
    assert judge(plot(tax_wan_2021=100.0, industry_code="C29"), reference=reference)[0] == "not"
    assert judge(plot(industry_code=None), reference=reference)[3] == "industry_code"


def test_without_a_reference_the_plots_themselves_make_the_mean():
    rows = pd.concat([peers(6), pd.DataFrame([plot(tax_wan_2021=100.0)])], ignore_index=True)
    assert assess(rows, PACK_2022)["verdict"].tolist() == ["not"] * 6 + ["low_efficiency"]


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"tax_wan_2021": None}, "tax_wan_2021"),
        ({"area_mu": None}, "area_mu"),
        ({"area_mu": 0.0}, "area_mu"),
        ({"area_mu": -3.0}, "area_mu"),
        ({"tax_wan_2021": np.inf}, "tax_wan_2021"),
    ],
)
def test_what_cannot_be_divided_is_unknown_and_named(change, column):
    assert judge(plot(**change)) == ("unknown", "", "above_scale_tax", column)


@pytest.mark.parametrize(
    ("grades", "verdict", "with_d"),
    [
        (("C", "C"), "low_efficiency", "low_efficiency"),
        (("C", "B"), "not", "not"),
        (("B", "C"), "not", "not"),
        (("C", "D"), "not", "low_efficiency"),
        (("D", "D"), "not", "low_efficiency"),
        (("C", None), "unknown", "unknown"),
        ((None, "B"), "not", "not"),
        ((None, None), "unknown", "unknown"),
    ],
)
def test_below_scale_class_c_two_years_running(grades, verdict, with_d):
    row = below(grade_2020=grades[0], grade_2021=grades[1])
    assert judge(row)[0] == verdict
    assert judge(row, PACK_2022.choose(poor_grades="c_or_worse"))[0] == with_d


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        (99.99, 99.99, "low_efficiency"),
        (100.0, 99.99, "not"),
        (99.99, 100.0, "not"),
        (100.01, 100.01, "not"),
        (99.99, None, "unknown"),
        (None, 100.0, "not"),
        (None, None, "unknown"),
    ],
)
def test_below_scale_tax_under_ten_two_years_running(first, second, verdict):
    found = judge(below(tax_wan_2020=first, tax_wan_2021=second))
    assert found[0] == verdict
    if verdict == "low_efficiency":
        assert found[1] == "below_scale_tax"


def test_a_tax_that_is_exactly_the_limit_is_not_below_it_whatever_the_area():
    areas = np.array([0.1 * 3, 14.9964, 37.4916, 1 / 3, 7.77])
    rows = pd.DataFrame([below(area_mu=a, tax_wan_2020=a * 10, tax_wan_2021=a * 10) for a in areas])
    assert set(assess(rows, PACK_2022)["verdict"]) == {"not"}


@pytest.mark.parametrize(
    ("intensive", "met", "verdict", "missing"),
    [
        (True, False, "low_efficiency", ""),
        (True, True, "not", ""),
        (True, None, "unknown", "energy_limit_met"),
        (False, False, "not", ""),
        (False, None, "not", ""),
        (None, False, "unknown", "energy_intensive"),
        (None, True, "not", ""),
        (None, None, "unknown", "energy_intensive;energy_limit_met"),
        (1.0, 0.0, "low_efficiency", ""),
        ("是", "否", "low_efficiency", ""),
    ],
)
def test_energy_limit(intensive, met, verdict, missing):
    found = judge(plot(energy_intensive=intensive, energy_limit_met=met))
    assert (found[0], found[3]) == (verdict, missing)


def test_missing_scale_leaves_open_only_what_scale_decides():
    good = judge(plot(scale=None))
    assert good == ("not", "", "", "")
    open_ = judge(plot(scale=None, tax_wan_2020=50.0, tax_wan_2021=50.0))
    assert open_ == ("unknown", "", "above_scale_tax;below_scale_tax", "scale")
    assert judge(plot(scale="medium", tax_wan_2021=50.0))[3] == "scale"


def test_chinese_labels_are_understood():
    assert judge(plot(scale="规上", tax_wan_2021=1.0))[1] == "above_scale_tax"
    assert judge(below(grade_2020="C类", grade_2021=" C "))[1] == "below_scale_grade"


def test_one_hit_outweighs_what_cannot_be_told():
    row = plot(tax_wan_2021=None, energy_intensive=True, energy_limit_met=False)
    assert judge(row) == ("low_efficiency", "energy_limit", "above_scale_tax", "tax_wan_2021")


def test_a_table_without_the_columns_is_unknown_and_never_low():
    out = assess(pd.DataFrame({"plot_id": ["A"]}), PACK_2022).iloc[0]
    assert out["verdict"] == "unknown"
    assert set(out["missing"].split(";")) >= {"scale", "area_mu", "tax_wan_2021", "grade_2020"}


def test_an_empty_parameter_answers_unknown_and_is_named():
    pack = PACK_2022.choose(tax_floor=None)
    found = judge(below(), pack)
    assert found == ("unknown", "", "below_scale_tax", "parameter:tax_floor")


@pytest.mark.parametrize(
    ("change", "measure"),
    [
        ({"status": "vacant"}, "vacate"),
        ({"status": "idle", "area_mu": 1.0}, "vacate"),
        ({"energy_intensive": True, "energy_limit_met": False}, "upgrade"),
        ({"area_mu": 9.99}, "relocate"),
        ({"area_mu": 10.0}, "merge"),
        ({"grade_2021": "A"}, ""),
    ],
)
def test_the_first_measure_that_fits_is_suggested_to_low_plots_only(change, measure):
    row = below(grade_2020="C", grade_2021="C") | change
    out = assess(pd.DataFrame([row]), PACK_2022).iloc[0]
    assert out["measure_suggested"] == measure
    assert ("本工具建议" in out["reason"]) == (measure != "")


def test_assess_keeps_index_type_and_input():
    frame = pd.concat([peers(), pd.DataFrame([plot()])])
    frame.index = [7, 7, 3, 1, 0, 9]
    before = frame.copy()
    out = assess(frame, PACK_2022)
    pd.testing.assert_frame_equal(frame, before)
    assert out.index.tolist() == frame.index.tolist()
    assert assess(frame.iloc[:0], PACK_2022).empty


def test_the_reason_speaks_the_current_language():
    row = pd.DataFrame([below(grade_2020="C", grade_2021="C", tax_wan_2020=5, tax_wan_2021=None)])
    messages.set_language("en")
    reason = assess(row, PACK_2022).iloc[0]["reason"]
    assert reason.startswith("Meets: Firm below scale, class C two years running. Cannot be told:")
    assert "Tax 2021" in reason


def test_json_has_the_agreed_shape():
    frame = pd.DataFrame(
        [below(plot_id=1, tax_wan_2020=5, tax_wan_2021=None, grade_2020="C", grade_2021="C")]
    )
    found = evaluate(frame, PACK_2022).to_json()
    assert found["pack"] == "yueqing-2022"
    assert found["total"] == {"low_efficiency": 1, "not": 0, "unknown": 0}
    [record] = found["plots"]
    assert record["plot_id"] == "1"
    assert record["measure"] == "merge"
    assert record["rules"][2] == {
        "rule": "below_scale_tax", "result": "unknown", "missing": ["tax_wan_2021"],
    }  # fmt: skip


maybe = st.one_of(st.none(), st.sampled_from([0.0, 50.0, 99.9, 100.0, 170.0, 180.0, 250.0]))
rows = st.fixed_dictionaries(
    {
        "plot_id": st.just("P"),
        "scale": st.sampled_from(["above", "below", None]),
        "industry_code": st.sampled_from(["C38", "C29", None]),
        "area_mu": st.sampled_from([None, 0.0, 5.0, 10.0]),
        "declared_m2": st.none(),
        "tax_wan_2019": maybe,
        "tax_wan_2020": maybe,
        "tax_wan_2021": maybe,
        "grade_2020": st.sampled_from(["A", "C", "D", None]),
        "grade_2021": st.sampled_from(["A", "C", "D", None]),
        "energy_intensive": st.sampled_from([True, False, None]),
        "energy_limit_met": st.sampled_from([True, False, None]),
        "status": st.sampled_from(["producing", "idle", None]),
    }
)


@settings(max_examples=60)
@given(rows, rows)
def test_filling_gaps_never_turns_a_hit_into_not(row, filler):
    filled = {k: filler[k] if v is None else v for k, v in row.items()}
    # an area of zero is a gap too, but a filled cell here
    filled["area_mu"] = row["area_mu"] if row["area_mu"] == 0 else filled["area_mu"]
    pair = evaluate(pd.DataFrame([row, filled]), PACK_2022, reference=peers())
    for step in pair.rules:
        before, after = step.result
        assert before in (0, after)
    assert pair.verdict[0] in (0, pair.verdict[1])


@settings(max_examples=40)
@given(st.lists(rows, min_size=2, max_size=8), st.randoms())
def test_the_order_of_the_rows_does_not_matter(many, random):
    frame = pd.concat([peers(), pd.DataFrame(many)], ignore_index=True)
    frame["plot_id"] = [f"P{i}" for i in range(len(frame))]
    order = list(range(len(frame)))
    random.shuffle(order)
    straight = assess(frame, PACK_2022).set_index("plot_id").sort_index()
    shuffled = assess(frame.iloc[order], PACK_2022).set_index("plot_id").sort_index()
    pd.testing.assert_frame_equal(straight, shuffled, check_dtype=False)


@settings(max_examples=40)
@given(st.lists(rows, min_size=1, max_size=6))
def test_a_plot_is_judged_alike_alone_and_in_company(many):
    frame = pd.DataFrame(many)
    together = evaluate(frame, PACK_2022, reference=peers()).records()
    alone = [
        evaluate(frame.iloc[[i]], PACK_2022, reference=peers()).records()[0]
        for i in range(len(frame))
    ]
    assert together == alone
