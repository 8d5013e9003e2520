"""A long solve at a terminal: a line of progress, and Ctrl-C that keeps the best answer.

Standard output holds the answer, often one JSON object. In rare searches the solver prints a
line of its own from C, whatever its options say; while a solve runs, what C code writes to
standard output goes nowhere. That is right for a command, which is alone in its process; the
library and the app leave standard output as it is.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import click

import platforms as ip
from platforms import messages

__all__ = ["Watched", "watched"]

_STDOUT = 1
# a line that changes more often cannot be read
_PAUSE = 0.1


@dataclass
class Watched:
    """What a solve is given.

    Attributes
    ----------
    stop
        Set by Ctrl-C.
    progress
        Writes a line on standard error; None where that is no terminal.
    """

    stop: threading.Event = field(default_factory=threading.Event)
    progress: Callable[[ip.Progress], None] | None = None

    @property
    def stopped(self) -> bool:
        """Whether somebody pressed Ctrl-C."""
        return self.stop.is_set()


class _Line:
    """One line that is written over."""

    def __init__(self) -> None:
        self.width, self.last = 0, 0.0

    def show(self, progress: ip.Progress) -> None:
        """Write how far it is, not too often."""
        now = time.monotonic()
        if now - self.last < _PAUSE:
            return
        self.last = now
        parts = []
        if progress.best is not None:
            parts.append(messages.text("solving.best", value=f"{progress.best:,.2f}"))
        if progress.bound is not None:
            parts.append(messages.text("solving.bound", value=f"{progress.bound:,.2f}"))
        if progress.gap is not None:
            parts.append(messages.text("solving.gap", value=f"{100 * progress.gap:.3f}"))
        if progress.most:
            parts.append(f"{progress.done} / {progress.most}")
        told = {
            "phase": messages.text(f"solving.phase.{progress.phase}"),
            "parts": parts,
            "seconds": f"{progress.seconds:.0f}",
        }
        self._write(messages.text("solving.line", **told))

    def clear(self) -> None:
        """Leave an empty line."""
        if self.width:
            self._write("")
            click.echo("\r", nl=False, err=True)

    def _write(self, text: str) -> None:
        # a Chinese character takes two places
        width = sum(2 if ord(one) > 0x2E7F else 1 for one in text)  # noqa: PLR2004 the first of CJK
        click.echo("\r" + text + " " * max(0, self.width - width), nl=False, err=True)
        self.width = width


@contextmanager
def watched() -> Iterator[Watched]:
    """Show progress and let Ctrl-C end a solve; a second Ctrl-C ends the command."""
    line = _Line()
    given = Watched()
    before: Any = None

    def show(progress: ip.Progress) -> None:
        if not given.stopped:
            line.show(progress)

    if sys.stderr.isatty():
        given.progress = show

    def interrupt(_number: int, _frame: object) -> None:
        given.stop.set()
        signal.signal(signal.SIGINT, before)
        line.clear()
        click.echo(messages.text("solving.kept"), err=True)

    # only the main thread hears of signals
    if threading.current_thread() is threading.main_thread():
        before = signal.getsignal(signal.SIGINT) or signal.default_int_handler
        signal.signal(signal.SIGINT, interrupt)
    try:
        with _stdout_kept():
            yield given
    finally:
        if before is not None:
            signal.signal(signal.SIGINT, before)
        line.clear()


@contextmanager
def _stdout_kept() -> Iterator[None]:
    """Throw away what C code writes to standard output."""
    flush = _flush()
    try:
        kept = os.dup(_STDOUT)
    except OSError:
        # a process without standard output
        yield
        return
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, _STDOUT)
        os.close(nowhere)
    try:
        yield
    finally:
        flush()
        os.dup2(kept, _STDOUT)
        os.close(kept)


def _flush() -> Callable[[], None]:
    """Empty Python's buffer and C's; return how C's is emptied."""
    sys.stdout.flush()
    try:
        library = ctypes.CDLL(None)
    except (OSError, TypeError):
        # not every system lends its C library so
        return lambda: None
    library.fflush(None)
    return lambda: library.fflush(None)
