"""The public face: what type checkers are told is what is loaded."""

from __future__ import annotations

import ast
from pathlib import Path

import platforms as ip


def _told() -> dict[str, tuple[str, str]]:
    """Public name → module and name there, as the stub says."""
    stub = Path(ip.__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    return {
        alias.asname or alias.name: (node.module or "", alias.name)
        for node in ast.parse(stub).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_the_stub_names_what_the_package_loads():
    loaded = {}
    for name, home in ip._HOMES.items():
        module, _, inner = home.partition(":")
        loaded[name] = (f"platforms.{module}", inner or name)
    assert _told() == loaded


def test_every_public_name_is_there_and_listed():
    assert sorted(ip.__all__) == sorted(_told())
    assert all(getattr(ip, name) is not None for name in ip.__all__)
    assert set(ip.__all__) <= set(dir(ip))
