from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from team import LOW, refused

import platforms as ip
from platforms.errors import LimitError, StoreError
from platforms.geo.ingest.preflight import Upload
from platforms.store.ledger.file_kinds import file_kinds, file_name, kind_of

PDF = b"%PDF-1.7\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)
DXF = b"  0\r\nSECTION\r\n  2\r\nHEADER\r\n"


def packed(*names):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as opened:
        for name in names:
            opened.writestr(name, "x")
    return held.getvalue()


DOCX = packed("[Content_Types].xml", "word/document.xml")


@pytest.fixture
def ledger(store):
    store.ledger.take(LOW, by="王")
    return store.ledger


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PDF, "pdf"), (PNG, "png"), (b"\xff\xd8\xff\xe0", "jpg"), (DXF, "dxf"), (DOCX, "docx"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"), (packed("a.shp"), "zip"),
        (b"AutoCAD Binary DXF\r\n\x1a\x00", "dxf"),
        (b"999\r\nmade by hand\r\n  0\r\nSECTION\r\n", "dxf"),
        (packed("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (packed("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), None),
        (packed("[Content_Types].xml", "ppt/presentation.xml"), None),
        (b"<html><script>", None), (b"MZ\x90", None), (b"PK\x03\x04broken", None), (b"", None),
    ],
)  # fmt: skip
def test_the_content_says_what_a_file_is(data, kind):
    assert kind_of(data) == kind


def test_the_same_content_is_kept_once_and_found_by_its_hash(ledger, store, opened, tmp_path):
    path = tmp_path / "验收单.pdf"
    path.write_bytes(PDF)
    sha256 = ledger.attach("A", path, by="王", why="验收")
    assert ledger.attach("A", Upload("验收单.pdf", PDF), by="李") == sha256
    assert len(ledger.attachments("A")) == 1
    other = opened("there").ledger
    other.take(LOW, by="王")
    other.attach("A", path, by="王")
    with store._engine.connect() as connection:
        count = connection.exec_driver_sql("SELECT count(*) FROM attachment").scalar_one()
    assert count == 1
    row = ledger.attachments().iloc[0]
    assert row[["plot_id", "name", "media_type", "size", "by"]].tolist() == [
        "A", "验收单.pdf", "application/pdf", len(PDF), "王",
    ]  # fmt: skip
    assert ledger.fetch(sha256[:8]) == ("验收单.pdf", sha256, "application/pdf", PDF)


def test_a_file_of_another_workspace_is_not_handed_out(ledger, opened):
    sha256 = ledger.attach("A", Upload("a.png", PNG), by="王")
    other = opened("there").ledger
    assert refused(other.fetch, sha256) == "attachments.not_kept"


def test_history_and_undo_include_files(ledger):
    sha256 = ledger.attach("A", Upload("a.png", PNG), by="王", why="现场照片")
    ledger.detach("A", sha256[:8], by="李")
    assert ledger.attachments("A").empty
    told = ledger.history("A").iloc[-2:]
    named = f"a.png ({sha256[:12]})"
    assert told[
        ["plot_id", "what", "who", "field", "was", "became", "why"]
    ].to_numpy().tolist() == [
        ["A", "attach", "王", "attachment", None, named, "现场照片"],
        ["A", "detach", "李", "attachment", named, None, ""],
    ]
    # what was taken off is still in the history, and so is its content
    assert ledger.fetch(sha256).data == PNG
    ledger.undo(told.iloc[1]["act"], by="王")
    assert ledger.attachments("A")["name"].tolist() == ["a.png"]
    assert refused(ledger.undo, told.iloc[1]["act"], by="王") == "ledger.undone_already"
    ledger.undo(ledger.history("A").iloc[-1]["act"], by="王")
    assert ledger.attachments("A").empty
    ledger.attach("A", Upload("b.png", PNG), by="王")
    assert ledger.attachments("A")["name"].tolist() == ["b.png"]
    # a file does not stand in the way of who edits the plot
    assert ledger.plots()["version"].tolist() == [1]


def test_a_plot_whose_name_has_a_slash_has_its_own_files(ledger, store):
    from types import SimpleNamespace

    plots = LOW.plots.assign(plot_id="x/A")
    ledger.take(SimpleNamespace(**{**vars(LOW), "plots": plots}), by="王")
    ledger.attach("x/A", Upload("a.png", PNG), by="王")
    assert ledger.attachments("A").empty
    assert ledger.attachments("x/A")["plot_id"].tolist() == ["x/A"]
    assert ledger.history("x/A").iloc[-1]["plot_id"] == "x/A"
    assert not ledger.history("A")["what"].eq("attach").any()


