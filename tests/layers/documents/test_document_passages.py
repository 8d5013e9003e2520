"""What the data cite, and the words that a citation opens."""

from __future__ import annotations

import pytest

import platforms as ip
from platforms.layers.documents.citing import mentions
from platforms.layers.documents.folding import fold, fold_section, pieces

# cited by parameters from reports; the documents themselves were not read, and say so
NOT_READ = {"m2004-control", "wz-2022-74", "qz-2023-industrial", "slope-classes"}


@pytest.fixture(scope="module", params=["yueqing", "taizhou"])
def shipped(request):
    return ip.Workspace.open(request.param)


def test_every_citation_of_every_shipped_city_opens_words(shipped):
    silent = ip.uncovered_citations(shipped)
    assert set(silent["doc"]) <= NOT_READ, silent[~silent["doc"].isin(NOT_READ)].to_string()


def test_every_cited_document_is_known(shipped):
    known = ip.documents(shipped)
    assert known["doc"].is_unique
    assert {one.doc for one in ip.cited(shipped)} <= set(known["doc"])
    assert known["title"].ne("").all()
    plan = [document.id for document in shipped.plan.documents]
    assert known["doc"].tolist()[: len(plan)] == plan
    assert known[known["doc"].isin(plan)]["cited"].gt(0).all()


def test_a_passage_is_short_and_kept_once(shipped):
    kept = shipped.table("passages")
    assert kept["text"].str.len().le(200).all()
    assert not kept.duplicated(["doc", "section", "row", "text"]).any()


def test_citations_name_file_row_and_place():
    found = ip.cited(ip.Workspace.open("yueqing"))
    by = {(one.layer, one.feature): one for one in found}
    platform = by["platforms", "YQ-P07"]
    assert (platform.file, platform.line) == ("layers/yueqing/platforms.csv", 8)
    assert (platform.doc, platform.section, platform.row) == ("yq2016", "附件二", "7")
    assert platform.names[0] == "乐清市城东产业功能区"
    assert any("提升电子电器" in words for _, words in platform.words)
    rules = [one for one in found if one.file == "layers/yueqing/policy/yueqing-2022.yaml"]
    floor = next(one for one in rules if one.feature == "tax_floor")
    assert (floor.doc, floor.section) == ("yq2022", "一、1")
    assert floor.words == (("", "连续2年亩均税收低于10万元/亩"),)
    # a method that cites rows 13 and 27 cites both
    rows = [one.row for one in found if one.file.endswith("moves/directions.yaml")]
    assert {"13", "27"} <= set(rows)


def test_a_rules_clause_and_a_tables_section_are_one_place():
    passage = ip.passage(ip.Workspace.open("yueqing"), "yq-electric-145", "五、（二）7")
    assert any("盘活存量建设用地" in words for _, words in passage.texts)
    assert ip.passage(ip.Workspace.open("yueqing"), "yq2016", "九十九").texts == ()


def test_a_silent_citation_is_told(city):
    silent = ip.uncovered_citations(ip.Workspace.open(city))
    silent = silent[silent["layer"].ne("")]
    assert silent.to_dict("records") == [
        {
            "file": "layers/parks.csv",
            "line": line,
            "layer": "parks",
            "feature": park,
            "doc": "plan",
            "section": section,
            "row": row,
            "why": "no_words",
        }
        for line, park, section, row in ((2, "P1", "附件二", "3"), (3, "P2", "三（四）", ""))
    ]


def test_a_kept_passage_opens_the_citation(city):
    card = (city / "layers/parks.yaml").read_text("utf-8")
    head, _, _ = card.partition("columns:")
    columns = ["passage_id", "doc", "section", "row", "page", "text", "note"]
    (city / "layers/passages.yaml").write_text(
        head.replace("parks", "passages").replace("park_id", "passage_id").replace("place", "none")
        + "columns:\n"
        + "".join(
            f"  - {{name: {c}, title: {{zh: {c}, en: {c}}}, type: string}}\n" for c in columns
        ),
        encoding="utf-8",
    )
    (city / "layers/passages.csv").write_text(
        f"{','.join(columns)}\nS1,plan,附件二,3,,3 | 东园,\nS2,plan,三（四）,,,别的园区,\n",
        encoding="utf-8",
    )
    workspace = ip.Workspace.open(city)
    silent = ip.uncovered_citations(workspace)
    # words of a section that name another park are none of this one
    assert silent[silent["layer"].ne("")][["feature", "why"]].to_numpy().tolist() == [
        ["P2", "not_named"]
    ]
    assert ip.passage(workspace, "plan", "附件二", "3").texts == (("园区", "3 | 东园"),)


def test_mentions_may_lack_a_row():
    assert mentions("a:附件二:7; b:三（四）;;c") == [
        {"doc": "a", "section": "附件二", "row": "7"},
        {"doc": "b", "section": "三（四）", "row": ""},
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("提升 R&D 经费", "提升R&D经费"),
        ("（2016—2020年）", "(2016-2020 年)"),
        ("建筑面积 20 万 m ²", "建筑面积20万m²"),
        ("试点示范市²，将", "试点示范市，将"),
        ("“互联网+”", '"互联网+"'),
        ("１５％", "15%"),
    ],
)
def test_ways_of_writing_are_one(one, other):
    assert fold(one) == fold(other)


def test_other_words_are_other_words():
    assert fold("低于10万元/亩") != fold("低于100万元/亩")
    assert fold("20 m²") != fold("20 m")
    assert fold_section("五、（二）7") == fold_section("五（二）7")
    assert fold_section("五（二）7") != fold_section("五（二）17")


def test_kept_words_fall_into_pieces():
    assert pieces("甲……乙 丙 | 丁") == ["甲", "乙", "丙", "丁"]
