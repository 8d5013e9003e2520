"""Twenty visitors at once and one browser: each opens the app and walks through its pages.

The twenty have no browser (``session_client.py``): in an office each has a machine of its own,
and twenty browsers on the server's cores would be measured instead of the server. They fetch what
a browser fetches, ask for the runs that a browser asks for, choose filters and features, and pause
to read. A wait is the time from an act to the end of the run that it began, the last message of it
received. Beside them one Chromium walks through the same pages, on the server's cores too.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Awaitable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.async_api import Browser, Request, async_playwright
from session_client import Visitor
from session_files import fetch

PAGES = ("parks", "plots", "rules", "land", "targets", "map")
ROUNDS = 2
DONE = ".stApp[data-test-script-state=notRunning]"
PAINTED = "document.querySelector('[data-platforms-map]')?.platformsMap?.probe()?.paints > 0"
READS_S = (2.0, 6.0)
ARRIVES_S = 20.0
LONGEST_MS = 60_000


@dataclass
class Walk:
    """What visitors met: seconds to the first map, waits by act, faults.

    Attributes
    ----------
    first
        Seconds from the first request to the map's document, or to the painted map.
    waits
        Act and seconds.
    errors
        Faults that a page showed, lost connections, acts that did not end.
    """

    first: list[float] = field(default_factory=list)
    waits: list[tuple[str, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


async def _walk(url: str, files: Sequence[str], number: int, walk: Walk, pool: object) -> None:
    """Walk as a visitor without a browser."""
    dice = random.Random(number)  # noqa: S311 pauses, not secrets
    visitor = Visitor(url)

    async def act(name: str, doing: Awaitable[float]) -> None:
        walk.waits.append((name, await doing))
        await asyncio.sleep(dice.uniform(*READS_S))

    try:
        await asyncio.sleep(dice.uniform(0, ARRIVES_S))
        start = time.perf_counter()
        loop = asyncio.get_running_loop()
        cookies, _ = await loop.run_in_executor(pool, fetch, url, files)  # type: ignore[arg-type]
        fetched = time.perf_counter() - start
        await visitor.open(cookies)
        if visitor.mapped is None:
            walk.errors.append("no map on the first page")
        walk.first.append(fetched + (visitor.mapped or 0.0))
        for _ in range(ROUNDS):
            await asyncio.sleep(dice.uniform(*READS_S))
            await act("filter", visitor.choose("filter-verdict", 1))
            await act("filter", visitor.choose("filter-town", dice.randint(1, 3)))
            await act("clear", visitor.press("filters-clear"))
            await act("click", visitor.click("plots", f"SP-{dice.randint(1, 1200):04}"))
            for page in PAGES:
                await act(page, visitor.go(page))
                if page == "plots":
                    await act("tick", visitor.tick(dice.random()))
    except Exception as error:  # noqa: BLE001 whatever a visitor meets is counted
        walk.errors.append(f"{type(error).__name__}: {error}".splitlines()[0])
    finally:
        walk.errors += visitor.faults
        await visitor.close()


async def _visit(browser: Browser, url: str, walk: Walk, rounds: int) -> list[str]:
    """Walk with a browser; return the files that it fetched."""
    dice = random.Random(0)  # noqa: S311 pauses, not secrets
    files: dict[str, None] = {}

    def note(request: Request) -> None:
        found = urlsplit(request.url)
        if found.scheme == "http" and request.method == "GET":
            files[found.path + (f"?{found.query}" if found.query else "")] = None

    context = await browser.new_context(viewport={"width": 1366, "height": 768})
    page = await context.new_page()
    page.on("pageerror", lambda error: walk.errors.append(str(error)))
    page.on("request", note)
    try:
        start = time.perf_counter()
        await page.goto(url, timeout=LONGEST_MS)
        await page.wait_for_function(PAINTED, timeout=LONGEST_MS)
        walk.first.append(time.perf_counter() - start)
        await page.wait_for_selector(DONE, timeout=LONGEST_MS)
        fetched = list(files)
        for _ in range(rounds):
            for at, name in enumerate(PAGES):
                await asyncio.sleep(dice.uniform(*READS_S))
                link = page.locator("[data-testid=stTopNavLink]").nth((at + 1) % len(PAGES))
                start = time.perf_counter()
                await link.click(timeout=LONGEST_MS)
                await page.wait_for_timeout(50)
                await page.wait_for_selector(DONE, timeout=LONGEST_MS)
                walk.waits.append((name, time.perf_counter() - start))
                if await page.locator(".stException, .ip-error").count():
                    walk.errors.append(f"an error on {page.url}")
    except Exception as error:  # noqa: BLE001 whatever a visitor meets is counted
        walk.errors.append(f"{type(error).__name__}: {error}".splitlines()[0])
        fetched = list(files)
    finally:
        await context.close()
    return fetched


async def _all(
    chromium: str, arguments: Sequence[str], url: str, visitors: int
) -> tuple[Walk, Walk]:
    walk, seen, first = Walk(), Walk(), Walk()
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=chromium, args=list(arguments))
        # the first visitor of the day; what it fetches is what every first visit fetches
        files = await _visit(browser, url, first, 1)
        with ThreadPoolExecutor(visitors) as pool:
            walks = (_walk(url, files, number, walk, pool) for number in range(visitors))
            await asyncio.gather(*walks, _visit(browser, url, seen, ROUNDS * 2))
        await browser.close()
    return walk, seen


def walk_through(
    chromium: str, arguments: Sequence[str], url: str, visitors: int
) -> tuple[Walk, Walk]:
    """Let visitors and one browser walk through the app at once; return what each met.

    Parameters
    ----------
    chromium
        Program of the one browser.
    arguments
        Given to it.
    url
        Of a server of the 乐清 example.
    visitors
        How many there are without a browser.

    Returns
    -------
    visitors, browser
        What the visitors without a browser met, and what the one with a browser met.
    """
    return asyncio.run(_all(chromium, arguments, url, visitors))


def tell(who: str, walk: Walk) -> None:
    """Print what visitors met."""
    first, waits = sorted(walk.first) or [0.0], sorted(s for _, s in walk.waits) or [0.0]
    late = waits[min(len(waits) - 1, int(0.95 * len(waits)))]
    print(
        f"{who}: {len(walk.waits)} acts, wait median {statistics.median(waits):.2f} s, "
        f"95 of 100 under {late:.2f} s, longest {waits[-1]:.2f} s; first map median "
        f"{statistics.median(first):.2f} s, longest {first[-1]:.2f} s; errors {len(walk.errors)}"
    )
    longest = {name: max(s for n, s in walk.waits if n == name) for name, _ in walk.waits}
    print(f"    longest: {', '.join(f'{n} {s:.2f}' for n, s in longest.items())}")
    for error in sorted(set(walk.errors))[:5]:
        print(f"    {error}")
