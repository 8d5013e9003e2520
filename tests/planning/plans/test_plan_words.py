"""What the documents say of a place stands in their order, verbatim and with its clause."""

from __future__ import annotations

import pytest

import platforms as ip


def test_a_platform_has_every_document_in_order(yueqing):
    words = ip.plan_words(yueqing, "platforms", "YQ-P13")
    documents = [one.id for one in yueqing.plan.documents]
    assert words["doc"].drop_duplicates().tolist() == documents
    assert words["citation"].ne("").all()
    own = words.iloc[0]
    assert own["text"].startswith("重点发展，以高端装备制造业")
    assert "附件二" in own["citation"]
    assert words["text"].str.contains("全力创建国家级开发区").any()


def test_a_task_of_2023_is_told_with_its_units(yueqing):
    words = ip.plan_words(yueqing, "platforms", "YQ-P13")
    tasks = words[words["kind"].eq("task") & words["citation"].str.contains("附件第 32 行")]
    assert tasks["doc"].tolist() == ["yq2023"]
    assert "乐清经济开发区管委会" in tasks["joint"].iloc[0].split(";")


def test_a_document_of_which_nothing_is_held_has_no_text(told):
    words = ip.plan_words(told, "sites", "P3").set_index("doc")
    assert words.index.tolist() == ["old", "new"]
    assert words[["kind", "text", "citation"]].eq("").all(axis=None)


def test_a_mention_without_words_has_its_clause_once(told):
    words = ip.plan_words(told, "sites", "P1")
    mention = words[words["kind"].eq("mention")]
    assert mention[["doc", "text"]].values.tolist() == [["new", ""]]
    assert "五第 7 行" in mention["citation"].iloc[0]
    # one that a passage tells already is not told again
    assert ip.plan_words(told, "sites", "P2")["kind"].tolist() == ["own", "task"]


def test_a_statement_of_a_task_tells_its_units_and_stands_once(told):
    words = ip.plan_words(told, "sites", "P1")
    assert words[["doc", "kind", "text"]].values.tolist() == [
        ["old", "own", "做大做强"],
        ["old", "statement", "建设东方园"],
        ["new", "task", "建设 东方园"],
        ["new", "statement", "提升"],
        ["new", "task", "别名：扩大东方基地"],
        ["new", "mention", ""],
    ]
    task = words.iloc[2]
    assert (task["lead"], task["joint"]) == ("甲局", "乙局;丙局")
    assert (words.iloc[4]["lead"], words.iloc[4]["joint"]) == ("", "丙局")


def test_each_statement_is_of_a_feature_that_is_there(yueqing):
    said = yueqing.table("statements")
    for layer, rows in said.groupby("layer"):
        known = set(yueqing.table(layer)[yueqing.card(layer).key])
        assert set(rows["feature_id"]) <= known


@pytest.mark.parametrize("layer", ["projects", "firms", "micro_parks", "logistics_parks"])
def test_every_list_can_be_asked(yueqing, layer):
    first = str(yueqing.table(layer)[yueqing.card(layer).key].iloc[0])
    assert ip.plan_words(yueqing, layer, first)["text"].ne("").any() or layer == "firms"
