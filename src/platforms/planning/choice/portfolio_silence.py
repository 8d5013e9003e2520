"""HiGHS kept from writing to standard output, which may hold one JSON object.

In rare searches the solver prints a line of its own whatever its options say, from C and
through C's buffer; it is sent nowhere while a solve runs.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["silence"]

_STDOUT = 1
_lock = threading.Lock()
_kept: list[int] = []
_inside = 0


@contextmanager
def silence() -> Iterator[None]:
    """Send what C code writes to standard output nowhere; solves may run side by side."""
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    global _inside  # noqa: PLW0603 one standard output in a process
    with _lock:
        _inside += 1
        if _inside > 1:
            return
        _flush()
        try:
            _kept.append(os.dup(_STDOUT))
        except OSError:
            # a process without standard output
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, _STDOUT)
        os.close(nowhere)


def _leave() -> None:
    global _inside  # noqa: PLW0603 as above
    with _lock:
        _inside -= 1
        if _inside or not _kept:
            return
        _flush()
        kept = _kept.pop()
        os.dup2(kept, _STDOUT)
        os.close(kept)


def _flush() -> None:
    """Empty Python's buffer and C's, so that nothing goes to the wrong place."""
    if sys.stdout is not None and not sys.stdout.closed:
        sys.stdout.flush()
    ctypes.CDLL(None).fflush(None)
