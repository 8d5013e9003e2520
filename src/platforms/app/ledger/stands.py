"""How the ledger stands: read when somebody wrote, and shown to all visitors as it was read.

What is asked of the store on every run is its mark, which is another after each act. What is
held under a mark was read after it, so it is never older than the mark says.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pandas as pd

import platforms as ip
from platforms.app.settling import look_after

__all__ = ["Stand", "stand_of"]

T = TypeVar("T")

# ledgers of which the newest stand is held
_MOST = 4
_HELD: dict[tuple[str, str], tuple[object, Stand]] = {}
look_after(lambda: [stand for _, stand in tuple(_HELD.values())])
_LOCK = threading.Lock()


@dataclass(frozen=True)
class Stand:
    """A ledger as it stood; shared between sessions, so never changed.

    Attributes
    ----------
    plots
        What :meth:`platforms.Ledger.plots` gave.
    """

    plots: pd.DataFrame
    _made: dict[str, tuple[Hashable, Any]] = field(default_factory=dict)

    def once(self, name: str, key: Hashable, make: Callable[[], T]) -> T:
        """Return what was made of it and of nothing else but ``key``; the newest of a name."""
        held = self._made.get(name)
        if held is None or held[0] != key:
            held = self._made[name] = (key, make())
        made: T = held[1]
        return made


def stand_of(store: ip.Store) -> Stand:
    """Return how the ledger of a store stands now.

    Raises
    ------
    PlatformsError
        When it cannot be read.
    """
    ledger, day = store.ledger, dt.datetime.now(dt.UTC).astimezone().date()
    # a server and a file of one name are two; so is a folder that another setting names
    place = (store.workspace, str(store.path))
    mark = (ledger.mark(), day, ledger.steps)
    with _LOCK:
        held = _HELD.get(place)
    if held is not None and held[0] == mark:
        return held[1]
    made = Stand(ledger.plots(day=day))
    with _LOCK:
        _HELD.pop(place, None)
        while len(_HELD) >= _MOST:
            _HELD.pop(next(iter(_HELD)))
        _HELD[place] = (mark, made)
    return made
