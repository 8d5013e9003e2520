from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box

from platforms.geo import read, write
from platforms.geo.crs import reproject
from platforms.geo.exchange import boundary_text
from platforms.geo.ingest.boundary_txt import BoundaryPlot, Ring, compose, parse
from platforms.geo.ingest.formats.boundary import polygon_of

EAST, NORTH = 40598000.0, 3121000.0
# golden vectors: ring as (northing, easting), area in the plane, m²
GOLDEN = {
    "A": (
        [(3121000, 40598000), (3121000, 40598100), (3121100, 40598100), (3121100, 40598000)],
        1.0,
    ),
    "park": (
        [(3119000, 40594000), (3119000, 40596000), (3121000, 40596000), (3121000, 40594000)],
        400.0,
    ),
    "thin": (
        [(3118000, 40590000), (3119500, 40592500), (3119480, 40592512), (3117980, 40590012)],
        6.8,
    ),
}

names = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("C", "Z"), exclude_characters=",，@＠[]【】=＝"
    ),
    min_size=1,
    max_size=8,
)
metres = st.integers(-10_000_000, 10_000_000).map(lambda v: v / 1000)


@st.composite
def rings(draw, number: int):
    count = draw(st.integers(3, 8))
    points = draw(st.lists(st.tuples(metres, metres), min_size=count, max_size=count, unique=True))
    labels = [f"J{i}" for i in range(1, count + 1)]
    return Ring(number, labels, [(NORTH + n, EAST + e) for n, e in points])


@st.composite
def plots(draw):
    return BoundaryPlot(
        plot_id=draw(names),
        name=draw(names),
        use=draw(names),
        code=draw(st.sampled_from(["", "0601"])),
        area_ha=f"{draw(st.integers(0, 10**7)) / 10_000:.4f}",
        rings=[draw(rings(n)) for n in range(1, draw(st.integers(1, 3)) + 1)],
    )


@given(st.lists(plots(), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read(written):
    file = parse(compose(written, {"带号": "40"}))
    assert file.header["带号"] == "40"
    assert len(file.plots) == len(written)
    for one, other in zip(written, file.plots, strict=True):
        assert other.problems == []
        same = ("plot_id", "name", "use", "code", "area_ha", "shape")
        assert [getattr(one, n) for n in same] == [getattr(other, n) for n in same]
        assert [r.number for r in one.rings] == [r.number for r in other.rings]
        for a, b in zip(one.rings, other.rings, strict=True):
            assert b.closed
            assert np.abs(np.array(a.points) - b.points).max() < 6e-4


@given(st.text(max_size=300))
@settings(deadline=None)
def test_no_text_breaks_the_parser(text):
    parse("[地块坐标]\n" + text)


def test_the_file_of_the_standard(tmp_path):
    square = box(EAST, NORTH, EAST + 100, NORTH + 100)
    frame = gpd.GeoDataFrame(
        {"plot_id": ["1"], "name": ["XX工业地块1"], "land_use": ["工业用地"]},
        geometry=[square],
        crs="EPSG:4528",
    )
    lines = boundary_text(frame, header={"数据产生日期": "2025-06-15"}).split("\r\n")
    assert lines[9:] == [
        "精度=0.001",
        "转换参数=,,,,,,",
        "[地块坐标]",
        "5,1.0000,1,XX工业地块1,面,,工业用地,,@",
        "J1,1,3121100.000,40598000.000",
        "J2,1,3121100.000,40598100.000",
        "J3,1,3121000.000,40598100.000",
        "J4,1,3121000.000,40598000.000",
        "J1,1,3121100.000,40598000.000",
        "",
    ]
    path = write.write_boundary_txt(frame, tmp_path / "a.txt")
    assert path.read_bytes().decode("gbk").startswith("[属性描述]\r\n")


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_rings_come_back_to_the_millimetre(name, tmp_path):
    ring, hectares = GOLDEN[name]
    polygon = Polygon([(e, n) for n, e in ring])
    frame = gpd.GeoDataFrame({"plot_id": [name]}, geometry=[polygon], crs="EPSG:4528")
    path = write.write_boundary_txt(frame, tmp_path / "a.txt")
    assert f",{hectares:.4f},{name}," in path.read_text("gb18030")
    plots = read.read_plots(path)
    assert plots.frame["declared_m2"].tolist() == [pytest.approx(hectares * 10_000)]
    back = reproject(plots.frame, "EPSG:4528").geometry.iloc[0]
    assert shapely.hausdorff_distance(back, polygon) < 1e-6
    assert plots.source.plane == "EPSG:4528"
    assert plots.source.crs_basis == "file"


def test_holes_parts_and_islands_by_where_they_lie():
    outer, hole = box(0, 0, 100, 100), box(10, 10, 60, 60)
    island, apart = box(20, 20, 30, 30), box(200, 0, 250, 50)
    given_rings = [np.array(b.exterior.coords)[:-1] for b in (hole, apart, outer, island)]
    made = polygon_of(given_rings)
    wanted = MultiPolygon([outer.difference(hole), apart, island])
    assert made.equals(wanted)
    assert made.area == 10_000 - 2500 + 2500 + 100


def test_a_frame_with_holes_and_parts_comes_back(tmp_path):
    outer = box(EAST, NORTH, EAST + 100, NORTH + 100)
    shape = MultiPolygon(
        [
            outer.difference(box(EAST + 20, NORTH + 20, EAST + 40, NORTH + 40)),
            box(EAST + 200, NORTH, EAST + 210, NORTH + 10),
        ]
    )
    frame = gpd.GeoDataFrame({"plot_id": ["甲-1"]}, geometry=[shape], crs="EPSG:4528")
    path = write.write_boundary_txt(frame, tmp_path / "a.txt", encoding="utf-8")
    plots = read.read_plots(path)
    back = reproject(plots.frame, "EPSG:4528").geometry.iloc[0]
    assert back.symmetric_difference(shape).area < 1e-3
    assert plots.issues.worst() == "info"


def test_a_plane_without_prefix_is_written_with_it():
    frame = gpd.GeoDataFrame(
        {"plot_id": ["1"]}, geometry=[box(598000, NORTH, 598100, NORTH + 100)], crs="EPSG:4549"
    )
    assert "40598100.000" in boundary_text(frame)
    assert "带号=40" in boundary_text(frame)


def test_an_area_column_is_stated_instead(tmp_path):
    frame = gpd.GeoDataFrame(
        {"plot_id": ["1"], "area_m2": [9997.63]},
        geometry=[box(EAST, NORTH, EAST + 100, NORTH + 100)],
        crs=pyproj.CRS.from_epsg(4528),
    )
    assert "\r\n5,0.9998,1," in boundary_text(frame, area_column="area_m2")
