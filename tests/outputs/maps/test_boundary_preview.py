"""A boundary is seen on the map before it is stored, and the map under it stays as it is."""

from __future__ import annotations

import pytest
from shapely.geometry import MultiPolygon, box

import platforms as ip
from platforms.outputs.maps.boundary_preview import GIVEN, with_given_boundary

_SHAPE = MultiPolygon([box(120.97, 28.04, 120.98, 28.05), box(120.99, 28.04, 121.0, 28.05)])


@pytest.fixture(scope="module")
def document(example):
    return ip.run_document(example)


def test_the_boundary_is_one_more_layer_that_says_it_is_not_stored(document):
    made = with_given_boundary(document, _SHAPE, feature_id="YQ-P01")
    before, now = document.content["layers"], made.content["layers"]
    assert now[:-1] == before
    assert now[-1]["id"] == GIVEN
    assert now[-1]["title"] == "YQ-P01 的边界（尚未存入）"
    assert now[-1]["visible"]
    # to look there
    assert now[-1]["bounds"] == [120.97, 28.04, 121.0, 28.05]
    assert {name: made.content[name] for name in ("extent", "figures", "tables")} == {
        name: document.content[name] for name in ("extent", "figures", "tables")
    }
    (row,) = ip.layer_frames(made)[GIVEN].itertuples()
    assert row.geometry.equals_exact(_SHAPE, 1e-6)


def test_other_boundaries_and_places_make_other_maps(document):
    ids = {
        document.id,
        with_given_boundary(document, _SHAPE, feature_id="YQ-P01").id,
        with_given_boundary(document, _SHAPE, feature_id="YQ-P02").id,
        with_given_boundary(document, _SHAPE.geoms[0], feature_id="YQ-P01").id,
    }
    assert len(ids) == 4
