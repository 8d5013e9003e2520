"""A layer of more plots than one map carries: sums from afar, single plots near, all counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import geopandas as gpd
import pytest
import shapely
from app_pages import DESK, MAP, painted, run_of, served, settled
from playwright.sync_api import Page

import platforms as ip
from map_samples import county
from platforms.outputs.maps.map_document import map_document
from platforms.outputs.maps.map_parts import Column, MapLayer, Sheet
from platforms.outputs.maps.page import save_html

pytestmark = pytest.mark.browser

HOST = "#platforms-map"
HANDLE = f"document.querySelector('{MAP}').platformsMap"
ALL = 1251
# a map carries so many here, so that the example is too large; a tile shows eight singly
MOST = "1000"


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> Iterator[str]:
    """The address of the app on the example, which is too large for one map there."""
    env = {"PLATFORMS_MAP_PLOTS": MOST}
    with served("yueqing", tmp_path_factory.mktemp("large"), env=env) as url:
        yield url


@pytest.fixture
def visit(open_app, large) -> Callable[[], Page]:
    def go() -> Page:
        page = open_app(f"{large}/", DESK)
        _whole(page)
        settled(page)
        return page

    return go


def _whole(page: Page) -> dict:
    """Wait until all plots of the view have come, and return what is counted there."""
    painted(page)
    page.wait_for_function(f"(p => p.open && p.loading === 0)({HANDLE}.probe().large.plots)")
    painted(page)
    return page.evaluate(f"{HANDLE}.probe().large.plots")


def _look(page: Page, lon: float, lat: float, zoom: float) -> dict:
    view = f"[{lat}, {lon}], {zoom}, {{animate: false}}"
    page.evaluate(f"{HANDLE}.leaflet.setView({view})")
    return _whole(page)


@pytest.fixture(scope="module")
def plots() -> gpd.GeoDataFrame:
    return ip.Workspace.open("yueqing").layer("plots").to_crs(4490)


def test_all_are_counted_from_afar_and_single_plots_come_near(visit, plots):
    page = visit()
    told = _look(page, 121.0, 28.2, 9.5)
    assert (told["shown"], told["rest"]) == (0, ALL)
    assert told["note"].startswith("此范围约 1,251 宗")
    # figures and legend speak of all plots, whatever is in view
    assert page.evaluate(f"{HANDLE}.probe().layers.plots.features") == ALL
    assert f"{ALL:,}" in page.inner_text(".ip-figures")
    one = plots.geometry.iloc[0].bounds
    near = _look(page, (one[0] + one[2]) / 2, (one[1] + one[3]) / 2, 18)
    assert near["shown"] > 0
    held = page.evaluate(f"{HANDLE}.probe().layers.plots.held")
    assert held < ALL
    # there and back again: what is counted is the same
    assert _look(page, 121.0, 28.2, 9.5)["rest"] == ALL


def test_a_sum_leads_nearer_and_a_plot_opens_with_all_that_is_known(visit, plots):
    page = visit()
    row = plots.iloc[0]
    built = ip.Workspace.open("yueqing").layer("buildings").geometry.union_all()
    free = row.geometry.difference(built).representative_point()
    _look(page, free.x, free.y, 16)
    zoom = page.evaluate(f"{HANDLE}.leaflet.getZoom()")
    while _look(page, free.x, free.y, zoom)["shown"] == 0:
        # a sum lies there: pressing it leads nearer
        _press_middle(page)
        page.wait_for_function(f"{HANDLE}.leaflet.getZoom() > {zoom}")
        zoom = page.evaluate(f"{HANDLE}.leaflet.getZoom()")
    _look(page, free.x, free.y, 18.5)
    with run_of(page):
        _press_middle(page)
    # the firm does not travel with the tiles
    page.wait_for_selector(f".st-key-panel:has-text('{row['firm_name']}')")
    card = page.locator(".pm-card").evaluate("card => card.textContent")
    assert row["firm_name"] in card
    # what is selected stays, wherever the map goes
    _look(page, 121.1, 28.35, 12)
    assert row["plot_id"] in page.locator(".pm-card").evaluate("card => card.textContent")
    told = _look(page, 121.0, 28.2, 9.5)
    assert told["rest"] + told["shown"] in {ALL, ALL + 1}


def _press_middle(page: Page) -> None:
    area = page.locator(f"{MAP} .pm-map").bounding_box()
    page.mouse.click(area["x"] + area["width"] / 2, area["y"] + area["height"] / 2)


def test_a_plot_that_is_not_here_is_found_and_shown(visit, plots):
    page = visit()
    row = plots.iloc[-1]
    page.fill(".pm-search input", row["plot_id"])
    # a whole id comes first, before what only names it
    page.wait_for_selector(f".pm-found .pm-link:first-child:has-text('{row['name']}')")
    with run_of(page):
        page.keyboard.press("Enter")
        page.wait_for_selector(f".st-key-panel:has-text('{row['firm_name']}')")
    middle = row.geometry.bounds
    seen = page.evaluate(f"(b => [b.getWest(), b.getEast()])({HANDLE}.leaflet.getBounds())")
    assert seen[0] < middle[0] < seen[1]


def test_a_filter_counts_what_it_leaves(open_app, large):
    page = open_app(f"{large}/?verdict=low_efficiency", DESK)
    painted(page)
    page.wait_for_function(f"{HANDLE}.probe().layers.plots.left === 249")
    told = _look(page, 121.0, 28.2, 9.5)
    assert told["shown"] + told["rest"] == 249


def test_a_page_without_a_server_shows_the_sums_and_says_so(chromium, tmp_path, monkeypatch):
    monkeypatch.setenv("PLATFORMS_MAP_PLOTS", "20")
    frame = gpd.GeoDataFrame(
        {"plot_id": [f"P{i}" for i in range(90)], "area_m2": 1000.0},
        geometry=[shapely.box(x := 120.9 + i / 500, 28.2, x + 0.001, 28.201) for i in range(90)],
        crs=4490,
    )
    columns = [Column(name="area_m2", title="面积", unit="m²", type="number")]
    layer = MapLayer(
        name="plots", title="地块", frame=frame, key="plot_id", columns=columns, tiled=True
    )
    file = save_html(map_document([layer], Sheet(title="试", county=county())), tmp_path / "a.html")
    page = chromium.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(file.as_uri())
    page.wait_for_function(f"document.querySelector('{HOST}')?.platformsMap?.probe()?.paints > 0")
    assert page.inner_text(".pm-summed") == "图上为 90 宗地块按格汇总，不逐宗显示"
    told = page.evaluate(f"document.querySelector('{HOST}').platformsMap.probe()")
    assert told["large"]["plots"]["rest"] == 90
    assert told["layers"]["plots"]["drawn"] > 0
    assert faults == []
    page.close()
