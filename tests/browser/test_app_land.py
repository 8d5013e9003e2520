"""Reclaimable land in a real browser: switches, one fingerprint, a plot's bars, small screens."""

from __future__ import annotations

import re
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from platforms.app.server import command

pytestmark = pytest.mark.browser

MAP = "[data-platforms-map]"
SCREENS = ((1366, 768), (1920, 1080), (390, 844))
NO_ROAD = "试算：不扣道路红线"


@pytest.fixture(scope="module")
def yueqing(tmp_path_factory) -> Iterator[str]:
    """The app on the example."""
    folder = tmp_path_factory.mktemp("land")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    log = folder / "log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            command(port, "yueqing"), cwd=folder, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            for _ in range(600):
                if server.poll() is not None:
                    pytest.fail(log.read_text(encoding="utf-8"))
                try:
                    health = f"http://127.0.0.1:{port}/_stcore/health"
                    urllib.request.urlopen(health, timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(10)
    assert "Traceback" not in log.read_text(encoding="utf-8")


@pytest.fixture
def visit(chromium, yueqing) -> Iterator[Callable[..., Page]]:
    """Open the page; afterwards nothing may have failed or gone to another host."""
    contexts, outside, faults = [], [], []

    def go(path: str = "", size: tuple[int, int] = SCREENS[0]) -> Page:
        context = chromium.new_context(viewport={"width": size[0], "height": size[1]})
        contexts.append(context)
        page = context.new_page()
        own = ("http://127.0.0.1:", "data:", "blob:")
        page.on("request", lambda r: r.url.startswith(own) or outside.append(r.url))
        page.on("pageerror", lambda e: faults.append(str(e)))
        page.goto(f"{yueqing}/land{path}")
        page.wait_for_selector(".ip-fall", timeout=60_000)
        _settled(page)
        return page

    yield go
    for context in contexts:
        context.close()
    assert outside == []
    assert faults == []


def _settled(page: Page) -> None:
    page.wait_for_selector(".stApp[data-test-script-state=notRunning]", timeout=60_000)


def _probe(page: Page) -> dict:
    ready = f"document.querySelector('{MAP}')?.platformsMap?.probe()?.paints > 0"
    page.wait_for_function(ready, timeout=30_000)
    return page.evaluate(f"document.querySelector('{MAP}').platformsMap.probe()")


def _ids(page: Page) -> set[str]:
    """The fingerprints that the page prints under map and table."""
    captions = page.locator("[data-testid=stCaptionContainer]").all_inner_texts()
    return {found for text in captions for found in re.findall(r"数据指纹 (\w{16})", text)}


def test_a_switch_changes_map_table_and_bars_together(visit):
    page = visit()
    before = _probe(page)["id"]
    assert _ids(page) == {before}
    page.get_by_text("4 道路红线").click()
    expect(page.locator(".ip-trial")).to_contain_text(NO_ROAD, timeout=30_000)
    _settled(page)
    page.wait_for_function(
        f"document.querySelector('{MAP}').platformsMap.probe().id !== '{before}'", timeout=30_000
    )
    after = _probe(page)["id"]
    assert _ids(page) == {after}
    assert page.locator(".ip-fall-label").all_inner_texts() == [
        "扣除前", "扣永久基本农田", "扣生态保护红线", "扣河道蓝线", "净面积",
    ]  # fmt: skip
    assert "without=road" in page.url
    # the other pages go on saying what the run says
    page.get_by_role("button", name="恢复原定限制").click()
    expect(page.locator(".ip-trial")).to_have_count(0, timeout=30_000)
    _settled(page)
    assert "without" not in page.url
    assert _ids(page) == {before}


def test_a_trial_stays_with_a_visit_to_another_page(visit):
    page = visit("?without=road")
    expect(page.locator(".ip-trial")).to_contain_text(NO_ROAD)
    page.get_by_role("link", name="一张图").click()
    page.wait_for_selector(".ip-figures")
    expect(page.locator(".ip-figures")).to_contain_text("3,414.27")
    _settled(page)
    page.get_by_role("link", name="可腾退用地").click()
    expect(page.locator(".ip-trial")).to_contain_text(NO_ROAD, timeout=30_000)


@pytest.mark.parametrize("size", SCREENS)
def test_nothing_is_cut_at_the_side(visit, size):
    page = visit("?without=river&with=buildings&at=plots:SP-0003", size)
    _probe(page)
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


def test_a_plot_is_clicked_and_falls_from_gross_to_net(visit):
    page = visit("?at=plots:SP-0003")
    _probe(page)
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


def test_every_section_opens(visit):
    page = visit()
    for name, word in {
        "连片改造": "连片改造候选", "控制线": "跨线的地块", "占补平衡": "没有先补足的变化",
        "限制重叠": "对角线", "参数与出处": "工业项目建设用地控制指标",
    }.items():  # fmt: skip
        page.get_by_role("tab", name=name).click()
        expect(page.get_by_role("tabpanel").get_by_text(word).first).to_be_visible()
    expect(page.locator(".ip-error")).to_have_count(0)


def test_the_sums_are_downloaded(visit, tmp_path):
    page = visit("?without=road")
    with page.expect_download() as held:
        page.get_by_role("button", name="下载 CSV").click()
    held.value.save_as(tmp_path / "t.csv")
    text = (tmp_path / "t.csv").read_text(encoding="utf-8-sig")
    assert text.startswith("乡镇街道,")
    assert NO_ROAD in text
