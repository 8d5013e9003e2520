from __future__ import annotations

import pytest

from platforms.errors import InputError
from platforms.layers.making.codes import checked_code, county_code, holds, town_code
from platforms.layers.making.naming import has_chinese, same_name


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("330302", "330302"),
        (330302, "330302"),
        (330302.0, "330302"),
        ("156330302", "330302"),
        ("330302000000", "330302"),
        ("330302001", None),
        ("330302001000", None),
        ("993302", None),
        ("33030", None),
        ("3303021", None),
        (None, None),
        ("鹿城区", None),
        (float("nan"), None),
    ],
)
def test_a_county_is_known_by_its_code_in_every_form(value, code):
    assert county_code(value) == code


def test_a_town_has_nine_digits():
    assert town_code("330302001") == "330302001"
    assert town_code("330302001000") == "330302001"
    assert town_code("330302") is None
    # 天地图 writes the country before a county, which is no town
    assert town_code("156330302") is None


@pytest.mark.parametrize("code", ["33030", "3303022", "993302", "lucheng", "", "156330302"])
def test_a_code_that_is_none_is_refused_in_both_languages(code):
    with pytest.raises(InputError, match="330302") as caught:
        checked_code(code)
    assert "six digits" in caught.value.message("en")


def test_a_prefecture_holds_its_counties_and_no_other():
    assert holds("331000", "331082")
    assert not holds("331000", "330382")
    assert not holds("330382", "331000")


def test_names_are_one_with_or_without_the_kind_of_unit():
    assert same_name("鹿城", "鹿城区")
    assert same_name(" 鹿城区 ", "鹿城区")
    assert not same_name("温岭市", "温岭区")
    assert not same_name("龙湾区", "鹿城区")
    assert has_chinese("a区")
    assert not has_chinese("abc")
    assert not has_chinese(None)
