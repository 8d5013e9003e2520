"""The child process that meets a user's bytes.

It takes limits upon itself before anything large is loaded, shuts itself in with the files of
its job, checks that GDAL knows no driver but the one it needs, reads, and leaves a table and a
report. It never prints: what it has to say is in the report.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import importlib
import importlib.abc
import json
import resource
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platforms.errors import FormatError, LimitError, PlatformsError
from platforms.geo.ingest.limits import Limits
from platforms.geo.ingest.sealing import seal

if TYPE_CHECKING:
    from platforms.geo.ingest.raw import RawTable

__all__ = ["IN_PLACE", "Job", "main"]

IN_PLACE = frozenset({"raster"})
"""Kinds whose file is the user's own and no copy; beside it lies what is none of the job."""

# kind → module in formats/ with a function read(job)
_READERS = {
    "shapefile": "shapefile",
    "geojson": "features",
    "geopackage": "geopackage",
    "kml": "features",
    "dxf": "drawing",
    "filegdb": "features",
    "flatgeobuf": "features",
    "geoparquet": "geoparquet",
    "boundary": "boundary",
    "table": "table",
    "workbook": "table",
    "table_rows": "rows",
    "workbook_rows": "rows",
    "table_grids": "grids",
    "workbook_grids": "grids",
    "document_grids": "grids",
    "page_grids": "grids",
    "workbook_marks": "marks",
    "parquet_tables": "kept_tables",
    "geopackage_tables": "kept_tables",
    "raster": "raster",
}


@dataclasses.dataclass(frozen=True)
class Job:
    """What to read.

    Attributes
    ----------
    kind, path, parts
        As in :class:`platforms.geo.ingest.sniff.Dataset`.
    name
        Whole name of the main file as its sender called it, for messages.
    layer, encoding
        What the user named, else None.
    out
        Folder for the result.
    limits
        What it may cost.
    """

    kind: str
    name: str
    path: Path
    parts: dict[str, Path]
    layer: str | None
    encoding: str | None
    out: Path
    limits: Limits

    @classmethod
    def from_json(cls, text: str) -> Job:
        """Read a job from the command line."""
        told: dict[str, Any] = json.loads(text)
        told["limits"] = Limits(**told["limits"])
        told["path"], told["out"] = Path(told["path"]), Path(told["out"])
        told["parts"] = {suffix: Path(path) for suffix, path in told["parts"].items()}
        return cls(**told)


class _NotNeeded(importlib.abc.MetaPathFinder):
    """Keeps out what pyogrio and pyarrow would load for nothing: half a second."""

    def find_spec(self, fullname: str, *_: object) -> None:
        """Refuse the two packages, leave all others to the next finder."""
        if fullname in {"pandas", "geopandas"}:
            raise ModuleNotFoundError(name=fullname)


def main(text: str) -> int:
    """Do one job; return the exit code, 0 also for a fault that was reported."""
    job = Job.from_json(text)
    _take_limits(job.limits)
    _shut_in(job)
    # one file and the process ends: nothing is gained by looking through its shapes
    gc.disable()
    sys.meta_path.insert(0, _NotNeeded())
    warnings.simplefilter("ignore")
    try:
        raw = _read(job)
    except PlatformsError as error:
        _report(job, error)
    except MemoryError:
        megabytes = job.limits.memory_bytes >> 20
        _report(job, LimitError("read.too_costly", file=job.name, memory_mb=megabytes))
    except Exception as error:  # noqa: BLE001 no text of a library reaches a user
        _report(job, FormatError("read.unreadable", file=job.name, what=type(error).__name__))
    else:
        from platforms.geo.ingest.raw import save

        save(raw, job.out)
    # not even when it ends
    gc.freeze()
    return 0


def _read(job: Job) -> RawTable:
    from platforms.geo.ingest.drivers import DRIVERS, drivers_here

    if job.kind in DRIVERS and not drivers_here(job.kind) <= DRIVERS[job.kind]:
        raise FormatError("read.worker_unsafe", file=job.name)
    module = importlib.import_module(f"platforms.geo.ingest.formats.{_READERS[job.kind]}")
    raw: RawTable = module.read(job)
    if raw.table.num_rows > job.limits.rows:
        raise LimitError("read.rows_many", file=job.name, allowed=job.limits.rows)
    return raw


def _report(job: Job, error: PlatformsError) -> None:
    told = {"error": type(error).__name__, "key": error.key, "fields": error.fields}
    text = json.dumps(told, ensure_ascii=False, default=str)
    Path(job.out, "error.json").write_text(text, encoding="utf-8")


def _take_limits(limits: Limits) -> None:
    for kind, value in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, limits.output_bytes),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (bound, bound))


def _shut_in(job: Job) -> None:
    """Keep the job's own files and nothing else; where a layer is lacking the others remain."""
    if job.kind in IN_PLACE:
        seal(read={job.path}, write={job.out})
        return
    given = {job.path, *job.parts.values()}
    seal(read=(), write={job.out, *(p if p.is_dir() else p.parent for p in given)})
