"""Scenes of the 乐清 example for the pages' parts."""

from __future__ import annotations

import pytest

import platforms as ip
from platforms.app.scene import Scene
from platforms.app.targets.target_board import make_board


@pytest.fixture(scope="session")
def scene(example):
    """The example as it is shown."""
    return Scene(example, ip.run_document(example), "zh_CN")


@pytest.fixture(scope="session")
def board(scene):
    """The targets of the example and where they stand."""
    return make_board(scene.run.workspace, scene)
