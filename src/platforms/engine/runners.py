"""Who works on the parts: this process, processes of this machine, or a cluster that is there.

A part that a lost worker had is done again by another; its files appear whole under their names,
so that doing one twice gives the same. Nothing listens beyond 127.0.0.1 unless a scheduler is
named, and no dashboard is started.
"""

from __future__ import annotations

import ctypes
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Protocol, TypeVar
from uuid import uuid4

from platforms.errors import InputError, OutputError
from platforms.geo.hidden_folder import temporary_folder
from platforms.geo.threads import one_thread

__all__ = ["Runner", "runner"]

T = TypeVar("T")
Part = Callable[[str, int], T]
Told = Callable[[int], None]

# a part is tried on so many workers before it is held to be the part that kills them
_TRIES = 3
_WAIT_S = 20.0
# workers of this machine start while the plots are read: by then they are there
_START_S = 120.0
_SHARE = 0.7
_LOST = "engine.scheduler_lost"
_STAGES = ("platforms.engine.surveying", "platforms.engine.finishing")
# Dask has memory given back at once, which costs a fifth of the time of the parts; it is given
# back between them
_MALLOC = {
    "MALLOC_TRIM_THRESHOLD_": 2**30, "MALLOC_MMAP_THRESHOLD_": 2**25, "MALLOC_TOP_PAD_": 2**24,
}  # fmt: skip


class Runner(Protocol):
    """Works on parts."""

    @property
    def workers(self) -> int:
        """How many parts are worked on at a time."""
        ...

    def each(self, work: Part[T], job: str, parts: Sequence[int], told: Told) -> list[T]:
        """Return what a stage gives for each part, in their order."""
        ...


class _Here:
    """The process itself, part after part."""

    workers = 1

    def each(self, work: Part[T], job: str, parts: Sequence[int], told: Told) -> list[T]:
        done = []
        for part in parts:
            done.append(work(job, part))
            told(len(done))
        return done


class _Dask:
    """Workers of a Dask scheduler."""

    def __init__(self, client: Any, coming: int = 0) -> None:  # noqa: ANN401 distributed has no types
        self._client = client
        self._coming = coming

    @property
    def workers(self) -> int:
        return self._coming or max(len(self._client.scheduler_info(n_workers=-1)["workers"]), 1)

    def each(self, work: Part[T], job: str, parts: Sequence[int], told: Told) -> list[T]:
        import distributed
        from distributed.client import FutureCancelledError
        from distributed.scheduler import KilledWorker

        try:
            # all of them, lest the first takes what is for two
            self._client.wait_for_workers(self._coming or 1, timeout=_START_S)
        except (OSError, TimeoutError):
            raise OutputError(_LOST) from None
        # keys are shared by all who use a scheduler
        name = f"{work.__name__}-{uuid4().hex}"
        futures = {
            self._client.submit(_alone, work, job, part, key=f"{name}-{part}", pure=False): part
            for part in parts
        }
        done: dict[int, T] = {}
        try:
            completed: Any = distributed.as_completed
            for future in completed(list(futures), loop=self._client.loop):
                done[futures[future]] = future.result()
                future.release()
                told(len(done))
        except FutureCancelledError:
            raise OutputError(_LOST) from None
        except KilledWorker:
            raise OutputError("engine.worker_killed", tries=_TRIES) from None
        except (OSError, TimeoutError) as error:
            if isinstance(error, OutputError):
                raise
            raise OutputError(_LOST) from None
        finally:
            with suppress(Exception):
                self._client.cancel(list(futures))
        if len(done) < len(parts):
            raise OutputError(_LOST)
        return [done[part] for part in parts]


def _alone(work: Part[T], job: str, part: int) -> T:
    """Work on a part in a process that others work beside."""
    one_thread()
    try:
        return work(job, part)
    finally:
        _give_back()


def _give_back() -> None:
    """Return the memory of a part to the machine, where the C library can."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


@contextmanager
def runner(
    *, workers: int | None = None, scheduler: str | None = None, memory: int | None = None
) -> Iterator[Runner]:
    """Give who works on the parts.

    Parameters
    ----------
    workers
        Processes of this machine, default as many as it has cores; 0 is this very process.
    scheduler
        Address of a Dask scheduler, ``tcp://…``, which is taken instead.
    memory
        Bytes that a process may take, default its part of 70 % of the machine's.

    Raises
    ------
    InputError
        When the scheduler does not answer.
    """
    if scheduler is None and workers == 0:
        yield _Here()
        return
    import dask
    import distributed

    # it has no types
    client_of: Any = distributed.Client
    cluster_of: Any = distributed.LocalCluster

    quiet = {
        "distributed.scheduler.allowed-failures": _TRIES,
        "distributed.admin.large-graph-warning-threshold": "1GB",
        "distributed.worker.profile.enabled": False,
        **{f"distributed.nanny.pre-spawn-environ.{name}": n for name, n in _MALLOC.items()},
    }
    # what is lost is told in words of ours
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with dask.config.set(quiet):
        if scheduler is not None:
            try:
                client = client_of(scheduler, timeout=_WAIT_S, set_as_default=False)
            except (OSError, ValueError, TimeoutError):
                raise InputError("engine.scheduler_silent", scheduler=scheduler) from None
            with client:
                if not client.scheduler_info(n_workers=-1)["workers"]:
                    raise InputError("engine.no_workers", scheduler=scheduler)
                yield _Dask(client)
            return
        count = workers or _cores()
        limit = memory or int(_memory() * _SHARE / count)
        with (
            temporary_folder() as spill,
            cluster_of(
                n_workers=0, threads_per_worker=1, processes=True, memory_limit=limit,
                host="127.0.0.1", dashboard_address=None, local_directory=str(spill),
                silence_logs="CRITICAL", preload=list(_STAGES),
                # no page is shown; the port that even so listens is a free one of this machine
                scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
            ) as cluster,
            client_of(cluster, set_as_default=False) as client,
        ):  # fmt: skip
            cluster.scale(count)
            yield _Dask(client, count)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
