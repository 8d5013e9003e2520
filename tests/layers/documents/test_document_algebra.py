"""Whatever a text holds: what stands in it is found, and what does not is not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from platforms.layers.documents.finding import find_words, nearest_words
from platforms.layers.documents.folding import fold, fold_section, pieces
from platforms.layers.documents.structure import Structure

SIGNS = st.sampled_from("一二三、（）()1234 \t附件表专栏脚注-—²…|“甲乙丙丁。，\u3000")
LINE = st.text(SIGNS, max_size=12)
LINES = st.lists(LINE, max_size=20)


def _structure(lines):
    return Structure([tuple(line.split("\t")) for line in lines])


@given(LINES, LINE)
def test_sections_and_rows_lie_within_the_text(lines, section):
    text = _structure(lines)
    span = text.section(section)
    if span is None:
        return
    assert 0 <= span.first <= span.end <= len(lines)
    for row in text.rows(span, len(lines)).values():
        assert span.first <= row.first <= row.end <= span.end
    first, end = text.bounds(span)
    assert 0 <= first <= end <= len(text.flat)


@given(LINES, st.data())
def test_every_line_is_found_where_it_stands(lines, data):
    text = _structure(lines)
    standing = [line for line in lines if fold(line) and fold(line) in text.flat]
    if standing:
        line = data.draw(st.sampled_from(standing))
        assert find_words(text.flat, line, 0, len(text.flat), breaks=text.breaks) is not None


@given(LINES, LINE)
def test_words_with_a_sign_that_is_not_there_are_not_found(lines, words):
    text = _structure(lines)
    strange = f"{words}囧"
    assert find_words(text.flat, strange, 0, len(text.flat), breaks=text.breaks) is None
    assert nearest_words(text.flat, strange) in text.flat


@given(LINE)
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)
    assert fold_section(fold_section(text)) == fold_section(text)
    assert not any(sign.isspace() for sign in fold(text))
    assert all(piece == fold(piece) for piece in pieces(text))
