"""Sums of a relocation from town to park, with known answers."""

from __future__ import annotations

import pandas as pd
import pyproj
import pytest

import move_samples as samples
import platforms as ip

GEOD = pyproj.Geod(ellps="GRS80")


def km(firm: str) -> float:
    return GEOD.inv(*samples.FIRMS[firm], *samples.PARK)[2] / 1000


def test_firms_of_a_town_are_one_flow_weighted_by_land():
    found = samples.answer()
    flows = ip.town_flows(found, ip.firm_towns(found))
    assert flows.drop(columns="geometry").to_dict("records") == [
        {
            "town": "甲镇", "park_id": "P1", "firms": 2, "mu": 30.0,
            "km_mean": pytest.approx((10 * km("F1") + 20 * km("F2")) / 30, abs=1e-6),
        }
    ]  # fmt: skip
    (line,) = flows.geometry
    # the middle of 10 亩 at 120.93, 28.10 and 20 亩 at 120.95, 28.13
    assert line.coords[0] == pytest.approx((120.943333, 28.12), abs=1e-6)
    assert line.coords[1] == pytest.approx(samples.PARK)
    assert flows.crs.to_epsg() == 4490


def test_the_headline_adds_up():
    found = samples.answer()
    told = ip.relocation_figures(found)
    assert (told["firms"], told["mu"], told["unassigned"], told["unassigned_mu"]) == (2, 30, 1, 5)
    assert told["parks_used"] == 1
    flows = ip.town_flows(found, ip.firm_towns(found))
    assert told["km_mean"] == pytest.approx(flows["km_mean"][0], abs=1e-6)
    assert told["gain_share"] == pytest.approx(found.gain / found.nearest)


def test_towns_come_from_the_workspace_where_the_table_has_none(yueqing):
    firms, parks = samples.tables()
    seats = yueqing.layer("towns").set_index("name")
    at = seats.loc["柳市镇"].geometry.representative_point()
    firms = firms.drop(columns="town").assign(lon=at.x, lat=at.y)
    found = ip.relocate(firms, parks)
    assert ip.firm_towns(found, yueqing).tolist() == ["柳市镇"] * 3
    assert ip.firm_towns(found).tolist() == [""] * 3


def test_nobody_moves_and_nothing_is_made_up():
    firms, parks = samples.tables()
    found = ip.relocate(firms, parks.assign(capacity_mu=0.0))
    flows = ip.town_flows(found, ip.firm_towns(found))
    assert len(flows) == 0
    told = ip.relocation_figures(found)
    assert (told["firms"], told["mu"], told["km_mean"]) == (0, 0, None)


def test_sums_by_town_are_those_of_the_sample(yueqing):
    found = ip.relocate(ip.relocation_data(yueqing), effort=ip.SearchEffort(rounds=2))
    flows = ip.town_flows(found, ip.firm_towns(found, yueqing))
    by_park = found.by_park().set_index("park_id")
    sums = pd.DataFrame(flows.drop(columns="geometry")).groupby("park_id")[["firms", "mu"]].sum()
    used = by_park[by_park["firms"] > 0]
    assert sums["firms"].to_dict() == used["firms"].to_dict()
    assert sums["mu"].to_dict() == pytest.approx(used["used_mu"].to_dict())
