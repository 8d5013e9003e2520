"""The exported page in a real browser, with nothing outside it reachable."""

from __future__ import annotations

import io
import itertools
import math
import re

import numpy as np
import pyproj
import pytest
from PIL import Image
from playwright.sync_api import expect

import map_samples as samples
from conftest import HOST, call, probe, wait_painted, wait_still
from platforms.outputs.maps.page import runtime_assets, save_html

pytestmark = pytest.mark.browser


def pixels(page) -> np.ndarray:
    shot = page.locator(".pm-stage").screenshot()
    return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")).astype(int)


def near(image: np.ndarray, colour: str, tolerance: int = 24) -> int:
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return int((np.abs(image - wanted).max(axis=2) <= tolerance).sum())


def settle(page, host: str = HOST) -> None:
    wait_still(page, host)


def test_asks_for_nothing_and_draws_every_layer(open_map):
    page, seen = open_map(samples.document())
    settle(page)
    assert [url.split(":")[0] for url in seen.requests] == ["file"]
    assert (seen.errors, seen.dialogs, seen.console) == ([], [], [])
    layers = probe(page)["layers"]
    assert {k: v["drawn"] for k, v in layers.items()} == {"platforms": 13, "plots": 9}
    call(page, "leaflet.setView([28.055, 120.9], 13, {animate: false})")
    settle(page)
    image = pixels(page)
    assert near(image, "#88ccee") > 2000
    assert near(image, "#cc6677") > 800


def test_the_card_says_what_the_plan_says_and_where(open_map):
    page, _ = open_map(samples.document())
    call(page, "map.select({layer: 'platforms', id: 'P06'})")
    card = page.locator(".pm-card")
    text = card.inner_text()
    for part in (
        "平台06", "示意", "保留提升", "6.00 亩", "《某市“十三五”规划》", "某发〔2016〕1号",
        "附件二", "第 7 行", "第 58 页", samples.QUOTE, "以乡镇驻地代替", "误差约 4,000 m",
    ):  # fmt: skip
        assert part in text
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)


def test_a_click_on_a_plot_opens_it_and_lists_what_else_is_there(open_map):
    page, _ = open_map(samples.document())
    call(page, "leaflet.setView([28.055, 120.855], 14, {animate: false})")
    settle(page)
    box = page.locator(".pm-stage").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    card = page.locator(".pm-card")
    for part in ("地块0", "示例数据：合成", "0.125 亩"):
        expect(card).to_contain_text(part)


@pytest.mark.long
def test_points_that_share_a_place_stand_side_by_side(open_map):
    page, _ = open_map(samples.document(samples.platforms_layer(count=7), samples.plots_layer()))
    state = probe(page)
    assert len(state["marks"]) == 8
    for a, b in itertools.combinations(state["marks"] + state["badges"], 2):
        assert math.hypot(a["x"] - b["x"], a["y"] - b["y"]) >= 10
    # the drawing moved, the data did not: every mark leads back to its own coordinate
    x, y = call(page, "(p => [p.x, p.y])(leaflet.latLngToContainerPoint([28.15, 120.95]))")
    for mark in state["marks"][:]:
        if mark["ids"] != ["P07"]:
            assert math.hypot(mark["anchor"]["x"] - x, mark["anchor"]["y"] - y) < 1.5


@pytest.mark.long
def test_a_crowd_is_a_count_that_opens_on_a_click(open_map):
    page, _ = open_map(samples.document(samples.platforms_layer(count=30), samples.plots_layer()))
    (badge,) = probe(page)["badges"]
    assert len(badge["ids"]) == 30
    box = page.locator(".pm-stage").bounding_box()
    page.mouse.click(box["x"] + 1 + badge["x"], box["y"] + 1 + badge["y"])
    settle(page)
    state = probe(page)
    assert state["badges"] == []
    assert len(state["marks"]) == 31
    for a, b in itertools.combinations(state["marks"], 2):
        assert math.hypot(a["x"] - b["x"], a["y"] - b["y"]) >= 10


def test_words_do_not_overlap(open_map):
    page, _ = open_map(samples.document())
    for zoom in (10.5, 12, 13.5):
        call(page, f"leaflet.setView([28.15, 120.95], {zoom}, {{animate: false}})")
        settle(page)
        labels = probe(page)["labels"]
        assert labels
        for a, b in itertools.combinations(labels, 2):
            apart_x = abs(a["x"] - b["x"]) >= (a["width"] + b["width"]) / 2
            apart_y = abs(a["y"] - b["y"]) >= (a["height"] + b["height"]) / 2 - 0.5
            assert apart_x or apart_y, (a, b)


