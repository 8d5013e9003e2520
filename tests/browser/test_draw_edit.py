"""Changing, joining, splitting and choosing on the map: by pointer, by keys, and in the app."""

from __future__ import annotations

import dataclasses
import re

import geopandas as gpd
import pytest
import shapely
from app_pages import DESK, MAP, drop, painted, settled
from playwright.sync_api import expect

import map_samples as samples
from conftest import call, wait_still
from platforms.outputs.maps.map_document import Column, Table

pytestmark = pytest.mark.browser

DRAW = "button.pm-tool[aria-label^=绘制]"
BOX_TOOL, LASSO_TOOL = ".pm-choose-box", ".pm-choose-lasso"
WORK = ".pm-work:not([hidden])"
CORNERS = ".pm-handle:not(.pm-middle)"
AREAS = [0.1, 0.2, 0.3, 1000.05, 2000.07, 5.0, 6.0, 7.0, None]


def measured_plots():
    """Nine plots in a row with printed areas, the last unknown."""
    layer = samples.plots_layer()
    frame = layer.frame.assign(area_m2=AREAS)
    columns = [
        *layer.columns,
        Column(name="area_m2", title="椭球面积", unit="m²", type="number", digits=2),
    ]
    return dataclasses.replace(layer, frame=frame, columns=columns)


def chosen_page(open_map):
    table = Table(id="p", title="地块表", layer="plots", columns=["name", "area_m2"])
    page, seen = open_map(samples.document(measured_plots(), tables=[table]))
    call(page, "(leaflet.setView([28.055, 120.91], 12.5, {animate: false}), 0)")
    wait_still(page)
    return page, seen


def at(page, lon, lat):
    """Where a place lies on the screen."""
    x, y = call(page, f"(p => [p.x, p.y])(leaflet.latLngToContainerPoint([{lat}, {lon}]))")
    area = page.locator(".pm-map").bounding_box()
    return area["x"] + x, area["y"] + y


def drag(page, start, *path):
    page.mouse.move(*start)
    page.mouse.down()
    for point in path:
        page.mouse.move(*point, steps=4)
    page.mouse.up()


def draw_square(page, half=60):
    area = page.locator(".pm-map").bounding_box()
    x, y = area["x"] + area["width"] / 2, area["y"] + area["height"] / 2
    page.click(DRAW)
    for dx, dy in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        page.mouse.click(x + dx * half, y + dy * half)
    page.keyboard.press("Enter")
    return x, y


def test_a_drawn_boundary_is_changed_by_dragging_and_the_change_is_undone(open_map):
    page, seen = open_map(samples.document())
    x, y = draw_square(page)
    page.get_by_role("button", name="修改", exact=True).click()
    expect(page.locator(CORNERS)).to_have_count(4)
    expect(page.locator(".pm-middle")).to_have_count(4)
    before = page.inner_text(WORK)
    drag(page, (x + 60, y + 60), (x + 90, y + 95))
    after = page.inner_text(WORK)
    assert after != before
    assert "+" in after
    # a middle that is dragged becomes a corner
    drag(page, (x, y - 60), (x, y - 90))
    expect(page.locator(CORNERS)).to_have_count(5)
    page.keyboard.press("Control+z")
    expect(page.locator(CORNERS)).to_have_count(4)
    page.keyboard.press("Control+y")
    expect(page.locator(CORNERS)).to_have_count(5)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert page.inner_text(WORK).split("周长")[0] == before.split("周长")[0]
    page.keyboard.press("Control+Shift+z")
    page.get_by_role("button", name="完成", exact=True).click()
    expect(page.locator(WORK)).to_have_count(0)
    expect(page.locator(".pm-draw")).to_be_visible()
    assert seen.errors == []


