"""One review says the same of the land as its parts do; what a city lacks stays unknown."""

from __future__ import annotations

import numpy as np
import pytest

import platforms as ip


@pytest.fixture(scope="module")
def result():
    return ip.run(ip.Workspace.open("yueqing"))


def test_sums_of_every_kind_are_the_headline_figure(result):
    review = result.land
    for table in review.sums.values():
        assert table["plots"].sum() == result.figures["low_efficiency"]
        assert table["net_m2"].sum() * 0.0015 == pytest.approx(
            result.figures["reclaimable_mu"], abs=0.01
        )
    assert set(review.sums) == set(ip.LAND_GROUPS)
    assert review.measures["plots"].sum() == result.figures["low_efficiency"]


def test_columns_are_identities_and_nothing_of_the_run_changes(result):
    review = result.land
    plots = review.plots
    assert plots.index.equals(result.plots.index)
    assert "unused_m2" not in result.plots
    cents = np.rint(plots[["gross_m2", "building_m2", "unused_m2"]].to_numpy() * 100)
    known = ~np.isnan(cents).any(axis=1)
    assert known.sum() > 1000
    assert (cents[known, 0] == cents[known, 1:].sum(axis=1)).all()
    sides = np.rint((plots["inside_m2"] + plots["outside_m2"]) * 100)
    assert (sides == np.rint(plots["area_m2"] * 100)).all()
    assert set(plots["realistic_method"]) == {review.factors.method}
    assert review.factors.method.startswith("tool:")


def test_targets_of_land_stand_beside_it(result):
    assert set(result.land.targets["value"]) == {300.0, 1800.0, 3000.0}


def test_all_that_is_synthetic_is_named(result):
    assert set(result.land.sample_layers) == {
        "constraints", "buildings", "dem", "control_line", "land_changes"
    }  # fmt: skip


def test_a_city_without_layers_knows_what_it_does_not_know(result, bare):
    outline = ip.Workspace.open(bare)
    own = ("inside_m2", "unused_m2")
    land = result.plots.drop(columns=[c for c in own if c in result.plots])
    review = ip.land_review(outline, land, pack=result.pack)
    assert review.balance is None
    assert not review.control
    assert review.overlap.empty
    assert review.plots["unused_m2"].isna().all()
    assert "control_line" not in review.plots
    assert review.sample_layers == ()


def test_the_overlap_of_limits_is_that_of_the_low_plots(result):
    land, limits = result.land, result.workspace.constraints
    low = ip.overlap_matrix(limits, plane=result.workspace.plan.crs, within=land.chosen())
    every = ip.overlap_matrix(limits, plane=result.workspace.plan.crs, within=land.plots)
    assert land.overlap.equals(low)
    assert (low.to_numpy() <= every.to_numpy()).all()
    assert not low.equals(every)
    assert ip.review_records(land)["overlap"]["plots"] == "low_efficiency"


def test_a_change_in_a_town_that_is_none_is_told(result, monkeypatch):
    city = result.workspace
    changes = city.table("land_changes")
    changes.loc[changes.index[:2], "town"] = "没有镇"
    own = type(city).table
    monkeypatch.setattr(
        type(city),
        "table",
        lambda self, name: changes if name == "land_changes" else own(self, name),
    )
    review = ip.land_review(city, result.plots, pack=result.pack)
    told = [issue for issue in review.issues if issue.kind == "change_town_unknown"]
    assert len(told) == 1
    assert "“没有镇”" in told[0].message("zh_CN")
    assert not [i for i in result.land.issues if i.kind == "change_town_unknown"]


def test_groups_of_unknown_plots_have_no_sums(result):
    land = result.plots.copy()
    low = land["verdict"].eq("low_efficiency")
    town = land.loc[low, "town"].iloc[0]
    own = low & land["town"].eq(town)
    land.loc[own, ["net_m2", "net_mu", "net_overlap_m2"]] = float("nan")
    records = ip.review_records(ip.land_review(result.workspace, land, pack=result.pack))
    row = next(row for row in records["sums"]["towns"] if row["group"] == town)
    assert row["unknown"] == row["plots"] == own.sum()
    assert row["net_m2"] is row["gross_m2"] is row["net_once_m2"] is None
