"""The bill of materials names all that is locked; an audit that could not ask is no all-clear."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def tool(name):
    spec = importlib.util.spec_from_file_location(f"tool_{name}", ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def parts():
    made = tool("sbom").bill()
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    return {one["purl"]: one for one in made["components"]}


@pytest.mark.parametrize("lock", ["requirements.lock", "deploy/requirements.lock"])
def test_every_locked_package_is_named(parts, lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    heads = [line.split()[0] for line in text.splitlines() if line and line[0] not in " #"]
    assert len(heads) > 50
    for head in heads:
        name, version = head.split("==")
        one = parts[f"pkg:pypi/{name}@{version}"]
        if lock.startswith("deploy"):
            assert one["scope"] == "required"
    assert (
        parts[next(key for key in parts if key.startswith("pkg:pypi/pytest@"))]["scope"]
        == "excluded"
    )


def test_every_script_that_the_map_is_built_of_is_named(parts):
    asked = json.loads((ROOT / "web" / "package.json").read_text(encoding="utf-8"))["dependencies"]
    built = {
        name
        for file in (ROOT / "web" / "src").rglob("*.ts")
        for name in re.findall(r"""from ["']([a-z@][^"'./][^"']*)["']""", file.read_text("utf-8"))
    }
    assert built == {"leaflet"}
    for name, version in asked.items():
        one = parts[f"pkg:npm/{name}@{version}"]
        assert one["scope"] == ("required" if name in built else "excluded")
        assert one["licenses"]


def test_what_ships_states_its_licence(parts):
    silent = [
        one["name"]
        for one in parts.values()
        if one["scope"] == "required" and "licenses" not in one
    ]
    # locked for another system, and so not installed here
    assert set(silent) <= {"colorama", "tzdata", "psycopg-binary", "exceptiongroup"}


def test_the_file_is_the_same_each_time(tmp_path):
    files = [tmp_path / "a.json", tmp_path / "b.json"]
    for file in files:
        subprocess.run(
            [sys.executable, ROOT / "tools/sbom.py", file], check=True, capture_output=True
        )
    assert files[0].read_bytes() == files[1].read_bytes()


SOUND = {"name": "a", "version": "1", "vulns": []}
HURT = {"name": "b", "version": "2", "vulns": [{"id": "X-1", "fix_versions": ["2.1"]}]}
UNKNOWN = {"name": "c", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("found", "status"),
    [([SOUND], 0), ([SOUND, HURT, UNKNOWN], 1), ([SOUND, UNKNOWN], 2), ([], 2)],
)
def test_an_audit_is_sound_only_when_all_were_asked_about(found, status):
    told, lines = tool("audit").judged({"dependencies": found})
    assert told == status
    if HURT in found:
        assert lines[0] == "b 2: X-1, mended in 2.1"


def test_an_audit_without_an_answer_says_so(capsys):
    assert tool("audit").main(["false", "requirements.lock"]) == 2
    assert "Nothing could be asked" in capsys.readouterr().out
