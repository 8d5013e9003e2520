"""The floors of the house: imports only go down, never round, and streamlit stays in the app."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import platforms

SOURCE = Path(platforms.__file__).parent

# lowest first; a module may import from its own floor and from those before it
FLOORS = [
    {"messages"},
    {"errors", "units", "version"},
    {"issues"},
    {"geo"},
    {"layers"},
    {"policy"},
    {"planning", "sample"},
    {"outputs"},
    {"store", "engine"},
    {"platforms"},
    {"cli", "app"},
    {"__main__"},
]
RANK = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
GROUND = {"errors", "messages", "units", "issues", "version"}


def _name(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {
    _name(path): path
    for path in sorted(SOURCE.rglob("*.py"))
    if "workspace" not in path.relative_to(SOURCE).parts[:1]
}


def _room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else parts[0]


@cache
def _imports(module: str) -> set[str]:
    """All modules imported anywhere in a module, also inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are written in full"
            base = node.module or ""
            found |= {
                f"{base}.{alias.name}" if f"{base}.{alias.name}" in MODULES else base
                for alias in node.names
            }
    return found


def test_every_room_has_a_floor():
    assert sorted({_room(module) for module in MODULES} - set(RANK)) == []


def _own(module: str) -> set[str]:
    return {name for name in _imports(module) if name.split(".")[0] == "platforms"}


def test_imports_only_go_down():
    # the public face reaches its rooms by name, on first use; the app is started from the shell
    up = {
        (module, name)
        for module in MODULES
        for name in _own(module)
        if RANK[_room(name)] > RANK[_room(module)]
    }
    assert sorted(up) == []


def test_front_ends_know_the_public_face_only():
    aside = {
        (module, name)
        for module in MODULES
        if _room(module) in {"cli", "app"}
        for name in _own(module)
        if _room(name) not in {_room(module), "platforms", *GROUND}
    }
    assert sorted(aside) == []


def test_no_circles():
    seen: dict[str, int] = {}

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " → ".join((*trail, module))
        if seen.get(module):
            return
        for name in _imports(module) & set(MODULES):
            if name != module:
                visit(name, (*trail, module))
        seen[module] = 1

    for module in MODULES:
        visit(module, ())


@pytest.mark.parametrize(("library", "room"), [("streamlit", "app"), ("click", "cli")])
def test_streamlit_stays_in_the_app_and_click_on_the_command_line(library, room):
    users = {m for m in MODULES if library in {name.split(".")[0] for name in _imports(m)}}
    assert users
    assert sorted(m for m in users if _room(m) != room) == []


def test_no_grab_bag_and_no_crowded_module():
    bags = {"utils", "util", "helpers", "common", "base", "manager", "misc"}
    assert sorted(module for module in MODULES if bags & set(module.split("."))) == []
    lines = {m: path.read_text(encoding="utf-8").count("\n") for m, path in MODULES.items()}
    crowded = {module: count for module, count in lines.items() if count > 400}
    assert crowded == {}, "split the module before adding to it"


def test_temporary_files_lie_where_the_next_process_sweeps_them():
    # what a killed process left would stay for ever, and it may be a user's file
    users = {module for module in MODULES if "tempfile" in _imports(module)}
    assert users == {"platforms.geo.hidden_folder"}


def test_importing_the_package_is_light():
    code = (
        "import sys, platforms; "
        "heavy = {'streamlit', 'click', 'geopandas', 'pandas', 'pyogrio', 'rasterio', 'scipy'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_the_help_of_all_commands_is_light():
    # it loads each command's module, and is what a first look at the program costs
    code = (
        "import sys; from platforms.cli.main import main; main(['--help']); "
        "heavy = {'streamlit', 'geopandas', 'pandas', 'pyogrio', 'rasterio', 'scipy', 'shapely'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.splitlines()[-1] == "[]"


def test_nothing_names_a_host_of_a_package_source_in_the_lock():
    lock = (SOURCE.parents[1] / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert "--hash=sha256:" in lock
