"""What reads a file, or the whole program, runs out of memory or is killed: told, nothing half."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from dataclasses import replace

import pytest

from platforms.errors import PlatformsError
from platforms.geo.ingest import sandbox
from platforms.geo.ingest.limits import LIMITS
from platforms.geo.read import read_plots

pytestmark = pytest.mark.usefixtures("cold_reading")


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A file of one plot, and an empty folder for what is put down on the way."""
    temp = tmp_path / "temp"
    temp.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temp))
    ring = [[121.0, 28.0], [121.01, 28.0], [121.01, 28.01], [121.0, 28.0]]
    one = {
        "type": "Feature", "properties": {"plot_id": "P1"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }  # fmt: skip
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    path = tmp_path / "plots.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [one]}))
    yield path
    # whatever became of it, the next one is read
    monkeypatch.undo()
    monkeypatch.setattr(tempfile, "tempdir", str(temp))
    assert len(read_plots(path).frame) == 1
    assert list(temp.iterdir()) == []


def refused(path):
    with pytest.raises(PlatformsError) as caught:
        read_plots(path)
    assert path.name in caught.value.message("zh_CN")
    assert path.name in caught.value.message("en")
    return caught.value.key


@pytest.mark.parametrize(
    ("ends", "key"),
    [
        (f"os.kill(os.getpid(), {int(signal.SIGSEGV)})", "read.worker_died"),
        (f"os.kill(os.getpid(), {int(signal.SIGABRT)})", "read.worker_died"),
        # as the system does to who takes too much
        (f"os.kill(os.getpid(), {int(signal.SIGKILL)})", "read.too_costly"),
        ("os._exit(0)", "read.worker_died"),
        ("os._exit(3)", "read.worker_died"),
    ],
)
def test_a_worker_that_dies_is_told_and_the_program_goes_on(file, monkeypatch, ends, key):
    monkeypatch.setattr(sandbox, "_BOOT", f"import os; {ends}")
    assert refused(file) == key


def test_a_worker_without_memory_is_told(file, monkeypatch):
    start = sandbox._Job.start

    def starved(job, drivers):
        told = json.loads(job.told)
        told["limits"]["memory_bytes"] = 60_000_000
        return start(replace(job, told=json.dumps(told)), drivers)

    assert LIMITS.memory_bytes > 60_000_000
    monkeypatch.setattr(sandbox._Job, "start", starved)
    # where not even the libraries find room, the file is told as one that cannot be read
    assert refused(file) in {"read.too_costly", "read.worker_died", "read.unreadable"}


@pytest.mark.long
@pytest.mark.parametrize("megabytes", [350, 650, 900])
def test_a_run_without_memory_leaves_nothing_half_written(tmp_path, megabytes):
    out = tmp_path / "place" / "out"
    room = megabytes << 20
    done = subprocess.run(
        [sys.executable, "-m", "platforms", "run", "-o", str(out)],
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "PLATFORMS_LANG": "en"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (room, room)),
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    if done.returncode > 0:
        assert "memory" in done.stderr
    assert done.returncode
    assert not out.exists()
