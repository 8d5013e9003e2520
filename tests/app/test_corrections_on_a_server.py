"""Positions kept on a server reach the app, and one that is away takes no page away."""

from __future__ import annotations

import pytest
import shapely

import platforms as ip
from platforms.app import corrections


@pytest.fixture
def address(postgis, monkeypatch):
    name = postgis.database()
    monkeypatch.setenv("PLATFORMS_STORE", postgis.address(name))
    yield postgis.address(name)
    postgis.give_back(name)


@pytest.fixture(autouse=True)
def _nothing_held(monkeypatch):
    monkeypatch.setattr(corrections, "_HELD", {})


def test_what_is_kept_there_is_seen_and_held_as_long_as_it_holds(yueqing, address):
    first = corrections.corrected(yueqing)
    assert corrections.corrected(yueqing) is first
    assert corrections.fault_of(yueqing) is None
    ip.open_store(yueqing).positions.place(
        ip.Position(
            layer="platforms", feature_id="YQ-P13", basis="drawn", accuracy_m=20.0, author="张三",
            source="地形图", stated="2026-01-02", shape=shapely.box(120.97, 28.04, 120.98, 28.05),
        ),
        by="张三",
    )  # fmt: skip
    second = corrections.corrected(yueqing)
    assert second is not first
    assert second.layer("platforms").set_index("platform_id").loc["YQ-P13", "basis"] == "drawn"
    assert corrections.corrected(yueqing) is second


def test_a_server_that_is_away_leaves_the_files(yueqing, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE", "postgresql://user:secret@127.0.0.1:1/base")
    assert corrections.corrected(yueqing) is yueqing
    fault = corrections.fault_of(yueqing)
    assert fault.key == "store.server.unreachable"
    assert "secret" not in str(fault)
