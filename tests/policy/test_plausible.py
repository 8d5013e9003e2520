"""Values that cannot be right decide no verdict unseen."""

from __future__ import annotations

import pandas as pd
import pytest
from pack_cases import CLEAN, PACKS

from platforms import messages
from platforms.policy.evaluate import evaluate


def _judged(pack: str, **changes: object):
    return evaluate(pd.DataFrame([{"plot_id": "P1", **CLEAN[pack], **changes}]), PACKS[pack])


@pytest.mark.parametrize(
    ("pack", "column", "value", "kind"),
    [
        ("idle-land-53", "built_share", -0.1, "policy_value_out"),
        ("idle-land-53", "built_share", 20.0, "policy_value_percent"),
        ("idle-land-53", "built_share", 2000.0, "policy_value_out"),
        ("idle-land-53", "invested_share", 25.0, "policy_value_percent"),
        ("yueqing-electric-145", "area_mu", -10.0, "policy_value_out"),
        ("yueqing-two-high", "energy_tce_2021", -1.0, "policy_value_out"),
        ("yueqing-electric-145", "industry_code", "电气", "policy_code_unreadable"),
    ],
)
def test_what_cannot_be_is_unknown_and_named(pack, column, value, kind):
    # where the tax is low the industry decides
    low = (
        {"tax_wan_2021": 1.0, "contract_tax_wan_per_mu": 0.05} if column == "industry_code" else {}
    )
    found = _judged(pack, **low, **{column: value})
    assert found.verdict_name(0) == "unknown"
    assert column in found.missing(0)
    (issue,) = list(found.issues)
    assert (issue.kind, issue.feature, issue.field) == (kind, "P1", column)
    shown = value if isinstance(value, str) else f"{value:g}"
    for lang in messages.LANGUAGES:
        assert shown in issue.message(lang)
        assert issue.action(lang)
    assert found.to_json()["issues"][0]["kind"] == kind


@pytest.mark.parametrize("value", [0.0, 1.0, 0.5])
def test_the_ends_of_a_share_can_be(value):
    assert not len(_judged("idle-land-53", built_share=value).issues)


def test_a_negative_tax_counts_and_is_named():
    found = _judged("yueqing-electric-145", tax_wan_2021=-5.0)
    assert found.verdict_name(0) == "low_efficiency"
    assert [issue.kind for issue in found.issues] == ["policy_value_low"]


def _taxes(*taxes: float):
    base = CLEAN["yueqing-electric-145"]
    rows = [{"plot_id": f"P{i}", **base, "tax_wan_2021": tax} for i, tax in enumerate(taxes)]
    return evaluate(pd.DataFrame(rows), PACKS["yueqing-electric-145"])


def test_a_tax_far_above_the_median_counts_and_is_named():
    (issue,) = list(_taxes(500.0, 500.0, 500.0, 500.0, 500.0, 500_000.0).issues)
    assert (issue.kind, issue.feature, issue.field) == (
        "policy_value_high", "P5", "tax_wan_per_mu_2021",
    )  # fmt: skip
    assert "中位数 50 万元/亩" in issue.message("zh_CN")
    # at the edge, and where there are too few values for a median
    assert not len(_taxes(500.0, 500.0, 500.0, 500.0, 500.0, 50_000.0).issues)
    assert not len(_taxes(500.0, 500_000.0, 500.0).issues)


def test_of_many_the_first_hundred_are_named_and_the_rest_counted():
    kinds = _taxes(*[-1.0] * 130).issues.by_kind()
    assert kinds == {"policy_value_low": 100, "policy_values_more": 1}