@pytest.mark.long
def test_corners_go_by_right_click_and_by_key_but_three_stay(open_map):
    page, seen = open_map(samples.document())
    x, y = draw_square(page)
    page.get_by_role("button", name="修改", exact=True).click()
    page.mouse.click(x + 60, y + 60, button="right")
    expect(page.locator(CORNERS)).to_have_count(3)
    page.locator(CORNERS).first.focus()
    page.keyboard.press("Delete")
    expect(page.locator(CORNERS)).to_have_count(3)
    expect(page.locator(WORK)).to_contain_text("至少要有 3 个点")
    moved = page.locator(CORNERS).first
    here = moved.bounding_box()["x"]
    moved.focus()
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert page.locator(CORNERS).first.bounding_box()["x"] == pytest.approx(here - 11, abs=1)
    # the keys stay with the corner that they move
    assert "第 1 点" in page.evaluate("document.activeElement.ariaLabel")
    page.locator(".pm-middle").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(CORNERS)).to_have_count(4)
    page.keyboard.press("Escape")
    expect(page.locator(WORK)).to_have_count(0)
    expect(page.locator(".pm-draw")).to_be_visible()
    assert seen.errors == []


@pytest.mark.long
def test_a_pointer_near_a_corner_joins_it_and_alt_leaves_it(open_map):
    page, _ = chosen_page(open_map)
    page.click(DRAW)
    x, y = at(page, 120.85, 28.05)
    page.mouse.move(x + 6, y + 3)
    mark = page.locator(".pm-snap")
    expect(mark).to_have_count(1)
    box = mark.bounding_box()
    assert box["x"] + box["width"] / 2 == pytest.approx(x, abs=1.5)
    page.keyboard.down("Alt")
    page.mouse.move(x + 5, y + 3)
    expect(mark).to_have_count(0)
    page.keyboard.up("Alt")
    edge = at(page, 120.855, 28.05)
    page.mouse.move(edge[0], edge[1] + 5)
    expect(mark).to_contain_class("pm-snap-edge")


def test_a_box_chooses_what_it_meets_and_sums_the_printed_areas(open_map):
    page, seen = chosen_page(open_map)
    before = list(seen.requests)
    page.click(BOX_TOOL)
    # the first three plots: the third is only touched by the box
    drag(page, at(page, 120.845, 28.07), at(page, 120.876, 28.045))
    expect(page.locator(WORK)).to_contain_text("3 个")
    # 0.1 + 0.2 + 0.3 is 0.60, and no digit more
    expect(page.locator(WORK)).to_contain_text("0.0009 亩 · 0.60 m²")
    expect(page.locator(".pm-table-status")).to_contain_text("3 / 3 行")
    drag_from = at(page, 120.975, 28.07)
    page.keyboard.down("Control")
    drag(page, drag_from, at(page, 120.945, 28.045))
    page.keyboard.up("Control")
    expect(page.locator(WORK)).to_contain_text("面积不明")
    page.get_by_role("button", name="清除选择").click()
    expect(page.locator(WORK)).to_have_count(0)
    expect(page.locator(".pm-table-status")).to_contain_text("9 / 9 行")
    assert seen.requests == before
    assert seen.errors == []


@pytest.mark.long
def test_shift_draws_a_box_without_the_tool_and_an_outline_may_be_drawn_or_clicked(open_map):
    page, seen = chosen_page(open_map)
    page.keyboard.down("Shift")
    drag(page, at(page, 120.845, 28.07), at(page, 120.866, 28.045))
    page.keyboard.up("Shift")
    expect(page.locator(WORK)).to_contain_text("2 个")
    centre = call(page, "leaflet.getCenter().lng")
    page.click(LASSO_TOOL)
    drag(page, at(page, 120.8845, 28.07), at(page, 120.899, 28.072), at(page, 120.897, 28.04),
         at(page, 120.8845, 28.04))  # fmt: skip
    expect(page.locator(WORK)).to_contain_text("2 个")
    expect(page.locator(WORK)).to_contain_text("3,000.12 m²")
    for point in ((120.845, 28.07), (120.852, 28.07), (120.852, 28.04)):
        page.mouse.click(*at(page, *point))
    page.keyboard.press("Enter")
    expect(page.locator(WORK)).to_contain_text("1 个")
    page.keyboard.press("Escape")
    assert page.locator(LASSO_TOOL).get_attribute("aria-pressed") == "false"
    # the map has not moved, and moves again now
    assert call(page, "leaflet.getCenter().lng") == centre
    drag(page, at(page, 120.9, 28.09), at(page, 120.92, 28.09))
    assert call(page, "leaflet.getCenter().lng") < centre
    assert seen.errors == []


# ---- in the app


