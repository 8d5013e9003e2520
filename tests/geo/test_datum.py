from __future__ import annotations

import warnings

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from platforms.errors import CRSError
from platforms.geo import read
from platforms.geo.area import measure_frame
from platforms.geo.datum import read_shift
from platforms.geo.systems import describe
from platforms.geo.transform import seven_parameters, transformer
from platforms.geo.zones import gauss_plane

SQUARE = shapely.box(40598000, 3121000, 40598100, 3121100)
SEVEN = (-12.5, 88.25, 41.0, 1.2, -0.8, 2.5, -3.1)


class County:
    plane = pyproj.CRS.from_epsg(4528)
    county = shapely.box(120.7, 27.9, 121.3, 28.6)


AREA = County()


def _file(folder, shape, crs, name="a.gpkg"):
    with warnings.catch_warnings():
        # the file is meant to have no system
        warnings.simplefilter("ignore")
        gpd.GeoDataFrame({"plot_id": ["1"]}, geometry=[shape], crs=crs).to_file(folder / name)
    return folder / name


def _by_hand(lon, lat, values, *, frame=False):
    """Bursa and Wolf written out: degrees on Krassovsky or IAG 1975 to degrees on GRS80."""
    dx, dy, dz, rx, ry, rz, ppm = values
    cart = pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad"
        " +step +proj=cart +a=6378140 +rf=298.257"
    )
    xyz = np.array(cart.transform(lon, lat, 0.0))
    turn = np.radians(np.array([rx, ry, rz]) / 3600) * (-1 if frame else 1)
    x, y, z = turn
    small = np.array([[1, -z, y], [z, 1, -x], [-y, x, 1]])
    moved = np.array([dx, dy, dz]) + (1 + ppm * 1e-6) * small @ xyz
    back = pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +inv +proj=cart +ellps=GRS80"
        " +step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )
    return back.transform(*moved)[:2]


@pytest.mark.parametrize("frame", [False, True])
def test_seven_parameters_follow_the_stated_convention(frame):
    mark = "cf:" if frame else ""
    shift = read_shift(mark + ",".join(map(str, SEVEN)))
    source = pyproj.CRS.from_epsg(2364)
    own = pyproj.Transformer.from_crs(2364, 4610, always_xy=True)
    lon, lat = own.transform(40598000.0, 3121000.0)
    wanted = _by_hand(lon, lat, SEVEN, frame=frame)
    found = shift.degrees(np.array([[40598000.0, 3121000.0]]), source, None)[0]
    # 1e-9 degrees are a tenth of a millimetre
    assert np.abs(found - wanted).max() < 2e-9
    other = read_shift(("" if frame else "cf:") + ",".join(map(str, SEVEN)))
    assert (
        np.abs(other.degrees(np.array([[40598000.0, 3121000.0]]), source, None)[0] - found).max()
        > 1e-6
    )


def test_both_conventions_are_those_of_epsg():
    # EPSG Guidance Note 7-2: WGS 72 to WGS 84, position vector (9606)
    values = "0,0,4.5,0,0,0.554,0.219"
    source = pyproj.CRS.from_proj4("+proj=longlat +a=6378135 +rf=298.26 +no_defs")
    to_degrees = pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +inv +proj=cart +a=6378135 +rf=298.26"
        " +step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )
    lon, lat, height = to_degrees.transform(3657660.66, 255768.55, 5201382.11)
    from_degrees = pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=cart +ellps=GRS80"
    )
    move = seven_parameters(source, read_shift(f"pv:{values}").values)
    x, y, z = from_degrees.transform(*move.transform(lon, lat, height))
    assert (x, y, z) == pytest.approx((3657660.78, 255778.43, 5201387.75), abs=0.006)
    # the same shift in the coordinate frame has the rotation with the other sign (9607)
    turned = read_shift("cf:0,0,4.5,0,0,-0.554,0.219")
    other = seven_parameters(source, turned.values, frame=turned.frame)
    assert from_degrees.transform(*other.transform(lon, lat, height)) == pytest.approx((x, y, z))


