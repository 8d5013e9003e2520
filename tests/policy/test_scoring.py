"""Scores, ranks and grades of firms, by hand and in general."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pack_cases import SCORE_FILES, SCORES
from pandas.testing import assert_frame_equal

import platforms as ip
from platforms import messages
from platforms.errors import RuleError
from platforms.policy.pack import load_pack, load_packs, load_score, load_scores
from platforms.policy.scoring import score

HUANGYAN = SCORES["huangyan-score"]
WENLING = SCORES["wenling-score"].choose(ranking_group="all_industries", fewest_ranked=1)

# a firm whose every value is the divisor of 2022: it scores the full 100
MEAN: dict[str, object] = {
    "scale": "above",
    "area_mu": 10.0,
    "tax_wan_2022": 240.97,
    "value_added_wan_2022": 1361.6,
    "energy_tce_2022": 1361.6 / 2.694,
    "emissions_t_2022": 1361.6 / 4929.81,
    "staff_2022": 1361.6 / 18.14,
    "rd_wan_2022": 30.2,
    "revenue_wan_2022": 1000.0,
    "electricity_kwh_2022": None,
}
SMALL: dict[str, object] = {
    "scale": "below",
    "area_mu": 10.0,
    "tax_wan_2022": 115.932,
    "electricity_kwh_2022": 1e4 * 115.932 / 0.2352,
}


def _firms(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame(list(rows))


def _ranked(*points: float | None, scale: str = "above") -> pd.DataFrame:
    return pd.DataFrame({"scale": scale, "base_score_2022": points, "tenants_below_2022": 0})


def test_a_firm_at_the_divisors_has_the_weights():
    scores = score(_firms(MEAN, SMALL), HUANGYAN)
    assert scores["score"].tolist() == pytest.approx([100.0, 100.0])
    first = scores.iloc[0]
    names = ["tax_per_mu", "value_added_per_mu", "value_added_per_tce", "value_added_per_t"]
    names += ["productivity", "rd_share"]
    assert [first[f"score_{n}"] for n in names] == pytest.approx([30, 20, 20, 10, 10, 10])
    # what is no indicator of the group has no score, and is not missing
    assert np.isnan(first["score_tax_per_kwh"])
    assert scores["missing"].tolist() == ["cut_offs", "cut_offs"]


def test_a_score_has_no_upper_and_no_lower_bound():
    rich = MEAN | {"tax_wan_2022": 2409.7}
    loss = MEAN | {"value_added_wan_2022": -1361.6}
    scores = score(_firms(rich, loss), HUANGYAN)
    assert scores["score_tax_per_mu"].tolist() == pytest.approx([300.0, 30.0])
    assert scores["score_productivity"].iloc[1] == pytest.approx(-10.0)


def test_each_year_has_its_own_divisors():
    firm = {name.replace("2022", "2021"): value for name, value in MEAN.items()}
    scores = score(_firms(firm), HUANGYAN.for_year(2021))
    assert scores["score_tax_per_mu"].iloc[0] == pytest.approx(24.097 / 26.01 * 30)
    assert scores["score_rd_share"].iloc[0] == pytest.approx(0.0302 / 0.0305 * 10)
    third = {name.replace("2022", "2023"): value for name, value in MEAN.items()}
    scores = score(_firms(third), HUANGYAN.for_year(2023))
    assert scores["score"].isna().all()
    assert "parameter:above_tax_divisor" in scores["missing"].iloc[0].split(";")


def test_missing_emissions_take_the_mean_score_of_the_group():
    double = MEAN | {"emissions_t_2022": 1361.6 / 4929.81 / 2}
    none = MEAN | {"emissions_t_2022": None}
    nothing_emitted = MEAN | {"emissions_t_2022": 0.0}
    scores = score(_firms(MEAN, double, none, nothing_emitted, SMALL), HUANGYAN)
    assert scores["score_value_added_per_t"].tolist()[:4] == pytest.approx([10, 20, 15, 15])
    assert scores["score"].tolist() == pytest.approx([100, 110, 105, 105, 100])
    assert "emissions_t_2022" not in scores["missing"].iloc[2]


def test_missing_emissions_of_all_firms_or_of_2021_leave_the_score_unknown():
    none = MEAN | {"emissions_t_2022": None}
    scores = score(_firms(none, none), HUANGYAN)
    assert scores["score"].isna().all()
    assert "emissions_t_2022" in scores["missing"].iloc[0].split(";")
    # the words of 2021 do not fill them in
    rows = [{k.replace("2022", "2021"): v for k, v in row.items()} for row in (MEAN, none)]
    scores = score(_firms(*rows), HUANGYAN.for_year(2021))
    assert scores["score"].notna().tolist() == [True, False]


@pytest.mark.parametrize(
    "column", [c for c in MEAN if c not in {"emissions_t_2022", "electricity_kwh_2022"}]
)
def test_any_other_missing_value_leaves_the_score_unknown_and_is_named(column):
    scores = score(_firms(MEAN, MEAN | {column: None}), HUANGYAN)
    assert scores["score"].notna().tolist() == [True, False]
    assert scores["rank"].isna().tolist() == [False, True]
    assert column in scores["missing"].iloc[1].split(";")
    without = score(_firms(MEAN).drop(columns=column), HUANGYAN)
    assert without["score"].isna().all()
    assert column in without["missing"].iloc[0].split(";")


@pytest.mark.parametrize(("scale", "cuts"), [("above", (20, 80, 95)), ("below", (5, 75, 95))])
def test_a_cut_off_belongs_to_the_better_grade(scale, cuts):
    grades = score(_ranked(*range(100, 0, -1), scale=scale), WENLING)["grade"].tolist()
    edges = [grades[cut - 1] + grades[cut] for cut in cuts]
    assert edges == ["AB", "BC", "CD"]
    assert grades[0] == "A"
    assert grades[-1] == "D"


def test_a_rank_between_two_places_falls_to_the_worse_grade():
    # of 12 firms, rank 2 stands at 16.7 % and rank 3 at 25 %
    grades = score(_ranked(*range(12, 0, -1)), WENLING)["grade"].tolist()
    assert "".join(grades) == "AABBBBBBBCCD"


def test_equal_scores_share_the_better_rank_and_grade():
    points = [9.0, 8.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]
    scores = score(_ranked(*points), WENLING)
    assert scores["rank"].tolist() == [1, 2, 2, 4, 5, 6, 7, 8, 9, 10]
    assert scores["grade"].tolist()[:4] == ["A", "A", "A", "B"]
    # sums that differ by rounding alone are equal
    tied = score(_ranked(0.1 + 0.2, 0.3), WENLING)
    assert tied["rank"].tolist() == [1, 1]


def test_firms_without_a_score_take_no_place():
    ten = [10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]
    alone = score(_ranked(*ten), WENLING)
    among = score(_ranked(*ten, *[None] * 40), WENLING)
    assert among["grade"].tolist()[:10] == alone["grade"].tolist()
    assert set(among["grade"][10:]) == {"unknown"}
    assert set(among["missing"][10:]) == {"base_score_2022"}


def test_the_two_groups_are_ranked_apart():
    firms = pd.concat([_ranked(3.0, 2.0), _ranked(9.0, 8.0, scale="below")], ignore_index=True)
    assert score(firms, WENLING)["rank"].tolist() == [1, 2, 1, 2]


def test_firms_are_ranked_within_their_industry():
    pack = SCORES["wenling-score"].choose(fewest_ranked=1)
    firms = _ranked(4.0, 3.0, 2.0, 1.0).assign(
        industry_group=["metals", "other", "金属及金属制品生产、冶炼、加工", None]
    )
    scores = score(firms, pack)
    assert scores["rank"].tolist()[:3] == [1, 1, 2]
    assert scores["rank"].isna().tolist() == [False, False, False, True]
    assert scores["score"].iloc[3] == 1.0
    assert scores["missing"].iloc[3] == "industry_group"


def test_too_few_firms_are_ranked_but_not_graded():
    pack = SCORES["wenling-score"].choose(ranking_group="all_industries")
    few = score(_ranked(*range(19)), pack)
    assert set(few["grade"]) == {"unknown"}
    assert set(few["missing"]) == {"ranked_firms"}
    assert few["rank"].notna().all()
    assert "unknown" not in set(score(_ranked(*range(20)), pack)["grade"])


@pytest.mark.parametrize(
    ("scale", "off"),
    [("above", [0, 0, 5, 10, 45]), ("below", [0, 10, 15, 20, 55])],
)
def test_letting_to_small_firms_costs_points(scale, off):
    firms = _ranked(*[100.0] * 5, None, scale=scale)
    firms["tenants_below_2022"] = [0, 1, 2, 3, 10, 0]
    scores = score(firms, WENLING)
    assert (100 - scores["score"]).tolist()[:5] == off
    firms.loc[0, "tenants_below_2022"] = None
    scores = score(firms, WENLING)
    assert np.isnan(scores["score"].iloc[0])
    assert scores["missing"].iloc[0] == "tenants_below_2022"


def test_the_scores_of_one_pack_graded_by_the_cut_offs_of_another():
    firms = _firms(*[MEAN | {"tax_wan_2022": 100.0 * n} for n in range(10, 0, -1)])
    grades = score(firms, HUANGYAN, cut_offs=WENLING)["grade"]
    assert "".join(grades) == "AABBBBBBCD"
    other = WENLING.model_copy(update={"group_by": "size"})
    with pytest.raises(RuleError, match="size"):
        score(firms, HUANGYAN, cut_offs=other)


def test_an_empty_weight_or_cut_off_is_unknown_and_not_zero():
    scores = score(_firms(MEAN), HUANGYAN.choose(above_rd_weight=None))
    assert scores["score"].isna().all()
    assert "parameter:above_rd_weight" in scores["missing"].iloc[0].split(";")
    grades = score(_ranked(*range(10, 0, -1)), WENLING.choose(above_b=None))
    assert grades["grade"].tolist() == ["A", "A", *["unknown"] * 8]
    assert grades["missing"].tolist()[2:] == ["parameter:above_b"] * 8


def test_a_cap_bounds_the_score_where_a_pack_has_one(tmp_path):
    text = SCORE_FILES["huangyan-score"].read_text("utf-8")
    text = text.replace(
        "divisor: above_tax_divisor}", "divisor: above_tax_divisor, cap: above_tax_weight}"
    )
    (tmp_path / "capped.yaml").write_text(text, "utf-8")
    scores = score(_firms(MEAN | {"tax_wan_2022": 2409.7}), load_score(tmp_path / "capped.yaml"))
    assert scores["score_tax_per_mu"].iloc[0] == pytest.approx(30.0)


def test_the_table_is_not_changed_and_its_index_is_kept():
    firms = _firms(MEAN, SMALL)
    firms.index = pd.Index(["b", "a"])
    before = firms.copy(deep=True)
    scores = ip.score_firms(firms, HUANGYAN)
    assert_frame_equal(firms, before)
    assert scores.index.tolist() == ["b", "a"]
    assert list(scores.columns)[-4:] == ["score", "rank", "grade", "missing"]
    assert scores["rank"].dtype == "Int64"


def test_no_firms_no_scores():
    empty = score(_firms(MEAN).iloc[:0], HUANGYAN, cut_offs=WENLING)
    assert len(empty) == 0
    assert "grade" in empty


@settings(max_examples=60, deadline=None)
@given(
    points=st.lists(st.one_of(st.none(), st.integers(0, 12).map(float)), min_size=1, max_size=40),
    order=st.randoms(use_true_random=False),
)
def test_grades_depend_on_the_scores_and_not_on_the_order_of_the_table(points, order):
    frame = _ranked(*points)
    mixed = list(range(len(points)))
    order.shuffle(mixed)
    plain = score(frame, WENLING)
    assert_frame_equal(score(frame.iloc[mixed], WENLING).sort_index(), plain)
    # a better score never has a worse grade, and equal scores never differ
    known = plain[plain["score"].notna()].sort_values("score", ascending=False)
    assert known["grade"].tolist() == sorted(known["grade"])
    assert known.groupby("score")["grade"].nunique().max() in {1, np.nan} or known.empty


BAD = {
    "no_parameter": ("weight: above_rd_weight", "weight: rd_weight", "parameter_unknown"),
    "wrong_unit": ("divisor: above_rd_divisor", "divisor: above_tax_divisor", "unit_wrong"),
    "no_field": ("field: rd_share, weight", "field: rd, weight", "field_unknown"),
    "not_a_number": ("field: rd_share, weight", "field: scale, weight", "operator_for_type"),
    "no_group": ("group_by: scale", "group_by: size", "field_unknown"),
    "group_by_number": ("group_by: scale", "group_by: area_mu", "operator_for_type"),
    "other_group": ("  - id: below\n", "  - id: tiny\n", "value_not_allowed"),
    "group_twice": ("  - id: below\n", "  - id: above\n", "id_twice"),
    "no_document": ("document: hy-score-2022\ndocuments", "document: hy\ndocuments", "document_unknown"),
    "key": ("group_by: scale", "group_by: scale\nranking: x", "key_unknown"),
    "key_inside": ("weight: above_rd_weight,", "weight: above_rd_weight, power: 2,", "key_unknown"),
    "when_missing": ("value: group_mean", "value: zero", "value_not_allowed"),
    "derived_unit": ("unit: 万元/人, yearly", "unit: 元/人, yearly", "unit_wrong"),
    "overlap": ("- {from: 2021-01-01, to: 2021-12-31, value: 26.01", "- {from: 2021-01-01, to: 2022-12-31, value: 26.01", "validity_overlaps"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_a_bad_score_pack_is_refused_with_file_and_line(tmp_path, name, lang):
    old, new, key = BAD[name]
    text = SCORE_FILES["huangyan-score"].read_text("utf-8")
    assert old in text, "the case no longer touches the pack"
    path = tmp_path / "bad.yaml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(RuleError) as caught:
        load_score(path, documents=[])
    faults = [caught.value, *caught.value.fields["others"]]
    assert f"policy.{key}" in {fault.key for fault in faults}
    assert "bad.yaml" in caught.value.message(lang)


def test_cut_offs_out_of_order_are_refused(tmp_path):
    text = SCORE_FILES["wenling-score"].read_text("utf-8")
    path = tmp_path / "bad.yaml"
    path.write_text(text.replace("    value: 80\n", "    value: 10\n", 1), "utf-8")
    with pytest.raises(RuleError, match="20 – 100"):
        load_score(path)


def test_the_two_kinds_of_packs_lie_in_one_folder(tmp_path):
    for path in SCORE_FILES.values():
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    assert load_packs(tmp_path) == {}
    assert set(load_scores(tmp_path)) == {"huangyan-score", "wenling-score"}
    (tmp_path / "z.yaml").write_text(SCORE_FILES["wenling-score"].read_text("utf-8"), "utf-8")
    with pytest.raises(RuleError, match=r"z\.yaml"):
        load_scores(tmp_path)
    with pytest.raises(RuleError, match=r"z\.yaml"):
        load_pack(tmp_path / "z.yaml")
