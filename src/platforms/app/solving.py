"""Searches that take long: begun by a visitor, watched while they run, stopped with the best kept.

A search belongs to the session that began it and runs in a thread of its own, so nobody's
clicks stop another's. The server works on as many at once as it has processors; the others
wait their turn and say so. What was found stays until the session begins another search of the
same name, and is an answer only to what it was asked: another key has none.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable, Hashable
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

import streamlit as st

from platforms import messages
from platforms.app import markup
from platforms.app.guard import guard
from platforms.app.markup import el
from platforms.app.plots.shelf import Job
from platforms.units import printed

__all__ = ["Search", "Step", "begin", "forget", "progress_text", "search_of", "watch"]

T = TypeVar("T")

_TICK_S = 0.7
_TURN_S = 0.2
_PERCENT = 100.0
_TURNS = threading.BoundedSemaphore(max(1, os.cpu_count() or 1))


class Step(Protocol):
    """How far a search is; what is not known yet is None."""

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


Work = Callable[[Callable[[Step], None], threading.Event], T]


@dataclass
class Search(Generic[T]):
    """One search.

    Attributes
    ----------
    key
        All that it depends on.
    job
        Holds what was found, or the error.
    stop
        Set to end it with the best so far.
    step
        What it reported last.
    begun
        When its turn came, on the monotonic clock; None while it waits for it.
    """

    key: Hashable
    job: Job[T] = field(default_factory=Job)
    stop: threading.Event = field(default_factory=threading.Event)
    step: Step | None = None
    begun: float | None = None

    @property
    def elapsed_s(self) -> float:
        """Seconds that it has worked."""
        return 0.0 if self.begun is None else time.monotonic() - self.begun

    def report(self, step: Step) -> None:
        """Note how far it is."""
        self.step = step

    def run(self, work: Work[T]) -> None:
        """Wait for a turn and work."""
        turn = False
        # one that is stopped while it waits is let through, to end with what comes first
        while not turn and not self.stop.is_set():
            turn = _TURNS.acquire(timeout=_TURN_S)
        self.begun = time.monotonic()
        try:
            self.job.future.set_result(work(self.report, self.stop))
        except BaseException as error:  # noqa: BLE001 whoever asks for the result gets it
            self.job.future.set_exception(error)
        finally:
            if turn:
                _TURNS.release()


def begin(name: str, key: Hashable, work: Work[T]) -> Search[T]:
    """Begin a search; the session's one of the same name is stopped and forgotten.

    Parameters
    ----------
    name
        Under which the session holds it.
    key
        All that it depends on.
    work
        Called with a function that takes each step, and an event that ends it when set.
    """
    forget(name)
    search: Search[T] = Search(key)
    st.session_state[_kept(name)] = search
    # the thread takes the language along, it lives in the context
    context = copy_context()
    threading.Thread(target=context.run, args=(search.run, work), daemon=True).start()
    return search


def forget(name: str) -> None:
    """Stop a search and forget what it found."""
    held: Search[Any] | None = st.session_state.pop(_kept(name), None)
    if held is not None:
        held.stop.set()


def search_of(name: str, key: Hashable = None) -> Search[Any] | None:
    """Return the session's search of a name, running or ended.

    Parameters
    ----------
    name
        Under which the session holds it.
    key
        All that is asked now; a search for anything else is not returned. None takes any.
    """
    held: Search[Any] | None = st.session_state.get(_kept(name))
    return held if held is not None and (key is None or held.key == key) else None


def watch(name: str, *, limit_s: float | None) -> None:
    """Show a search while it runs, with a way to stop it; then the page is drawn anew.

    Parameters
    ----------
    name
        Under which the session holds it.
    limit_s
        How long it may take, seconds; None where no limit holds for the whole.
    """
    _watch(name, limit_s, messages.language())


@st.fragment(run_every=_TICK_S)
def _watch(name: str, limit_s: float | None, lang: str) -> None:
    # runs by itself, outside the frame that sets the language and shows what goes wrong
    messages.set_language(lang)
    search = search_of(name)
    if search is None or search.job.ready:
        st.rerun()
    with guard(), st.container(border=True, key=f"searching-{name}"):
        share = search.elapsed_s / limit_s if limit_s else 0.0
        done, most = _points(search.step)
        if most:
            share = done / most
        st.progress(min(1.0, share), text=_phase(search))
        markup.show(el("p", progress_text(search, limit_s), cls="ip-searching", role="status"))
        st.button(
            _t("stopping" if search.stop.is_set() else "stop"),
            icon=":material/stop_circle:",
            on_click=search.stop.set,
            disabled=search.stop.is_set(),
            key=f"stop-{name}",
        )


def _kept(name: str) -> str:
    return f"search-{name}"


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"solving.{entry}", None, **fields)


def _phase(search: Search[Any]) -> str:
    if search.begun is None:
        return _t("waiting")
    known = messages.catalogue(messages.language(), "solving")
    phase = f"phase.{search.step.phase if search.step else ''}"
    return _t(phase if phase in known else "working")


def _points(step: Step | None) -> tuple[int, int]:
    """Return how many points of a curve are done, and how many there are; 0 where none is drawn."""
    if step is None or step.phase != "curve":
        return 0, 0
    return getattr(step, "done", 0), getattr(step, "most", 0)


def progress_text(search: Search[Any], limit_s: float | None) -> str:
    """Say in one line how far a search is, as far as that is known.

    Parameters
    ----------
    search
        The search.
    limit_s
        How long it may take, seconds; None where no limit holds for the whole.
    """
    step = search.step
    used = printed(search.elapsed_s, 0)
    told = [_t("used_only", seconds=used)]
    if limit_s is not None:
        told = [_t("used", seconds=used, limit=printed(limit_s, 0))]
    done, most = _points(step)
    if most:
        told.insert(0, _t("point", at=done + 1, most=most))
    for name, digits, scale in (("best", 2, 1.0), ("bound", 2, 1.0), ("gap", 3, _PERCENT)):
        value = getattr(step, name, None)
        if value is not None and math.isfinite(value):
            told.append(_t(name, value=printed(value * scale, digits)))
    return " · ".join(told)
