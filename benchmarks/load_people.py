"""What people of an office do with the app, as scripts for ``load.py``.

A person opens the app, does what the work asks for, looks at what came before the next act,
closes the tab, and comes back later with a new one. How long a look takes is drawn from an
exponential distribution, so that some acts follow at once and some after a minute.
"""

from __future__ import annotations

import asyncio
import io
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

from session_client import Visitor
from session_files import EACH, LONGEST_S, fetch

import platforms as ip

# one in so many visits loses its line once, and comes back to the same session
_FALLS = 4
_PLOTS = 20
# a visitor types letter by letter, and then leaves the box
_WORDS = ("工业", "整治", "乐成", "腾退", "园区")


@dataclass
class Log:
    """What all met.

    Attributes
    ----------
    acts
        Seconds since the clock began, name, and how long it took.
    errors
        What went wrong, by the act.
    accepted
        Words that the ledger took.
    conflicts
        How often somebody else had written on the plot meanwhile.
    visits, drops
        Tabs that were opened; lines that were lost on purpose.
    """

    began: float = field(default_factory=time.perf_counter)
    acts: list[tuple[float, str, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    conflicts: int = 0
    visits: int = 0
    drops: int = 0

    @property
    def now(self) -> float:
        """Seconds since the clock began."""
        return time.perf_counter() - self.began


@dataclass
class Person:
    """One who works: a tab, a way of working, and a die of their own."""

    name: str
    url: str
    dice: random.Random
    pause: float
    log: Log
    pool: Executor
    plots: Sequence[str]
    files: Sequence[bytes]
    until: float
    patience: float = LONGEST_S
    visitor: Visitor = field(init=False)

    async def look(self) -> None:
        """Look at what is there before the next act."""
        await asyncio.sleep(self.dice.expovariate(1 / self.pause))

    async def act(self, name: str, doing: Awaitable[float]) -> None:
        """Do something, note how long it took and what the page says of it, and look."""
        took = await doing
        self.log.acts.append((self.log.now, name, took))
        self.tell(name)
        await self.look()

    def tell(self, name: str) -> None:
        """Note the faults that the page showed."""
        self.log.errors += [f"{name}: {fault}" for fault in self.visitor.faults]
        self.visitor.faults.clear()

    async def open(self, files: Sequence[str]) -> None:
        """Open the app in a new tab."""
        self.visitor = Visitor(self.url, pool=self.pool, patience=self.patience)
        self.log.visits += 1
        loop, start = asyncio.get_running_loop(), time.perf_counter()
        cookies, _ = await loop.run_in_executor(self.pool, fetch, self.url, (*EACH, *files))
        await self.visitor.open(cookies)
        self.log.acts.append((self.log.now, "open", time.perf_counter() - start))
        if self.visitor.mapped is None:
            self.log.errors.append("open: no map on the first page")
        self.tell("open")
        await self.look()

    async def fall(self) -> None:
        """Lose the line, and come back to the same session as a browser does."""
        self.visitor.drop()
        self.log.drops += 1
        await asyncio.sleep(1)
        await self.act("come back", self.visitor.open(self.visitor.cookies))

    def ring(self) -> list[list[float]]:
        """Return a drawing of some hundred metres somewhere in the county's towns."""
        lon, lat = self.dice.uniform(120.9, 121.0), self.dice.uniform(28.08, 28.2)
        wide, high = self.dice.uniform(0.001, 0.005), self.dice.uniform(0.001, 0.005)
        return [[lon, lat], [lon + wide, lat], [lon + wide, lat + high], [lon, lat + high]]


async def planner(who: Person) -> None:
    """Look around: filters, plots, parks, plans, targets."""
    tab = who.visitor
    await who.act("click on the map", tab.click("plots", who.dice.choice(who.plots)))
    await who.act("filter", tab.choose("filter-verdict", 1))
    await who.act("filter", tab.choose("filter-town", who.dice.randint(1, 3)))
    await who.act("row of a table", tab.tick(who.dice.random()))
    await who.act("clear filters", tab.press("filters-clear"))
    await who.act("page parks", tab.go("parks"))
    await who.act("row of a table", tab.tick(who.dice.random()))
    await who.act("page plans", tab.go("plans"))
    await who.act("search in plans", tab.write("work-words", who.dice.choice(_WORDS)))
    await who.act("page targets", tab.go("targets"))
    await who.act("page moves", tab.go("moves"))
    await who.act("page map", tab.go("map"))
    await who.act("measure", tab.measure(who.ring()))


async def officer(who: Person) -> None:
    """Work on land: a file of plots, rules, limits, the ledger."""
    tab = who.visitor
    await who.act("page plots", tab.go("plots"))
    await who.act("measure", tab.measure(who.ring()))
    await who.act("give a file", tab.give("file-*", "地块.gpkg", who.dice.choice(who.files)))
    await who.act("row of a table", tab.tick(who.dice.random()))
    await who.act("measure", tab.measure(who.ring()))
    await who.act("page rules", tab.go("rules"))
    box, years = "rule-*-running_years", str(who.dice.choice((1, 2, 4)))
    await who.act("change a rule", tab.write(box, years))
    await who.act("page land", tab.go("land"))
    await who.act("leave out a limit", tab.switch("land-*-road", on=False))
    await who.act("page plots", tab.go("plots"))
    await who.act("own plots again", tab.press("forget"))
    await ledger(who)


async def ledger(who: Person) -> None:
    """Write on plots of the ledger, and take it home."""
    tab = who.visitor
    await who.act("page ledger", tab.go("ledger"))
    await who.act("name oneself", tab.write("ledger-who", who.name))
    for _ in range(2):
        await who.act("row of the ledger", tab.tick(who.dice.random()))
        word = f"{who.name} {who.dice.getrandbits(48):012x}"
        await who.act("write a note", tab.write("ledger-note-*", word))
        took = await tab.press("ledger-save-*")
        if tab.done:
            who.log.accepted.append(word)
        elif tab.has("button", "ledger-drop"):
            # somebody was quicker, and the page shows both sides: let theirs stand
            who.log.conflicts += 1
            tab.faults.clear()
            await tab.press("ledger-drop")
        else:
            tab.faults.append("neither written nor refused")
        who.log.acts.append((who.log.now, "write in the ledger", took))
        who.tell("write in the ledger")
        await who.look()
    await who.act("take the ledger", tab.take("ledger-export"))


async def presenter(who: Person) -> None:
    """Make a meeting ready: scenarios, one of one's own, maps and sheets to take along."""
    tab = who.visitor
    await who.act("page scenarios", tab.go("scenarios"))
    await who.act("swap scenarios", tab.press("scenario-swap"))
    await who.act("page land", tab.go("land"))
    await who.act("leave out a limit", tab.switch("land-*-river", on=False))
    await who.act("take a map", tab.take("get-land"))
    await who.act("back to the limits", tab.press("land-reset"))
    await who.act("keep: name oneself", tab.write("keep-author-run-*", who.name))
    await who.act("keep a scenario", tab.press("keep-save-run-*"))
    await who.act("page exports", tab.go("exports"))
    await who.act("take a map", tab.take("export-get-map"))
    await who.act("make a workbook", tab.press("export-make-workbook"))
    await who.act("take a workbook", tab.take("export-get-workbook"))
    await who.act("page moves", tab.go("moves"))
    await who.act("page map", tab.go("map"))


WORK: Mapping[str, Callable[[Person], Awaitable[None]]] = {
    "planner": planner,
    "officer": officer,
    "presenter": presenter,
}


async def work(who: Person, kind: str, files: Sequence[str]) -> None:
    """Come, do the work, go, and come again, until it is evening."""
    await asyncio.sleep(who.dice.uniform(0, min(30.0, who.until / 4)))
    while who.log.now < who.until:
        doing = asyncio.create_task(_visit(who, kind, files))
        # in the evening everybody goes, in the middle of whatever it is
        done, _ = await asyncio.wait([doing], timeout=max(who.until - who.log.now, 0.1))
        if not done:
            doing.cancel()
        for ended in await asyncio.gather(doing, return_exceptions=True):
            if isinstance(ended, Exception):
                told = f"{type(ended).__name__}: {ended}".splitlines()[0]
                who.log.errors.append(f"{kind}: {told}")
        await who.visitor.close()
        # the browser has them now
        files = ()
        away = who.dice.expovariate(1 / who.pause)
        await asyncio.sleep(max(min(away, who.until - who.log.now), 0))


async def _visit(who: Person, kind: str, files: Sequence[str]) -> None:
    await who.open(files)
    if who.dice.randrange(_FALLS) == 0:
        await who.fall()
    await WORK[kind](who)


def small_files(count: int) -> list[bytes]:
    """Return GeoPackages with twenty plots of the example each, every one with others."""
    plots = ip.Workspace.open("yueqing").layer("plots")
    made = []
    for number in range(count):
        out = io.BytesIO()
        some = plots.iloc[number * _PLOTS : (number + 1) * _PLOTS]
        some.to_file(out, driver="GPKG", layer="plots")
        made.append(out.getvalue())
    return made
