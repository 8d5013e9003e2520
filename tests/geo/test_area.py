from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

import golden_plots
from platforms.errors import CRSError
from platforms.geo import ellipsoid as el
from platforms.geo import threads
from platforms.geo.area import (
    edges,
    geodesic_area_m2,
    measure_frame,
    official_area_m2,
    perimeter_m,
    planar_area_m2,
)
from platforms.geo.crs import reproject, transformer
from platforms.geo.official import official_rings_m2
from platforms.geo.rings import rings_of

# (northing, easting) in EPSG:4528, plane m², official m² as printed
GOLDEN = {
    name: (points, planar, area)
    for (name, (points, area)), planar in zip(
        golden_plots.GOLDEN.items(), (10000.0, 25000.0, 4000000.0, 68000.0), strict=True
    )
}
MU = {"A": 14.9964, "L": 37.4916, "park": 5998.6641, "thin": 101.9791}
UNROUNDED = {"A": 9997.62919, "L": 24994.4264}
GEOD = Geod(ellps="GRS80")


def golden(name: str) -> shapely.Polygon:
    return shapely.Polygon([(y, x) for x, y in GOLDEN[name][0]])


def shift(shape: shapely.Geometry, by: float) -> shapely.Geometry:
    return shapely.transform(shape, lambda p: p + np.array([by, 0.0]))


@st.composite
def millimetre_polygons(draw):
    """Star-shaped polygons in EPSG:4528 with coordinates in whole millimetres."""
    corners = draw(st.integers(3, 10))
    angles = sorted(draw(st.lists(st.integers(0, 628), min_size=corners, max_size=corners)))
    reach = draw(st.floats(5, 600))
    radii = draw(st.lists(st.floats(0.4, 1.0), min_size=corners, max_size=corners))
    east = 40_500_000 + draw(st.integers(20_000, 145_000)) + draw(st.integers(0, 999)) / 1000
    north = draw(st.integers(3_050_000, 3_180_000)) + draw(st.integers(0, 999)) / 1000
    points = [
        (
            round(east + reach * r * math.cos(a / 100), 3),
            round(north + reach * r * math.sin(a / 100), 3),
        )
        for a, r in zip(angles, radii, strict=True)
    ]
    return shapely.Polygon(points)


# ---- the official method, written once more in the plainest way, one edge at a time


def _printed(value: float, digits: int) -> float:
    return math.floor(value * 10**digits + 0.5) / 10**digits


def _latitude_longitude(north: float, east: float, meridian: float) -> tuple[float, float]:
    e = el.K0 * north
    s = math.sin(e)
    foot = e + math.cos(e) * (el.K1 * s - el.K2 * s**3 + el.K3 * s**5 - el.K4 * s**7)
    t, n2 = math.tan(foot), el.EP2 * math.cos(foot) ** 2
    v2 = 1 + n2
    q = east / (el.C / math.sqrt(v2))
    lat = (
        foot
        - v2 * t * q**2 / 2
        + (5 + 3 * t**2 + n2 - 9 * n2 * t**2) * v2 * t * q**4 / 24
        - (61 + 90 * t**2 + 45 * t**4) * v2 * t * q**6 / 720
    )
    lon = meridian * el.PI / 180 + (
        q
        - (1 + 2 * t**2 + n2) * q**3 / 6
        + (5 + 28 * t**2 + 24 * t**4 + 6 * n2 + 8 * n2 * t**2) * q**5 / 120
    ) / math.cos(foot)
    return tuple(_printed(v * 180 / el.PI * 3600, 6) / el.RHO for v in (lat, lon))


def plain_official(ring: list[tuple[float, float]], meridian: float) -> float:
    """Signed area of a closed ring of (easting from the meridian, northing)."""
    units = [(round(e * 10_000), round(n * 10_000)) for e, n in ring]
    points = []
    for (e1, n1), (e2, n2) in pairwise(units):
        length = math.hypot(e2 - e1, n2 - n1)
        pieces = int(length / 700_000) + 1 if length > 700_000 else 1
        points += [
            tuple(
                math.floor(Fraction((b - a) * i, pieces) + a + Fraction(1, 2))
                for a, b in ((e1, e2), (n1, n2))
            )
            for i in range(pieces)
        ]
    points.append(units[-1])
    sphere = [_latitude_longitude(n / 10_000, e / 10_000, meridian) for e, n in points]
    total = 0.0
    for (b1, l1), (b2, l2) in pairwise(sphere):
        db, bm, dl = b2 - b1, (b1 + b2) / 2, (l1 + l2) / 2
        total += (
            2
            * el.B**2
            * dl
            * sum(
                sign * c * math.sin(k * db / 2) * math.cos(k * bm)
                for sign, c, k in zip((1, -1, 1, -1, 1), el.STRIP, (1, 3, 5, 7, 9), strict=True)
            )
        )
    return total


