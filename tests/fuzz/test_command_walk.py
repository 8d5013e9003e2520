"""Every option of every command: good values, awkward ones, and pairs of both by chance.

The options are those of the schema itself, so one that is new is walked, or the walk fails.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
from collections import Counter
from pathlib import Path
from zlib import crc32

import pytest
from amounts import ONLY, SEED, TIMES
from command_words import GOOD, NEVER_DONE, Option, options, with_value
from ground import Ground, lay_ground

import opened_once
import platforms as ip
from platforms import messages
from platforms.cli import main
from platforms.errors import StoreError

pytestmark = [pytest.mark.fuzz, pytest.mark.timeout(7200)]

# awkward values of an option and pairs of a command, in the short form
VALUES, PAIRS = 1, 2
_SECONDS = 120
_ENGLISH = re.compile(r"(?:[A-Za-z][a-z'’-]+[,.;:]? ){3,}[A-Za-z][a-z'’-]+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]{6,}")


@pytest.fixture(scope="module")
def ground(example, tmp_path_factory, _ground_is_read_once) -> Ground:
    return lay_ground(_ground_is_read_once, example)


@pytest.fixture(scope="module")
def _ground_is_read_once(tmp_path_factory):
    """The copy is opened and run once, as the shipped workspaces are."""
    folder = tmp_path_factory.mktemp("ground")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opened_once, "ROOT", folder)
        with opened_once.run_once():
            yield folder


class Walker:
    """Makes calls, and looks at what they said and left."""

    def __init__(self, ground: Ground, folder: Path, capfd, monkeypatch) -> None:
        self.ground, self.folder, self.capfd = ground, folder, capfd
        self.monkeypatch = monkeypatch
        self.counted: Counter[str] = Counter()
        self.faults: list[str] = []
        self.before = ground.state()

    def call(self, command: str, words: list[str], *, lang: str = "zh_CN") -> int | None:
        """Make a call in a place of its own; return its status."""
        at = sum(self.counted.values())
        out, kept = self.folder / f"out-{at}", self.ground.store(self.folder / f"kept-{at}")
        out.mkdir()
        things = {**self.ground.things, "out": str(out)}
        put = [_put(word, things) for word in [*command.split(), *words]]
        if command not in {"store start", "store stop", "init"} and "-w" not in put:
            put[len(command.split()) : len(command.split())] = ["-w", str(self.ground.city)]
            if command == "export":
                del put[1:3]
        self.monkeypatch.setenv("PLATFORMS_STORE", str(kept))
        self.monkeypatch.setenv("PLATFORMS_LANG", lang)
        self.monkeypatch.chdir(out)
        self.capfd.readouterr()
        status = self._status(put)
        said = self.capfd.readouterr()
        for fault in self._faults(put, status, said, out, lang):
            self.faults.append(f"{fault}\n  {put}\n  {status} {said.err[-600:]}")
        shutil.rmtree(out, ignore_errors=True)
        shutil.rmtree(kept)
        self.counted[{0: "done", 1: "could not", 2: "wrong usage"}.get(status, "failed")] += 1
        self.last = f"{put} {said.err[-400:]}"
        return status

    def _status(self, words: list[str]) -> int | None:
        def late(*_) -> None:
            raise TimeoutError

        before = signal.signal(signal.SIGALRM, late)
        signal.alarm(_SECONDS)
        try:
            return main(words)
        except BaseException as error:
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
            self.faults.append(f"{words}: {error!r}")
            return None
        finally:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, before)
            messages.set_language(None)

    def _faults(self, words, status, said, out: Path, lang: str):
        if status not in {0, 1, 2}:
            yield "a status that is not documented"
        if "Traceback" in said.err + said.out or "TimeoutError" in said.err:
            yield "no message of ours"
        foreign = _ENGLISH if lang == "zh_CN" else _CHINESE
        if status == 2 and lang == "zh_CN" and foreign.search(_without(said.err, words)):
            yield f"another language: {foreign.search(said.err)}"
        if "--json" in words and status == 0:
            try:
                json.loads(said.out, parse_constant=_refuse)
            except ValueError as error:
                yield f"no JSON: {error}"
        if status == 2 and (said.out or any(out.iterdir())):
            yield f"wrong usage, and yet something came out: {said.out[:80]} {sorted(one.name for one in out.iterdir())}"
        now = self.ground.state()
        changed = {
            file for file in now.keys() | self.before if now.get(file) != self.before.get(file)
        }
        # what is named as the output may be made, and written over by whoever says so
        told = {Path(word.rpartition("=")[2]) for word in words}
        meant = {
            file
            for file in changed
            if told & {Path(file), *Path(file).parents}
            and (file not in self.before or "--overwrite" in words)
        }
        for file in meant:
            self.ground.restore(file)
        self.before = self.ground.state()
        if changed - meant:
            yield f"changed: {sorted(changed - meant)}"


def _refuse(word: str) -> None:
    raise ValueError(word)


def _put(word: str, things: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: things.get(found[1], found[0]), word)


def _without(text: str, words: list[str]) -> str:
    for word in words:
        if word.strip():
            text = text.replace(word, "")
    return text


@pytest.fixture
def walker(ground, tmp_path, capfd, monkeypatch):
    # what would become a server, or start one, only gets its words
    monkeypatch.setattr(os, "execv", lambda *_: None)
    monkeypatch.setattr("platforms.cli.serve.subprocess.run", lambda *_, **__: _Ended())
    for name in ("start_cluster", "stop_cluster"):
        monkeypatch.setattr(ip, name, _no_server)
    monkeypatch.setenv("PLATFORMS_DEBUG", "1")
    return Walker(ground, tmp_path, capfd, monkeypatch)


class _Ended:
    returncode = 0


def _no_server(*_, **__):
    raise StoreError("store.no_file", path="cluster")


@pytest.mark.parametrize("command", GOOD)
def test_every_option_of_a_command(command, walker, record_property):
    if ONLY and not ONLY.startswith(command):
        pytest.skip("another command was asked for")
    good = [line.split(" ") for line in GOOD[command]]
    statuses = []
    for words in good:
        statuses.append(walker.call(command, words))
        if statuses[-1] not in {0, 1}:
            walker.faults.append(f"a good call was not understood: {walker.last}")
    if good and command not in NEVER_DONE and 0 not in statuses:
        walker.faults.append(f"no good call came to its end: {walker.last}")
    rng = random.Random(f"{SEED}-{command}")
    first = good[0] if good else []
    for option in options(command):
        for value in _chosen(option):
            lang = rng.choice(messages.LANGUAGES)
            walker.call(command, with_value(first, option, value), lang=lang)
    for _ in range(round(PAIRS * TIMES)):
        words = list(rng.choice(good or [[]]))
        for option in rng.sample(list(options(command)), k=min(2, len(list(options(command))))):
            words = with_value(words, option, rng.choice(option.awkward()))
        walker.call(command, words, lang=rng.choice(messages.LANGUAGES))
    record_property("fuzz", dict(walker.counted))
    assert not walker.faults, f"{len(walker.faults)}\n\n" + "\n\n".join(walker.faults[:8])


def _chosen(option: Option) -> list[str]:
    """Return the awkward values that are tried: all of them in the long form."""
    every = option.awkward()
    many = min(len(every), round(VALUES * TIMES))
    start = crc32(f"{SEED}{option.command}{option.name}".encode()) % len(every)
    return [every[(start + at) % len(every)] for at in range(many)]
