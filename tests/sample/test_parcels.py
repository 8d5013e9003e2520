import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon

from platforms.sample.parcels import cut_corners, divide, join_some
from platforms.sample.recipe import load_recipe

ZONE = load_recipe("yueqing").styles["zone"]
QUAD = np.array([[0.0, 0.0], [301.7, 9.3], [296.2, 219.9], [-6.6, 203.1]])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_division_fills_the_cell_without_overlap(seed):
    rings = divide(QUAD, ZONE, np.random.default_rng(seed))
    plots = [Polygon(np.round(ring, 3)) for ring in rings]
    assert all(plot.is_valid for plot in plots)
    assert sum(plot.area for plot in plots) == pytest.approx(Polygon(QUAD).area, abs=1.0)
    # exact: the union loses nothing, so no two plots share a square millimetre
    union = shapely.union_all(plots)
    assert sum(plot.area for plot in plots) == pytest.approx(union.area, abs=1e-6)
    assert isinstance(union, Polygon)
    assert not union.interiors


def test_joining_keeps_the_land():
    rings = divide(QUAD, ZONE, np.random.default_rng(3))
    plots = [Polygon(np.round(ring, 3)) for ring in rings]
    joined = join_some(plots, 1.0, np.random.default_rng(4))
    assert len(joined) < len(plots)
    assert shapely.union_all(joined).equals(shapely.union_all(plots))


def test_corners_are_cut_only_at_the_cell():
    ring = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 50.0], [0.0, 50.0]])
    cut = cut_corners(ring, ring[:1], 6.0)
    assert cut == pytest.approx(
        np.array([[0.0, 6.0], [6.0, 0.0], [100.0, 0.0], [100.0, 50.0], [0.0, 50.0]])
    )
