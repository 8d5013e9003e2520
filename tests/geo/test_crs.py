from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from platforms.errors import CRSError
from platforms.geo.crs import (
    code_of,
    crs_fits,
    describe,
    gauss_plane,
    guess_crs,
    plane_for,
    refuse_datum,
    reproject,
    transformer,
    zone_of,
)

YUEQING = (120.78, 27.95, 121.27, 28.55)
DEGREES = (120.9, 28.1, 121.1, 28.3)
LOCAL = "+proj=tmerc +lat_0=0 +lon_0={} +k=1 +x_0={} +y_0=0 +ellps=GRS80 +units=m +type=crs"


def bounds_in(crs: str, *, swapped: bool = False) -> tuple[float, ...]:
    west, south, east, north = DEGREES
    x, y = transformer("EPSG:4490", crs).transform([west, east], [south, north])
    return (y[0], x[0], y[1], x[1]) if swapped else (x[0], y[0], x[1], y[1])


# ---- zones and codes


@given(st.integers(25, 45), st.booleans())
def test_three_degree_codes_are_what_epsg_says(zone, prefix):
    operation = CRS.from_epsg(code_of(zone, prefix=prefix)).coordinate_operation
    value = {p.name: p.value for p in operation.params}
    assert value["Longitude of natural origin"] == 3 * zone
    assert value["False easting"] == 500_000 + (zone * 1_000_000 if prefix else 0)


@given(st.integers(13, 23), st.booleans())
def test_six_degree_codes_are_what_epsg_says(zone, prefix):
    operation = CRS.from_epsg(code_of(zone, width=6, prefix=prefix)).coordinate_operation
    value = {p.name: p.value for p in operation.params}
    assert value["Longitude of natural origin"] == 6 * zone - 3
    assert value["False easting"] == 500_000 + (zone * 1_000_000 if prefix else 0)


@given(st.floats(73.6, 136.4))
def test_no_place_is_far_from_the_meridian_of_its_zone(lon):
    assert abs(lon - 3 * zone_of(lon)) <= 1.5
    assert abs(lon - (6 * zone_of(lon, width=6) - 3)) <= 3


@pytest.mark.parametrize(("zone", "width"), [(24, 3), (46, 3), (12, 6), (24, 6)])
def test_zones_that_china_does_not_have(zone, width):
    with pytest.raises(CRSError, match=str(zone)):
        code_of(zone, width=width)


# ---- what a system is


@pytest.mark.parametrize("code", [*range(4513, 4555), *range(4491, 4502)])
def test_every_cgcs2000_code_describes_itself(code):
    system = describe(code)
    assert system.is_plane
    assert system.epsg == code
    assert str(code) in system.label()
    assert system.label("en") != system.label("zh_CN")


@pytest.mark.parametrize("code", range(4502, 4513))
def test_six_degrees_without_prefix_share_parameters_with_three(code):
    system = describe(code)
    assert (system.is_plane, system.prefix, system.epsg) == (True, False, code)


@pytest.mark.parametrize("code", [4528, 4549])
def test_esri_wkt_is_recognised_by_parameters(code):
    esri = CRS.from_epsg(code).to_wkt("WKT1_ESRI")
    assert describe(esri) == describe(code)
    # the name says another zone than the numbers
    renamed = esri.replace("Zone_40", "Zone_39").replace("CM_120E", "CM_117E")
    assert renamed != esri
    assert describe(renamed).central_meridian == 120
    assert describe(renamed).epsg == code


def test_a_contradicted_prefix_is_not_a_zone():
    """Zone_40 in the name with false easting 500 000 has no prefix; 38 on CM 114 is another."""
    esri = CRS.from_epsg(4528).to_wkt("WKT1_ESRI").replace("40500000.0", "500000.0")
    assert describe(esri).epsg == 4549
    esri = CRS.from_epsg(4528).to_wkt("WKT1_ESRI").replace("40500000.0", "38500000.0")
    system = describe(esri)
    assert (system.zone, system.epsg, system.is_plane) == (None, None, True)


def test_local_meridians_have_no_code():
    system = describe(LOCAL.format(121.5, 500000))
    assert (system.is_plane, system.zone, system.epsg) == (True, None, None)
    assert "121.5" in system.label()
    assert describe(LOCAL.format(120, 500000)).epsg == 4549


@pytest.mark.parametrize(
    ("crs", "kind", "datum"),
    [
        (4490, "geographic", "cgcs2000"),
        (4326, "geographic", "wgs84"),
        (4979, "geographic", "wgs84"),
        (2364, "gauss", "xian80"),
        (2385, "gauss", "xian80"),
        (4610, "geographic", "xian80"),
        (2437, "gauss", "beijing54"),
        (4214, "geographic", "beijing54"),
        (32651, "utm", "wgs84"),
        (3857, "web_mercator", "wgs84"),
        (4258, "geographic", "other"),
        (3035, "other", "other"),
        ("+proj=tmerc +lon_0=120 +x_0=5e5 +ellps=krass +towgs84=1,2,3 +type=crs", "gauss", "bound"),
    ],
)
def test_other_systems(crs, kind, datum):
    system = describe(crs)
    assert (system.kind, system.datum) == (kind, datum)
    assert system.label("en")


