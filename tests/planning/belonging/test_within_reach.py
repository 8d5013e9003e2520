"""Features beyond all places are not laid in the plane; no cell changes for it."""

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
from platforms.planning.belonging import within_reach
from platforms.planning.belonging.membership import Reach, membership
from platforms.planning.belonging.within_reach import in_reach

PLANE = CRS.from_epsg(4528)
EAST, NORTH = 40_590_000.0, 3_110_000.0
KM = 1000.0


def laid(shapes, key, **columns):
    shapes = list(shapes)
    ids = [f"p{n:03d}" for n in range(len(shapes))]
    plain = pd.DataFrame({key: ids, "name": ids}).assign(**columns)
    return gpd.GeoDataFrame(plain, geometry=shapes, crs=PLANE).to_crs(4490)


def spots(rng, count, across_km):
    return shapely.points((EAST, NORTH) + rng.uniform(-across_km, across_km, (count, 2)) * KM)


def layers_of(rng):
    """A few places of each kind in 120 km, so that much lies between them."""
    towns = shapely.buffer(spots(rng, 2, 60), 4000)
    sites = [*shapely.buffer(spots(rng, 6, 60), 900), *spots(rng, 6, 60), None]
    units = shapely.buffer(spots(rng, 2, 60), 3000)
    return {
        "towns": laid(towns, "town_id", basis="derived"),
        "platforms": laid(sites, "platform_id", basis="declared", accuracy_m=250.0),
        "layout_units": laid(units, "unit_id", basis="drawn", kind="city"),
    }


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6))
def test_features_out_of_reach_change_no_cell(seed):
    rng = np.random.default_rng(seed)
    layers = layers_of(rng)
    ends = [layers[name].to_crs(PLANE).geometry.dropna() for name in ("towns", "platforms")]
    # around the places, at what decides from either side
    around = [
        shapely.get_point(shapely.buffer(one, away).exterior, int(rng.integers(0, 30)))
        for end, reach in zip(ends, (2000, 5000), strict=True)
        for one in end
        for away in (reach - 0.5, reach + 0.5)
    ]
    plots = shapely.buffer(spots(rng, 150, 70), 90)
    shapes = [*plots, *around, *spots(rng, 20, 70), None, shapely.Polygon()]
    features = gpd.GeoDataFrame(geometry=shapes, crs=PLANE).to_crs(4490)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(within_reach, "_MANY", 1)
        found = membership(features, **layers, reach=Reach(plane=PLANE))
        patch.setattr(belonging, "in_reach", lambda some, _: np.ones(len(some), dtype=bool))
        every = membership(features, **layers, reach=Reach(plane=PLANE))
    pd.testing.assert_frame_equal(found, every, check_exact=True)
    assert found["town_way"].tail(2).eq("unknown").all()


def test_most_of_the_land_is_out_of_reach(monkeypatch):
    monkeypatch.setattr(within_reach, "_MANY", 1)
    rng = np.random.default_rng(5)
    features = gpd.GeoDataFrame(geometry=spots(rng, 400, 60), crs=PLANE)
    site = laid([shapely.Point(EAST, NORTH)], "platform_id")
    reach_m = np.array([5000.0])
    reached = in_reach(features.to_crs(4490), [(site, reach_m)])
    near = shapely.dwithin(features.geometry.to_numpy(), shapely.Point(EAST, NORTH), 5000.0)
    assert reached[near].all()
    assert 0 < near.sum() <= reached.sum() < 20
    # in another system, and without any place, nothing is told of them
    assert in_reach(features, [(site, reach_m)]).all()
    assert in_reach(features.to_crs(4490), [(site.iloc[:0], reach_m[:0])]).all()
