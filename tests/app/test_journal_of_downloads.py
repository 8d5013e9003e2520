"""Whatever the app hands out is in the journal: each button of a download goes through ``taken``."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import platforms as ip
from platforms import app

ROOT = Path(app.__file__).parent
SCRIPT = """
import streamlit as st
from platforms.app.journal import taken
st.session_state["ledger-name"] = "王"
st.session_state["give"] = taken("表.csv", {given})
"""


def downloads(tree):
    """The calls of download buttons, of the page or of a column of it."""
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) == "download_button"
    ]


def fault(call):
    """What keeps a button out of the journal, or None."""
    given = {word.arg: word.value for word in call.keywords}
    data, name = given.get("data"), given.get("file_name")
    if not (isinstance(data, ast.Call) and getattr(data.func, "id", "") == "taken"):
        return "its data do not go through taken()"
    if name is None or ast.dump(data.args[0]) != ast.dump(name):
        return "the journal has another name than the file"
    return None


FILES = sorted(ROOT.rglob("*.py"))
BUTTONS = [
    pytest.param(call, id=f"{file.relative_to(ROOT)}:{call.lineno}")
    for file in FILES
    for call in downloads(ast.parse(file.read_text(encoding="utf-8")))
]


@pytest.mark.parametrize("call", BUTTONS)
def test_each_download_is_noted_under_the_name_of_its_file(call):
    assert fault(call) is None


def test_there_are_downloads_and_none_hides_behind_another_name():
    assert len(BUTTONS) > 10
    called = sum(file.read_text(encoding="utf-8").count("download_button") for file in FILES)
    assert called == len(BUTTONS)


@pytest.mark.parametrize(
    "line",
    [
        "st.download_button('x', data=b'', file_name=n)",
        "save.download_button('x', data=make, file_name=n)",
        "st.download_button('x', data=taken(other, make), file_name=n)",
        "st.download_button('x', data=taken(n, make))",
    ],
)
def test_one_that_is_not_noted_would_be_found(line):
    (call,) = downloads(ast.parse(line))
    assert fault(call) is not None


@pytest.mark.parametrize("given", ["b'abc'", "lambda: b'abc'"])
def test_what_is_taken_is_noted_with_who_hash_and_size_when_it_is_taken(
    yueqing, tmp_path, monkeypatch, given
):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path))
    run = AppTest.from_string(SCRIPT.format(given=given), default_timeout=60).run()
    assert not run.exception
    journal = ip.open_store(yueqing).journal
    assert journal.lines().empty
    assert run.session_state["give"]() == b"abc"
    (line,) = journal.lines().to_dict("records")
    assert (line["who"], line["what"], line["name"]) == ("王", "export", "表.csv")
    assert (line["size"], line["sha256"][:8]) == (3, "ba7816bf")
