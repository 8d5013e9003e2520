"""Settings as people type them."""

from __future__ import annotations

import datetime as dt

import pytest
from policy_rows import PACK_2022

from platforms.errors import RuleError
from platforms.layers.cards import Text
from platforms.policy.schema import Parameter
from platforms.policy.settings import with_settings

WORD = Parameter(id="word", title=Text(zh="词", en="word"), unit="-", basis="tool", confidence="L")
PACK = PACK_2022.model_copy(update={"parameters": (*PACK_2022.parameters, WORD)})


@pytest.mark.parametrize(
    ("setting", "name", "value"),
    [
        ("tax_floor=5", "tax_floor", 5),
        (" tax_floor = 5.5 ", "tax_floor", 5.5),
        ("tax_floor=", "tax_floor", None),
        ("mean_share=below_10_percent", "mean_share", 0.1),
        ("word=C38", "word", "C38"),
        ("word=[C, D]", "word", ("C", "D")),
        ("word=[]", "word", ()),
        ("word=true", "word", True),
        ("word=2022-05-01", "word", dt.date(2022, 5, 1)),
        ("word=a=b", "word", "a=b"),
    ],
)
def test_a_text_becomes_the_value_that_the_parameter_takes(setting, name, value):
    assert with_settings(PACK, [setting]).parameter(name).current == value


def test_none_is_the_same_pack():
    assert with_settings(PACK, []) == PACK


@pytest.mark.parametrize(
    ("setting", "key"),
    [
        ("tax_floor", "policy.setting_form"),
        ("=5", "policy.setting_form"),
        ("nothing=5", "policy.choice_parameter"),
        ("tax_floor=ten", "policy.choice_value"),
        ("tax_floor=nan", "policy.choice_value"),
        ("tax_floor=inf", "policy.choice_value"),
        ("mean_share=0.5", "policy.choice_reading"),
        ("mean_share=", "policy.choice_empty"),
        ("mean_kind=", "policy.choice_empty"),
        ("running_years=1.5", "policy.choice_not_allowed"),
        ("running_years=0", "policy.choice_not_allowed"),
        ("running_years=1000000000", "policy.choice_not_allowed"),
        ("own_year=-1.5", "policy.choice_not_allowed"),
        ("minimum_peers=0", "policy.choice_not_allowed"),
        ("tax_floor=-5", "policy.choice_not_allowed"),
        ("tax_floor=5 tax_floor=6", "policy.setting_twice"),
    ],
)
def test_what_does_not_fit_is_refused(setting, key):
    with pytest.raises(RuleError) as caught:
        with_settings(PACK, setting.split())
    assert "None" not in caught.value.message("zh_CN")
    assert caught.value.key == key
    assert caught.value.message("en") != caught.value.message("zh_CN")
