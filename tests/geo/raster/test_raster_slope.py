"""Slope of heights with known answers."""

import numpy as np
import pytest
from rasterio.transform import Affine

from platforms.errors import FormatError
from platforms.geo.raster.claim import parse_claim
from platforms.geo.raster.opened import Window, open_raster
from platforms.geo.raster.slope import slope_classes, slope_degrees, window_slope
from platforms.geo.transform import transformer
from raster_files import NORTH_UP, write_raster

TEN = np.array([10.0, 0.0, 0.0, -10.0])


def slopes(path, window=None, **options):
    raster = open_raster(path, **options)
    with raster.reading() as reader:
        return window_slope(raster, reader, window or Window(0, 0, raster.height, raster.width))


def ramp(rows, cols, east, north):
    """Return heights that rise by so much a metre, cells of ten metres."""
    row, col = np.mgrid[0:rows, 0:cols]
    return col * 10.0 * east - row * 10.0 * north


@pytest.mark.parametrize(("east", "north"), [(0.1, 0), (0, -0.3), (0.05, 0.12), (1, 1), (0, 0)])
def test_a_plane_has_its_slope_to_its_edges(east, north):
    heights = np.pad(ramp(5, 6, east, north), 1, constant_values=np.nan)
    want = np.degrees(np.arctan(np.hypot(east, north)))
    got = slope_degrees(heights, np.tile(TEN, (5, 1)))
    assert np.allclose(got, want, rtol=0, atol=1e-8)


def test_horn_by_hand():
    heights = np.array([[50, 45, 50], [30, 30, 30], [8, 10, 10]], dtype=float)
    # dz/dx = ((50 + 60 + 10) - (50 + 60 + 8)) / 40, dz/dy = ((8 + 20 + 10) - (50 + 90 + 50)) / 40
    steps = np.array([[5.0, 0, 0, -5.0]])
    got = slope_degrees(heights, steps)
    assert got == pytest.approx(np.degrees(np.arctan(np.hypot(0.05, 3.8))))


def test_missing_neighbours_on_one_side_are_taken_across_on_both_unknown():
    heights = ramp(5, 5, 0.2, 0.1)
    heights[0] = np.nan
    heights[2, 4] = np.nan
    slope = slope_degrees(heights, np.tile(TEN, (3, 1)))
    assert np.allclose(slope, np.degrees(np.arctan(np.hypot(0.2, 0.1))), atol=1e-8)
    heights[2, 2] = np.nan
    slope = slope_degrees(heights, np.tile(TEN, (3, 1)))
    assert np.isnan(slope).tolist() == [
        [False, True, False],
        [False, True, True],
        [False, False, False],
    ]
    with pytest.raises(ValueError, match="one cell more"):
        slope_degrees(np.ones((2, 5)), np.tile(TEN, (1, 1)))


def test_one_row_of_heights_has_no_slope(tmp_path):
    path = write_raster(tmp_path / "d.tif", np.zeros((1, 5)))
    assert np.isnan(slopes(path)).all()


def test_a_window_is_the_part_of_the_whole(tmp_path):
    row, col = np.mgrid[0:30, 0:40]
    heights = (0.3 * (col - 20.0) ** 2 + 0.2 * (row - 11.0) ** 2).astype(np.float32)
    heights[5:8, 9] = -99
    path = write_raster(tmp_path / "d.tif", heights, nodata=-99)
    whole = slopes(path)
    part = slopes(path, Window(4, 6, 11, 13))
    assert np.allclose(part, whole[4:15, 6:19], atol=1e-6, equal_nan=True)
    assert np.isnan(whole[6, 9])
    # a paraboloid: Horn's differences are exact, the scale of the plane is 1 + 1e-4 here
    want = np.degrees(np.arctan(np.hypot(0.6 * (30 - 20) / 10, 0.4 * (20 - 11) / 10)))
    assert whole[20, 30] == pytest.approx(want, rel=2e-4)


@pytest.mark.parametrize(
    ("crs", "size"), [("EPSG:4490", 0.0003), ("EPSG:3857", 30.0), ("EPSG:4528", 30.0)]
)
def test_lengths_are_those_of_the_ground_in_any_system(tmp_path, crs, size):
    """One hill given in three systems, its slope known in the Gauss plane."""
    x, y = transformer("EPSG:4528", crs).transform(NORTH_UP.c, NORTH_UP.f)
    grid = Affine(size, 0, x, 0, -size, y)
    if crs == "EPSG:4528":
        grid = grid @ Affine.rotation(20)
    row, col = np.mgrid[0:40, 0:40] + 0.5
    lon, lat = transformer(crs, "EPSG:4528").transform(*(grid @ (col, row)))
    heights = 0.2 * (lon - NORTH_UP.c) + 0.1 * (lat - NORTH_UP.f)
    path = write_raster(tmp_path / "d.tif", heights, transform=grid, crs=crs)
    want = np.degrees(np.arctan(np.hypot(0.2, 0.1)))
    assert np.allclose(slopes(path), want, rtol=3e-4, atol=0)


def test_what_is_no_height_in_metres_is_refused(tmp_path):
    path = write_raster(tmp_path / "d.tif", np.zeros((3, 3), np.uint8))
    import rasterio

    with rasterio.open(path, "r+") as file:
        file.units = ("ft",)
    with pytest.raises(FormatError) as error:
        open_raster(path).metres()
    assert error.value.key == "raster.not_heights"
    coloured = write_raster(tmp_path / "p.tif", np.zeros((3, 3), np.uint8), photometric="palette")
    with rasterio.open(coloured, "r+") as file:
        file.write_colormap(1, {0: (255, 0, 0, 255)})
    assert open_raster(coloured).palette
    with pytest.raises(FormatError):
        open_raster(coloured).metres()


def test_slope_classes_include_their_upper_bound():
    edges = np.array([0, 2, 2.0001, 6, 6.0001, 15, 15.0001, 25, 25.0001, 90])
    first = [
        next(name for name, claim in slope_classes().items() if parse_claim(claim).takes(edge))
        for edge in edges
    ]
    assert first == [
        "slope_0_2", "slope_0_2", "slope_2_6", "slope_2_6", "slope_6_15", "slope_6_15",
        "slope_15_25", "slope_15_25", "slope_over_25", "slope_over_25",
    ]  # fmt: skip
