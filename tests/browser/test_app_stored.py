"""The plots of a store in the app: read by extent and zoom, pressed, filtered, taken along."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pytest
import shapely
from app_pages import DESK, MAP, PHONE, painted, run_of, served, settled
from playwright.sync_api import Page, expect

import platforms as ip

pytestmark = pytest.mark.browser

HANDLE = f"document.querySelector('{MAP}').platformsMap"
COUNT = 400
# a map carries so many here; a tile shows eight singly
ENV = {"PLATFORMS_MAP_PLOTS": "100"}


def field() -> gpd.GeoDataFrame:
    number = np.arange(COUNT)
    return gpd.GeoDataFrame(
        {
            "plot_id": [f"S{n:03d}" for n in number],
            "firm_name": [f"某厂 {n}" for n in number],
            "verdict": np.where(number % 4 == 0, "low_efficiency", "not"),
            "area_m2": 1234.5,
        },
        geometry=[
            shapely.box(x := 120.9 + n % 20 / 100, y := 28.1 + n // 20 / 100, x + 4e-3, y + 4e-3)
            for n in number
        ],
        crs=4490,
    )


@pytest.fixture(scope="module")
def stored(tmp_path_factory) -> Iterator[tuple[str, ip.Store]]:
    """The address of the app on a store with more plots than one map carries there."""
    place = tmp_path_factory.mktemp("stored")
    store = ip.open_store("yueqing", place / "plots.gpkg")
    store.plots.take(field(), by="王")
    env = {**ENV, "PLATFORMS_STORE": str(place / "plots.gpkg")}
    with served("yueqing", place, env=env) as url:
        yield url, store


def whole(page: Page) -> dict:
    painted(page)
    page.wait_for_function(f"(p => p.open && p.loading === 0)({HANDLE}.probe().large.plots)")
    painted(page)
    return page.evaluate(f"{HANDLE}.probe().large.plots")


def look(page: Page, zoom: float, lon: float = 121.0, lat: float = 28.2) -> dict:
    page.evaluate(f"{HANDLE}.leaflet.setView([{lat}, {lon}], {zoom}, {{animate: false}})")
    return whole(page)


def test_plots_of_a_store_are_counted_pressed_and_taken_along(open_app, stored):
    page = open_app(f"{stored[0]}/stored", DESK)
    assert whole(page)["rest"] == COUNT
    settled(page)
    near = look(page, 17, 120.902, 28.102)
    assert near["shown"] == 1
    area = page.locator(f"{MAP} .pm-map").bounding_box()
    with run_of(page):
        page.mouse.click(area["x"] + area["width"] / 2, area["y"] + area["height"] / 2)
    panel = page.locator(".st-key-panel")
    expect(panel).to_contain_text("S000")
    expect(panel).to_contain_text("某厂 0")
    expect(panel).to_contain_text("1,234.50")
    with page.expect_download() as taken:
        page.click(".pm-extent")
    expect(page.locator(".pm-extent-said")).to_contain_text(f"其余 {COUNT - 1} 宗没有带入")
    layer = ip.layer_frames(ip.read_page(taken.value.path()))["plots"]
    assert layer["plot_id"].tolist() == ["S000"]
    # more than a page holds
    look(page, 9.5)
    page.click(".pm-extent")
    expect(page.locator(".pm-extent-said")).to_contain_text("最多带 100 宗")


def test_a_filter_leaves_what_it_says_in_both_languages(open_app, stored):
    page = open_app(f"{stored[0]}/stored?verdict=low_efficiency&lang=en", PHONE)
    told = whole(page)
    assert told["shown"] + told["rest"] == COUNT // 4
    expect(page.locator(".ip-left")).to_contain_text("100 of 400")
    assert "summed by cells" in told["note"]
    assert page.locator(".pm-extent").is_visible()
