"""Layers that runs are cut with are made once a workspace, and never those of another one."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from pyproj import CRS

import platforms as ip
from platforms.errors import CRSError
from platforms.issues import IssueTable
from platforms.planning.land import footprints, limits, placed_limits
from platforms.planning.land.limits import ReadyLimit

PLANE = "EPSG:4549"
OTHER = "EPSG:4550"


@pytest.fixture
def city():
    # a view of its own: what is kept with it is looked at here
    return ip.Workspace.open("yueqing").corrected(None)


@pytest.fixture
def few(city):
    return ip.run(city, plots=city.layer("plots").iloc[:20])


def _count(monkeypatch, module, name):
    asked, own = [], getattr(module, name)

    def counted(*args, **kwargs):
        asked.append(args)
        return own(*args, **kwargs)

    monkeypatch.setattr(module, name, counted)
    return asked


def test_a_second_run_and_its_land_place_no_layer_again(city, few, monkeypatch):
    land = few.land
    areas = _count(monkeypatch, limits, "limit_areas")
    placed = _count(monkeypatch, placed_limits, "limit_areas")
    mended = _count(monkeypatch, footprints, "_apart")
    again = ip.run(city, plots=city.layer("plots").iloc[:20])
    assert again.land.overlap.equals(land.overlap)
    assert again.land.balance is land.balance
    assert not placed
    assert not mended
    # the control line is no limit of the workspace
    assert {name for name, *_ in areas} <= {"control_line", "inside"}
    pd.testing.assert_frame_equal(pd.DataFrame(again.land.plots), pd.DataFrame(land.plots))


def test_faults_of_a_layer_are_told_by_every_run(city):
    faulty = city.constraints["river"].copy()
    faulty.loc[faulty.index[:2], "geometry"] = None
    city.constraints["river"] = faulty
    told = []
    for _ in range(2):
        run = ip.run(city, plots=city.layer("plots").iloc[:5])
        told.append([issue.message("en") for issue in run.issues if issue.layer == "river"])
    assert told[0]
    assert told[1] == told[0]


def test_a_layer_that_was_exchanged_is_not_cut_with(city, few):
    city.constraints["road"] = city.constraints["road"].iloc[:0]
    again = ip.run(city, plots=city.layer("plots").iloc[:20])
    assert (again.plots["deduct_road_m2"] == 0).all()
    assert few.plots["deduct_road_m2"].sum() > 0


def test_limits_are_those_of_the_plane_that_is_asked_for(city):
    plots = city.layer("plots").iloc[:5]
    name, layer = next((n, one) for n, one in city.constraints.items() if len(one))
    made = {}
    for plane in (PLANE, OTHER, PLANE):
        (ready,) = ip.placed_limits(city, {name: layer}, plots, plane=plane).values()
        assert isinstance(ready, ReadyLimit)
        wanted = layer.to_crs(CRS.from_user_input(plane)).total_bounds
        assert ready.layer.boxes[:, 0].min() == pytest.approx(wanted[0], abs=0.01)
        assert made.setdefault(plane, ready.layer.boxes.tolist()) == ready.layer.boxes.tolist()


def test_what_was_placed_in_one_plane_is_refused_in_another(city):
    plots = city.layer("plots").iloc[:5]
    ready = ip.placed_limits(city, city.constraints, plots, plane=PLANE)
    assert len(ip.reclaim(plots, ready, plane=PLANE)) == len(plots)
    with pytest.raises(CRSError, match=f"{PLANE}.*{OTHER}"):
        ip.reclaim(plots, ready, plane=OTHER)
    with pytest.raises(CRSError):
        ip.overlap_matrix(ready, plane=OTHER, within=plots)
    standing = placed_limits.placed_buildings(city, plots, plane=PLANE)
    look = footprints.footprints
    assert look(standing, CRS.from_user_input(PLANE), IssueTable()) is standing.found
    with pytest.raises(CRSError):
        look(standing, CRS.from_user_input(OTHER), IssueTable())


def test_limits_of_others_stay_as_they_are(city):
    plots = city.layer("plots").iloc[:5]
    copied = {name: one.copy() for name, one in city.constraints.items()}
    assert ip.placed_limits(city, copied | {"none": None}, plots) == copied | {"none": None}


def test_another_view_of_the_files_begins_without(city, few):
    assert few.land.balance is not None
    assert city._made
    assert not city.corrected(None)._made
    assert not dataclasses.replace(city)._made
    assert city.kept("x", 1, lambda: "one") == city.kept("x", 1, lambda: "two") == "one"
    assert city.kept("x", 2, lambda: "two") == "two"
    assert city.kept("x", 1, lambda: "three") == "three"
