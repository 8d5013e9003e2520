"""A presenter's walk through the offline page, and the picture it gives."""

from __future__ import annotations

import io
import re

import geopandas as gpd
import numpy as np
import pytest
import shapely
from PIL import Image

import map_samples as samples
from conftest import call, probe, wait_painted
from platforms.outputs.maps.map_document import Column, Figure, MapLayer
from platforms.outputs.maps.page import save_html
from platforms.outputs.maps.slides import Slide, with_slides

pytestmark = pytest.mark.browser

EXTENTS = {
    "whole": (120.8, 28.0, 121.2, 28.4),
    "west": (120.82, 28.1, 120.9, 28.18),
    "plots": (120.85, 28.05, 120.96, 28.07),
    "east": (121.08, 28.28, 121.12, 28.32),
    "end": (120.9, 28.1, 121.0, 28.2),
}


def deck():
    """Five slides, each with a view of its own; three with layers of their own."""
    slides = [
        Slide(id="whole", title="总览", text="第一行\n第二行", figures=("plots",)),
        Slide(id="west", title="西部", extent=EXTENTS["west"], layers=("platforms",)),
        Slide(id="plots", title="地块", extent=EXTENTS["plots"], layers=("plots",), chart="c"),
        Slide(id="east", title="东部", extent=EXTENTS["east"], layers=()),
        Slide(id="end", title="结束", extent=EXTENTS["end"]),
    ]
    return with_slides(samples.document(), slides)


@pytest.fixture
def walk(open_page, tmp_path):
    """The page of the five slides, at a fragment of its address."""
    path = save_html(deck(), tmp_path / "walk.html")

    def show(width=1366, height=768, *, still=True):
        page, seen = open_page(path, width, height)
        if still:
            page.emulate_media(reduced_motion="reduce")
        wait_painted(page)
        return page, seen

    return show


def view(page):
    return call(page, "[leaflet.getCenter().lng, leaflet.getCenter().lat, leaflet.getZoom()]")


def shown(page):
    return {name for name, layer in probe(page)["layers"].items() if layer["visible"]}


def at(page):
    """Where the walk is: slide's title, count, and the address."""
    return (
        page.locator(".pm-slide h2").inner_text(),
        page.locator(".pm-slide-count").inner_text(),
        page.evaluate("decodeURIComponent(location.hash)"),
    )


def start(page):
    page.get_by_role("button", name=re.compile("开始演示")).click()


def test_a_presenter_walks_through_five_slides_by_keyboard(walk):
    page, seen = walk()
    call(page, "leaflet.setView([28.2, 121.0], 12, {animate: false})")
    page.get_by_label("工业地块 非低效").uncheck()
    before = view(page), shown(page)
    page.get_by_role("button", name=re.compile("开始演示")).focus()
    page.keyboard.press("Enter")
    seen_slides = []
    layers = []
    for key in ("ArrowRight", "PageDown", "ArrowDown", "ArrowRight", "ArrowRight"):
        seen_slides.append(at(page))
        layers.append(shown(page))
        lon, lat, _ = view(page)
        w, s, e, n = EXTENTS[seen_slides[-1][2].removeprefix("#slide=")]
        # the middle of the slide's extent is in the middle of the map, and all of it is in sight
        assert lon == pytest.approx((w + e) / 2, abs=(e - w) / 5)
        assert lat == pytest.approx((s + n) / 2, abs=(n - s) / 5)
        inside = f"leaflet.getBounds().contains([[{s}, {w}], [{n}, {e}]])"
        assert call(page, inside)
        page.keyboard.press(key)
    # the last key was pressed on the last slide, which stays
    assert at(page) == seen_slides[-1]
    titles = ["总览", "西部", "地块", "东部", "结束"]
    assert [title for title, _, _ in seen_slides] == titles
    assert [count for _, count, _ in seen_slides] == [f"第 {n} / 5 页" for n in range(1, 6)]
    assert layers == [{"platforms", "plots"}, {"platforms"}, {"plots"}, set(), layers[0]]
    for key, title in (("Home", "总览"), ("End", "结束"), ("PageUp", "东部"), ("ArrowUp", "地块")):
        page.keyboard.press(key)
        assert at(page)[0] == title
    page.keyboard.press("Escape")
    assert not page.locator(".pm-slide").is_visible()
    assert page.evaluate("location.hash") == ""
    # to the pixel, which is what a map can go back to
    assert view(page) == pytest.approx(before[0], abs=2e-4)
    assert shown(page) == before[1]
    assert not page.get_by_label("工业地块 非低效").is_checked()
    assert page.evaluate("document.activeElement.className").count("pm-present") == 1
    assert [url.split(":")[0] for url in seen.requests] == ["file"]
    assert (seen.errors, seen.console) == ([], [])


