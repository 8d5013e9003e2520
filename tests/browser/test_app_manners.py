"""Every page in both languages: readable, named, reached by keys, no stray words, nothing runs."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import geopandas as gpd
import pytest
from app_pages import DESK, PHONE, drop, fits, painted, run_of, settled
from playwright.sync_api import expect
from shapely.geometry import box

from platforms.app.main import _PAGES

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
ADDRESSES = runpy.run_path(str(ROOT / "tools" / "screens.py"))["ADDRESSES"]
MANNERS = Path(__file__).with_name("manners.js").read_text(encoding="utf-8")
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
# whole words; parts of ids, names of files and fingerprints are none
ENGLISH = re.compile(r"(?<![\w.-])[A-Za-z]{2,}(?![\w.]*\d|[\w-]|\.[a-z])", re.ASCII)
# formats, systems, units and names that are written so in Chinese too
SAME = {
    *("English", "Shapefile", "FileGDB", "GeoJSON", "GeoPackage", "KML", "DXF", "FlatGeobuf"),
    *("GeoParquet", "TXT", "CSV", "Excel", "XLSX", "HTML", "PDF", "GPKG", "xlsx", "csv", "gpkg"),
    *("html", "UTF", "EPSG", "SHA", "CGCS", "QGIS", "ArcGIS", "GB", "MB", "km"),
    *("PNG", "SVG", "PPTX", "dpi", "GIS", "PowerPoint", "WPS", "Python", "DuckDB"),
}
# its words are none by themselves
GEODATABASE = "File Geodatabase"
# the other language's own name, and the notice that has no English one
CHINESE_NAMES = {"中文", "国土调查办发"}
_ZH = re.compile(r"""\bzh: *("[^"]*"|'[^']*'|[^,}\n]*)""")


@pytest.fixture(scope="module")
def data() -> str:
    """All that the example's data say in Chinese, without the words that have an English one."""
    files = [p for top in ("layers", "geo") for p in sorted((ROOT / top).rglob("*"))]
    texts = (p.read_text(encoding="utf-8") for p in files if p.suffix in {".csv", ".geojson"})
    cards = (_ZH.sub("", p.read_text(encoding="utf-8")) for p in files if p.suffix == ".yaml")
    return "\n".join([*texts, *cards])


def test_every_page_has_its_addresses():
    first = {address.partition("?")[0] for address in ADDRESSES.values()}
    assert first == {"", *list(_PAGES)[1:]}


def test_every_page_opens_fits_and_has_manners(open_app, yueqing, data):
    page = open_app(yueqing)
    settled(page)
    links = page.locator("[data-testid=stTopNavLink]")
    expect(links).to_have_count(len(_PAGES))
    titles = links.all_inner_texts()
    # the first is open already, and is come back to
    for title in [*titles[1:], titles[0]]:
        with run_of(page):
            page.get_by_role("link", name=title, exact=True).click()
        assert _manners(page) == []
        assert _stray(page, "zh_CN", data) == set()
        expect(page.locator(".ip-error, .stException")).to_have_count(0)
        fits(page)
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        fits(page)
        page.set_viewport_size({"width": DESK[0], "height": DESK[1]})


def _manners(page) -> list[str]:
    """Return what is wrong, once no part is under way any more."""
    page.wait_for_function(f"() => ({MANNERS})().texts.length > 20")
    return page.evaluate(MANNERS)["faults"]


def _stray(page, lang: str, data: str) -> set[str]:
    """Return words of the other language."""
    told = "\n".join(page.evaluate(MANNERS)["texts"])
    if lang == "en":
        return {run for run in CHINESE.findall(told) if run not in data} - CHINESE_NAMES
    return set(ENGLISH.findall(told.replace(GEODATABASE, ""))) - SAME


@pytest.mark.long
@pytest.mark.parametrize("name", ADDRESSES)
def test_a_page_has_manners_in_both_languages(open_app, yueqing, data, name):
    page = open_app(f"{yueqing}/{ADDRESSES[name]}")
    settled(page)
    for lang in ("zh_CN", "en"):
        if lang == "en":
            with run_of(page):
                page.get_by_text("English", exact=True).click()
            page.wait_for_url("**lang=en*")
        page.wait_for_timeout(500)
        assert _manners(page) == []
        assert _stray(page, lang, data) == set()


