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


@pytest.fixture
def apart(filled, tmp_path, yueqing):
    """A plot that the own store and another changed; the other's name, and the plot."""
    other = tmp_path / "other.gpkg"
    ip.copy_store(ip.open_store(yueqing), ip.open_store(yueqing, other), by="王")
    plot = ip.open_store(yueqing).ledger.plots()["plot_id"].iloc[0]
    mine = ip.LedgerEdit(plot, {"unit": "经信局", "step": "plan"})
    ip.open_store(yueqing).ledger.set(mine, by="王")
    theirs = ip.LedgerEdit(plot, {"unit": "资规局", "step": "act"})
    ip.open_store(yueqing, other).ledger.set(theirs, by="李")
    assert filled is not None
    return other, plot


@pytest.mark.parametrize("command", ["push", "pull"])
def test_own_is_the_users_side_and_words_are_the_users(capsys, apart, command):
    other, plot = apart
    status, _, err = ledger(capsys, command, other, "--by", "王")
    assert status == 1
    line = next(line for line in err.splitlines() if "责任单位" in line)
    assert line.startswith(f"  台账地块 {plot} 责任单位：本边 经信局（王，")
    assert "对方 资规局（李，" in line
    assert " UTC" in line
    assert "T" not in line.replace(" UTC", "").replace(plot, "")
    assert "状态：本边 方案（王" in err
    assert "--settle" in err
    assert f"plot {plot}" not in err


@pytest.mark.parametrize(("command", "keep"), [("pull", "own"), ("push", "other")])
def test_a_word_settles_it(capsys, apart, yueqing, command, keep):
    other, plot = apart
    told = ledger(capsys, command, other, "--settle", keep, "--dry-run", "--by", "王")[1]
    assert "未写入" in told
    status, out, _ = ledger(
        capsys, command, other, "--settle", keep, "--by", "王", "--why", "会议", "--only", plot
    )
    assert (status, "相同" in out, "本边 经信局" in out) == (0, True, True)
    for way in ("push", "pull"):
        status, out, _ = ledger(capsys, way, other, "--by", "王")
        assert (status, "都有" in out, "相同" in out) == (0, True, True)
    unit = "经信局" if keep == "own" else "资规局"
    for store in (ip.open_store(yueqing), ip.open_store(yueqing, other)):
        assert store.ledger.plots().set_index("plot_id").loc[plot, "unit"] == unit
        assert {"经信局", "资规局"} <= set(store.ledger.history(plot)["became"])
    assert "以一边为准" in ledger(capsys, "history", plot)[1]


def test_what_goes_with_settling_is_asked_for(capsys, apart):
    other, plot = apart
    assert ledger(capsys, "pull", other, "--only", plot)[0] == 2
    status, _, err = ledger(capsys, "pull", other, "--settle", "own", "--only", "X", "--by", "王")
    assert (status, plot in err) == (1, True)


def test_what_is_not_there_is_said(capsys, tmp_path, monkeypatch):
    status, _, err = ledger(capsys, "pull", tmp_path / "none.gpkg")
    assert (status, "none.gpkg" in err) == (1, True)
    assert not (tmp_path / "none.gpkg").exists()
    monkeypatch.delenv("PLATFORMS_STORE")
    assert ledger(capsys, "push")[0] == 2
