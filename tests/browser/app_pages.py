"""The app as ``platforms serve`` starts it, and pages of it that may ask no other host."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as Late

from platforms.app.server import command

MAP = "[data-platforms-map]"
DESK, WIDE, PHONE = (1366, 768), (1920, 1080), (390, 844)
Serving = AbstractContextManager[str]
_STARTS_S, _TURN_S = 60, 0.1
# how long anything may take is no matter of right or wrong: a busy machine is slow
PATIENCE_MS = 60_000
SEEN_MS = 10_000
expect.set_options(timeout=PATIENCE_MS)
# counts the runs of the page's script that began
_COUNTS = """addEventListener('DOMContentLoaded', () => { window.runs = 0;
    new MutationObserver((changes) => { for (const change of changes)
        if (change.oldValue === 'notRunning') window.runs += 1;
    }).observe(document.body, {subtree: true, attributeOldValue: true,
        attributeFilter: ['data-test-script-state']}); });"""


def served(workspace: str, folder: Path, *, env: Mapping[str, str] | None = None) -> Serving:
    """Serve a workspace from a folder that has nothing to do with it; yield the address."""
    return serving(lambda port: command(port, workspace), folder, env=env)


@contextmanager
def serving(
    argv: Callable[[int], list[str]],
    folder: Path,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """Run a server on a free port, with its log in a folder; yield the address.

    ``env`` is added to the server's environment. Afterwards its log may hold no traceback.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    url, log = f"http://127.0.0.1:{port}", folder / "log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            argv(port), cwd=cwd or folder, stdout=out, stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
        )  # fmt: skip
        try:
            _wait_for(server, f"{url}/_stcore/health", log)
            yield url
        finally:
            server.terminate()
            server.wait(10)
    assert "Traceback" not in log.read_text(encoding="utf-8")


def _wait_for(server: subprocess.Popen, health: str, log: Path) -> None:
    for _ in range(int(_STARTS_S / _TURN_S)):
        if server.poll() is not None:
            pytest.fail(log.read_text(encoding="utf-8"))
        try:
            urllib.request.urlopen(health, timeout=1).close()  # noqa: S310 our own server
        except OSError:
            time.sleep(_TURN_S)
        else:
            return
    pytest.fail("the server did not start")


@contextmanager
def visits(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open addresses, ``go(url, size, until=…)``, each in a session of its own.

    Afterwards nothing may have failed, asked another host for anything or opened a dialog.
    """
    contexts, outside, faults = [], [], []
    own = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")

    def go(url: str, size: tuple[int, int] = DESK, *, until: str = ".ip-title") -> Page:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, accept_downloads=True
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(_COUNTS)
        page = context.new_page()
        for event in ("request", "websocket"):
            page.on(event, lambda asked: asked.url.startswith(own) or outside.append(asked.url))
        page.on("pageerror", lambda e: faults.append(str(e)))
        page.on("dialog", lambda d: (faults.append(d.message), d.dismiss()))
        page.goto(url)
        page.wait_for_selector(until)
        return page

    yield go
    for context in contexts:
        context.close()
    assert outside == [], outside
    assert faults == [], faults


def settled(page: Page) -> None:
    """Wait until the page's script has run."""
    page.wait_for_selector(".stApp[data-test-script-state=notRunning]")


@contextmanager
def run_of(page: Page) -> Iterator[None]:
    """Wait until the script has run that what is done here starts."""
    # a run that is interrupted goes over into the next one
    settled(page)
    before = page.evaluate("window.runs")
    yield
    # one that is over before the page draws its beginning is not seen to begin
    with suppress(Late):
        page.wait_for_function(f"window.runs > {before}", timeout=SEEN_MS)
    settled(page)


def fits(page: Page) -> None:
    """Nothing is wider than the window, which may be under way to its size."""
    page.wait_for_function(
        "Math.max(document.documentElement.scrollWidth,"
        " document.querySelector('.stMain').scrollWidth) <= innerWidth"
    )


def painted(page: Page) -> dict:
    """Wait for the map, all of it, and return what it says of itself."""
    probed = f"document.querySelector('{MAP}')?.platformsMap?.probe()"
    page.wait_for_function(f"(p => p?.paints > 0 && p.pending === 0)({probed})")
    return page.evaluate(f"document.querySelector('{MAP}').platformsMap.probe()")


def drop(page: Page, name: str, data: bytes, kind: str = "application/octet-stream") -> None:
    """Give the page a file."""
    page.set_input_files("input[type=file]", {"name": name, "mimeType": kind, "buffer": data})
