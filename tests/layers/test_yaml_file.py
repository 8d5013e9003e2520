"""YAML that no hand has written is refused before anything is made of it."""

from __future__ import annotations

import pytest

from platforms import messages
from platforms.errors import CardError
from platforms.layers.yaml_file import read_yaml

DEEP = "\n".join(f"{' ' * i}not:" for i in range(300))
BOMB = "a: &a [x, x]\n" + "\n".join(
    f"{two}: &{two} [*{one}, *{one}]" for one, two in zip("abcdefghi", "bcdefghij", strict=True)
)


def _refused(tmp_path, text: str) -> CardError:
    path = tmp_path / "card.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CardError) as caught:
        read_yaml(path)
    return caught.value


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("a: &a\n  b: *a\n", "yaml_alias", 2),
        (BOMB, "yaml_alias", 2),
        ("base: &b {x: 1}\nuse:\n  <<: *b\n", "yaml_alias", 3),
        (DEEP, "yaml_deep", 101),
        ("x: " + "[" * 3000 + "]" * 3000, "yaml_deep", 1),
        ("\n" + "- 1\n" * 250_001, "yaml_many", 250_001),
        ("a:\n\tb: 1\n", "yaml_tab", 2),
        ("a: @b\n", "yaml_sign", 1),
        ("a: [1\n", "yaml_broken", 2),
        ("a: 1\na: 2\n", "key_twice", 2),
        ("a: 1\n<<: {b: 2}\n", "yaml_merge", 2),
        ("a: 1\nb: 010\n", "yaml_number", 2),
        ("a: [1, -010]\n", "yaml_number", 1),
        ("a: 1:30\n", "yaml_number", 1),
        ("a: 1:30.5\n", "yaml_number", 1),
        ("a: 1_000\n", "yaml_number", 1),
        ("a: 1_0.5\n", "yaml_number", 1),
        ("a: 0x10\n", "yaml_number", 1),
        ("a: 0b11\n", "yaml_number", 1),
        ("010: a\n", "yaml_number", 1),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_line(tmp_path, text, key, line):
    error = _refused(tmp_path, text)
    assert error.key == f"layers.{key}"
    assert error.fields["line"] == line
    for lang in messages.LANGUAGES:
        assert "card.yaml" in error.message(lang)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ('a: 1\nb: !!python/object/apply:os.system ["x"]\n', "!!python/object/apply:os.system"),
        ("a: 1\nb: !foo 1\n", "!foo"),
        ("a: 1\nb: !<tag:example.org,2026:x> {c: 1}\n", "tag:example.org,2026:x"),
    ],
)
def test_a_tag_is_named_with_its_line(tmp_path, text, tag):
    error = _refused(tmp_path, text)
    assert (error.key, error.fields["line"]) == ("layers.yaml_tag", 2)
    for lang in messages.LANGUAGES:
        assert tag in error.message(lang)


def test_tags_of_plain_values_are_read(tmp_path):
    path = tmp_path / "card.yaml"
    path.write_text('a: !!str 1\nb: !!int "2"\nc: ! x\n', encoding="utf-8")
    assert read_yaml(path).data == {"a": "1", "b": 2, "c": "x"}


def test_the_chinese_words_for_a_tab_are_chinese(tmp_path):
    message = _refused(tmp_path, "a:\n\tb: 1\n").message("zh_CN")
    assert "制表符" in message
    assert "token" not in message


def test_a_file_of_many_megabytes_and_a_day_that_is_none_are_refused(tmp_path):
    assert _refused(tmp_path, "a: " + "x" * 4_000_001).key == "layers.yaml_large"
    assert _refused(tmp_path, "a: 2022-13-40\n").key == "layers.yaml_value"


def test_what_people_write_is_read_with_its_lines(tmp_path):
    path = tmp_path / "card.yaml"
    path.write_text("a: 1\nb:\n  - c: 2\n", encoding="utf-8")
    file = read_yaml(path)
    assert file.data == {"a": 1, "b": [{"c": 2}]}
    assert file.line(("b", 0, "c")) == 3


def test_numbers_that_are_what_they_look_like_are_read(tmp_path):
    path = tmp_path / "card.yaml"
    path.write_text(
        "[0, 10, -3, 0.5, 00.5, 1.5e+3, +2.0, .5, '010', \"1:30\", 1/2, 08a, 2022-05-07_]\n",
        encoding="utf-8",
    )
    assert read_yaml(path).data == [
        0, 10, -3, 0.5, 0.5, 1500.0, 2.0, 0.5, "010", "1:30", "1/2", "08a", "2022-05-07_",
    ]  # fmt: skip
