"""Codes and names folded as a column are those folded one by one."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.layers.firm_identity import (
    code_key,
    code_keys,
    has_check_digit,
    lists_several,
    name_key,
    name_keys,
    split_names,
    wrong_check_digits,
)

CELLS = st.one_of(
    st.none(),
    st.floats(),
    st.text(),
    st.text(alphabet="甲（）()［］【《 \u3000\0\x1f\u0301é-'‘N/A无nul9ａ有限责任公司", max_size=12),
    st.sampled_from(["N/A", " n/a ", "N A N", "-", "--", "N-ULL", "无", "<NA>", "nan", ""]),
)


@given(st.lists(CELLS))
def test_a_column_is_folded_as_its_cells_are(cells):
    assert code_keys(cells) == [code_key(cell) for cell in cells]
    assert name_keys(cells) == [name_key(cell) for cell in cells]


@given(
    st.lists(st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZé", min_size=17, max_size=18))
)
def test_check_digits_of_a_column_are_those_of_its_codes(codes):
    codes = [*codes, "91350100M000100Y43", "91350100M000100Y44"]
    wrong = {code for code in codes if len(code) == 18 and not has_check_digit(code)}
    assert wrong_check_digits(codes) == sorted(wrong)


def test_whatever_folds_to_a_parting_sign_parts():
    signs = [chr(point) for point in range(0x20, 0x10000) if not 0xD800 <= point < 0xE000]
    several = lists_several([f"甲{sign}乙" for sign in signs])
    parted = [set(unicodedata.normalize("NFKC", sign)) & set(";、|\n") for sign in signs]
    assert several == [bool(found) for found in parted]


@pytest.mark.parametrize(
    "cell", ["甲公司；乙公司", "甲公司\n乙公司", "甲公司﹑乙公司", "甲公司｜乙公司"]
)
def test_cells_that_list_several_are_split(cell):
    assert lists_several([cell]) == [True]
    assert split_names(cell) == ["甲公司", "乙公司"]
