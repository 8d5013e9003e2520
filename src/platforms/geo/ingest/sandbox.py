"""The parent's side of the worker: start it poor, wait for it, believe only its report.

The worker knows one GDAL driver, the one for the kind that was sniffed; it has no proxy that
answers, no network where the system allows that to be taken away, little memory and little
time. What it says about a fault is a key and values of ours, never a text of a library.
"""

from __future__ import annotations

import dataclasses
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from platforms import errors
from platforms.errors import FormatError, LimitError, PlatformsError
from platforms.geo.ingest.limits import LIMITS, Limits
from platforms.geo.ingest.raw import RawTable, load

if TYPE_CHECKING:
    from platforms.geo.ingest.sniff import Dataset

__all__ = ["DRIVERS", "read_in_worker", "worker_environment"]

# kind → the GDAL drivers that it needs; the others are text that we read ourselves
DRIVERS: dict[str, frozenset[str]] = {
    "shapefile": frozenset({"ESRI Shapefile"}),
    "geojson": frozenset({"GeoJSON"}),
    "geopackage": frozenset({"GPKG"}),
    "kml": frozenset({"LIBKML", "KML"}),
    "dxf": frozenset({"DXF"}),
    "filegdb": frozenset({"OpenFileGDB"}),
    "flatgeobuf": frozenset({"FlatGeobuf"}),
}

# -I keeps the caller's environment and folder out; the package is found by its own place
_BOOT = (
    "import sys; sys.path.append(sys.argv[1]);"
    "from platforms.geo.ingest.worker import main; sys.exit(main(sys.argv[2]))"
)
_COSTLY = {-signal.SIGKILL, -signal.SIGXCPU, -signal.SIGXFSZ}


@cache
def _all_drivers() -> frozenset[str]:
    import pyogrio

    return frozenset(pyogrio.list_drivers())


def worker_environment(kind: str, *, limits: Limits = LIMITS) -> dict[str, str]:
    """Return the whole environment of a worker for one kind of file."""
    skip = _all_drivers() - DRIVERS.get(kind, frozenset())
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
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def read_in_worker(
    dataset: Dataset,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    limits: Limits = LIMITS,
) -> RawTable:
    """Read one data set in a child process.

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

    Raises
    ------
    PlatformsError
        What the worker said, as its own class.
    LimitError
        When it took too long or too much memory.
    FormatError
        When it died.
    """
    with tempfile.TemporaryDirectory(prefix="platforms-work-") as folder:
        job = {
            "kind": dataset.kind,
            "name": dataset.name,
            "path": str(dataset.path),
            "parts": {suffix: str(path) for suffix, path in dataset.parts.items()},
            "layer": layer,
            "encoding": encoding,
            "out": folder,
            "limits": dataclasses.asdict(limits),
        }
        _run(job, dataset, limits)
        error = Path(folder, "error.json")
        if error.is_file():
            raise _told(json.loads(error.read_text(encoding="utf-8")))
        try:
            return load(Path(folder))
        except (OSError, ValueError, TypeError, KeyError) as broken:
            raise FormatError("read.worker_died", file=dataset.name) from broken


def _run(job: Mapping[str, object], dataset: Dataset, limits: Limits) -> None:
    root = str(Path(errors.__file__).parents[1])
    command = [sys.executable, "-I", "-c", _BOOT, root, json.dumps(job)]
    try:
        done = subprocess.run(  # noqa: S603 our own interpreter and code
            command,
            env=worker_environment(dataset.kind, limits=limits),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=limits.wall_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise LimitError("read.too_slow", file=dataset.name, seconds=limits.wall_seconds) from error
    if done.returncode in _COSTLY:
        raise LimitError("read.too_costly", file=dataset.name, memory_mb=limits.memory_bytes >> 20)
    if done.returncode:
        raise FormatError("read.worker_died", file=dataset.name)


def _told(report: dict[str, object]) -> PlatformsError:
    """Build the error that the worker reported; only classes of ours are made."""
    cls = getattr(errors, str(report["error"]), FormatError)
    fields = report["fields"]
    return cls(str(report["key"]), **(fields if isinstance(fields, dict) else {}))
