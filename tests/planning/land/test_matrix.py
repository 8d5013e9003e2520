"""The overlap matrix: known areas, and what is not known."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from level_plots import NORTH, PLANE, box, frame

import platforms as ip
from platforms.errors import CRSError
from platforms.geo.area import official_area_m2
from platforms.issues import IssueTable
from platforms.planning.land.matrix import overlap_matrix


class Half:
    """Claims the land west of an easting; knows nothing north of 1,000 m."""

    def __init__(self, east):
        self.west = box(-1e4, -1e4, east, 1e4)

    def shares(self, areas, _plane):
        share = shapely.area(shapely.intersection(areas, self.west)) / shapely.area(areas)
        return np.where(shapely.bounds(areas)[:, 3] > NORTH + 1000, np.nan, share)

    def shapes(self, _areas, _plane):
        return np.array([self.west], dtype=object)


def official(shape, plane=PLANE):
    """Return the area of the polygons of a shape; an edge that is shared has none."""
    parts = shapely.get_parts(shape)
    parts = parts[shapely.area(parts) > 0]
    return float(official_area_m2(parts, plane, digits=None).sum().round(2))


LAYERS = {
    "farm": frame(box(0, 0, 100, 100), box(50, 0, 150, 100), box(0, 0, 100, 100)),
    "river": frame(box(100, 0, 200, 100)),
    "road": frame(box(300, 0, 400, 100)),
}


def test_the_diagonal_is_what_a_layer_claims_once_and_pairs_what_both_claim():
    shared = overlap_matrix(LAYERS)
    assert list(shared.index) == list(shared.columns) == ["farm", "river", "road"]
    assert shared.loc["farm", "farm"] == pytest.approx(official(box(0, 0, 150, 100)), abs=0.02)
    assert shared.loc["river", "road"] == 0.0
    assert shared.loc["farm", "river"] == official(box(100, 0, 150, 100))
    assert shared.loc["road", "road"] == official(box(300, 0, 400, 100))
    assert (shared.to_numpy() == shared.to_numpy().T).all()


def test_within_plots_only_their_land_counts_and_plots_over_each_other_once():
    plots = frame(box(90, 0, 120, 50), box(110, 0, 130, 50), None)
    shared = overlap_matrix(LAYERS, within=plots)
    assert shared.loc["farm", "farm"] == pytest.approx(official(box(90, 0, 130, 50)), abs=0.02)
    assert shared.loc["farm", "river"] == pytest.approx(official(box(100, 0, 130, 50)), abs=0.02)
    assert shared["road"].tolist() == [0.0, 0.0, 0.0]


def test_layers_in_other_systems_and_plots_in_degrees_give_the_same():
    plots = frame(box(90, 0, 120, 50))
    moved = {
        name: layer.to_crs(crs)
        for (name, layer), crs in zip(LAYERS.items(), (4490, 4549, 4326), strict=True)
    }
    one = overlap_matrix(LAYERS, within=plots)
    two = overlap_matrix(moved, within=plots.to_crs(4490), plane=PLANE)
    assert np.abs(one - two).max(axis=None) <= 0.011


def test_absent_empty_and_placeless_layers_are_zero_or_unknown_and_said():
    issues = IssueTable()
    layers = {**LAYERS, "gone": None, "empty": frame(), "nowhere": frame(box(0, 0, 1, 1), crs=None)}
    shared = overlap_matrix(layers, issues=issues)
    assert shared.loc[["gone", "empty"], ["farm", "gone", "empty"]].eq(0).all(axis=None)
    assert shared["nowhere"].isna().all()
    assert issues.by_kind() == {
        "constraint_overlaps_itself": 1,
        "constraint_absent": 1,
        "constraint_empty": 1,
        "constraint_without_crs": 1,
    }
    assert overlap_matrix({}).shape == (0, 0)


def test_a_layer_of_another_datum_is_refused_by_name():
    with pytest.raises(CRSError, match="river"):
        overlap_matrix({"farm": LAYERS["farm"], "river": frame(box(0, 0, 9, 9), crs=2364)})


def test_what_tells_shares_is_asked_on_the_pieces_of_the_others():
    layers = {**LAYERS, "steep": Half(120), "wet": Half(60)}
    shared = overlap_matrix(layers)
    # it has no end, so its own area and that of two such layers are open
    assert shared.loc[["steep", "wet"], ["steep", "wet"]].isna().all(axis=None)
    assert shared.loc["steep", "river"] == pytest.approx(official(box(100, 0, 120, 100)), abs=0.02)
    inside = overlap_matrix(layers, within=frame(box(0, 0, 200, 10)))
    assert inside.loc["steep", "steep"] == pytest.approx(official(box(0, 0, 120, 10)), abs=0.02)
    assert inside.loc["wet", "steep"] == pytest.approx(official(box(0, 0, 60, 10)), abs=0.02)
    high = overlap_matrix(layers, within=frame(box(0, 0, 200, 10), box(0, 1500, 9, 1600)))
    assert np.isnan(high.loc["steep", "steep"])
    assert high.loc["steep", "river"] == pytest.approx(official(box(100, 0, 120, 10)), abs=0.02)


def test_the_sample_county_agrees_with_unions_cut_as_a_whole():
    city = ip.Workspace.open("yueqing")
    plane, plots = city.plan.crs, city.layer("plots")
    shared = ip.overlap_matrix(city.constraints, plane=plane, within=plots)
    ground = plots.to_crs(plane).union_all()
    unions = {n: layer.to_crs(plane).union_all() for n, layer in city.constraints.items()}
    for one, other in combinations_with_replacement(unions, 2):
        both = unions[one].intersection(unions[other]).intersection(ground)
        assert shared.loc[one, other] == pytest.approx(official(both, plane), abs=0.1)


spans = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(1, 9), st.integers(1, 9)),
    max_size=5,
)


@settings(max_examples=30, deadline=None)
@given(spans, spans)
def test_shared_land_is_that_of_the_unions_and_never_more_than_either(first, second):
    layers = {
        name: frame(*(box(x * 10, y * 10, (x + w) * 10, (y + h) * 10) for x, y, w, h in rows))
        for name, rows in (("a", first), ("b", second))
    }
    shared = overlap_matrix(layers, plane=PLANE)
    union = [layer.union_all() for layer in layers.values()]
    expected = official(union[0].intersection(union[1]))
    assert shared.loc["a", "b"] == pytest.approx(expected, abs=0.05)
    assert shared.loc["a", "b"] <= min(shared.loc["a", "a"], shared.loc["b", "b"])
