from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.app.markup import badges, bars, el, figures

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</p><script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "' style='x",
    "{{7*7}}${7*7}`",
    "[a](javascript:alert(1))",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_users_write_is_shown_and_never_read(text):
    for made in (
        el("p", text),
        el("p", "x", title=text),
        badges([text]),
        figures([{"label": text, "value": text, "unit": text, "note": text}]),
        bars(text, text, [{"label": text, "value": 1, "text": text, "color": text}]),
    ):
        assert "<img" not in made
        assert "<script" not in made
        assert 'onmouseover="' not in made
        assert "style='x" not in made


@given(st.text())
def test_escaped_text_holds_no_markup(text):
    inner = el("p", text).removeprefix("<p>").removesuffix("</p>")
    assert not set("<>\"'") & set(inner)


def test_elements_nest_and_nothing_is_left_out():
    assert el("p", el("b", "a & b"), None, "", 3) == "<p><b>a &amp; b</b>3</p>"


def test_the_longest_bar_fills_the_line_and_no_value_divides_by_zero():
    made = bars(
        "t", "", [{"label": "a", "value": 2, "text": "2"}, {"label": "b", "value": 1, "text": "1"}]
    )
    assert "width:100.0%" in made
    assert "width:50.0%" in made
    assert "width:0.0%" in bars("t", "", [{"label": "a", "value": 0, "text": "0"}])


def test_a_label_that_is_cut_can_be_read_in_whole():
    name = "浙江乐清经济开发区"
    assert f'title="{name}"' in bars("t", "", [{"label": name, "value": 1, "text": "1"}])
