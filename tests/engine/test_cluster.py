"""Workers of Dask: as many as there are, lost in the middle, or not there at all."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import distributed
import pytest

from platforms.engine.runners import runner
from platforms.engine.running import run_parts
from platforms.errors import InputError, OutputError


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


@pytest.fixture
def scheduler(tmp_path):
    """A scheduler with a worker, in processes of their own; its address and its process."""
    told = tmp_path / "scheduler.json"
    here = ["--no-dashboard", "--scheduler-file", str(told)]
    commands = (
        ["scheduler", "--host", "127.0.0.1", "--port", "0", *here],
        ["worker", "--nthreads", "1", "--no-nanny", *here],
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{kind}", *options],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=tmp_path,
        )
        for kind, *options in commands
    ]  # fmt: skip
    try:
        for _ in range(300):
            if told.exists() and told.read_text(encoding="utf-8").strip().endswith("}"):
                break
            time.sleep(0.1)
        address = json.loads(told.read_text(encoding="utf-8"))["address"]
        with distributed.Client(address, set_as_default=False) as client:
            client.wait_for_workers(1, timeout=60)
        yield address, started[0]
    finally:
        for one in started:
            one.kill()
            one.wait()


@pytest.mark.parametrize("least", [1, pytest.param(60, marks=pytest.mark.long)])
def test_a_scheduler_that_goes_away_is_told(yueqing, hard, tmp_path, scheduler, least):
    """In the middle of a stage, and between two."""
    address, process = scheduler
    hard.plots.iloc[:60].to_parquet(tmp_path / "plots.parquet")

    def told(stage: str, done: int, every: int) -> None:
        if stage == "survey" and done >= least:
            process.kill()
            process.wait()

    with pytest.raises(OutputError) as lost:
        run_parts(
            yueqing, tmp_path / "plots.parquet", tmp_path / "out", parts=12, progress=told,
            scheduler=address,
        )  # fmt: skip
    assert lost.value.key == "engine.scheduler_lost"
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob(".*"))
