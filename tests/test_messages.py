from __future__ import annotations

import string
from contextvars import Context

import pytest
import shapely

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


@pytest.mark.parametrize(
    ("key", "name", "value", "chinese", "english"),
    [
        (
            "issues.plot_repaired.message",
            "problem",
            "Self-intersection[1 2]",
            "自相交 [1 2]",
            "itself",
        ),
        ("write.failed", "reason", "No space left on device", "磁盘已满", "no space left"),
        ("write.failed", "reason", "Odd {0} thing", "Odd {0} thing", "Odd {0} thing"),
        ("layers.value_wrong", "problem", "Input should be less than 5", "应小于 5", "less than 5"),
        (
            "layers.value_wrong",
            "problem",
            "Input should be '<', '<='",
            "应为 '<', '<='",
            "be '<', '<='",
        ),
        ("layers.yaml_broken", "problem", "whatever it is", "不符合规定", "breaks the rules"),
        ("read.no_polygon_layer", "types", ["Point", "LineString"], "点、线", "point, line"),
    ],
)
def test_words_of_libraries_are_said_in_our_own(key, name, value, chinese, english):
    others = {"feature": "1", "path": "a", "file": "a", "line": 1, "key": "k"}
    fields = {**others, name: value}
    assert chinese in messages.text(key, "zh_CN", **fields)
    assert english in messages.text(key, "en", **fields)


@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_every_group_of_words_that_a_message_names_is_there(lang):
    named = {
        spec
        for room in messages.rooms(lang)
        for message in messages.catalogue(lang, room).values()
        for _, _, spec, _ in string.Formatter().parse(message)
        if spec and "." in spec and spec[0].isalpha()
    }
    assert len(named) >= 5
    for group in named:
        room, _, entry = group.partition(".")
        assert f"{entry}.other" in messages.catalogue(lang, room)


def test_every_reason_that_geos_gives_has_words():
    shapes = shapely.from_wkt(
        [
            "POLYGON((0 0,1 1,1 0,0 1,0 0))",
            "POLYGON((0 0,4 0,4 4,0 4,0 0),(9 9,10 9,10 10,9 9))",
            "POLYGON((0 0,9 0,9 9,0 9,0 0),(1 1,8 1,8 8,1 8,1 1),(2 2,3 2,3 3,2 2))",
            "MULTIPOLYGON(((0 0,9 0,9 9,0 9,0 0)),((1 1,2 1,2 2,1 1)))",
            "POLYGON((0 0,4 0,4 4,2 0,0 4,0 0))",
        ]
    )
    for told in shapely.is_valid_reason(shapes):
        for lang in messages.LANGUAGES:
            shown = messages.text("issues.plot_repaired.message", lang, feature="1", problem=told)
            assert told.partition("[")[0] not in shown


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


def test_what_cannot_be_told_has_one_word():
    told = {
        (room, key): text
        for room in messages.rooms("zh_CN")
        for key, text in messages.catalogue("zh_CN", room).items()
    }
    assert told["policy", "verdict.unknown"] == told["sheet", "verdict.unknown"] == "情况不明"
    assert [name for name, text in told.items() if "无法判断" in text] == []


def test_where_no_language_is_set_who_knows_one_is_asked(monkeypatch):
    monkeypatch.setattr(messages, "_ASKED", [])
    messages.ask_language(lambda: None)
    messages.ask_language(lambda: "en")
    assert Context().run(messages.language) == "en"

    def chosen() -> str:
        messages.set_language("zh_CN")
        return messages.language()

    assert Context().run(chosen) == "zh_CN"
    monkeypatch.setattr(messages, "_ASKED", [lambda: "fr"])
    assert Context().run(messages.language) == "zh_CN"


@pytest.mark.parametrize("room", ["issues", "map", "sheet"])
def test_english_says_mu(room):
    told = messages.catalogue("en", room)
    assert [key for key, words in told.items() if "亩" in words] == []


@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_a_fault_names_a_limit_as_the_tables_do_and_as_options_take_it(lang):
    titles = messages.catalogue(lang, "sheet")
    keys = [key.partition(".")[2] for key in titles if key.startswith("constraint.")]
    assert keys
    for key in keys:
        told = messages.text("issues.constraint_absent.message", lang, layer=key)
        assert titles[f"constraint.{key}"] in told
        assert f"{key}）" in told or f"({key})" in told
    assert "“我的<b>”" in messages.text("issues.constraint_absent.message", lang, layer="我的<b>")


@pytest.mark.parametrize("lang", messages.LANGUAGES)
@pytest.mark.parametrize(
    "key",
    [
        *(f"issues.raster_{k}.message" for k in ("nowhere", "beyond", "without_value", "turned")),
        "planning.constraint_refused",
        "planning.other_plane",
        *(f"cli.reclaim.{k}" for k in ("of_limit", "limit_datum", "limit_system", "limit_band")),
        "cli.reclaim.limit_lines",
    ],
)
def test_no_message_names_a_limit_by_its_key_alone(key, lang):
    words = dict.fromkeys(("file", "reason", "told", "system", "was", "plane", "types"), "a")
    told = messages.text(key, lang, layer="road", name="road", count=2, **words)
    assert {"zh_CN": "道路红线（road）", "en": "Road corridor (road)"}[lang] in told
