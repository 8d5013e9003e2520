"""Processes that are killed at a random moment of what they do.

They are forked from a process that has the libraries loaded and nothing open, so that 200 of
them take seconds. The moments are uniform over the time that the act took when it was let alone.
What counts is an act that died before its end: one that was quicker than its killer is counted
apart, and another is killed in its stead.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

__all__ = ["Killer", "few", "noted"]

_LOADED = [
    "platforms.cli.main", "platforms.cli.run", "platforms.cli.export", "platforms.planning.run",
    "platforms.outputs.folder", "platforms.store.opening", "platforms.store.server", "psycopg",
]  # fmt: skip
_LONGEST_S = 200.0


class Killer:
    """Starts acts, and ends them at moments of a seed.

    Attributes
    ----------
    met
        How many acts died before their end.
    ended
        How many had come to their end when they were to be killed.
    """

    def __init__(self, seed: str) -> None:
        self.dice = random.Random(seed)  # noqa: S311 moments, no secrets
        self.met = 0
        self.ended = 0
        # of the time that an act is said to take: a machine has more or less to do than then
        self._pace = 1.0
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(_LOADED)

    def count(self, *, met: bool) -> None:
        """Count one that died or was cut off before its end, or one that was quicker."""
        self.met += met
        self.ended += not met

    def turns(self, times: int) -> Iterator[int]:
        """Count the turns until so many acts died before their end."""
        goal, most = self.met + times, self.ended + 2 * times + 10
        turn = 0
        while self.met < goal:
            assert self.ended < most, f"{self.ended} ended before the kill, {self.met} died"
            yield turn
            turn += 1

    def let(self, act: Callable[..., None], *words: object) -> float:
        """Let an act come to its end; return the seconds that it took after it began."""
        child, _, began = self._begun(act, words)
        child.join(_LONGEST_S)
        assert child.exitcode == 0, f"{act.__name__} ended with {child.exitcode}"
        return time.monotonic() - began

    def kill(
        self,
        act: Callable[..., None],
        *words: object,
        within: float,
        before: Callable[[], None] | None = None,
    ) -> float:
        """Kill an act at a random moment of so many seconds; return the moment.

        It may come to its end first: see `met` and `ended`. What is to be done `before` it is killed is done while the act stands still.
        """
        moment = self.dice.uniform(0, within * self._pace)
        child, ending, began = self._begun(act, words)
        child.join(max(0.0, began + moment - time.monotonic()))
        lasted = time.monotonic() - began
        if before is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGSTOP)
            before()
        child.kill()
        child.join(_LONGEST_S)
        assert child.exitcode in {0, -signal.SIGKILL}, f"{act.__name__}: {child.exitcode}"
        # what was killed on its way out had done all of it
        met = child.exitcode != 0 and not _said(ending)
        self.count(met=met)
        if met:
            # what never ends by itself is never given more than was said
            self._pace = min(1.02 * self._pace, 2.0 if self.ended else 1.0)
        else:
            self._pace = 0.7 * self._pace + 0.3 * min(1.1 * lasted / within, 2.0)
        ending.close()
        return moment

    def _begun(self, act: Callable[..., None], words: tuple[object, ...]) -> tuple[Any, Any, float]:
        here, there = self._context.Pipe(duplex=False)
        child = self._context.Process(target=_run, args=(there, act, words), daemon=True)
        child.start()
        there.close()
        here.recv()
        return child, here, time.monotonic()


def _run(pipe: Any, act: Callable[..., None], words: tuple[object, ...]) -> None:
    pipe.send("begun")
    act(*words)
    pipe.send("ended")


def _said(ending: Any) -> bool:
    """Return whether an act came to its end, after its process is gone."""
    with contextlib.suppress(EOFError):
        return bool(ending.poll(10) and ending.recv() == "ended")
    return False


def noted(path: Path) -> list[str]:
    """Return what an act wrote down as done before it was killed."""
    lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
    return [line for line in lines[:-1] if line]


def few(count: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Say how often the short form of a test kills."""

    def mark(test: Callable[..., None]) -> Callable[..., None]:
        test.short = count
        return test

    return mark
