"""Drawing on the map: the estimate against the golden vectors, the keys, and no request."""

from __future__ import annotations

import math

import pytest
import shapely
from pyproj import Geod, Transformer

import map_samples as samples
from conftest import call

pytestmark = pytest.mark.browser

TO_DEGREES = Transformer.from_crs(4528, 4490, always_xy=True)
BOX = ".pm-draw"
TOOL = "button.pm-tool[aria-label^=绘制]"
# plane rings with the printed official area, m²
GOLDEN = {
    "A": ([(40598000, 3121000), (40598100, 3121000), (40598100, 3121100), (40598000, 3121100)],
          9997.63),
    "L": ([(40595000.456, 3120000.123), (40595180.456, 3120000.123), (40595180.456, 3120090.123),
           (40595080.456, 3120090.123), (40595080.456, 3120200.123), (40595000.456, 3120200.123)],
          24994.43),
    "park": ([(40594000, 3119000), (40596000, 3119000), (40596000, 3121000), (40594000, 3121000)],
             3999109.37),
    "thin": ([(40590000, 3118000), (40592500, 3119500), (40592512, 3119480), (40590012, 3117980)],
             67986.04),
}  # fmt: skip


def estimate(page, ring):
    return page.evaluate("ring => PlatformsMap.estimate(ring)", [list(point) for point in ring])


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def click_square(page, half=60):
    """Draw the corners of a square around the middle of the map; return where they lie."""
    area = page.locator(".pm-map").bounding_box()
    x, y = area["x"] + area["width"] / 2, area["y"] + area["height"] / 2
    corners = [
        (x - half, y - half),
        (x + half, y - half),
        (x + half, y + half),
        (x - half, y + half),
    ]
    for corner in corners:
        page.mouse.click(*corner)
    return corners


@pytest.mark.parametrize("name", GOLDEN)
def test_the_estimate_is_the_true_area_and_close_to_the_printed_one(open_map, name):
    page, _ = open_map(samples.document())
    ring, printed = GOLDEN[name]
    degrees = [TO_DEGREES.transform(x, y) for x, y in ring]
    found = estimate(page, degrees)
    # the truth by another way: straight plane edges cut to 5 m, each piece a geodesic
    fine = shapely.segmentize(shapely.Polygon(ring), 5).exterior.coords
    lons, lats = zip(*(TO_DEGREES.transform(x, y) for x, y in fine), strict=True)
    area, around = Geod(ellps="GRS80").polygon_area_perimeter(lons, lats)
    assert found["area_m2"] == pytest.approx(abs(area), abs=max(0.001, abs(area) * 1e-8))
    assert found["perimeter_m"] == pytest.approx(around, abs=0.001)
    # the official way of rounding moves it by about the last printed digit
    assert found["area_m2"] == pytest.approx(printed, abs=max(0.015, printed * 2e-8))
    assert not found["crossed"]


def test_a_boundary_that_crosses_or_touches_itself_has_no_area(open_map):
    page, _ = open_map(samples.document())
    a, b, c, d = ([121, 28], [121.001, 28], [121.001, 28.001], [121, 28.001])
    for ring in ([a, c, b, d], [a, b, [121.0005, 28], c]):
        found = estimate(page, ring)
        assert found["crossed"]
        assert found["area_m2"] is None or math.isnan(found["area_m2"])
    assert not estimate(page, [a, b, c, d])["crossed"]


def test_a_page_draws_without_a_request_and_calls_it_an_estimate(open_map):
    page, seen = open_map(samples.document())
    before = list(seen.requests)
    page.click(TOOL)
    click_square(page)
    page.wait_for_timeout(100)
    drawing = page.inner_text(BOX)
    assert "概算（椭球）" in drawing
    assert "末边" in drawing
    press(page, "Enter")
    done = page.inner_text(BOX)
    assert "概算（椭球）" in done
    assert "不是正式量算成果" in done
    assert "亩" in done
    page.get_by_role("button", name="清除").click()
    assert page.locator(BOX).is_hidden()
    assert seen.requests == before
    assert seen.errors == []
    assert seen.console == []


@pytest.mark.long
def test_the_keys_finish_cancel_and_take_back(open_map):
    page, seen = open_map(samples.document())
    dots = page.locator(".leaflet-pm-draw-pane path")
    page.focus(TOOL)
    press(page, "Enter", "Space", "ArrowRight")
    page.wait_for_timeout(400)
    press(page, "Space", "Enter")
    # two points are no polygon
    assert "至少要三个点" in page.inner_text(BOX)
    press(page, "ArrowDown")
    page.wait_for_timeout(400)
    press(page, "Space")
    assert dots.count() == 2 + 3
    press(page, "Backspace")
    assert dots.count() == 2 + 2
    press(page, "Space", "Enter")
    assert page.get_by_role("button", name="清除").is_visible()
    assert page.locator(TOOL).get_attribute("aria-pressed") == "false"
    page.click(TOOL)
    click_square(page)
    press(page, "Escape")
    assert page.locator(BOX).is_hidden()
    assert dots.count() == 2
    assert seen.errors == []


@pytest.mark.long
def test_a_click_while_drawing_opens_no_card_and_one_on_the_first_point_closes(open_map):
    page, _ = open_map(samples.document())
    page.click(TOOL)
    first, *_ = click_square(page)
    assert page.locator(".pm-card").count() == 0
    page.mouse.click(*first)
    assert page.locator(TOOL).get_attribute("aria-pressed") == "false"
    page.wait_for_timeout(50)
    assert page.get_by_role("button", name="清除").is_visible()
    assert call(page, "map.probe().zoom") > 0


@pytest.mark.long
def test_a_double_click_finishes_and_does_not_zoom(open_map):
    page, _ = open_map(samples.document())
    zoom = call(page, "leaflet.getZoom()")
    page.click(TOOL)
    corners = click_square(page)
    page.mouse.dblclick(corners[-1][0] + 40, corners[-1][1] + 40)
    assert page.locator(TOOL).get_attribute("aria-pressed") == "false"
    page.wait_for_timeout(400)
    assert call(page, "leaflet.getZoom()") == zoom
    # five corners, not six
    assert page.locator(".leaflet-pm-draw-pane path").count() == 2 + 5


@pytest.mark.long
@pytest.mark.parametrize(("width", "open_"), [(1366, True), (390, False)])
def test_the_legend_starts_closed_on_a_phone(open_map, width, open_):
    page, _ = open_map(samples.document(), width, 844)
    assert page.locator(".pm-section-legend .pm-legend").is_visible() is open_
    if not open_:
        # the jump to it opens it
        page.get_by_role("button", name="转到图例").click()
        assert page.locator(".pm-section-legend .pm-legend").is_visible()
