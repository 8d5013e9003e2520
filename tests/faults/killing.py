"""Processes that are killed at a random moment of what they do.

They are forked from a process that has the libraries loaded and nothing open, so that 200 of
them take seconds. The moments are uniform over the time that the act took when it was let alone.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

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
        Of those that were killed, how many were in the middle; the others had ended.
    """

    def __init__(self, seed: str) -> None:
        self.dice = random.Random(seed)  # noqa: S311 moments, no secrets
        self.met = 0
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(_LOADED)

    def let(self, act: Callable[..., None], *words: object) -> float:
        """Let an act come to its end; return the seconds that it took after it began."""
        child, began = self._begun(act, words)
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

        What is to be done `before` it is killed is done while the act stands still.
        """
        moment = self.dice.uniform(0, within)
        child, began = self._begun(act, words)
        child.join(max(0.0, began + moment - time.monotonic()))
        if child.is_alive():
            assert child.pid is not None
            if before is not None:
                os.kill(child.pid, signal.SIGSTOP)
                before()
            os.kill(child.pid, signal.SIGKILL)
            self.met += 1
        elif before is not None:
            before()
        child.join(_LONGEST_S)
        assert child.exitcode in {0, -signal.SIGKILL}, f"{act.__name__}: {child.exitcode}"
        return moment

    def _begun(self, act: Callable[..., None], words: tuple[object, ...]) -> tuple[object, float]:
        here, there = self._context.Pipe(duplex=False)
        child = self._context.Process(target=_run, args=(there, act, words), daemon=True)
        child.start()
        there.close()
        here.recv()
        here.close()
        return child, time.monotonic()


def _run(pipe: object, act: Callable[..., None], words: tuple[object, ...]) -> None:
    pipe.send(True)
    act(*words)


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
