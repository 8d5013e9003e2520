"""What changed between documents, and what they say against each other."""

from __future__ import annotations

import pytest

import platforms as ip
from platforms import messages


def test_names_and_sentences_are_compared_with_the_document_before(told):
    changes = ip.plan_changes(ip.plan_words(told, "sites", "P1"))
    old, new = changes.to_dict("records")
    assert (old["after"], old["called"], old["called_new"]) == ("", "东方工业园;东方园", "")
    assert (new["after"], new["called"], new["called_gone"]) == ("old", "东方工业园", "东方园")
    # the sentence is the same, whatever the printer made of it
    assert (new["passages"], new["again"], new["work"]) == (4, 1, 2)


def test_a_place_of_which_nothing_is_said_has_not_changed(told):
    assert ip.plan_changes(ip.plan_words(told, "sites", "P3")).empty


def test_both_sides_of_a_contradiction_have_their_clause(told):
    (row,) = ip.plan_contradictions(told, "sites", "P1").to_dict("records")
    assert (row["name"], row["kind"], row["differs"]) == ("东方工业园", "year", "年份不同")
    assert (row["text_a"], row["text_b"]) == ("2020年", "2025年")
    assert "旧规划" in row["citation_a"]
    assert "新规划" in row["citation_b"]
    assert len(ip.plan_contradictions(told)) == 2


@pytest.fixture
def _english():
    before = messages.language()
    messages.set_language("en")
    yield
    messages.set_language(before)


@pytest.mark.usefixtures("_english")
def test_what_differs_is_said_in_the_language_where_it_is_written(told):
    differs = ip.plan_contradictions(told)["differs"].tolist()
    assert differs == ["The years differ", "名称不同"]


def test_a_city_without_contradictions_has_none(city):
    assert ip.plan_contradictions(ip.Workspace.open(city)).empty
