"""Each rule that ships, at its edge: just below, at, just above, missing, one year only."""

from __future__ import annotations

import datetime as dt

import pytest
from pack_cases import CLEAN, PACKS, results

NONE = None
BELOW = {"scale": "below"}
THIRD = 1.0 / 3.0

# pack, rule: changes to the clean plot, and what the rule says then
CASES: dict[tuple[str, str], list[tuple[dict[str, object], str]]] = {
    # 90 % of the mean of 20 万元/亩 is 18: 180 万元 on 10 亩
    ("yueqing-2022", "above_scale_tax"): [
        ({"tax_wan_2021": 179.9}, "hit"),
        ({"tax_wan_2021": 180.0}, "not"),
        ({"tax_wan_2021": 180.1}, "not"),
        ({"tax_wan_2021": NONE}, "unknown"),
        ({"tax_wan_2021": 0.0}, "hit"),
        ({"tax_wan_2020": 0.0}, "not"),
        ({"scale": NONE, "tax_wan_2021": 179.9}, "unknown"),
        ({"industry_code": NONE, "tax_wan_2021": 179.9}, "unknown"),
        ({"industry_code": "C99", "tax_wan_2021": 179.9}, "unknown"),
        ({"area_mu": 0.0, "tax_wan_2021": 179.9}, "unknown"),
        (BELOW | {"tax_wan_2021": 179.9}, "not"),
    ],
    ("yueqing-2022", "below_scale_grade"): [
        (BELOW | {"grade_2020": "C", "grade_2021": "C"}, "hit"),
        (BELOW | {"grade_2020": "B", "grade_2021": "C"}, "not"),
        (BELOW | {"grade_2020": "C", "grade_2021": "B"}, "not"),
        (BELOW | {"grade_2020": "D", "grade_2021": "D"}, "not"),
        (BELOW | {"grade_2020": NONE, "grade_2021": "C"}, "unknown"),
        (BELOW | {"grade_2020": NONE, "grade_2021": "B"}, "not"),
        ({"grade_2020": "C", "grade_2021": "C"}, "not"),
        ({"scale": NONE, "grade_2020": "C", "grade_2021": "C"}, "unknown"),
    ],
    ("yueqing-2022", "below_scale_tax"): [
        (BELOW | {"tax_wan_2020": 99.9, "tax_wan_2021": 99.9}, "hit"),
        (BELOW | {"tax_wan_2020": 99.9, "tax_wan_2021": 100.0}, "not"),
        (BELOW | {"tax_wan_2020": 100.0, "tax_wan_2021": 100.0}, "not"),
        (BELOW | {"tax_wan_2020": 100.1, "tax_wan_2021": 99.9}, "not"),
        (BELOW | {"tax_wan_2019": 99.9, "tax_wan_2020": 99.9}, "not"),
        (BELOW | {"tax_wan_2020": NONE, "tax_wan_2021": 99.9}, "unknown"),
        (BELOW | {"tax_wan_2020": NONE, "tax_wan_2021": 100.0}, "not"),
        ({"tax_wan_2020": 99.9, "tax_wan_2021": 99.9}, "not"),
    ],
    ("yueqing-2022", "energy_limit"): [
        ({"energy_intensive": True, "energy_limit_met": False}, "hit"),
        ({"energy_intensive": True, "energy_limit_met": True}, "not"),
        ({"energy_intensive": True, "energy_limit_met": NONE}, "unknown"),
        ({"energy_intensive": NONE, "energy_limit_met": False}, "unknown"),
        ({"energy_intensive": False, "energy_limit_met": False}, "not"),
    ],
    # judged on 2022-12-31: a year is full from an agreed start on 2021-12-31
    ("idle-land-53", "never_started"): [
        ({"built_share": 0.0, "agreed_start_date": "2021-12-30"}, "hit"),
        ({"built_share": 0.0, "agreed_start_date": "2021-12-31"}, "hit"),
        ({"built_share": 0.0, "agreed_start_date": "2022-01-01"}, "not"),
        ({"built_share": 0.0, "agreed_start_date": NONE}, "unknown"),
        ({"built_share": 0.01}, "not"),
        ({"built_share": NONE}, "unknown"),
        ({"built_share": NONE, "agreed_start_date": "2022-06-01"}, "not"),
    ],
    ("idle-land-53", "started_and_stopped"): [
        ({"built_share": 0.3333}, "hit"),
        ({"built_share": THIRD}, "not"),
        ({"built_share": 0.3334}, "not"),
        ({"built_share": 0.0}, "not"),
        ({"built_share": NONE}, "unknown"),
        ({"invested_share": 0.2499}, "hit"),
        ({"invested_share": 0.25}, "not"),
        ({"invested_share": 0.2501}, "not"),
        ({"invested_share": NONE}, "unknown"),
        ({"built_share": 0.2, "invested_share": NONE}, "hit"),
        ({"built_share": 0.2, "stopped_date": "2021-12-31"}, "hit"),
        ({"built_share": 0.2, "stopped_date": "2022-01-01"}, "not"),
        ({"built_share": 0.2, "stopped_date": NONE}, "unknown"),
        ({"built_share": 0.2, "status": "building"}, "not"),
        ({"built_share": 0.2, "status": "producing"}, "not"),
        ({"built_share": 0.2, "status": NONE}, "unknown"),
    ],
    ("yueqing-electric-145", "electric_low_tax"): [
        ({"tax_wan_2021": 49.9}, "hit"),
        ({"tax_wan_2021": 50.0}, "not"),
        ({"tax_wan_2021": 50.1}, "not"),
        ({"tax_wan_2021": NONE}, "unknown"),
        ({"tax_wan_2021": 49.9, "industry_code": "C29"}, "not"),
        ({"tax_wan_2021": 49.9, "industry_code": NONE}, "unknown"),
    ],
    # the agreed completion lies before 2022-12-31 where it has passed
    ("yueqing-electric-145", "used_not_full"): [
        ({"built_share": 0.99}, "hit"),
        ({"built_share": 1.0}, "not"),
        ({"built_share": 0.0}, "not"),
        ({"built_share": NONE}, "unknown"),
        ({"built_share": 0.9, "status": "building"}, "hit"),
        ({"built_share": 0.9, "status": "building", "agreed_completion_date": "2022-12-30"}, "hit"),
        ({"built_share": 0.9, "status": "building", "agreed_completion_date": "2022-12-31"}, "not"),
        ({"built_share": 0.9, "status": "building", "agreed_completion_date": NONE}, "unknown"),
    ],
    ("yueqing-electric-145", "built_not_producing"): [
        ({"status": "idle"}, "hit"),
        ({"status": "vacant"}, "hit"),
        ({"status": "idle", "built_share": 0.99}, "not"),
        ({"status": "producing"}, "not"),
        ({"status": NONE}, "unknown"),
        ({"status": "idle", "built_share": NONE}, "unknown"),
    ],
    ("yueqing-electric-145", "producing_below_contract"): [
        ({"invested_share": 0.99}, "hit"),
        ({"invested_share": 1.0}, "not"),
        ({"invested_share": 1.01}, "not"),
        ({"invested_share": NONE}, "unknown"),
        ({"tax_wan_2021": 199.9}, "hit"),
        ({"tax_wan_2021": 200.0}, "not"),
        ({"tax_wan_2021": 200.1}, "not"),
        ({"contract_tax_wan_per_mu": NONE}, "unknown"),
        ({"contract_tax_wan_per_mu": NONE, "invested_share": 0.99}, "hit"),
        ({"status": "building", "invested_share": 0.99}, "not"),
    ],
    ("yueqing-two-high", "review_above_city"): [
        ({"energy_tce_2021": 4999.9}, "not"),
        ({"energy_tce_2021": 5000.0}, "hit"),
        ({"energy_tce_2021": 5000.1}, "hit"),
        ({"energy_tce_2021": NONE}, "unknown"),
        ({"energy_tce_2021": 6000.0, "energy_intensive": False}, "not"),
        ({"energy_tce_2021": 6000.0, "energy_intensive": NONE}, "unknown"),
    ],
    ("yueqing-two-high", "review_in_city"): [
        ({"energy_tce_2021": 999.9}, "not"),
        ({"energy_tce_2021": 1000.0}, "hit"),
        ({"energy_tce_2021": 4999.9}, "hit"),
        ({"energy_tce_2021": 5000.0}, "not"),
        ({"energy_tce_2021": NONE}, "unknown"),
        ({"energy_tce_2021": 2000.0, "energy_intensive": False}, "not"),
    ],
    ("yueqing-two-high", "over_city_standard"): [
        ({"energy_tce_2021": 489.9}, "not"),
        ({"energy_tce_2021": 490.0}, "not"),
        ({"energy_tce_2021": 490.1}, "hit"),
        ({"energy_tce_2021": NONE}, "unknown"),
        ({"value_added_wan_2021": 0.0}, "unknown"),
        ({"value_added_wan_2021": NONE}, "unknown"),
    ],
    ("yueqing-two-high", "over_province_standard"): [
        ({"energy_tce_2021": 519.9}, "not"),
        ({"energy_tce_2021": 520.0}, "not"),
        ({"energy_tce_2021": 520.1}, "hit"),
        ({"value_added_wan_2021": NONE}, "unknown"),
    ],
    # the guide's table is not known: the rule never hits
    ("taizhou-2025", "tax_below_guide"): [
        ({"tax_wan_2024": 0.0}, "unknown"),
        ({"tax_wan_2024": 1e6}, "unknown"),
        ({"tax_wan_2024": NONE}, "unknown"),
        ({"fact_urban_boundary_share": 0.0}, "not"),
    ],
    # nor are the excepted industries
    ("taizhou-2025", "far_low"): [
        ({"far": 0.99}, "unknown"),
        ({"far": 1.0}, "not"),
        ({"far": 1.01}, "not"),
        ({"far": NONE}, "unknown"),
        ({"far": 0.99, "fact_urban_boundary_share": 0.49}, "not"),
    ],
    ("taizhou-2025", "poor_buildings"): [
        ({"poor_buildings": True}, "hit"),
        ({"outdated_facilities": True}, "hit"),
        ({"poor_buildings": True, "outdated_facilities": NONE}, "hit"),
        ({"poor_buildings": NONE}, "unknown"),
        ({}, "not"),
    ],
    ("taizhou-2025", "banned_industry"): [
        ({"banned_industry": True}, "hit"),
        ({"banned_industry": False}, "not"),
        ({"banned_industry": NONE}, "unknown"),
        ({"banned_industry": True, "fact_urban_boundary_share": 0.5}, "hit"),
        ({"banned_industry": True, "fact_urban_boundary_share": 0.49}, "not"),
        ({"banned_industry": True, "fact_urban_boundary_share": NONE}, "unknown"),
    ],
    ("taizhou-2025", "item_five"): [
        ({"item_five": NONE}, "unknown"),
        ({"item_five": True}, "hit"),
        ({"item_five": False}, "not"),
    ],
}


