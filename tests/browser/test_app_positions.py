"""A platform's true boundary in real Chromium: drawn, stored, there after a restart, for all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from app_pages import DESK, MAP, painted, served, settled
from playwright.sync_api import Page

import platforms as ip

pytestmark = pytest.mark.browser

_SHOTS = os.environ.get("PLATFORMS_SHOTS")
# sample plots lie around it, and no platform is near
_MIDDLE = (28.05, 120.98)


def _shot(page: Page, name: str) -> None:
    if _SHOTS:
        page.screenshot(path=str(Path(_SHOTS) / f"{name}.png"), full_page=True)


def _draw(page: Page) -> None:
    """Draw a square about the middle of the map."""
    painted(page)
    page.evaluate(
        f"([lat, lon]) => document.querySelector('{MAP}').platformsMap.leaflet"
        ".setView([lat, lon], 14, {animate: false})",
        list(_MIDDLE),
    )
    page.locator(".pm-root").scroll_into_view_if_needed()
    area = page.locator(".pm-root").bounding_box()
    x, y = area["x"] + area["width"] / 2, area["y"] + area["height"] * 0.4
    page.click("button.pm-tool[aria-label^=绘制]")
    for dx, dy in ((-100, -60), (100, -60), (100, 60), (-100, 60)):
        page.mouse.click(x + dx, y + dy)
    page.keyboard.press("Enter")


def _fill(page: Page, label: str, text: str) -> None:
    field = page.get_by_label(label, exact=True).first
    field.fill(text)
    field.press("Tab")


def test_a_boundary_that_was_drawn_is_there_after_a_restart_and_for_all(tmp_path, open_app):
    env = {"PLATFORMS_STORE": str(tmp_path / "store")}
    first, again = tmp_path / "first", tmp_path / "again"
    first.mkdir()
    again.mkdir()
    there = "/parks?show=position&of=YQ-P01"
    with served("yueqing", first, env=env) as url:
        page = open_app(url + there, DESK)
        other = open_app(f"{url}/parks?at=platforms:YQ-P01", DESK)
        other.locator(".st-key-panel").get_by_text("示意").first.wait_for()
        _draw(page)
        page.wait_for_selector(".pm-tag-official")
        settled(page)
        _shot(page, "drawn")
        _fill(page, "提供人", "张三")
        _fill(page, "依据", "2024 年地形图")
        _fill(page, "精度（米）", "20")
        page.locator(".st-key-park-stated [role=spinbutton]").first.click()
        page.keyboard.type("20240501")
        page.get_by_text("我已看过以上").click()
        page.get_by_role("button", name="存入边界").click()
        page.get_by_text("已存入 YQ-P01").wait_for()
        settled(page)
        _shot(page, "stored")
        # another visitor sees it after a reload
        other.reload()
        other.locator(".st-key-panel").get_by_text("勾绘").first.wait_for()
        _shot(other, "other")
    told = ip.open_store("yueqing", tmp_path / "store").positions.current()
    assert [(one.author, one.basis, one.accuracy_m) for one in told] == [("张三", "drawn", 20.0)]
    with served("yueqing", again, env=env) as url:
        page = open_app(url + there, DESK)
        page.get_by_text("2024 年地形图").first.wait_for()
        painted(page)
        assert "已更正的边界" in page.locator(".pm-root").text_content()
        _shot(page, "restarted")
    city = ip.with_positions(ip.Workspace.open("yueqing"), tmp_path / "store")
    inside = ip.assign("plots", city).query("platform_id == 'YQ-P01'")
    assert (inside["platform_way"] == "within").sum() > 0


@pytest.mark.long
def test_the_chosen_place_is_marked_and_gone_to(tmp_path, open_app):
    view = f"(() => {{ const m = document.querySelector('{MAP}').platformsMap.leaflet;"
    view += "const c = m.getCenter(); return [m.getZoom(), c.lat, c.lng]; })()"
    with served("yueqing", tmp_path, env={"PLATFORMS_STORE": str(tmp_path / "store")}) as url:
        page = open_app(f"{url}/parks", DESK)
        page.goto(f"{url}/parks?show=position")
        painted(page)
        page.wait_for_timeout(1500)
        first = page.evaluate(view)
        _shot(page, "place-first")
        page.get_by_role("combobox", name="更正哪一处").first.click()
        page.get_by_role("option").nth(5).click()
        page.wait_for_url("**at=platforms*")
        settled(page)
        page.wait_for_timeout(2000)
        _shot(page, "place-chosen")
        assert page.evaluate(view) != first
        assert first[0] > 11