@pytest.mark.parametrize(
    ("name", "data", "key"),
    [
        ("a.pdf", b"", "attachments.empty"),
        ("a.pdf", PDF + bytes(20_000_000), "attachments.large"),
        ("a.pdf", b"<html>", "attachments.kind"),
        ("a.html", PDF, "attachments.misnamed"),
        ("a.pdf.exe", PDF, "attachments.misnamed"),
        ("a.png", PDF, "attachments.misnamed"),
    ],
)
def test_what_is_no_such_file_is_refused(ledger, name, data, key):
    assert refused(ledger.attach, "A", Upload(name, data), by="王") == key
    assert ledger.attachments().empty


def test_unknown_plots_hashes_and_nobody_are_refused(ledger, tmp_path):
    file = Upload("a.png", PNG)
    assert refused(ledger.attach, "B", file, by="王") == "ledger.plot_unknown"
    assert refused(ledger.attach, "A", file, by=" ") == "ledger.nobody"
    assert refused(ledger.attach, "A", tmp_path / "no.pdf", by="王") == "attachments.unreadable"
    sha256 = ledger.attach("A", file, by="王")
    for wrong in (sha256[:7], "%", "", "0" * 64, sha256.upper() + "x"):
        assert refused(ledger.detach, "A", wrong, by="王") == "attachments.unknown"
        assert refused(ledger.fetch, wrong) == "attachments.not_kept"


def test_a_reader_puts_no_file_to_a_plot(team):
    file = Upload("a.png", PNG)
    assert refused(team.ledger.attach, "A", file, by="看") == "members.refused.lower"
    sha256 = team.ledger.attach("A", file, by="编")
    assert refused(team.ledger.detach, "A", sha256, by="路") == "members.refused.stranger"
    assert team.ledger.fetch(sha256).name == "a.png"


def test_a_content_changed_by_other_means_is_told(ledger, store, opened):
    if opened.kind != "geopackage":
        pytest.skip("its trigger is dropped in the words of SQLite")
    sha256 = ledger.attach("A", Upload("a.png", PNG), by="王")
    with store._engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER attachment_no_update")
        connection.exec_driver_sql("UPDATE attachment SET content = x'00'")
    with pytest.raises(StoreError) as caught:
        ledger.fetch(sha256)
    assert caught.value.key == "attachments.changed"


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"), ("C:\\a\\b.pdf", "b.pdf"),
        ("a\u202efdp.exe", "afdp.exe"), ("..", "file"), ("", "file"), ("a<b>.pdf", "a_b_.pdf"),
        (" 图 1 .PDF", "图 1 .PDF"), ("x" * 400 + ".pdf", "x" * 146 + ".pdf"),
    ],
)  # fmt: skip
def test_a_name_is_only_a_name(name, called):
    assert file_name(name) == called


@given(st.text())
def test_no_name_leads_anywhere(name):
    called = file_name(name)
    assert 0 < len(called) <= 150
    assert not set(called) & set('/\\:\0\n"<>|?*')
    assert called not in {".", ".."}


def test_a_name_without_an_ending_gets_that_of_its_content(ledger):
    ledger.attach("A", Upload("扫描件", PDF), by="王")
    ledger.attach("A", PNG, by="王", name="照片")
    assert ledger.attachments("A")["name"].tolist() == ["扫描件.pdf", "照片.png"]


def test_kinds_and_size_are_data(tmp_path):
    shipped = file_kinds("yueqing")
    assert shipped.most_mb == 20
    assert not shipped.official
    assert {"pdf", "jpeg", "dxf", "zip"} <= set(shipped.suffixes)
    assert ip.Ledger.attach.__doc__


def test_a_size_that_is_too_large_is_told_as_it_is(ledger, tmp_path):
    paper = tmp_path / "a.pdf"
    with paper.open("wb") as out:
        out.write(PDF)
        out.truncate(200_000_000)
    with pytest.raises(LimitError) as caught:
        ledger.attach("A", paper, by="王")
    assert "200.0 MB" in caught.value.message("en")
    with pytest.raises(LimitError) as caught:
        ledger.attach("A", PDF + bytes(20_000_000), by="王", name="a.pdf")
    assert "20.1 MB" in caught.value.message("en")


def test_the_same_content_under_another_name_is_told_and_renames_nothing(ledger):
    sha256 = ledger.attach("A", Upload("验收单.pdf", PDF), by="王")
    key = refused(ledger.attach, "A", Upload("批复.pdf", PDF), by="李")
    assert key == "attachments.there"
    assert ledger.attachments("A")["name"].tolist() == ["验收单.pdf"]
    ledger.detach("A", sha256, by="李")
    ledger.attach("A", Upload("批复.pdf", PDF), by="李")
    assert ledger.attachments("A")["name"].tolist() == ["批复.pdf"]
