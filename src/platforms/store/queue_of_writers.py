"""A queue before a store that is a file: who comes first writes first.

SQLite lets all who want to write ask again and again, and whoever happens to ask at the right
moment is next: of fifty, the unlucky waited for more than twenty seconds. Here they stand in a
queue that the system keeps (``flock`` of the folder, which leaves nothing behind and ends with
whoever holds it). It is a courtesy: what keeps writers apart is SQLite's own lock, so where
there is no queue, as on some network folders, or it does not move, writing goes on without.
"""

from __future__ import annotations

import fcntl
import math
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from platforms.errors import StoreError
from platforms.geo.hidden_folder import is_hidden

__all__ = ["Turn", "patience", "take_turn"]

_SETTING = "PLATFORMS_STORE_WAIT"
_PATIENCE_SECONDS = 30.0
_LONGEST_SECONDS = 3600.0
_held = threading.local()


def patience() -> float:
    """Return for how many seconds a store that others hold is waited for.

    Returns
    -------
    seconds
        The setting ``PLATFORMS_STORE_WAIT``; default 30.

    Raises
    ------
    StoreError
        When the setting is no number from 0 to 3600.
    """
    said = os.environ.get(_SETTING, "").strip()
    if not said:
        return _PATIENCE_SECONDS
    try:
        seconds = float(said)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= _LONGEST_SECONDS:
        raise StoreError("store.wait_wrong", said=said, most=int(_LONGEST_SECONDS))
    return seconds


class Turn:
    """The first place of a queue; :meth:`end` gives it to the next.

    Parameters
    ----------
    place
        The open folder, locked.
    seconds
        How long was waited.
    """

    def __init__(self, place: int, seconds: float) -> None:
        self._place = place
        self._folders = _here()
        self._folders.add(_identity(place))
        self.seconds = seconds

    def end(self) -> None:
        """Let the next one write."""
        self._folders.discard(_identity(self._place))
        # said, and not left to closing: a process that was forked has the folder open as well
        fcntl.flock(self._place, fcntl.LOCK_UN)
        os.close(self._place)


def take_turn(
    folder: Path, seconds: float, *, before: Callable[[], object] | None = None
) -> Turn | None:
    """Wait until it is this one's turn to write into a folder.

    Parameters
    ----------
    folder
        Of the store.
    seconds
        How long to wait at most.
    before
        What is done first by one who has to wait.

    Returns
    -------
    turn
        None where there is no queue, or the turn did not come in time.
    """
    # a store that is being made: nobody else knows it, and its maker holds the folder's lock
    if is_hidden(folder):
        return None
    try:
        place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return None
    # who writes into two stores of one folder does not wait for themselves
    if _identity(place) in _here():
        os.close(place)
        return None
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if before is not None:
            before()
        return _waited(place, seconds)
    except OSError:
        os.close(place)
        return None
    return Turn(place, 0.0)


def _waited(place: int, seconds: float) -> Turn | None:
    """Stand in the queue; the system knows no end of waiting, so another thread stands there."""
    began, one = time.monotonic(), threading.Lock()
    came, gone = threading.Event(), threading.Event()

    def stand() -> None:
        try:
            fcntl.flock(place, fcntl.LOCK_EX)
        except OSError:
            gone.set()
        with one:
            if gone.is_set():
                os.close(place)
            came.set()

    threading.Thread(target=stand, name="turn", daemon=True).start()
    came.wait(seconds)
    with one:
        if came.is_set() and not gone.is_set():
            return Turn(place, time.monotonic() - began)
        gone.set()
    return None


def _here() -> set[tuple[int, int]]:
    """Return the folders in which this thread writes."""
    held: set[tuple[int, int]] = _held.__dict__.setdefault("folders", set())
    return held


def _identity(place: int) -> tuple[int, int]:
    found = os.fstat(place)
    return found.st_dev, found.st_ino
