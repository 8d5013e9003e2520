"""Shares of areas by class."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.transform import Affine
from rasterio.windows import Window as Cells

from platforms.geo.crs import transformer
from platforms.geo.raster import cover as raster_cover
from platforms.geo.raster.cover import coverage_shares, slope_shares
from platforms.geo.raster.opened import Reader, open_raster
from platforms.issues import IssueTable
from raster_files import NORTH_UP, write_raster

PLANE = "EPSG:4528"
CLASSES = {"water": "value in 1", "wood": "value==2"}
X0, Y0 = NORTH_UP.c, NORTH_UP.f


def frame(*shapes, crs=PLANE):
    return gpd.GeoDataFrame(geometry=list(shapes), crs=crs, index=range(10, 10 + len(shapes)))


def box(col, row, col_end, row_end):
    """Return a box in the plane, given in cells."""
    return shapely.box(X0 + 10 * col, Y0 - 10 * row_end, X0 + 10 * col_end, Y0 - 10 * row)


@pytest.fixture
def classes(tmp_path):
    cells = np.array([[1, 2, 1], [3, 0, 1], [1, 1, 1]], dtype=np.uint8)
    return open_raster(write_raster(tmp_path / "c.tif", cells, nodata=0))


def test_a_cell_cut_in_four_by_plots(classes):
    areas = frame(box(0.5, 0.5, 1.5, 1.5), box(0, 0, 0.5, 0.5), box(0.25, 0.25, 0.26, 0.26))
    shares = coverage_shares(classes, areas, PLANE, CLASSES)
    assert shares.columns.tolist() == ["water", "wood", "other", "unknown"]
    assert shares.index.tolist() == [10, 11, 12]
    want = [[0.25, 0.25, 0.25, 0.25], [1, 0, 0, 0], [1, 0, 0, 0]]
    assert np.allclose(shares, want, rtol=0, atol=1e-9)


def test_the_first_class_takes_the_cell(classes):
    shares = coverage_shares(classes, frame(box(0, 0, 2, 1)), PLANE, {"a": "value", "b": "value>1"})
    assert shares.iloc[0].tolist() == [1, 0, 0, 0]


def test_land_beyond_the_raster_is_unknown_and_said(classes):
    issues = IssueTable()
    areas = frame(box(2, 2, 4, 3), box(1, 1, 2, 2), box(9, 9, 10, 10), shapely.Point(0, 0), None)
    shares = coverage_shares(classes, areas, PLANE, CLASSES, issues=issues)
    assert np.allclose(shares["unknown"][:3], [0.5, 1, 1], atol=1e-9)
    assert shares["water"].iloc[0] == pytest.approx(0.5)
    assert shares.iloc[3:].isna().all(axis=None)
    assert [(i.kind, dict(i.values)["count"]) for i in issues] == [
        ("raster_beyond", 2),
        ("raster_without_value", 1),
    ]


def test_a_raster_of_another_place_or_without_values_is_an_error(classes, tmp_path):
    empty = open_raster(write_raster(tmp_path / "e.tif", np.zeros((3, 3), np.uint8), nodata=0))
    for raster, area in ((classes, box(100, 100, 101, 101)), (empty, box(0, 0, 2, 2))):
        issues = IssueTable()
        shares = coverage_shares(raster, frame(area), PLANE, CLASSES, issues=issues)
        assert shares["unknown"].tolist() == [1.0]
        assert issues.by_kind() == {"raster_nowhere": 1}
    assert all(issue.message("en") and issue.message("zh_CN") for issue in issues)


def test_an_invalid_shape_is_unknown(classes):
    bow = shapely.transform(
        shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), lambda p: p * 10 + (X0, Y0 - 20)
    )
    assert coverage_shares(classes, frame(bow), PLANE, CLASSES).isna().all(axis=None)


def test_a_turned_grid_gives_the_same_shares_as_its_turned_plots(tmp_path):
    cells = np.random.default_rng(2).integers(1, 4, (20, 20)).astype(np.uint8)
    straight = open_raster(write_raster(tmp_path / "s.tif", cells))
    turn = NORTH_UP @ Affine.rotation(25) @ Affine.shear(12, 0)
    turned = open_raster(write_raster(tmp_path / "t.tif", cells, transform=turn))
    pixels = shapely.buffer(shapely.points([[5.2, 6.1], [14.3, 9.9], [10, 15]]), [2, 4, 0.3])
    shares = [
        coverage_shares(
            raster, frame(*shapely.transform(pixels, raster.from_pixels)), PLANE, CLASSES
        )
        for raster in (straight, turned)
    ]
    assert np.allclose(*shares, rtol=0, atol=1e-7)


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:3857", "EPSG:4549"])
def test_shares_are_those_of_the_plane_in_any_system(tmp_path, crs):
    """Cells cut out in the plane one by one are the independent measure."""
    cells = np.random.default_rng(3).integers(1, 4, (30, 30)).astype(np.uint8)
    move = transformer(PLANE, crs)
    x, y = move.transform(X0, Y0)
    size = 0.002 if crs == "EPSG:4490" else 200.0
    grid = Affine(size, 0, x, 0, -size, y)
    raster = open_raster(write_raster(tmp_path / "c.tif", cells, transform=grid, crs=crs))
    area = shapely.Point(X0 + 2500, Y0 - 2800).buffer(2000, quad_segs=4)
    got = coverage_shares(raster, frame(area), PLANE, CLASSES).to_numpy()[0]
    want = np.zeros(4)
    back = transformer(crs, PLANE)
    for (row, col), code in np.ndenumerate(cells):
        cell = shapely.segmentize(shapely.box(col, row, col + 1, row + 1), 0.05)
        cell = shapely.transform(
            cell, lambda p: np.column_stack(back.transform(*raster.from_pixels(p).T))
        )
        want[code - 1] += cell.intersection(area).area
    # rows are weighed, columns are not: 2 km off, 95 km from the meridian, that much is left
    assert np.allclose(got, want / want.sum(), rtol=0, atol=5e-7)


def test_tiles_do_not_show(tmp_path):
    cells = np.random.default_rng(4).integers(0, 4, (40, 50)).astype(np.uint8)
    raster = open_raster(write_raster(tmp_path / "c.tif", cells, nodata=0))
    rng = np.random.default_rng(4)
    areas = frame(*(box(c, r, c + w, r + h) for c, r, w, h in rng.uniform(0.1, 24, (40, 4))))
    whole = coverage_shares(raster, areas, PLANE, CLASSES)
    object.__setattr__(raster, "tile", (7, 5))
    assert np.allclose(coverage_shares(raster, areas, PLANE, CLASSES), whole, rtol=0, atol=1e-10)


def test_only_windows_around_the_areas_are_read(tmp_path, monkeypatch):
    path = tmp_path / "huge.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=100_000, height=100_000, count=1, dtype="uint8",
        crs=PLANE, transform=NORTH_UP, tiled=True, sparse_ok=True, nodata=0,
    ) as file:  # fmt: skip
        file.write(np.ones((1, 600, 600), np.uint8), window=Cells(90_000, 95_000, 600, 600))
    seen = []
    read = Reader.read
    monkeypatch.setattr(Reader, "read", lambda r, window: seen.append(window) or read(r, window))
    areas = frame(
        box(90_001, 95_001, 90_003, 95_002), box(90_500, 95_500, 90_700, 95_501), box(7, 7, 9, 9)
    )
    shares = coverage_shares(open_raster(path), areas, PLANE, {"one": "value"})
    assert np.allclose(shares["one"], [1, 0.5, 0], atol=1e-9)
    assert sum(w.height * w.width for w in seen) < 1024 * 1024
    assert len(seen) <= 4


def test_splitting_an_area_keeps_the_sum(classes):
    whole = coverage_shares(classes, frame(box(0.3, 0.2, 2.9, 2.6)), PLANE, CLASSES)
    parts = frame(box(0.3, 0.2, 1.7, 2.6), box(1.7, 0.2, 2.9, 2.6))
    split = coverage_shares(classes, parts, PLANE, CLASSES).mul(parts.area, axis=0).sum()
    assert np.allclose(split / parts.area.sum(), whole.iloc[0], rtol=0, atol=1e-9)


@settings(max_examples=30)
@given(st.lists(st.tuples(*[st.floats(0.01, 2)] * 4), min_size=1, max_size=5))
def test_shares_sum_to_one(tmp_path_factory, sizes):
    path = tmp_path_factory.getbasetemp() / "sum.tif"
    if not path.exists():
        write_raster(path, np.array([[1, 2, 3], [0, 2, 2]], np.uint8), nodata=0)
    areas = frame(*(box(c, r, c + w, r + h) for c, r, w, h in sizes))
    shares = coverage_shares(open_raster(path), areas, PLANE, CLASSES)
    assert np.allclose(shares.sum(axis=1), 1.0, rtol=0, atol=1e-9)
    assert (shares >= 0).all(axis=None)


def test_slope_shares_of_a_bent_roof(tmp_path):
    """A plain, then a rise of 45 degrees: the bend between them is half as steep."""
    heights = np.tile(np.array([0, 0, 0, 0, 10, 20, 30], dtype=float), (6, 1))
    dem = open_raster(write_raster(tmp_path / "d.tif", heights))
    shares = slope_shares(dem, frame(box(1, 1, 6, 5), box(4, 2, 7, 6)), PLANE)
    assert shares.columns.tolist() == [
        "slope_0_2", "slope_2_6", "slope_6_15", "slope_15_25", "slope_over_25", "slope_unknown",
    ]  # fmt: skip
    assert np.allclose(shares.iloc[0], [0.4, 0, 0, 0, 0.6, 0], atol=1e-9)
    assert np.allclose(shares.iloc[1], [0, 0, 0, 0, 1, 0], atol=1e-9)
    assert raster_cover.UNKNOWN_SHARE == 1e-6


@pytest.mark.parametrize("crs", [PLANE, "EPSG:4490"])
def test_a_shape_has_one_answer_whatever_lies_beside_it(tmp_path, monkeypatch, crs):
    """To the last digit: parts of a run read other windows of the same raster."""
    rng = np.random.default_rng(7)
    heights = np.round(rng.normal(0, 30, (300, 400)).cumsum(axis=1) / 9).astype(np.float32)
    x, y = transformer(PLANE, crs).transform(X0, Y0)
    size = 0.0001 if crs == "EPSG:4490" else 10.0
    grid = Affine(size, 0, x, 0, -size, y)
    path = write_raster(tmp_path / "h.tif", heights, transform=grid, crs=crs, nodata=-9999)
    # a shape lies in several tiles, and the edges of all are not taken at once
    raster = replace(open_raster(path), tile=(96, 128))
    monkeypatch.setattr("platforms.geo.raster.cells._EDGES", 1000)
    angles = np.linspace(0, 2 * np.pi, 41)[:-1]
    middle = np.column_stack([rng.uniform(X0, X0 + 3800, 40), rng.uniform(Y0 - 2900, Y0, 40)])
    radius = rng.uniform(0.2, 1.0, (40, 40)) * rng.uniform(20, 900, (40, 1))
    points = middle[:, None] + radius[..., None] * np.column_stack([np.cos(angles), np.sin(angles)])
    areas = frame(*shapely.polygons(points))
    classes = {"steep": "slope>25", "high": "value>10"}
    every = coverage_shares(raster, areas, PLANE, classes)
    assert every["steep"].between(0.01, 0.99).sum() > 20
    turned = coverage_shares(raster, areas[::-1], PLANE, classes)[::-1]
    alone = [coverage_shares(raster, areas[n : n + 1], PLANE, classes) for n in range(len(areas))]
    for found in (turned, pd.concat(alone)):
        pd.testing.assert_frame_equal(found, every, check_exact=True)
