"""A date that does not exist is none, wherever it is written."""

from __future__ import annotations

import pytest

from platforms.errors import CardError, InputError
from platforms.layers.cards import read_plan
from platforms.layers.making.plan_text import city_document
from platforms.layers.written_date import is_written_date
from platforms.policy.workspace import Workspace


@pytest.mark.parametrize("text", ["2022", "2022-05", "2022-05-07", "2024-02-29"])
def test_a_date_may_be_a_year_a_month_or_a_day(text):
    assert is_written_date(text)


@pytest.mark.parametrize("text", ["", "22", "2021-13", "2021-00", "2023-02-29", "2021-1", "0000"])
def test_a_date_that_does_not_exist_is_refused(text):
    assert not is_written_date(text)


def test_a_document_of_a_month_that_does_not_exist_is_refused(city):
    with pytest.raises(InputError, match="2021-13"):
        city_document("id=a,title=规划,date=2021-13")
    assert city_document("id=a,title=规划,date=2021-12").date == "2021-12"
    plan = city / "layers/plan.yaml"
    text = plan.read_text("utf-8")
    assert '"2020-05"' in text
    plan.write_text(text.replace('"2020-05"', '"2020-15"'), encoding="utf-8")
    with pytest.raises(CardError, match="2020-15"):
        Workspace.open(city)
    with pytest.raises(CardError):
        read_plan(plan)
