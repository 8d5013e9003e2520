"""A raster as a limit: shares and shapes speak of the same land."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from rasterio.transform import Affine

from platforms.errors import FormatError, InputError
from platforms.geo.crs import parse_crs, transformer
from platforms.geo.raster.limit import RasterLimit, rectangles
from platforms.geo.raster.opened import Window, open_raster
from platforms.issues import IssueTable
from raster_files import NORTH_UP, write_raster

PLANE = parse_crs("EPSG:4528")


def box(col, row, col_end, row_end):
    return shapely.box(
        NORTH_UP.c + 10 * col, NORTH_UP.f - 10 * row_end,
        NORTH_UP.c + 10 * col_end, NORTH_UP.f - 10 * row,
    )  # fmt: skip


def shapes_of(*shapes):
    return np.array(shapes, dtype=object)


def many(seed, count=60, size=40):
    rng = np.random.default_rng(seed)
    middle = np.column_stack(
        [NORTH_UP.c + rng.uniform(100, 1900, count), NORTH_UP.f - rng.uniform(100, 1900, count)]
    )
    return shapely.buffer(shapely.points(middle), rng.uniform(1, size, count), quad_segs=3)


@pytest.fixture
def raster(tmp_path):
    cells = np.random.default_rng(6).integers(0, 4, (200, 200)).astype(np.uint8)
    return open_raster(write_raster(tmp_path / "c.tif", cells))


@pytest.mark.parametrize("claim", ["value", "value in 1,3", "value>9"])
def test_shares_and_shapes_agree(raster, claim):
    areas, limit = many(7), RasterLimit(raster, claim)
    shares, claimed = limit.shares(areas, PLANE), limit.shapes(areas, PLANE)
    assert shapely.is_valid(claimed).all()
    rest = shapely.difference(areas, shapely.union_all(claimed))
    # an easting of 4e7 m has steps of 7e-9 m, and that is what cutting it loses
    taken_m2 = shapely.area(areas) - shapely.area(rest)
    assert np.allclose(shares * shapely.area(areas), taken_m2, rtol=1e-9, atol=1e-6)
    assert shares.any() == (claim != "value>9")


def test_shapes_do_not_lie_over_each_other_and_stay_near(raster):
    claimed = RasterLimit(raster, "value").shapes(many(8), PLANE)
    assert shapely.area(shapely.union_all(claimed)) == pytest.approx(shapely.area(claimed).sum())
    one = RasterLimit(raster, "value>=0").shapes(shapes_of(box(3.5, 3.5, 4.5, 5.2)), PLANE)
    assert [shape.equals(box(0, 0, 64, 64)) for shape in one] == [True]


def test_shapes_near_an_area_do_not_depend_on_others(raster):
    areas, limit = many(8), RasterLimit(raster, "value in 1,3")
    every = set(shapely.to_wkb(limit.shapes(areas, PLANE)))
    for area in areas[::12]:
        alone = limit.shapes(shapes_of(area), PLANE)
        assert set(shapely.to_wkb(alone[shapely.intersects(alone, area)])) <= every


@pytest.mark.parametrize(("crs", "size"), [("EPSG:4490", 1e-4), ("EPSG:3857", 12.0)])
def test_shares_and_shapes_agree_in_another_system(tmp_path, crs, size):
    x, y = transformer(PLANE, crs).transform(NORTH_UP.c, NORTH_UP.f)
    cells = np.random.default_rng(6).integers(0, 2, (300, 300)).astype(np.uint8)
    grid = Affine(size, 0, x, 0, -size, y)
    raster = open_raster(write_raster(tmp_path / "c.tif", cells, transform=grid, crs=crs))
    areas, limit = many(9, size=80), RasterLimit(raster, "value")
    rest = shapely.difference(areas, shapely.union_all(limit.shapes(areas, PLANE)))
    left_m2 = shapely.area(areas) * (1 - limit.shares(areas, PLANE))
    assert np.allclose(left_m2, shapely.area(rest), rtol=0, atol=0.01)


def test_what_is_not_known_is_not_a_number(tmp_path):
    cells = np.array([[1, 9, 0, 1]], dtype=np.uint8)
    raster = open_raster(write_raster(tmp_path / "c.tif", cells, nodata=9))
    areas = shapes_of(
        box(0, 0, 1, 1), box(0.5, 0, 1.5, 1), box(3.5, 0, 4.5, 1), box(0.5, 0, 1 + 1e-7, 1), None,
        box(1.2, 0, 1.4, 1),
    )  # fmt: skip
    issues = IssueTable()
    shares = RasterLimit(raster, "value").shares(areas, PLANE, issues=issues, layer="mask")
    assert shares[0] == 1.0
    assert np.isnan(shares).tolist() == [False, True, True, False, True, True]
    assert {(i.kind, i.layer, i.values["count"]) for i in issues} == {
        ("raster_beyond", "mask", 1), ("raster_without_value", "mask", 2),
    }  # fmt: skip
    # a mask may say that nodata claims nothing; what lies beyond it stays unknown
    shares = RasterLimit(raster, "value", nodata="none").shares(areas, PLANE)
    assert np.allclose(shares, [1, 0.5, np.nan, 1, np.nan, 0], atol=1e-6, equal_nan=True)


def test_a_slope_is_claimed(tmp_path):
    heights = np.tile(np.array([0, 0, 0, 0, 10, 20, 30.0]), (6, 1))
    limit = RasterLimit(open_raster(write_raster(tmp_path / "d.tif", heights)), "slope>25")
    areas = shapes_of(box(1, 1, 6, 5), box(0, 0, 2, 2), box(4, 2, 7, 6))
    assert np.allclose(limit.shares(areas, PLANE), [0.6, 0, 1], atol=1e-9)
    rest = shapely.difference(areas, shapely.union_all(limit.shapes(areas, PLANE)))
    assert np.allclose(shapely.area(rest), [800, 400, 0], atol=1e-6)


def test_a_limit_that_makes_no_sense_is_refused(tmp_path, raster):
    with pytest.raises(InputError):
        RasterLimit(raster, "value or 1")
    path = write_raster(tmp_path / "p.tif", np.zeros((3, 3), np.uint8), photometric="palette")
    import rasterio

    with rasterio.open(path, "r+") as file:
        file.write_colormap(1, {0: (255, 0, 0, 255)})
    assert RasterLimit(open_raster(path), "value>0").shares(shapes_of(box(0, 0, 1, 1)), PLANE) == 0
    with pytest.raises(FormatError):
        RasterLimit(open_raster(path), "slope>25")


def test_a_bent_area_may_miss_a_tile_that_its_bounds_touch(raster):
    object.__setattr__(raster, "tile", (10, 10))
    bent = box(5, 5, 35, 6) | box(34, 5, 35, 35)
    limit = RasterLimit(raster, "value>=0")
    assert limit.shares(shapes_of(bent), PLANE).tolist() == [1.0]
    assert shapely.union_all(limit.shapes(shapes_of(bent), PLANE)).covers(bent)


def test_nothing_comes_of_nothing(raster):
    limit = RasterLimit(raster, "value")
    assert limit.shares(shapes_of(), PLANE).tolist() == []
    assert len(limit.shapes(shapes_of(), PLANE)) == 0
    assert len(limit.shapes(shapes_of(None, box(900, 900, 901, 901)), PLANE)) == 0


def test_rectangles_hold_each_claimed_cell_once():
    claimed = np.random.default_rng(1).random((90, 150)) < 0.6
    claimed[10:40, 20:140] = True
    boxes = rectangles(claimed, Window(37, 50, 90, 150))
    held = np.zeros((200, 300), dtype=int)
    for left, top, right, bottom in boxes.astype(int):
        held[top:bottom, left:right] += 1
        assert max(right - left, bottom - top) <= 64
    assert (held[37:127, 50:200] == claimed).all()
    assert held.sum() == claimed.sum()
    assert len(rectangles(np.zeros((3, 3), bool), Window(0, 0, 3, 3))) == 0


def test_frames_of_reclaim_and_limits_meet(raster):
    """Land that is deducted through a raster is what the shares say of it."""
    from platforms.planning.land.reclaim import reclaim

    plots = gpd.GeoDataFrame(geometry=list(many(3, count=12)), crs=PLANE)
    limit = RasterLimit(raster, "value in 1,3")
    river = gpd.GeoDataFrame(geometry=[box(0, 0, 200, 100)], crs=PLANE)
    alone = reclaim(plots, {"mask": limit})
    shares = limit.shares(plots.geometry.to_numpy(), PLANE)
    assert np.allclose(alone["deduct_mask_m2"], alone["gross_m2"] * shares, rtol=0, atol=0.01)
    first = reclaim(plots, {"mask": limit, "river": river})
    last = reclaim(plots, {"river": river, "mask": limit})
    assert np.allclose(first["deduct_mask_m2"], alone["deduct_mask_m2"], rtol=0, atol=0.02)
    assert np.allclose(first["net_m2"], last["net_m2"], rtol=0, atol=0.02)