@pytest.mark.parametrize(
    ("crs", "key"), [(None, "geo.missing"), ("EPSG:nothing", "geo.unreadable")]
)
def test_no_system(crs, key):
    with pytest.raises(CRSError) as error:
        describe(crs)
    assert error.value.key == key


# ---- the one transformer


def test_axes_are_east_north():
    lon, lat = transformer("EPSG:4528", "EPSG:4490").transform(40598000.0, 3121000.0)
    assert (round(lon, 4), round(lat, 4)) == (120.9981, 28.1999)


@pytest.mark.parametrize("old", ["EPSG:2364", "EPSG:2385", "EPSG:4610", "EPSG:2416", "EPSG:4214"])
@pytest.mark.parametrize("new", ["EPSG:4490", "EPSG:4528", "EPSG:4326"])
def test_old_datums_are_refused_both_ways(old, new):
    for pair in ((old, new), (new, old)):
        with pytest.raises(CRSError) as error:
            transformer(*pair)
        assert error.value.key == "geo.datum_refused"
    with pytest.raises(CRSError):
        refuse_datum(old)


def test_other_datums_are_refused():
    with pytest.raises(CRSError) as error:
        transformer("EPSG:4258", "EPSG:4490")
    assert error.value.key == "geo.datum_unknown"


def test_no_zero_shift_between_two_datums_that_are_unknown_here():
    with pytest.raises(CRSError) as error:
        transformer("+proj=longlat +ellps=intl +type=crs", "EPSG:4258")
    assert error.value.key == "geo.no_way"


def test_within_an_old_datum_nothing_is_shifted():
    assert transformer("EPSG:2385", "EPSG:2364").transform(598000.0, 3121000.0)[0] == pytest.approx(
        40598000.0
    )


def test_wgs84_is_taken_as_the_same():
    assert transformer("EPSG:4326", "EPSG:4490").transform(121.0, 28.0) == (121.0, 28.0)
    lon, lat = transformer("EPSG:32651", "EPSG:4490").transform(300000.0, 3100000.0)
    assert (lon, lat) == pytest.approx(
        transformer("EPSG:32651", "EPSG:4326").transform(300000.0, 3100000.0), abs=1e-12
    )


def test_an_unnamed_datum_on_the_ellipsoid_is_cgcs2000():
    plane = LOCAL.format(120, 500000)
    ours = transformer(plane, "EPSG:4490").transform(598000.0, 3121000.0)
    assert ours == transformer("EPSG:4549", "EPSG:4490").transform(598000.0, 3121000.0)


def test_a_users_parameters_are_used():
    shifted = "+proj=tmerc +lat_0=0 +lon_0=120 +k=1 +x_0=500000 +ellps=krass +type=crs"
    east, north = 598000.0, 3121000.0
    bound = transformer(f"{shifted} +towgs84=15,-150,-90", "EPSG:4490").transform(east, north)
    near = transformer(f"{shifted} +towgs84=0.001,0,0", "EPSG:4490").transform(east, north)
    assert np.hypot(bound[0] - near[0], bound[1] - near[1]) > 1e-4
    with pytest.raises(CRSError):
        transformer(f"{shifted} +towgs84=0,0,0", "EPSG:4490")
    assert refuse_datum(f"{shifted} +towgs84=15,-150,-90").datum == "bound"


def test_reproject_keeps_everything_but_coordinates():
    frame = gpd.GeoDataFrame(
        {"plot_id": ["a", "b"]},
        geometry=[shapely.box(598000, 3121000, 598100, 3121100), None],
        crs="EPSG:4549",
        index=[5, 2],
    )
    out = reproject(frame)
    assert out.crs.to_epsg() == 4490
    assert out.index.tolist() == [5, 2]
    assert out.geometry.isna().tolist() == [False, True]
    assert frame.geometry.iloc[0].bounds == (598000, 3121000, 598100, 3121100)
    back = reproject(out, "EPSG:4549")
    assert back.geometry.iloc[0].equals_exact(frame.geometry.iloc[0], 1e-6)
    with pytest.raises(CRSError):
        reproject(frame.set_crs(2385, allow_override=True))


# ---- the plane to measure in


def test_plane_by_longitude_box_and_default():
    assert plane_for(120.96).to_epsg() == 4528
    assert plane_for(121.6).to_epsg() == 4529
    assert plane_for(YUEQING).to_epsg() == 4528
    # an island past the edge of the county's zone stays in it; a far place does not
    assert plane_for(121.95, default="EPSG:4528").to_epsg() == 4528
    assert plane_for(116.4, default="EPSG:4528").to_epsg() == 4527
    assert plane_for((np.nan,) * 4, default="EPSG:4549").to_epsg() == 4549


