"""What a user gets without a checkout: the wheel, alone, in a folder that holds nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
         "--wheel-dir", str(folder), str(ROOT)],
        check=True,
    )  # fmt: skip
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(target)
    return target


def _platforms(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    # before the checkout on the path, as an installed package would be
    env = {**os.environ, "PYTHONPATH": str(installed)}
    code = "import sys; from platforms.cli import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_wheel_holds_the_map_the_words_and_the_data(wheel):
    with zipfile.ZipFile(wheel) as file:
        names = set(file.namelist())
    tracked = subprocess.run(
        ["git", "ls-files", "geo", "layers", "src/platforms"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    wanted = {
        name.removeprefix("src/") if name.startswith("src/") else f"platforms/workspace/{name}"
        for name in tracked
    }
    assert sorted(wanted - names) == []
    for built in ("runtime.js", "component.js", "runtime.css"):
        assert f"platforms/outputs/runtime/{built}" in names
    assert not any("node_modules" in name or name.startswith("tests/") for name in names)


def test_the_wheel_runs_the_example_from_an_empty_folder(installed, tmp_path):
    done = _platforms(installed, tmp_path, "run", "-o", "out", "--json")
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert record["counts"]["platforms"] == 27
    assert (tmp_path / "out" / "map.html").stat().st_size > 100_000


def test_the_worker_of_the_wheel_reads_a_users_file(installed, tmp_path):
    ring = [[120.96, 28.03], [120.961, 28.03], [120.961, 28.031], [120.96, 28.031], [120.96, 28.03]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"地块编号": "甲"}, "geometry": shape}
    collection = {"type": "FeatureCollection", "features": [feature]}
    (tmp_path / "a.geojson").write_text(json.dumps(collection), encoding="utf-8")
    done = _platforms(installed, tmp_path, "measure", "a.geojson", "--json")
    assert done.returncode == 0, done.stderr
    (plot,) = json.loads(done.stdout)["plots"]
    assert plot["plot_id"] == "甲"
    assert 10_800 < plot["area_m2"] < 10_950
