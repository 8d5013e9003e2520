"""Write the bill of materials as CycloneDX JSON: each locked package, and what the map is built of.

Usage: python tools/sbom.py [FILE]. What a server gets (deploy/requirements.lock) and the script
that is built into the map are ``required``; what only developers get is ``excluded``. Licences
are what the packages say of themselves; of a package that is not installed here none is
stated. The same locks make the same file: it holds no moment and no number of its own.
"""

# run by itself, beside the makefile
# ruff: noqa: INP001

from __future__ import annotations

import json
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_PINNED = re.compile(r"^([\w.-]+)==([\w.+!-]+)", re.MULTILINE)
_NAMED = 80


def pinned(lock: Path) -> set[tuple[str, str]]:
    """Return names and versions of a lock; for several Pythons a name may stand twice."""
    return set(_PINNED.findall(lock.read_text(encoding="utf-8")))


def licence(name: str) -> list[dict[str, Any]]:
    """Return what an installed package says of its licence, as CycloneDX has it."""
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return []
    if expression := told.get("License-Expression"):
        return [{"expression": expression}]
    classified = [
        one.rpartition(" :: ")[2]
        for one in told.get_all("Classifier") or []
        if one.startswith("License :: ") and not one.endswith("OSI Approved")
    ]
    written = (told.get("License") or "").strip()
    # some put the whole text there
    short = [written] if written and "\n" not in written and len(written) < _NAMED else []
    return [{"license": {"name": one}} for one in classified or short]


def _component(kind: str, name: str, version: str, *, ships: bool) -> dict[str, Any]:
    link = f"pkg:{kind}/{name.replace('@', '%40')}@{version}"
    return {
        "type": "library",
        "bom-ref": link,
        "name": name,
        "version": version,
        "scope": "required" if ships else "excluded",
        "purl": link,
    }


def packages(root: Path = ROOT) -> list[dict[str, Any]]:
    """Return the Python packages of the locks."""
    ships = pinned(root / "deploy" / "requirements.lock")
    found = []
    for name, version in sorted(pinned(root / "requirements.lock") | ships):
        one = _component("pypi", name, version, ships=(name, version) in ships)
        if said := licence(name):
            one["licenses"] = said
        found.append(one)
    return found


def scripts(root: Path = ROOT) -> list[dict[str, Any]]:
    """Return the packages of the map's script; all but the compiler are built into it."""
    locked = json.loads((root / "web" / "package-lock.json").read_text(encoding="utf-8"))
    found = []
    for path, told in sorted(locked["packages"].items()):
        if not path:
            continue
        name = path.rpartition("node_modules/")[2]
        tool = told.get("dev", False) or told.get("optional", False) or name == "esbuild"
        one = _component("npm", name, told["version"], ships=not tool)
        if "license" in told:
            one["licenses"] = [{"expression": told["license"]}]
        found.append(one)
    return found


def bill(root: Path = ROOT) -> dict[str, Any]:
    """Return the whole bill."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    own = _component("pypi", project["name"], project["version"], ships=True)
    del own["scope"]
    own |= {"type": "application", "licenses": [{"expression": project["license"]}]}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": own},
        "components": [*packages(root), *scripts(root)],
    }


def main(arguments: list[str]) -> int:
    """Write the bill and say what it holds."""
    target = Path(arguments[0]) if arguments else ROOT / "dist" / "sbom.cdx.json"
    made = bill()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    parts = made["components"]
    ships = sum(one["scope"] == "required" for one in parts)
    silent = sum("licenses" not in one for one in parts)
    sys.stdout.write(
        f"{target}: {len(parts)} components, {ships} of them shipped; {silent} state no licence.\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
