"""Reclaimable land in a real browser: switches, one fingerprint, a plot's bars, small screens."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from app_pages import DESK, MAP, PHONE, WIDE, painted, settled
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

SCREENS = (DESK, WIDE, PHONE)
NO_ROAD = "试算：不扣道路红线"


ROOMS = """[...document.querySelectorAll('.ip-fall, section.ip-chart:not(:has(.ip-fall))')].map(
  (chart) => [...chart.querySelectorAll('.ip-bar, .ip-fall-bar')].map(
    (room) => Math.round(room.getBoundingClientRect().width)))"""


@pytest.fixture
def visit(open_app, yueqing) -> Callable[..., Page]:
    """Open the page."""

    def go(path: str = "", size: tuple[int, int] = DESK) -> Page:
        page = open_app(f"{yueqing}/land{path}", size, until=".ip-fall")
        settled(page)
        return page

    return go


def _ids(page: Page) -> set[str]:
    """The fingerprints that the page prints under map and table."""
    captions = page.locator("[data-testid=stCaptionContainer]").all_inner_texts()
    return {found for text in captions for found in re.findall(r"数据指纹 (\w{16})", text)}


def test_a_switch_changes_map_table_and_bars_together(visit):
    page = visit()
    before = painted(page)["id"]
    assert _ids(page) == {before}
    page.get_by_text("4 道路红线").click()
    expect(page.locator(".ip-trial")).to_contain_text(NO_ROAD)
    settled(page)
    page.wait_for_function(
        f"(p => p && p.id !== '{before}')(document.querySelector('{MAP}')?.platformsMap?.probe())",
        timeout=30_000,
    )
    after = painted(page)["id"]
    assert _ids(page) == {after}
    assert page.locator(".ip-fall-label").all_inner_texts() == [
        "扣除前", "扣永久基本农田", "扣生态保护红线", "扣河道蓝线", "净面积",
    ]  # fmt: skip
    # beside one text that is wider than all others the bars keep one scale
    page.locator(".ip-fall-text b").first.evaluate("(b) => { b.innerText = '9'.repeat(30); }")
    page.locator(".ip-bar-text").first.evaluate("(b) => { b.innerText = '9'.repeat(30); }")
    charts = [rooms for rooms in page.evaluate(ROOMS) if rooms]
    assert charts
    assert all(len(set(rooms)) == 1 for rooms in charts)
    assert "without=road" in page.url
    # the other pages go on saying what the run says
    page.get_by_role("button", name="恢复原定限制").click()
    expect(page.locator(".ip-trial")).to_have_count(0)
    settled(page)
    assert "without" not in page.url
    assert _ids(page) == {before}


@pytest.mark.long
def test_a_trial_stays_with_a_visit_to_another_page(visit):
    page = visit("?without=road")
    expect(page.locator(".ip-trial")).to_contain_text(NO_ROAD)
    page.get_by_role("link", name="一张图").click()
    page.wait_for_selector(".ip-figures")
    expect(page.locator(".ip-figures")).to_contain_text("3,414.27")
    settled(page)
    page.get_by_role("link", name="可腾退用地").click()
    expect(page.locator(".ip-trial")).to_contain_text(NO_ROAD)


@pytest.mark.long
@pytest.mark.parametrize("size", SCREENS)
def test_nothing_is_cut_at_the_side(visit, size):
    page = visit("?without=river&with=buildings&at=plots:SP-0003", size)
    painted(page)
    wide = page.evaluate(
        "[document.documentElement.scrollWidth, document.querySelector('.stMain').scrollWidth]"
    )
    assert max(wide) <= size[0]
    cut = "e => e.scrollWidth - e.clientWidth"
    for part in (".ip-fall-row", ".ip-asked", ".st-key-land-switches", ".ip-trial"):
        for element in page.locator(part).all():
            assert element.evaluate(cut) <= 0, part
    # every bar stays in its track
    inside = """e => { const i = e.querySelector('i'); if (!i) return true;
        const a = e.getBoundingClientRect(), b = i.getBoundingClientRect();
        return b.left >= a.left - 1 && b.right <= a.right + 1 && b.width >= 1.5; }"""
    for track in page.locator(".ip-fall-bar").all():
        assert track.evaluate(inside)


@pytest.mark.long
def test_a_plot_is_clicked_and_falls_from_gross_to_net(visit):
    page = visit("?at=plots:SP-0003")
    painted(page)
    panel = page.locator(".st-key-panel")
    expect(panel.locator(".ip-land .ip-fall-row")).to_have_count(6)
    expect(panel.locator(".ip-land")).to_contain_text("控制线内")
    page.locator(".pm-root").evaluate("map => map.scrollIntoView({block: 'center'})")
    area = page.locator(".pm-root").bounding_box()
    middle = area["x"] + area["width"] / 2, area["y"] + area["height"] / 2
    # the plot is in the middle, and its neighbours stand along the street beside it
    for west in (110, 150, 190, 230):
        page.mouse.click(middle[0] - west, middle[1] + west / 5)
        page.wait_for_timeout(2_500)
        if "磐石-01-003" not in panel.locator("h3").inner_text():
            break
    expect(panel.locator("h3")).not_to_contain_text("磐石-01-003")


@pytest.mark.long
def test_every_section_opens(visit):
    page = visit()
    for name, word in {
        "连片改造": "连片改造候选", "控制线": "跨线的地块", "占补平衡": "没有先补足的变化",
        "限制重叠": "对角线", "参数与出处": "工业项目建设用地控制指标",
    }.items():  # fmt: skip
        page.get_by_role("tab", name=name).click()
        expect(page.get_by_role("tabpanel").get_by_text(word).first).to_be_visible()
    expect(page.locator(".ip-error")).to_have_count(0)


@pytest.mark.long
def test_the_sums_are_downloaded(visit, tmp_path):
    page = visit("?without=road")
    with page.expect_download() as held:
        page.get_by_role("button", name="下载 CSV").click()
    held.value.save_as(tmp_path / "t.csv")
    text = (tmp_path / "t.csv").read_text(encoding="utf-8-sig")
    assert text.startswith("乡镇街道,")
    assert NO_ROAD in text
