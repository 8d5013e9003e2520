"""Take a picture of every page of the app, on a desk's screen and on a phone's.

The pictures are for people: who changes a page takes them anew and looks at them one by one.
Chromium knows no name outside this machine while they are taken, and a fault of a page ends
the script. Pages follow the addresses below, so whatever a link can open can be pictured.
"""

# run by itself, says what it has done, starts our own server
# ruff: noqa: INP001, T201, S603

from __future__ import annotations

import argparse
import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from platforms.app.server import command

ADDRESSES = {
    "map": "",
    "map-platform": "?at=platforms:YQ-P07",
    "parks": "parks",
    "parks-cards": "parks?show=cards",
    "parks-charts": "parks?show=charts",
    "parks-position": "parks?show=position",
    "plans": "plans",
    "plans-figures": "plans?view=figures",
    "plans-differences": "plans?view=differences",
    "plots": "plots",
    "rules": "rules",
    "land": "land",
    "moves": "moves",
    "moves-relocation": "moves?part=relocation",
    "moves-siting": "moves?part=siting",
    "moves-portfolio": "moves?part=portfolio",
    "targets": "targets",
    "scenarios": "scenarios",
    "ledger": "ledger",
    "members": "members",
    "exports": "exports",
}
SIZES = {"desk": (1366, 768), "phone": (390, 844)}
MOST_BYTES = 100_000
_HERE = Path(__file__).resolve().parent
_DONE = ".stApp[data-test-script-state=notRunning]"
# whatever a page waits for shows this while it does
_WAITING = "[data-testid=stProgress], [data-testid=stSpinner]"
_PAINTED = (
    "(document.querySelector('[data-platforms-map]')?.platformsMap?.probe()?.paints ?? 1) > 0"
)
_STARTS_S, _TURNS, _QUIET = 120, 600, 5


@contextmanager
def _served(workspace: str, home: Path) -> Iterator[str]:
    """Serve a workspace, with all that it keeps in a folder of its own; yield the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    env = {**os.environ, "HOME": str(home), "PLATFORMS_STORE": str(home / "store")}
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            command(port, workspace), cwd=home, env=env, stdout=log, stderr=log
        )
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_for(f"{url}/_stcore/health")
            yield url
        finally:
            server.terminate()
            server.wait(10)


def _wait_for(health: str) -> None:
    end = time.monotonic() + _STARTS_S
    while True:
        try:
            urllib.request.urlopen(health, timeout=1).close()  # noqa: S310 our own server
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
        else:
            return


def _settle(page: Page) -> None:
    """Wait until nothing runs and nothing is waited for."""
    quiet = 0
    for _ in range(_TURNS):
        busy = page.locator(_WAITING).count() or not page.locator(_DONE).count()
        quiet = 0 if busy or not page.evaluate(_PAINTED) else quiet + 1
        if quiet == _QUIET:
            break
        page.wait_for_timeout(200)
    page.wait_for_timeout(600)


def take(browser: Browser, url: str, size: tuple[int, int], *, whole: bool) -> Image.Image:
    """Open an address and return its picture; raise RuntimeError on a page's fault."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(url)
    page.wait_for_selector(".ip-title", timeout=60_000)
    _settle(page)
    if whole:
        # the page scrolls inside: as high as it is, all of it is in the picture
        high = page.evaluate("document.querySelector('.stMain').scrollHeight")
        page.set_viewport_size({"width": size[0], "height": max(size[1], high)})
        _settle(page)
    shot = page.screenshot()
    context.close()
    if faults:
        raise RuntimeError(f"{url}: {faults}")
    return Image.open(io.BytesIO(shot)).convert("RGB")


def save(picture: Image.Image, path: Path) -> None:
    """Write a picture as WebP, as good as fits into the bytes allowed."""
    for quality in range(80, 0, -10):
        packed = io.BytesIO()
        picture.save(packed, "WEBP", quality=quality, method=6)
        if packed.tell() < MOST_BYTES:
            break
    path.write_bytes(packed.getvalue())


def main() -> None:
    """Take the pictures that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, default=_HERE.parent / "docs" / "screens")
    parser.add_argument("--workspace", default="yueqing")
    parser.add_argument("--only", default=",".join(ADDRESSES), help="names, comma separated")
    parser.add_argument("--sizes", default=",".join(SIZES), help="names, comma separated")
    parser.add_argument("--lang", default="zh_CN")
    parser.add_argument("--whole", action="store_true", help="the whole page, not one screen")
    parser.add_argument("--png", action="store_true", help="exact and large, for looking closely")
    given = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is not installed: make system")
    given.to.mkdir(parents=True, exist_ok=True)
    arguments = [
        "--no-sandbox",
        "--disable-gpu",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ]
    with (
        tempfile.TemporaryDirectory() as home,
        _served(given.workspace, Path(home)) as url,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=chromium, args=arguments)
        for name in given.only.split(","):
            for size in given.sizes.split(","):
                address = f"{url}/{ADDRESSES[name]}"
                if given.lang != "zh_CN":
                    address += f"{'&' if '?' in address else '?'}lang={given.lang}"
                picture = take(browser, address, SIZES[size], whole=given.whole)
                if given.png:
                    picture.save(given.to / f"{name}-{size}.png")
                else:
                    save(picture, given.to / f"{name}-{size}.webp")
                print(f"{name}-{size}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
