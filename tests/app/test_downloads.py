"""A file that was made for somebody is there when the browser asks for it."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from streamlit.runtime import Runtime, get_instance, memory_media_file_storage
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.media_file_storage import MediaFileKind, MediaFileStorageError

from platforms.app.downloads import STAYS_S, Lasting, let_downloads_last

# Streamlit's own, under whose name another test may have put ours
THEIRS = Lasting.__base__


@pytest.fixture
def storage(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(Lasting, "clock", staticmethod(lambda: now[0]))
    kept = Lasting("/media")
    kept.now = now
    return kept


def _taken(storage: Lasting) -> str:
    """Press a download's button, and have two others' pages be done; return the file's name."""
    held = MediaFileManager(storage)
    made = held.add_deferred(lambda: b"sheet", "text/csv", "1.2", "plots.csv")
    where = held.execute_deferred(made)
    for _ in range(2):
        held.remove_orphaned_files()
    return where.rpartition("/")[2]


def test_two_other_pages_that_are_done_take_no_download_away(storage):
    # what Streamlit does without us; where this fails the module is not needed any more
    theirs = THEIRS("/media")
    name = _taken(theirs)
    with pytest.raises(MediaFileStorageError):
        theirs.get_file(name)
    assert storage.get_file(_taken(storage)).content == b"sheet"


def test_it_goes_after_a_while(storage):
    name = _taken(storage)
    storage.now[0] = STAYS_S - 0.1
    storage.sweep()
    assert storage.get_file(name)
    storage.now[0] = STAYS_S
    storage.sweep()
    with pytest.raises(MediaFileStorageError):
        storage.get_file(name)


def test_what_is_made_again_meanwhile_stays(storage):
    name = _taken(storage)
    storage.load_and_get_id(b"sheet", "text/csv", MediaFileKind.DOWNLOADABLE, "plots.csv")
    storage.now[0] = 10 * STAYS_S
    storage.sweep()
    assert storage.get_file(name).content == b"sheet"


def test_the_server_keeps_its_files_so(monkeypatch):
    monkeypatch.setattr(memory_media_file_storage, "MemoryMediaFileStorage", THEIRS)
    monkeypatch.setattr(Runtime, "_instance", None)
    asgi = importlib.import_module("platforms.app.asgi")
    let_downloads_last()
    asgi.App(Path(asgi.__file__).with_name("script.py")).lifespan()
    assert isinstance(get_instance().media_file_mgr._storage, Lasting)


def test_the_app_says_so_before_it_makes_its_server():
    text = Path(importlib.import_module("platforms.app.asgi").__file__).read_text(encoding="utf-8")
    assert text.index("\nlet_downloads_last()") < text.index("\napp = App(")