def test_a_convention_that_is_not_named_is_named_as_taken():
    numbers = ",".join(map(str, SEVEN))
    bare, vector, frame = (read_shift(mark + numbers) for mark in ("", "pv:", "CF："))
    assert (bare.frame, vector.frame, frame.frame) == (False, False, True)
    assert bare.values == vector.values == frame.values
    assert "未注明" in bare.text
    assert not any("未注明" in shift.text for shift in (vector, frame))
    assert vector.open_m == frame.open_m == 0.0
    # the bound holds for the corner itself, and is not far off
    corner, source = np.array([[40598000.0, 3121000.0]]), pyproj.CRS.from_epsg(2364)
    one, other = (shift.degrees(corner, source, None)[0] for shift in (vector, frame))
    apart = pyproj.Geod(ellps="GRS80").inv(*one, *other)[2]
    assert bare.open_m / 4 < apart < bare.open_m
    # without a rotation there is nothing to name
    assert read_shift("1,2,3,0,0,0,4").open_m == 0.0


@pytest.mark.parametrize(("mark", "told"), [("", 1), ("pv:", 0), ("cf:", 0)])
def test_a_convention_taken_is_a_warning(tmp_path, mark, told):
    path = _file(tmp_path, SQUARE, "EPSG:2364")
    plots = read.read_plots(path, workspace=AREA, helmert=mark + ",".join(map(str, SEVEN)))
    rows = [row for row in plots.issues if row.kind == "shift_convention_assumed"]
    assert [row.severity for row in rows] == ["warning"] * told
    assert all("cf:" in row.action() for row in rows)


def test_xian80_is_refused_and_read_with_parameters(tmp_path):
    path = _file(tmp_path, SQUARE, "EPSG:2364")
    with pytest.raises(CRSError, match="--helmert") as refused:
        read.read_plots(path, workspace=AREA)
    assert refused.value.key == "geo.datum_refused"
    plots = read.read_plots(path, workspace=AREA, helmert=",".join(map(str, SEVEN)))
    assert plots.source.crs_basis == "parameters"
    assert plots.source.crs == "EPSG:2364"
    assert "dx=-12.5m" in plots.source.parameters
    assert "位置矢量" in plots.source.parameters
    assert plots.issues.by_kind()["datum_shifted"] == 1
    # no zero shift: the corner is not where its numbers would be in CGCS2000
    zero = transformer("EPSG:4528", "EPSG:4490").transform(40598000.0, 3121000.0)
    metres = pyproj.Geod(ellps="GRS80").inv(*zero, *plots.frame.geometry[0].exterior.coords[0])[2]
    assert metres > 10


@pytest.mark.parametrize("given", ["0,0,0,0,0,0,0", "cf:0,0,0,0,0,0,0", "0,0,0,1", "0,0,0,0ppm"])
def test_zero_is_no_shift(given):
    with pytest.raises(CRSError) as refused:
        read_shift(given)
    assert refused.value.key == "geo.helmert_zero"


