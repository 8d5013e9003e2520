"""The acts of planner, land officer and presenter, in a real browser that knows no other host."""

from __future__ import annotations

import io
import json
import socket
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
from app_pages import DESK, MAP, PHONE, drop, painted, run_of, served, serving, settled
from playwright.sync_api import Page, expect
from pyproj import Transformer
from shapely.geometry import box

from conftest import wait_painted
from platforms.app.server import command
from platforms.cli.main import main

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>"
SCREENS = {"desk": DESK, "phone": PHONE}


@pytest.fixture
def visit(open_app, yueqing) -> Callable[..., Page]:
    """Open a page of the app."""

    def go(path: str = "", screen: str = "desk") -> Page:
        return open_app(f"{yueqing}/{path}", SCREENS[screen])

    return go


def _plots(crs: str, x: float, y: float, name: str) -> gpd.GeoDataFrame:
    shapes = [box(x, y, x + 100, y + 80), box(x + 200, y, x + 320, y + 90)]
    return gpd.GeoDataFrame(
        {"地块编号": ["甲-1", "甲-2"], "企业名称": [name, "乙公司"]}, geometry=shapes, crs=crs
    )


@pytest.fixture
def shapefile(tmp_path) -> bytes:
    """A zipped Shapefile in GBK, in CGCS2000 zone 40, as offices send them."""
    x, y = Transformer.from_crs(4490, 4528, always_xy=True).transform(120.96, 28.13)
    _plots("EPSG:4528", x, y, "甲公司").to_file(tmp_path / "宗地.shp", encoding="GBK")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for file in tmp_path.glob("宗地.*"):
            if file.suffix != ".cpg":
                archive.write(file, file.name)
    return packed.getvalue()


def test_the_first_map_is_whole_and_carries_the_fingerprint(visit):
    page = visit()
    seen = painted(page)
    for layer in (
        "platforms",
        "projects",
        "firms",
        "plots",
        "towns",
        "layout_units",
        "constraints",
    ):
        assert seen["layers"][layer]["features"] > 0
    assert seen["id"] in page.inner_text(".stMain")
    assert "示例数据" in page.inner_text(".ip-title")


def test_a_click_on_a_platform_tells_what_the_plan_says_and_where(visit):
    page = visit()
    mark = next(m for m in painted(page)["marks"] if m["layer"] == "platforms")
    area = page.locator(".pm-root").bounding_box()
    # all of it can be seen without scrolling, and a press must not scroll it away
    assert area["y"] + area["height"] < page.viewport_size["height"]
    page.mouse.click(area["x"] + mark["x"], area["y"] + mark["y"])
    page.wait_for_selector(".ip-cite")
    panel = page.inner_text(".st-key-panel")
    assert "附件二" in panel
    assert "示意位置，误差约" in panel
    page.wait_for_url(f"**at=platforms%3A{mark['ids'][0]}*")
    settled(page)
    # the map stays where it was: a click must not make it jump
    assert painted(page)["zoom"] == pytest.approx(10, abs=1)


@pytest.mark.long
def test_a_link_reopens_the_same_view(visit):
    page = visit("?at=platforms:YQ-P07&lang=en")
    painted(page)
    page.wait_for_selector(".ip-cite")
    assert "Keep and upgrade" in page.inner_text(".st-key-panel")
    page.get_by_role("link", name="Targets").click()
    page.wait_for_selector(".ip-targets")
    assert "lang=en" in page.evaluate("location.href")


@pytest.mark.long
def test_a_row_of_a_table_is_shown_on_the_map(visit):
    page = visit()
    before = painted(page)["zoom"]
    settled(page)
    table = page.locator(".stDataFrame").first
    table.scroll_into_view_if_needed()
    area = table.bounding_box()
    page.mouse.click(area["x"] + 16, area["y"] + 35 * 1.5)
    page.wait_for_selector(".ip-judged")
    assert "SP-0001" in page.inner_text(".st-key-panel")
    zoomed = f"document.querySelector('{MAP}')?.platformsMap?.probe().zoom > {before + 3}"
    page.wait_for_function(zoomed)


