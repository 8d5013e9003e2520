"""What JSON says of a review is what the review says, and nothing in it is a false nought."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import platforms as ip


@pytest.fixture(scope="module")
def review(example):
    return example.land


def test_records_are_json_and_hold_every_low_plot(review):
    records = ip.review_records(review)
    assert json.loads(json.dumps(records, allow_nan=False)) == records
    assert [row["plot_id"] for row in records["plots"]] == review.chosen()["plot_id"].tolist()
    assert records["overlap"]["limits"] == list(review.order)
    assert records["method"].startswith("tool:")
    assert len(records["areas"]) == len(review.areas.areas)


def test_what_is_unknown_is_null(review):
    first = ip.review_records(review)["plots"][0]
    # no source gives a target floor area ratio, so the floor potential is not known
    assert first["floor_potential_m2"] is None
    assert first["emission_freed_t"] is None


def test_the_two_meanings_of_reclaimable_stand_side_by_side(example, review):
    told = ip.review_records(review, "zh_CN")["meanings"]
    assert told["net_mu"] == example.figures["reclaimable_mu"]
    measures = review.measures["land_mu"]
    assert told["freed_mu"] == pytest.approx(measures[["vacate", "relocate"]].sum(), abs=0.01)
    assert told["freed_mu"] < told["net_mu"]
    assert told["freed_unknown"] == review.chosen()["potential_land_m2"].isna().sum() > 0
    assert f"净面积合计 {told['net_mu']}" in told["text"].replace(",", "")
    assert f"按措施可腾出 {told['freed_mu']}" in told["text"].replace(",", "")


def test_a_plot_given_twice_changes_neither_meaning(review, doubled):
    told = [ip.review_records(one, "zh_CN")["meanings"] for one in (review, doubled.land)]
    assert told[0] == told[1]
    [twice] = [
        row for row in ip.review_records(doubled.land)["measures"] if row["group"] == "vacate"
    ]
    [once] = [row for row in ip.review_records(review)["measures"] if row["group"] == "vacate"]
    assert (twice["land_m2"], twice["plots"]) == (once["land_m2"], once["plots"] + 1)
    assert (once["overlap_m2"], twice["overlap_m2"]) == (0.0, doubled.plots["net_m2"].iloc[-1])


def test_groups_are_named_and_sum_to_the_whole(review):
    sums = ip.review_records(review)["sums"]
    assert set(sums) == set(ip.LAND_GROUPS)
    for name, rows in sums.items():
        assert sum(row["plots"] for row in rows) == len(review.chosen())
        assert [row["group"] for row in rows] == [
            None if pd.isna(group) else group for group in review.sums[name].index
        ]


def test_a_review_takes_the_limits_that_were_deducted(example):
    limits = {"road": example.workspace.constraints["road"]}
    result = ip.run(example.workspace, limits=limits)
    assert list(ip.review_records(result.land)["overlap"]["limits"]) == ["road"]
    assert "constraints" in result.sample_layers
    assert "deduct_river_m2" not in result.plots
    # with one limit instead of four no plot has less
    assert (result.plots["net_m2"] >= example.plots["net_m2"]).all()


def test_own_limits_are_no_sample(example):
    own = {"road": example.workspace.constraints["road"].copy()}
    result = ip.run(example.workspace, limits=own)
    assert "constraints" not in result.sample_layers
    assert "constraints" not in result.land.sample_layers
