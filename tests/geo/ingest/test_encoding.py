from __future__ import annotations

import pytest

from platforms.errors import FormatError
from platforms.geo.ingest.encoding import (
    canonical_name,
    choose_encoding,
    choose_of_text,
    decode_cut,
)


@pytest.mark.parametrize("word", ["乐清市柳市镇", "联通", "长江", "地块编号", "工业用地", "樟湾"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("declared", ["", "UTF-8", "GBK", "936", "OEM"])
def test_simplified_text_is_told_apart_whatever_is_declared(word, encoding, declared):
    choice = choose_encoding([word.encode(encoding)], file="a", declared=declared)
    assert choice.name == encoding


@pytest.mark.parametrize("word", ["樂清市柳市鎮", "工業用地", "電器股份有限公司"])
def test_big5_is_asked_for_unless_declared(word):
    raw = [word.encode("big5")]
    with pytest.raises(FormatError, match="big5") as caught:
        choose_encoding(raw, file="a")
    assert caught.value.key == "read.encoding_open"
    assert word in str(caught.value)
    assert choose_encoding(raw, file="a", declared="Big5").name == "big5"
    assert choose_encoding(raw, file="a", ldid=0x4F).name == "big5"
    assert choose_encoding(raw, file="a", given="cp950").basis == "given"


def test_ascii_needs_no_decision():
    assert choose_encoding([b"abc"], file="a").basis == "ascii"


def test_a_wrong_declaration_is_known_as_such():
    choice = choose_encoding(["乐清市".encode()], file="a", declared="GBK")
    assert (choice.name, choice.contradicts) == ("utf-8", True)
    assert not choose_encoding(["乐清市".encode()], file="a", declared="65001").contradicts


def test_nothing_fits():
    with pytest.raises(FormatError) as caught:
        choose_encoding([b"\xff\xff\xff\xff"], file="a")
    assert caught.value.key == "read.encoding_none"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_text_cut_in_a_character_loses_that_one(encoding):
    raw = "统一社会信用代码".encode(encoding)[:10]
    whole = decode_cut(raw, encoding)
    assert "统一社会信用代码".startswith(whole)
    assert len(whole) == (3 if encoding == "utf-8" else 5)
    assert choose_encoding([raw], file="a").name == encoding


def test_names_of_encodings():
    assert {canonical_name(n) for n in ("GBK", "cp936", '"ANSI 936"', "936")} == {"gb18030"}
    assert canonical_name("OEM") is None


def test_letters_that_read_as_chinese_too_do_not_tell_the_encoding():
    with pytest.raises(FormatError):
        choose_of_text("1,Ünal Öz\n".encode(), file="a.csv")
    assert choose_of_text("1,é\n".encode(), file="a.csv")[1].name == "gb18030"


@pytest.mark.parametrize("words", ["¡Ā", "Ünal Öz", "é"])
def test_the_mark_of_utf_8_says_what_rare_letters_cannot(words):
    text = f"plot_id,note\n1,{words}\n".encode()
    body, choice = choose_of_text(b"\xef\xbb\xbf" + text, file="a.csv")
    assert (body, choice.name, choice.basis) == (text, "utf-8", "declared")


def test_a_mark_before_text_that_is_no_utf_8_says_nothing():
    text = "地块编号,备注\n1,工业用地\n".encode("gbk")
    assert choose_of_text(b"\xef\xbb\xbf" + text, file="a.csv")[1].name == "gb18030"
