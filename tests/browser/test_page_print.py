"""What a printed sheet holds: everything it speaks of, on one page."""

from __future__ import annotations

import re
import shutil
import subprocess

import geopandas as gpd
import pytest
import shapely

import map_samples as samples
from conftest import probe
from platforms.outputs.maps.map_document import MapLayer
from platforms.outputs.maps.slides import Slide, with_slides

pytestmark = pytest.mark.browser


def on_paper(page, paper="A3"):
    """Lay the page out as a print does, and keep it so."""
    page.evaluate("window.print = () => undefined")
    page.get_by_label(f"打印 {paper} 横向").click()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.wait_for_timeout(100)


def inside(page, css):
    """Say whether every such element lies within the sheet, uncut."""
    return page.evaluate(
        """css => {
            const sheet = document.querySelector('.pm-panel').getBoundingClientRect();
            return [...document.querySelectorAll(css)].filter(e => e.getClientRects().length)
                .every(e => { const b = e.getBoundingClientRect();
                    return b.bottom <= sheet.bottom + 1 && b.right <= sheet.right + 1
                        && e.scrollWidth <= e.clientWidth + 1; });
        }""",
        css,
    )


@pytest.mark.parametrize("paper", ["A3", "A4"])
def test_what_a_table_has_no_room_for_is_numbered_on_the_map(open_map, paper):
    layer = samples.platforms_layer(count=70)
    page, seen = open_map(samples.document(layer, samples.plots_layer()))
    on_paper(page, paper)
    assert page.locator(".pm-table tbody tr:visible").count() == 0
    listed = page.locator(".pm-register li").all_inner_texts()
    assert len(listed) == 71
    assert "平台70" in listed[70]
    # each of them is on the map, none behind a count
    marks = [mark["ids"] for mark in probe(page)["marks"] if mark["layer"] == "platforms"]
    assert sorted(one for (one,) in marks) == [f"P{i:02d}" for i in range(71)]
    assert inside(page, ".pm-section")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator(".pm-register").count() == 0
    assert page.locator(".pm-table tbody tr:visible").count() == 60
    assert seen.errors == []


def test_the_legend_on_paper_leaves_out_what_is_drawn_closer_up_only(open_map):
    line = gpd.GeoDataFrame(
        {"firm_id": ["f"]},
        geometry=[shapely.LineString([(120.9, 28.1), (121.0, 28.2)])],
        crs=4490,
    )
    flows = [
        MapLayer(name=name, title=name, frame=line, key="firm_id", visible=True)
        for name in ("flows", "flows_by_town")
    ]
    page, seen = open_map(samples.document(*flows, tables=[]))
    on_paper(page)
    titles = page.locator(".pm-panel .pm-row-title:visible").all_inner_texts()
    assert titles == ["flows_by_town"]
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    titles = page.locator(".pm-panel .pm-row-title:visible").all_inner_texts()
    assert sorted(titles) == ["flows", "flows_by_town"]
    assert seen.errors == []


def test_a_small_table_is_printed_as_it_is(open_map):
    page, _ = open_map(samples.document())
    on_paper(page)
    assert page.locator(".pm-table tbody tr:visible").count() == 13
    assert page.locator(".pm-register").count() == 0


@pytest.mark.parametrize("paper", ["A3", "A4"])
def test_the_legend_is_printed_whole_with_every_word(open_map, paper):
    long = "名称很长很长的一个示例图层用来看图例会不会把字截掉"
    many = [
        MapLayer(
            name=f"extra{i}",
            title=f"{long}{i}",
            key="id",
            style="plots",
            frame=gpd.GeoDataFrame(
                {"id": ["x"]}, geometry=[shapely.box(121, 28.1, 121.02, 28.12)], crs=4490
            ),
        )
        for i in range(14)
    ]
    page, _ = open_map(samples.document(samples.platforms_layer(), *many))
    on_paper(page, paper)
    titles = page.locator(".pm-legend .pm-row-title").all_inner_texts()
    assert {f"{long}{i}" for i in range(14)} <= set(titles)
    assert inside(page, ".pm-row-title")
    assert inside(page, ".pm-section")


def test_paper_shows_the_slide_that_is_presented(open_map):
    slides = [Slide(id="a", title="平台", layers=("platforms",)), Slide(id="b", title="全部")]
    page, seen = open_map(with_slides(samples.document(), slides))
    page.get_by_role("button", name=re.compile("开始演示")).click()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".pm-title h1").is_visible()
    assert not page.locator(".pm-slide").is_visible()
    assert not page.get_by_text("工业地块", exact=True).first.is_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator(".pm-slide h2").inner_text() == "平台"
    assert seen.errors == []


@pytest.mark.long
@pytest.mark.parametrize("paper", ["A3", "A4"])
def test_the_words_of_the_sheet_are_on_the_paper(open_map, tmp_path, paper):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed: apt-get install poppler-utils")
    page, _ = open_map(samples.document())
    page.evaluate("window.print = () => undefined")
    page.get_by_label(f"打印 {paper} 横向").click()
    page.pdf(path=tmp_path / "map.pdf", prefer_css_page_size=True, print_background=True)
    words = ["pdftotext", "-layout", str(tmp_path / "map.pdf"), "-"]
    told = subprocess.run(words, capture_output=True, check=True).stdout.decode()
    assert told.count("\f") == 1
    plain = "".join(told.split())
    for part in (
        "测试图",
        "2026-01-02",
        "示例数据",
        "比例尺约",
        "某市“十三五”规划",
        "面积为椭球面积",
    ):
        assert part in plain