# ---- golden vectors


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_areas(name):
    _, plane, official = GOLDEN[name]
    shape = golden(name)
    assert official_area_m2(shape, "EPSG:4528")[0] == official
    assert planar_area_m2(shape, "EPSG:4528")[0] == pytest.approx(plane, abs=1e-6)
    assert official_area_m2(shift(shape, -40e6), "EPSG:4549")[0] == official


@pytest.mark.parametrize(("name", "value"), UNROUNDED.items())
def test_golden_unrounded(name, value):
    area = official_area_m2(golden(name), "EPSG:4528", digits=None)[0]
    assert area == pytest.approx(value, abs=6e-6)


def test_ring_sign_follows_direction():
    rings = rings_of([golden("thin"), golden("A")])
    rings = rings.moved(rings.east - 40_500_000, rings.north)
    thin, a = official_rings_m2(rings, 120.0)
    assert round(thin, 2) == -67986.04
    assert round(a, 2) == 9997.63


@pytest.mark.parametrize("crs", ["EPSG:4528", "EPSG:4549", "EPSG:4490", "EPSG:4326"])
def test_golden_frames_agree_in_every_system(crs):
    frame = gpd.GeoDataFrame(
        {"name": list(GOLDEN)}, geometry=[golden(n) for n in GOLDEN], crs="EPSG:4528"
    )
    out = measure_frame(reproject(frame, crs))
    assert out["area_m2"].tolist() == [v[2] for v in GOLDEN.values()]
    assert out["planar_m2"].tolist() == [v[1] for v in GOLDEN.values()]
    assert out["area_mu"].round(4).tolist() == list(MU.values())
    assert out.crs.to_epsg() == int(crs[5:])


# ---- the official method against its plain form, and its invariances


@given(millimetre_polygons())
def test_official_is_the_plain_method(shape):
    ring = [(e - 40_500_000, n) for e, n in shape.exterior.coords]
    area = official_area_m2(shape, "EPSG:4528", digits=None)[0]
    # one coordinate in 50 000 sits on a tie of the last microsecond and may go either way
    assert area == pytest.approx(abs(plain_official(ring, 120)), abs=5e-6 + 4e-5 * shape.length)


@given(millimetre_polygons(), st.integers(0, 9), st.booleans())
def test_direction_and_start_do_not_matter(shape, turn, reverse):
    points = list(shape.exterior.coords)[:-1]
    turn %= len(points)
    points = points[turn:] + points[:turn]
    other = shapely.Polygon(points[::-1] if reverse else points)
    both = official_area_m2([shape, other], "EPSG:4528", digits=None)
    assert both[0] == pytest.approx(both[1], abs=1e-6)


@given(millimetre_polygons())
def test_through_degrees_and_back_prints_the_same(shape):
    there = transformer("EPSG:4528", "EPSG:4490")
    degrees = shapely.transform(shape, lambda p: np.column_stack(there.transform(*p.T)))
    direct = official_area_m2(shape, "EPSG:4528")
    assert official_area_m2(degrees, "EPSG:4528", crs="EPSG:4490") == direct
    assert official_area_m2(degrees, "EPSG:4549", crs="EPSG:4490") == direct
    assert official_area_m2(shift(shape, -40e6), "EPSG:4549") == direct


def test_holes_and_parts_in_any_direction():
    outer, hole = golden("park"), shapely.box(40594500, 3119500, 40594600, 3119700)
    plot = shapely.Polygon(outer.exterior, [hole.exterior])
    turned = shapely.Polygon(outer.exterior, [hole.exterior.reverse()])
    parts = shapely.MultiPolygon([turned, golden("A").reverse()])
    area = official_area_m2(
        [outer, hole, plot, turned, golden("A"), parts], "EPSG:4528", digits=None
    )
    assert area[2:4] == pytest.approx(area[0] - area[1], abs=1e-6)
    assert area[5] == pytest.approx(area[2] + area[4], abs=1e-6)
    planar = planar_area_m2([outer, hole, plot, turned, golden("A"), parts], "EPSG:4528")
    assert planar == pytest.approx([4e6, 2e4, 3.98e6, 3.98e6, 1e4, 3.99e6], abs=1e-6)


def test_seventy_metres_is_not_split():
    """An edge of exactly 70 m has no point put in; a millimetre more has one."""
    for side, points in ((70.0, 0), (70.001, 1), (140.0, 2)):
        ring = [(0, 0), (side, 0), (side, 20.0), (0, 20.0), (0, 0)]
        ring = [(98_000 + e, 3_121_000 + n) for e, n in ring]
        shape = shapely.Polygon([(e + 500_000, n) for e, n in ring])
        area = official_area_m2(shape, "EPSG:4549", digits=None)[0]
        assert area == pytest.approx(plain_official(ring, 120), abs=1e-6), points


