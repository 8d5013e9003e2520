"""Potential by measure, and the tool's own factors."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.errors import RuleError
from platforms.planning.land.factors import potential_factors
from platforms.planning.land.potential import (
    freed_overlap_m2,
    potential,
    potential_records,
    potential_totals,
    realistic_potential,
)

FACTORS = potential_factors()
SLOPES = [factor.id for factor in FACTORS.slope]
FLAT = [1.0, 0.0, 0.0, 0.0, 0.0]


def land(**columns):
    count = len(next(iter(columns.values())))
    return pd.DataFrame({"plot_id": [f"P{i}" for i in range(count)]} | columns)


def shares(*rows, index=None):
    return pd.DataFrame(list(rows), columns=SLOPES, index=index)


def test_each_measure_gives_what_it_can_and_no_more():
    found = potential(
        land(
            measure_suggested=["vacate", "relocate", "upgrade", "merge", "merge", "", None],
            net_m2=[1000.0] * 7,
            floor_potential_m2=[500.0] * 7,
            demand_mu=[None, 3.0, None, None, None, None, None],
            stated_land_m2=[None, None, None, None, 5000.0, None, None],
        )
    )
    assert found["potential_land_m2"].iloc[[0, 1, 2, 4]].tolist() == [1000, 1000, 0, 1000]
    assert found["potential_land_m2"].iloc[[3, 5, 6]].isna().all()
    assert found["potential_floor_m2"].iloc[:3].tolist() == [0, 0, 500]
    assert found["potential_demand_m2"].iloc[:3].tolist() == [0, 2000, 0]
    assert found["potential_reason"].tolist() == [
        "vacate", "relocate", "upgrade", "merge_unstated", "merge_stated", "no_measure", "no_measure",
    ]  # fmt: skip


def test_what_is_missing_stays_unknown_and_has_its_reason_in_words():
    found = potential(
        land(measure_suggested=["vacate", "relocate", "upgrade"], net_m2=[None, 10.0, 10.0])
    )
    assert found["potential_reason"].tolist() == [
        "net_unknown",
        "relocate_demand_unknown",
        "floor_unknown",
    ]
    records = json.loads(json.dumps(potential_records(found, "en")))
    assert records[0]["potential_land_m2"] is None
    assert records[1]["potential_demand_m2"] is None
    assert "not known" in records[2]["potential_reason_text"]
    assert "不知道" in potential_records(found, "zh_CN")[2]["potential_reason_text"]


def test_totals_by_measure_are_exact_and_count_what_they_leave_out():
    found = potential(
        land(
            measure_suggested=["vacate", "vacate", "vacate", "upgrade", ""],
            net_m2=[0.1, 0.2, None, 7.0, 9.0],
            floor_potential_m2=[None, None, None, 33.3, None],
        )
    )
    totals = potential_totals(found)
    assert totals.index.tolist() == ["vacate", "relocate", "upgrade", "merge"]
    assert totals.loc["vacate"].tolist() == [3, 1, 0.3, 0.00045, 0.0, 0, 0.0]
    assert totals.loc["upgrade", "floor_m2"] == 33.3
    assert totals.loc["merge"].tolist() == [0, 0, 0, 0, 0, 0, 0]


def test_land_that_two_plots_free_is_freed_once():
    found = potential(
        land(
            measure_suggested=["vacate", "vacate", "merge", "upgrade", "relocate"],
            net_m2=[1000.0, 800.0, 600.0, 500.0, None],
            stated_land_m2=[None, None, 100.0, None, None],
            net_overlap_m2=[0.0, 300.0, 250.0, 500.0, None],
        )
    )
    # a merger frees no more than is stated, and an upgrade frees nothing twice
    assert freed_overlap_m2(found)[:4].tolist() == [0.0, 300.0, 100.0, 0.0]
    assert np.isnan(freed_overlap_m2(found)[4])
    totals = potential_totals(found)
    assert totals.loc["vacate", ["land_m2", "land_mu", "overlap_m2"]].tolist() == [1500, 2.25, 300]
    assert totals.loc["merge", ["land_m2", "overlap_m2"]].tolist() == [0.0, 100.0]
    assert totals.loc["upgrade", ["land_m2", "overlap_m2"]].tolist() == [0.0, 0.0]
    assert totals.loc["relocate", ["land_m2", "overlap_m2"]].isna().all()


def test_a_sum_of_nothing_known_is_not_nought():
    found = potential(
        land(measure_suggested=["merge", "merge", "upgrade", "vacate"], net_m2=[5.0, 6.0, 7.0, 8.0])
    )
    totals = potential_totals(found)
    assert totals.loc["merge", ["land_m2", "land_mu", "floor_m2"]].isna().all()
    assert totals.loc["merge", "unknown"] == 2
    assert totals.loc["upgrade", "land_m2"] == 0.0
    assert np.isnan(totals.loc["upgrade", "floor_m2"])
    # no plot at all gives nothing, and that is known
    assert totals.loc["relocate", "land_m2"] == 0.0


def test_what_cannot_be_read_is_refused():
    with pytest.raises(RuleError, match="demolish"):
        potential(land(measure_suggested=["demolish"], net_m2=[1.0]))
    with pytest.raises(RuleError, match="net_m2"):
        potential(land(measure_suggested=["vacate"]))


def test_factors_of_slope_and_class_multiply_the_net_area():
    plots = land(net_m2=[1000.0, 1000.0, 1000.0], land_use=["100102", "1101", "1001"])
    found = realistic_potential(
        plots,
        slope_shares=shares(FLAT, [0.5, 0, 0.5, 0, 0], [0, 0, 0, 0.5, 0.5]),
        factors=FACTORS,
    )
    assert found["realistic_m2"].tolist() == [1000.0, 900.0, 250.0]
    assert found["realistic_mu"].iloc[0] == 1.5
    assert found["realistic_ha"].iloc[0] == 0.1
    assert set(found["realistic_method"]) == {"tool:slope-class-2026"}
    [record, *_] = potential_records(found, "en")
    assert "own method" in record["realistic_method_text"]


def test_a_class_that_is_not_listed_and_a_slope_that_is_not_whole_are_unknown():
    plots = land(net_m2=[1.0, 1.0, 1.0, None], land_use=["0701", None, "1001", "1001"])
    found = realistic_potential(
        plots,
        slope_shares=shares(FLAT, FLAT, [0.9, 0, 0, 0, 0], FLAT),
        factors=FACTORS,
    )
    assert found["realistic_m2"].isna().all()


def test_the_same_code_is_other_land_in_the_other_scheme():
    plots = land(net_m2=[10.0], class_code=["0601"])
    one, two = (
        realistic_potential(
            plots, slope_shares=shares(FLAT), factors=FACTORS, column="class_code", scheme=scheme
        )["realistic_m2"].iloc[0]
        for scheme in ("survey_3", "land_use_2023")
    )
    assert one == 10.0
    assert np.isnan(two)


@pytest.mark.parametrize(
    ("table", "word"),
    [
        (shares(FLAT, index=[5]), "slope"),
        (shares([0.9, 0.9, 0, 0, 0]), "P0"),
        (shares([1.2, -0.2, 0, 0, 0]), "P0"),
        (shares(FLAT).drop(columns="slope_2_6"), "slope_2_6"),
    ],
)
def test_shares_that_are_none_are_refused(table, word, monkeypatch):
    monkeypatch.setenv("PLATFORMS_LANG", "en")
    with pytest.raises(RuleError, match=word):
        realistic_potential(
            land(net_m2=[1.0], land_use=["1001"]), slope_shares=table, factors=FACTORS
        )


@given(st.lists(st.floats(0.01, 1), min_size=5, max_size=5), st.integers(0, 10**8))
def test_the_estimate_lies_between_nothing_and_the_net_area(weights, cents):
    parts = np.array(weights) / np.sum(weights)
    plots = land(net_m2=[cents / 100], land_use=["1001"])
    found = realistic_potential(plots, slope_shares=shares(parts), factors=FACTORS)
    assert 0 <= found["realistic_m2"].iloc[0] <= cents / 100
