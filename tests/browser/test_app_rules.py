"""Trying rules, giving reported values and a city without plots, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from app_pages import DESK, MAP, PHONE, WIDE, drop, painted, settled
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

SCREENS = (DESK, pytest.param(WIDE, marks=pytest.mark.long))
TAX_FLOOR = "规下企业亩均税收下限"
REPORT = "target_id,value,unit,date,source,author\nyq2022-10,150,{unit},2022-06,快报,甲\n"


@pytest.fixture
def visit(open_app) -> Callable[..., Page]:
    """Open an address and wait for its script."""

    def go(url: str, size: tuple[int, int] = DESK) -> Page:
        page = open_app(url, size)
        settled(page)
        return page

    return go


def _shown(page: Page) -> str:
    """The fingerprint of the map that is painted."""
    return painted(page)["id"]


@pytest.mark.parametrize("size", SCREENS)
def test_a_parameter_is_changed_and_figures_list_and_map_follow(visit, yueqing, size):
    page = visit(f"{yueqing}/rules", size)
    expect(page.locator(".ip-flips")).to_have_text("没有地块的结论因此变化。")
    before = _shown(page)
    box = page.get_by_label(TAX_FLOOR)
    box.fill("3")
    box.press("Enter")
    expect(page.locator(".ip-flips")).to_contain_text("结论变化的地块：")
    settled(page)
    after = _shown(page)
    assert after != before
    expect(page.get_by_text(f"数据指纹 {after}").first).to_be_visible()
    expect(page.locator(".ip-changed")).to_have_text("已改，原为：10")
    # the legend counts what the figures count
    told = re.search(r"(\d+) 宗", page.locator(".ip-flips").inner_text())
    legend = page.locator(MAP).inner_text()
    flipped = [int(n.replace(",", "")) for n in re.findall(r"变为\S+\s+([\d,]+)", legend)]
    assert told is not None
    assert sum(flipped) == int(told.group(1)) > 0
    # nothing is cut at the side
    wide = "e => e.scrollWidth - e.clientWidth"
    assert page.locator(".ip-effect").evaluate(wide) <= 0
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    for row in page.locator(".st-key-rule-settings .ip-parameter-source").all():
        assert row.evaluate(wide) <= 0


@pytest.mark.long
def test_on_a_phone_no_box_is_left_empty_and_no_heading_stands_alone(visit, yueqing):
    page = visit(f"{yueqing}/rules?set=tax_floor=5", PHONE)
    expect(page.locator(".ip-flips")).to_be_visible()
    _shown(page)
    for head in page.locator(".st-key-rule-settings .ip-column").all():
        assert not head.is_visible()
    # white between the last line of a box and what follows it
    left = """box => {
        const wrap = box.closest('[data-testid="stLayoutWrapper"]') ?? box;
        const last = Math.max(...[...box.querySelectorAll('p, td')]
            .map(e => e.getBoundingClientRect().bottom));
        return wrap.getBoundingClientRect().bottom - last;
    }"""
    for name in ("rule-settings", "rule-effect", "panel"):
        assert page.locator(f".st-key-{name}").evaluate(left) < 60, name


@pytest.mark.long
def test_a_value_that_is_none_leaves_no_older_map(visit, yueqing):
    page = visit(f"{yueqing}/rules")
    _shown(page)
    box = page.get_by_label(TAX_FLOOR)
    box.fill("十元")
    box.press("Enter")
    expect(page.locator(".ip-error")).to_contain_text("不是数字")
    settled(page)
    expect(page.locator(MAP)).to_have_count(0)
    page.get_by_role("button", name="恢复原定参数").click()
    expect(page.locator(".ip-error")).to_have_count(0)
    settled(page)
    expect(box).to_have_value("10")
    _shown(page)


@pytest.mark.long
def test_the_tree_unfolds_to_parameter_and_source(visit, yueqing):
    page = visit(f"{yueqing}/?at=plots:SP-0003")
    rule = page.locator(".ip-trace > details").first
    expect(rule).to_have_attribute("open", "open")
    leaf = page.locator(".ip-trace details:has(> .ip-parameter)").first
    parameter = leaf.locator(".ip-parameter").first
    expect(parameter).to_be_hidden()
    leaf.locator("summary").click()
    expect(parameter).to_be_visible()
    expect(parameter).to_contain_text("可信度")
    rule.locator("summary").first.click()
    expect(parameter).to_be_hidden()


@pytest.mark.long
def test_reports_are_taken_and_a_wrong_unit_is_told(visit, yueqing):
    page = visit(f"{yueqing}/targets?target=yq2022-10")
    page.locator("summary").filter(has_text="上报值").click()

    drop(page, "报.csv", REPORT.format(unit="公顷").encode(), "text/csv")
    expect(page.locator(".ip-error")).to_contain_text("不能比较")
    settled(page)
    drop(page, "报.csv", REPORT.format(unit="亩").encode(), "text/csv")
    expect(
        page.get_by_text(re.compile(r"2022-06：150(\.0+)? 亩（快报，甲）")).first
    ).to_be_visible()
    expect(page.locator(".ip-error")).to_have_count(0)


@pytest.mark.long
@pytest.mark.parametrize("path", ["", "parks", "plots", "rules", "exports"])
def test_a_city_without_plots_says_so(visit, taizhou, path):
    page = visit(f"{taizhou}/{path}")
    expect(page.locator(".ip-empty")).to_contain_text("台州市的工作区没有地块")
    expect(page.locator(".ip-error")).to_have_count(0)


@pytest.mark.long
def test_the_targets_of_a_city_without_plots_stand_there(visit, taizhou):
    page = visit(f"{taizhou}/targets")
    expect(page.get_by_text("有数值的目标").first).to_be_visible()
    expect(page.locator(".st-key-target-panel")).to_contain_text("基期值")
    expect(page.locator(".ip-error")).to_have_count(0)
