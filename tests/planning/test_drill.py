from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest

from platforms.errors import InputError
from platforms.planning.drill import target_plots, target_standing
from platforms.planning.standing import standing
from platforms.policy.targets import FIGURES
from platforms.policy.targets_records import target_records
from platforms.policy.workspace import Workspace


def test_a_run_and_its_standing_agree(example):
    again = target_standing(example)
    pd.testing.assert_frame_equal(again, example.targets)
    rows = again.set_index("target_id")
    assert rows.loc["yq2022-10", "computed"] == example.figures["reclaimable_mu"]
    assert rows.loc["yq2023-42a", "computed"] == example.figures["low_efficiency_mu"]
    assert (
        rows["computed_sample"].sum()
        == (rows["computed_kind"] != "named").where(rows["computed"].notna()).sum()
    )


def test_the_parts_of_the_plots_add_up_to_the_figure(example):
    rows = example.targets[example.targets["computed"].notna()]
    drilled = 0
    for row in rows.to_dict("records"):
        if not FIGURES[row["computed_by"]].from_plots:
            continue
        plots = target_plots(example, row["target_id"])
        assert isinstance(plots, gpd.GeoDataFrame)
        assert plots.crs == example.plots.crs
        assert plots["part"].sum() == pytest.approx(row["computed"], abs=0.01)
        assert plots["part"].dropna().is_monotonic_decreasing
        assert set(plots["plot_id"]) <= set(example.plots["plot_id"])
        drilled += 1
    assert drilled == 6
    assert "part" not in example.plots


@pytest.mark.parametrize("target", ["yq2016-01", "yq2016-z1", "nothing", "<b>"])
def test_a_target_without_plots_says_so(example, target):
    with pytest.raises(InputError, match=target):
        target_plots(example, target)


def test_a_workspace_without_plots_has_targets_that_stand_at_their_base():
    status = target_standing(Workspace.open("taizhou"))
    assert len(status) == 22
    assert status["computed"].isna().all()
    assert status["state"].value_counts().to_dict() == {"unknown": 19, "open": 3}
    rows = status.set_index("target_id")
    assert rows.loc["tz145-06", "pace_year"] == pytest.approx((32 - 20.7) / 5)


def test_of_a_workspace_alone_the_layers_are_counted(yueqing):
    rows = target_standing(yueqing).set_index("target_id")
    assert rows.loc["yq2016-z1", "computed"] == len(yueqing.table("special_towns"))
    assert rows.loc["yq2016-z1", "state"] == "unknown"
    assert pd.isna(rows.loc["yq2022-10", "computed"])


def test_a_city_without_targets_has_none(city):
    status = standing(Workspace.open(city))
    assert status.empty
    assert target_records(status) == []
