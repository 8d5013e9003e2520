"""Words on paper: what is printed, where it breaks, what is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.outputs.figures.figure_words import clean, fitted, shortened, width_of, wrapped


def test_turns_controls_and_lone_surrogates_are_no_words():
    assert clean("甲\u202e乙\u200b\x00丙\ud800\n丁") == "甲乙丙 丁"
    assert clean("𠮷") == "𠮷"


def test_a_chinese_letter_is_one_em_and_a_blank_less():
    assert width_of("乐清", 10) == 20
    assert width_of("“港”", 10) == 30
    assert width_of("a b", 10) < 15


def test_what_fits_stays_and_what_does_not_ends_with_an_ellipsis():
    assert shortened("乐清市", 30, 10) == "乐清市"
    cut = shortened("乐清市产业平台", 40, 10)
    assert cut.endswith("…")
    assert width_of(cut, 10) <= 40


def test_a_title_gets_smaller_before_it_is_cut():
    assert fitted("乐清市产业", 40, 10) == ("乐清市产业", 8)
    assert fitted("乐" * 100, 40, 10)[0].endswith("…")


def test_lines_break_after_a_letter_but_not_before_a_stop_or_in_a_word():
    assert wrapped("面积为椭球面积。", 70, 10) == ["面积为椭球面", "积。"]
    assert wrapped("数据 sample_plots", 70, 10) == ["数据", "sample_plots"]


@given(st.text(max_size=80), st.integers(20, 200))
def test_no_line_is_wider_than_its_room_and_no_letter_is_lost(text, most):
    shown = clean(text)
    lines = wrapped(shown, most, 10)
    assert "".join(lines).replace(" ", "") == shown.replace(" ", "")
    assert all(width_of(line, 10) <= most or len(line) == 1 for line in lines)


@pytest.mark.parametrize("lines", [1, 2, 3])
def test_no_more_lines_than_asked_for(lines):
    assert len(wrapped("乐清市" * 40, 60, 10, lines=lines)) == lines
