"""Background tiles from a server on this machine: where they lie, whose they are, what if it is down."""

from __future__ import annotations

import http.server
import io
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from app_pages import DESK, PHONE, painted, served, settled, visits
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from platforms.geo.gcj import OFFSETS, remove_offset

pytestmark = [pytest.mark.browser, pytest.mark.long]

SIZE, SECRET = 256, "SECRET-KEY-7"
# nobody listens there
DOWN = "http://127.0.0.1:2/"
RED, SEA = (230, 0, 0), (196, 220, 236)
# corners of the county, its middle, and a place between
PLACES = [(120.78, 28.02), (121.12, 28.42), (120.967, 28.116), (121.0512, 28.2503)]


def pixel(lon: float, lat: float, zoom: int) -> tuple[float, float]:
    """Return where a web mercator map of a level has a place, pixels of the world."""
    n = SIZE * 2**zoom
    x = (lon + 180) / 360 * n
    return x, (1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * n


def lonlat(x: float, y: float, zoom: int) -> tuple[float, float]:
    n = SIZE * 2**zoom
    return x / n * 360 - 180, float(np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y / n)))))


def tile(zoom: int, column: int, row: int, *, gcj: bool) -> bytes:
    """Draw a tile: a frame, and a red mark at each place where the datum has it."""
    image = Image.new("RGB", (SIZE, SIZE), SEA)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, SIZE - 1, SIZE - 1), outline=(120, 140, 160))
    draw.text((8, 8), f"{zoom}/{column}/{row}", fill=(60, 80, 100))
    for place in PLACES:
        at = OFFSETS["gcj02"](np.array([place]))[0] if gcj else place
        x, y = pixel(*at, zoom)
        x, y = x - column * SIZE, y - row * SIZE
        draw.rectangle((x - 3, y - 3, x + 3, y + 3), fill=RED)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


class Tiles(http.server.BaseHTTPRequestHandler):
    """Answers /gcj/z/x/y and /true/z/x/y."""

    def do_GET(self) -> None:
        """Send a tile, and note what was asked."""
        self.server.asked.append(self.path)
        kind, *numbers = self.path.partition("?")[0].strip("/").split("/")
        data = tile(*map(int, numbers), gcj=kind == "gcj")
        self.send_response(200)
        self.send_header("content-type", "image/png")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def tile_server() -> Iterator[http.server.ThreadingHTTPServer]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Tiles) as server:
        server.asked = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def app(tile_server, tmp_path_factory) -> Iterator[str]:
    """The app with three sources: in GCJ-02 with a key, in CGCS2000, and one that is down."""
    folder = tmp_path_factory.mktemp("tiles")
    url = f"http://127.0.0.1:{tile_server.server_port}"
    titles = {"gcj": ("移位影像", "Shifted"), "true": ("自建影像", "Own"), "down": ("断线", "Down")}
    address = {
        "gcj": f"{url}/gcj/{{z}}/{{x}}/{{y}}?key={{key}}",
        "true": f"{url}/true/{{z}}/{{x}}/{{y}}",
        "down": f"{DOWN}{{z}}/{{x}}/{{y}}",
    }
    sources = [
        {
            "id": name, "title": {"zh": zh, "en": en}, "tiles": [address[name]],
            "datum": "gcj02" if name == "gcj" else "cgcs2000", "attribution": f"© {zh}",
            **({"key": "PLATFORMS_TEST_KEY"} if name == "gcj" else {}),
        }
        for name, (zh, en) in titles.items()
    ]  # fmt: skip
    setting = folder / "tiles.yaml"
    setting.write_text(json.dumps({"sources": sources}), encoding="utf-8")
    env = {"PLATFORMS_TILES": str(setting), "PLATFORMS_TEST_KEY": SECRET}
    with served("yueqing", folder, env=env) as url:
        yield url
    assert SECRET not in (folder / "log").read_text(encoding="utf-8")


@pytest.fixture
def visit(chromium, app) -> Iterator[Callable[..., Page]]:
    with visits(chromium) as go:

        def show(path: str = "", size: tuple[int, int] = DESK) -> Page:
            page = go(f"{app}/{path}", size)
            settled(page)
            if path != "exports":
                painted(page)
            return page

        yield show


def look(page: Page, lon: float, lat: float, zoom: float) -> None:
    page.evaluate(
        "([lon, lat, zoom]) => document.querySelector('[data-platforms-map]').platformsMap"
        ".leaflet.setView([lat, lon], zoom, {animate: false})",
        [lon, lat, zoom],
    )
    page.wait_for_function(
        "() => { const all = [...document.querySelectorAll('img.leaflet-tile')];"
        " return all.length && all.every(t => t.complete && t.naturalWidth); }"
    )
    page.wait_for_timeout(300)


def choose(page: Page, title: str) -> None:
    page.locator(".pm-tiles-choice label").filter(has_text=title).locator("input").click()