def test_the_scale_is_right_at_this_latitude(open_map):
    page, _ = open_map(samples.document())
    size = call(page, "(s => [s.x, s.y])(leaflet.getSize())")
    ends = [
        call(page, f"(p => [p.lng, p.lat])(leaflet.containerPointToLatLng([{x}, {size[1] / 2}]))")
        for x in (size[0] / 2 - 50, size[0] / 2 + 50)
    ]
    metres = pyproj.Geod(ellps="GRS80").inv(*ends[0], *ends[1])[2]
    assert probe(page)["metres_per_pixel"] * 100 == pytest.approx(metres, rel=0.005)


def box_of(page, css):
    return page.locator(css).first.bounding_box()


def test_the_sample_mark_is_there_exactly_while_sample_data_are(open_map):
    page, _ = open_map(samples.document())
    badge = page.locator(".pm-sample-badge")
    assert badge.is_visible()
    assert "示例数据" in badge.inner_text()
    for width in (1280, 768, 600, 570, 400, 320):
        page.set_viewport_size({"width": width, "height": 800})
        frame = box_of(page, ".pm-stage")
        own = box_of(page, ".pm-sample-badge")
        assert frame["x"] <= own["x"], width
        assert own["x"] + own["width"] <= frame["x"] + frame["width"], width
        for other in (box_of(page, css) for css in (".pm-search", ".pm-tools", ".pm-north")):
            beside = (
                own["x"] + own["width"] <= other["x"] or other["x"] + other["width"] <= own["x"]
            )
            below = (
                own["y"] >= other["y"] + other["height"] or own["y"] + own["height"] <= other["y"]
            )
            assert beside or below, (width, own, other)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_label("工业地块", exact=True).uncheck()
    assert not badge.is_visible()
    assert probe(page)["layers"]["plots"]["drawn"] == 0


@pytest.mark.long
def test_a_class_can_be_switched_off_alone(open_map):
    page, _ = open_map(samples.document())
    page.get_by_label("工业地块 非低效").uncheck()
    settle(page)
    assert probe(page)["layers"]["plots"]["drawn"] == 6


def test_the_table_searches_sorts_and_leads_to_the_map(open_map):
    page, _ = open_map(samples.document())
    rows = page.locator(".pm-table tbody tr")
    expect(rows).to_have_count(13)
    page.get_by_label("按用地排序").click()
    page.get_by_label("按用地排序").click()
    names = [rows.nth(i).inner_text() for i in range(13)]
    assert "平台11" in names[0]
    # what is unknown stays last, whichever way it is sorted
    assert "平台12" in names[-1]
    page.get_by_label("在“平台表”中查找").fill("平台07")
    expect(rows).to_have_count(1)
    rows.first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".pm-card h3")).to_contain_text("平台07")
    assert probe(page)["zoom"] >= 13


def test_the_keyboard_reaches_a_feature(open_map):
    page, _ = open_map(samples.document())
    box = page.get_by_label("查找名称、编号或企业")
    box.focus()
    page.keyboard.type("P12")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".pm-card h3")).to_contain_text("平台12")
    page.keyboard.press("Escape")
    expect(page.locator(".pm-card")).to_have_count(0)


def test_the_same_id_changes_nothing_and_another_id_everything(open_map):
    first = samples.document()
    other = samples.document(
        samples.platforms_layer(count=3), samples.plots_layer(), title="第二张图"
    )
    page, seen = open_map(first)
    settle(page)
    before = probe(page)["paints"]
    page.evaluate(
        "doc => PlatformsMap.mount(document.querySelector('#platforms-map'), doc, {mode: 'page'})",
        first.content,
    )
    settle(page)
    assert probe(page)["paints"] == before
    page.evaluate(
        "doc => document.querySelector('#platforms-map').platformsMap.update(doc)", other.content
    )
    settle(page)
    state = probe(page)
    assert state["id"] == other.id
    assert state["layers"]["platforms"]["features"] == 4
    expect(page.locator("h1")).to_have_text("第二张图")
    expect(page.locator(".pm-fingerprint")).to_contain_text(other.id[:8])
    assert seen.errors == []


def test_hostile_text_is_shown_and_runs_nothing(open_map):
    document = samples.hostile_document()
    page, seen = open_map(document)
    for layer, key in (("plots", "S000"), ("plots", "S001"), ("platforms", "P03")):
        call(page, f"map.select({{layer: '{layer}', id: '{key}'}})")
        settle(page)
    card = page.locator(".pm-card").inner_text()
    page.locator(".pm-stage").hover()
    for button in page.locator(".pm-more").all():
        button.click()
    page.get_by_role("searchbox").first.fill("onerror")
    settle(page)
    text = page.locator("body").inner_text()
    for attack in samples.HOSTILE[:6]:
        assert attack in card
        assert attack in text
    assert page.evaluate("window.hit") is None
    assert page.locator("img, iframe, [onerror], [onmouseover]").count() == 0
    assert (seen.errors, seen.dialogs) == ([], [])
    assert [url.split(":")[0] for url in seen.requests] == ["file"]


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_fits_the_screen(open_map, width, height):
    page, _ = open_map(samples.document(), width, height)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    stage = page.locator(".pm-stage").bounding_box()
    assert stage["width"] >= min(width * 0.6, 340)
    assert stage["height"] >= 400


