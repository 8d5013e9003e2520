"""What another pack or another reading changes, plot by plot and in all."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from policy_rows import PACK_2022, below, peers, plot
from small_pack import only, pack

from platforms import messages
from platforms.errors import InputError
from platforms.policy.diff import CHANGES, policy_diff
from platforms.policy.evaluate import evaluate

OTHER = PACK_2022.choose(mean_share="below_10_percent", tax_floor=20)
PLOTS = pd.DataFrame(
    [
        # 10 万元/亩 is below 90 % of the mean of 20, not below 10 % of it
        plot(plot_id="CLEARED", tax_wan_2021=100.0, area_mu=10.0),
        plot(plot_id="LOW", tax_wan_2021=1.0),
        plot(plot_id="GOOD"),
        # 15 万元/亩 two years running is below 20, not below 10
        below(plot_id="CAUGHT", tax_wan_2020=150.0, tax_wan_2021=150.0),
        # 15 in one year, nothing known of the other
        below(plot_id="OPEN", tax_wan_2020=150.0, tax_wan_2021=None),
        plot(plot_id="NO_AREA", area_mu=None),
    ],
    index=[9, 8, 7, 6, 5, 4],
)


@pytest.fixture
def diff():
    return policy_diff(PLOTS, PACK_2022, OTHER, reference=peers())


def test_every_plot_stands_there_with_both_verdicts(diff):
    found = diff.frame.set_index("plot_id")
    assert found[["left", "right", "change"]].to_dict("index") == {
        "CLEARED": {"left": "low_efficiency", "right": "not", "change": "now_not"},
        "LOW": {"left": "low_efficiency", "right": "low_efficiency", "change": "same"},
        "GOOD": {"left": "not", "right": "not", "change": "same"},
        "CAUGHT": {"left": "not", "right": "low_efficiency", "change": "now_hit"},
        "OPEN": {"left": "not", "right": "unknown", "change": "now_unknown"},
        "NO_AREA": {"left": "unknown", "right": "unknown", "change": "same"},
    }
    assert diff.frame.index.equals(PLOTS.index)
    assert diff.changed["plot_id"].tolist() == ["CLEARED", "CAUGHT", "OPEN"]


def test_what_decides_is_named(diff):
    row = diff.frame.set_index("plot_id").loc["CAUGHT"]
    assert row["because_left"] == "不符合任何一条低效规则。"
    assert row["because_right"] == "符合：规下企业连续两年亩均税收低于 10 万元/亩。"
    open_ = diff.frame.set_index("plot_id").loc["OPEN", "because_right"]
    assert open_ == "情况不明：规下企业连续两年亩均税收低于 10 万元/亩；缺：2021 年评价税收。"


def test_a_hit_is_not_explained_by_what_is_open():
    rows = pd.DataFrame([plot(tax_wan_2021=None, energy_intensive=True, energy_limit_met=False)])
    because = policy_diff(rows, PACK_2022, OTHER, reference=peers()).frame["because_left"]
    assert because.tolist() == ["符合：高耗能行业企业达不到能耗限额标准。"]


def test_totals_are_a_matrix_of_plots_and_mu(diff):
    assert diff.totals["plots"].sum() == len(PLOTS)
    assert diff.matrix().to_dict("index") == {
        "low_efficiency": {"low_efficiency": 1, "not": 1, "unknown": 0},
        "not": {"low_efficiency": 1, "not": 1, "unknown": 1},
        "unknown": {"low_efficiency": 0, "not": 0, "unknown": 1},
    }
    pair = diff.totals.set_index(["left", "right"])
    assert pair.loc[("low_efficiency", "not"), "area_mu"] == 10.0
    assert pair.loc[("unknown", "unknown")].tolist() == [1, 0.0, 1]


def test_both_sides_may_be_evaluations_and_one_pack_differs_from_itself_nowhere():
    one = evaluate(PLOTS, PACK_2022, reference=peers())
    assert policy_diff(PLOTS, one, one).changed.empty
    mixed = policy_diff(PLOTS, one, OTHER, reference=peers())
    straight = policy_diff(PLOTS, PACK_2022, OTHER, reference=peers())
    pd.testing.assert_frame_equal(mixed.frame, straight.frame)


def test_the_way_back_turns_the_sides_round(diff):
    back = policy_diff(PLOTS, OTHER, PACK_2022, reference=peers())
    assert back.frame["left"].tolist() == diff.frame["right"].tolist()
    assert back.matrix().T.to_dict() == diff.matrix().to_dict()


def test_an_evaluation_of_other_plots_is_refused():
    one = evaluate(PLOTS.iloc[:3], PACK_2022)
    with pytest.raises(InputError, match="yueqing-2022"):
        policy_diff(PLOTS, one, PACK_2022)
    with pytest.raises(InputError, match="yueqing-2022"):
        policy_diff(PLOTS, PACK_2022, evaluate(PLOTS.iloc[::-1], OTHER))


def test_json_names_settings_and_only_what_changed(diff):
    found = diff.to_json()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["left"]["settings"]["mean_share"] == "below_90_percent"
    assert found["right"]["settings"]["mean_share"] == "below_10_percent"
    assert found["right"]["settings"]["tax_floor"] == 20
    assert [row["plot_id"] for row in found["plots"]] == ["CLEARED", "CAUGHT", "OPEN"]
    assert len(found["total"]) == 9


def test_text_names_each_change_and_the_areas_left_out(diff):
    chinese = diff.to_text()
    assert "CAUGHT：非低效 → 低效。前：不符合任何一条低效规则。" in chinese
    assert "低效 → 非低效：1 块，10.0 亩" in chinese
    assert "情况不明 → 情况不明：1 块，0.0 亩（其中 1 块面积不明，未计入）" in chinese
    assert "GOOD" not in chinese
    assert "low-efficiency → not low-efficiency: 1 plots, 10.0 mu" in diff.to_text("en")


def test_no_plots_and_no_areas():
    empty = policy_diff(PLOTS.iloc[:0], PACK_2022, OTHER)
    assert empty.frame.empty
    assert empty.totals["plots"].sum() == 0
    bare = policy_diff(PLOTS[["plot_id"]], PACK_2022, OTHER)
    assert np.isnan(bare.frame["area_mu"]).all()


def test_every_change_has_a_name_in_both_languages():
    for lang in messages.LANGUAGES:
        assert len({messages.text(f"policy.change.{name}", lang) for name in CHANGES}) == 5


def test_of_one_pack_the_settings_that_differ_are_told(diff):
    lines = diff.to_text().splitlines()
    assert lines[1:3] == [
        "参数 mean_share：below_90_percent → below_10_percent",
        "参数 tax_floor：10 → 20",
    ]
    assert "参数" not in policy_diff(PLOTS, PACK_2022, pack()).to_text()


def test_not_is_called_after_what_the_pack_asks():
    text = policy_diff(PLOTS, PACK_2022, only("energy_review"), reference=peers()).to_text("en")
    assert "not low-efficiency → cannot be told" in text
    energy = PLOTS.assign(energy=1.0)
    text = policy_diff(energy, PACK_2022, only("energy_review"), reference=peers()).to_text("en")
    assert "not low-efficiency → meets no rule: 3 plots" in text


def test_areas_are_summed_before_they_are_converted():
    # 3.33 m² are 0.004995 亩: rounded one by one they would come to nothing
    many = pd.concat([PLOTS[PLOTS["plot_id"].eq("CLEARED")]] * 2, ignore_index=True)
    many = many.assign(area_m2=[3.33, 3.34], area_mu=[0.0, 0.0])
    totals = policy_diff(many, PACK_2022, PACK_2022).totals
    assert totals["area_mu"].sum() == 0.01
