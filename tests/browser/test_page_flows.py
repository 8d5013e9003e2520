"""Flows in the exported page: arrows as wide as their land, summed by town farther out."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

import move_samples as samples
import platforms as ip
from conftest import call, probe, wait_still
from map_samples import HOSTILE
from platforms.outputs.maps.map_styles import style_of

pytestmark = pytest.mark.browser

INK = style_of("flows").palette[0]
FAR, NEAR = 11.5, 14


@pytest.fixture
def open_moves(open_map):
    city = ip.Workspace.open("yueqing")

    def show(width=1366, height=768, **names):
        return open_map(ip.relocation_document(city, samples.answer(**names)), width, height)

    return show


def look(page, zoom, lon=120.95, lat=28.11):
    call(page, f"leaflet.setView([{lat}, {lon}], {zoom}, {{animate: false}})")
    wait_still(page)


def ink_near(page, lon, lat, reach=12) -> int:
    """Return how many pixels around a place have the park's colour."""
    x, y = call(page, f"(p => [p.x, p.y])(leaflet.latLngToContainerPoint([{lat}, {lon}]))")
    shot = page.locator(".pm-stage").screenshot()
    image = np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")).astype(int)
    wanted = [int(INK[i : i + 2], 16) for i in (1, 3, 5)]
    top, left = max(0, int(y) + 1 - reach), max(0, int(x) + 1 - reach)
    part = image[top : top + 2 * reach, left : left + 2 * reach]
    return int((np.abs(part - wanted).max(axis=2) <= 24).sum())


def bow(start, end, share=0.5, height=0.14):
    """Return a place on the bow, near enough in degrees for a few pixels."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    rise = 4 * height * share * (1 - share)
    # to the left of the way; a degree of longitude is shorter than one of latitude here
    narrow = np.cos(np.radians(28.1))
    return (start[0] + dx * share - dy * rise / narrow, start[1] + dy * share + dx * narrow * rise)


def test_flows_are_summed_far_out_and_single_close_up(open_moves):
    page, seen = open_moves()
    look(page, FAR)
    drawn = {name: one["drawn"] for name, one in probe(page)["layers"].items()}
    assert (drawn["flows_by_town"], drawn["flows"]) == (1, 0)
    assert (drawn["moving_parks"], drawn["staying_firms"]) == (1, 1)
    look(page, NEAR)
    drawn = {name: one["drawn"] for name, one in probe(page)["layers"].items()}
    assert (drawn["flows_by_town"], drawn["flows"]) == (0, 2)
    assert seen.errors == []
    assert [url.split(":")[0] for url in seen.requests] == ["file"]


@pytest.mark.long
def test_an_arrow_lies_on_its_bow_and_is_as_wide_as_its_land(open_moves):
    page, _ = open_moves()
    look(page, NEAR)
    ten = ink_near(page, *bow(samples.FIRMS["F1"], samples.PARK))
    twenty = ink_near(page, *bow(samples.FIRMS["F2"], samples.PARK))
    assert ten > 20
    assert twenty > 1.5 * ten
    # nobody goes from where the third firm stays
    assert ink_near(page, *bow(samples.FIRMS["F3"], samples.PARK)) == 0
    page.get_by_role("checkbox", name="流向（逐户）").uncheck()
    wait_still(page)
    assert ink_near(page, *bow(samples.FIRMS["F1"], samples.PARK)) == 0


@pytest.mark.long
def test_what_a_flow_says_under_the_pointer_and_on_a_click(open_moves):
    page, _ = open_moves()
    look(page, NEAR)
    lon, lat = bow(samples.FIRMS["F1"], samples.PARK)
    x, y = call(page, f"(p => [p.x, p.y])(leaflet.latLngToContainerPoint([{lat}, {lon}]))")
    box = page.locator(".pm-stage").bounding_box()
    page.mouse.move(box["x"] + 1 + x, box["y"] + 1 + y)
    wait_still(page)
    tip = page.locator(".pm-tip").inner_text()
    km = samples.answer().assignments["km"][0]
    for part in ("企业F1 → 园区一", "用地 10.00 亩", f"直线距离 {km:.2f} 公里"):
        assert part in tip
    page.mouse.click(box["x"] + 1 + x, box["y"] + 1 + y)
    card = page.locator(".pm-card").inner_text()
    for part in ("企业F1 → 园区一", "10.00 亩", f"{km:.2f} 公里", "甲镇"):
        assert part in card


@pytest.mark.long
def test_a_park_says_how_full_it_is_and_a_firm_why_it_stays(open_moves):
    page, _ = open_moves()
    call(page, "map.select({layer: 'moving_parks', id: 'P1'})")
    card = page.locator(".pm-card").inner_text()
    for part in ("园区一", "30.00 亩", "100.0 %"):
        assert part in card
    call(page, "map.select({layer: 'staying_firms', id: 'F3'})")
    assert "已满" in page.locator(".pm-card").inner_text()


@pytest.mark.long
def test_the_legend_says_what_widths_and_sizes_stand_for(open_moves):
    page, _ = open_moves()
    legend = page.locator(".pm-legend").inner_text()
    for part in ("粗细表示用地", "20 亩", "圆面积表示可承接"):
        assert part in legend


@pytest.mark.long
def test_a_row_of_sums_leads_to_a_zoom_where_sums_are_drawn(open_moves):
    page, _ = open_moves()
    page.get_by_role("tab", name="流向（乡镇合计）").click()
    page.locator(".pm-table:not([hidden]) tbody tr").first.click()
    wait_still(page)
    assert probe(page)["layers"]["flows_by_town"]["drawn"] == 1
    assert "甲镇 → 园区一" in page.locator(".pm-card h3").inner_text()


def test_hostile_names_are_drawn_as_text(open_moves):
    text = " ".join(HOSTILE)
    page, seen = open_moves(F1=text, P1=text, town=text)
    call(page, "map.select({layer: 'flows', id: 'F1'})")
    assert HOSTILE[0] in page.locator(".pm-card").inner_text()
    assert page.evaluate("window.hit") is None
    assert page.locator("img, iframe, [onerror]").count() == 0
    assert (seen.errors, seen.dialogs) == ([], [])


@pytest.mark.long
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_fits_the_screen_with_flows(open_moves, width, height):
    page, _ = open_moves(width, height)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