def test_plane_of_a_frame():
    box = shapely.box(*DEGREES)
    frame = gpd.GeoDataFrame(geometry=[box], crs=4490)
    assert plane_for(frame).to_epsg() == 4528
    assert plane_for(reproject(frame, "EPSG:4550")).to_epsg() == 4550
    frame.attrs["plane"] = LOCAL.format(121.5, 500000)
    assert describe(plane_for(frame)).central_meridian == 121.5


@pytest.mark.parametrize("where", [28.2, -120.9, float("nan")])
def test_no_plane_outside_china(where):
    with pytest.raises(CRSError) as error:
        plane_for(where)
    assert error.value.key == "geo.not_in_china"


def test_a_default_must_be_a_plane():
    with pytest.raises(CRSError) as error:
        plane_for(120.9, default="EPSG:3857")
    assert error.value.key == "geo.not_a_plane"


def test_gauss_plane_on_any_meridian():
    assert gauss_plane(120).to_epsg() == 4549
    assert gauss_plane(120, false_easting_m=40_500_000).to_epsg() == 4528
    system = describe(gauss_plane(121.5))
    assert (system.is_plane, system.central_meridian, system.false_easting_m) == (True, 121.5, 5e5)


# ---- guesses


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize(
    ("crs", "expected"),
    [
        ("EPSG:4490", {4490}),
        ("EPSG:4528", {4528}),
        ("EPSG:4549", {4549}),
        ("EPSG:4529", {4529}),
        ("EPSG:4499", {4499}),
        # central meridian 123 without prefix and UTM 51 look alike: two answers
        ("EPSG:4550", {4550, 32651}),
        ("EPSG:32651", {4550, 32651}),
    ],
)
def test_guess_in_the_county(crs, expected, swapped):
    found = guess_crs(bounds_in(crs, swapped=swapped), region_bounds=YUEQING)
    assert {c.epsg for c in found} == expected
    assert {c.swapped for c in found} == {swapped}
    for candidate in found:
        assert 0 < candidate.share <= 1
        assert candidate.reason("zh_CN")
        assert candidate.reason("en")


def test_web_mercator_is_guessed():
    found = guess_crs(bounds_in("EPSG:3857"), region_bounds=YUEQING)
    assert [c.epsg for c in found] == [3857]


def test_six_digits_without_a_region_are_open():
    found = guess_crs(bounds_in("EPSG:4549"))
    assert {c.epsg for c in found} >= {4548, 4549, 4550}


def test_nothing_fits():
    assert guess_crs((500.0, 95.0, 600.0, 120.0), region_bounds=YUEQING) == []
    assert guess_crs((float("nan"),) * 4, region_bounds=YUEQING) == []


def test_a_polygon_is_stricter_than_its_box():
    away = shapely.Polygon([(120.78, 27.95), (121.27, 27.95), (121.27, 28.55)])
    corner = (120.79, 28.5, 120.8, 28.54)
    assert guess_crs(corner, region_bounds=YUEQING)
    assert not guess_crs(corner, region_geometry=away)


# ---- a declared system against coordinates


@pytest.mark.parametrize(
    ("actual", "swapped", "declared", "reason", "advice"),
    [
        ("EPSG:4528", False, "EPSG:4528", "fits", []),
        ("EPSG:4490", False, "EPSG:4490", "fits", []),
        ("EPSG:3857", False, "EPSG:3857", "fits", []),
        ("EPSG:4549", False, "EPSG:4528", "prefix_missing", [4549]),
        ("EPSG:4528", False, "EPSG:4549", "prefix_extra", [4528]),
        ("EPSG:4528", False, "EPSG:4527", "wrong_zone", [4528]),
        ("EPSG:4528", False, "EPSG:4499", "wrong_zone", [4528]),
        ("EPSG:4549", False, "EPSG:4548", "outside_region", [4549]),
        ("EPSG:4549", False, "EPSG:4490", "metres_in_degrees", [4549]),
        ("EPSG:4490", False, "EPSG:4549", "degrees_in_metres", [4490]),
        ("EPSG:4490", True, "EPSG:4490", "swapped", [4490]),
        ("EPSG:4528", True, "EPSG:4528", "swapped", [4528]),
        ("EPSG:4549", True, "EPSG:4549", "swapped", [4549]),
        ("EPSG:3857", False, "EPSG:4549", "web_mercator", [3857]),
        ("EPSG:3857", False, "EPSG:4490", "metres_in_degrees", [3857]),
        ("EPSG:4528", False, "EPSG:2364", "fits", []),
    ],
)
def test_fit(actual, swapped, declared, reason, advice):
    fit = crs_fits(bounds_in(actual, swapped=swapped), declared, region_bounds=YUEQING)
    assert (fit.reason, fit.fits) == (reason, reason == "fits")
    assert [c.epsg for c in fit.candidates] == advice
    assert fit.message("zh_CN")
    assert fit.message("en")


def test_a_wrong_meridian_shows_only_against_the_region():
    bounds = bounds_in("EPSG:4549")
    assert crs_fits(bounds, "EPSG:4548").fits
    assert not crs_fits(bounds, "EPSG:4548", region_bounds=YUEQING).fits
