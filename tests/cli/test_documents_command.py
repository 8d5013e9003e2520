"""``platforms documents``: list, show, and proof by full texts."""

from __future__ import annotations

import json

import pytest

from platforms.cli import main

TEXT = "三、布局\n（四）新区\n建设西园。\n附件二 园区\n1\t南园\n2\t北园\n3\t东园\n"


@pytest.fixture
def told(capsys):
    def run(*words):
        capsys.readouterr()
        status = main(["documents", *map(str, words)])
        out = capsys.readouterr()
        return status, out.out, out.err

    return run


def test_documents_are_listed_with_their_facts(city, told):
    status, out, _ = told("list", "-w", city)
    assert status == 0
    assert "方政〔2020〕1号" in out
    assert "2020-05" in out
    status, out, _ = told("list", "-w", city, "--json")
    first = json.loads(out)["documents"][0]
    assert (first["doc"], first["cited"], first["passages"], first["full_text"]) == (
        "plan",
        2,
        0,
        "",
    )


def test_a_place_shows_its_words_or_says_that_none_are_kept(city, told):
    assert "提升电子电器" in told("show", "yq2016", "附件二", "7", "-w", "yueqing")[1]
    status, out, _ = told("show", "plan", "附件二", "3", "-w", city)
    assert status == 0
    assert "没有留存" in out
    assert json.loads(told("show", "plan", "附件二", "-w", city, "--json")[1])["words"] == []
    assert told("show", "other", "-w", city)[0] == 1


def test_a_table_or_row_that_the_document_does_not_have_is_refused(told):
    status, _, err = told("show", "tz-145", "表9", "-w", "taizhou")
    assert status == 1
    assert "没有“表9”" in err
    status, _, err = told("show", "yq2016", "表1-1", "99", "-w", "yueqing")
    assert status == 1
    assert "只有 7 行" in err
    assert told("show", "yq2016", "表1-1", "7", "-w", "yueqing")[0] == 0


def test_a_file_that_is_not_there_is_said_so(city, told, tmp_path):
    status, _, err = told("check", f"plan={tmp_path / 'nope.txt'}", "-w", city)
    assert status == 1
    assert "没有文件 nope.txt" in err


def test_a_full_text_proves_or_refutes(city, told, tmp_path):
    text = tmp_path / "text.txt"
    text.write_text(TEXT, encoding="utf-8")
    status, out, err = told("check", f"plan={text}", "-w", city)
    assert (status, err) == (0, "")
    assert "找到 2 处" in out
    text.write_text(TEXT.replace("3\t东园", ""), encoding="utf-8")
    status, out, err = told("check", f"plan={text}", "-w", city)
    assert status == 1
    assert "layers/parks.csv 第 2 行" in err
    status, out, err = told("check", f"plan={text}", "-w", city, "--json")
    answer = json.loads(out)
    assert status == 1
    assert answer["documents"] == [
        {"doc": "plan", "file": "text.txt", "count": 2, "found": 1, "named": 0, "wrong": 1}
    ]
    (row,) = answer["not_found"]
    assert (row["file"], row["line"], row["status"]) == ("layers/parks.csv", 2, "no_row")
    assert [issue["kind"] for issue in answer["issues"]] == ["cited_no_row"]


def test_the_texts_of_the_workspace_are_taken_when_none_is_named(city, told):
    status, _, err = told("check", "-w", city)
    assert status == 1
    assert "documents" in err
    (city / "layers/documents").mkdir()
    (city / "layers/documents/plan.pdf").write_bytes(b"%PDF-1.7")
    status, _, err = told("check", "-w", city)
    assert status == 1
    assert "PDF" in err
    assert "plan.pdf" in told("list", "-w", city)[1]
    (city / "layers/documents/plan.txt").write_text(TEXT, encoding="utf-8")
    assert told("check", "-w", city)[0] == 0


@pytest.mark.parametrize("words", [("plan.txt",), ("plan=",), ("=plan.txt",)])
def test_what_is_no_pair_is_wrong_usage(city, told, words):
    assert told("check", *words, "-w", city)[0] == 2


@pytest.mark.parametrize("words", [("other=plan.txt",), ("plan=missing.txt",)])
def test_what_cannot_be_read_is_told(city, told, words):
    status, _, err = told("check", *words, "-w", city)
    assert status == 1
    assert "错误" in err
