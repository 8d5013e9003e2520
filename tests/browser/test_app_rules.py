"""Trying rules, giving reported values and a city without plots, in a real browser."""

from __future__ import annotations

import re
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from platforms.app.server import command

pytestmark = pytest.mark.browser

MAP = "[data-platforms-map]"
SCREENS = ((1366, 768), (1920, 1080))
TAX_FLOOR = "规下企业亩均税收下限"
REPORT = "target_id,value,unit,date,source,author\nyq2022-10,150,{unit},2022-06,快报,甲\n"


@contextmanager
def _served(workspace: str, folder) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    log = folder / "log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            command(port, workspace), cwd=folder, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            for _ in range(300):
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


@pytest.fixture(scope="module")
def yueqing(tmp_path_factory) -> Iterator[str]:
    """The app on the example."""
    with _served("yueqing", tmp_path_factory.mktemp("yueqing")) as url:
        yield url


@pytest.fixture(scope="module")
def taizhou(tmp_path_factory) -> Iterator[str]:
    """The app on a workspace that has targets and no plots."""
    with _served("taizhou", tmp_path_factory.mktemp("taizhou")) as url:
        yield url


@pytest.fixture
def visit(chromium) -> Iterator[Callable[..., Page]]:
    """Open an address; afterwards nothing may have failed or gone to another host."""
    contexts, outside, faults = [], [], []

    def go(url: str, size: tuple[int, int] = SCREENS[0]) -> Page:
        context = chromium.new_context(viewport={"width": size[0], "height": size[1]})
        contexts.append(context)
        page = context.new_page()
        own = ("http://127.0.0.1:", "data:", "blob:")
        page.on("request", lambda r: r.url.startswith(own) or outside.append(r.url))
        page.on("pageerror", lambda e: faults.append(str(e)))
        page.goto(url)
        page.wait_for_selector(".ip-title", timeout=60_000)
        _settled(page)
        return page

    yield go
    for context in contexts:
        context.close()
    assert outside == []
    assert faults == []


def _settled(page: Page) -> None:
    page.wait_for_selector(".stApp[data-test-script-state=notRunning]", timeout=60_000)


def _shown(page: Page) -> str:
    """The fingerprint of the map that is painted."""
    ready = f"document.querySelector('{MAP}')?.platformsMap?.probe()?.paints > 0"
    page.wait_for_function(ready, timeout=30_000)
    return page.evaluate(f"document.querySelector('{MAP}').platformsMap.probe().id")


@pytest.mark.parametrize("size", SCREENS)
def test_a_parameter_is_changed_and_figures_list_and_map_follow(visit, yueqing, size):
    page = visit(f"{yueqing}/rules", size)
    expect(page.locator(".ip-flips")).to_have_text("没有地块的结论因此变化。")
    before = _shown(page)
    box = page.get_by_label(TAX_FLOOR)
    box.fill("3")
    box.press("Enter")
    expect(page.locator(".ip-flips")).to_contain_text("结论变化的地块：", timeout=30_000)
    _settled(page)
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


def test_on_a_phone_no_box_is_left_empty_and_no_heading_stands_alone(visit, yueqing):
    page = visit(f"{yueqing}/rules?set=tax_floor=5", (390, 844))
    expect(page.locator(".ip-flips")).to_be_visible(timeout=30_000)
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


def test_a_value_that_is_none_leaves_no_older_map(visit, yueqing):
    page = visit(f"{yueqing}/rules")
    _shown(page)
    box = page.get_by_label(TAX_FLOOR)
    box.fill("十元")
    box.press("Enter")
    expect(page.locator(".ip-error")).to_contain_text("不是数字", timeout=30_000)
    _settled(page)
    expect(page.locator(MAP)).to_have_count(0)
    page.get_by_role("button", name="恢复原定参数").click()
    expect(page.locator(".ip-error")).to_have_count(0, timeout=30_000)
    _settled(page)
    expect(box).to_have_value("10")
    _shown(page)


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


def test_reports_are_taken_and_a_wrong_unit_is_told(visit, yueqing):
    page = visit(f"{yueqing}/targets?target=yq2022-10")
    page.locator("summary").filter(has_text="上报值").click()

    def give(unit: str) -> None:
        file = {
            "name": "报.csv",
            "mimeType": "text/csv",
            "buffer": REPORT.format(unit=unit).encode(),
        }
        page.set_input_files("input[type=file]", file)

    give("公顷")
    expect(page.locator(".ip-error")).to_contain_text("不能比较", timeout=30_000)
    _settled(page)
    give("亩")
    expect(page.get_by_text(re.compile(r"2022-06：150(\.0+)? 亩（快报，甲）")).first).to_be_visible(
        timeout=30_000
    )
    expect(page.locator(".ip-error")).to_have_count(0)


@pytest.mark.parametrize("path", ["", "parks", "plots", "rules", "exports"])
def test_a_city_without_plots_says_so(visit, taizhou, path):
    page = visit(f"{taizhou}/{path}")
    expect(page.locator(".ip-empty")).to_contain_text("台州市的工作区没有地块")
    expect(page.locator(".ip-error")).to_have_count(0)


def test_the_targets_of_a_city_without_plots_stand_there(visit, taizhou):
    page = visit(f"{taizhou}/targets")
    expect(page.get_by_text("有数值的目标").first).to_be_visible()
    expect(page.locator(".st-key-target-panel")).to_contain_text("基期值")
    expect(page.locator(".ip-error")).to_have_count(0)