def parcels() -> bytes:
    """Two plots side by side, the first with a hole."""
    first = shapely.box(120.96, 28.13, 120.962, 28.132).difference(
        shapely.box(120.9612, 28.1308, 120.9616, 28.1312)
    )
    shapes = [first, shapely.box(120.9621, 28.13, 120.964, 28.132)]
    frame = gpd.GeoDataFrame({"plot_id": ["A", "B"]}, geometry=shapes, crs=4490)
    return frame.to_json().encode()


def handle(page, script):
    return page.evaluate(
        f"() => {{ const map = document.querySelector('{MAP}').platformsMap;"
        f" const leaflet = map.leaflet; return ({script}); }}"
    )


def on_screen(page, lon, lat):
    x, y = handle(page, f"(p => [p.x, p.y])(leaflet.latLngToContainerPoint([{lat}, {lon}]))")
    area = page.locator(f"{MAP} .pm-map").bounding_box()
    return area["x"] + x, area["y"] + y


def near(page):
    """Bring the plots into the middle of the map, and the map into the window."""
    uploaded = f"document.querySelector('{MAP}')?.platformsMap?.probe()?.layers.plots.features < 9"
    page.wait_for_function(uploaded)
    settled(page)
    handle(page, "(leaflet.setView([28.131, 120.962], 16.5, {animate: false}), 0)")
    page.locator(f"{MAP} .pm-map").scroll_into_view_if_needed()
    wait_still(page, MAP)


@pytest.fixture
def plots_page(yueqing, open_app):
    page = open_app(f"{yueqing}/plots", DESK)
    settled(page)
    drop(page, "parcels.geojson", parcels(), "application/geo+json")
    page.wait_for_selector("text=parcels.geojson")
    settled(page)
    painted(page)
    near(page)
    return page


def test_a_plot_is_changed_checked_undone_and_split_in_the_app(plots_page):
    page = plots_page
    page.mouse.click(*on_screen(page, 120.9605, 28.1305))
    settled(page)
    page.get_by_role("button", name="修改边界").click()
    # outline and hole; the exact ones come from the server
    expect(page.locator(CORNERS)).to_have_count(8)
    near(page)
    # the eastern edge meets the neighbour: both its corners are joined to B's
    for lat in (28.13, 28.132):
        start, goal = on_screen(page, 120.962, lat), on_screen(page, 120.9621, lat)
        drag(page, start, (goal[0] + 3, goal[1]))
    page.get_by_role("button", name="重新检查").click()
    made = page.locator(".st-key-corrections")
    expect(made).to_contain_text("图上修改（1 处）")
    expect(made).to_contain_text("修改没有带来新的问题")
    expect(made).to_contain_text("+")
    settled(page)
    page.locator(".st-key-correct-undo button").click()
    expect(made).to_contain_text("图上修改（0 处）")
    settled(page)
    painted(page)
    near(page)
    page.mouse.click(*on_screen(page, 120.9605, 28.1305))
    settled(page)
    page.get_by_role("button", name="分割", exact=True).click()
    expect(page.locator(WORK)).to_be_visible()
    near(page)
    page.mouse.click(*on_screen(page, 120.9608, 28.1325))
    page.mouse.click(*on_screen(page, 120.9608, 28.1295))
    page.keyboard.press("Enter")
    expect(made).to_contain_text("A-1")
    expect(made).to_contain_text("A-2")
    expect(made).to_contain_text(re.compile("与原面积一致|四舍五入"))


def test_a_box_in_the_app_sums_filters_the_table_and_is_cleared(plots_page):
    page = plots_page
    # a map that is put in again would be another one
    handle(page, "map.tagged = true")
    page.keyboard.down("Shift")
    drag(page, on_screen(page, 120.9595, 28.1325), on_screen(page, 120.9615, 28.1295))
    page.keyboard.up("Shift")
    chosen = page.locator(".st-key-chosen")
    expect(chosen).to_contain_text("已选 1 宗")
    summed = chosen.inner_text().split("椭球面积合计")[1].split("（")[0]
    assert "亩" in summed
    # the browser's sum is the server's
    expect(page.locator(WORK)).to_contain_text(summed.strip())
    expect(page.get_by_text(re.compile("^1 行"))).to_be_visible()
    page.locator(".st-key-chosen-clear button").click()
    expect(page.locator(WORK)).to_have_count(0)
    expect(chosen).to_have_count(0)
    settled(page)
    assert handle(page, "map.tagged")