def test_a_parcel_file_becomes_faults_areas_verdicts_and_an_offline_map(
    visit, shapefile, chromium, tmp_path
):
    page = visit("plots")
    painted(page)
    drop(page, "宗地 2022.zip", shapefile)
    source = page.locator(".ip-source", has_text="宗地 2022.zip")
    source.wait_for()
    assert "EPSG:4528" in source.inner_text()
    assert "gb18030" in source.inner_text().lower()
    # 8,000 m² and 10,800 m² on the plane, a little less on the ellipsoid
    expect(page.locator(".ip-figures")).to_contain_text("28.19")
    expect(page.locator(".ip-title")).to_contain_text("限制要素为示例数据")
    page.get_by_role("link", name="成果导出").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载 .html").click()
    saved = tmp_path / "map.html"
    download.value.save_as(saved)
    away = chromium.new_context(offline=True).new_page()
    asked: list[str] = []
    away.on("request", lambda r: asked.append(r.url))
    away.goto(saved.as_uri())
    wait_painted(away)
    probe = away.evaluate("document.querySelector('#platforms-map').platformsMap.probe()")
    assert probe["layers"]["plots"]["features"] == 2
    assert asked == [saved.as_uri()]
    away.context.close()


@pytest.mark.long
def test_an_open_coordinate_system_is_asked_for_and_the_answer_is_used(visit, tmp_path):
    # eastings that begin with the number of the zone, under a system without it
    wrong = _plots("EPSG:4549", 40595000, 3112000, "甲公司")
    wrong.to_file(tmp_path / "a.gpkg")
    page = visit("plots")
    settled(page)
    drop(page, "a.gpkg", (tmp_path / "a.gpkg").read_bytes())
    page.wait_for_selector(".ip-error")
    # the answer stands in the box as soon as the form is drawn
    form = page.locator("[data-testid=stForm]")
    for _ in range(600):
        if "EPSG:4528" in form.inner_html():
            break
        page.wait_for_timeout(100)
    assert "EPSG:4528" in form.inner_html()
    # a page has a box to choose from and no options to type
    assert "--crs" not in page.inner_text(".stMain")
    page.get_by_role("button", name="重新读取").click()
    page.locator(".ip-source", has_text="a.gpkg").wait_for()
    page.get_by_role("button", name="恢复示例数据").click()
    page.locator(".ip-source", has_text="sample_plots").wait_for()


def test_a_hostile_attribute_is_text_on_every_page(visit, tmp_path):
    x, y = Transformer.from_crs(4490, 4528, always_xy=True).transform(120.96, 28.13)
    plots = _plots("EPSG:4528", x, y, HOSTILE)
    plots["地块编号"] = [HOSTILE, "{{7*7}}"]
    plots["名称"] = ["</script><script>alert(2)</script>", "${alert(3)}"]
    plots.to_file(tmp_path / "a.gpkg")
    page = visit("plots")
    settled(page)
    drop(page, f"{HOSTILE}.gpkg", (tmp_path / "a.gpkg").read_bytes())
    page.locator(".ip-source small", has_text="SHA-256").wait_for()
    page.locator(".ip-looking").wait_for()
    settled(page)
    area = page.locator(".stDataFrame").first.bounding_box()
    page.mouse.click(area["x"] + 16, area["y"] + 35 * 1.5)
    page.wait_for_selector(".ip-judged")
    expect(page.locator(".st-key-panel")).to_contain_text(HOSTILE)
    for name in ("一张图", "园区与项目", "目标对账", "成果导出"):
        with run_of(page):
            page.get_by_role("link", name=name, exact=True).click()
    assert page.evaluate("document.querySelectorAll('img[src=x]').length") == 0


def _draw(page: Page, *steps: tuple[int, int]) -> None:
    """Draw a polygon by its corners, in pixels from the middle of the map, and finish it."""
    page.evaluate(
        f"document.querySelector('{MAP}').platformsMap.leaflet"
        ".setView([28.13, 120.96], 16, {animate: false})"
    )
    page.locator(".pm-root").scroll_into_view_if_needed()
    area = page.locator(".pm-root").bounding_box()
    x, y = area["x"] + area["width"] / 2, area["y"] + area["height"] * 0.4
    page.click("button.pm-tool[aria-label^=绘制]")
    for dx, dy in steps:
        page.mouse.click(x + dx, y + dy)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("path", ["", pytest.param("plots", marks=pytest.mark.long)])
def test_a_drawn_square_has_the_area_that_the_command_line_prints(visit, tmp_path, capsys, path):
    page = visit(path)
    painted(page)
    settled(page)
    _draw(page, (-60, -40), (60, -40), (60, 40), (-60, 40))
    page.wait_for_selector(".pm-tag-official")
    page.wait_for_selector(".ip-drawn")
    settled(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="存为 GeoJSON").click()
    saved = tmp_path / "drawing.geojson"
    download.value.save_as(saved)
    assert main(["measure", str(saved), "--json"]) == 0
    (plot,) = json.loads(capsys.readouterr().out)["plots"]
    told = f"{plot['area_mu']:,.4f} 亩 · {plot['area_m2']:,.2f} m²"
    assert told in page.inner_text(".pm-draw")
    panel = page.inner_text(".st-key-panel")
    assert told in panel
    assert f"{plot['planar_m2']:,.2f} m²" in panel
    assert "EPSG:4528" in panel
    page.locator(".st-key-drawing-clear button").click()
    page.wait_for_selector(".ip-drawn", state="detached")
    page.wait_for_selector(".pm-draw", state="hidden")


