"""How long an answer is looked for, and the answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from platforms.planning.effort import Progress, Stop, Watch
from platforms.planning.moves.relocation_bound import Ints

__all__ = ["Effort", "Found"]


@dataclass(frozen=True)
class Effort:
    """How long an answer is looked for.

    Attributes
    ----------
    seconds
        At most so long by ``clock``; None without end.
    rounds
        At most so many neighbourhoods.
    gap
        Near enough to the bound, as a share of the cost.
    seed
        Of the draws of neighbourhoods.
    progress
        Is told how far the search is: seconds, best, bound, gap and phase.
    stop
        Ends the search once it is set, with the best answer so far; a `threading.Event`, set
        by whom you like.
    clock
        Seconds that pass.
    """

    seconds: float | None = 300.0
    rounds: int = 150
    gap: float = 2e-4
    seed: int = 0
    progress: Callable[[Progress], None] | None = None
    stop: Stop | None = None
    clock: Callable[[], float] = time.monotonic

    def to_record(self) -> dict[str, float | int | None]:
        """Return how long is looked, JSON-ready: ``seconds``, ``rounds``, ``gap``, ``seed``."""
        return {
            "seconds": self.seconds, "rounds": self.rounds, "gap": self.gap, "seed": self.seed,
        }  # fmt: skip

    def watch(self) -> Watch:
        """Return a watch that begins now."""
        return Watch(self.seconds, self.progress, self.stop, self.clock)


@dataclass(frozen=True)
class Found:
    """An answer.

    Attributes
    ----------
    place
        Park of each firm; the number of parks for one that stays.
    cost, bound
        What it costs, and what any answer costs at least.
    ended
        ``proved``, ``gap``, ``settled`` (no gain in many rounds), ``rounds``, ``seconds`` or
        ``stopped``.
    rounds
        Neighbourhoods that were solved.
    """

    place: Ints
    cost: float
    bound: float
    ended: str
    rounds: int

    @property
    def gap(self) -> float:
        """Return how far the answer may be from the best, as a share of its cost."""
        return max(0.0, self.cost - self.bound) / abs(self.cost) if self.cost else 0.0
