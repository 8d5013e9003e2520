"""Relocation in a real browser: start, stop, flows on the map, a file, a scenario; membership."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from app_pages import DESK, MAP, PHONE, drop, painted, settled
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

RESULT = ".st-key-move-files-row"
FIRMS, PARKS, KINDS = 2_000, 40, 10


def _tables() -> dict[str, str]:
    """Draw firms and parks so tight that no answer is proved in a minute."""
    draw = np.random.default_rng(7)
    demand = np.round(draw.lognormal(2.7, 0.8, FIRMS) + 1, 1)
    rows = [
        f"F{n},{120.8 + 0.4 * draw.random():.5f},{28 + 0.45 * draw.random():.5f},I{n % KINDS},{mu}"
        for n, mu in enumerate(demand)
    ]
    share = draw.uniform(0.5, 1.5, PARKS)
    room = np.round(share / share.sum() * demand.sum() * 1.02, 1)
    parks = [
        f"P{n},{120.8 + 0.4 * draw.random():.5f},{28 + 0.45 * draw.random():.5f},{mu},"
        + ";".join(f"I{k}" for k in draw.choice(KINDS, 4, replace=False))
        for n, mu in enumerate(room)
    ]
    return {
        "firms": "\n".join(["firm_id,lon,lat,industry,demand_mu", *rows]),
        "parks": "\n".join(["park_id,lon,lat,capacity_mu,admits", *parks]),
    }


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


def _narrow(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.long
def test_a_relocation_is_started_shown_downloaded_and_kept(visit, url):
    page = visit("/moves?part=relocation")
    assert page.locator(MAP).count() == 0
    page.get_by_role("button", name="开始求解").click()
    page.wait_for_selector(RESULT)
    settled(page)
    shown = painted(page)
    caption = page.locator("[data-testid=stCaptionContainer]").first.inner_text()
    assert shown["id"] in caption
    assert "流向" in page.locator(MAP).inner_text()
    with page.expect_download() as got:
        page.get_by_role("button", name="下载企业清单（csv）").click()
    assert got.value.suggested_filename.endswith(".csv")
    assert "firm_id" in got.value.path().read_text(encoding="utf-8-sig")
    page.get_by_role("button", name="保存为方案").click()
    page.locator('[class*="st-key-keep-name-relocation"] input').fill("浏览器试排")
    page.locator('[class*="st-key-keep-save-relocation"] button').click()
    expect(page.get_by_text("浏览器试排").last).to_be_visible()
    listed = visit("/scenarios")
    listed.get_by_text(re.compile(r"^搬迁 1$")).click()
    expect(listed.get_by_text("浏览器试排").first).to_be_attached()


@pytest.mark.long
def test_a_search_is_stopped_and_its_best_is_kept(visit):
    page = visit("/moves?part=relocation&s=300")
    page.locator(".st-key-move-files-box summary").click()
    for name, text in _tables().items():
        file = {"name": f"{name}.csv", "mimeType": "text/csv", "buffer": text.encode()}
        page.locator(f".st-key-move-file-{name}-0 input[type=file]").set_input_files(file)
        settled(page)
    expect(page.get_by_text("2,000 家企业，40 个园区")).to_be_visible()
    page.get_by_role("button", name="开始求解").click()
    stop = page.get_by_role("button", name=re.compile("停止"))
    expect(stop).to_be_visible()
    expect(page.get_by_role("button", name="开始求解")).to_be_disabled()
    expect(page.locator(".ip-searching")).to_contain_text("下界", timeout=150_000)
    stop.click()
    page.wait_for_selector(RESULT)
    settled(page)
    painted(page)
    expect(page.get_by_text("人工停止，保留当时最好的方案").first).to_be_visible()
    expect(page.locator(".ip-error")).to_have_count(0)


@pytest.mark.long
def test_two_visitors_have_their_own_weights_and_results(visit):
    one, two = visit("/moves?part=relocation&w=fit:4"), visit("/moves?part=relocation")
    one.get_by_role("button", name="开始求解").click()
    one.wait_for_selector(RESULT)
    expect(one.get_by_role("spinbutton", name="行业不符")).to_have_value("4")
    expect(two.get_by_role("spinbutton", name="行业不符")).to_have_value("0")
    expect(two.locator(RESULT)).to_have_count(0)


@pytest.mark.long
@pytest.mark.parametrize("size", [DESK, PHONE])
def test_membership_follows_the_layer_in_map_and_table(visit, size):
    page = visit("/moves?of=firms&by=platform", size)
    shown = painted(page)
    expect(page.get_by_text(f"数据指纹 {shown['id']}").first).to_be_visible()
    assert _narrow(page)
    page.get_by_text("重点项目", exact=True).click()
    settled(page)
    expect(page.get_by_text(f"数据指纹 {shown['id']}")).to_have_count(0)
    assert "of=projects" in page.url
    assert painted(page)["id"] != shown["id"]


def test_why_a_box_takes_no_such_file_stands_beside_it(open_app, yueqing):
    page = open_app(f"{yueqing}/moves?part=siting")
    page.locator("summary", has_text="从文件读入").click()
    drop(page, "计划.docx", b"PK", "application/msword")
    told = page.locator(".stFileChip [role=alert]")
    expect(told).to_have_text(re.compile("^没有收下。这里不收 Word 文档"))
    box = told.bounding_box()
    assert box["width"] > 100
    assert box["height"] >= 13
