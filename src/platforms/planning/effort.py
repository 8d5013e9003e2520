"""Long solves: what is told while they run, and how they are stopped.

A solve is watched, not owned: whoever asked for it may look at how far it is and end it from
another thread. It then comes back with the best answer so far. Nothing here is shared between
solves, so several sessions may solve at once and stop only their own.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

__all__ = ["Phase", "Progress", "Stop", "Watch"]

Phase = Literal["bound", "start", "search", "proof", "curve"]


class Stop(Protocol):
    """What ends a solve once it is set, such as a `threading.Event`."""

    def is_set(self) -> bool:
        """Tell whether the solve should end."""


@dataclass(frozen=True)
class Progress:
    """How far a solve is.

    Attributes
    ----------
    seconds
        Since it began.
    best, bound
        What the best answer so far costs, and what any answer costs at least; None before
        there is one.
    gap
        (best - bound) / best; None before both are known.
    phase
        ``bound`` (looking for the bound), ``start`` (first answers), ``search`` (better ones),
        ``proof`` (nothing better is left, or little) or ``curve`` (the next point of a curve).
    done, most
        Steps of this phase that are done, and how many there may be; 0 where they are not
        counted. It often ends sooner.
    """

    seconds: float
    best: float | None
    bound: float | None
    gap: float | None
    phase: Phase
    done: int = 0
    most: int = 0

    def of(self, best: float | None, bound: float | None) -> Progress:
        """Return the same moment with another best and bound; infinite ones are not known."""
        best, bound = _known(best), _known(bound)
        gap = None
        if best is not None and bound is not None:
            gap = max(0.0, best - bound) / abs(best) if best else 0.0
        return replace(self, best=best, bound=bound, gap=gap)


@dataclass
class Watch:
    """A clock, who is told, and who may stop a solve.

    Attributes
    ----------
    seconds
        At most so long by ``clock``; None without end.
    progress
        Is told.
    stop
        Ends it.
    clock
        Seconds that pass.
    ended
        ``seconds`` or ``stopped`` once it is over, else empty.
    """

    seconds: float | None = None
    progress: Callable[[Progress], None] | None = None
    stop: Stop | None = None
    clock: Callable[[], float] = time.monotonic
    ended: str = ""
    begun: float = field(init=False)

    def __post_init__(self) -> None:
        self.begun = self.clock()

    def over(self) -> bool:
        """Tell whether a clock or a person ends it."""
        if self.ended:
            return True
        if self.stop is not None and self.stop.is_set():
            self.ended = "stopped"
        elif self.seconds is not None and self.passed() >= self.seconds:
            self.ended = "seconds"
        return bool(self.ended)

    def passed(self) -> float:
        """Return the seconds since it began."""
        return self.clock() - self.begun

    def left(self) -> float | None:
        """Return the seconds that are left; None without end."""
        return None if self.seconds is None else max(0.01, self.seconds - self.passed())

    def again(self, share: float = 1.0) -> Watch:
        """Return a new watch with a share of the time and the same stop, who tells nobody."""
        seconds = None if self.seconds is None else self.seconds * share
        return Watch(seconds, None, self.stop, self.clock)

    def tell(
        self, phase: Phase, best: float | None, bound: float | None, done: int = 0, most: int = 0
    ) -> None:
        """Say how far it is; what is infinite is not known."""
        if self.progress is None:
            return
        moment = Progress(self.passed(), None, None, None, phase, done, most)
        self.progress(moment.of(best, bound))


def _known(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