def test_a_zero_in_a_proj_string_is_no_shift_either(tmp_path):
    path = _file(tmp_path, shapely.box(598000, 3121000, 598100, 3121100), None)
    system = "+proj=tmerc +lon_0=120 +k=1 +x_0=500000 +ellps=krass +towgs84=0,0,0,0,0,0,0 +units=m"
    with pytest.raises(CRSError) as refused:
        read.read_plots(path, workspace=AREA, crs=system)
    assert refused.value.key == "geo.datum_refused"
    assert describe(system.replace("krass", "GRS80")).is_plane


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ("1,2,3", "geo.helmert_unreadable"),
        ("a,b,c,d", "geo.helmert_unreadable"),
        ("1,2,nan,1", "geo.helmert_unreadable"),
        ("1,2,3,4", "geo.helmert_scale"),
        ("1e6,2,3,0,0,0,0", "geo.helmert_far"),
        ("1,2,3,9999,0,0,0", "geo.helmert_far"),
        ("1,2,3,61,0,0,0", "geo.helmert_far"),
        ("1,2,3,0,0,0,101", "geo.helmert_far"),
        ("1e9,2,3,1", "geo.helmert_far_plane"),
        ("1,2,40000,1", "geo.helmert_far_plane"),
        ("1,2,3,0,0,0,1@EPSG:9999", "geo.helmert_suffix"),
        ("1,2,3,0,0,0,1@EPSG:4549", "geo.helmert_suffix"),
        ("1,2,3,1@EPSG:99999", "geo.unreadable"),
        ("1,2,3,1@EPSG:2364", "geo.not_a_plane"),
        ("cf:1,2,3,1", "geo.helmert_unreadable"),
        ("nowhere.csv", "geo.helmert_points_unreadable"),
    ],
)
def test_parameters_that_cannot_be(given, key):
    with pytest.raises(CRSError) as refused:
        read_shift(given)
    assert refused.value.key == key
    assert refused.value.message("zh_CN") != refused.value.message("en")


@pytest.mark.parametrize("crs", ["EPSG:4528", "EPSG:4490", "EPSG:4326"])
def test_what_needs_no_shift_gets_none(tmp_path, crs):
    degrees = shapely.box(120.99, 28.2, 120.991, 28.201)
    path = _file(tmp_path, SQUARE if crs == "EPSG:4528" else degrees, crs)
    with pytest.raises(CRSError) as refused:
        read.read_plots(path, workspace=AREA, helmert="1,2,3,0,0,0,0")
    assert refused.value.key == "geo.helmert_not_needed"


def _grid(e, n, *, d_north=-3_000_000.0, d_east=-550_000.0, turn_s=900.0, k=1.00002):
    """A city grid: where CGCS2000 zone 40 (no prefix) lies in it."""
    a = np.radians(turn_s / 3600)
    n, e = np.asarray(n) + d_north, np.asarray(e) + d_east
    return (n * np.sin(a) + e * np.cos(a)) * k, (n * np.cos(a) - e * np.sin(a)) * k


CONTROL = [
    (590000.0, 3110000.0),
    (605000.0, 3111000.0),
    (604000.0, 3125000.0),
    (591000.0, 3124000.0),
]


def _csv(folder, *, prefix=0.0, spoil=0.0, northing_first=True, count=4):
    rows = ["点名,源X,源Y,目标X,目标Y"]
    for i, (e, n) in enumerate(CONTROL[:count]):
        se, sn = _grid(e, n)
        se += spoil if i == 0 else 0
        pair = (sn, se, n, e + prefix) if northing_first else (se, sn, e + prefix, n)
        rows.append(f"K{i + 1}," + ",".join(f"{v:.4f}" for v in pair))
    path = folder / "control.csv"
    path.write_text("\n".join(rows), encoding="gbk")
    return path


@pytest.mark.parametrize("prefix", [0.0, 4e7])
@pytest.mark.parametrize("northing_first", [True, False])
def test_control_points_bring_a_city_grid_home(tmp_path, prefix, northing_first):
    east, north = _grid([598000, 598100, 598100, 598000], [3121000, 3121000, 3121100, 3121100])
    path = _file(tmp_path, shapely.Polygon(np.column_stack([east, north])), None)
    points = _csv(tmp_path, prefix=prefix, northing_first=northing_first)
    plots = read.read_plots(path, workspace=AREA, helmert=points)
    assert plots.source.crs_basis == "parameters"
    assert plots.source.parameters_rms_m < 1e-4
    back = transformer("EPSG:4490", "EPSG:4549").transform(
        *plots.frame.geometry[0].exterior.coords[0]
    )
    assert np.hypot(back[0] - 598000, back[1] - 3121000) < 1e-3
    # the golden square, to a few square centimetres: control points are given to 0.1 mm
    assert abs(measure_frame(plots.frame).area_m2[0] - 9997.63) <= 0.02


