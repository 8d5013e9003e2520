"""Inside and outside the control line sum to the plot; without a line nothing is known."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from platforms.planning.land.control_line import control_line, control_line_by

EAST, NORTH = 593_600.0, 3_110_000.0


def _squares(*corners, **columns):
    shapes = [box(EAST + x, NORTH + y, EAST + x + w, NORTH + y + h) for x, y, w, h in corners]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4549")


PLOTS = _squares(
    (0, 0, 100, 100), (200, 0, 100, 100), (400, 0, 100, 100), (300.001, 200, 100, 100),
    plot_id=list("abcd"), town=["甲", "甲", "乙", None],
)  # fmt: skip
LINE = _squares((-50, -50, 300, 400), (240, -50, 10, 400), (250, 150, 50.0015, 300))


def test_the_two_sides_sum_to_the_official_area():
    placed = control_line(PLOTS, LINE)
    whole = placed["inside_m2"] + placed["outside_m2"]
    assert placed["control_line"].tolist() == ["inside", "across", "outside", "outside"]
    assert placed["inside_m2"].iloc[1] == pytest.approx(whole.iloc[1] / 2, abs=0.01)
    assert np.rint(whole * 100).tolist() == np.rint(
        control_line(PLOTS, LINE.iloc[[0]])[["inside_m2", "outside_m2"]].sum(axis=1) * 100
    ).tolist()  # fmt: skip
    assert "control_line" not in PLOTS


@pytest.mark.parametrize("line", [None, LINE.iloc[:0], LINE.set_crs(None, allow_override=True)])
def test_without_a_line_nothing_is_known(line):
    placed = control_line(PLOTS, line)
    assert placed["control_line"].isna().all()
    assert placed[["inside_m2", "outside_m2"]].isna().all(axis=None)


def test_sums_by_town_count_every_plot_once():
    totals = control_line_by(control_line(PLOTS, LINE), "town")
    assert totals["plots"].tolist() == [1, 2, 1]
    assert totals[["inside", "outside", "across", "unknown"]].sum(axis=1).tolist() == [1, 2, 1]
    assert pd.isna(totals.index[-1])
    assert totals.loc["甲", "inside_mu"] == pytest.approx(22.5, abs=0.02)
