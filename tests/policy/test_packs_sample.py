"""What each pack says of the sample county; the counts are those of the committed sample."""

from __future__ import annotations

from collections import Counter

import pytest
from pack_cases import PACKS, SCORES

import platforms as ip
from platforms.policy.evaluate import evaluate
from platforms.policy.evaluation import Evaluation
from platforms.policy.scoring import score

PLOTS = 1251
# hit, not, unknown
COUNTS = {
    "yueqing-2022": {
        "above_scale_tax": (142, 961, 148),
        "below_scale_grade": (70, 1068, 113),
        "below_scale_tax": (30, 1109, 112),
        "energy_limit": (16, 1176, 59),
    },
    # the sample has no dates on which work stopped
    "idle-land-53": {
        "never_started": (33, 1188, 30),
        "started_and_stopped": (0, 1195, 56),
    },
    # nor the taxes that contracts name, nor agreed completions
    "yueqing-electric-145": {
        "electric_low_tax": (1, 1174, 76),
        "used_not_full": (49, 1100, 102),
        "built_not_producing": (0, 1221, 30),
        "producing_below_contract": (74, 135, 1042),
    },
    "yueqing-two-high": {
        "review_above_city": (2, 1216, 33),
        "over_province_standard": (25, 1189, 37),
        "review_in_city": (14, 1202, 35),
        "over_city_standard": (27, 1187, 37),
    },
    # of another city; only floor area ratios are there
    "taizhou-2025": {
        "tax_below_guide": (0, 0, 1251),
        "far_low": (0, 902, 349),
        "poor_buildings": (0, 0, 1251),
        "banned_industry": (0, 0, 1251),
        "item_five": (0, 0, 1251),
    },
}


@pytest.fixture(scope="module")
def plots():
    ws = ip.Workspace.open("yueqing")
    return ip.measure(ws.layer("plots"))


def _counts(evaluation: Evaluation) -> dict[str, tuple[int, ...]]:
    return {
        step.rule.id: tuple(int((step.result == value).sum()) for value in (1, -1, 0))
        for step in evaluation.rules
    }


def test_every_pack_is_counted():
    assert set(COUNTS) == set(PACKS)


@pytest.mark.parametrize("name", COUNTS)
def test_the_sample_county_by_each_rule(plots, name):
    counts = _counts(evaluate(plots, PACKS[name]))
    assert counts == COUNTS[name]
    assert {sum(three) for three in counts.values()} == {PLOTS}


def test_idle_plots_of_the_sample_are_those_that_never_started(plots):
    steps = {s.rule.id: s for s in evaluate(plots, PACKS["idle-land-53"]).rules}
    hit = plots[steps["never_started"].result == 1]
    assert set(hit["status"]) == {"idle"}
    assert hit["start_date"].isna().all()
    # those that started and stopped cannot be told apart without the day on which they did
    open_ones = plots[steps["started_and_stopped"].result == 0]
    assert set(open_ones["status"]) == {"idle", "vacant"}


def test_floor_area_ratios_of_the_sample_with_boundary_and_exceptions_known(plots):
    inside = plots.assign(fact_urban_boundary_share=1.0)
    pack = PACKS["taizhou-2025"].choose(far_excepted=("C26",))
    counts = _counts(evaluate(inside, pack))
    low, industry = plots["far"] < 1, plots["industry_code"]
    assert counts["far_low"][0] == (low & industry.notna() & (industry != "C26")).sum() == 212
    # a low ratio of an unknown industry may be an exception; an exception needs no ratio
    unsurveyed = plots["far"].isna() & (industry != "C26")
    assert counts["far_low"][2] == (unsurveyed | (low & industry.isna())).sum() == 127


def test_readings_move_the_sample(plots):
    narrow = PACKS["yueqing-2022"].choose(mean_share="below_10_percent")
    assert _counts(evaluate(plots, narrow))["above_scale_tax"][0] == 0
    wide = PACKS["yueqing-electric-145"].choose(
        electric_industries="with_electronics_and_instruments"
    )
    assert _counts(evaluate(plots, wide))["electric_low_tax"][0] >= 1


def test_the_sample_cannot_be_scored_and_says_what_it_lacks(plots):
    scores = score(plots, SCORES["huangyan-score"].for_year(2021))
    assert scores["score"].notna().sum() == 0
    assert set(scores["grade"]) == {"unknown"}
    # tax per mu alone can be scored: as many as have tax and size
    known = plots["tax_wan_2021"].notna() & plots["scale"].notna()
    assert scores["score_tax_per_mu"].notna().sum() == known.sum()
    lacking = Counter(name for names in scores["missing"] for name in names.split(";"))
    assert lacking["staff_2021"] == (plots["scale"] == "above").sum()
    assert lacking["electricity_kwh_2021"] == (plots["scale"] == "below").sum()


def test_grades_of_the_sample_by_tax_per_mu_alone(plots):
    firms = plots.assign(
        base_score_2022=plots["tax_wan_2021"] / plots["area_mu"], tenants_below_2022=0
    )
    pack = SCORES["wenling-score"].choose(ranking_group="all_industries")
    scores = score(firms, pack)
    for scale, shares in (("above", (20, 80, 95)), ("below", (5, 75, 95))):
        mine = scores[(plots["scale"] == scale) & plots["tax_wan_2021"].notna()]
        places = [len(mine) * share // 100 for share in shares]
        counts = mine["grade"].value_counts()
        assert counts[["A", "B", "C", "D"]].cumsum().tolist() == [*places, len(mine)]
    assert scores["grade"].value_counts().to_dict() == {
        "A": 124, "B": 703, "C": 192, "D": 54, "unknown": 178,
    }  # fmt: skip
