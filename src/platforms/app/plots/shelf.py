"""Results that take seconds, made once and shared.

A result is made in a thread of its own, so that a visitor who leaves or clicks again does not
stop what others wait for, and everybody who waits sees the same progress. What fails is not
kept. Streamlit's own cache cannot show progress from inside, and cannot be filled before the
first visitor comes; this one can.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, wait
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Generic, TypeVar

__all__ = ["Job", "Progress", "Shelf", "Stopped"]

T = TypeVar("T")

Progress = Callable[[str, float], None]


class Stopped(Exception):  # noqa: N818 not an error: whoever asked wants it no more
    """Raised inside work that nobody waits for any more."""


@dataclass
class Job(Generic[T]):
    """One result, made or being made.

    Attributes
    ----------
    future
        Holds the result or the error.
    stage
        What is being done.
    share
        How much is done, 0 to 1.
    stop
        Set when nobody wants the result any more; the work ends where it next reports.
    shared
        Whether several sessions may wait for it: one that wants it no more stops nothing.
    """

    future: Future[T] = field(default_factory=Future)
    stage: str = ""
    share: float = 0.0
    stop: threading.Event = field(default_factory=threading.Event)
    shared: bool = False

    def give_up(self) -> None:
        """Stop the work, unless others may wait for it or it is done."""
        if not self.shared and not self.ready:
            self.stop.set()

    def report(self, stage: str, share: float) -> None:
        """Note how far the work is.

        Raises
        ------
        Stopped
            When the work was stopped.
        """
        if self.stop.is_set():
            raise Stopped
        self.stage, self.share = stage, share

    @property
    def ready(self) -> bool:
        """Whether the result is there, so that nobody has to wait."""
        return self.future.done()

    def wait(self, seconds: float) -> bool:
        """Wait for the result for a while, and say whether it is there."""
        return bool(wait([self.future], seconds).done)

    def result(self) -> T:
        """Return the result when it is there, or raise what went wrong."""
        return self.future.result()


class Shelf(Generic[T]):
    """The latest results by key.

    Parameters
    ----------
    size
        Results kept; the one unused for longest goes first.
    shared
        Whether several sessions ask it.
    above
        Asked before anything is made. What it gave stays here too, so that what one session
        looks at does not go when others ask for much else.
    """

    def __init__(self, size: int, *, shared: bool = False, above: Shelf[T] | None = None) -> None:
        self._size, self._shared, self._above = size, shared, above
        self._jobs: OrderedDict[Hashable, Job[T]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._jobs)

    def results(self) -> list[T]:
        """Return what is there and was made."""
        with self._lock:
            jobs = [job for job in self._jobs.values() if job.ready]
        return [job.result() for job in jobs if job.future.exception() is None]

    def ask(self, key: Hashable, make: Callable[[Progress], T]) -> Job[T]:
        """Return the job for a key and begin it if nobody has.

        Parameters
        ----------
        key
            All that the result depends on.
        make
            Called once with a function to report progress to, in the caller's language.
        """
        with self._lock:
            job = self._jobs.get(key)
            if job is not None and not job.stop.is_set():
                self._jobs.move_to_end(key)
                return job
            if self._above is not None:
                job = self._above.ask(key, make)
                self._keep(key, job)
                return job
            job = Job(shared=self._shared)
            self._keep(key, job)
        # the thread takes the language along, it lives in the context
        context = copy_context()
        arguments = (self._work, key, job, make)
        threading.Thread(target=context.run, args=arguments, daemon=True).start()
        return job

    def stop(self) -> None:
        """Stop what is being made; what was made stays."""
        with self._lock:
            for job in self._jobs.values():
                job.give_up()

    def _keep(self, key: Hashable, job: Job[T]) -> None:
        self._jobs[key] = job
        while len(self._jobs) > self._size:
            self._jobs.popitem(last=False)

    def _work(self, key: Hashable, job: Job[T], make: Callable[[Progress], T]) -> None:
        try:
            job.future.set_result(make(job.report))
        except BaseException as error:  # noqa: BLE001 whoever waits gets it
            with self._lock:
                if self._jobs.get(key) is job:
                    del self._jobs[key]
            job.future.set_exception(error)