@pytest.mark.long
def test_a_drawing_that_crosses_itself_has_no_area_and_says_why(visit):
    page = visit()
    painted(page)
    settled(page)
    _draw(page, (-60, -40), (60, 40), (60, -40), (-60, 40))
    page.wait_for_selector(".ip-drawn")
    panel = page.inner_text(".st-key-panel")
    assert "无效" in panel
    assert "亩" not in panel
    assert "亩" not in page.inner_text(".pm-draw")
    # the map's own button tells the server too
    page.locator(".pm-draw").get_by_role("button", name="清除").click()
    page.wait_for_selector(".ip-drawn", state="detached")


@pytest.mark.long
def test_a_drawing_stays_when_another_page_was_looked_at(visit):
    page = visit()
    painted(page)
    settled(page)
    _draw(page, (-60, -40), (60, -40), (60, 40))
    page.wait_for_selector(".pm-tag-official")
    before = page.locator(".pm-draw dd").first.inner_text()
    page.get_by_role("link", name="目标对账").click()
    page.wait_for_selector(".ip-targets")
    page.get_by_role("link", name="一张图").click()
    page.wait_for_selector(".pm-tag-official")
    assert page.locator(".pm-draw dd").first.inner_text() == before


@pytest.mark.long
def test_a_second_click_beside_everything_clears_the_selection(visit):
    page = visit()
    mark = next(m for m in painted(page)["marks"] if m["layer"] == "platforms")
    settled(page)
    area = page.locator(".pm-root").bounding_box()
    page.mouse.click(area["x"] + mark["x"], area["y"] + mark["y"])
    page.wait_for_selector(".ip-cite")
    settled(page)
    page.keyboard.press("Escape")
    page.wait_for_selector(".ip-cite", state="detached")


@pytest.mark.long
def test_a_row_is_shown_beside_the_legend_and_not_under_it(visit):
    page = visit("?at=platforms:YQ-P07")
    painted(page)
    page.wait_for_selector(".ip-cite")
    settled(page)
    page.wait_for_timeout(500)
    mark = next(
        m for m in painted(page)["marks"] if m["layer"] == "platforms" and "YQ-P07" in m["ids"]
    )
    root = page.locator(".pm-root").bounding_box()
    legend = page.locator(".pm-floating").bounding_box()
    assert root["x"] + mark["x"] > legend["x"] + legend["width"]


@pytest.mark.long
def test_the_legend_of_the_app_starts_closed_on_a_phone(visit):
    page = visit("", "phone")
    painted(page)
    assert page.locator(".pm-floating .pm-legend").is_hidden()
    page.click(".pm-floating-head")
    assert page.locator(".pm-floating .pm-legend").is_visible()


@pytest.mark.long
def test_a_file_that_is_none_is_refused_with_advice(visit):
    page = visit("plots")
    settled(page)
    drop(page, "a.zip", b"not a zip")
    page.wait_for_selector(".ip-error")
    assert "a.zip" in page.inner_text(".ip-error")
    assert "Traceback" not in page.inner_text(".stMain")


def test_every_answer_closes_the_browser_to_other_hosts(yueqing):
    with urllib.request.urlopen(yueqing) as answer:  # noqa: S310 our own server
        headers = answer.headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "http" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


def test_a_strange_host_is_refused(yueqing):
    """A page elsewhere that names this machine as its own host must not reach the app."""
    port = int(yueqing.rpartition(":")[2])
    key = "dGhlIHNhbXBsZSBub25jZQ=="
    for host, allowed in ((f"127.0.0.1:{port}", True), ("evil.example", False)):
        with socket.create_connection(("127.0.0.1", port), timeout=5) as s:
            s.sendall(
                (
                    f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
                    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                    f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
                ).encode()
            )
            status = s.recv(64).split(b" ")[1]
        assert (status == b"101") is allowed


@pytest.mark.long
def test_the_root_file_starts_the_app_too(open_app, tmp_path):
    root = Path(__file__).parents[2]

    def argv(port: int) -> list[str]:
        return [*command(port)[:4], str(root / "app.py"), f"--server.port={port}"]

    with serving(argv, tmp_path, cwd=root) as url:
        painted(open_app(url))


@pytest.mark.long
def test_a_link_to_a_page_opens_it_on_a_server_that_nobody_has_visited(open_app, tmp_path):
    with served("yueqing", tmp_path) as url:
        open_app(f"{url}/targets")
