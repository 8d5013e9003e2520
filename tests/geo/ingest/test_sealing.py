"""What the worker takes from itself: each layer alone, and a worker without the first of them."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import platforms
from listening import listening
from platforms.errors import PlatformsError
from platforms.geo.ingest import sandbox, sealing
from platforms.geo.ingest.sniff import Dataset

ROOT = str(Path(platforms.__file__).parents[1])
CANARY = "canary-9e1d-not-to-be-read"
TRY = """
import json, os, socket, subprocess, sys
sys.path.append(sys.argv[1])
from pathlib import Path
from platforms.geo.ingest import sealing
layer, port, folder = sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])
deeds = {
    "network": sealing.leave_network,
    "calls": sealing.refuse_calls,
    "files": lambda: sealing.refuse_files(read=[], write=[folder / "own"]),
    "none": lambda: True,
}
holds = deeds[layer]()
def can(deed):
    try:
        deed()
    except OSError:
        return False
    return True
print(json.dumps({
    "holds": holds,
    "connect": can(lambda: socket.create_connection(("127.0.0.1", port), timeout=5).close()),
    "program": can(lambda: subprocess.run(["/bin/true"], check=False)),
    "read": can((folder / "canary.txt").read_text),
    "list": can(lambda: os.listdir(folder)),
    "write": can(lambda: (folder / "made.txt").write_text("x")),
    "own": can(lambda: (folder / "own" / "made.txt").write_text("x")),
}))
"""
# what each layer takes away; a process without any of them can do all
TAKES = {
    "none": set(),
    "network": {"connect"},
    "calls": {"connect", "program"},
    "files": {"read", "list", "write"},
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "canary.txt").write_text(CANARY)
    return tmp_path


def tried(layer: str, folder: Path, *before: str) -> dict[str, bool]:
    with listening() as listener:
        about = [ROOT, layer, str(listener.port), str(folder)]
        code = [*before, sys.executable, "-I", "-c", TRY, *about]
        ran = subprocess.run(code, check=True, capture_output=True, text=True, timeout=120, cwd="/")
        told: dict[str, bool] = json.loads(ran.stdout)
        assert bool(listener.came()) == told["connect"]
    return told


@pytest.mark.parametrize("layer", TAKES)
def test_what_each_layer_takes_away(layer, folder):
    told = tried(layer, folder)
    if not told.pop("holds"):
        pytest.skip(f"this system has no {layer}")
    assert {name for name, can in told.items() if not can} == TAKES[layer]


@pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("setpriv"), reason="only an administrator can be another"
)
@pytest.mark.parametrize("layer", ["calls", "files"])
def test_two_layers_need_no_privilege(layer, tmp_path):
    # what nobody can run: an interpreter that all may reach
    code = ["setpriv", "--reuid=nobody", "--clear-groups", sys.executable, "-c", "pass"]
    if subprocess.run(code, check=False, capture_output=True, cwd="/").returncode:
        pytest.skip("this Python is of the administrator alone")
    told = tried(layer, tmp_path, *code[:3])
    assert told["holds"]


LAYERS = {
    "all but the empty network": ["leave_network"],
    "the dead proxy alone": ["leave_network", "refuse_calls", "refuse_files"],
    "the refused calls alone": ["leave_network", "refuse_files", "proxy"],
    "none": ["leave_network", "refuse_calls", "refuse_files", "proxy"],
}


@pytest.mark.usefixtures("cold_reading")
@pytest.mark.parametrize("off", LAYERS.values(), ids=LAYERS)
def test_an_address_in_a_file_is_never_opened_by_the_worker(tmp_path, monkeypatch, off):
    """The file goes to the worker past the checks before it, which would refuse it."""
    taken = "".join(f"sealing.{name} = lambda **_: False;" for name in off if name != "proxy")
    boot = sandbox._BOOT.replace(
        "from platforms.geo.ingest.worker", f"from platforms.geo.ingest import sealing;{taken}"
        "from platforms.geo.ingest.worker",
    )  # fmt: skip
    monkeypatch.setattr(sandbox, "_BOOT", boot)
    environment = sandbox.worker_environment
    if "proxy" in off:

        def open_environment(kind, **told):
            made = environment(kind, **told)
            gone = {"GDAL_HTTP_PROXY", "CPL_VSIL_CURL_ALLOWED_EXTENSIONS"}
            return {name: value for name, value in made.items() if name not in gone}

        monkeypatch.setattr(sandbox, "worker_environment", open_environment)
    with listening() as listener:
        address = f"http://127.0.0.1:{listener.port}/x"
        crs = {"type": "link", "properties": {"href": address, "type": "ogcwkt"}}
        ring = [[120.9, 28.1], [120.91, 28.1], [120.91, 28.11], [120.9, 28.1]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        feature = {"type": "Feature", "properties": {"a": 1}, "geometry": shape}
        tree = {"type": "FeatureCollection", "crs": crs, "features": [feature]}
        path = tmp_path / "own" / "a.geojson"
        path.parent.mkdir()
        path.write_text(json.dumps(tree))
        given = Dataset("geojson", "a", path, file="a.geojson")
        with contextlib.suppress(PlatformsError), sandbox.reading(given) as result:
            result()
        # without any layer the driver does ask: else this would prove nothing
        assert bool(listener.came()) == (off == LAYERS["none"])


def test_the_layers_are_those_that_are_told_of():
    assert set(TAKES) - {"none"} == set(sealing.LAYERS)
