"""The words for Streamlit's own parts: each is said by Streamlit, and known in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import streamlit

from platforms import messages
from platforms.app.widgets import PATTERNS, REFUSED, WORDS, refused_words

HAN = re.compile(r"[\u4e00-\u9fff]")
# put together from parts by Streamlit
BUILT = re.compile(
    r"Press .* to (apply|submit form)|The page that .* Running the app's main page\."
)


@pytest.fixture(scope="module")
def bundle() -> str:
    folder = Path(streamlit.__file__).parent / "static" / "static" / "js"
    return "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.js")))


@pytest.mark.parametrize("entry", sorted({*WORDS.values(), *PATTERNS.values()}))
def test_every_word_is_chinese_where_the_page_is(entry):
    said = messages.text(f"widgets.{entry}", "zh_CN", one="$1")
    assert HAN.search(said) or entry == "lost_command"
    assert not HAN.search(messages.text(f"widgets.{entry}", "en", one="$1"))


def test_what_varies_is_said_again():
    for lang in messages.LANGUAGES:
        for told, entry in PATTERNS.items():
            assert re.compile(told).groups == 1
            assert messages.text(f"widgets.{entry}", lang, one="$1").count("$1") == 1


def test_the_bundle_still_says_what_is_exchanged(bundle):
    missing = [told for told in WORDS if told not in bundle and not BUILT.fullmatch(told)]
    assert missing == []


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("image/png", "图片"),
        ("application/pdf", "PDF"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word"),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "电子表格"),
        ("application/x-zip-compressed", "压缩包"),
        ("application/x-msdownload", "这种文件"),
        # a drawing, of which browsers know no type
        ("", "这种文件"),
    ],
)
def test_a_kind_that_a_box_does_not_take_is_named_as_people_do(told, said, bundle):
    assert ".type} files are not allowed.`" in bundle
    shown = f"{told} files are not allowed."
    words = next(words for pattern, words in refused_words() if re.fullmatch(pattern, shown))
    assert said in words
    assert "/" not in words
    assert len(refused_words()) == len(REFUSED)
