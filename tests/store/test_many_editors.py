"""Several editors of one ledger at once, each a process: nothing is lost. The short form."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).resolve().parents[2] / "benchmarks" / "ledger.py"


@pytest.fixture(scope="module")
def benchmark():
    spec = importlib.util.spec_from_file_location("ledger_benchmark", BENCHMARK)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("how", [[], ["--threads"]], ids=["processes", "threads"])
def test_eight_editors_lose_nothing(opened, how):
    words = ["--store", opened.place(), "--editors", "8", "--edits", "200", "--plots", "20"]
    said = subprocess.run(
        [sys.executable, str(BENCHMARK), *words, "--json", *how],
        capture_output=True, text=True, timeout=200, check=False, env={**os.environ},
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    told = json.loads(said.stdout)
    assert told["wrong"] == []
    assert told["edits"] == 200


def test_what_is_lost_is_told(benchmark):
    work = benchmark.Round("", editors=1, edits=2, plots=1, pause=0.0, threads=False)
    first = {"key": "P", "version": 2, "what": "set", "field": "note", "was": None, "became": "a"}
    second = {**first, "version": 3, "was": "a", "became": "b"}
    rows = {"P": {"note": "b", "version": 3}}
    editor = benchmark.Editor([("P", 2, "a"), ("P", 3, "b")], [0.1, 0.1])
    assert benchmark.differences(work, [editor], rows, [first, second]) == []
    # an edit that is not in the history, a gap, and a row that stands otherwise
    assert len(benchmark.differences(work, [editor], rows, [first])) == 2
    assert len(benchmark.differences(work, [editor], rows, [first, {**second, "was": "x"}])) == 1
    assert len(benchmark.differences(work, [editor], {"P": {**rows["P"], "note": "a"}},
                                     [first, second])) == 1  # fmt: skip
    stranger = benchmark.Editor([("P", 2, "a")], [0.1])
    assert len(benchmark.differences(work, [stranger], rows, [first, second])) == 2
