"""``platforms ledger push|pull``: to another store and back, in words and as JSON."""

from __future__ import annotations

import json

import pytest

import platforms as ip
from platforms.cli import main


@pytest.fixture(autouse=True)
def _own_store(tmp_path, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path / "kept"))


@pytest.fixture
def filled(example_ledger, tmp_path):
    return example_ledger(tmp_path / "kept")


def ledger(capsys, *arguments):
    status = main(["ledger", *map(str, arguments)])
    return status, *capsys.readouterr()


@pytest.mark.usefixtures("filled")
def test_there_and_back(capsys, tmp_path, yueqing, monkeypatch):
    other = tmp_path / "other.gpkg"
    told = json.loads(ledger(capsys, "push", other, "--dry-run", "--json")[1])
    assert told["rows"]["ledger_event"] > 0
    assert (told["dry_run"], other.exists()) == (True, False)
    status, out, _ = ledger(capsys, "push", other, "--by", "王")
    assert status == 0
    assert "两边现在保存的" in out
    assert "都有" in ledger(capsys, "push", other, "--by", "王")[1]
    # a new place gets all of it
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path / "third"))
    back = json.loads(ledger(capsys, "pull", other, "--by", "王", "--json")[1])
    assert (back["same"], back["rows"]) == (True, told["rows"])
    mine = ip.open_store(yueqing, tmp_path / "kept").ledger.plots()
    assert ip.open_store(yueqing).ledger.plots().equals(mine)


@pytest.mark.usefixtures("filled")
def test_what_went_apart_is_told(capsys, tmp_path, yueqing):
    other = tmp_path / "other.gpkg"
    ledger(capsys, "push", other, "--by", "王")
    plot = ip.open_store(yueqing).ledger.plots()["plot_id"].iloc[0]
    ip.open_store(yueqing).ledger.set(ip.LedgerEdit(plot, {"unit": "经信局"}), by="王")
    ip.open_store(yueqing, other).ledger.set(ip.LedgerEdit(plot, {"unit": "资规局"}), by="李")
    status, _, err = ledger(capsys, "push", other, "--by", "王")
    assert status == 1
    assert "经信局" in err
    assert "资规局" in err
    assert "李" in err


def test_what_is_not_there_is_said(capsys, tmp_path, monkeypatch):
    status, _, err = ledger(capsys, "pull", tmp_path / "none.gpkg")
    assert (status, "none.gpkg" in err) == (1, True)
    assert not (tmp_path / "none.gpkg").exists()
    monkeypatch.delenv("PLATFORMS_STORE")
    assert ledger(capsys, "push")[0] == 2
