"""Siting and the yearly portfolio in a real browser: asked, shown, stopped, taken along, kept."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from app_pages import DESK, MAP, PHONE, painted, settled
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

SITES = "/moves?part=siting&industry=C38&land=60&plots=none"
CHOICE = "/moves?part=portfolio&mu=600&time=4"
WAIT = 90_000


@pytest.fixture
def url(yueqing) -> str:
    """The address of the app that all files share; what is kept here has names of its own."""
    return yueqing


@pytest.fixture
def visit(open_app, url) -> Callable[..., Page]:
    """Open the page."""

    def go(path: str, size: tuple[int, int] = DESK) -> Page:
        page = open_app(f"{url}{path}", size)
        settled(page)
        return page

    return go


def _keep(page: Page, name: str) -> None:
    page.get_by_role("button", name="保存为方案").click()
    form = page.get_by_role("dialog")
    form.get_by_label("名称").fill(name)
    form.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text(f"已保存为方案“{name}”").first).to_be_visible(timeout=WAIT)


@pytest.mark.long
def test_a_project_is_typed_ranked_looked_at_and_kept(visit, url):
    page = visit("/moves?part=siting")
    assert page.locator(MAP).count() == 0
    box = page.get_by_role("combobox", name="行业（GB/T 4754 大类）")
    box.click()
    page.get_by_role("option", name="C38 电气机械和器材制造业").click()
    page.get_by_label("用地（亩）", exact=True).fill("60")
    page.get_by_role("button", name="排名").click()
    page.wait_for_selector(".ip-scores", timeout=WAIT)
    settled(page)
    shown = painted(page)
    captions = page.locator("[data-testid=stCaptionContainer]").all_inner_texts()
    assert any(shown["id"] in text for text in captions)
    assert "industry=C38" in page.url
    bars = page.locator(".ip-scores tbody tr")
    assert bars.count() == 20
    # parts of a bar are within it, and what is unknown comes last
    inside = """e => { const a = e.getBoundingClientRect();
        return [...e.querySelectorAll('i')].every(i => {
            const b = i.getBoundingClientRect(); return b.left >= a.left - 1 && b.right <= a.right + 1; }); }"""
    assert all(bar.evaluate(inside) for bar in page.locator(".ip-stacked").all())
    expect(page.locator(".st-key-panel h3")).to_have_text("浙江乐清经济开发区")
    with page.expect_download() as got:
        page.get_by_role("button", name="下载 CSV").click()
    assert "浙江乐清经济开发区" in got.value.path().read_text(encoding="utf-8-sig")
    _keep(page, "浏览器选址")
    # a second visit by the address alone shows the same map
    again = visit(page.url.removeprefix(url))
    again.wait_for_selector(".ip-scores", timeout=WAIT)
    assert painted(again)["id"] == shown["id"]


@pytest.mark.long
def test_a_site_that_is_excluded_says_where_it_is_written(visit):
    page = visit(f"{SITES}&at=site_points:park:YQ-P26")
    panel = page.locator(".st-key-panel")
    expect(panel.locator(".ip-excluded")).to_contain_text("退二进三", timeout=WAIT)
    expect(panel.locator(".ip-excluded")).to_contain_text("附件二")


@pytest.mark.long
def test_a_file_of_the_command_line_is_ranked(visit):
    page = visit("/moves?part=siting")
    page.get_by_text("从文件读入").first.click()
    text = "name: 示例\nindustry: C38\nland_mu: 45\nsuppliers:\n  - {lon: 120.9, lat: 28.05}\n"
    file = {"name": "p.yaml", "mimeType": "text/yaml", "buffer": text.encode()}
    page.set_input_files("input[type=file]", file)
    page.wait_for_selector(".ip-scores", timeout=WAIT)
    settled(page)
    assert page.get_by_label("用地（亩）", exact=True).input_value() == "45"
    assert "land=45" in page.url


@pytest.mark.long
def test_a_portfolio_is_found_explained_and_kept(visit):
    page = visit(CHOICE)
    assert page.locator(MAP).count() == 0
    page.get_by_role("button", name="开始求解").click()
    page.wait_for_selector(".ip-last", timeout=WAIT)
    settled(page)
    shown = painted(page)
    expect(page.locator("[data-testid=stVegaLiteChart]")).to_have_count(1, timeout=WAIT)
    expect(page.locator(".ip-figures").first).to_contain_text("600.0")
    page.get_by_role("tab", name="逐块理由").click()
    expect(page.get_by_text("单块分为其他地块不变时")).to_be_visible()
    with page.expect_download() as got:
        page.get_by_role("button", name="下载 XLSX").click()
    assert got.value.path().read_bytes()[:2] == b"PK"
    _keep(page, "浏览器组合")
    page.get_by_role("link", name="方案对比").first.click()
    # the list counts what is kept of each kind
    kept = page.get_by_role("radio", name=re.compile("年度组合 [1-9]"))
    expect(kept).to_be_attached(timeout=WAIT)
    assert shown["layers"]


@pytest.mark.long
def test_a_search_is_stopped_and_keeps_its_best(visit):
    page = visit("/moves?part=portfolio&mu=2160&gap=0&time=300&solve=1")
    search = page.locator(".st-key-searching-portfolio")
    expect(search).to_contain_text("下界", timeout=WAIT)
    search.get_by_role("button", name="停止，保留目前最好的方案").click()
    page.wait_for_selector(".ip-figures", timeout=WAIT)
    said = page.locator(".ip-note[role=status]").filter(has_text="下界")
    expect(said).to_contain_text("提前停止", timeout=WAIT)


@pytest.mark.long
def test_what_cannot_be_reached_says_what_gives(visit):
    page = visit("/moves?part=portfolio&mu=5000&solve=1")
    expect(page.locator(".ip-warning")).to_contain_text("候选地块合计只有", timeout=WAIT)
    expect(page.locator(".ip-warning")).to_contain_text("目标由 5,000.00 亩降到")


@pytest.mark.long
@pytest.mark.parametrize("path", [SITES, f"{CHOICE}&solve=1"])
@pytest.mark.parametrize("size", [DESK, PHONE])
def test_nothing_is_cut_at_the_side(visit, path, size):
    page = visit(path, size)
    page.wait_for_selector(".ip-figures", timeout=WAIT)
    settled(page)
    wide = page.evaluate(
        "[document.documentElement.scrollWidth, document.querySelector('.stMain').scrollWidth]"
    )
    assert max(wide) <= size[0]
