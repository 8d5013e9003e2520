"""Solves that take long: begun by a visitor, watched while they run, stopped with the best kept.

A solve belongs to the session that began it and runs in a thread of its own, so nobody's
clicks stop another's. The server works on as many at once as it has processors; the others
wait their turn and say so. What it found stays until the session begins another one.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future, wait
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

import streamlit as st

from platforms import messages
from platforms.app import markup
from platforms.app.guard import guard
from platforms.units import printed

__all__ = ["Solve", "Step", "begin", "forget", "solving", "watch"]

T = TypeVar("T")

_TICK_S = 0.7
_WAIT_S = 0.2
_SOLVES = "solves"
_TURNS = threading.BoundedSemaphore(max(1, os.cpu_count() or 1))


class Step(Protocol):
    """How far a solve is; what is not known yet is None."""

    @property
    def seconds(self) -> float:
        """Seconds since it began."""

    @property
    def best(self) -> float | None:
        """Cost of the best answer so far."""

    @property
    def bound(self) -> float | None:
        """What any answer costs at least."""

    @property
    def gap(self) -> float | None:
        """How far the best may be from the bound, as a share of it."""

    @property
    def phase(self) -> str:
        """What is being done."""


Make = Callable[[Callable[[Step], None], threading.Event], T]


@dataclass
class Solve(Generic[T]):
    """One solve.

    Attributes
    ----------
    key
        All that it depends on.
    seconds
        How long it may take.
    begun
        When its turn came, on the monotonic clock; None while it waits for it.
    stop
        Set to end it with the best answer so far.
    step
        What it reported last.
    """

    key: Hashable
    seconds: float
    begun: float | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    step: Step | None = None
    future: Future[T] = field(default_factory=Future)

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self.future.done()

    @property
    def elapsed(self) -> float:
        """Seconds that it has worked."""
        return 0.0 if self.begun is None else time.monotonic() - self.begun

    def wait(self, seconds: float) -> bool:
        """Wait for its end for a while, and say whether it came."""
        return bool(wait([self.future], seconds).done)

    def result(self) -> T:
        """Return what it found when it has ended, or raise what went wrong."""
        return self.future.result()

    def work(self, make: Make[T]) -> None:
        """Wait for a turn and do it."""
        while not _TURNS.acquire(timeout=_WAIT_S):
            # stopped while it waits: it is let through, to end with what comes first
            if self.stop.is_set():
                break
        else:
            try:
                self._make(make)
            finally:
                _TURNS.release()
            return
        self._make(make)

    def _make(self, make: Make[T]) -> None:
        self.begun = time.monotonic()
        try:
            self.future.set_result(make(self._report, self.stop))
        except BaseException as error:  # noqa: BLE001 whoever asks for the result gets it
            self.future.set_exception(error)

    def _report(self, step: Step) -> None:
        self.step = step


def solving(name: str) -> Solve[T] | None:
    """Return the session's solve of a name, running or ended, or None."""
    held: Solve[T] | None = st.session_state.get(_SOLVES, {}).get(name)
    return held


def begin(name: str, key: Hashable, make: Make[T], *, seconds: float) -> Solve[T]:
    """Begin a solve; one that runs under the same name is stopped.

    Parameters
    ----------
    name
        Under which the session holds it.
    key
        All that it depends on, to tell whether what it found is still asked for.
    make
        Called with a function that takes each step, and an event that ends it when set.
    seconds
        How long it may take, for the bar.
    """
    forget(name)
    solve: Solve[T] = Solve(key, seconds)
    st.session_state.setdefault(_SOLVES, {})[name] = solve
    # the thread takes the language along, it lives in the context
    context = copy_context()
    threading.Thread(target=context.run, args=(solve.work, make), daemon=True).start()
    return solve


def forget(name: str) -> None:
    """Stop a solve and forget what it found."""
    held: Solve[object] | None = st.session_state.get(_SOLVES, {}).pop(name, None)
    if held is not None:
        held.stop.set()


def watch(name: str) -> bool:
    """Show a solve while it runs, with a way to stop it; False when there is none to watch."""
    solve: Solve[object] | None = solving(name)
    if solve is None or solve.done:
        return False
    _watch(name, messages.language())
    return True


@st.fragment(run_every=_TICK_S)
def _watch(name: str, lang: str) -> None:
    # runs by itself, outside the frame that sets the language and shows what goes wrong
    messages.set_language(lang)
    solve: Solve[object] | None = solving(name)
    if solve is None or solve.done:
        st.rerun()
    with guard(), st.container(border=True, key=f"solving-{name}"):
        share = min(1.0, solve.elapsed / solve.seconds) if solve.seconds > 0 else 0.0
        st.progress(share, text=_phase(solve))
        markup.show(markup.figures(_figures(solve)))
        st.button(
            _t("stopping" if solve.stop.is_set() else "stop"),
            icon=":material/stop_circle:",
            on_click=solve.stop.set,
            disabled=solve.stop.is_set(),
            key=f"stop-{name}",
        )


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"solving.{entry}", None, **fields)


def _phase(solve: Solve[T]) -> str:
    if solve.begun is None:
        return _t("waiting")
    known = messages.catalogue(messages.language(), "solving")
    phase = f"phase.{solve.step.phase if solve.step else ''}"
    return _t(phase if phase in known else "working")


def _figures(solve: Solve[T]) -> list[dict[str, str]]:
    step = solve.step
    best, bound, gap = (step.best, step.bound, step.gap) if step else (None, None, None)
    none = "—"
    limit = _t("of", seconds=printed(solve.seconds, 0))
    return [
        {"label": _t("best"), "value": none if best is None else printed(best, 2)},
        {"label": _t("bound"), "value": none if bound is None else printed(bound, 2)},
        {"label": _t("gap"), "value": none if gap is None else f"{printed(100 * gap, 3)}%"},
        {"label": _t("seconds"), "value": printed(solve.elapsed, 0), "unit": limit},
    ]
