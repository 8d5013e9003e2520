"""``platforms store backup|restore|check``: in words, as JSON, and by the exit status."""

from __future__ import annotations

import json
import sqlite3

import pytest

import platforms as ip
from platforms.cli import main


@pytest.fixture(autouse=True)
def _own_store(tmp_path, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path / "kept"))


@pytest.fixture
def filled(example_ledger, tmp_path):
    return example_ledger(tmp_path / "kept")


def store(capsys, *arguments):
    status = main(["store", *map(str, arguments)])
    return status, *capsys.readouterr()


@pytest.mark.usefixtures("filled")
def test_a_backup_comes_back(capsys, tmp_path, monkeypatch):
    file = tmp_path / "backup.gpkg"
    made = json.loads(store(capsys, "backup", file, "--by", "王", "--json")[1])
    assert made["workspaces"] == ["yueqing"]
    assert (tmp_path / "backup.gpkg.sha256").read_text().split()[0] == made["sha256"]
    status, _, err = store(capsys, "backup", file)
    assert (status, "backup.gpkg" in err) == (1, True)
    assert "SHA-256" in store(capsys, "backup", file, "--overwrite", "--by", "王")[1]
    assert "都有" in store(capsys, "restore", file, "--by", "王")[1]
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path / "new"))
    back = json.loads(store(capsys, "restore", file, "--by", "李", "--json")[1])
    assert (back["content"], back["by"], back["checked"]) == (made["content"], "王", True)
    found = json.loads(store(capsys, "check", "--json")[1])
    assert (found["sound"], found["content"]) == (True, made["content"])


@pytest.mark.usefixtures("filled")
def test_damage_is_told_and_ends_with_1(capsys, tmp_path, yueqing):
    status, out, _ = store(capsys, "check")
    assert (status, "完好" in out) == (0, True)
    path = ip.open_store(yueqing).path
    plain = sqlite3.connect(path)
    plain.execute("UPDATE ledger_plot SET unit = 'x'")
    plain.commit()
    plain.close()
    status, _, err = store(capsys, "check")
    assert status == 1
    assert "台账现状与历史不符" in err
    assert "损坏" in err
    assert store(capsys, "check", "--json")[0] == 1
    assert store(capsys, "check", tmp_path / "none.gpkg")[0] == 1