def test_every_shipped_rule_has_its_edges():
    assert set(CASES) == {(name, rule.id) for name, pack in PACKS.items() for rule in pack.rules}


@pytest.mark.parametrize("key", CASES, ids="/".join)
def test_the_edge_of_each_rule(key):
    name, rule = key
    rows = [CLEAN[name] | changes for changes, _ in CASES[key]]
    assert all(set(changes) <= set(CLEAN[name]) for changes, _ in CASES[key])
    # alone, so that an empty column is as good as none, and all at once
    said = [results(PACKS[name], rule, [row])[0] for row in rows]
    assert list(zip(CASES[key], said, strict=True)) == [(case, case[1]) for case in CASES[key]]
    assert results(PACKS[name], rule, rows) == said


@pytest.mark.parametrize("name", CLEAN)
def test_no_rule_hits_the_clean_plot(name):
    for rule in PACKS[name].rules:
        open_guide = (name, rule.id) == ("taizhou-2025", "tax_below_guide")
        said = results(PACKS[name], rule.id, [CLEAN[name]])
        assert said == ["unknown" if open_guide else "not"], rule.id


@pytest.mark.parametrize(
    ("name", "choices", "rule", "changes", "before", "after"),
    [
        # 低于…平均值10%: under 90 % of the mean, or under 10 % of it
        ("yueqing-2022", {"mean_share": "below_10_percent"}, "above_scale_tax",
         {"tax_wan_2021": 100.0}, "hit", "not"),
        ("yueqing-2022", {"mean_share": "below_10_percent"}, "above_scale_tax",
         {"tax_wan_2021": 19.9}, "hit", "hit"),
        ("yueqing-2022", {"mean_share": "below_10_percent"}, "above_scale_tax",
         {"tax_wan_2021": 20.0}, "hit", "not"),
        ("yueqing-2022", {"poor_grades": "c_or_worse"}, "below_scale_grade",
         BELOW | {"grade_2020": "C", "grade_2021": "D"}, "not", "hit"),
        # 9 亩 on the certificate, 10 亩 by the shape
        ("yueqing-2022", {"area_basis": "declared"}, "below_scale_tax",
         BELOW | {"tax_wan_2020": 95.0, "tax_wan_2021": 95.0}, "hit", "not"),
        ("yueqing-electric-145", {"electric_industries": "with_electronics_and_instruments"},
         "electric_low_tax", {"industry_code": "C39", "tax_wan_2021": 49.0}, "not", "hit"),
        ("yueqing-electric-145", {"area_basis": "declared"}, "electric_low_tax",
         {"tax_wan_2021": 47.0}, "hit", "not"),
        # 520.1 tce on 4,000 万元 of output is 0.13
        ("yueqing-two-high", {"intensity_base": "output"}, "over_province_standard",
         {"energy_tce_2021": 520.1}, "hit", "not"),
        ("taizhou-2025", {"far_excepted": ()}, "far_low", {"far": 0.99}, "unknown", "hit"),
        ("taizhou-2025", {"far_excepted": ("C34",)}, "far_low", {"far": 0.99}, "unknown", "not"),
        ("taizhou-2025", {"tax_guide": 30.0}, "tax_below_guide",
         {"tax_wan_2024": 299.9}, "unknown", "hit"),
        ("taizhou-2025", {"tax_guide": 30.0}, "tax_below_guide",
         {"tax_wan_2024": 300.0}, "unknown", "not"),
    ],
)  # fmt: skip
def test_another_reading_gives_another_verdict(name, choices, rule, changes, before, after):
    row = CLEAN[name] | changes
    assert results(PACKS[name], rule, [row]) == [before]
    assert results(PACKS[name].choose(**choices), rule, [row]) == [after]


def test_idle_land_is_judged_on_the_day_that_is_asked_for():
    row = CLEAN["idle-land-53"] | {"built_share": 0.0, "agreed_start_date": "2022-05-10"}
    for day, says in ((dt.date(2023, 5, 9), "not"), (dt.date(2023, 5, 10), "hit")):
        assert results(PACKS["idle-land-53"].on(day), "never_started", [row]) == [says]
