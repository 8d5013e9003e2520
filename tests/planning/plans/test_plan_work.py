"""Tasks and measures: who is to do them, and which place their words name."""

from __future__ import annotations

import pytest

import platforms as ip


def test_work_stands_in_the_order_of_the_documents(told):
    work = ip.plan_work(told)
    assert work["work_id"].tolist() == ["M1", "T1", "T2", "T3"]
    assert work["kind"].tolist() == ["measure", "task", "task", "task"]
    assert work["chapter"].tolist() == ["工程", "一", "一", "二"]
    # of a measure the plan says who is responsible, and not who leads
    assert work[["lead", "joint"]].values.tolist()[0] == ["", "丁局"]
    assert work["citation"].str.contains("规划").all()


def test_who_leads_most_comes_first(told):
    assert ip.work_units(ip.plan_work(told)) == ["乙局", "甲局", "丙局", "丁局"]


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ({}, ["M1", "T1", "T2", "T3"]),
        ({"documents": ["old"]}, ["M1"]),
        ({"leads": ["乙局"]}, ["T2"]),
        ({"units": ["乙局"]}, ["T1", "T2"]),
        ({"units": ["局"]}, []),
        ({"text": "提升 甲局"}, ["T1"]),
        ({"text": "工程"}, ["M1"]),
        ({"text": "(", "documents": ["new"]}, []),
        ({"leads": ["甲局", "乙局"], "text": "新东方"}, ["T2"]),
    ],
)
def test_work_is_chosen_by_document_unit_and_words(told, asked, left):
    assert ip.select_work(ip.plan_work(told), **asked)["work_id"].tolist() == left


@pytest.mark.parametrize(("site", "named"), [("P1", ["T1", "T3"]), ("P2", ["T2"]), ("P3", [])])
def test_a_name_within_a_longer_one_of_the_list_names_nothing(told, site, named):
    found = ip.work_naming(ip.plan_work(told), told, "sites", site)
    assert found["work_id"].tolist() == named


def test_a_city_without_such_tables_has_no_work(city):
    work = ip.plan_work(ip.Workspace.open(city))
    assert work.empty
    assert ip.work_units(work) == []
    assert ip.select_work(work, units=["甲局"], text="x").empty


def test_yueqing_has_the_fifty_tasks_and_26_measures(yueqing):
    work = ip.plan_work(yueqing)
    counts = work["kind"].value_counts()
    assert (counts["task"], counts["measure"]) == (50, 26)
    assert work["citation"].ne("").all()
    leading = ip.select_work(work, documents=["yq2023"], leads=["市经信局"])
    assert len(leading)
    assert leading["lead"].str.contains("市经信局").all()
