"""Joined corners take the numbers of what they were joined to, others keep their own."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from platforms.geo.joined import join_corners

PLANE = "EPSG:4528"
CORNER = (120.123456789012, 28.123456789012)


@pytest.fixture
def plots():
    lon, lat = CORNER
    holed = shapely.box(lon, lat, lon + 0.01, lat + 0.01).difference(
        shapely.box(lon + 0.004, lat + 0.004, lon + 0.006, lat + 0.006)
    )
    return gpd.GeoDataFrame({"plot_id": ["a"]}, geometry=[holed], crs=4490)


def rounded(lon, lat, joined):
    """Return a corner as the map holds it."""
    return [round(lon, 6), round(lat, 6), joined]


def test_a_corner_takes_all_digits_of_the_one_it_was_joined_to(plots):
    assert join_corners([rounded(*CORNER, 1)], plots, PLANE) == [CORNER]
    hole = (CORNER[0] + 0.004, CORNER[1] + 0.004)
    assert join_corners([rounded(*hole, 1)], plots, PLANE) == [hole]


def test_a_corner_joined_to_an_edge_lies_on_it(plots):
    ((lon, lat),) = join_corners([rounded(CORNER[0] + 0.003, CORNER[1], 2)], plots, PLANE)
    assert lon == pytest.approx(CORNER[0] + 0.003, abs=1e-6)
    # straight in the plane is within a millimetre or two of straight in degrees here
    assert lat == pytest.approx(CORNER[1], abs=3e-7)
    assert lat != round(CORNER[1], 6)


def test_what_was_not_joined_or_finds_nothing_stays(plots):
    free = [CORNER[0] + 1e-7, CORNER[1]]
    far = [CORNER[0] - 1e-5, CORNER[1], 1]
    odd = [CORNER[0] + 1e-7, CORNER[1], 7]
    found = join_corners([free, far, odd], plots, PLANE)
    assert found == [tuple(free), tuple(far[:2]), tuple(odd[:2])]
    assert join_corners([rounded(*CORNER, 1)], plots.iloc[:0], PLANE) == [
        tuple(rounded(*CORNER, 1)[:2])
    ]
