"""A folder is changed whole: in one step, or with its manifest put in last."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest

from platforms.errors import OutputError
from platforms.geo import folder_change, write

OLD = {"a": "old", "b": "old", "run.json": "old"}
NEW = {"a": "new", "b": "new", "run.json": "new"}
MARK = ".platforms-replacing.json"
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="no exchange elsewhere")


class Stop(BaseException):
    """What a kill is to the program: nothing after it is done."""


@pytest.fixture
def dst(tmp_path):
    return put(tmp_path / "place" / "out", OLD)


@pytest.fixture
def one_by_one(monkeypatch):
    monkeypatch.setattr(folder_change, "_renameat2", lambda: None)


def put(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def change(dst, files=NEW, **named):
    named = {"manifest": ("run.json",), **named}
    with write.atomic_folder(dst, overwrite=True, **named) as folder:
        put(folder, files)


def seen(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


def moved(monkeypatch):
    """Watch the files that move into their place."""
    names, replace = [], Path.replace

    def watched(self, target):
        names.append((self.name, Path(target).name))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    return names


@linux
def test_two_folders_change_places_in_one_step(dst, monkeypatch):
    before, names = dst.stat().st_ino, moved(monkeypatch)
    change(dst)
    assert seen(dst) == NEW
    assert dst.stat().st_ino != before
    assert names == []
    assert [path.name for path in dst.parent.iterdir()] == ["out"]


def test_files_one_by_one_the_manifest_first_away_and_last_in(dst, one_by_one, monkeypatch):
    before, names = dst.stat().st_ino, moved(monkeypatch)
    change(dst)
    assert seen(dst) == NEW
    assert dst.stat().st_ino == before
    assert [name for name, _ in names] == [MARK, "run.json", "a", "b", "run.json"]
    assert [path.name for path in dst.parent.iterdir()] == ["out"]


@pytest.mark.parametrize("way", ["exchange", "one by one"])
def test_our_own_go_and_what_is_others_stays(dst, way, request):
    if way == "one by one":
        request.getfixturevalue("one_by_one")
    # a file of ours that this run does not make, and what SQLite left beside another
    put(dst, {"plots/part-1": "old", "plots/part-2": "old", "a-wal": "old", "c-journal": "old"})
    new = {**NEW, "plots/part-1": "new"}
    change(dst, new, own=("plots/part-*", "c"))
    assert seen(dst) == new

    put(dst, {"plots/part-2": "old", "letter.txt": "mine", "plots/own": "mine"})
    (dst / "empty").mkdir()
    (dst / "link").symlink_to("letter.txt")
    before = (dst / "letter.txt").stat().st_ino
    change(dst, new, own=("plots/part-*", "c"))
    kept = {"letter.txt": "mine", "link": "mine", "plots/own": "mine"}
    assert seen(dst) == {**new, **kept}
    assert (dst / "empty").is_dir()
    assert (dst / "link").is_symlink()
    assert (dst / "letter.txt").stat().st_ino == before


def test_a_folder_of_ours_that_is_empty_now_goes(dst, one_by_one):
    put(dst, {"plots/part-1": "old"})
    change(dst, own=("plots/part-*",))
    assert sorted(path.name for path in dst.iterdir()) == sorted(NEW)


@linux
def test_killed_at_the_exchange_there_is_the_old_one_or_the_new(dst, monkeypatch):
    real = folder_change._exchange

    def before(*_folders):
        assert seen(dst) == OLD
        raise Stop

    def after(one, other):
        assert real(one, other)
        raise Stop

    for stop, left in ((before, OLD), (after, NEW)):
        monkeypatch.setattr(folder_change, "_exchange", stop)
        with pytest.raises(Stop):
            change(dst)
        assert seen(dst) == left


@pytest.mark.parametrize("at", range(6))
def test_killed_between_the_moves_no_mixed_folder_has_a_manifest(dst, one_by_one, monkeypatch, at):
    put(dst, {"letter.txt": "mine"})
    replace, count = Path.replace, 0

    def stopping(self, target):
        nonlocal count
        if count == at:
            raise Stop
        count += 1
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", stopping)
        if at < 5:
            with pytest.raises(Stop):
                change(dst)
        else:
            change(dst)
    left = seen(dst)
    mark = json.loads(left.pop(MARK, "[]"))
    assert left.pop("letter.txt") == "mine"
    broken = folder_change.broken_off(dst, "run.json")
    assert broken == ("run.json" not in left)
    # each before the manifest is taken away, in between, and after it was put in
    assert broken == (2 <= at <= 4)
    if not broken:
        assert left == (OLD if at < 2 else NEW)
    else:
        assert set(NEW) <= set(mark)
    # what comes next does all of it, also what was left of the one that was broken off
    put(dst, {"c": "of the other kind of run"} if broken else {})
    change(dst, {"a": "newer", "run.json": "newer"}, own=("b", "c"))
    assert seen(dst) == {"a": "newer", "run.json": "newer", "letter.txt": "mine"}


def test_what_cannot_begin_leaves_the_old_one(dst, one_by_one, monkeypatch):
    put(dst, {"sub": "a file"})
    with pytest.raises(OutputError) as caught:
        change(dst, {**NEW, "sub/a": "new"})
    assert caught.value.key == "write.failed"
    (dst / "sub").unlink()
    replace = Path.replace

    def refuse(self, target):
        if self.name == "a":
            raise PermissionError(13, os.strerror(13))
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        with pytest.raises(OutputError) as caught:
            change(dst)
    assert caught.value.key == "write.read_only"
    assert seen(dst) == OLD


def test_what_stops_in_the_middle_is_told(dst, one_by_one, monkeypatch):
    replace = Path.replace

    def refuse(self, target):
        if self.name == "b":
            raise OSError(5, os.strerror(5))
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        with pytest.raises(OutputError, match="--overwrite") as caught:
            change(dst)
    assert caught.value.key == "write.mixed"
    assert folder_change.broken_off(dst, "run.json")
    change(dst)
    assert seen(dst) == NEW


@linux
def test_a_refusal_of_the_system_takes_the_other_way(dst, monkeypatch):
    # as a mount, or a disk that does not have it
    monkeypatch.setattr(folder_change, "_renameat2", lambda: lambda *_given: -1)
    before = dst.stat().st_ino
    change(dst)
    assert seen(dst) == NEW
    assert dst.stat().st_ino == before


def test_who_stands_in_the_folder_stays_in_it(dst, monkeypatch):
    monkeypatch.chdir(dst)
    change(Path())
    assert seen(Path()) == NEW
    assert seen(dst) == NEW


def test_a_link_to_a_folder_stays_one(dst, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(dst)
    change(link)
    assert link.is_symlink()
    assert seen(dst) == NEW
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".tmp")] == []


def test_the_new_folder_has_the_rights_of_the_old(dst):
    dst.chmod(0o2750)
    change(dst)
    assert stat.S_IMODE(dst.stat().st_mode) == 0o2750
    assert seen(dst) == NEW


@linux
def test_a_file_that_came_at_the_very_moment_is_kept(dst, monkeypatch):
    real = folder_change._exchange

    def late(one, other):
        put(dst, {"late.txt": "mine"})
        return real(one, other)

    monkeypatch.setattr(folder_change, "_exchange", late)
    change(dst)
    assert seen(dst) == {**NEW, "late.txt": "mine"}


def test_without_a_manifest_there_is_no_mark(dst, one_by_one, monkeypatch):
    names = moved(monkeypatch)
    change(dst, manifest=())
    assert seen(dst) == NEW
    assert [name for name, _ in names] == ["a", "b", "run.json"]
