from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest

from platforms.errors import InputError
from platforms.planning.drill import target_parts, target_plots, target_standing
from platforms.planning.standing import standing
from platforms.planning.target_layers import supplied_by_year
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
    with pytest.raises(InputError, match="yq145-01"):
        target_plots(example, "yq145-01")
    assert "part" not in example.plots


def test_supply_of_land_is_summed_from_its_records_and_years_without_data_are_unknown(example):
    rows = example.targets.set_index("target_id")
    changes = example.workspace.table("land_changes")
    given = changes[changes["kind"].eq("supply") & changes["to_use"].eq("1001")]
    own = given[given["date"].astype("str").str.startswith("2021")]
    assert rows.loc["yq145-01", "computed"] == round(own["area_mu"].sum(), 4) == 456.62
    assert rows.loc["yq145-01", ["state", "computed_to"]].tolist() == ["unknown", 2021]
    assert rows.loc["yq145-01", "computed_sample"]
    # the records end in 2021: nothing is known of 2023, and that is not 0
    assert pd.isna(rows.loc["yq2023-41", "computed"])
    assert rows.loc["yq2023-41", ["state", "data_to"]].tolist() == ["unknown", 2021]
    parts = target_parts(example, "yq145-01")
    assert (parts.layer, parts.key) == ("land_changes", "change_id")
    assert set(parts.frame["change_id"]) == set(own["change_id"])
    assert parts.frame["part"].sum() == pytest.approx(456.62)
    with pytest.raises(InputError, match="yq2023-41"):
        target_parts(example, "yq2023-41")


def test_places_that_documents_name_stand_behind_their_count(example):
    parts = target_parts(example, "yq2016-z1")
    assert parts.layer == "special_towns"
    assert parts.frame["part"].sum() == len(parts.frame) == example.counts["special_towns"]


CHANGES = pd.DataFrame(
    [
        ("2019-03-01", "supply", "23", "1001", 10.1),
        ("2019-04-01", "supply", None, "100101", 0.2),
        # industrial land before, another use after, no supply
        ("2019-04-02", "supply", "1001", "1001", 5.0),
        ("2019-04-03", "supply", "23", "0701", 6.0),
        ("2019-04-04", "convert", "23", "1001", 7.0),
        ("2021-05-01", "supply", "23", "1001", 30.0),
    ],
    columns=["date", "kind", "from_use", "to_use", "area_mu"],
)


def test_land_newly_supplied_to_industry_by_year():
    assert supplied_by_year(CHANGES).to_dict() == {2019: 10.3, 2020: 0.0, 2021: 30.0}
    assert supplied_by_year(CHANGES.iloc[:0]).empty


@pytest.mark.parametrize(
    ("column", "unknown"),
    [("area_mu", [2021]), ("to_use", [2021]), ("date", [2019])],
)
def test_a_record_that_lacks_something_leaves_its_year_unknown(column, unknown):
    changes = CHANGES.copy()
    changes.loc[5, column] = None
    supplied = supplied_by_year(changes)
    assert supplied[supplied.isna()].index.tolist() == unknown


@pytest.mark.parametrize("target", ["yq2016-01", "yq2016-z1", "nothing", "<b>"])
def test_a_target_without_plots_says_so(example, target):
    with pytest.raises(InputError, match=target):
        target_plots(example, target)


def test_a_workspace_without_plots_has_targets_that_stand_at_their_base(bare):
    status = target_standing(Workspace.open(bare))
    assert len(status) == 22
    assert status["computed"].isna().all()
    assert status["state"].value_counts().to_dict() == {"unknown": 18, "no_number": 4}
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
