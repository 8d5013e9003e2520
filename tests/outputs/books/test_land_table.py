"""Sums of land for readers: exact square metres, 亩 half up, no formula from a name."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest

import platforms as ip
from platforms.errors import OutputError


@pytest.fixture
def sums():
    land = pd.DataFrame(
        {
            "town": ["=1+1", "乙镇", None],
            "gross_m2": [1000.0, 2000.0, 10.0],
            "deduct_road_m2": [3.33, 0.0, 0.0],
            "net_m2": [996.67, 2000.0, float("nan")],
        }
    )
    return ip.land_by(gpd.GeoDataFrame(land), "town")


def test_areas_stand_in_mu_and_in_metres(sums):
    table = ip.land_table(sums, "towns", metres=True)
    row = table[table["乡镇街道"].eq("=1+1")].iloc[0]
    # 996.67 × 0.0015 = 1.495005, 3.33 × 0.0015 = 0.004995
    assert (row["扣除前（亩）"], row["道路红线（亩）"], row["净面积（亩）"]) == (1.5, 0.0, 1.5)
    assert row["扣除前（m²）"] == row["道路红线（m²）"] + row["净面积（m²）"] == 1000.0
    nobody = table[table["乡镇街道"].eq("（未归属）")].iloc[0]
    assert nobody["净面积不明（宗）"] == 1


def test_half_a_cent_goes_up():
    sums = pd.DataFrame({"plots": [1], "unknown": [0], "gross_m2": [670.0], "net_m2": [670.0]})
    assert ip.land_table(sums, "towns")["净面积（亩）"].tolist() == [1.01]


def test_before_and_after_stand_side_by_side(sums):
    before = sums.assign(net_m2=sums["net_m2"] - 200.0)
    table = ip.land_table(sums, "towns", before=before)
    assert table["增减（亩）"].tolist()[:2] == [0.3, 0.3]
    assert (table["净面积（亩）"] - table["原净面积（亩）"]).round(2).tolist()[:2] == [0.3, 0.3]


def test_land_under_two_plots_stands_beside_the_net_and_the_change_counts_it_once(sums):
    now = sums.assign(overlap_m2=[200.0, 0.0, 0.0], net_once_m2=sums["net_m2"] - [200.0, 0, 0])
    table = ip.land_table(now, "towns", before=sums, metres=True).set_index("乡镇街道")
    row = table.loc["=1+1"]
    assert (row["净面积（m²）"], row["其中重复计算（m²）"]) == (996.67, 200.0)
    assert row["净面积，重叠计一次（m²）"] == 796.67
    # 796.67 × 0.0015 = 1.195005 beside 1.495005
    assert (row["净面积，重叠计一次（亩）"], row["原净面积，重叠计一次（亩）"]) == (1.2, 1.5)
    assert row["增减（亩）"] == -0.3
    assert table.loc["乙镇", "增减（亩）"] == 0
    assert "其中重复计算（亩）" not in ip.land_table(sums, "towns")


def test_measures_are_shown_in_words():
    sums = pd.DataFrame(
        {"plots": [1], "unknown": [0], "gross_m2": [1.0], "net_m2": [1.0]}, index=["vacate"]
    )
    assert ip.land_table(sums, "measures")["整治方式"].tolist() == ["整体腾退"]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_file_carries_its_marks_and_no_formula(sums, tmp_path, ending):
    path = tmp_path / f"t.{ending}"
    table = ip.land_table(sums, "towns", metres=True)
    ip.save_land_table(table, path, marks=("示例数据", "试算"))
    read = pd.read_csv(path) if ending == "csv" else pd.read_excel(path)
    assert read["说明"].unique().tolist() == ["示例数据；试算"]
    assert read["乡镇街道"].iloc[0] == ("'=1+1" if ending == "csv" else "=1+1")
    with pytest.raises(OutputError):
        ip.save_land_table(table, path)


def test_another_ending_is_refused(sums, tmp_path):
    with pytest.raises(OutputError):
        ip.save_land_table(ip.land_table(sums, "towns"), tmp_path / "t.pdf")
