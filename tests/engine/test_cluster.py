"""Workers of Dask: as many as there are, lost in the middle, or not there at all."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from platforms.engine.runners import runner
from platforms.engine.running import run_parts
from platforms.errors import InputError


def twice_killed(job: str, part: int) -> tuple[int, str]:
    """Kill the worker that takes part 1, the first time that one does."""
    mark = Path(job)
    if part == 1 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return part, "done"


def test_a_part_of_a_killed_worker_is_done_again(tmp_path):
    told: list[int] = []
    with runner(workers=2) as who:
        found = who.each(twice_killed, str(tmp_path / "killed"), range(4), told.append)
    assert found == [(part, "done") for part in range(4)]
    assert (tmp_path / "killed").exists()
    assert told == [1, 2, 3, 4]


def test_processes_give_what_this_process_gives(yueqing, hard, tmp_path):
    plots = hard.plots.iloc[:200]
    plots.to_parquet(tmp_path / "plots.parquet")
    here, there = (
        run_parts(
            yueqing, tmp_path / "plots.parquet", tmp_path / f"out-{workers}", parts=3,
            workers=workers,
        )
        for workers in (0, 2)
    )  # fmt: skip
    assert there.record["engine"]["workers"] == 2
    assert there.figures == here.figures
    assert there.issues.to_records() == here.issues.to_records()
    mine, theirs = (one.plots().to_wkb(hex=True) for one in (here, there))
    assert mine.equals(theirs)


def test_a_scheduler_that_is_silent_is_told(yueqing, hard, tmp_path, monkeypatch):
    monkeypatch.setattr("platforms.engine.runners._WAIT_S", 1.0)
    hard.plots.iloc[:5].to_parquet(tmp_path / "plots.parquet")
    with pytest.raises(InputError, match="tcp://127"):
        run_parts(
            yueqing, tmp_path / "plots.parquet", tmp_path / "out", scheduler="tcp://127.0.0.1:1"
        )
    assert not (tmp_path / "out").exists()
