"""Opening rasters: what is refused, and that only windows are read."""

import numpy as np
import pytest
import rasterio
from rasterio.errors import NotGeoreferencedWarning
from rasterio.transform import Affine
from rasterio.windows import Window as Cells

from platforms.errors import CRSError, FormatError, InputError, LimitError
from platforms.geo.raster.opened import Window, open_raster
from platforms.messages import LANGUAGES
from raster_files import NORTH_UP, write_raster

CELLS = np.arange(12, dtype=np.int16).reshape(3, 4)


def refusal(error: pytest.ExceptionInfo) -> str:
    assert all(error.value.message(lang) for lang in LANGUAGES)
    return error.value.key


def test_open_raster_says_what_the_file_is(tmp_path):
    path = write_raster(tmp_path / "a.tif", CELLS, nodata=-1)
    raster = open_raster(path)
    assert (raster.driver, raster.width, raster.height, raster.nodata) == ("GTiff", 4, 3, -1.0)
    assert raster.crs.to_epsg() == 4528
    assert raster.cell == (10.0, 10.0)
    points = np.array([[40_595_015.0, 3_120_975.0]])
    assert raster.to_pixels(points).tolist() == [[1.5, 2.5]]
    assert raster.from_pixels(np.array([[1.5, 2.5]])).tolist() == points.tolist()


def test_a_turned_and_sheared_grid_is_inverted(tmp_path):
    turned = NORTH_UP @ Affine.rotation(30) @ Affine.shear(10, 0)
    raster = open_raster(write_raster(tmp_path / "a.tif", CELLS, transform=turned))
    pixels = np.array([[0.0, 0.0], [2.25, 1.5], [4.0, 3.0]])
    assert np.allclose(raster.to_pixels(raster.from_pixels(pixels)), pixels, atol=1e-8)


def test_read_tells_values_from_none(tmp_path):
    cells = np.array([[1, 2, -9], [np.nan, np.inf, 5]], dtype=np.float32)
    raster = open_raster(write_raster(tmp_path / "a.tif", cells, nodata=-9))
    with raster.reading() as reader:
        values, known = reader.read(Window(0, 0, 2, 3))
        assert known.tolist() == [[True, True, False], [False, False, True]]
        part, _ = reader.read(Window(1, 2, 1, 1))
    assert values[0, :2].tolist() == [1, 2]
    assert part.tolist() == [[5]]


def test_a_mask_inside_the_file_is_read(tmp_path):
    path = tmp_path / "a.tif"
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
        write_raster(path, CELLS)
        with rasterio.open(path, "r+") as file:
            file.write_mask(np.array([[255, 255, 255, 0]] * 3, dtype=np.uint8))
    with open_raster(path).reading() as reader:
        assert reader.read(Window(0, 0, 3, 4))[1].sum() == 9


def test_scale_and_offset_make_the_value(tmp_path):
    path = write_raster(tmp_path / "a.tif", CELLS, nodata=0)
    with rasterio.open(path, "r+") as file:
        file.scales, file.offsets = (0.5,), (100.0,)
    with open_raster(path).reading() as reader:
        values, known = reader.read(Window(0, 0, 1, 4))
    assert values.tolist() == [[100.0, 100.5, 101.0, 101.5]]
    assert known.tolist() == [[False, True, True, True]]


def test_an_ascii_grid_shows_its_decimals_late(tmp_path):
    rows = "\n".join(["7 " * 200] * 700 + ["7.5 " * 200])
    path = tmp_path / "heights.asc"
    path.write_text(
        f"ncols 200\nnrows 701\nxllcorner 40595000\nyllcorner 3121000\ncellsize 10\n"
        f"NODATA_value -9999\n{rows}\n"
    )
    with pytest.raises(CRSError) as error:
        open_raster(path)
    assert refusal(error) == "raster.no_crs"
    raster = open_raster(path, crs="EPSG:4528")
    with raster.reading() as reader:
        assert reader.read(Window(700, 0, 1, 2))[0].tolist() == [[7.5, 7.5]]


def test_what_is_no_raster_is_refused(tmp_path):
    secret = write_raster(tmp_path / "secret.tif", CELLS)
    virtual = tmp_path / "v.tif"
    virtual.write_text(
        '<VRTDataset rasterXSize="4" rasterYSize="3"><VRTRasterBand dataType="Int16" band="1">'
        f'<SimpleSource><SourceFilename relativeToVRT="0">{secret}</SourceFilename>'
        "</SimpleSource></VRTRasterBand></VRTDataset>"
    )
    (tmp_path / "text.tif").write_text("not a raster")
    (tmp_path / "cut.tif").write_bytes(secret.read_bytes()[:20])
    for name, key in (
        ("v.tif", "raster.virtual"),
        ("text.tif", "raster.unknown"),
        ("cut.tif", "raster.broken"),
        ("absent.tif", "raster.missing"),
        (".", "raster.missing"),
    ):
        with pytest.raises(FormatError) as error:
            open_raster(tmp_path / name)
        assert refusal(error) == key
    with pytest.raises(FormatError):
        open_raster(f"GTIFF_DIR:1:{secret}")


