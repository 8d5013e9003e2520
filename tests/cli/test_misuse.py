from __future__ import annotations

import re

import pytest

from platforms import messages
from platforms.cli.main import main
from platforms.cli.misuse import said

WRONG = [
    ("measure", "a", "b"),
    ("measure", "a", "-o"),
    ("measure", "a", "-o", "."),
    ("measure", "a", "--json=3"),
    ("measure", "a", "--control-tolerance", "x"),
    ("measure", "a", "--control-tolerance", "-1"),
    ("measure", "a", "--certificate", "."),
    ("serve", "--port", "abc"),
    ("serve", "--port", "99999999"),
    ("targets", "--year", "abc"),
    ("assess", "a", "--on", "2020-13-01"),
    ("export", "a", "--to", "txt", "-o", "b", "--txt-area", "mine"),
    ("nosuch",),
]


@pytest.mark.parametrize("words", WRONG)
def test_wrong_usage_speaks_one_language(capsys, words):
    assert main(list(words)) == 2
    told = capsys.readouterr().err
    kept = re.sub(r"--[a-z-]+|platforms [a-z]*|[a-z_]+ planar|'[^']*'|%.|nosuch", "", told)
    assert not re.search(r"[A-Za-z]{4,}", kept), told
    assert told.count("platforms") == 1


def test_a_sentence_that_is_not_known_keeps_its_words(monkeypatch):
    assert said("Invalid value for '--x': Something new.") == "Something new"
    monkeypatch.setenv("PLATFORMS_LANG", "en")
    assert said("'a' is not a valid integer range.") == "'a' is not a whole number"


def test_every_sentence_has_its_words():
    for lang in messages.LANGUAGES:
        known = {k for k in messages.catalogue(lang, "cli") if k.startswith("misuse.said.")}
        assert len(known) == 14


def test_no_word_at_all_shows_the_help(capsys):
    assert main([]) == 2
    told = capsys.readouterr().err
    assert "measure" in told
    assert "错误" not in told
