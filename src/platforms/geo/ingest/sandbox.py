"""The parent's side of the worker: start it poor, wait for it, believe only its report.

The worker knows one GDAL driver, the one for the kind that was sniffed; it has no proxy that
answers, no network where the system allows that to be taken away, little memory and little
time. What it says about a fault is a key and values of ours, never a text of a library.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from platforms import errors
from platforms.errors import FormatError, LimitError, PlatformsError
from platforms.geo.hidden_folder import temporary_folder
from platforms.geo.ingest.drivers import DRIVERS, KNOWN, drivers_here
from platforms.geo.ingest.limits import LIMITS, Limits
from platforms.geo.ingest.raw import RawTable, load

if TYPE_CHECKING:
    from platforms.geo.ingest.sniff import Dataset

__all__ = ["reading", "worker_environment"]

# -I keeps the caller's environment and folder out; the package is found by its own place
_BOOT = (
    "import sys; sys.path.append(sys.argv[1]);"
    "from platforms.geo.ingest.worker import main; sys.exit(main(sys.argv[2]))"
)
_COSTLY = {-signal.SIGKILL, -signal.SIGXCPU, -signal.SIGXFSZ}


def worker_environment(
    kind: str, *, limits: Limits = LIMITS, drivers: frozenset[str] = KNOWN
) -> dict[str, str]:
    """Return the whole environment of a worker for one kind of file.

    Parameters
    ----------
    kind
        Of the file.
    limits
        What it may cost.
    drivers
        All that GDAL has.
    """
    skip = drivers - DRIVERS.get(kind, frozenset())
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": "/nonexistent",
        "LANG": "C.UTF-8",
        # commas, since names have blanks; must be there before gdal is loaded
        "GDAL_SKIP": ",".join(sorted(skip)),
        "GDAL_HTTP_PROXY": "127.0.0.1:1",
        "GDAL_HTTP_TIMEOUT": "1",
        "GDAL_HTTP_MAX_RETRY": "0",
        "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR" if kind == "geojson" else "FALSE",
        "GDAL_VRT_ENABLE_PYTHON": "NO",
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
        "CPL_CURL_VERBOSE": "NO",
        "PROJ_NETWORK": "OFF",
        "OGR_GEOJSON_MAX_OBJ_SIZE": "200",
        "OGR_ARC_STEPSIZE": str(limits.arc_step_degrees),
        "DXF_CLOSED_LINE_AS_POLYGON": "YES",
        # the frame of a picture is no plot
        "LIBKML_READ_GROUND_OVERLAY": "NO",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


@contextlib.contextmanager
def reading(
    dataset: Dataset,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    limits: Limits = LIMITS,
) -> Iterator[Callable[[], RawTable]]:
    """Start to read one data set in a child process.

    Parameters
    ----------
    dataset
        What was sniffed.
    layer
        Layer that the user named.
    encoding
        Encoding that the user named.
    limits
        What it may cost.

    Yields
    ------
    result
        Waits for the worker and returns its table. It raises what the worker said, as its
        own class; LimitError when it took too long or too much memory; FormatError when it
        died. A worker that nobody waited for ends with the block.
    """
    with temporary_folder() as folder:
        told = {
            "kind": dataset.kind,
            "name": dataset.file or dataset.name,
            "path": str(dataset.path),
            "parts": {suffix: str(path) for suffix, path in dataset.parts.items()},
            "layer": layer,
            "encoding": encoding,
            "out": str(folder),
            "limits": dataclasses.asdict(limits),
        }
        job = _Job(dataset, json.dumps(told), folder, limits)
        child = job.start(KNOWN)
        try:
            yield lambda: _result(job, child)
        finally:
            _end(child)


@dataclasses.dataclass(frozen=True)
class _Job:
    dataset: Dataset
    told: str
    folder: Path
    limits: Limits

    def start(self, drivers: frozenset[str]) -> subprocess.Popen[bytes]:
        root = str(Path(errors.__file__).parents[1])
        kind, limits = self.dataset.kind, self.limits
        return subprocess.Popen(  # noqa: S603 our own interpreter and code
            [sys.executable, "-I", "-c", _BOOT, root, self.told],
            env=worker_environment(kind, limits=limits, drivers=drivers),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def error(self) -> PlatformsError | None:
        """Return and forget what the worker complained of."""
        file = self.folder / "error.json"
        if not file.is_file():
            return None
        report = json.loads(file.read_text(encoding="utf-8"))
        file.unlink()
        return _told(report)


def _result(job: _Job, child: subprocess.Popen[bytes]) -> RawTable:
    _wait(job, child)
    error = job.error()
    if error is not None and error.key == "read.worker_unsafe":
        # another GDAL than the one whose drivers we know; it is asked, and read by once more
        child = job.start(drivers_here(job.dataset.kind) | KNOWN)
        try:
            _wait(job, child)
        finally:
            _end(child)
        error = job.error()
    if error is not None:
        raise error
    try:
        return load(job.folder)
    except (OSError, ValueError, TypeError, KeyError) as broken:
        raise FormatError("read.worker_died", file=job.dataset.file) from broken


def _wait(job: _Job, child: subprocess.Popen[bytes]) -> None:
    name, limits = job.dataset.file, job.limits
    until = time.monotonic() + limits.wall_seconds
    # wait(timeout) looks twenty times a second; this wakes at once where the system can
    with contextlib.suppress(AttributeError, OSError):
        handle = os.pidfd_open(child.pid)
        try:
            select.select([handle], [], [], limits.wall_seconds)
        finally:
            os.close(handle)
    try:
        child.wait(timeout=max(until - time.monotonic(), 0.0))
    except subprocess.TimeoutExpired as error:
        raise LimitError("read.too_slow", file=name, seconds=limits.wall_seconds) from error
    if child.returncode in _COSTLY:
        raise LimitError("read.too_costly", file=name, memory_mb=limits.memory_bytes >> 20)
    if child.returncode:
        raise FormatError("read.worker_died", file=name)


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.kill()
    child.wait()


def _told(report: dict[str, object]) -> PlatformsError:
    """Build the error that the worker reported; only classes of ours are made."""
    cls = getattr(errors, str(report["error"]), FormatError)
    fields = report["fields"]
    return cls(str(report["key"]), **(fields if isinstance(fields, dict) else {}))
