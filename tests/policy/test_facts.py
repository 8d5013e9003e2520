"""Shares of plots inside a layer: known squares, and what the map cannot say."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from platforms.policy.facts import add_facts, layer_share

X, Y = 40_598_000.0, 3_121_000.0


def squares(*corners, size=100.0, crs="EPSG:4528"):
    shapes = [shapely.box(X + x, Y + y, X + x + size, Y + y + size) for x, y in corners]
    return gpd.GeoDataFrame({"plot_id": range(len(shapes))}, geometry=shapes, crs=crs)


LAYER = squares((0, 0), (50, 0), size=200)


def test_inside_outside_and_in_part():
    plots = squares((20, 20), (400, 400), (200, 20), (250, 250))
    # the third reaches 50 m into the second polygon, which starts 50 m further east
    assert layer_share(plots, LAYER).tolist() == [1.0, 0.0, 0.5, 0.0]


def test_land_that_two_polygons_claim_counts_once():
    assert layer_share(squares((100, 0)), LAYER).tolist() == [1.0]
    assert layer_share(squares((100, 150)), LAYER).tolist() == [0.5]


def test_a_plot_that_only_touches_is_outside():
    assert layer_share(squares((250, 0), (0, 200)), LAYER).tolist() == [0.0, 0.0]


def test_any_system_of_plots_and_layer_gives_the_same_share():
    plots = squares((200, 20), (20, 20)).to_crs("EPSG:4490")
    assert layer_share(plots, LAYER.to_crs("EPSG:4490")).tolist() == [0.5, 1.0]


@pytest.mark.parametrize("layer", [None, LAYER.iloc[:0]])
def test_without_a_layer_nothing_is_known(layer):
    assert np.isnan(layer_share(squares((20, 20)), layer)).all()


def test_outside_of_the_land_that_the_layer_speaks_of_nothing_is_known():
    cover = squares((0, 0), size=300)
    share = layer_share(squares((20, 20), (250, 20), (500, 500)), LAYER, cover=cover)
    np.testing.assert_equal(share, [1.0, np.nan, np.nan])


def test_a_plot_without_a_valid_shape_is_unknown():
    plots = squares((20, 20), (20, 20), (20, 20))
    crossed = shapely.Polygon([(X, Y), (X + 100, Y + 100), (X + 100, Y), (X, Y + 100)])
    plots.geometry = [plots.geometry[0], None, crossed]
    np.testing.assert_equal(layer_share(plots, LAYER), [1.0, np.nan, np.nan])


def test_beside_an_invalid_polygon_of_the_layer_nothing_is_known():
    layer = squares((0, 0), (1000, 1000), size=200)
    crossed = [(1000, 1000), (1200, 1200), (1200, 1000), (1000, 1200)]
    layer.loc[1, "geometry"] = shapely.Polygon([(X + x, Y + y) for x, y in crossed])
    share = layer_share(squares((20, 20), (1010, 1010), (1190, 1100)), layer)
    np.testing.assert_equal(share, [1.0, np.nan, np.nan])


def test_facts_are_columns_and_the_plots_stay():
    plots = squares((20, 20), (400, 400))
    before = plots.copy()
    found = add_facts(plots, {"inside_control_line": LAYER, "nowhere": None})
    assert found["fact_inside_control_line_share"].tolist() == [1.0, 0.0]
    assert found["fact_nowhere_share"].isna().all()
    assert plots.equals(before)
