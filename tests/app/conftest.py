"""Scenes of the 乐清 example for the pages' parts."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from streamlit.components.v2 import manifest_scanner

import platforms as ip
from platforms import messages
from platforms.app import address
from platforms.app.scene import Scene
from platforms.app.targets.target_board import make_board


@pytest.fixture(scope="module", autouse=True)
def _installed_once() -> Iterator[None]:
    """Look through the installed packages once a file: a page under test does so every time."""
    found = manifest_scanner.scan_component_manifests()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda *_, **__: list(found))
        yield


@pytest.fixture(scope="module", autouse=True)
def _language_asked_once() -> Iterator[None]:
    """Ask for the visitor's language once a run: the frame does so, a page alone at each word.

    A page under test runs in a thread of its own each time, so a thread is a run.
    """
    run = threading.local()

    def asked() -> str | None:
        if threading.current_thread() is threading.main_thread():
            return address._visitors_language()
        if not hasattr(run, "language"):
            run.language = address._visitors_language()
        return run.language

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(messages, "_ASKED", [asked])
        yield


@pytest.fixture(scope="session")
def scene(example):
    """The example as it is shown."""
    return Scene(example, ip.run_document(example), "zh_CN")


@pytest.fixture(scope="session")
def board(scene):
    """The targets of the example and where they stand."""
    return make_board(scene.run.workspace, scene)
