"""A real Chromium that knows no name outside this machine, and pages that record what they do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from app_pages import PATIENCE_MS, served, visits
from playwright.sync_api import Browser, Page, sync_playwright

from platforms.outputs.maps.page import save_html

CHROMIUM = next(
    (
        found
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (found := shutil.which(name))
    ),
    None,
)
HOST = "#platforms-map"
READY = "document.querySelector('{host}')?.platformsMap?.probe()?.paints > 0"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser on a loaded machine may be late once: tried again, and the summary says so."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@dataclass
class Seen:
    """What a page asked for and what went wrong in it."""

    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium with every outside name blocked; a skip in CI would hide a broken map."""
    if CHROMIUM is None:
        reason = "Chromium is not installed: apt-get install chromium fonts-noto-cjk"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def yueqing(tmp_path_factory) -> Iterator[str]:
    """The address of the app on the example."""
    with served("yueqing", tmp_path_factory.mktemp("yueqing")) as url:
        yield url


@pytest.fixture(scope="session")
def taizhou(tmp_path_factory, bare) -> Iterator[str]:
    """The address of the app on a workspace that has targets and no plots."""
    with served(bare, tmp_path_factory.mktemp("taizhou")) as url:
        yield url


@pytest.fixture
def open_app(chromium) -> Iterator[Callable[..., Page]]:
    """Open an address of the app: ``open_app(url, size, until=…)``, see ``visits``."""
    with visits(chromium) as go:
        yield go


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., tuple[Page, Seen]]]:
    """Open a file in a fresh context: ``open_page(path, width, height, init=…)``."""
    contexts = []

    def show(
        path: Path, width: int = 1366, height: int = 768, *, init: str = ""
    ) -> tuple[Page, Seen]:
        context = chromium.new_context(viewport={"width": width, "height": height}, offline=True)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        if init:
            page.add_init_script(init)
        seen = Seen()
        page.on("request", lambda r: seen.requests.append(r.url))
        page.on("pageerror", lambda e: seen.errors.append(str(e)))
        page.on("console", lambda m: seen.console.append(m.text))
        page.on("dialog", lambda d: (seen.dialogs.append(d.message), d.dismiss()))
        page.goto(path.as_uri())
        return page, seen

    yield show
    for context in contexts:
        context.close()


@pytest.fixture
def open_map(open_page, tmp_path) -> Callable[..., tuple[Page, Seen]]:
    """Save a document and open it once the map is painted."""

    def show(document, width: int = 1366, height: int = 768) -> tuple[Page, Seen]:
        path = save_html(document, tmp_path / f"map-{document.id}.html")
        page, seen = open_page(path, width, height)
        wait_painted(page)
        return page, seen

    return show


def wait_painted(page: Page, host: str = HOST, *, seconds: float = 60) -> None:
    """Wait for the first painted map; Playwright's own waiting evals, which the policy forbids."""
    for _ in range(int(seconds * 20)):
        if page.evaluate(READY.format(host=host)):
            return
        page.wait_for_timeout(50)
    pytest.fail("the map was not painted")


def wait_still(page: Page, host: str = HOST, *, seconds: float = 60) -> None:
    """Wait until a map that was moved, or whose layers were changed, has painted all of it."""
    for _ in range(int(seconds * 20)):
        # what a press asks for is begun in the next frame at the latest
        page.wait_for_timeout(50)
        if page.evaluate(f"document.querySelector('{host}').platformsMap.probe().pending") == 0:
            return
    pytest.fail("the map did not come to rest")


def probe(page: Page) -> dict:
    return page.evaluate(f"document.querySelector('{HOST}').platformsMap.probe()")


def call(page: Page, script: str) -> object:
    """Evaluate with ``map`` (the handle) and ``leaflet`` at hand."""
    return page.evaluate(
        f"() => {{ const map = document.querySelector('{HOST}').platformsMap;"
        f" const leaflet = map.leaflet; return ({script}); }}"
    )
