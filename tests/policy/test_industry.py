"""Codes of GB/T 4754: read in every spelling, compared by what lies below them."""

from __future__ import annotations

import pandas as pd
import pytest
from pack_cases import CLEAN, PACKS, results
from policy_rows import PACK_2022, peers, plot

from platforms.policy.check import faults
from platforms.policy.evaluate import evaluate
from platforms.policy.industry import normal_code
from platforms.policy.trace import explain

ELECTRIC = CLEAN["yueqing-electric-145"] | {"tax_wan_2021": 1.0}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("C38", "C38"), ("c3821", "C3821"), ("3821", "C3821"), ("38", "C38"), ("382", "C382"),
        (" Ｃ３８ ", "C38"), ("C-38", "C38"), (3821.0, "C3821"), (38, "C38"), ("0111", "A0111"),
        ("C38 电气机械和器材制造业", "C38"), ("3821（配电）", "C3821"), ("C", "C"), ("97", "T97"),
        ("A38", None), ("98", None), ("00", None), ("8", None), ("38210", None), ("", None),
        ("电气", None), ("C38/C39", None), ("3821、3832", None), ("nan", None), ("Z", None),
    ],
)  # fmt: skip
def test_a_code_is_read_with_or_without_its_letter(written, code):
    assert normal_code(written) == code


@pytest.mark.parametrize(
    ("written", "result"),
    [
        ("C38", "hit"), ("C3821", "hit"), ("3821", "hit"), ("38", "hit"), (382, "hit"),
        ("C39", "not"), ("3921", "not"), ("B08", "not"),
        # coarser than the list, or no code
        ("C", "unknown"), ("电气", "unknown"), ("A38", "unknown"), (None, "unknown"),
    ],
)  # fmt: skip
def test_a_list_of_industries_holds_for_all_below_them(written, result):
    row = ELECTRIC | {"industry_code": written}
    pack = PACKS["yueqing-electric-145"]
    assert results(pack, "electric_low_tax", [row]) == [result]


def test_a_coarser_code_is_named_as_missing_and_a_setting_takes_any_spelling():
    pack = PACKS["yueqing-electric-145"]
    frame = pd.DataFrame([ELECTRIC | {"plot_id": "A", "industry_code": "C"}])
    assert evaluate(frame, pack).missing(0)[0] == "industry_code"
    excepted = PACKS["taizhou-2025"].choose(far_excepted=("38",))
    rows = [CLEAN["taizhou-2025"] | {"far": 0.5, "industry_code": code} for code in ("3821", "C39")]
    assert results(excepted, "far_low", rows) == ["not", "hit"]


def test_the_mean_of_an_industry_is_that_of_its_division():
    spelled = ["C38", "C3821", "3821", "38", "382"]
    reference = pd.concat([peers(1, industry_code=code) for code in spelled])
    frame = pd.DataFrame([plot(industry_code="3832", tax_wan_2021=10.0)])
    seen = evaluate(frame, PACK_2022, reference=reference).rules[0].condition.seen
    assert seen["peers"][0] == len(spelled)
    assert seen["group"][0] == "C38"
    told = explain(frame, PACK_2022, "P", reference=reference, lang="zh_CN").to_text()
    assert "同行业 C38" in told
    assert "行业平均值的行业层级 = 2 位" in told


def test_the_level_of_the_mean_can_be_chosen():
    reference = pd.concat([peers(5, industry_code="C3821"), peers(5, industry_code="C3832")])
    reference["tax_wan_2019"] = [200.0] * 5 + [400.0] * 5
    frame = pd.DataFrame([plot(industry_code="3832"), plot(industry_code="C38")])
    seen = evaluate(frame, PACK_2022.choose(industry_digits=4), reference=reference).rules[0]
    step = seen.condition
    assert step.seen["mean"].tolist()[0] == pytest.approx(30.0)
    # a division is no class
    assert step.result.tolist()[1] == 0
    assert step.missing["industry_code"].tolist() == [False, True]


def test_what_the_plot_says_is_shown_as_it_is_written():
    frame = pd.DataFrame([ELECTRIC | {"plot_id": "A", "industry_code": "3821"}])
    told = explain(frame, PACKS["yueqing-electric-145"], "A", lang="zh_CN").to_text()
    assert "行业代码：3821，要求为其中之一：C38。" in told


@pytest.mark.parametrize("value", ["C380000", "电气", "A38"])
def test_a_list_with_what_is_no_code_is_refused(value):
    pack = PACKS["yueqing-electric-145"]
    one = pack.parameter("electric_industries")
    changed = one.model_copy(
        update={"readings": (one.readings[0].model_copy(update={"value": (value,)}),)}
    )
    parameters = tuple(changed if p.id == one.id else p for p in pack.parameters)
    found = list(faults(pack.model_copy(update={"parameters": parameters})))
    assert [key for _, key, _ in found] == ["policy.value_not_allowed"]