@pytest.mark.parametrize("paper", ["A3", pytest.param("A4", marks=pytest.mark.long)])
def test_prints_on_one_page(open_map, tmp_path, paper):
    page, seen = open_map(samples.document())
    page.evaluate("window.print = () => undefined")
    page.get_by_label(f"打印 {paper} 横向").click()
    file = page.pdf(path=tmp_path / "map.pdf", prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", file)) == 1
    width, height = (
        float(v) for v in re.search(rb"MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", file).groups()
    )
    wanted = {"A3": (1190.6, 841.9), "A4": (841.9, 595.3)}[paper]
    assert (width, height) == pytest.approx(wanted, abs=1.5)
    settle(page)
    assert seen.errors == []
    # back on the screen the map is whole again
    assert probe(page)["layers"]["plots"]["drawn"] == 9


@pytest.mark.long
def test_an_uncompressed_file_needs_no_new_browser(open_page, tmp_path):
    old = "delete window.DecompressionStream"
    plain = save_html(samples.document(compress=False), tmp_path / "plain.html")
    page, seen = open_page(plain, init=old)
    wait_painted(page)
    assert seen.errors == []
    packed = save_html(samples.document(), tmp_path / "packed.html")
    page, seen = open_page(packed, init=old)
    assert "较新的 Chrome" in page.get_by_role("alert").inner_text()
    assert seen.errors == []


@pytest.mark.long
def test_english_page_has_no_stray_chinese_controls(open_map):
    page, _ = open_map(samples.document(lang="en"))
    tools = page.locator("button, input, h2, figcaption, .pm-foot").all()
    own = [t.get_attribute("aria-label") or t.inner_text() for t in tools]
    data = {
        "产业平台",
        "工业地块",
        "平台表",
        "名称",
        "方向",
        "用地",
        "认定",
        "亩",
        "保留提升",
        "重点发展",
    }
    for text in own:
        assert not re.search("[\u4e00-\u9fff]", re.sub("|".join(data), "", text)), text


def test_the_component_tells_only_what_the_server_does_not_know(open_page, tmp_path):
    script = runtime_assets("component")[0]
    (tmp_path / "host.html").write_text(
        "<!doctype html><meta charset=utf-8><body><div id=parent><div data-platforms-map></div></div>"
        f"<style>{runtime_assets('component')[1]}</style>",
        encoding="utf-8",
    )
    page, seen = open_page(tmp_path / "host.html")
    page.evaluate(
        """async code => {
            const url = URL.createObjectURL(new Blob([code], {type: 'text/javascript'}));
            window.component = (await import(url)).default;
            window.triggers = [];
            window.rerun = data => window.component({
                parentElement: document.getElementById('parent'), data,
                setTriggerValue: (k, v) => window.triggers.push([k, v]),
            });
        }""",
        script,
    )
    document = samples.document()
    page.evaluate("d => { window.rerun(d) }", {"id": document.id, "document": document.content})
    wait_painted(page, "[data-platforms-map]")
    assert page.evaluate("window.triggers") == []
    again = {
        "id": document.id,
        "document": None,
        "select": {"layer": "plots", "id": "S004", "nonce": 1},
    }
    page.evaluate("d => { window.rerun(d) }", again)
    settle(page, "[data-platforms-map]")
    # the server asked for it: to tell it back would cost a run
    assert page.evaluate("window.triggers") == []
    assert page.locator(".leaflet-container").count() == 1
    # acted on once: a rerun with the same nonce leaves the user's own selection alone
    page.evaluate("d => { window.rerun(d) }", again)
    settle(page, "[data-platforms-map]")
    page.get_by_label("工业地块", exact=True).uncheck()
    assert page.evaluate("window.triggers") == []
    page.keyboard.press("Escape")
    nothing = ["picked", {"layer": "", "id": ""}]
    assert page.evaluate("window.triggers") == [nothing]
    # a document that the browser does not hold is asked for once
    for _ in range(2):
        page.evaluate("d => { window.rerun(d) }", {"id": "0" * 16, "document": None})
    assert page.evaluate("window.triggers") == [nothing, ["lost", "0" * 16]]
    assert seen.errors == []
