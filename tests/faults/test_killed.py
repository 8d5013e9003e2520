"""Killed at random moments: what was accepted is there, what was not is nowhere."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import zipfile
from contextlib import closing

import fault_acts as acts
import pyogrio
import pytest
from fault_checks import edits_there, whole
from killing import few, noted

from platforms.store.opening import open_store


@few(6)
def test_killed_while_editing(opened, tmp_path, killer, times):
    store = opened()
    acts.fill(store)
    notes, place = tmp_path / "notes", opened.place()
    took = killer.let(acts.edit, place, str(notes), "alone", 12)
    for turn in killer.turns(times):
        killer.kill(acts.edit, place, str(notes), f"k{turn}", 400, within=took)
        if turn % 10 == 0 or times < 10:
            whole(open_store("here", place))
    store = open_store("here", place)
    whole(store)
    assert edits_there(store, notes) > times / 2
    # and nothing is in the way of the next
    killer.let(acts.edit, place, str(notes), "next", 3)


@few(4)
@pytest.mark.parametrize("act", [acts.take, acts.take_plots], ids=["ledger", "plots"])
def test_killed_while_importing(opened, tmp_path, killer, times, act):
    plots = 400

    def count(one):
        return len(one.ledger.plots()) if act is acts.take else one.plots.count()

    took = killer.let(act, opened.place("alone"), str(tmp_path / "notes"), plots)
    for turn in killer.turns(times):
        # where the one before came to its end there is nothing left to bring
        place, notes = opened.place(f"s{turn // 20}"), tmp_path / f"notes{turn}"
        before = count(open_store("here", place)) if turn % 20 else 0
        size = plots + turn
        killer.kill(act, place, str(notes), size, within=1.2 * took)
        store = open_store("here", place)
        assert count(store) in ({size} if noted(notes) else {before, size})
        if turn % 5 == 0 or times < 10:
            whole(store)
    whole(store)
    killer.let(act, place, str(tmp_path / "last"), size + 1)
    assert count(open_store("here", place)) == size + 1


@few(3)
def test_killed_while_a_file_is_brought_in(opened, tmp_path, killer, times, readers_ready):
    store = opened()
    acts.fill(store)
    place, file = opened.place(), tmp_path / "edited.csv"

    def say(word):
        rows = [f"P{at},{word}" for at in range(acts.PLOTS)]
        file.write_text("\n".join(["plot_id,note", *rows]), encoding="utf-8")

    # here for the first time, so that a reader is ready for the others
    say("here")
    store.ledger.bring(file, by="王", why="file")
    words = (str(file), readers_ready())
    say("alone")
    took = killer.let(acts.bring, place, str(tmp_path / "notes"), *words)
    for turn in killer.turns(times):
        word = f"word-{turn}"
        say(word)
        before = set(store.ledger.plots()["note"])
        notes = tmp_path / f"notes{turn}"
        killer.kill(acts.bring, place, str(notes), *words, within=1.2 * took)
        now = set(store.ledger.plots()["note"])
        assert now in ([{word}] if noted(notes) else [before, {word}])
    whole(store)


# what is written for others: a file under its name is a whole file


def put(example_store, folder):
    folder.mkdir(parents=True)
    with (
        closing(sqlite3.connect(example_store)) as there,
        closing(sqlite3.connect(folder / "yueqing.gpkg")) as here,
    ):
        there.backup(here)
    return str(folder)


def content(path):
    """Return the hash of a file; of a workbook without the moment at which it was made."""
    if path.suffix != ".xlsx":
        return hashlib.sha256(path.read_bytes()).hexdigest()
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts.pop("docProps/core.xml")
    return hashlib.sha256(repr(sorted(parts.items())).encode()).hexdigest()


EXPORTS = {
    "ledger": ("ledger", "export", "{out}/out.xlsx", "--overwrite"),
    "scenario": ("scenario", "export", "甲案", "{out}/out.zip", "--overwrite"),
    "workbook": ("export", "{run}", "--to", "xlsx", "-o", "{out}/out.xlsx", "--overwrite"),
    "map": ("export", "{run}", "--to", "html", "-o", "{out}/out.html", "--overwrite"),
    "geopackage": ("export", "{run}", "--to", "gpkg", "-o", "{out}/out.gpkg", "--overwrite"),
}


@few(2)
@pytest.mark.parametrize("kind", EXPORTS)
def test_killed_while_exporting(example_store, example_folder, tmp_path, killer, times, kind):
    if times < 10 and kind in {"workbook", "map"}:
        pytest.skip("written by the same door as the others; in the long form")
    store, out = put(example_store, tmp_path / "store"), tmp_path / "out"
    out.mkdir()
    words = [word.format(run=example_folder, out=out) for word in EXPORTS[kind]]
    took = killer.let(acts.commands, store, *words)
    (good,) = (path for path in out.iterdir() if path.is_file())
    wanted = content(good)
    for turn in killer.turns(times // (1 if times < 10 else len(EXPORTS))):
        old = turn % 2 == 1
        if old:
            good.write_bytes(b"what was there before")
        else:
            good.unlink(missing_ok=True)
        killer.kill(acts.commands, store, *words, within=1.1 * took)
        seen = [path.name for path in out.iterdir() if not path.name.startswith(".tmp-platforms-")]
        assert seen in ([], [good.name])
        before = old and seen and good.read_bytes() == b"what was there before"
        if seen and not before:
            assert content(good) == wanted
    good.unlink(missing_ok=True)
    killer.let(acts.commands, store, *words)
    assert content(good) == wanted
    whole(open_store("yueqing", store))


@few(1)
def test_killed_while_running(tmp_path, killer, times):
    out = tmp_path / "out"
    words = ("run", "-o", str(out))
    took = killer.let(acts.commands, str(tmp_path / "store"), *words)
    wanted = sorted(path.name for path in out.iterdir())
    assert {"plan.gpkg", "map.html", "run.json"} <= set(wanted)
    for _ in killer.turns(times):
        shutil.rmtree(out, ignore_errors=True)
        killer.kill(acts.commands, str(tmp_path / "store"), *words, within=1.1 * took)
        seen = {path.name for path in tmp_path.iterdir() if not path.name.startswith(".tmp-")}
        # the folder is there whole or not at all
        if "out" in seen:
            assert sorted(path.name for path in out.iterdir()) == wanted
            json.loads((out / "run.json").read_text(encoding="utf-8"))
            assert len(pyogrio.list_layers(out / "plan.gpkg"))
        assert seen <= {"out", "store"}
    if times < 10:
        return
    shutil.rmtree(out, ignore_errors=True)
    killer.let(acts.commands, str(tmp_path / "store"), *words)
    assert sorted(path.name for path in out.iterdir()) == wanted