@pytest.mark.long
def test_the_tab_key_goes_through_a_page_in_its_order(open_app, yueqing):
    page = open_app(f"{yueqing}/plots")
    painted(page)
    settled(page)
    where = """() => { const at = document.activeElement;
        const all = [...document.querySelectorAll('*')];
        return [at === document.body ? -1 : all.indexOf(at), at.outerHTML.slice(0, 80)]; }"""
    steps = []
    for _ in range(40):
        page.keyboard.press("Tab")
        steps.append(page.evaluate(where))
    places = [place for place, _ in steps if place >= 0]
    assert len(set(places)) > 25
    assert places == sorted(places), steps


HOSTILE = {
    "html": "<b>bold</b><img src=x onerror=alert(1)>",
    "script": "</script><script>alert(2)</script>",
    "svg": "<svg onload=alert(3)></svg>",
    "dollar": "${alert(4)}",
    "backtick": "`${alert(5)}`",
    "jinja": "{{7*7}}{% for x in y %}",
    "markdown": "[link](javascript:alert(6)) **bold** $x^2$ :red[r]",
    "rtl": "\u202eevil\u202c\u2066x\u2069",
    "zero": "zero\u200bwidth\ufeff",
    "long": "长" * 10_000,
    "word": "W" * 10_000,
    "formula": '=HYPERLINK("http://evil.example","x")',
    "path": "../../etc/passwd",
}


@pytest.fixture
def hostile(tmp_path) -> bytes:
    """Plots whose every text is one of the corpus."""
    words = list(HOSTILE.values())
    plots = gpd.GeoDataFrame(
        {
            "plot_id": [f"{n}{word[:60]}" for n, word in enumerate(words)],
            "name": words,
            "firm_name": words[::-1],
            "industry": words[3:] + words[:3],
        },
        geometry=[
            box(120.96 + n * 0.002, 28.13, 120.961 + n * 0.002, 28.131) for n in range(len(words))
        ],
        crs=4490,
    )
    path = tmp_path / "hostile.gpkg"
    plots.to_file(path)
    return path.read_bytes()


MADE = """() => [...document.querySelectorAll(
    '.stMain img[src=x], .stMain svg[onload], .katex, a[href^="javascript"], .stMain b')]
    .filter((e) => e.tagName !== 'B' || e.textContent === 'bold').length"""


def _unharmed(page) -> None:
    """Nothing was made from an attribute, nothing failed, and the page is as wide as before."""
    assert page.evaluate(MADE) == 0
    assert page.locator(".ip-error, .stException").count() == 0
    wide = page.evaluate(
        "[document.documentElement.scrollWidth, document.querySelector('.stMain').scrollWidth]"
    )
    assert max(wide) <= DESK[0]


@pytest.mark.long
def test_hostile_attributes_are_text_on_every_page(open_app, yueqing, hostile):
    page = open_app(f"{yueqing}/plots")
    settled(page)
    drop(page, "${alert(7)}<img src=x>.gpkg", hostile)
    page.locator(".ip-looking").wait_for()
    settled(page)
    shown = set()
    for row in range(1, 8):
        # a row that was chosen is shown on the map below
        page.evaluate("document.querySelector('.stMain').scrollTo(0, 0)")
        area = page.locator(".stDataFrame").first.bounding_box()
        page.mouse.click(area["x"] + 16, area["y"] + 35 * (row + 0.5))
        page.wait_for_timeout(400)
        settled(page)
        panel = page.locator(".st-key-panel").inner_text()
        shown |= {name for name, word in HOSTILE.items() if word in panel}
        _unharmed(page)
    assert {"html", "script", "dollar", "jinja", "markdown"} <= shown
    links = page.locator("[data-testid=stTopNavLink]")
    for number in range(links.count()):
        with run_of(page):
            links.nth(number).click()
        page.wait_for_timeout(300)
        _unharmed(page)


@pytest.mark.long
def test_reading_a_large_file_can_be_cancelled_and_the_page_stays_as_it_was(
    open_app, yueqing, tmp_path
):
    corners = [(121 + n % 200 * 5e-4, 28.1 + n // 200 * 5e-4) for n in range(30_000)]
    many = gpd.GeoDataFrame(
        {"plot_id": [str(n) for n in range(len(corners))]},
        geometry=[box(x, y, x + 4e-4, y + 4e-4) for x, y in corners],
        crs=4490,
    )
    many.to_file(tmp_path / "many.gpkg")
    page = open_app(f"{yueqing}/plots")
    settled(page)
    drop(page, "many.gpkg", (tmp_path / "many.gpkg").read_bytes())
    cancel = page.locator("[class*=st-key-cancel-] button")
    cancel.click()
    cancel.wait_for(state="detached")
    settled(page)
    page.locator(".ip-source", has_text="sample_plots").wait_for()
    assert page.locator(".ip-error, .ip-looking").count() == 0
