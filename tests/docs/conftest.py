"""Examples that only ask something of the example's run share it."""

from __future__ import annotations

import pytest

from opened_once import run_once


@pytest.fixture(scope="module", autouse=True)
def _runs():
    with run_once():
        yield
