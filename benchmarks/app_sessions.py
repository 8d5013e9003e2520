"""Twenty visitors at once: each opens the app and walks through its pages, with pauses to read.

A wait is the time from a click on a page's name to the end of the run that draws it. The
browsers work on the same cores as the server, which a real office would not have.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from playwright.async_api import Browser, async_playwright

PAGES = ("parks", "plots", "rules", "land", "targets", "map")
DONE = ".stApp[data-test-script-state=notRunning]"
PAINTED = "document.querySelector('[data-platforms-map]')?.platformsMap?.probe()?.paints > 0"
READS_S = (2.0, 6.0)
ARRIVES_S = 20.0
LONGEST_MS = 60_000


@dataclass
class Walk:
    """What the visitors met, seconds."""

    first: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


async def _visit(browser: Browser, url: str, number: int, walk: Walk) -> None:
    dice = random.Random(number)  # noqa: S311 pauses, not secrets
    context = await browser.new_context(viewport={"width": 1366, "height": 768})
    page = await context.new_page()
    page.on("pageerror", lambda error: walk.errors.append(str(error)))
    try:
        await asyncio.sleep(dice.uniform(0, ARRIVES_S))
        start = time.perf_counter()
        await page.goto(url)
        await page.wait_for_function(PAINTED, timeout=LONGEST_MS)
        walk.first.append(time.perf_counter() - start)
        for _ in range(2):
            for at, _name in enumerate(PAGES):
                await asyncio.sleep(dice.uniform(*READS_S))
                link = page.locator("[data-testid=stTopNavLink]").nth((at + 1) % len(PAGES))
                start = time.perf_counter()
                await link.click(timeout=LONGEST_MS)
                await page.wait_for_timeout(50)
                await page.wait_for_selector(DONE, timeout=LONGEST_MS)
                walk.waits.append(time.perf_counter() - start)
                if await page.locator(".stException, .stAlert[kind=error]").count():
                    walk.errors.append(f"an error on {page.url}")
    except Exception as error:  # noqa: BLE001 whatever a visitor meets is counted
        walk.errors.append(f"{type(error).__name__}: {error}".splitlines()[0])
    finally:
        await context.close()


async def _all(chromium: str, arguments: Sequence[str], url: str, visitors: int) -> Walk:
    walk = Walk()
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=chromium, args=list(arguments))
        await asyncio.gather(*(_visit(browser, url, n, walk) for n in range(visitors)))
        await browser.close()
    return walk


def walk_through(chromium: str, arguments: Sequence[str], url: str, visitors: int) -> Walk:
    """Let so many visitors walk through the app at once and return what they met."""
    return asyncio.run(_all(chromium, arguments, url, visitors))
