"""What a server lets a browser ask for, and what it says of a setting that it refuses."""

from __future__ import annotations

import importlib
import json

import pytest

from platforms.app import tiles

SOURCE = {
    "id": "own",
    "title": {"zh": "影像", "en": "Imagery"},
    "datum": "wgs84",
    "tiles": ["https://tiles.example.gov/{z}/{x}/{y}?tk={key}"],
    "key": "PLATFORMS_OWN_KEY",
    "attribution": "某局",
}


@pytest.fixture
def started(monkeypatch, tmp_path):
    """Set sources, as before the server starts."""

    def start(*sources, key=""):
        file = tmp_path / "tiles.yaml"
        file.write_text(json.dumps({"sources": sources}), encoding="utf-8")
        monkeypatch.setenv("PLATFORMS_TILES", str(file) if sources else "")
        monkeypatch.setenv("PLATFORMS_OWN_KEY", key)
        forget()

    def forget():
        tiles._setting.cache_clear()
        tiles._key.cache_clear()

    yield start
    monkeypatch.undo()
    forget()


@pytest.fixture
def told(monkeypatch):
    """What is shown above the map."""
    said: list[str] = []
    monkeypatch.setattr(tiles, "show_error", said.append)
    return said


def policy():
    asgi = importlib.import_module("platforms.app.asgi")
    return dict(
        part.strip().split(" ", 1)
        for part in asgi.headers(tiles.origins())["content-security-policy"].split(";")
    )


def test_without_a_setting_nothing_outside_may_be_asked(started, told):
    started()
    assert "http" not in " ".join(policy().values())
    assert tiles.for_map() is None
    tiles.show_faults()
    assert told == []


def test_only_pictures_of_the_named_server_are_let_in(started):
    started()
    closed = policy()
    started(SOURCE, key="K1")
    opened = policy()
    assert opened.pop("img-src") == f"{closed.pop('img-src')} https://tiles.example.gov"
    assert opened == closed


def test_the_map_gets_the_key_and_words(started, told):
    started(SOURCE, key="K1")
    given = tiles.for_map()
    assert given["layers"][0]["tiles"] == ["https://tiles.example.gov/{z}/{x}/{y}?tk=K1"]
    assert "{title}" in given["words"]["unreachable"]
    tiles.show_faults()
    assert told == []


def test_a_source_without_its_key_is_not_offered_and_the_page_says_so(started, told):
    started(SOURCE)
    assert tiles.for_map() is None
    tiles.show_faults()
    assert "PLATFORMS_OWN_KEY" in told[0]


def test_a_refused_setting_leaves_the_door_shut_and_the_page_says_why(started, told):
    started(
        {**SOURCE, "tiles": ["https://webrd01.is.autonavi.com/{z}/{x}/{y}?key={key}"]}, key="K1"
    )
    assert tiles.origins() == ()
    assert tiles.for_map() is None
    tiles.show_faults()
    assert "GCJ-02" in told[0]
    assert "K1" not in told[0]
