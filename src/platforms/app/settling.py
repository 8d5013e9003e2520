"""What stays is left out when rubbish is collected, and it is not collected after each run.

Streamlit would collect all rubbish of the process after each run of each session: a third of the
processor time of a small act, in which no other session goes on. The server turns that off
(``runner.postScriptGC``) and collects here, after a run, where some seconds have passed since.
Modules, rows and map documents that were loaded at the start are put aside beforehand, and again
when a city's data changed, which also finds what became rubbish there since.
"""

from __future__ import annotations

import gc
import threading
import time

__all__ = ["settle", "settle_again", "tidy"]

# what fifty visitors leave behind meanwhile is some megabytes
_EVERY_S = 10.0
# and of the time no larger part: in a large process it takes half a second, for all who wait
_LEAST_APART = 50
_TIDYING = threading.Lock()
_tidied = _due = 0.0


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
            _due = _LEAST_APART * (time.thread_time() - began)
            _tidied = time.monotonic()
    finally:
        _TIDYING.release()
