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


@pytest.mark.parametrize(
    ("text", "encoding"),
    # of each of these UTF-8 makes letters and GBK makes words; which is meant nobody can tell
    [("1,é", "utf-8"), ("1,茅", "gbk"), ("1,路", "gbk"), ("1,3·4", "utf-8"), ("2号,鲁A", "gbk")],
)
def test_letters_that_read_as_chinese_too_are_asked_for(text, encoding):
    data = f"{text}\n".encode(encoding)
    if text == "2号,鲁A":
        assert choose_of_text(data, file="a.csv")[1].name == "gb18030"
        return
    with pytest.raises(FormatError) as asked:
        choose_of_text(data, file="a.csv")
    assert asked.value.key == "read.encoding_open"
    assert text.split(",")[1] in str(asked.value)
    given = choose_of_text(data, file="a.csv", given=encoding)[1]
    assert data.decode(given.name) == f"{text}\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1,Café Müller", ("Café", "Müller")),
        ("1,Ünal Öz", ("Ünal", "Öz")),
        ("1,Société d’Énergie – 30 m²", ("Société", "Énergie")),
    ],
)
def test_accented_letters_within_words_are_utf_8_and_named(text, words):
    """Without a mark Café was read as Caf茅, without a word."""
    (_, choice) = choose_of_text(f"{text}\n".encode(), file="a.csv")
    assert (choice.name, choice.basis, choice.words) == ("utf-8", "content", words)
    (told,) = choice.faults()
    assert (told.kind, told.severity) == ("encoding_letters", "info")


def test_an_ideograph_within_a_word_is_named():
    """Western bytes that GBK happens to read: é before d is one rare sign with it."""
    known = "地块编号,备注,工业用地\n".encode("gbk")
    western = "1,Générale\n2,mu路,km路\n".encode("cp1252", "ignore")
    (_, choice) = choose_of_text(known + western, file="a.csv")
    assert choice.name == "gb18030"
    assert choice.words == ("G閚閞ale",)
    assert [fault.severity for fault in choice.faults()] == ["warning"]
    plain = "A区b栋,km路,10kV变电站,pH值,3号m座n\n".encode("gbk")
    assert choose_of_text(known + plain, file="a.csv")[1].words == ()


def test_western_text_is_read_where_it_is_said():
    data = "1,Générale Café\n".encode("cp1252")
    with pytest.raises(FormatError):
        choose_of_text(data, file="a.csv")
    for name in ("cp1252", "latin-1", "Windows-1252"):
        (_, choice) = choose_of_text(data, file="a.csv", given=name)
        assert data.decode(choice.name) == "1,Générale Café\n"
    told = choose_encoding([data], file="a", declared="1252")
    assert (told.name, told.basis, told.words) == ("cp1252", "declared", ())
    # what a .cpg says in vain of Chinese is no encoding
    assert choose_encoding(["工业用地".encode("gbk")], file="a", declared="1252").name == "gb18030"


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_the_mark_of_utf_16_says_what_it_is(order):
    data = "\ufeff地块编号\t备注\n1\té茅\n".encode(order)
    body, choice = choose_of_text(data, file="a.csv")
    assert (choice.name, choice.basis) == ("utf-16", "declared")
    assert body.decode(choice.name) == "地块编号\t备注\n1\té茅\n"
    for broken in (data[:-1], data + b"\0\0"):
        with pytest.raises(FormatError) as told:
            choose_of_text(broken, file="a.csv")
        assert told.value.key == "read.text_utf16"


@pytest.mark.parametrize("words", ["¡Ā", "Ünal Öz", "é"])
def test_the_mark_of_utf_8_says_what_rare_letters_cannot(words):
    text = f"plot_id,note\n1,{words}\n".encode()
    body, choice = choose_of_text(b"\xef\xbb\xbf" + text, file="a.csv")
    assert (body, choice.name, choice.basis) == (text, "utf-8", "declared")


def test_a_mark_before_text_that_is_no_utf_8_says_nothing():
    text = "地块编号,备注\n1,工业用地\n".encode("gbk")
    assert choose_of_text(b"\xef\xbb\xbf" + text, file="a.csv")[1].name == "gb18030"
