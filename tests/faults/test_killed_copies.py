"""Killed while a store is backed up, restored, pushed or pulled: all of it is there, or nothing."""

from __future__ import annotations

import hashlib

import fault_acts as acts
import pytest
from fault_checks import whole
from killing import few, noted

from platforms.store.care.checking import check_store
from platforms.store.copying.strands import content_hash
from platforms.store.opening import open_store

PLOTS = 400


def hash_of(place):
    """Return what a store keeps, as one hash, after a look that finds nothing wrong."""
    store = open_store("here", place)
    whole(store)
    assert check_store(store).sound
    with store.turns.reading() as connection:
        return content_hash(connection)


@pytest.fixture
def nothing(tmp_path):
    return hash_of(tmp_path / "nothing" / "here.gpkg")


def filled(place, tmp_path, killer):
    """Fill a store with a ledger and shapes; return what it keeps."""
    acts.fill(open_store("here", place))
    killer.let(acts.take_plots, place, str(tmp_path / "filled"), PLOTS)
    return hash_of(place)


@few(3)
def test_killed_while_backing_up(opened, tmp_path, killer, times):
    place, out = opened.place(), tmp_path / "out"
    kept = filled(place, tmp_path, killer)
    out.mkdir()
    file, beside = out / "backup.gpkg", out / "backup.gpkg.sha256"
    took = killer.let(acts.back_up, place, str(tmp_path / "notes"), str(file))
    old = b"what was there before"
    for turn in killer.turns(times):
        file.unlink(missing_ok=True)
        beside.unlink(missing_ok=True)
        if turn % 2:
            file.write_bytes(old)
            beside.write_text(f"{hashlib.sha256(old).hexdigest()}  {file.name}\n")
        notes = tmp_path / f"notes{turn}"
        killer.kill(acts.back_up, place, str(notes), str(file), within=1.1 * took)
        seen = {one.name for one in out.iterdir() if not one.name.startswith(".tmp-platforms-")}
        assert seen <= {file.name, beside.name}
        if noted(notes):
            assert seen == {file.name, beside.name}
        # a checksum is that of the file beside it, or is not there
        if beside.name in seen:
            assert beside.read_text().split()[0] == hashlib.sha256(file.read_bytes()).hexdigest()
        if file.name in seen and file.read_bytes() != old:
            assert hash_of(file) == kept
    assert hash_of(place) == kept
    killer.let(acts.back_up, place, str(tmp_path / "last"), str(file))
    killer.let(acts.restore, opened.place("again"), str(tmp_path / "last"), str(file))
    assert hash_of(opened.place("again")) == kept
    assert {one.name for one in out.iterdir()} == {file.name, beside.name}


def into_empty_stores(act, source, opened, tmp_path, killer, times, wanted, nothing):
    """Kill what fills a store; one that was filled after all gives way to an empty one."""
    took = killer.let(act, opened("alone"), str(tmp_path / "notes"), source)
    number = 0
    for turn in killer.turns(times):
        notes, place = tmp_path / f"notes{turn}", opened(f"s{number}")
        killer.kill(act, place, str(notes), source, within=1.1 * took)
        now = hash_of(place)
        assert now in ({wanted} if noted(notes) else {nothing, wanted})
        number += now == wanted
    killer.let(act, opened(f"s{number}"), str(tmp_path / "last"), source)
    assert hash_of(opened(f"s{number}")) == wanted


@few(3)
def test_killed_while_restoring(opened, tmp_path, killer, times, nothing):
    kept = filled(opened.place(), tmp_path, killer)
    file = tmp_path / "backup.gpkg"
    killer.let(acts.back_up, opened.place(), str(tmp_path / "filled"), str(file))
    before = file.read_bytes()
    into_empty_stores(acts.restore, str(file), opened.place, tmp_path, killer, times, kept, nothing)
    assert file.read_bytes() == before


@few(2)
@pytest.mark.parametrize("way", ["push", "pull"])
def test_killed_while_copying(opened, tmp_path, killer, times, nothing, way):
    def file(name="one"):
        return str(tmp_path / f"file-{name}.gpkg")

    source, target = (file, opened.place) if way == "push" else (opened.place, file)
    kept = filled(source(), tmp_path, killer)
    into_empty_stores(acts.copy, source(), target, tmp_path, killer, times, kept, nothing)
    # what is only read is not touched
    assert hash_of(source()) == kept
