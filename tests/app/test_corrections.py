"""What could not be read of a store is read as soon as it can be."""

from __future__ import annotations

import pytest

import platforms as ip
from platforms.app import corrections
from platforms.errors import StoreError


@pytest.fixture(autouse=True)
def _own_store(monkeypatch, tmp_path):
    monkeypatch.setattr(corrections, "_HELD", {})
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path))


def test_a_fault_that_left_no_trace_in_the_file_is_not_held(yueqing, monkeypatch):
    ip.open_store(yueqing)
    asked = []

    def fails(city):
        asked.append(city)
        raise StoreError("store.damaged", path="yueqing.gpkg", folder="/x", reason="")

    with monkeypatch.context() as broken:
        broken.setattr(ip, "with_positions", fails)
        assert corrections.corrected(yueqing) is yueqing
        # the rest of the run knows it
        corrections.corrected(yueqing, again=False)
        assert len(asked) == 1
    assert corrections.fault_of(yueqing).key == "store.damaged"
    corrections.corrected(yueqing)
    assert corrections.fault_of(yueqing) is None


def test_a_file_that_was_damaged_and_put_back_is_read(yueqing, tmp_path):
    path = ip.open_store(yueqing).path
    whole = path.read_bytes()
    corrections.corrected(yueqing)
    path.write_bytes(b"x" * 1600 + whole[1600:])
    corrections.corrected(yueqing)
    assert corrections.fault_of(yueqing).key in {"store.damaged", "store.not_a_store"}
    (tmp_path / "kept").write_bytes(whole)
    (tmp_path / "kept").replace(path)
    corrections.corrected(yueqing)
    assert corrections.fault_of(yueqing) is None
