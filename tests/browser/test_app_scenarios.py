"""Scenarios in a real browser: two runs are kept, compared, and their maps move together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from app_pages import DESK, PHONE, served, settled
from playwright.sync_api import Page, expect

import platforms as ip

pytestmark = pytest.mark.browser

_PAINTED = "[...document.querySelectorAll('[data-platforms-map]')]"
FIRST, SECOND = "现行限制", "不扣道路红线"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Where the scenarios are kept."""
    return tmp_path_factory.mktemp("scenarios")


@pytest.fixture(scope="module")
def shelf(folder) -> Iterator[str]:
    """The app on the example, with a store of its own."""
    with served("yueqing", folder, env={"PLATFORMS_STORE": str(folder)}) as url:
        yield url


@pytest.fixture(scope="module")
def kept(shelf, folder) -> str:
    """The app with two scenarios, also where the test that keeps them by hand was left out."""
    city = ip.Workspace.open("yueqing")
    place = ip.open_store(city, folder)
    less = {name: limit for name, limit in city.constraints.items() if name != "road"}
    for name, limits in {FIRST: None, SECOND: less}.items():
        if name not in set(place.scenarios()["name"]):
            run = ip.scenario_of(ip.run(city, limits=limits), workspace=city)
            place.keep(run, name=name)
    return shelf


def _keep(page: Page, name: str) -> None:
    page.get_by_role("button", name="保存为方案").click()
    box = page.get_by_role("textbox", name="名称")
    box.fill(name)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text(f"已保存为方案“{name}”。")).to_be_visible()
    settled(page)


def _maps(page: Page, count: int) -> None:
    """Wait until so many maps are painted."""
    page.wait_for_function(
        f"() => {_PAINTED}.filter(e => e.platformsMap?.probe()?.paints > 0).length === {count}",
    )


def _views(page: Page) -> list[list[float]]:
    return page.evaluate(
        f"() => {_PAINTED}.map(e => e.platformsMap.leaflet).map(m => "
        "[m.getCenter().lat, m.getCenter().lng, m.getZoom()])"
    )


def _together(page: Page) -> list[float]:
    """Wait until all maps show the same place at the same zoom, and return it."""
    page.wait_for_function(
        f"() => {{ const v = {_PAINTED}.map(e => e.platformsMap.leaflet);"
        " return v.every(m => m.getZoom() === v[0].getZoom()"
        " && m.project(m.getCenter()).distanceTo(m.project(v[0].getCenter())) < 3); }",
    )
    return _views(page)[0]


def _number(text: str) -> float:
    return float(text.replace(",", ""))


@pytest.mark.long
def test_two_runs_are_kept_compared_and_their_maps_move_together(shelf, open_app):
    page = open_app(f"{shelf}/land", DESK, until=".ip-fall")
    settled(page)
    _keep(page, FIRST)
    page.goto(f"{shelf}/land?without=road")
    page.wait_for_selector(".ip-trial")
    settled(page)
    _keep(page, SECOND)
    page.goto(f"{shelf}/scenarios")
    page.wait_for_selector(".ip-waterfall")
    settled(page)
    assert re.search(r"[?&]a=\w{12}", page.url)
    assert re.search(r"[?&]b=\w{12}", page.url)

    # the printed steps lead from the printed total of the one to that of the other
    texts = page.locator(".ip-waterfall .ip-bar-text").all_inner_texts()
    first, *steps, last = [_number(text) for text in texts]
    assert steps
    assert round(first + sum(steps), 2) == last
    assert "道路红线" in page.locator(".ip-waterfall").inner_text()

    _maps(page, 3)
    _together(page)
    page.locator("[data-platforms-map]").first.get_by_role("button", name="放大").click()
    page.wait_for_timeout(600)
    zoomed = _together(page)
    page.locator("[data-platforms-map]").nth(1).scroll_into_view_if_needed()
    box = page.locator("[data-platforms-map]").nth(1).bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 150, steps=6)
    page.mouse.up()
    page.wait_for_timeout(800)
    dragged = _together(page)
    assert dragged[2] == zoomed[2]
    assert dragged[1] > zoomed[1]
    assert dragged[0] < zoomed[0]


@pytest.mark.long
def test_a_link_reopens_the_comparison_on_a_phone_with_maps_one_above_the_other(kept, open_app):
    page = open_app(f"{kept}/scenarios", PHONE, until=".ip-waterfall")
    settled(page)
    _maps(page, 3)
    boxes = [one.bounding_box() for one in page.locator("[data-platforms-map]").all()]
    tops = [box["y"] for box in boxes]
    assert tops == sorted(tops)
    assert tops[1] >= tops[0] + boxes[0]["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    again = open_app(page.url, DESK, until=".ip-waterfall")
    settled(again)
    ends = [one.locator(".ip-side").all_inner_texts() for one in (page, again)]
    assert ends[0] == ends[1] == [f"A：{FIRST}", f"B：{SECOND}"]


@pytest.mark.long
def test_a_scenario_is_locked_renamed_and_its_files_are_given(kept, open_app):
    page = open_app(f"{kept}/scenarios", DESK, until=".ip-waterfall")
    settled(page)
    with page.expect_download() as got:
        page.get_by_role("button", name="下载对比图（.html）").click()
    assert got.value.suggested_filename.endswith(".html")
    with page.expect_download() as got:
        page.get_by_role("button", name="下载对比表（.xlsx）").click()
    assert got.value.suggested_filename.endswith(".xlsx")
    # the list is drawn on a canvas: its first box to tick stands at the left of the first row
    table = page.locator("[data-testid=stDataFrame]").first
    table.click(position={"x": 15, "y": 52})
    expect(page.locator(".ip-scenario")).to_contain_text(SECOND)
    page.get_by_role("button", name="锁定", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("“不扣道路红线”已锁定")