def test_files_beside_the_raster_are_not_followed(tmp_path):
    path = write_raster(tmp_path / "a.tif", CELLS, crs=None)
    (tmp_path / "a.tif.aux.xml").write_text("<PAMDataset><SRS>EPSG:4528</SRS></PAMDataset>")
    (tmp_path / "a.prj").write_text("EPSG:4528")
    with pytest.raises(CRSError) as error:
        open_raster(path)
    assert refusal(error) == "raster.no_crs"
    assert open_raster(path, crs="EPSG:4528").crs.to_epsg() == 4528


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
@pytest.mark.parametrize(
    ("key", "cells", "options"),
    [
        ("raster.no_position", CELLS, {"transform": None}),
        ("raster.no_position", CELLS, {"transform": Affine(10, 20, 0, 10, 20, 0)}),
        ("raster.complex", CELLS.astype(np.complex64), {}),
        ("raster.band_open", np.stack([CELLS, CELLS]), {}),
        ("geo.datum_refused", CELLS, {"crs": "EPSG:2364"}),
    ],
)
def test_a_raster_that_cannot_be_used_is_refused(tmp_path, key, cells, options):
    path = write_raster(tmp_path / "a.tif", cells, **options)
    with pytest.raises(InputError) as error:
        open_raster(path)
    assert refusal(error) == key


def test_a_band_is_chosen(tmp_path):
    path = write_raster(tmp_path / "a.tif", np.stack([CELLS, CELLS + 100]))
    with open_raster(path, band=2).reading() as reader:
        assert reader.read(Window(0, 0, 1, 1))[0].tolist() == [[100]]
    with pytest.raises(InputError) as error:
        open_raster(path, band=3)
    assert refusal(error) == "raster.band_open"


def test_a_system_that_contradicts_the_file_is_refused(tmp_path):
    path = write_raster(tmp_path / "a.tif", CELLS)
    with pytest.raises(CRSError) as error:
        open_raster(path, crs="EPSG:4549")
    assert refusal(error) == "raster.crs_differs"
    assert open_raster(path, crs="EPSG:4528").crs.to_epsg() == 4528


def test_one_block_of_a_whole_raster_is_refused(tmp_path):
    path = tmp_path / "a.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=20_000, height=20_000, count=1, dtype="uint8",
        crs="EPSG:4528", transform=NORTH_UP, tiled=True, blockxsize=20_000, blockysize=20_000,
        sparse_ok=True, compress="deflate",
    ):  # fmt: skip
        pass
    with pytest.raises(LimitError) as error:
        open_raster(path)
    assert refusal(error) == "raster.block"


def damaged(folder, start):
    cells = np.random.default_rng(0).integers(0, 99, (300, 300))
    path = write_raster(folder / "a.tif", cells, compress="deflate")
    data = bytearray(path.read_bytes())
    at = int((len(data) - 4000) * start)
    data[at : at + 4000] = b"\0" * 4000
    path.write_bytes(bytes(data))
    return path


def test_damage_in_the_cells_is_said_when_they_are_read(tmp_path):
    # neither in the first, nor the middle, nor the last of its blocks
    path = damaged(tmp_path, 0.25)
    with open_raster(path).reading() as reader, pytest.raises(FormatError) as error:
        reader.read(Window(0, 0, 300, 300))
    assert refusal(error) == "raster.broken"


def test_damage_at_the_end_is_said_before_anything_is_read(tmp_path):
    with pytest.raises(FormatError) as error:
        open_raster(damaged(tmp_path, 1.0))
    assert refusal(error) == "raster.broken"


def test_tiles_of_a_wide_strip_file_are_low(tmp_path):
    wide = {"driver": "GTiff", "count": 1, "dtype": "float64", "crs": "EPSG:4528"}
    path = tmp_path / "a.tif"
    with rasterio.open(
        path, "w", width=100_000, height=2000, transform=NORTH_UP, sparse_ok=True, **wide
    ) as file:
        file.write(np.ones((1, 1)), 1, window=Cells(0, 0, 1, 1))
    rows, cols = open_raster(path).tile
    assert rows * 100_000 * 8 <= 64 << 20 < rows * 2 * 100_000 * 8
    assert cols == 1024


def test_the_warning_about_position_is_ours_to_give(tmp_path):
    with pytest.warns(NotGeoreferencedWarning):
        path = write_raster(tmp_path / "a.tif", CELLS, transform=None)
    with pytest.raises(FormatError):
        open_raster(path)
