"""Rows side by side: what changed, what only one has, and where the shapes are."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from scenario_samples import a_portfolio, a_run, a_siting
from shapely.geometry import box

from platforms import messages
from platforms.errors import InputError
from platforms.planning.scenarios.comparing import compare_scenarios
from platforms.planning.scenarios.pairing import paired, table_change

LOW = "low_efficiency"


def test_only_one_kind_can_be_compared():
    with pytest.raises(InputError) as caught:
        compare_scenarios(a_siting([("x", 1.0, 1.0, "")]), a_portfolio([("x", True, 1.0)]))
    assert caught.value.key == "scenario.kinds_differ"
    assert "选址" in caught.value.message("zh_CN")


def test_rows_have_both_values_the_change_and_a_state():
    a = a_run([("x", LOW, 2000.0, {"river": 0.0}, 0.0), ("y", LOW, 2000.0, {"river": 0.0}, 0.0),
               ("z", "not", 10.0, {"river": 0.0}, 0.0)])  # fmt: skip
    b = a_run([("w", LOW, 1000.0, {"river": 0.0}, 0.0), ("x", LOW, 2000.0, {"river": 500.0}, 0.0),
               ("z", "not", 10.0, {"river": 0.0}, 0.0)])  # fmt: skip
    rows = compare_scenarios(a, b).tables["plots"].set_index("plot_id")
    assert rows["state"].to_dict() == {
        "x": "changed", "y": "only_a", "z": "same", "w": "only_b",
    }  # fmt: skip
    assert rows["change"].to_dict() == {"x": -0.75, "y": -3.0, "z": 0.0, "w": 1.5}
    assert rows.loc["x", ["net_m2_a", "net_m2_b"]].tolist() == [2000.0, 1500.0]
    assert rows.loc["x", "deduct_river_m2_b"] == 500.0
    assert pd.isna(rows.loc["w", "net_m2_a"])


def test_figures_of_both_stand_beside_each_other():
    figures = compare_scenarios(
        a_portfolio([("x", True, 1.5)]), a_portfolio([("x", True, 4.0)])
    ).figures
    assert figures.to_dict("records") == [{"figure": "land_mu", "a": 1.5, "b": 4.0, "change": 2.5}]


def test_words_are_in_the_language_of_the_reader():
    a, b = a_portfolio([("x", True, 1.5)]), a_portfolio([("y", True, 4.0)])
    titles = {}
    for lang in messages.LANGUAGES:
        messages.set_language(lang)
        titles[lang] = compare_scenarios(a, b).waterfall["title"].tolist()
    messages.set_language(None)
    assert titles["en"][1] == "only in the first"
    assert titles["zh_CN"][1] == "仅前一方案有"


def test_every_step_has_words():
    for lang in messages.LANGUAGES:
        known = messages.catalogue(lang, "scenario")
        for name in ("stays", "score_shape", "weight_cluster", "other", "land_known"):
            assert known[f"step.{name}"]


def test_a_key_that_stands_twice_is_told_apart_by_its_turn():
    a = pd.DataFrame({"k": ["x", "x", "y"], "v": [1.0, 2.0, 3.0]})
    b = pd.DataFrame({"k": ["x", "y", "x", "x"], "v": [1.0, 3.0, 5.0, 7.0]})
    found = table_change(paired(a, b, ["k"]), ["k"], ["v"], main="v")
    assert found["state"].tolist() == ["same", "changed", "same", "only_b"]
    assert found["change"].tolist() == [0.0, 3.0, 0.0, 7.0]


def test_a_shape_that_moved_makes_a_row_changed():
    a = gpd.GeoDataFrame({"k": ["x", "y"]}, geometry=[box(0, 0, 1, 1), None], crs="EPSG:4490")
    b = a.set_geometry([box(0, 0, 1, 2), None], crs="EPSG:4490")
    found = table_change(paired(a, b, ["k"]), ["k"], [], main="v")
    assert found["state"].tolist() == ["changed", "same"]
    assert found.geometry.iloc[0].area == 2.0
    rest = table_change(paired(a, b.iloc[1:], ["k"]), ["k"], [], main="v")
    assert rest["state"].tolist() == ["only_a", "same"]
    assert rest.geometry.iloc[0].area == 1.0


def test_an_empty_table_has_only_the_other_side():
    a = pd.DataFrame({"k": pd.Series([], dtype="str"), "v": pd.Series([], dtype="float64")})
    b = pd.DataFrame({"k": ["x"], "v": [1.0]})
    assert table_change(paired(a, b, ["k"]), ["k"], ["v"], main="v")["state"].tolist() == ["only_b"]
    assert table_change(paired(b, a, ["k"]), ["k"], ["v"], main="v")["state"].tolist() == ["only_a"]


def test_a_column_that_one_side_does_not_know_changes_no_row():
    a = pd.DataFrame({"k": ["x"], "v": [1.0], "w": [0.0]})
    b = pd.DataFrame({"k": ["x"], "v": [1.0]})
    found = table_change(paired(a, b, ["k"]), ["k"], ["v", "w"], main="v")
    assert found["state"].tolist() == ["same"]
    assert found["w_a"].tolist() == [0.0]
