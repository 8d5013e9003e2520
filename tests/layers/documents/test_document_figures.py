"""Numbers of the tables stand in the words they are from, as a document writes numbers."""

from __future__ import annotations

import pytest

import platforms as ip
from platforms.layers.documents.coverage import figure_faults
from platforms.layers.documents.figures import number_stands, unit_stands

HEAD = "target_id,doc,section,row,page,indicator,year,value,unit,operator,yearly,nature,base_year,base_value,base_unit,growth,increase,lead,responsible,topic,text,computed_by,note"
TEXT = (
    "三、目标\n到2025年，产值达到1,900亿元，企业160家以上。\n表1 指标\n1\t产值\t亿元\t1200\t1900\n"
)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (160, "家", "企业160家以上"),
        (160, "家", "企业 １６０ 家"),
        (1900.5, "亿元", "增加值1,900.5亿元"),
        (13000, "家", "企业1.3万多家"),
        (1.3, "万家", "企业1.3万多家"),
        (5, "个", "打造五大产业集群"),
        (23, "个", "建成二十三个园区"),
        (1000, "亿元", "培育千亿级产业集群"),
        (100, "亿元", "打造超百亿产业链"),
        (3, "家", "新增企业2-3家"),
        (-0.5, "%", "增速为-0.5%"),
        (1, "万亿元", "突破万亿大关"),
        (2, "倍", "上市公司数量翻倍"),
        (4, "倍", "再翻两番"),
        (33.33, "%", "不低于三分之一"),
        (88.17, "", "指数\t——\t88.17\t——"),
        (500, "亿元", "500\t360"),
    ],
)
def test_a_number_stands_in_any_of_its_forms(value, unit, words):
    assert number_stands(value, unit, words)
    assert not number_stands(value + 100, unit, words)


def test_a_part_of_a_number_is_another_number():
    assert not number_stands(16, "家", "企业160家")
    assert not number_stands(500360, "", "500\t360")


def test_a_unit_is_compared_where_one_is_printed():
    known = {"家", "个", "亿元", "%"}
    assert unit_stands(160, "家", "企业160家以上", known)
    assert not unit_stands(160, "个", "企业160家以上", known)
    # the head of the table has it
    assert unit_stands(160, "个", "企业数 160", known)


@pytest.fixture
def aims(city):
    """Give the small city targets."""
    card = ip.Workspace.open("taizhou").path("targets").with_suffix(".yaml").read_text("utf-8")
    assert "[tz-145]" in card
    (city / "layers/targets.yaml").write_text(card.replace("[tz-145]", "[plan]"), "utf-8")

    def write(value, unit, base="", computed=""):
        row = f"t1,plan,表1,1,,产值,2025,{value},{unit},at_least,,expected,2020,{base},,,,,,,产值达到1900亿元,{computed},"
        (city / "layers/targets.csv").write_text(f"{HEAD}\n{row}\n", encoding="utf-8")
        return ip.Workspace.open(city)

    return write


@pytest.mark.parametrize(
    ("given", "kinds"),
    [
        ((1900, "亿元"), []),
        ((2900, "亿元"), ["figure_words"]),
        ((1900, "%"), ["unit_words"]),
        ((2900, "亿元", "", "platforms"), ["figure_words"]),
    ],
)
def test_a_number_is_compared_with_its_own_words(aims, given, kinds):
    # units are known by the data: another row's would do as well
    workspace = aims(*given)
    if kinds == ["unit_words"]:
        file = workspace.path("targets")
        more = "t2,plan,表1,1,,产值,2024,1900,亿元,at_least,,expected,,,,,,,,,产值达到1900亿元,,\n"
        file.write_text(file.read_text("utf-8") + more, encoding="utf-8")
        workspace = ip.Workspace.open(workspace.layers_dir.parent)
    found = figure_faults(workspace)
    assert [(one.file, one.line, one.kind) for one in found] == [
        ("layers/targets.csv", 2, kind) for kind in kinds
    ]
    assert all("targets.csv" in one.message("en") for one in found)


@pytest.mark.parametrize(("base", "wrong"), [("1200", 0), ("1300", 1)])
def test_a_base_value_is_looked_for_in_the_cited_row(aims, tmp_path, base, wrong):
    text = tmp_path / "plan.txt"
    text.write_text(TEXT, encoding="utf-8")
    issues = ip.check_documents(aims(1900, "亿元", base), {"plan": text}).issues
    told = [one for one in issues if one.kind == "cited_figure"]
    assert [(one.severity, one.values["value"]) for one in told] == [("warning", "1300")][:wrong]


@pytest.mark.parametrize("name", ["yueqing", "taizhou"])
def test_what_ships_has_its_numbers_from_its_words(name):
    assert figure_faults(ip.Workspace.open(name)) == []