def test_a_slide_shows_text_figures_chart_and_the_legend_of_its_layers(walk):
    page, _ = walk()
    start(page)
    text = page.locator(".pm-slide").inner_text()
    for part in ("第一行", "第二行", "地块", "9", "宗", "产业平台", "工业地块"):
        assert part in text
    page.get_by_role("button", name="下一页").first.click()
    legend = page.locator(".pm-slide .pm-legend").inner_text()
    assert "产业平台" in legend
    assert "工业地块" not in legend
    page.locator(".pm-slide-edge-forth").click()
    assert "3.00" in page.locator(".pm-slide .pm-bars").inner_text()
    # the page's own legend is back in its place afterwards
    page.get_by_role("button", name="退出演示").click()
    assert page.locator(".pm-panel .pm-legend").is_visible()
    assert page.locator(".pm-slide .pm-legend").count() == 0


def test_every_slide_bears_the_marks_of_what_it_shows(open_map):
    sample = Figure(key="plots", label="地块", value="9", unit="宗", note="示例数据")
    slides = [
        Slide(id="plots", title="地块", layers=("plots",)),
        Slide(id="places", title="平台", layers=("platforms",)),
        Slide(id="figure", title="数字", layers=(), figures=("plots",)),
        Slide(id="bare", title="底图", layers=()),
    ]
    document = samples.document(figures=[sample], internal=True)
    page, _ = open_map(with_slides(document, slides))
    page.emulate_media(reduced_motion="reduce")
    start(page)
    marks = []
    for _ in slides:
        marks.append(page.locator(".pm-slide-marks .pm-tag").all_inner_texts())
        page.keyboard.press("ArrowRight")
    assert marks == [
        ["内部资料", "示例数据"],
        ["内部资料", "示意"],
        ["内部资料", "示例数据"],
        ["内部资料"],
    ]


def test_a_long_legend_is_wholly_in_sight_without_layers_that_are_not_drawn(open_map):
    many = [
        samples.platforms_layer(name=f"places{i}", title=f"一些地方{i}", visible=True)
        for i in range(40)
    ]
    # firms one by one are drawn closer up only
    line = gpd.GeoDataFrame(
        {"firm_id": ["f"], "mu": [5.0]},
        geometry=[shapely.LineString([(120.9, 28.1), (121.0, 28.2)])],
        crs=4490,
    )
    mu = Column(name="mu", title="用地", unit="亩", type="number", digits=2)
    flows = [
        MapLayer(name=name, title=name, frame=line, key="firm_id", columns=[mu], visible=True)
        for name in ("flows", "flows_by_town")
    ]
    document = samples.document(*many, *flows, tables=[])
    page, seen = open_map(with_slides(document, [Slide(id="a", title="一", text="字\n" * 6)]))
    page.emulate_media(reduced_motion="reduce")
    start(page)
    box = page.evaluate(
        "(k => [k.scrollHeight, k.clientHeight])(document.querySelector('.pm-slide-legend'))"
    )
    assert box[0] <= box[1] + 1
    assert float(page.locator(".pm-slide .pm-legend").evaluate("node => node.style.zoom")) < 1
    legend = page.locator(".pm-slide .pm-legend").inner_text()
    assert "flows_by_town" in legend
    assert re.search(r"flows\b(?!_)", legend) is None
    call(page, "leaflet.setView([28.15, 120.95], 13, {animate: false})")
    closer = page.locator(".pm-slide .pm-legend").inner_text()
    assert "flows_by_town" not in closer
    assert "flows" in closer
    assert seen.errors == []


def test_an_address_opens_on_its_slide(walk):
    page, _ = walk()
    page.evaluate("location.hash = '#slide=east'")
    page.locator(".pm-slide h2").wait_for()
    assert at(page)[0] == "东部"
    page.evaluate("location.hash = '#slide=nowhere'")
    page.wait_for_timeout(100)
    assert at(page)[0] == "东部"


