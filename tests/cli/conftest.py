"""Files as users bring them, with areas that are known."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from opened_once import run_once

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


@pytest.fixture
def plots_file(tmp_path):
    folder = tmp_path / "given"
    folder.mkdir()
    frame = gpd.GeoDataFrame(
        {"plot_id": ["A", "L"], "name": ["甲地块", "乙地块"]},
        geometry=[SQUARE, CORNER],
        crs="EPSG:4528",
    )
    frame.to_file(folder / "plots.gpkg", layer="plots")
    return folder / "plots.gpkg"


@pytest.fixture
def limit_file(tmp_path):
    strip = shapely.box(40598000, 3121000, 40598010, 3121100)
    frame = gpd.GeoDataFrame({"name": ["河"]}, geometry=[strip], crs="EPSG:4528")
    path = tmp_path / "river.gpkg"
    frame.to_file(path)
    return path