def test_many_blocks_give_what_one_gives():
    """Long rings and many rings cross the borders of the work blocks."""
    rng = np.random.default_rng(7)
    corners = rng.integers(3, 40_000, 12)
    shapes = []
    for k in corners:
        angle = np.sort(rng.uniform(0, 2 * np.pi, k))
        centre = rng.uniform((560_000, 3_100_000), (620_000, 3_150_000))
        shapes.append(shapely.Polygon(centre + 2000 * np.c_[np.cos(angle), np.sin(angle)]))
    shapes += [shift(golden("A"), -40e6 + 200 * i) for i in range(3000)]
    together = official_area_m2(shapes, "EPSG:4549", digits=None)
    alone = [official_area_m2(s, "EPSG:4549", digits=None)[0] for s in shapes[:40]]
    assert together[:40] == pytest.approx(alone, abs=1e-5)
    true = geodesic_area_m2(shapes, "EPSG:4549")
    assert np.abs(together / true - 1).max() < 2e-6
    assert true[:40] == pytest.approx(
        [geodesic_area_m2(s, "EPSG:4549")[0] for s in shapes[:40]], rel=1e-13
    )


# ---- the true area against GeographicLib


def densified(shape: shapely.Polygon, step: float) -> float:
    """Area of plane edges divided into short geodesics."""
    # not shapely.segmentize, which silently repairs a ring that crosses itself
    corners = shapely.get_coordinates(shape)
    pieces = np.ceil(np.hypot(*np.diff(corners, axis=0).T) / step).astype(int)
    points = np.concatenate(
        [np.linspace(a, b, n + 1)[:-1] for (a, b), n in zip(pairwise(corners), pieces, strict=True)]
        + [corners[-1:]]
    )
    lon, lat = transformer("EPSG:4549", "EPSG:4490").transform(*points.T)
    return abs(GEOD.polygon_area_perimeter(lon[:-1], lat[:-1])[0])


@pytest.mark.parametrize("size", [1e2, 1e3, 1e4, 1e5, 1e6, 1e7])
def test_geodesic_area_is_geographiclib_on_plane_edges(size):
    rng = np.random.default_rng(int(size))
    to_plane = transformer("EPSG:4490", "EPSG:4549")
    shapes = []
    while len(shapes) < 12:
        corners = int(rng.integers(4, 13))
        angle = np.sort(rng.uniform(0, 2 * np.pi, corners))
        star = rng.uniform(0.5, 1, corners)[:, None] * np.c_[np.cos(angle), np.sin(angle)]
        plane = shapely.area(shapely.Polygon(star))
        if plane < 0.3 or not shapely.is_valid(shapely.Polygon(star)):
            continue
        centre = to_plane.transform(rng.uniform(120.2, 121.6), rng.uniform(18, 53))
        ring = np.round(star * math.sqrt(size / plane) + centre, 3)
        shapes.append(shapely.Polygon(ring))
    ours = geodesic_area_m2(shapes, "EPSG:4549")
    true = np.array([densified(s, 5.0) for s in shapes])
    assert np.abs(ours - true).max() <= max(0.001, 1e-8 * size)


# ---- frames


def test_frame_keeps_index_columns_and_itself():
    frame = gpd.GeoDataFrame(
        {"plot_id": ["a", "b"]},
        geometry=[golden("A"), golden("L")],
        crs="EPSG:4528",
        index=[7, 3],
    )
    before = frame.copy()
    out = measure_frame(frame)
    pd.testing.assert_frame_equal(frame, before)
    assert out.index.tolist() == [7, 3]
    assert out["area_m2"].tolist() == [9997.63, 24994.43]
    assert out["area_mu"].tolist() == [14.996445, 37.491645]
    assert out["area_ha"].tolist() == [0.999763, 2.499443]
    assert out.attrs["plane"] == "EPSG:4528"


def test_nothing_to_measure_is_nan():
    shapes = [
        None,
        shapely.Polygon(),
        shapely.MultiPolygon(),
        shapely.Point(40598000, 3121000),
        golden("A"),
        shapely.transform(golden("A"), lambda p: np.where(p > 40598050, np.nan, p)),
    ]
    out = measure_frame(gpd.GeoDataFrame(geometry=shapes, crs="EPSG:4528"))
    for column in ("area_m2", "area_mu", "area_ha", "geodesic_m2", "planar_m2"):
        assert out[column].notna().tolist() == [False, False, False, False, True, False], column


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4528"])
def test_empty_frame(crs):
    out = measure_frame(gpd.GeoDataFrame({"plot_id": []}, geometry=[], crs=crs))
    assert len(out) == 0
    assert out["area_m2"].dtype == np.float64


