from __future__ import annotations

import string

import pytest

from platforms import messages
from platforms.errors import CardError, PlatformsError


def _fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_both_languages_have_the_same_rooms():
    assert messages.rooms("zh_CN") == messages.rooms("en")


@pytest.mark.parametrize("room", messages.rooms("zh_CN"))
def test_both_languages_have_the_same_messages_and_values(room):
    chinese, english = (messages.catalogue(lang, room) for lang in messages.LANGUAGES)
    assert sorted(chinese) == sorted(english)
    different = [key for key in chinese if _fields(chinese[key]) != _fields(english[key])]
    assert different == []


@pytest.mark.parametrize("room", messages.rooms("zh_CN"))
def test_no_message_is_empty(room):
    for lang in messages.LANGUAGES:
        assert [k for k, v in messages.catalogue(lang, room).items() if not v.strip()] == []


def test_user_text_is_a_value_and_never_a_template():
    shown = messages.text("issues.refused", count=1, message="{count.__class__}", action="{0}")
    assert "{count.__class__}" in shown
    assert "{0}" in shown


def test_language_can_be_switched_and_an_unknown_one_is_refused(monkeypatch):
    assert messages.language() == "zh_CN"
    monkeypatch.setenv("PLATFORMS_LANG", "en")
    assert messages.language() == "en"
    messages.set_language("zh_CN")
    assert messages.language() == "zh_CN"
    with pytest.raises(ValueError, match="zh_CN"):
        messages.set_language("fr")


def test_an_error_speaks_both_languages_and_is_a_built_in_too():
    error = CardError("issues.refused", count=3, message="甲", action="乙")
    assert isinstance(error, ValueError)
    assert isinstance(error, PlatformsError)
    assert "3" in error.message("en")
    assert str(error) == error.message("zh_CN") != error.message("en")
