"""Units that documents write are said in the language of the page."""

from __future__ import annotations

import pytest

from platforms import messages
from platforms.app.wording import ASKED, said, signed, unit_of
from platforms.errors import InputError
from platforms.layers.workspace import Workspace


@pytest.fixture
def english():
    before = messages.language()
    messages.set_language("en")
    yield
    messages.set_language(before)


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("written", "told"),
    [("万元/亩", "10,000 yuan/mu"), ("亩", "mu"), ("%", "%"), ("m²", "m²"), (float("nan"), "")],
)
def test_a_unit_is_said_part_by_part(written, told):
    assert unit_of(written) == told


def test_a_chinese_page_keeps_the_units_of_the_documents():
    assert unit_of("万元/人·年") == "万元/人·年"


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("name", ["yueqing", "taizhou"])
def test_every_unit_of_a_target_has_english_words(name):
    units = Workspace.open(name).table("targets")["unit"].dropna().unique()
    assert len(units) > 3
    assert [unit for unit in units if any(sign >= "\u4e00" for sign in unit_of(unit))] == []


@pytest.mark.parametrize(
    ("value", "digits", "said_as"),
    [
        (-0.000015, 4, "0.0000"),
        (-0.01, 2, "−0.01"),
        (-0.0, 2, "0.00"),
        (1234.565, 2, "+1,234.57"),
        (0.00005, 4, "+0.0001"),
    ],
)
def test_a_change_has_a_sign_unless_it_is_printed_as_nought(value, digits, said_as):
    assert signed(value, digits) == said_as


@pytest.mark.parametrize("key", sorted(ASKED))
@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_what_has_words_of_the_page_names_no_command(key, lang):
    told = messages.catalogue(lang, ASKED[key].partition(".")[0])[ASKED[key].partition(".")[2]]
    assert "--" not in told
    assert "platforms " not in told


def test_what_is_no_exported_scenario_is_told_in_words_of_the_page():
    told = said(InputError("store.not_exported", path="s.zip"), "zh_CN")
    assert told.startswith("s.zip 不是导出的方案文件。")
    assert "platforms" not in told
