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


def test_a_document_of_which_nothing_is_held_has_no_text(yueqing):
    words = ip.plan_words(yueqing, "platforms", "YQ-P01").set_index("doc")
    assert words["text"].ne("").to_dict() == {
        "yq2016": True, "yq-electric-145": False, "yq2022": False, "yq2023": False,
    }  # fmt: skip
    assert words.loc["yq2022", "citation"] == ""


def test_a_mention_without_words_has_its_clause_once(yueqing):
    words = ip.plan_words(yueqing, "special_towns", "YQ-S01")
    named = words[words["doc"].eq("yq-electric-145")]
    assert named["text"].tolist()[0] == "高起点规划建设柳白新区智能电气小镇"
    assert named["text"].tolist()[1:] == [""]
    assert named["citation"].is_unique


def test_each_statement_is_of_a_feature_that_is_there(yueqing):
    said = yueqing.table("statements")
    for layer, rows in said.groupby("layer"):
        known = set(yueqing.table(layer)[yueqing.card(layer).key])
        assert set(rows["feature_id"]) <= known


@pytest.mark.parametrize("layer", ["projects", "firms", "micro_parks", "logistics_parks"])
def test_every_list_can_be_asked(yueqing, layer):
    first = str(yueqing.table(layer)[yueqing.card(layer).key].iloc[0])
    assert ip.plan_words(yueqing, layer, first)["text"].ne("").any() or layer == "firms"
