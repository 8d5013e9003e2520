"""Thousands of broken files for every reader: an answer, or one of our errors, and no row lost.

A file that fails is kept with its name, its number and its seed; what was mended after it
is tried again by `test_found.py` in every run.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from pathlib import Path

import byte_mutants
import mutants
import pytest
from amounts import ONLY, SEED, TIMES
from doors import DOORS
from judging import CANARY, BrokenPromiseError, Judge, grown_too_much, input_of, memory_kb

pytestmark = [pytest.mark.fuzz, pytest.mark.timeout(7200)]

# inputs of a door whose weight is one, in the short form
SHORT = 60
_SHOWN = 5


def _numbers(name: str, weight: float) -> range | list[int]:
    if ONLY:
        door, _, number = ONLY.partition(":")
        return [int(number)] if door == name else []
    return range(max(1, round(SHORT * weight * TIMES)))


@pytest.fixture(scope="module")
def hostile_words(listener, tmp_path_factory):
    """Let files name an address that is listened to, and a file that must not be read."""
    port, seen = listener
    canary = tmp_path_factory.mktemp("other") / "canary.csv"
    canary.write_text(f"id,text\n1,{CANARY}\n")
    address = f"http://127.0.0.1:{port}/a"
    words = [f"{before}{place}" for place in (address, str(canary)) for before in ("", "CSV:")]
    words += [f"/vsicurl/{address}", f'<!DOCTYPE a [<!ENTITY b SYSTEM "file://{canary}">]>']
    byte_mutants.WORDS.extend(word.encode() for word in words)
    yield seen
    del byte_mutants.WORDS[-len(words) :]


@pytest.mark.parametrize("name", DOORS)
def test_no_file_breaks_a_reader(name, tmp_path, hostile_words, record_property):
    numbers = _numbers(name, DOORS[name].weight)
    if not numbers:
        pytest.skip("another input was asked for")
    judge = Judge.of(DOORS[name], tmp_path)
    judge.outcome(judge.seeds[0])
    before, counted, faults = memory_kb(), Counter(), []
    for number in numbers:
        data = input_of(judge, SEED, number)
        try:
            counted[judge.outcome(data)] += 1
        except BrokenPromiseError as fault:
            counted["failed"] += 1
            if len(faults) < _SHOWN:
                faults.append(f"{_kept(judge, data, number)}\n{fault}")
    record_property("fuzz", dict(counted))
    assert not faults, "\n\n".join(faults)
    assert not grown_too_much(before)
    assert hostile_words == []


def _kept(judge: Judge, data: bytes, number: int) -> str:
    """Keep an input that fails, made smaller; return what makes it again."""
    folder = Path(os.environ.get("FUZZ_KEEP", judge.folder.parent / "kept"))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{judge.door.name}-{SEED}-{number}{Path(judge.door.file).suffix}"
    path.write_bytes(data)
    small = mutants.smaller(data, lambda less: not judge.stands(less))
    shutil.copyfile(path, path.with_name(f"whole-{path.name}"))
    path.write_bytes(small)
    return f"{path} (FUZZ_SEED={SEED} FUZZ_ONLY={judge.door.name}:{number})"
