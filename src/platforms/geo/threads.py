"""Long columns worked on by several threads.

GEOS and PROJ let go of the interpreter while they work, so a column cut in pieces is done in
a part of the time. Each value is worked on alone: the result does not depend on the cuts.
What a thread does here it does alone: work that would itself be cut is not cut again.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["in_blocks", "in_threads", "one_thread", "side_by_side"]

_Item = TypeVar("_Item")
_Made = TypeVar("_Made")

# below this, handing over costs more than it saves
_SHORT = 20_000
_MOST = 4
# what is worked out for so many polygons stays in the processor's cache
_BLOCK = 1 << 13
_limited: list[int] = []
_NAME = "platforms-side"


def in_threads(
    work: Callable[..., NDArray[Any]], *columns: NDArray[Any], short: int = _SHORT
) -> NDArray[Any]:
    """Return ``work(*columns)``, done piece by piece side by side.

    Parameters
    ----------
    work
        Takes arrays of one length and gives one with a value (or row) for each of theirs.
    columns
        The arrays.
    short
        Columns up to this length are not cut.
    """
    threads = _free_threads()
    if len(columns[0]) <= short or threads == 1:
        return work(*columns)
    pieces = zip(*(np.array_split(column, threads) for column in columns), strict=True)
    return np.concatenate(list(_pool().map(lambda piece: work(*piece), pieces)))


def side_by_side(work: Callable[[_Item], _Made], items: Iterable[_Item]) -> list[_Made]:
    """Return ``work(item)`` for each item, in their order; several are worked on at a time.

    Parameters
    ----------
    work
        Takes one item and changes nothing that another one reads.
    items
        Large enough that handing one over costs little beside it.
    """
    listed = list(items)
    if len(listed) == 1 or _free_threads() == 1:
        return [work(item) for item in listed]
    return list(_pool().map(work, listed))


def in_blocks(work: Callable[[NDArray[Any]], NDArray[Any]], column: NDArray[Any]) -> NDArray[Any]:
    """Return ``work(column)``, done block by block: for work that holds much at a time.

    Parameters
    ----------
    work
        Takes a part of the column and gives an array with a value (or row) for each of its.
    column
        Such as polygons.
    """
    if len(column) <= _BLOCK:
        return work(column)
    blocks = [column[start : start + _BLOCK] for start in range(0, len(column), _BLOCK)]
    return np.concatenate(side_by_side(work, blocks))


def one_thread() -> None:
    """Work in one thread from now on: other processes have the other cores."""
    _limited.append(1)
    _threads.cache_clear()


def _free_threads() -> int:
    # a thread of the pool that waited for the pool would wait for ever
    return 1 if threading.current_thread().name.startswith(_NAME) else _threads()


@cache
def _threads() -> int:
    if _limited:
        return 1
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), _MOST)
    return min(os.cpu_count() or 1, _MOST)


@cache
def _pool() -> ThreadPoolExecutor:
    # kept, since each new thread would have to set up its projections again
    return ThreadPoolExecutor(_threads(), thread_name_prefix=_NAME)
