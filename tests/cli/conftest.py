"""Files as users bring them, with areas that are known."""

from __future__ import annotations

import shutil

import geopandas as gpd
import pytest
import shapely

from opened_once import run_once
from platforms.cli import main

# golden vectors of the official area: A (9997.63 m²) and L (24994.43 m²), CGCS2000 zone 40
SQUARE = shapely.box(40598000, 3121000, 40598100, 3121100)
CORNER = shapely.Polygon(
    [
        (40595000.456, 3120000.123),
        (40595180.456, 3120000.123),
        (40595180.456, 3120090.123),
        (40595080.456, 3120090.123),
        (40595080.456, 3120200.123),
        (40595000.456, 3120200.123),
    ]
)


@pytest.fixture(scope="module", autouse=True)
def _runs():
    """Commands that only ask something of the example's run share it; test_run makes runs."""
    with run_once():
        yield


@pytest.fixture(scope="session")
def two_plots(tmp_path_factory):
    """A file that nobody writes into."""
    path = tmp_path_factory.mktemp("given") / "plots.gpkg"
    frame = gpd.GeoDataFrame(
        {"plot_id": ["A", "L"], "name": ["甲地块", "乙地块"]},
        geometry=[SQUARE, CORNER],
        crs="EPSG:4528",
    )
    frame.to_file(path, layer="plots")
    return path


@pytest.fixture
def plots_file(two_plots, tmp_path):
    """A copy of one's own."""
    folder = tmp_path / "given"
    folder.mkdir()
    return shutil.copyfile(two_plots, folder / two_plots.name)


@pytest.fixture(scope="session")
def ran_once(two_plots, tmp_path_factory):
    target = tmp_path_factory.mktemp("ran") / "out"
    assert main(["run", "--plots", str(two_plots), "-o", str(target)]) == 0
    return target


@pytest.fixture
def folder(ran_once, tmp_path):
    """What a run of the two plots wrote, for a test of its own."""
    return shutil.copytree(ran_once, tmp_path / "out")


@pytest.fixture
def limit_file(tmp_path):
    strip = shapely.box(40598000, 3121000, 40598010, 3121100)
    frame = gpd.GeoDataFrame({"name": ["河"]}, geometry=[strip], crs="EPSG:4528")
    path = tmp_path / "river.gpkg"
    frame.to_file(path)
    return path
