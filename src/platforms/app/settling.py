"""What stays is left out when rubbish is collected, and it is not collected after each run.

Streamlit would collect all rubbish of the process after each run of each session: a third of the
processor time of a small act, in which no other session goes on. The server turns that off
(``runner.postScriptGC``) and collects here, after a run, where some seconds have passed since.
Modules, rows and map documents that were loaded at the start are put aside beforehand, and again
when a city's data changed, which also finds what became rubbish there since.

A table of pandas remembers each view that was taken of it, and forgets those that are gone only
from five hundred of a column on: the tables that all pages look at would grow for hours. They are
made to forget here too, as far as whoever holds them has said so (:func:`look_after`). The
collector knows all of them, but whoever lists what it knows breaks every tuple that another thread
is filling.
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

__all__ = ["look_after", "settle", "settle_again", "tables_of", "tidy"]

# what fifty visitors leave behind meanwhile is some megabytes
_EVERY_S = 10.0
# and of the time no larger part: in a large process it takes half a second, for all who wait
_LEAST_APART = 50
_TIDYING = threading.Lock()
_tidied = _due = 0.0
# what tells what all sessions look at
_HELD: list[Callable[[], Iterable[object]]] = []
# so deep lies a table in what is held, and so many parts has what holds tables
_DEPTH, _PARTS = 6, 200


def look_after(held: Callable[[], Iterable[object]]) -> None:
    """Have the tables in what a function returns forget their views that are gone.

    Parameters
    ----------
    held
        Asked whenever rubbish is collected; returns tables and objects of ours that have some.
    """
    _HELD.append(held)


def tables_of(
    thing: object, depth: int = _DEPTH, seen: set[int] | None = None
) -> Iterator[pd.DataFrame]:
    """Yield the tables in an object of ours, in its attributes, mappings and lists, each once."""
    seen = set() if seen is None else seen
    if id(thing) in seen or not depth:
        return
    seen.add(id(thing))
    if isinstance(thing, pd.DataFrame):
        yield thing
        return
    parts: Iterable[object] = ()
    if isinstance(thing, Mapping) and len(thing) <= _PARTS:
        parts = tuple(thing.values())
    elif isinstance(thing, (list, tuple)) and len(thing) <= _PARTS:
        parts = tuple(thing)
    elif type(thing).__module__.startswith("platforms."):
        parts = tuple(getattr(thing, "__dict__", {}).values())
    for part in parts:
        yield from tables_of(part, depth - 1, seen)


def _forget_views(table: Any) -> None:  # noqa: ANN401 what remembers has no public name
    remembering = [block.refs for block in table._mgr.blocks]  # noqa: SLF001
    remembering += [axis._references for axis in (table.index, table.columns)]  # noqa: SLF001
    for one in remembering:
        if one is not None:
            # to answer it looks which are there, and forgets the others
            one.has_reference()


def settle() -> None:
    """Put aside all that there is now, after what is rubbish was collected."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def settle_again() -> None:
    """Do so once more where it was done: in a server, and in no test."""
    if gc.get_freeze_count():
        settle()


def tidy() -> None:
    """Collect rubbish after a run, of whoever; the runs of the next seconds need not.

    Where nothing was put aside there is no server of ours, and nothing is done.
    """
    global _tidied, _due  # noqa: PLW0603 rubbish is the process's, and so is the clock of it
    if not gc.get_freeze_count() or not _TIDYING.acquire(blocking=False):
        return
    try:
        if time.monotonic() - _tidied >= max(_EVERY_S, _due):
            began = time.thread_time()
            gc.collect()
            seen: set[int] = set()
            for held in _HELD:
                for thing in held():
                    for table in tables_of(thing, seen=seen):
                        _forget_views(table)
            _due = _LEAST_APART * (time.thread_time() - began)
            _tidied = time.monotonic()
    finally:
        _TIDYING.release()
