"""Why a membership is not sure, and sums that count each feature once."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from platforms.planning.belonging.doubts import GROUPS, belonging_sums, doubts

SURE = {
    "town": "甲", "town_way": "within", "town_sure": True, "town_margin_m": np.nan,
    "platform": "东园", "platform_way": "within", "platform_sure": True, "platform_tied": "",
    "layout_unit": None, "layout_way": "outside", "accuracy_short": "", "accuracy_m": 10.0,
}  # fmt: skip


def told(**changed: object) -> pd.Series:
    frame = gpd.GeoDataFrame([{**SURE, **changed}], geometry=[shapely.Point(120.9, 28.1)], crs=4490)
    return doubts(frame).iloc[0]


def test_what_is_sure_has_no_doubt():
    row = told()
    assert [row[f"{group}_doubt"] for group in GROUPS] == ["", "", ""]


@pytest.mark.parametrize(
    ("changed", "group", "words"),
    [
        ({"town_sure": False, "accuracy_short": "town;platform", "accuracy_m": 3000.0}, "town",
         "位置误差约 3,000 米"),
        ({"town_sure": False, "town_way": "nearest"}, "town", "取最近"),
        ({"town_sure": False, "town_margin_m": 420.0}, "town", "420 米"),
        ({"town_sure": False, "town_way": "overlap"}, "town", "一半"),
        ({"platform_sure": False, "platform_tied": "西园;南园"}, "platform", "西园、南园"),
        ({"platform_sure": False}, "platform", "示意点"),
        ({"town_given": "乙", "town_id": "a", "town_id_given": "b"}, "town",
          "与文件所写的乙不一致"),
        ({"layout_unit": "港", "layout_way": "schematic_within"}, "layout_unit", "示意"),
    ],
)  # fmt: skip
def test_each_doubt_is_said(changed, group, words):
    assert words in told(**changed)[f"{group}_doubt"]


def test_an_older_name_of_the_same_town_is_no_doubt():
    row = told(town_given="甲老镇", town_id="a", town_id_given="a")
    assert row["town_doubt"] == ""


def test_nothing_is_doubtful_where_nothing_is_claimed():
    row = told(platform=None, platform_way="outside", platform_sure=False, town=None)
    assert row["platform_doubt"] == row["town_doubt"] == ""


def test_the_frame_given_is_left_as_it_was():
    frame = gpd.GeoDataFrame([SURE], geometry=[shapely.Point(0, 0)], crs=4490)
    before = frame.copy()
    doubts(frame)
    pd.testing.assert_frame_equal(frame, before)


@given(
    st.lists(
        st.tuples(st.sampled_from(["甲", "乙", None]), st.booleans(), st.floats(0, 1e6)),
        min_size=1, max_size=30,
    )
)  # fmt: skip
def test_sums_count_each_feature_and_each_mu_once(rows):
    frame = gpd.GeoDataFrame(
        [{**SURE, "town": town, "town_sure": sure, "area_mu": mu} for town, sure, mu in rows],
        geometry=[shapely.Point(0, 0)] * len(rows), crs=4490,
    )  # fmt: skip
    sums = belonging_sums(doubts(frame), "town", area="area_mu")
    assert sums["features"].sum() == len(rows)
    claimed = sum(town is not None for town, _, _ in rows)
    assert sums["sure"].sum() + sums["doubtful"].sum() == claimed
    assert sums["area_mu"].sum() == pytest.approx(sum(mu for _, _, mu in rows))
    assert sums["group"].is_unique
