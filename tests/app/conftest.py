"""Scenes of the 乐清 example for the pages' parts."""

from __future__ import annotations

import pytest

import platforms as ip
from platforms.app.scene import Scene


@pytest.fixture(scope="session")
def scene(example):
    """The example as it is shown."""
    return Scene(example, ip.run_document(example), "zh_CN")
