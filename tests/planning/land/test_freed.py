"""Idle days from the rule's own date, and energy that leaves with a firm."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest

from platforms.errors import RuleError
from platforms.planning.land.freed import freed_energy, freed_records, idle_land
from platforms.policy.workspace import Workspace

DAY = dt.date(2022, 12, 31)


@pytest.fixture(scope="module")
def order_53():
    return Workspace.open("yueqing").rules("idle-land-53")


def table(**columns):
    count = len(next(iter(columns.values())))
    base = {
        "plot_id": [f"P{i}" for i in range(count)],
        "area_m2": [10000.0] * count,
        "invested_share": [0.5] * count,
    }
    return pd.DataFrame(base | columns)


def test_a_plot_not_started_is_idle_since_the_agreed_date(order_53):
    plots = table(
        agreed_start_date=["2021-12-31", "2022-01-01", None, "2020-01-01"],
        built_share=[0.0, 0.0, 0.0, 1.0],
        status=["vacant", "vacant", "vacant", "producing"],
        stopped_date=[None] * 4,
    )
    idle = idle_land(plots, order_53, on=DAY)
    assert idle["idle_verdict"].tolist() == ["idle", "not", "unknown", "not"]
    assert idle["idle_since"].tolist() == ["2021-12-31", "", "", ""]
    assert idle["idle_rule"].tolist() == ["never_started", "", "", ""]
    assert idle["idle_days"].iloc[[0, 1, 3]].tolist() == [365.0, 0.0, 0.0]
    assert np.isnan(idle["idle_days"].iloc[2])
    assert idle["idle_unbuilt_m2"].iloc[0] == 10000.0
    assert idle["idle_unbuilt_m2"].iloc[1:].isna().all()


def test_a_plot_that_stopped_counts_from_the_day_it_stopped(order_53):
    plots = table(
        agreed_start_date=["2015-01-01"],
        built_share=[0.25],
        status=["idle"],
        stopped_date=[dt.date(2020, 12, 31)],
    )
    idle = idle_land(plots, order_53, on=DAY).iloc[0]
    assert (idle["idle_rule"], idle["idle_days"]) == ("started_and_stopped", 730.0)
    assert (idle["idle_built_share"], idle["idle_unbuilt_m2"]) == (0.25, 7500.0)


def test_late_days_need_a_date_and_proof_that_it_is_not_done(order_53):
    plots = table(
        agreed_start_date=["2015-01-01"] * 5,
        agreed_completion_date=["2022-12-01", "2022-12-01", "2022-12-01", "2023-06-01", None],
        completion_date=["2022-12-11", None, None, None, None],
        built_share=[1.0, 0.5, 1.0, 0.5, 0.5],
        status=["building"] * 5,
    )
    late = idle_land(plots, order_53, on=DAY)["late_days"]
    assert late.iloc[[0, 1, 3]].tolist() == [10.0, 30.0, 0.0]
    assert late.iloc[[2, 4]].isna().all()


def test_energy_is_freed_by_leaving_and_moves_with_a_firm_that_relocates():
    plots = pd.DataFrame(
        {
            "measure_suggested": ["vacate", "relocate", "upgrade", "", None, "vacate"],
            "energy_tce_2021": [100.0, 80.0, 50.0, 20.0, 10.0, None],
        },
        index=[3, 1, 4, 1, 5, 9],
    )
    freed = freed_energy(plots, year=2021, emission_t_per_tce=2.0)
    assert freed.index.tolist() == plots.index.tolist()
    assert freed["energy_freed_tce"].iloc[:2].tolist() == [100.0, 80.0]
    assert freed["energy_moved_tce"].iloc[:2].tolist() == [0.0, 80.0]
    assert freed["emission_freed_t"].iloc[:2].tolist() == [200.0, 0.0]
    assert freed[["energy_freed_tce", "energy_moved_tce"]].iloc[2:].isna().all(axis=None)
    assert list(plots.columns) == ["measure_suggested", "energy_tce_2021"]


def test_no_emission_without_a_factor_and_no_energy_without_the_year():
    plots = pd.DataFrame({"measure_suggested": ["vacate"], "energy_tce_2021": [100.0]})
    [record] = json.loads(json.dumps(freed_records(freed_energy(plots, year=2021))))
    assert record == {
        "plot_id": "0", "energy_freed_tce": 100.0, "energy_moved_tce": 0.0,
        "emission_freed_t": None,
    }  # fmt: skip
    assert freed_energy(plots, year=2020)["energy_freed_tce"].isna().all()
    with pytest.raises(RuleError, match="emission_t_per_tce"):
        freed_energy(plots, year=2021, emission_t_per_tce=-1.0)
    with pytest.raises(RuleError, match="measure_told"):
        freed_energy(plots, year=2021, measure="measure_told")
