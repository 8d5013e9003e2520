"""Of a province only the places that features can reach are laid in the plane; answers stay."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from platforms.planning.belonging import membership as belonging
from platforms.planning.belonging.membership import membership
from platforms.planning.belonging.places import land_around, places_of

PLANE = CRS.from_epsg(4528)
EAST, NORTH = 40_590_000.0, 3_110_000.0
KM = 1000.0
# what decides anything is at most so far away: the reach of margins and a loose boundary
REACH_M = 20_000.0


def laid(shapes, **columns):
    shapes = list(shapes)
    ids = [f"p{n:03d}" for n in range(len(shapes))]
    plain = pd.DataFrame({"id": ids, "name": ids}).assign(**columns)
    return gpd.GeoDataFrame(plain, geometry=shapes, crs=PLANE).to_crs(4490)


def grid(size_km, count):
    """Squares around the features, and far beyond what they reach."""
    at = EAST + (np.arange(count) - count / 2) * size_km * KM
    west, south = (one.ravel() for one in np.meshgrid(at, at - EAST + NORTH))
    return shapely.box(west, south, west + size_km * KM, south + size_km * KM)


def province(rng):
    spread = (EAST, NORTH) + rng.uniform(-80, 80, (150, 2)) * KM
    points, boxes = shapely.points(spread[:100]), shapely.buffer(shapely.points(spread[100:]), 900)
    towns = laid(grid(9.5, 18), basis="derived").rename(columns={"id": "town_id"})
    sites = laid(
        [*points, *boxes, None],
        basis=["name_anchor"] * 100 + ["declared"] * 50 + [""],
        accuracy_m=[500.0] * 100 + [*rng.uniform(0, 300, 50), np.nan],
    ).rename(columns={"id": "platform_id"})
    units = laid(grid(14, 13), basis="drawn", kind=["belt", "city"] * 84 + ["port"])
    return {
        "towns": towns[rng.random(len(towns)) < 0.8],
        "platforms": sites,
        "layout_units": units.rename(columns={"id": "unit_id"}),
    }


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.5, 30))
def test_places_out_of_reach_change_no_cell(seed, across_km):
    rng = np.random.default_rng(seed)
    corners = (EAST, NORTH) + rng.uniform(-across_km, across_km, (60, 2)) * KM
    shapes = [*shapely.buffer(shapely.points(corners), 150), None]
    features = gpd.GeoDataFrame(geometry=shapes, crs=PLANE)
    layers = province(rng)
    found = membership(features, **layers)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(belonging, "land_around", lambda *_: None)
        every = membership(features, **layers)
    pd.testing.assert_frame_equal(found, every, check_exact=True)


def test_only_places_in_reach_are_laid():
    spot = np.array([shapely.Point(EAST, NORTH)])
    towns = laid(grid(10, 40)).rename(columns={"id": "town_id"})
    every = places_of(towns, "town_id", PLANE)
    near = places_of(towns, "town_id", PLANE, land=land_around(spot, PLANE, REACH_M))
    here = ~shapely.is_missing(near.shapes)
    assert here.sum() < 50 < len(towns)
    assert here[shapely.dwithin(every.shapes, spot[0], REACH_M)].all()
    assert near.ids.tolist() == every.ids.tolist()
    assert (near.shapes[here] == every.shapes[here]).all()


def test_a_long_edge_is_met_between_its_corners():
    # in degrees the box of the corners ends two kilometres south of the middle of the edge
    wide = shapely.Polygon([(-250, -9), (250, -9), (250, -40), (-250, -40)])
    wide = shapely.transform(wide, lambda xy: xy * KM + (40_500_000.0, NORTH))
    towns = laid([wide]).rename(columns={"id": "town_id"})
    spot = np.array([shapely.Point(40_500_000.0, NORTH)])
    land = land_around(spot, PLANE, 9_001.0)
    assert not shapely.is_missing(places_of(towns, "town_id", PLANE, land=land).shapes).any()


@pytest.mark.parametrize("x", [np.inf, 1e9, -4e7])
def test_a_feature_far_from_the_plane_asks_all_places(x):
    spots = np.array([shapely.Point(EAST, NORTH), shapely.Point(x, NORTH)])
    assert land_around(spots, PLANE, REACH_M) is None
    assert land_around(np.array([None]), PLANE, REACH_M) is None
    assert land_around(spots[:1], PLANE, np.inf) is None