@pytest.mark.parametrize(
    ("crs", "key"),
    [
        (None, "geo.missing"),
        ("EPSG:3857", "geo.not_measurable"),
        ("EPSG:32651", "geo.not_measurable"),
        ("EPSG:2364", "geo.not_measurable"),
        ("EPSG:4214", "geo.not_measurable"),
        ("EPSG:4258", "geo.not_measurable"),
    ],
)
def test_frames_that_are_refused(crs, key):
    frame = gpd.GeoDataFrame(geometry=[shapely.box(120.9, 28.1, 120.91, 28.11)], crs=crs)
    with pytest.raises(CRSError) as error:
        measure_frame(frame)
    assert error.value.key == key
    assert str(error.value)


def test_planes_by_argument_attribute_and_place():
    box = shapely.box(121.6, 28.4, 121.601, 28.401)
    frame = gpd.GeoDataFrame(geometry=[box], crs="EPSG:4490")
    by_place = measure_frame(frame)
    assert by_place.attrs["plane"] == "EPSG:4529"
    by_argument = measure_frame(frame, plane="EPSG:4528")
    frame.attrs["plane"] = "EPSG:4549"
    by_attribute = measure_frame(frame)
    assert by_attribute["planar_m2"].equals(by_argument["planar_m2"])
    assert by_attribute["planar_m2"][0] > by_place["planar_m2"][0]
    assert by_attribute["geodesic_m2"][0] == pytest.approx(by_place["geodesic_m2"][0], abs=0.01)


def test_a_country_is_measured_zone_by_zone():
    places = [(87.6, 43.8), (120.96, 28.1), (120.7, 28.0)]
    frame = gpd.GeoDataFrame(
        geometry=[shapely.box(x, y, x + 0.001, y + 0.001) for x, y in places], crs="EPSG:4490"
    )
    whole = measure_frame(frame)
    alone = pd.concat([measure_frame(frame.iloc[[i]]) for i in range(3)])
    pd.testing.assert_frame_equal(
        pd.DataFrame(whole.drop(columns="geometry")), pd.DataFrame(alone.drop(columns="geometry"))
    )


# ---- lengths


def test_edges_number_points_and_close_rings():
    outer = shapely.box(40598000, 3121000, 40598100, 3121040)
    hole = shapely.box(40598010, 3121010, 40598013, 3121014)
    table = edges(shapely.Polygon(outer.exterior, [hole.exterior]), "EPSG:4528")
    assert table["start"].tolist() == [1, 2, 3, 4, 5, 6, 7, 8]
    assert table["end"].tolist() == [2, 3, 4, 1, 6, 7, 8, 5]
    assert table["ring"].tolist() == [1] * 4 + [2] * 4
    assert table["hole"].tolist() == [False] * 4 + [True] * 4
    assert sorted(table["plane_m"]) == pytest.approx([3, 3, 4, 4, 40, 40, 100, 100])
    assert table["east_m"].max() == 40598100
    # the scale at 98 km from the meridian is 1.000118
    scale = (table["plane_m"] / table["ellipsoid_m"]).to_numpy()
    assert scale == pytest.approx(1.000118, abs=1e-6)


def test_edge_lengths_are_geodesic():
    shape = golden("thin")
    table = edges(shape, "EPSG:4528")
    lon, lat = transformer("EPSG:4528", "EPSG:4490").transform(*shape.exterior.coords.xy)
    true = GEOD.line_lengths(lon, lat)
    assert table["ellipsoid_m"].to_numpy() == pytest.approx(np.array(true), abs=1e-5)
    whole = perimeter_m([shape, None], "EPSG:4528", surface="ellipsoid")
    assert whole[0] == pytest.approx(sum(true), abs=1e-4)
    assert np.isnan(whole[1])
    assert perimeter_m(shape, "EPSG:4528")[0] == pytest.approx(shape.length, abs=1e-6)


def test_areas_do_not_depend_on_the_blocks(monkeypatch):
    rng = np.random.default_rng(5)
    shapes = [
        shapely.Point(40_598_000 + x, 3_121_000 + y).buffer(r, quad_segs=3)
        for x, y, r in rng.uniform(5, 900, (60, 3))
    ]
    shapes[7] = shapes[7].difference(shapes[7].centroid.buffer(2))
    shapes[9], shapes[11] = None, shapely.Polygon()
    plots = gpd.GeoDataFrame(geometry=shapes, crs=4528).to_crs(4490)
    whole = measure_frame(plots, plane="EPSG:4528")
    monkeypatch.setattr(threads, "_BLOCK", 7)
    pd.testing.assert_frame_equal(
        pd.DataFrame(measure_frame(plots, plane="EPSG:4528")).drop(columns="geometry"),
        pd.DataFrame(whole).drop(columns="geometry"),
        check_exact=True,
    )
