"""Shared by all tests: Chinese by default, and no leftovers of a user's settings."""

from __future__ import annotations

import pytest

from platforms import messages


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch):
    for name in ("PLATFORMS_LANG", "PLATFORMS_WORKSPACE", "PLATFORMS_STORE"):
        monkeypatch.delenv(name, raising=False)
    yield
    messages.set_language(None)
