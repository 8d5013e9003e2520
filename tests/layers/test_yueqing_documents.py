"""What the four documents of 乐清 say: counts, rows read by eye, citations, links, quotes.

Every ``text`` was compared once with the documents by a program, line breaks apart. The tests
hold the counts, rows that were read by eye, and that the tables agree with each other.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from platforms.layers.cards import read_card, read_plan

LAYERS = Path(__file__).resolve().parents[2] / "layers" / "yueqing"
COUNTS = {
    "tasks": 50,
    "measures": 26,
    "key_tasks": 51,
    "clusters": 6,
    "comparisons": 66,
    "counts": 115,
    "indicator_history": 55,
    "industry_fields": 30,
    "programmes": 7,
    "named_projects": 42,
    "statements": 133,
    "contradictions": 51,
    "document_tables": 53,
}
DOCUMENTS = {one.id for one in read_plan(LAYERS / "plan.yaml").documents}


def table(name):
    return pd.read_csv(LAYERS / f"{name}.csv", dtype=str, keep_default_na=False)


def row(name, **wanted):
    frame = table(name)
    for column, value in wanted.items():
        frame = frame[frame[column].eq(value)]
    assert len(frame) == 1, wanted
    return frame.iloc[0].to_dict()


def ids(layer):
    if layer == "layout_units":
        features = json.loads((LAYERS / "layout_units.geojson").read_text("utf-8"))["features"]
        return {one["properties"]["unit_id"] for one in features}
    card = read_card(LAYERS / f"{layer}.yaml")
    return set(table(layer)[card.key])


def parts(cells):
    return [part for cell in cells for part in cell.split(";") if part]


@pytest.mark.parametrize(("name", "count"), COUNTS.items())
def test_every_row_is_there_and_cites_a_document(name, count):
    card, frame = read_card(LAYERS / f"{name}.yaml"), table(name)
    assert len(frame) == count
    assert list(frame.columns) == [column.name for column in card.columns]
    ends = ("_a", "_b") if name == "contradictions" else ("",)
    for end in ends:
        assert set(frame[f"doc{end}"]) <= set(card.documents) <= DOCUMENTS
        assert frame[f"section{end}"].ne("").all()


def test_the_tasks_of_2023_stand_in_order_with_their_units():
    tasks = table("tasks")
    assert tasks["row"].astype(int).tolist() == list(range(1, 51))
    for one in tasks.to_dict("records"):
        written = one["units_text"].removesuffix("等相关单位").split("、")
        assert parts([one["lead"]]) == [unit[:-1] for unit in written if unit.endswith("*")]
        assert parts([one["joint"]]) == [unit for unit in written if not unit.endswith("*")]
    assert tasks["lead"].ne("").sum() == 14
    # the heading is a merged cell, or is written anew on the next page
    assert tasks["initiative"].drop_duplicates().tolist() == [
        "打造现代化产业体系", "聚力产业提档促升级", "聚力高端化转型促升级", "聚力企业梯次培育促升级",
        "聚力创新驱动促升级", "聚力市场开拓促升级", "聚力项目双进促升级", "强化政策扶持",
        "强化要素支撑", "优化营商环境",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "lead", "joint", "words"),
    [
        (1, "", "市经信局", "力争规上工业产值突破2200亿元，增长10%"),
        (9, "市经信局", "芙蓉镇;城东街道", "提升头盔、钻头产业集聚创新水平"),
        (13, "市发改局", "市生态环境局;市供电局", "推动建立碳标签制度"),
        (34, "", "市经信局", "实现小微企业园开工2个，建成2个。"),
        (42, "", "市经信局", "整治低效工业用地1800亩，启动老旧厂房改造50个以上。"),
        (50, "", "市纪委;有关执法部门", "推行涉企免罚轻罚清单"),
    ],
)
def test_tasks_as_printed(number, lead, joint, words):
    found = row("tasks", row=str(number))
    assert (found["lead"], found["joint"]) == (lead, joint)
    assert words in found["text"]


def test_targets_and_tasks_name_the_same_units():
    targets = table("targets").set_index("target_id")
    tasks = table("tasks")
    linked = parts(tasks["targets"])
    assert sorted(linked) == sorted(targets.index[targets["doc"].eq("yq2023")])
    for one in tasks.to_dict("records"):
        units = {*parts([one["lead"]]), *parts([one["joint"]])}
        for target in one["targets"].split(";"):
            assert set(targets.loc[target, "responsible"].split(";")) == units, target
            assert targets.loc[target, "lead"] == one["lead"], target
            assert targets.loc[target, "text"].replace(" ", "") in one["text"], target


def test_the_measures_are_numbered_through_nine_programmes():
    measures = table("measures")
    assert measures["number"].astype(int).tolist() == list(range(1, 27))
    assert measures["chapter"].nunique() == 9
    numbers = measures["section"].str.extract(r"^五（[一二三四五六七八九]）(\d+)$")[0]
    assert numbers.tolist() == measures["number"].tolist()
    # 16 and 20 set no goal
    assert measures.loc[measures["goal_text"].eq(""), "number"].tolist() == ["16", "20"]
    assert measures["units_text"].tolist() == measures["joint"].str.replace(";", "、").tolist()


@pytest.mark.parametrize(
    ("number", "name", "units", "words"),
    [
        (1, "深化产品智能化研发", "市经信局;市科技局", "新增软件著作权数量1000个"),
        (7, "加快企业绿色制造转型", "市经信局;市生态环境局", "盘活存量建设用地3000亩"),
        (13, "强化项目空间平台建设", "市资规局;市经信局", "新增工业供地5000亩"),
        (16, "提升行业品牌影响力", "市商务局;柳白新区管委会;柳市镇", "柳白智能电气特色小镇"),
        (26, "落实知识产权保护", "市市场监管局", "新增PCT申请量35件以上"),
    ],
)
def test_measures_as_printed(number, name, units, words):
    found = row("measures", number=str(number))
    assert (found["name"], found["joint"]) == (name, units)
    assert words in found["text"]


def test_the_goals_of_measures_and_clauses_are_their_targets():
    targets = table("targets").set_index("target_id")
    for layer, column in (("measures", "joint"), ("key_tasks", "lead")):
        for one in table(layer).to_dict("records"):
            units = [*parts([one["lead"]]), *parts([one["joint"]])]
            for target in parts([one["targets"]]):
                assert targets.loc[target, "responsible"].split(";") == units, target
                assert one[column] or layer == "key_tasks"
    listed = parts(table("measures")["targets"])
    wanted = targets.index[targets["section"].str.startswith("五（")]
    assert sorted(listed) == sorted(wanted[targets.loc[wanted, "doc"].eq("yq-electric-145")])


def test_the_clauses_of_2022_and_2023():
    clauses = table("key_tasks")
    assert clauses["doc"].value_counts().to_dict() == {"yq2022": 29, "yq2023": 22}
    first = row("key_tasks", section="一1")
    assert (first["lead"], first["joint"]) == ("市经信局", "市发改局;市自然资源和规划局")
    stars = row("key_tasks", section="一6")
    assert "三星级以上小微企业园2个以上" in stars["text"]
    assert "乐清湾临港经济开发区<筹>管委会" in stars["joint"]
    named = dict(zip(clauses["section"], clauses["tasks"], strict=True))
    back = table("tasks").groupby("clause")["task_id"].agg(";".join)
    # row 1 breaks down the general part, which is no clause
    assert {key: value for key, value in named.items() if value} == back.drop("一").to_dict()


def test_the_electrical_layout_has_one_area_two_platforms_three_fields():
    clusters = table("clusters")
    assert clusters["kind"].tolist() == ["service_area", *["platform"] * 2, *["main_field"] * 3]
    for one in clusters.to_dict("records"):
        assert one["places"] in one["text"]
        if one["same_layer"]:
            assert one["same_id"] in ids(one["same_layer"])
    assert clusters["name"].tolist()[3:] == ["柳市", "北白象", "翁垟"]


@pytest.mark.parametrize(
    ("subject", "indicator", "year", "value", "unit", "nature"),
    [
        ("乐清市", "规上企业数", "2020", "759", "家", "actual"),
        ("乐清市", "产值", "2020", "1190", "亿元", "actual"),
        ("江宁区", "产值", "2012", "505", "亿元", "actual"),
        ("江宁区", "产值", "2020", "1300", "亿元", "actual"),
        ("许昌市", "销售收入", "2020", "1400", "亿元", "planned"),
        ("西安市", "产值", "2021", "1000", "亿元", "planned"),
        ("鄞州区", "有效发明专利", "2015", "1723", "个", "actual"),
        ("滨江区", "高新技术产业增加值占规上工业增加值比重", "2015", "93.5", "%", "actual"),
        ("萧山区", "规上工业全员劳动生产率", "2015", "20.9", "万元/人·年", "actual"),
    ],
)
def test_benchmarks_as_printed(subject, indicator, year, value, unit, nature):
    found = row("comparisons", subject=subject, indicator=indicator, year=year)
    assert (found["value"], found["unit"], found["nature"]) == (value, unit, nature)
    assert value in found["value_text"]
    assert found["value_text"] in found["text"]


def test_a_number_that_is_not_written_is_derived_and_says_so():
    frame = table("comparisons")
    bare = frame[frame["value"].eq("")]
    assert bare["relation_text"].ne("").all()
    assert frame.loc[frame["derived"].ne(""), "value"].eq("").all()
    found = bare.set_index(["subject", "indicator"])["derived"].to_dict()
    wanted = {
        ("鄞州区", "规上工业R&D经费支出"): Decimal("17.05") * 5 / 2,
        ("鄞州区", "规上工业R&D经费占主营业务收入比重"): Decimal("1.46") + Decimal("0.34"),
        ("鄞州区", "规上工业新产品产值率"): Decimal("25.7") + 5,
        ("浙江省", "工业固定资产投资年均增长"): Decimal("35.5") - Decimal("21.7"),
        ("浙江省", "战略性新兴产业增加值占规上工业增加值比重"): Decimal("39.3") - Decimal("13.8"),
        ("浙江省", "高新技术产业增加值占规上工业增加值比重"): Decimal("55.6") - Decimal("18.4"),
        ("浙江省", "装备制造业增加值占规上工业增加值比重"): Decimal("77.7") - Decimal("40.9"),
        ("温州市", "两化融合指数"): Decimal("88.17") - Decimal("16.85"),
        ("浙江省", "规上单位工业用地增加值"): 207 / Decimal("2.2"),
    }
    # no firm's own turnover is written, only its relation to another's
    found.pop(("正泰、德力西、人民等三家龙头企业", "营收规模之和"))
    assert found.keys() == wanted.keys()
    assert all(abs(Decimal(found[key]) - wanted[key]) < Decimal("0.05") for key in wanted)


@pytest.mark.parametrize(
    ("subject", "number", "unit", "year", "section"),
    [
        ("工业总产值", "1770.6", "亿元", "2015", "一（一）1"),
        ("专利申请量", "7314", "件", "2015", "一（一）3"),
        ("信息化发展指数", "0.97", "", "2020", "二（三）"),
        ("技术优先主题", "50", "项", "2020", "专栏4-1"),
        ("新增省级研发机构", "20", "家", "2022", "二4"),
        ("外来人口", "60", "万人", "", "一（一）"),
        ("发明专利授权量与2010年相比", "3.1", "倍", "2015", "一（一）3"),
        ("储能累计装机量占全球市场", "17.3", "%", "", "一（一）"),
    ],
)
def test_numbers_of_the_text_as_printed(subject, number, unit, year, section):
    found = row("counts", subject=subject, section=section)
    assert (found["number"], found["unit"], found["year"]) == (number, unit, year)
    assert number in found["text"]


def test_a_range_has_two_ends():
    frame = table("counts")
    ranges = frame[frame["operator"].eq("range")]
    assert frame.loc[frame["number_to"].ne("")].index.equals(ranges.index)
    assert ranges["number"].astype(float).lt(ranges["number_to"].astype(float)).all()


def test_the_tables_of_past_years_are_whole():
    frame = table("indicator_history")
    yueqing = frame[frame["section"].eq("表1-1")]
    assert yueqing.groupby("row").size().tolist() == [5] * 7
    country = frame[frame["section"].eq("表1")]
    assert (
        country.pivot_table(index="row", columns="year", values="value", aggfunc="count")
        .eq(1)
        .all(axis=None)
    )
    assert country.shape[0] == 20
    assert row("indicator_history", indicator="GDP", year="2015")["value"] == "766.8"
    assert row("indicator_history", indicator="利润总额增速", year="2020")["value"] == "14.59"
    assert all(v == t.rstrip("%") for v, t in zip(frame["value"], frame["value_text"], strict=True))


def test_fields_are_counted_through_the_boxes():
    frame = table("industry_fields")
    for kind, count in (("key_field", 17), ("growth_point", 13)):
        numbers = frame.loc[frame["kind"].eq(kind), "number"].astype(int)
        assert sorted(numbers) == list(range(1, count + 1))
    assert set(frame["industry_id"]) == ids("industries")
    seven = table("programmes")
    assert seven["clause"].tolist() == [f"四（{number}）" for number in "一二三四五六七"]
    assert set(parts(seven["targets"])) <= ids("targets")


def test_a_statement_names_its_place_in_its_own_words():
    frame = table("statements")
    assert frame["layer"].value_counts().to_dict() == {
        "platforms": 37, "layout_units": 37, "special_towns": 27, "logistics_parks": 12,
        "projects": 11, "micro_parks": 9,
    }  # fmt: skip
    for layer, rows in frame.groupby("layer"):
        assert set(rows["feature_id"]) <= ids(layer)
    annexes = frame["section"].str.startswith("附件") & frame["doc"].eq("yq2016")
    for one in frame[~annexes].to_dict("records"):
        assert all(name in one["text"] for name in one["named"].split("、")) or (
            one["named"] in one["text"]
        ), one["statement_id"]
    twice = frame.duplicated(["layer", "feature_id", "doc", "section", "row", "text"])
    assert not twice.any()


def test_the_documents_stand_in_order_for_each_place():
    order = [one.id for one in read_plan(LAYERS / "plan.yaml").documents]
    for _, rows in table("statements").groupby(["layer", "feature_id"]):
        numbers = [order.index(doc) for doc in rows["doc"]]
        assert numbers == sorted(numbers)
    every = table("statements")
    said = every[every["feature_id"].eq("YQ-P13")]
    assert said["doc"].drop_duplicates().tolist() == order
    assert set(every.loc[every["layer"].eq("micro_parks"), "feature_id"]) == ids("micro_parks")
    assert set(every.loc[every["layer"].eq("special_towns"), "feature_id"]) == ids("special_towns")
    assert set(every.loc[every["layer"].eq("layout_units"), "feature_id"]) == ids("layout_units")


def test_a_contradiction_has_two_passages_that_differ():
    frame = table("contradictions")
    for layer, rows in frame.groupby("layer"):
        assert set(rows["feature_id"]) <= ids(layer)
    assert frame["text_a"].ne(frame["text_b"]).all()
    assert frame["differs"].is_unique or frame.duplicated(["layer", "feature_id"]).any()
    assert set(frame["doc_a"]) | set(frame["doc_b"]) == DOCUMENTS


@pytest.mark.parametrize(
    ("layer", "feature", "kind", "words_a", "words_b"),
    [
        ("platforms", "YQ-P26", "role", "改造提升", "退二进三"),
        ("special_towns", "YQ-S06", "name", "智慧小镇", "智慧科技小镇"),
        ("projects", "YQ-J03", "number", "总投资8亿元", "|20|"),
        ("targets", "yq145-28", "number", "20家", "25家"),
        ("targets", "yq2022-31", "number", "20个", "7个"),
        ("tasks", "YQ-T13", "lead", "市经信局*", "市发改局*"),
    ],
)
def test_contradictions_read_by_eye(layer, feature, kind, words_a, words_b):
    found = row("contradictions", layer=layer, feature_id=feature, kind=kind)
    assert words_a in found["text_a"]
    assert words_b in found["text_b"]


def test_what_is_named_later_keeps_the_sentence():
    frame = table("named_projects")
    assert all(name in text for name, text in zip(frame["name"], frame["text"], strict=True))
    assert frame["name"].nunique() == 26
    base = frame[frame["name"].eq("工业电器关键零部件先进制造业基地")]
    assert base["section"].tolist() == ["五（六）18"]
