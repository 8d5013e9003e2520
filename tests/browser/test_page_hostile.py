"""Every text of the corpus at every place of the offline page: shown letter by letter, never run."""

from __future__ import annotations

import re

import geopandas as gpd
import pytest

import map_samples as samples
from conftest import call, wait_painted
from hostile import HOSTILE, LONG
from platforms.outputs.maps.map_document import (
    Bar,
    Chart,
    Column,
    Figure,
    MapLayer,
    SourceNote,
    Table,
)
from platforms.outputs.maps.page import save_html
from platforms.outputs.maps.slides import Slide, with_slides

pytestmark = pytest.mark.browser

SHORT = [text for text in HOSTILE if text not in LONG]
FEW = ["</script><script>window.hit=2</script>", "${window.hit=3}", "{{7*7}}", "__proto__"]
# what the page leaves out of any text: marks that turn what stands behind them
TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
CUT = 120
# a page takes so large a part of them: each is a layer, a table, a chart and a slide
PARTS = 4
# the address of a slide names it; a name that no slide has leads nowhere
LINKS = ["#slide=<img src=x onerror=window.hit=8>", "#slide=%", "#slide=__proto__", "#<b>"]


def plain(text: str) -> str:
    return TURNS.sub("", text)


def layer_of(number: int, text: str) -> MapLayer:
    """A layer that is called like a text, as its column is, and holds it in one feature."""
    at = samples.square(120.82 + 0.03 * (number % 8), 28.02 + 0.03 * (number // 8))
    frame = gpd.GeoDataFrame(
        {"plot_id": [text], "label": [text], text: [text], "section": [text], "doc": ["d1"]},
        geometry=[at],
        crs=4490,
    )
    columns = [
        Column(name="plot_id", title="编号", role="hidden"),
        Column(name="label", title=text, role="title"),
        Column(name=text, title=text, unit="亩" if number % 2 else ""),
        *[Column(name=name, title=text) for name in ("section", "doc")],
    ]
    return MapLayer(
        name=text, title=text, frame=frame, key="plot_id", columns=columns,
        source=text, date=text, note=text,
    )  # fmt: skip


def hostile_page(texts: list[str]):
    """A map with a layer, a table, a chart, a figure, a source and a slide for each text."""
    joined = " ".join(text for text in texts if text not in LONG)
    made = samples.document(
        *[layer_of(number, text) for number, text in enumerate(texts)],
        title=joined,
        subtitle=joined,
        date=joined,
        notes=texts,
        waters=[(text, 121.3, 28.2) for text in texts[:3]],
        sources=[SourceNote(id="d1", title=joined, issuer=joined, number=joined, date=joined)],
        figures=[
            Figure(key=text, label=text, value=text, unit=text, note=text) for text in texts[:6]
        ],
        charts=[
            Chart(id=text, title=text, bars=[Bar(label=text, value=1, text=text, color=text)])
            for text in texts
        ],
        tables=[Table(id=text, title=text, layer=text, columns=["label", text]) for text in texts],
    )
    slides = [
        Slide(
            id=f"s{number}", title=text[:CUT], text=text[:1200], layers=(text,),
            chart=text, figures=tuple(texts[:1]),
        )
        for number, text in enumerate(texts)
    ]  # fmt: skip
    return with_slides(made, slides)


@pytest.fixture
def opened(open_page, tmp_path):
    """The page of some texts, saved under a hostile name, and all that it did."""
    seen = []

    def show(texts, name="map"):
        page, told = open_page(save_html(hostile_page(texts), tmp_path / f"{name}.html"))
        wait_painted(page)
        seen.append((page, told))
        return page

    yield show
    for page, told in seen:
        assert page.evaluate("window.hit") is None
        assert page.evaluate("[({}).name, ({}).title, ({}).values]") == [None] * 3
        assert page.locator("img, iframe, object, embed, form, a[href], [onerror]").count() == 0
        assert page.locator("[onfocus], [onmouseover], script:not([type]) ~ script").count() == 0
        assert (told.errors, told.dialogs, told.console) == ([], [], [])
        assert {url.split(":")[0] for url in told.requests} == {"file"}


def texts_of(page, selector: str) -> list[str]:
    return page.evaluate("s => [...document.querySelectorAll(s)].map(n => n.textContent)", selector)


def cards(page, texts: list[str]) -> None:
    """Open the card of each layer's feature."""
    for text in texts:
        page.evaluate(
            "t => document.querySelector('#platforms-map').platformsMap.select({layer: t, id: t})",
            text,
        )
        said = plain(text)
        assert texts_of(page, ".pm-card h3") == [said]
        assert texts_of(page, ".pm-card dt") == [said]
        (value,) = texts_of(page, ".pm-card dd")
        assert value in {said, f"{said} 亩"}
        assert texts_of(page, ".pm-card .pm-where") == [said]


def panel(page, texts: list[str]) -> None:
    """Look into legend, charts, tables, notes."""
    said = [plain(text) for text in texts]
    assert sorted(texts_of(page, ".pm-legend .pm-row-title")) == sorted(said)
    facts = texts_of(page, ".pm-facts p")
    assert all(any(text in fact for fact in facts) for text in said)
    assert texts_of(page, ".pm-bar-label") == said
    assert texts_of(page, ".pm-bar-text") == said
    assert texts_of(page, ".pm-tabs [role=tab]") == said
    assert set(said) <= set(texts_of(page, ".pm-section-notes p"))
    heads = texts_of(page, ".pm-table th:last-child")
    assert all(head.startswith(text) for head, text in zip(heads, said, strict=True))
    for cell, text in zip(texts_of(page, ".pm-table td:last-child"), said, strict=True):
        # a cell of a table is cut, a card shows the whole
        whole = cell.removesuffix("…")
        assert text.startswith(whole)
        assert whole == text or len(whole) == CUT


def searched(page, texts: list[str]) -> None:
    """Look for the first line of each text; a field takes no line breaks."""
    box = page.locator(".pm-search input[type=search]")
    for text in texts:
        needle = re.split(r"[\r\n]+", text.strip())[0].strip()
        if not needle or len(text) > CUT:
            continue
        box.fill(needle)
        found = texts_of(page, ".pm-found button")
        assert found
        if needle == text and needle not in {".", "~"}:
            assert any(plain(text) in one for one in found), text
    box.fill("")


def slides(page, texts: list[str]) -> None:
    """Walk through all slides."""
    page.locator(".pm-present").click()
    for text in texts:
        lines = [plain(line) for line in text[:1200].split("\n") if line.strip()]
        assert texts_of(page, ".pm-slide h2") == [plain(text[:CUT])]
        assert texts_of(page, ".pm-slide-text > p") == lines
        assert texts_of(page, ".pm-slide .pm-bar-label") == [plain(text)]
        page.keyboard.press("PageDown")
    page.keyboard.press("Escape")


def printed(page, texts: list[str], path) -> None:
    """Print the page; all its words are still there."""
    page.evaluate("window.print = () => undefined")
    page.get_by_label("打印 A3 横向").click()
    page.emulate_media(media="print")
    body = page.evaluate("document.body.textContent")
    for text in texts:
        assert plain(text)[:CUT] in body
    assert page.pdf(path=path, prefer_css_page_size=True).startswith(b"%PDF")
    page.emulate_media(media="screen")


def test_nothing_of_a_few_texts_runs_at_any_place(opened):
    page = opened(FEW)
    assert all(plain(text) in page.title() for text in FEW)
    cards(page, FEW)
    panel(page, FEW)
    searched(page, FEW)
    slides(page, FEW)


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_every_text_stands_on_card_legend_table_and_search(opened, tmp_path, part):
    texts = HOSTILE[part::PARTS]
    page = opened(texts)
    cards(page, texts)
    panel(page, texts)
    searched(page, texts)
    for button in page.locator(".pm-more").all()[:12]:
        button.click()
    for tab in page.locator(".pm-tabs [role=tab]").all()[:12]:
        tab.click()
        page.locator(".pm-table:not([hidden]) .pm-sort").last.click()
    printed(page, texts, tmp_path / "map.pdf")


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_every_text_stands_on_a_slide(opened, part):
    texts = HOSTILE[part::PARTS]
    page = opened(texts)
    slides(page, texts)
    for link in LINKS:
        page.evaluate("link => { location.hash = link }", link)
    page.wait_for_timeout(100)
    assert not page.locator(".pm-slide").is_visible()


@pytest.mark.long
@pytest.mark.parametrize("number", range(0, len(SHORT), 20))
def test_a_page_may_be_called_like_a_text(opened, number):
    name = re.sub(r"[/\x00]", "_", SHORT[number])
    page = opened([SHORT[number]], name)
    call(page, "leaflet.setView([28.025, 120.825], 14, {animate: false})")
    stage = page.locator(".pm-map").bounding_box()
    with page.expect_download() as given:
        page.get_by_role("button", name="把整幅图存成 PNG 图片").click()
    assert stage["width"] > 300
    told = given.value.suggested_filename
    assert told.endswith(".png")
    assert not re.search(r'[\\/:*?"<>|\x00-\x1f\u202a-\u202e\u2066-\u2069]', told)