def off_metres(page: Page, lon: float, lat: float, zoom: int) -> float:
    """Return how far the red mark of a place lies from the place, metres."""
    look(page, lon, lat, zoom)
    # the map's own marks are not the tiles': out of sight
    page.add_style_tag(content=".leaflet-pane canvas, .pm-frame { visibility: hidden !important }")
    x, y, left, top = page.evaluate(
        "([lon, lat]) => { const m = document.querySelector('[data-platforms-map]').platformsMap"
        ".leaflet; const p = m.project([lat, lon]).subtract(m.getPixelBounds().min);"
        " const r = m.getContainer().getBoundingClientRect(); return [p.x, p.y, r.left, r.top]; }",
        [lon, lat],
    )
    reach = 12
    clip = {
        "x": round(left + x) - reach, "y": round(top + y) - reach,
        "width": 2 * reach, "height": 2 * reach,
    }  # fmt: skip
    image = np.asarray(Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB"), float)
    red = np.clip((SEA[1] - image[..., 1]) / SEA[1], 0, 1)
    assert red.sum() > 20, "no mark near the place"
    rows, columns = np.indices(red.shape) + 0.5
    found = [(columns * red).sum() / red.sum(), (rows * red).sum() / red.sum()]
    shift = np.hypot(clip["x"] + found[0] - left - x, clip["y"] + found[1] - top - y)
    return float(shift * 40075016.7 * np.cos(np.radians(lat)) / (SIZE * 2**zoom))


@pytest.mark.parametrize("place", PLACES)
def test_gcj_tiles_lie_where_their_ground_truly_is(visit, place):
    page = visit()
    assert off_metres(page, *place, 18) < 1
    choose(page, "自建影像")
    assert off_metres(page, *place, 18) < 1


@pytest.mark.parametrize("zoom", [10, 12, 15, 18])
def test_each_corner_of_a_gcj_tile_is_at_its_true_place(visit, zoom):
    page = visit()
    look(page, *PLACES[2], zoom)
    corners = page.evaluate(
        "() => { const m = document.querySelector('[data-platforms-map]').platformsMap.leaflet;"
        " const o = m.getContainer().getBoundingClientRect();"
        " return [...document.querySelectorAll('img.leaflet-tile')].map(t => {"
        "  const level = t.parentElement.getBoundingClientRect();"
        "  const laid = new DOMMatrix(getComputedStyle(t).transform);"
        "  const at = m.containerPointToLatLng([level.left + laid.e - o.left,"
        "   level.top + laid.f - o.top]);"
        "  return [t.src, at.lng, at.lat]; }); }"
    )
    assert len(corners) > 8
    # far out a metre is less than a browser lays a picture by
    allowed = max(1.0, 0.02 * 40075016.7 * np.cos(np.radians(28)) / (SIZE * 2**zoom))
    for source, lon, lat in corners:
        z, x, y = map(int, source.partition("?")[0].rsplit("/", 3)[1:])
        true = remove_offset(np.array([lonlat(x * SIZE, y * SIZE, z)]), "gcj02")[0]
        metres = np.hypot((lon - true[0]) * np.cos(np.radians(lat)), lat - true[1]) * 111_320
        assert metres < allowed, source


def test_a_view_is_covered_to_its_edges(visit):
    page = visit()
    look(page, *PLACES[3], 18)
    bare = page.evaluate(
        "() => { const m = document.querySelector('[data-platforms-map]').platformsMap.leaflet;"
        " const o = m.getContainer().getBoundingClientRect();"
        " const all = [...document.querySelectorAll('img.leaflet-tile')].map(t => t.getBoundingClientRect());"
        " const inside = (x, y) => all.some(r => x >= r.left - 1 && x <= r.right + 1 && y >= r.top - 1 && y <= r.bottom + 1);"
        " return [[o.left, o.top], [o.right, o.top], [o.left, o.bottom], [o.right, o.bottom]]"
        "  .filter(([x, y]) => !inside(x, y)); }"
    )
    assert bare == []


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_whose_tiles_they_are_stands_on_the_map(visit, size):
    page = visit("", size)
    credit = page.locator(".pm-tiles-credit")
    expect(credit).to_contain_text("© 移位影像")
    expect(credit).to_contain_text("GCJ-02")
    expect(credit).to_be_visible()


def test_the_legend_switches_tiles_off_and_the_drawn_land_comes_back(visit):
    page = visit()
    expect(page.locator("img.leaflet-tile").first).to_be_attached()
    choose(page, "无（自绘底图）")
    expect(page.locator("img.leaflet-tile")).to_have_count(0)
    expect(page.locator(".pm-tiles-credit")).to_be_hidden()


def test_a_server_that_is_down_is_left_alone_with_a_note(visit):
    page = visit()
    failed: list[str] = []
    page.on("requestfailed", lambda r: r.url.startswith(DOWN) and failed.append(r.url))
    choose(page, "断线")
    expect(page.locator(".pm-tiles-note")).to_contain_text("“断线”连不上")
    expect(page.get_by_label("无（自绘底图）")).to_be_checked()
    asked = len(failed)
    # nothing more is asked for, wherever the map goes
    page.evaluate(
        "document.querySelector('[data-platforms-map]').platformsMap.leaflet.panBy([900, 300], {animate: false})"
    )
    page.wait_for_timeout(500)
    assert len(failed) == asked
    assert painted(page)["layers"]["plots"]["drawn"] >= 0
    choose(page, "自建影像")
    expect(page.locator(".pm-tiles-note")).to_be_hidden()
    expect(page.locator("img.leaflet-tile").first).to_be_attached()


def test_the_key_goes_to_its_server_and_into_no_export(visit, tile_server, tmp_path):
    page = visit()
    look(page, *PLACES[2], 14)
    assert any(f"key={SECRET}" in path for path in tile_server.asked)
    page = visit("exports")
    with page.expect_download() as got:
        page.locator(".st-key-export-get-map button").click()
    data = Path(got.value.path()).read_bytes()
    assert SECRET.encode() not in data
    assert b"127.0.0.1" not in data
