"""Values with dates: the one in force on the day, none in a gap."""

from __future__ import annotations

import datetime as dt

import pytest
from small_pack import pack

PACK = pack()


@pytest.mark.parametrize(
    ("day", "value", "clause"),
    [
        ((2017, 12, 31), None, "附则"),
        ((2018, 1, 1), 3000, "附则"),
        ((2020, 12, 31), 3000, "附则"),
        ((2021, 1, 1), None, "附则"),
        ((2021, 12, 31), None, "附则"),
        ((2022, 1, 1), 1000, "修订一"),
        ((2099, 1, 1), 1000, "修订一"),
    ],
)
def test_the_value_in_force_on_the_day_with_its_source(day, value, clause):
    found = PACK.on(dt.date(*day)).parameter("limit")
    assert found.current == value
    assert found.source.clause == clause
    assert len(found.dated) == (value is not None)


def test_the_day_is_the_last_of_the_assessment_year_or_the_one_named():
    assert PACK.day == dt.date(2022, 12, 31)
    other = PACK.on(dt.date(2020, 5, 1))
    assert (other.day, other.assessment_year) == (dt.date(2020, 5, 1), 2020)
    assert pack(judged_on=dt.date(2022, 3, 1)).day == dt.date(2022, 3, 1)
    assert PACK.day == dt.date(2022, 12, 31)


def test_all_values_are_listed_and_the_settled_ones_are_those_of_the_day():
    assert PACK.written("limit").values == (3000, 1000)
    assert [p.current for p in PACK.settled] == [1, 0.5, 1000]
    assert PACK.parameters[2].current is None


def test_a_chosen_value_stands_for_all_days():
    chosen = PACK.choose(limit=7)
    for year in (2017, 2019, 2021, 2023):
        assert chosen.on(dt.date(year, 6, 1)).parameter("limit").current == 7
    assert PACK.choose(limit=None).parameter("limit").current is None


@pytest.mark.parametrize(
    "change",
    [
        {"value": 5},
        {"readings": [{"id": "a", "value": 1, "title": {"zh": "", "en": ""}}], "reading": "a"},
        {"source": None},
    ],
)
def test_dates_exclude_value_and_readings_and_each_needs_a_source(change):
    given = PACK.written("limit").model_dump() | change
    with pytest.raises(ValueError, match=r"dated|source"):
        type(PACK.parameters[0]).model_validate(given)
