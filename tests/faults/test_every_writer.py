"""Whatever is written for somebody, where it cannot be: what stood there before, and nothing else.

A file that cannot grow is to a program as a disk that is full, and happens at any byte of it; a
disk of its own is filled, and shut, as well.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import fault_acts as acts
import pytest
from every_writer import OPENED_BY, SLOW, WRITERS, Samples
from scenario_samples import a_portfolio

import platforms
from platforms.errors import PlatformsError
from platforms.geo.hidden_folder import hidden_folder
from platforms.store.opening import open_store

# of the largest file, how much finds room
SHARES = (0.0, 0.5, 0.95)
MANY = tuple(part / 64 for part in range(64))
OPENING = {"atomic_path", "atomic_folder", "book_file"}
TOLD = {
    "write.disk_full", "write.failed", "write.layer_failed", "store.disk_full", "store.disk_failed",
}  # fmt: skip


@pytest.fixture(scope="module")
def samples(example, example_folder, tmp_path_factory):
    store = open_store("here", tmp_path_factory.mktemp("kept") / "one.gpkg")
    acts.fill(store)
    store.keep(a_portfolio([("甲", True, 5.0)]), name="甲案")
    made = Samples(example, example_folder, store)
    assert made.attached
    return made


@pytest.fixture
def temp(tmp_path, monkeypatch):
    """A folder for what is put down on the way, which must be empty afterwards."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def standing(folder):
    """Return every file below a folder with the hash of what is in it."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def largest(folder):
    return max(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@contextlib.contextmanager
def room_for(size):
    """Let no file of this process become larger."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def refused(write, samples, target):
    """Return the key of the refusal, which names the file and no hidden folder."""
    with pytest.raises(PlatformsError) as caught:
        write(samples, target)
    for lang in ("zh_CN", "en"):
        assert ".tmp-platforms" not in caught.value.message(lang)
    return caught.value.key


KINDS = [
    pytest.param(kind, marks=[pytest.mark.long] if kind in SLOW else []) for kind in WRITERS
]  # fmt: skip


def kept_as_it_was(samples, place, temp, kind, shares):
    name, write = WRITERS[kind]
    write(samples, place / name)
    size, before = largest(place), standing(place)
    for room in sorted({int(size * share) for share in shares}):
        with room_for(room):
            said = refused(write, samples, again(place, kind))
        assert said in TOLD, f"{room} of {size}: {said}"
        assert standing(place) == before, f"{room} of {size}"
        assert [path.name for path in temp.iterdir()] == []
        assert sorted(path.name for path in place.iterdir()) == [name, *beside(name)]


def again(place, kind):
    """Return where to write once more: a city replaces no other."""
    return place / (f"new {kind}" if kind == "copied city" else WRITERS[kind][0])


def beside(name):
    return [f"{name}.sha256"] if name.startswith("backup") else []


# the driver of Shapefiles warns of each value that found no room, beside the fault that it tells
NO_ROOM = pytest.mark.filterwarnings("ignore:Value .* not successfully written:RuntimeWarning")


@NO_ROOM
@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_grow(samples, tmp_path, temp, kind):
    kept_as_it_was(samples, tmp_path / "place", temp, kind, SHARES)


@NO_ROOM
@pytest.mark.faults
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", WRITERS)
def test_what_cannot_grow_at_many_bytes(samples, tmp_path, temp, kind):
    kept_as_it_was(samples, tmp_path / "place", temp, kind, MANY)


@pytest.fixture
def disk(tmp_path):
    """A disk of 40 MB that can be shut."""
    folder = tmp_path / "disk"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(words, check=False, capture_output=True).returncode:
        pytest.skip("only root can make a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def shut(disk, *, how):
    subprocess.run(["mount", "-o", f"remount,{how}", str(disk)], check=True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_disk_that_is_full_or_shut(samples, disk, temp, kind):
    name, write = WRITERS[kind]
    place = disk / "place"
    write(samples, place / name)
    names = standing(place).keys()
    (disk / "other").write_bytes(b"x" * (shutil.disk_usage(disk).free - 8192))
    # what fits into the little that is left is written after all
    with contextlib.suppress(PlatformsError):
        write(samples, again(place, kind))
    before = standing(place)
    assert before.keys() == names
    assert sorted(path.name for path in place.iterdir()) == [name, *beside(name)]
    shut(disk, how="ro")
    assert refused(write, samples, again(place, kind)) == "write.read_only"
    assert standing(place) == before
    assert [path.name for path in temp.iterdir()] == []


def test_every_function_that_opens_a_place_is_tried():
    found = set()
    root = Path(platforms.__file__).parent
    for file in root.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            calls = (one.func for one in ast.walk(node) if isinstance(one, ast.Call))
            if any(getattr(one, "id", getattr(one, "attr", "")) in OPENING for one in calls):
                found.add(f"{file.relative_to(root).as_posix()} {node.name}")
    assert found == set(OPENED_BY)
    assert set(OPENED_BY.values()) <= set(WRITERS)
    assert set(WRITERS) >= SLOW


# what was left behind


def test_what_a_killed_process_left_is_swept_and_nothing_else(tmp_path, killer):
    killer.let(acts.leave_hidden, str(tmp_path))
    [left] = tmp_path.iterdir()
    # of a process that is there, and old: the clock alone says nothing
    mine = tmp_path / f".tmp-platforms-{os.getpid()}-mine"
    mine.mkdir()
    with hidden_folder(tmp_path) as held:
        os.utime(held, (0, 0))
        with hidden_folder(tmp_path) as other:
            assert sorted(tmp_path.iterdir()) == sorted([mine, held, other])
    assert not left.exists()
    os.utime(mine, (0, 0))
    with hidden_folder(tmp_path):
        assert not mine.exists()


def test_a_folder_that_another_process_fills_is_not_swept(tmp_path):
    code = (
        "import sys, pathlib\n"
        "from platforms.geo.hidden_folder import hidden_folder\n"
        "with hidden_folder(pathlib.Path(sys.argv[1])) as folder:\n"
        "    print(folder.name, flush=True); sys.stdin.read()\n"
    )
    words = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:  # fmt: skip
        folder = tmp_path / child.stdout.readline().strip()
        os.utime(folder, (0, 0))
        # as where its number is that of nobody here: a container beside this one
        seen = folder.rename(tmp_path / ".tmp-platforms-999999999-x")
        with hidden_folder(tmp_path):
            assert seen.exists()
        child.kill()
    with hidden_folder(tmp_path):
        assert not seen.exists()
