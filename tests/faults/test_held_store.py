"""Another program, as QGIS does it, holds the store: the command line and a page say so."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from streamlit.testing.v1 import AppTest

from platforms.cli import main
from platforms.store.opening import open_store

PAGE = "from platforms.app.views import ledger\nledger.page()\n"


@pytest.fixture
def held(example_ledger, tmp_path, monkeypatch):
    """A ledger that another program is about to write to."""
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path))
    monkeypatch.setenv("PLATFORMS_STORE_WAIT", "0.2")
    example_ledger(tmp_path)
    path = open_store("yueqing", tmp_path).path
    with closing(sqlite3.connect(path, isolation_level=None)) as theirs:
        theirs.execute("BEGIN IMMEDIATE")
        yield theirs


def notes():
    return set(open_store("yueqing").ledger.plots()["note"])


def test_the_command_line_says_who_holds_it(held, capsys):
    words = ["ledger", "set", "SP-0003", "--note", "new", "--by", "李"]
    before = notes()
    assert main(words) == 1
    said = capsys.readouterr().err
    assert "QGIS" in said
    assert "Traceback" not in said
    # reading goes on
    assert main(["ledger", "status"]) == 0
    assert notes() == before
    held.execute("ROLLBACK")
    assert main(words) == 0
    assert notes() == before | {"new"}


@pytest.mark.long
def test_a_page_says_who_holds_it(held):
    app = AppTest.from_string(PAGE, default_timeout=90)
    app.query_params["plot"] = "SP-0003"
    app.run()
    before = notes()
    app.text_input("ledger-who").set_value("李").run()
    box = next(one for one in app.text_area if "note" in str(one.key))
    box.set_value("typed").run()
    save = next(one for one in app.button if "ledger-save" in str(one.key))
    save.click().run()
    assert not app.exception
    assert "QGIS" in "\n".join(part.proto.body for part in app.get("html"))
    # what was typed is kept, and what stands too
    assert next(one for one in app.text_area if "note" in str(one.key)).value == "typed"
    assert notes() == before
