"""Declared areas without a unit: what their shapes can and cannot tell."""

from __future__ import annotations

import geopandas as gpd
import shapely

from platforms.geo.read import read_plots


def _file(path, shapes, declared):
    frame = gpd.GeoDataFrame(
        {"plot_id": [str(n) for n in range(len(shapes))], "证载面积": declared},
        geometry=shapes, crs=4528,
    )  # fmt: skip
    frame.to_file(path, driver="GPKG")
    return path


def _square(x):
    return shapely.box(40_500_000 + x, 3_100_000, 40_500_100 + x, 3_100_100)


def test_a_ring_that_crosses_itself_accuses_no_declared_area(tmp_path):
    x, y = 40_501_000, 3_100_000
    # both halves are of one size and cancel out
    crossed = shapely.Polygon([(x, y), (x + 100, y + 100), (x + 100, y), (x, y + 100)])
    shapes = [_square(0), _square(200), _square(400), crossed]
    plots = read_plots(_file(tmp_path / "a.gpkg", shapes, [10_000.0, 10_001.0, 9_999.0, 5_000.0]))
    assert "area_beyond" not in {one.kind for one in plots.issues}
    assert plots.frame["declared_m2"].tolist()[3] == 5_000


def test_an_area_a_thousand_times_its_shape_is_named(tmp_path):
    shapes = [_square(n * 200) for n in range(4)]
    plots = read_plots(_file(tmp_path / "a.gpkg", shapes, [10_000.0, 10_001.0, 9_999.0, 6e7]))
    assert "area_beyond" in {one.kind for one in plots.issues}
