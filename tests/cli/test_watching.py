"""A long solve at a terminal: one line of progress, Ctrl-C, and a clean standard output."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys

import pytest

import platforms as ip
from platforms.cli import main, watching
from platforms.cli.watching import watched
from platforms.geo.write import atomic_path


def moment(**more):
    known = {"seconds": 3.2, "best": 1234.5, "bound": 1200.0, "gap": 0.028, "phase": "search"}
    return ip.Progress(**{**known, **more})


@pytest.fixture
def interruptible():
    """Hear Ctrl-C even where the tests were started in the background, which ignores it."""
    was = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, was)


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_keeps_the_best_answer_and_a_second_one_gives_it_up(capsys):
    before = signal.getsignal(signal.SIGINT)
    with watched() as watch:
        assert not watch.stopped
        signal.raise_signal(signal.SIGINT)
        assert watch.stopped
        assert "保留" in capsys.readouterr().err
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_progress_is_one_line_on_a_terminal_and_nothing_elsewhere(capsys, monkeypatch):
    with watched() as watch:
        assert watch.progress is None
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(watching, "_PAUSE", 0.0)
    with watched() as watch:
        watch.progress(moment())
        watch.progress(moment(best=None, gap=None, done=2, most=9))
    told = capsys.readouterr().err
    assert "\n" not in told
    lines = told.split("\r")
    assert "1,234.50" in lines[1]
    assert "2.800" in lines[1]
    assert "2 / 9" in lines[2]
    assert "1,234.50" not in lines[2]
    assert not lines[-1].strip()


def test_what_the_solver_prints_does_not_reach_the_terminal(capfd):
    with watched():
        ctypes.CDLL(None).puts(b"solver")
    print("ours")  # noqa: T201
    out = capfd.readouterr()
    assert out.out == "ours\n"
    assert "solver" not in out.err


def test_a_portfolio_that_is_stopped_is_told_and_kept(capsys, monkeypatch):
    # a line is written, and that is when Ctrl-C is pressed
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)

    pressed = []

    def show(self, progress):
        if progress.best is not None and not pressed:
            pressed.append(progress)
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(watching._Line, "show", show)
    main(["portfolio", "--mu", "600", "--json", "--gap", "0"])
    told = json.loads(capsys.readouterr().out)
    assert (told["status"], told["ended"]) in {("stopped", "stopped"), ("optimal", "")}
    assert told["land_mu"] >= 600
    assert pressed
    assert told["curve"] is None


def test_a_relocation_that_is_stopped_is_told_and_kept(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)

    pressed = []

    def show(self, progress):
        if progress.phase == "start" and not pressed:
            pressed.append(progress)
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(watching._Line, "show", show)
    main(["relocate", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["ended"] in {"stopped", "proved"}
    assert told["objective"] <= told["nearest"]
    assert told["assignments"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_polite_kill_ends_a_command_as_ctrl_c_does(capsys, monkeypatch, tmp_path):
    def killed(*_given, **_options):
        with atomic_path(tmp_path / "a.html"):
            os.kill(os.getpid(), signal.SIGTERM)
            pytest.fail("it went on")

    monkeypatch.setattr(ip, "export_run", killed)
    status = main(["export", str(tmp_path), "--to", "html", "-o", str(tmp_path / "b" / "a.html")])
    assert status == 1
    assert "已中止" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
