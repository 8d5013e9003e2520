from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from platforms.geo import read
from platforms.geo.gcj import OFFSETS, known_offset, remove_offset, web_offset_of

PLOT = shapely.box(120.97, 28.12, 120.973, 28.122)
GEOD = pyproj.Geod(ellps="GRS80")


class County:
    plane = pyproj.CRS.from_epsg(4528)
    county = shapely.box(120.7, 27.9, 121.3, 28.6)


def _frame(*shapes):
    return gpd.GeoDataFrame(
        {"plot_id": [str(i) for i in range(len(shapes))]}, geometry=[*shapes], crs=4490
    )


# computed beforehand with the published approximation
@pytest.mark.parametrize(
    ("offset", "lon", "lat", "metres"),
    [("gcj02", 120.97, 28.12, 542), ("gcj02", 121.44, 28.67, 542), ("bd09", 120.97, 28.12, 1081)],
)
def test_the_offset_is_as_large_as_published(offset, lon, lat, metres):
    moved = OFFSETS[offset](np.array([[lon, lat]]))[0]
    assert GEOD.inv(lon, lat, *moved)[2] == pytest.approx(metres, abs=1)


@given(st.floats(75, 134), st.floats(18, 53), st.sampled_from(sorted(OFFSETS)))
def test_taking_an_offset_off_undoes_it(lon, lat, offset):
    true = np.array([[lon, lat]])
    assert remove_offset(OFFSETS[offset](true), offset) == pytest.approx(true, abs=1e-9)


@pytest.mark.parametrize("name", ["gcj02", "GCJ-02", "bd09", "BD-09"])
def test_a_web_map_is_read_on_request_and_never_certified(tmp_path, name):
    offset = web_offset_of(name)
    shape = shapely.transform(PLOT, OFFSETS[offset])
    _frame(shape).to_file(tmp_path / "a.geojson")
    plain = read.read_plots(tmp_path / "a.geojson", workspace=County())
    assert plain.source.certified
    assert shapely.equals_exact(plain.frame.geometry[0], shape, 1e-6), "never converted silently"
    plots = read.read_plots(tmp_path / "a.geojson", workspace=County(), crs=name)
    assert not plots.source.certified
    assert plots.source.crs_basis == offset
    assert plots.source.crs == {"gcj02": "GCJ-02", "bd09": "BD-09"}[offset]
    assert plots.issues.by_kind()["web_offset_removed"] == 1
    assert plots.frame.geometry[0].hausdorff_distance(PLOT) < 1e-6


@pytest.mark.parametrize("offset", sorted(OFFSETS))
def test_a_known_boundary_shows_the_offset(offset):
    shifted = shapely.transform(PLOT, OFFSETS[offset])
    known = _frame(PLOT, shapely.box(121.0, 28.0, 121.01, 28.01))
    (issue,) = known_offset(_frame(shifted), known)
    assert issue.kind == "web_offset_seen"
    assert f"--crs {offset}" in issue.action()


def test_a_boundary_that_fits_shows_none():
    known = _frame(PLOT)
    assert len(known_offset(known, known)) == 0
    assert len(known_offset(_frame(), known)) == 0


@pytest.mark.parametrize("shapes", [(shapely.box(121.1, 28.3, 121.11, 28.31),), ()])
def test_a_boundary_that_no_plot_is_like_says_nothing_and_that_is_said(shapes):
    (issue,) = known_offset(_frame(PLOT), _frame(*shapes))
    assert (issue.kind, issue.severity) == ("known_unlike", "info")
