"""Any shape that a file may hold is a row that is measured, or a row that is set aside with a word."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import holed, middles, shapes

import platforms as ip
from platforms.geo.area import official_area_m2

_COUNTY = {"west": 120.8, "east": 121.2, "south": 28.0, "north": 28.5}


def _read(geometries: list[object], area: object = None) -> ip.Plots:
    rows = [
        {"type": "Feature", "properties": {"plot_id": f"P{n}"}, "geometry": one}
        for n, one in enumerate(geometries)
    ]
    with tempfile.TemporaryDirectory(prefix="shape-") as folder:
        path = Path(folder, "a.geojson")
        path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}))
        return ip.read_plots(path, workspace=area)


@settings(max_examples=8)
@given(st.lists(shapes(), min_size=1, max_size=4))
def test_every_row_is_accounted_for(geometries):
    try:
        plots = _read(geometries)
    except ip.PlatformsError as error:
        # no row is right: the first is told, in both languages
        told = [error.message(lang) for lang in ("zh_CN", "en")]
    else:
        told = _account(plots, len(geometries))
    assert all(told)


def _account(plots: ip.Plots, many: int) -> list[str]:
    assert plots.rows["in"] == many
    assert plots.rows["good"] + plots.rows["set_aside"] == many
    kept = set(plots.frame["plot_id"])
    left_out = {one.feature for one in plots.issues if one.severity == "error"}
    assert len(left_out) >= plots.rows["set_aside"]
    assert len(kept) == plots.rows["good"]
    return [one.message() for one in plots.issues]


@settings(max_examples=8)
@given(st.lists(holed(middles(**_COUNTY)), min_size=1, max_size=3))
def test_a_right_shape_is_read_with_its_area(rings):
    plots = _read([{"type": "Polygon", "coordinates": one} for one in rings])
    assert plots.rows["set_aside"] == 0
    for (shell, hole), shape in zip(rings, plots.frame.geometry, strict=True):
        whole, gap = _area_m2(shapely.Polygon(shell)), _area_m2(shapely.Polygon(hole))
        assert _area_m2(shape) == pytest.approx(whole - gap, rel=1e-7, abs=0.02)


def _area_m2(shape: shapely.Geometry) -> float:
    return official_area_m2(shape, 4528, crs=4490)
