from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile import HOSTILE
from platforms.app import markup
from platforms.app.markup import badges, bars, el, figures, plain_label

APP = Path(markup.__file__).parent
# parts of Streamlit that read words as Markdown, and which of their words
PARTS = frozenset({
    "badge", "button", "caption", "checkbox", "chat_input", "data_editor", "dataframe", "date_input",
    "dialog", "download_button", "error", "expander", "feedback", "file_uploader",
    "form_submit_button", "header", "info", "link_button", "markdown", "metric", "multiselect",
    "number_input", "page_link", "pills", "popover", "progress", "radio", "segmented_control",
    "select_slider", "selectbox", "slider", "spinner", "status", "subheader", "success", "table",
    "tabs", "text_area", "text_input", "title", "toast", "toggle", "warning", "write",
})  # fmt: skip
WORDS = frozenset({"label", "help", "text", "title", "body", "captions"})
# their first word is no Markdown but rows, a page or a share
ROWS = frozenset({"data_editor", "dataframe", "page_link", "progress"})
# options are Markdown in these alone
OPTIONS = frozenset({"pills", "radio", "segmented_control"})
# values of messages that no user wrote: numbers, fingerprints, endings, days of the program
NUMBERS = frozenset({
    "all", "count", "ending", "id", "late", "metres", "mu", "number", "rows", "shown", "size",
    "total", "a", "b",
})  # fmt: skip
# words of the program that reach a part under a name, each looked at
OWN = {
    "choosing.py": {"choice.label", "label"},
    "exports/cards.py": {"size"},
    "land/land_switches.py": {"label"},
    "ledger/goals.py": {"mu"},
    "land/land_tables.py": {"titles[name]"},
    "members/member_forms.py": {"label"},
    "moves/move_result.py": {"titles", "issues_title(found.issues)"},
    "moves/move_settings.py": {"label", "told"},
    "overview/lists.py": {"titles"},
    "overview/passages.py": {"label"},
    "parks/importing.py": {"title"},
    "plots/paper_form.py": {"label"},
    "portfolio/choice.py": {"_quotas_title(scene, asked)"},
    "rules/rule_settings.py": {"label"},
    "scenarios/compared.py": {
        "told.set_axis([_t('parameter'), a, b], axis=1).set_index(_t('parameter'))"
    },
    "solving.py": {"_phase(search)"},
    "stored/choosing.py": {"label"},
    "targets/target_intake.py": {"title"},
    "views/land.py": {"tried", "foot"},
    "views/ledger.py": {"told", "_apart(kept)"},
    "views/overview.py": {"foot"},
    "views/plots.py": {"titles"},
    "views/targets.py": {"told", "foot"},
    "visitor.py": {"label", "_short(signed)"},
    "waiting.py": {"stage"},
}


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_users_write_is_shown_and_never_read(text):
    for made in (
        el("p", text),
        el("p", "x", title=text),
        badges([text]),
        figures([{"label": text, "value": text, "unit": text, "note": text}]),
        bars(text, text, [{"label": text, "value": 1, "text": text, "color": text}]),
    ):
        page = _Tags()
        page.feed(made)
        assert page.tags <= {"p", "span", "div", "b", "section", "h4", "small", "i"}
        assert page.attributes <= {"class", "style", "title"}
        assert all(re.fullmatch(r"width:100.0%;background:#[0-9a-f]{6}", s) for s in page.styles)


class _Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.styles = set(), set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.styles += [value for name, value in attrs if name == "style"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_label_is_one_line_that_markdown_gives_back(text):
    label = plain_label(text)
    assert label.splitlines() in ([label], [])
    # every sign that could be one of Markdown stands behind a stroke
    assert not re.search(
        r"(?<!\\)(?:\\\\)*[!-/:-@\[-`{-~]", re.sub(r"\\[!-/:-@\[-`{-~]", "", label)
    )
    given = re.sub("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text)
    shown = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", label)
    assert shown.replace("\u2060", "") == " ".join(given.split())
    # nor is there anything left of what is sought afterwards
    assert not re.search(r":[\w+-]+:|:material/|https?://|www\.|\w@\w+\.", shown, re.ASCII)


def _words(call: ast.Call, part: str) -> Iterator[ast.expr]:
    """Give the words of a part that are Markdown."""
    if part not in ROWS:
        yield from call.args[:1]
    yield from (word.value for word in call.keywords if word.arg in WORDS)
    if part in OPTIONS:
        said = [word.value for word in call.keywords if word.arg == "format_func"]
        yield from said or call.args[1:2]


def _loose(word: ast.expr) -> list[str]:
    """Return what of a word is neither of the program nor made a label."""
    parts = _parts_of(word)
    if parts is None:
        return [ast.unparse(word)]
    return [one for part in parts for one in _loose(part)]


def _parts_of(word: ast.expr) -> Sequence[ast.expr] | None:
    """Return what a word is made of; None where nothing is known of it."""
    parts: Sequence[ast.expr] | None = None
    match word:
        case ast.Constant() | ast.Call(func=ast.Attribute(attr="plain_label")):
            parts = []
        case ast.JoinedStr(values=found) | ast.List(elts=found) | ast.Tuple(elts=found):
            parts = found
        case ast.Lambda(body=one) | ast.FormattedValue(value=one) | ast.Starred(value=one):
            parts = [one]
        case ast.ListComp(elt=one) | ast.Call(func=ast.Attribute(attr="join"), args=[one]):
            parts = [one]
        case ast.IfExp(body=one, orelse=two) | ast.BinOp(left=one, right=two):
            parts = [one, two]
        case ast.BoolOp(values=found):
            parts = found
        case ast.Call(func=ast.Name(id="_t") | ast.Attribute(attr="text"), keywords=values):
            parts = [v.value for v in values if v.arg not in NUMBERS]
    return parts


def _parts() -> Iterator[tuple[str, int, str, str]]:
    """Give file, line, part and word for each word of which it is not plain whose it is."""
    for path in sorted(APP.rglob("*.py")):
        file = path.relative_to(APP).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            part, of = node.func.attr, ast.unparse(node.func.value)
            if part in PARTS and of not in {"messages", "city", "export", "given", "term"}:
                for word in _words(node, part):
                    yield from ((file, node.lineno, part, one) for one in _loose(word))


def test_what_streamlit_reads_as_markdown_holds_no_text_of_a_user():
    found = list(_parts())
    assert [one for one in found if one[3] not in OWN.get(one[0], set())] == []
    # and nothing is excused that is not there
    told = {(file, word) for file, _, _, word in found}
    assert {(file, word) for file, words in OWN.items() for word in words} == told


@pytest.mark.parametrize(
    "written",
    [
        "st.caption(name)",
        'st.button(f"{one.name}")',
        "st.tabs([t for t in names])",
        'st.expander(_t("title", layer=card.title))',
        'st.text_input("a", help=row.note)',
    ],
)
def test_a_part_that_shows_a_name_is_seen(written):
    call = ast.parse(written, mode="eval").body
    assert [one for word in _words(call, call.func.attr) for one in _loose(word)]


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
