"""The part of the land on a sheet: scale, bar and graticule are true."""

import numpy as np
import pytest
from pyproj import Geod

from platforms.errors import InputError
from platforms.outputs.figures.plan_view import bar_length, degrees_text, view_of

YUEQING = (120.78, 27.97, 121.26, 28.55)
FRAME = (10.0, 20.0, 210.0, 190.0)
GEOD = Geod(ellps="GRS80")


@pytest.mark.parametrize(
    "extent",
    [
        YUEQING,
        (120.95, 28.10, 120.96, 28.11),
        (100.0, 20.0, 101.4, 22.0),
        (121.45, 28, 121.49, 28.1),
    ],
)
def test_the_bar_is_as_long_as_the_geodesic_that_it_names(extent):
    view = view_of(extent, FRAME, pixel=0.22)
    metres, _ = bar_length(view, 42)
    wide = view.bar_mm(metres)
    y = (FRAME[1] + FRAME[3]) / 2
    x = (FRAME[0] + FRAME[2]) / 2
    lon, lat = view.unproject([x - wide / 2, x + wide / 2], [y, y])
    assert GEOD.inv(lon[0], lat[0], lon[1], lat[1])[2] == pytest.approx(metres, rel=1e-4)
    # and the scale in numbers says the same of the paper
    assert wide * view.scale / 1000 == pytest.approx(metres, rel=0.005)


def test_the_scale_is_round_and_the_extent_lies_in_the_frame():
    view = view_of(YUEQING, FRAME, pixel=0.22)
    assert view.scale == 450_000
    west, south, east, north = view.bounds
    assert west < YUEQING[0] < YUEQING[2] < east
    assert south < YUEQING[1] < YUEQING[3] < north


def test_a_place_goes_to_the_sheet_and_back():
    view = view_of(YUEQING, FRAME, pixel=0.22)
    x, y = view.project([121.0], [28.2])
    lon, lat = view.unproject(x, y)
    assert (lon[0], lat[0]) == (pytest.approx(121.0, abs=1e-9), pytest.approx(28.2, abs=1e-9))


def test_ticks_stand_where_their_degrees_are():
    view = view_of(YUEQING, FRAME, pixel=0.22)
    found = view.graticule(30)
    for side, y in (("top", FRAME[1]), ("bottom", FRAME[3])):
        assert len(found[side]) >= 2
        for minutes, x in found[side]:
            assert view.unproject(x, y)[0] * 60 == pytest.approx(minutes, abs=1e-3)
    for minutes, y in found["left"]:
        assert view.unproject(FRAME[0], y)[1] * 60 == pytest.approx(minutes, abs=1e-3)
    assert np.diff([x for _, x in found["top"]]).min() >= 30


@pytest.mark.parametrize(
    "extent",
    [
        (1, 2, 3),
        (121, 28, 120, 29),
        (np.nan, 28, 121, 29),
        (2.0, 48.0, 3.0, 49.0),
        (120, 28, 121, 99),
    ],
)
def test_an_extent_that_is_none_is_refused(extent):
    with pytest.raises(InputError, match="经纬度") as caught:
        view_of(extent, FRAME, pixel=0.22)
    assert caught.value.key == "figures.extent"


@pytest.mark.parametrize(
    ("minutes", "text"), [(7260, "121°00′"), (1692, "28°12′"), (0.25, "0°00′15″")]
)
def test_degrees_are_written_as_on_maps(minutes, text):
    assert degrees_text(minutes) == text