@pytest.mark.long
def test_the_map_flies_where_motion_is_welcome(walk):
    page, seen = walk(still=False)
    start(page)
    page.keyboard.press("PageDown")
    zooms = set()
    for _ in range(60):
        zooms.add(round(view(page)[2], 2))
        page.wait_for_timeout(40)
    w, s, e, n = EXTENTS["west"]
    assert call(page, f"leaflet.getBounds().contains([[{s}, {w}], [{n}, {e}]])")
    # seen on its way
    assert len(zooms) > 2
    # turned again in flight, the last slide counts
    page.keyboard.press("PageDown")
    page.keyboard.press("PageDown")
    page.wait_for_timeout(2500)
    assert view(page)[:2] == pytest.approx([121.1, 28.3], abs=0.01)
    assert seen.errors == []


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_the_walk_fits_the_screen(walk, width, height):
    page, _ = walk(width, height)
    start(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    stage = page.locator(".pm-stage").bounding_box()
    slide = page.locator(".pm-slide").bounding_box()
    assert stage["width"] * stage["height"] > 0.4 * width * height
    assert slide["y"] + slide["height"] <= height + 1
    for name in ("上一页", "下一页", "退出演示（Esc）"):
        box = page.locator(".pm-slide").get_by_role("button", name=name).bounding_box()
        assert min(box["width"], box["height"]) >= 36


def test_a_map_without_slides_offers_none(open_map):
    page, seen = open_map(with_slides(samples.document(), []))
    assert page.locator(".pm-present").count() == 0
    assert seen.errors == []


def test_hostile_slides_are_shown_and_run_nothing(open_map):
    text = " ".join(samples.HOSTILE)
    slides = [Slide(id="a", title=text[:120], text=text, figures=(text,))]
    page, seen = open_map(with_slides(samples.hostile_document(), slides))
    start(page)
    said = page.locator(".pm-slide").inner_text()
    for attack in samples.HOSTILE[:6]:
        assert attack in said
    assert page.evaluate("window.hit") is None
    assert page.locator("img, iframe, [onerror], [onmouseover]").count() == 0
    assert (seen.errors, seen.dialogs) == ([], [])
    assert [url.split(":")[0] for url in seen.requests] == ["file"]


def test_the_sheet_becomes_a_picture_without_a_request(open_map):
    page, seen = open_map(samples.document(title="一张图/第1版"))
    call(page, "leaflet.setView([28.055, 120.9], 13, {animate: false})")
    stage = page.locator(".pm-map").bounding_box()
    with page.expect_download() as given:
        page.get_by_role("button", name="把整幅图存成 PNG 图片").click()
    # parts of a path in a title are none in the name of a file
    assert given.value.suggested_filename == "一张图第1版.png"
    with open(given.value.path(), "rb") as file:  # noqa: PTH123 a file of the browser
        image = Image.open(io.BytesIO(file.read())).convert("RGB")
    assert image.width > 2 * stage["width"] + 600
    assert image.height > 2 * stage["height"]
    pixels = np.asarray(image).astype(int)
    for colour, at_least in (("#88ccee", 4000), ("#cc6677", 1500), ("#1f4e79", 4000)):
        wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        assert (np.abs(pixels - wanted).max(axis=2) <= 24).sum() > at_least
    # the legend at the right has swatches and words of its own
    beside = pixels[:, int(2 * stage["width"]) + 60 :]
    assert (beside.min(axis=2) < 100).sum() > 2000
    assert not [url for url in seen.requests if url.startswith("http")]
    assert seen.errors == []


def test_the_pictures_map_goes_on_beside_a_long_legend(open_map):
    many = [
        samples.platforms_layer(name=f"places{i}", title=f"一些地方{i}", visible=True)
        for i in range(30)
    ]
    page, seen = open_map(samples.document(*many, tables=[]))
    stage = page.locator(".pm-map").bounding_box()
    with page.expect_download() as given:
        page.get_by_role("button", name="把整幅图存成 PNG 图片").click()
    with open(given.value.path(), "rb") as file:  # noqa: PTH123 a file of the browser
        image = Image.open(io.BytesIO(file.read())).convert("RGB")
    # the legend is higher than the screen, and so is the map: no white below it
    assert image.height > 2 * stage["height"] + 300
    foot = np.asarray(image)[-170:-110, 60 : int(2 * stage["width"]) - 60].astype(int)
    assert (foot.min(axis=2) >= 254).mean() < 0.5
    assert seen.errors == []
