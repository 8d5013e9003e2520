"""The tutorial is followed as it stands: files are written, commands run, in the page's order."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import platforms as ip
from platforms.app import opened
from platforms.cli import main

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = (DOCS / "city.md", DOCS / "city.zh.md")
BLOCK = re.compile(
    r'^```(?P<kind>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```', re.DOTALL | re.MULTILINE
)


def steps(page: Path) -> list[tuple[str, str, str]]:
    """Return kind, file and text of each block of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [(m["kind"], m["title"] or "", m["text"]) for m in BLOCK.finditer(text)]


def change(path: Path, lines: str) -> None:
    """Change a file as a diff of single lines says."""
    text = path.read_text(encoding="utf-8")
    for old, new in re.findall(r"^-(.*)\n\+(.*)\n", lines, re.MULTILINE):
        assert f"{old}\n" in text, old
        text = text.replace(f"{old}\n", f"{new}\n", 1)
    path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def followed(tmp_path_factory) -> Path:
    """The folder of a reader who did all that the page says, and opened the app last."""
    folder = tmp_path_factory.mktemp("reader")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for kind, title, text in steps(PAGES[0]):
            if kind == "console":
                for line in text.splitlines():
                    words = shlex.split(line)[1:]
                    assert words[0] == "serve" or main(words) == 0, line
            elif kind == "diff":
                change(folder / title, text)
            else:
                (folder / title).parent.mkdir(exist_ok=True)
                (folder / title).write_text(text, encoding="utf-8")
    return folder


def test_both_pages_show_the_same_files_and_commands():
    assert steps(PAGES[0]) == steps(PAGES[1])
    assert {kind for kind, _, _ in steps(PAGES[0])} == {"csv", "console", "diff", "text"}


def test_who_follows_the_page_has_a_third_city(followed):
    city = ip.Workspace.open(followed / "lucheng")
    assert (str(city.plan.name), city.plan.county_code) == ("鹿城区", "330302")
    found = ip.completeness(city)
    states = {item.id: item.state for item in found.items}
    assert not found.wrong
    assert {name for name, state in states.items() if state == "sample"} == {
        "towns", "gazetteer", "platforms",
    }  # fmt: skip
    assert states["documents"] == states["texts"] == states["neighbours"] == "ok"


@pytest.mark.parametrize("name", ["overview", "parks", "targets"])
def test_it_opens_in_the_app(followed, monkeypatch, name):
    monkeypatch.setenv("PLATFORMS_WORKSPACE", str(followed / "lucheng"))
    monkeypatch.setattr(opened, "_OPEN", {})
    page = AppTest.from_string(
        f"from platforms.app.views import {name}\n{name}.page()\n", default_timeout=60
    ).run()
    assert not page.exception
    shown = "\n".join(part.proto.body for part in page.get("html"))
    assert "ip-error" not in shown
    # a table without rows says where they go
    assert ("录入 plots.gpkg" in shown) == (name == "overview")


def test_its_results_are_marked_as_made_up_and_say_what_they_lack(followed):
    record = json.loads((followed / "out/run.json").read_text(encoding="utf-8"))
    assert record["counts"]["plots"] == 3
    assert record["counts"]["platforms"] == 2
    assert record["sample"]
    assert record["verdicts"] == {"idle": 1, "not": 1, "unknown": 1}
    assert record["reclaimable_mu"] is None
    assert (followed / "out/map.html").stat().st_size > 100_000
