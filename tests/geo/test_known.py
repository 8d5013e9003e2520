from __future__ import annotations

import geopandas as gpd
import pyproj
import pytest
import shapely

from platforms.errors import CRSError
from platforms.geo.gcj import OFFSETS
from platforms.geo.known import compare_known
from platforms.geo.read import read_plots

PLOT = shapely.box(120.96, 28.13, 120.962, 28.132)


class County:
    plane = pyproj.CRS.from_epsg(4528)
    county = shapely.box(120.7, 27.9, 121.3, 28.6)


def _known(crs=4490):
    return gpd.GeoDataFrame({"name": ["园区"]}, geometry=[PLOT], crs=4490).to_crs(crs)


@pytest.fixture
def plots(tmp_path):
    def read(shape):
        frame = gpd.GeoDataFrame({"plot_id": ["A"]}, geometry=[shape], crs=4490)
        frame.to_file(tmp_path / "a.gpkg")
        return read_plots(tmp_path / "a.gpkg", workspace=County())

    return read


@pytest.mark.parametrize("offset", sorted(OFFSETS))
@pytest.mark.parametrize("crs", [4490, 4549])
def test_plots_with_an_offset_are_kept_as_they_are_and_never_certified(plots, offset, crs):
    given = plots(shapely.transform(PLOT, OFFSETS[offset]))
    compared = compare_known(given, _known(crs))
    assert given.source.certified, "nothing is changed in place"
    assert not compared.source.certified
    assert compared.frame is given.frame
    (row,) = [issue for issue in compared.issues if issue not in given.issues]
    assert (row.kind, row.severity) == ("web_offset_seen", "warning")
    assert row.values["code"] == offset


def test_plots_that_agree_stay_certified(plots):
    given = plots(PLOT)
    compared = compare_known(given, given)
    assert compared.source == given.source
    assert list(compared.issues) == list(given.issues)


def test_a_boundary_elsewhere_leaves_the_certificate_and_is_said_to_say_nothing(plots):
    compared = compare_known(plots(shapely.box(121.1, 28.3, 121.11, 28.31)), _known())
    assert compared.source.certified
    assert compared.issues.by_kind()["known_unlike"] == 1


def test_a_boundary_without_a_system_is_refused(plots):
    bare = gpd.GeoDataFrame(geometry=[PLOT])
    with pytest.raises(CRSError):
        compare_known(plots(PLOT), bare)
