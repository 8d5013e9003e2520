"""What was reported is put beside the targets once a day and workspace; figures each time."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

import platforms as ip
from platforms.planning import standing as standing_module
from platforms.planning.standing import planned_targets, standing
from platforms.policy import targets
from platforms.policy.targets_reported import reported_values


@pytest.fixture
def city():
    # a view of its own: what is kept with it is looked at here
    return ip.Workspace.open("yueqing").corrected(None)


def _noted(monkeypatch):
    made, own = [], targets.yearly_records

    def noted(*args):
        made.append(args)
        return own(*args)

    monkeypatch.setattr(targets, "yearly_records", noted)
    return made


def test_reports_are_put_beside_the_targets_once_and_figures_each_time(city, monkeypatch):
    made = _noted(monkeypatch)
    first = standing(city, figures={"reclaimable_mu": 100.0})
    second = standing(city, figures={"reclaimable_mu": 250.0})
    assert len(made) == 1
    asked = first["computed_by"].eq("reclaimable_mu")
    assert (first.loc[asked, "computed"] == 100).all()
    assert (second.loc[asked, "computed"] == 250).all()
    apart = targets.target_status(
        planned_targets(city),
        {"reclaimable_mu": 250.0, **standing_module.layer_figures(city)},
        reported=reported_values(city),
        sample_layers=standing_module.sample_layers_of(city),
    )
    pd.testing.assert_frame_equal(second, apart)


def test_reports_that_are_given_stand_for_that_time_alone(city):
    own = standing(city)
    row = own[own["unit"].notna() & own["operator"].eq("at_least")].iloc[0]
    told = pd.DataFrame(
        {
            "target_id": [row["target_id"]], "value": [7.0], "unit": [row["unit"]],
            "date": [str(int(row["year"]))], "source": ["年报"], "author": ["甲"],
        }
    )  # fmt: skip
    given = standing(city, reported=told).set_index("target_id")
    assert given.loc[row["target_id"], "reported"] == 7
    pd.testing.assert_frame_equal(standing(city), own)


def test_on_another_day_reports_are_read_again(city, monkeypatch):
    made = _noted(monkeypatch)
    standing(city)
    tomorrow = dt.datetime.now().astimezone().date() + dt.timedelta(days=1)
    monkeypatch.setattr(standing_module, "_today", lambda: tomorrow)
    standing(city)
    assert len(made) == 2
