"""Scenes of the 乐清 example for the pages' parts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.components.v2 import manifest_scanner

import platforms as ip
from platforms.app.scene import Scene
from platforms.app.targets.target_board import make_board


@pytest.fixture(scope="module", autouse=True)
def _installed_once() -> Iterator[None]:
    """Look through the installed packages once a file: a page under test does so every time."""
    found = manifest_scanner.scan_component_manifests()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda *_, **__: list(found))
        yield


@pytest.fixture(scope="session")
def scene(example):
    """The example as it is shown."""
    return Scene(example, ip.run_document(example), "zh_CN")


@pytest.fixture(scope="session")
def board(scene):
    """The targets of the example and where they stand."""
    return make_board(scene.run.workspace, scene)