def test_a_wrong_control_point_shows_in_the_residuals(tmp_path):
    shift = read_shift(str(_csv(tmp_path, spoil=2.0)))
    assert max(shift.residuals, key=lambda r: r[1])[0] == "K1"
    assert shift.rms_m > 0.3
    east, north = _grid([598000, 598100, 598100], [3121000, 3121000, 3121100])
    path = _file(tmp_path, shapely.Polygon(np.column_stack([east, north])), None)
    plots = read.read_plots(path, workspace=AREA, helmert=tmp_path / "control.csv")
    (row,) = [i for i in plots.issues if i.kind == "control_points_fitted"]
    assert row.severity == "warning"
    assert "K1" in row.message()


def test_two_points_leave_nothing_to_check(tmp_path):
    shift = read_shift(str(_csv(tmp_path, count=2)))
    assert shift.rms_m is None
    with pytest.raises(CRSError) as refused:
        read_shift(str(_csv(tmp_path, count=1)))
    assert refused.value.key == "geo.helmert_points_few"


def test_four_parameters_north_first_and_east_first_are_one_shift():
    chinese = read_shift("12.5,-48.1,3.2,1.0000021")
    gis = read_shift("en:-48.1,12.5,-3.2,2.1ppm")
    assert chinese.values == pytest.approx(gis.values, abs=1e-12)
    source = describe("EPSG:2385")
    plane = chinese.plane(source, None)
    assert describe(plane).epsg == 4549
    points = np.array([[598000.0, 3121000.0]])
    a = np.radians(3.2 / 3600)
    north = 12.5 + 1.0000021 * (3121000 * np.cos(a) - 598000 * np.sin(a))
    east = -48.1 + 1.0000021 * (3121000 * np.sin(a) + 598000 * np.cos(a))
    wanted = transformer("EPSG:4549", "EPSG:4490").transform(east, north)
    assert chinese.degrees(points, None, plane)[0] == pytest.approx(wanted, abs=1e-11)
    # with and without prefix it is one place
    assert chinese.degrees(points + np.array([4e7, 0.0]), None, plane) == pytest.approx(
        chinese.degrees(points, None, plane)
    )


LOCAL = "+proj=tmerc +lat_0=0 +lon_0=121.5 +k=1 +x_0={x} +y_0={y} +ellps=GRS80 +units=m"


@pytest.mark.parametrize(("x", "y"), [(500_000, 0), (40_000, -3_000_000), (123_456.789, 0)])
def test_a_local_plane_measures_the_golden_square(tmp_path, x, y):
    plane = gauss_plane(121.5, false_easting_m=float(x), false_northing_m=float(y))
    corner = transformer("EPSG:4528", plane).transform(40598000.0, 3121000.0)
    path = _file(tmp_path, shapely.box(*corner, corner[0] + 100, corner[1] + 100), None)
    plots = read.read_plots(path, workspace=AREA, crs=LOCAL.format(x=x, y=y))
    assert plots.source.crs_basis == "given"
    measured = measure_frame(plots.frame, plane=plots.source.plane)
    # 50 km from its own meridian the scale differs from that of zone 40, 96 km from its own
    k2 = 1 + ((corner[0] + 50 - x) / 6371000) ** 2
    assert measured.planar_m2[0] == pytest.approx(10000.0, abs=1e-3)
    assert measured.area_m2[0] == pytest.approx(10000.0 / k2, abs=0.02)
    assert abs(measured.area_m2[0] - measured.geodesic_m2[0]) < 0.03


def test_the_golden_square_itself_in_a_local_plane(tmp_path):
    # the same four corners, brought to another meridian: the same square metres
    to = transformer("EPSG:4528", gauss_plane(121.5, false_easting_m=40_000.0))
    shape = shapely.transform(SQUARE, lambda p: np.column_stack(to.transform(*p.T)))
    path = _file(tmp_path, shape, None)
    plots = read.read_plots(path, workspace=AREA, crs=LOCAL.format(x=40_000, y=0))
    assert measure_frame(plots.frame, plane=plots.source.plane).area_m2[0] == 9997.63
