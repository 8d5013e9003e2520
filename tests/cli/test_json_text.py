"""JSON as the command line prints it is what the library would print, laid out the same."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.cli.json_text import json_text

_CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
)
_KEYS = st.text(max_size=5)
_TABLES = st.lists(_KEYS, unique=True, min_size=1, max_size=4).flatmap(
    lambda keys: st.lists(st.fixed_dictionaries(dict.fromkeys(keys, _CELLS)), max_size=5)
)
_VALUES = st.recursive(
    _CELLS | _TABLES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


def _expected(value):
    return json.dumps(value, ensure_ascii=False, indent=2)


@given(_VALUES)
def test_it_is_the_librarys_own_text(value):
    assert json_text(value) == _expected(value)


@pytest.mark.parametrize(
    "value",
    [
        {}, [], [{}], [{}, {}], {"a": {}, "b": []}, [[], [[]]],
        # rows of one table, of two kinds, in another order, with cells that are no words
        [{"a": 1, "b": "x"}, {"a": 2, "b": None}],
        [{"a": 1}, {"b": 1}],
        [{"a": 1, "b": 2}, {"b": 2, "a": 1}],
        [{"a": [1]}, {"a": [2]}],
        [{"a": {"b": 1}}, {"a": 1}],
        [{"a": 1}, 1],
        # what the layout itself is made of
        [{"50%": "%s", "%s": "%%"}, {"50%": "a\nb", "%s": '","'}],
        [{"地块": "宗\u2028地"}, {"地块": '\x00\t"'}],
        "NaN", ["NaN", "Infinity"], [{"a": "NaN"}, {"a": "null"}],
    ],
)  # fmt: skip
def test_odd_shapes_and_texts_are_laid_out_as_the_library_does(value):
    assert json_text(value) == _expected(value)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, np.float64("nan")])
def test_numbers_that_are_not_finite_are_null_and_nothing_else_is(bad):
    table = [{"m2": bad, "name": "NaN"}, {"m2": 1.5, "name": "-Infinity"}]
    assert json.loads(json_text(bad)) is None
    assert json.loads(json_text(table)) == [
        {"m2": None, "name": "NaN"},
        {"m2": 1.5, "name": "-Infinity"},
    ]
    assert json.loads(json_text({"a": [bad, 1]})) == {"a": [None, 1]}


@pytest.mark.parametrize(
    ("number", "plain"),
    [(np.int64(7), 7), (np.float64(9997.63), 9997.63), (np.bool_(True), True), (np.str_("x"), "x")],
)
def test_numbers_of_numpy_are_pythons(number, plain):
    assert json_text(number) == json.dumps(plain)
    assert json_text([{"a": number}] * 2) == _expected([{"a": plain}] * 2)


def test_keys_that_are_no_text_become_text():
    assert json.loads(json_text({1: "a", None: "b"})) == {"1": "a", "None": "b"}
    assert json.loads(json_text([{1: "a"}, {1: "b"}])) == [{"1": "a"}, {"1": "b"}]


def test_a_value_that_json_has_not_is_refused():
    with pytest.raises(TypeError, match="object"):
        json_text({"a": object()})
    with pytest.raises(TypeError, match="set"):
        json_text([{"a": {1}}, {"a": {2}}])
