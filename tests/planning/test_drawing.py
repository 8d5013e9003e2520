"""A drawn ring has the area that the command line gives for a file with the same ring."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

import platforms as ip
from platforms.cli.main import main
from platforms.errors import InputError, LimitError

TO_DEGREES = Transformer.from_crs(4528, 4490, always_xy=True)
# plane rings (east, north) in zone 40 with the printed official area
GOLDEN = {
    "A": ([(40598000, 3121000), (40598100, 3121000), (40598100, 3121100), (40598000, 3121100)],
          9997.63, 10000.0, 400.0),
    "L": ([(40595000.456, 3120000.123), (40595180.456, 3120000.123), (40595180.456, 3120090.123),
           (40595080.456, 3120090.123), (40595080.456, 3120200.123), (40595000.456, 3120200.123)],
          24994.43, 25000.0, 760.0),
    "park": ([(40594000, 3119000), (40596000, 3119000), (40596000, 3121000), (40594000, 3121000)],
             3999109.37, 4000000.0, 8000.0),
}  # fmt: skip


def degrees(ring):
    return [TO_DEGREES.transform(x, y) for x, y in ring]


@pytest.mark.parametrize("name", GOLDEN)
def test_the_golden_vectors_come_out_to_the_printed_digit(yueqing, name):
    ring, official, plane, around = GOLDEN[name]
    drawn = ip.measure_ring(degrees(ring), yueqing)
    assert drawn.area_m2 == official
    assert drawn.planar_m2 == pytest.approx(plane, abs=0.001)
    assert drawn.perimeter_plane_m == pytest.approx(around, abs=1e-4)
    # the plane is larger than the ellipsoid this far from the meridian
    assert 0.9995 < drawn.perimeter_m / drawn.perimeter_plane_m < 1
    assert drawn.edges["plane_m"].sum() == pytest.approx(around, abs=1e-4)
    assert list(drawn.edges["start"]) == list(range(1, len(ring) + 1))
    assert drawn.edges["end"].iloc[-1] == 1
    assert "40" in drawn.plane_name


@pytest.mark.parametrize("name", GOLDEN)
def test_the_command_line_gives_the_same_area_for_the_saved_drawing(
    yueqing, tmp_path, capsys, name
):
    ring = [(lon + 1e-7 / 3, lat) for lon, lat in degrees(GOLDEN[name][0])]
    drawn = ip.measure_ring(ring, yueqing)
    saved = tmp_path / "drawing.geojson"
    saved.write_text(drawn.to_geojson(), encoding="utf-8")
    assert main(["measure", str(saved), "--json"]) == 0
    (plot,) = json.loads(capsys.readouterr().out)["plots"]
    for column in ("area_m2", "area_mu", "area_ha", "geodesic_m2", "planar_m2"):
        assert plot[column] == getattr(drawn, column)


@given(turn=st.integers(0, 5), back=st.booleans(), closed=st.booleans())
def test_where_the_ring_begins_and_which_way_it_runs_changes_nothing(yueqing, turn, back, closed):
    ring = degrees(GOLDEN["L"][0])
    turned = ring[turn:] + ring[:turn]
    if back:
        turned.reverse()
    drawn = ip.measure_ring([*turned, turned[0]] if closed else turned, yueqing)
    assert drawn.area_m2 == GOLDEN["L"][1]
    assert len(drawn.edges) == len(ring)


def test_a_ring_that_crosses_itself_has_edges_and_no_area(yueqing):
    a, b, c, d = degrees(GOLDEN["A"][0])
    drawn = ip.measure_ring([a, c, b, d], yueqing, name="X")
    assert not drawn.sound
    assert drawn.area_m2 is None
    assert drawn.planar_m2 is None
    assert len(drawn.edges) == 4
    (crossed,) = [one for one in drawn.issues if one.kind == "shape_crossed"]
    # the middle of the rectangle, in the degrees in which it was drawn
    lon, lat = (float(number) for number in crossed.values["place"].split())
    assert lon == pytest.approx((a[0] + c[0]) / 2, abs=1e-5)
    assert lat == pytest.approx((a[1] + c[1]) / 2, abs=1e-5)
    assert json.loads(drawn.to_geojson())["features"][0]["properties"]["area_m2"] is None


def test_a_ring_outside_the_county_is_named(yueqing):
    ring = [(lon + 1.0, lat) for lon, lat in degrees(GOLDEN["A"][0])]
    drawn = ip.measure_ring(ring, yueqing)
    assert "shape_outside" in drawn.issues.by_kind()
    assert drawn.sound


@pytest.mark.parametrize(
    "ring",
    [
        [],
        [(121, 28), (121, 28), (121.1, 28)],
        [(121, 28), (121, 28.1), (float("nan"), 28)],
        [(121, 28), (121, 28.1), (181, 28)],
        [(121, 28), (121, 28.1), ("<img>", 28)],
        [(121, 28), (121, 28.1), (121,)],
        [(121, 28), (121, 28.1), None],
    ],
)
def test_what_is_no_ring_is_refused(yueqing, ring):
    with pytest.raises(InputError):
        ip.measure_ring(ring, yueqing)


def test_too_many_points_are_refused(yueqing):
    with pytest.raises(LimitError):
        ip.measure_ring([(121, 28)] * 10_001, yueqing)
