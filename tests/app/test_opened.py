"""What is open is looked at once a run, and never shown as its files were before."""

from __future__ import annotations

import pytest

import platforms as ip
from platforms.app import opened
from platforms.errors import WorkspaceError


def test_changed_files_are_seen_and_opened_anew(tmp_path, monkeypatch, city):
    monkeypatch.setenv("PLATFORMS_WORKSPACE", str(city))
    monkeypatch.setattr(opened, "_OPEN", {})
    first = opened.workspace()
    assert opened.workspace() is first
    plan = city / "layers" / "plan.yaml"
    plan.write_text(
        plan.read_text(encoding="utf-8").replace("方城县,", "圆城县,"), encoding="utf-8"
    )
    assert str(opened.workspace().plan.name) == "圆城县"
    assert opened.workspace().fingerprint != first.fingerprint
    plan.write_text("no: plan", encoding="utf-8")
    with pytest.raises(WorkspaceError):
        opened.workspace()


def test_the_files_are_looked_at_once_a_run(monkeypatch, city):
    monkeypatch.setenv("PLATFORMS_WORKSPACE", str(city))
    monkeypatch.setattr(opened, "_OPEN", {})
    plan = city / "layers" / "plan.yaml"
    told = plan.read_text(encoding="utf-8")
    with opened.one_look():
        first = opened.workspace()
        plan.write_text(told.replace("方城县,", "圆城县,"), encoding="utf-8")
        assert opened.workspace() is first
    with opened.one_look():
        assert str(opened.workspace().plan.name) == "圆城县"


def test_a_store_is_opened_once_a_run(example_ledger, tmp_path, yueqing, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path))
    example_ledger(tmp_path)
    calls, as_it_is = [], ip.open_store

    def counted(*given, **named):
        calls.append(given)
        return as_it_is(*given, **named)

    monkeypatch.setattr(ip, "open_store", counted)
    monkeypatch.setattr(opened, "workspace", lambda: yueqing)
    with opened.one_look():
        assert opened.store() is opened.store()
    with opened.one_look():
        opened.store()
    assert len(calls) == 2
    opened.store()
    opened.store()
    assert len(calls) == 4
