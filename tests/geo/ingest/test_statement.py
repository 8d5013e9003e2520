"""The user's system against the one that the file states: told, or refused without his word."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
from test_corpus import AREA

from platforms.errors import CRSError, InputError
from platforms.geo import read

SQUARE = shapely.box(598000, 3121000, 598100, 3121100)
PREFIXED = shapely.box(40598000, 3121000, 40598100, 3121100)
# Beijing 1954 and Xi'an 1980 on the meridian of 120 degrees, no prefix
OLD = ("EPSG:2437", "EPSG:2385")


def _file(folder, crs, shape=SQUARE, name="a.gpkg"):
    path = folder / name
    gpd.GeoDataFrame({"plot_id": ["1"]}, geometry=[shape], crs=crs).to_file(path)
    return path


@pytest.mark.parametrize("stated", OLD)
@pytest.mark.parametrize("name", ["a.gpkg", "a.shp"])
def test_an_old_datum_is_not_renamed_without_a_word(tmp_path, stated, name):
    path = _file(tmp_path, stated, name=name)
    with pytest.raises(CRSError) as refused:
        read.read_plots(path, workspace=AREA, crs="EPSG:4549")
    assert refused.value.key == "read.crs_against_datum"
    assert "--crs EPSG:4549!" in refused.value.message("zh_CN")
    plots = read.read_plots(path, workspace=AREA, crs="EPSG:4549!")
    assert (plots.source.crs, plots.source.crs_basis) == ("EPSG:4549", "against_file")
    (issue,) = (i for i in plots.issues if i.kind == "crs_against_file")
    assert issue.severity == "warning"
    with pytest.raises(InputError):
        read.read_plots(path, workspace=AREA, crs="EPSG:4549!", strict=True)


def test_the_offset_of_a_web_map_is_no_way_round_a_datum(tmp_path):
    degrees = shapely.box(120.99, 28.2, 120.991, 28.201)
    with pytest.raises(CRSError) as refused:
        read.read_plots(_file(tmp_path, "EPSG:4610", degrees), workspace=AREA, crs="gcj02")
    assert refused.value.key == "read.crs_against_datum"


def test_parameters_in_a_proj_string_are_a_way(tmp_path):
    own = "+proj=tmerc +lon_0=120 +x_0=500000 +a=6378140 +rf=298.257 +towgs84=1,2,3 +units=m"
    plots = read.read_plots(_file(tmp_path, "EPSG:2385"), workspace=AREA, crs=own)
    assert plots.source.crs_basis == "given"


def test_another_system_of_one_datum_is_a_warning(tmp_path):
    path = _file(tmp_path, "EPSG:4549", PREFIXED)
    plots = read.read_plots(path, workspace=AREA, crs="EPSG:4528")
    assert plots.issues.by_kind()["crs_against_file"] == 1
    assert plots.source.crs_basis == "against_file"


@pytest.mark.parametrize("given", ["EPSG:4549", "EPSG:4549!"])
def test_what_the_file_says_too_is_no_fault(tmp_path, given):
    plots = read.read_plots(_file(tmp_path, "EPSG:4549"), workspace=AREA, crs=given, strict=True)
    assert plots.source.crs_basis == "given"


def test_parameters_for_another_datum_than_the_stated_one(tmp_path):
    seven = "pv:1,2,3,0,0,0,0"
    path = _file(tmp_path, OLD[0])
    plots = read.read_plots(path, workspace=AREA, crs=OLD[1], helmert=seven)
    assert plots.issues.by_kind()["crs_against_file"] == 1
    same = read.read_plots(path, workspace=AREA, crs=OLD[0], helmert=seven)
    assert "crs_against_file" not in same.issues.by_kind()
