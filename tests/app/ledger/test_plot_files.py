"""Files of a plot on the page 台账: put there, handed out and noted, taken off."""

from __future__ import annotations

import html

import pytest
from streamlit.testing.v1 import AppTest

import platforms as ip
from platforms.app import journal, opened
from platforms.errors import StoreError
from platforms.geo.ingest.preflight import Upload

PAGE = "from platforms.app.views import ledger\nledger.page()\n"
PDF = b"%PDF-1.4\n"


@pytest.fixture
def filled(example_ledger, tmp_path, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path))
    return example_ledger(tmp_path)


@pytest.fixture
def page():
    app = AppTest.from_string(PAGE, default_timeout=90)
    app.query_params["plot"] = "SP-0003"
    return app


def body(app):
    assert not app.exception
    return html.unescape("\n".join(part.proto.body for part in app.get("html")))


def test_a_file_is_listed_and_taken_off(page, filled):
    filled.attach("SP-0003", Upload("现场.pdf", PDF), by="王")
    page.run()
    assert "附件（1）" in body(page)
    assert "现场.pdf" in body(page)
    page.text_input("ledger-who").set_value("李").run()
    [off] = [one for one in page.button if "ledger-file-off" in str(one.key)]
    off.click().run()
    assert "现场.pdf 已移除" in body(page)
    assert "附件（0）" in body(page)
    assert filled.history("SP-0003").iloc[-1]["who"] == "李"


def test_nobody_takes_a_file_off(page, filled):
    filled.attach("SP-0003", Upload("现场.pdf", PDF), by="王")
    page.run()
    [off] = [one for one in page.button if "ledger-file-off" in str(one.key)]
    assert off.disabled


def test_what_is_put_there_is_noted(page, filled):
    page.run()
    page.text_input("ledger-who").set_value("李").run()
    [box] = [one for one in page.file_uploader if "ledger-attach" in str(one.key)]
    box.set_value(("单.pdf", PDF, "application/pdf")).run()
    [do] = [one for one in page.button if "ledger-attach-do" in str(one.key)]
    do.click().run()
    assert "单.pdf 已附上" in body(page)
    lines = ip.open_store("yueqing").journal.lines()
    assert lines[["who", "what", "name", "size"]].to_numpy().tolist() == [
        ["李", "upload", "单.pdf", len(PDF)],
    ]  # fmt: skip


def test_what_is_no_such_file_is_told_and_not_noted(page, filled):
    page.run()
    page.text_input("ledger-who").set_value("李").run()
    [box] = [one for one in page.file_uploader if "ledger-attach" in str(one.key)]
    box.set_value(("单.pdf", b"<html>", "application/pdf")).run()
    [do] = [one for one in page.button if "ledger-attach-do" in str(one.key)]
    do.click().run()
    assert "不属于可附的种类" in body(page)
    assert ip.open_store("yueqing").journal.lines().empty


def test_a_download_is_noted_when_it_is_taken(filled, yueqing, monkeypatch):
    faults = []
    monkeypatch.setattr(opened, "workspace", lambda: yueqing)
    monkeypatch.setattr(journal, "_who", lambda: "看")
    monkeypatch.setattr(journal, "_faults", lambda: faults)
    give = journal.taken("a.pdf", lambda: PDF)
    assert ip.open_store("yueqing").journal.lines().empty
    assert give() == PDF
    [line] = ip.open_store("yueqing").journal.lines().to_dict("records")
    assert (line["who"], line["what"], line["name"], line["size"]) == ("看", "export", "a.pdf", 9)
    assert faults == []


def test_a_journal_that_fails_stops_nobody_and_is_told(filled, yueqing, monkeypatch, caplog):
    def full(*_, **__):
        raise StoreError("store.disk_full", path="yueqing.gpkg")

    faults = []
    monkeypatch.setattr(opened, "workspace", lambda: yueqing)
    monkeypatch.setattr(journal, "_who", lambda: "看")
    monkeypatch.setattr(journal, "_faults", lambda: faults)
    monkeypatch.setattr(ip.Journal, "note", full)
    assert journal.taken("a.pdf", PDF)() == PDF
    assert [one.key for one in faults] == ["store.disk_full"]
    assert "full" in caplog.text

    def shown():
        from platforms.app.journal import show_journal_fault

        show_journal_fault()

    app = AppTest.from_function(shown, default_timeout=30).run()
    assert "日志没有写成" in body(app)
