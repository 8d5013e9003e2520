"""Every rule and parameter that ships says where it is written, and invents no words."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from pack_cases import PACKS, SCORES

from platforms.policy.parameters import Parameter, Source
from platforms.policy.workspace import Workspace

# what the documents say, as read; quotes must be found in it
WORDS = {
    "yq2022": "亩均税收低于前两年行业平均值10%的规模以上工业企业，以及连续2年亩均效益综合评价列入C类、或连续2年亩均税收低于10万元/亩的规模以下工业企业，由市经信局牵头认定，相关部门依法依规对企业开展执法检查。高耗能行业中，达不到能耗限额标准要求，违反节能法律法规规定的企业。根据上级产业项目能效准入标准（浙江省0.52吨标准煤/万元、温州市0.49吨标准煤/万元），严格按审查权限（1000—5000吨标准煤）依法依规开展节能审查",
    "yq-electric-145": "到2025年，基本完成亩均税收5万元以下的低效企业改造提升，累计实施。多渠道向上争取用地计划指标，加强“用而未尽、建而未投、投而未达”低效工业项目整治",
    "mlr-order-53": "本办法所称闲置土地，是指国有建设用地使用权人超过国有建设用地使用权有偿使用合同或者划拨决定书约定、规定的动工开发日期满一年未动工开发的国有建设用地。已动工开发但开发建设用地面积占应动工开发建设用地总面积不足三分之一或者已投资额占总投资额不足百分之二十五，中止开发建设满一年的国有建设用地，也可以认定为闲置土地",
    "ndrc-order-44": "年综合能源消费量5000吨标准煤以上的固定资产投资项目，其节能审查由省级节能审查机关负责",
    "tz-inefficient-2025": "1.低于省定分行业亩均税收低效指导标准的；2.容积率低于1.0的（行业有特殊要求的除外）；3.建筑质量较差或配套设施陈旧的工业点；4.产业业态为国家产业政策规定的禁止类、淘汰类产业；5.不",
    "hy-score-2021": "规上企业得分=亩均税收÷26.01×30+亩均增加值÷132.27×20+单位能耗增加值÷2.54×20+单位排放增加值÷4861.08×10+全员劳动生产率÷17.45×10+R&D经费占主营业务收入比重÷0.0305×10，规下企业得分=亩均税收÷16.601058×50+单位用电税收÷0.236565×50",
    "hy-score-2022": "规上企业得分=亩均税收÷24.097×30+亩均增加值÷136.16×20+单位能耗增加值÷2.694×20+单位排放增加值÷4929.81×10+全员劳动生产率÷18.14×10+R&D经费占主营业务收入比重÷0.0302×10，规下企业得分=亩均税收÷11.5932×50+单位用电税收÷0.2352×50，规上无排放数据的，单位排放增加值得分按规上企业此项平均得分赋分",
    "wl-score-2022": "对规上企业有厂区仅出租给一家规下企业的，不扣分，出租每增加一家扣5分；规下企业有厂区出租给规下企业的，第一家扣10分，每增加一家扣5分；以上扣分不设上限。在《实施意见》分行业评价的基础上，按纺织鞋帽橡塑，金属及金属制品生产、冶炼、加工，泵、阀门动力机械通用设备，电子电气仪器仪表和其他行业等五个行业（详见附件），对B、C、D类分档比例进行调整：B类规上企业、规下企业比例分别调整为排名的前20%-80%（含）、5%-75%（含）；C类规上企业、规下企业比例分别调整为排名的前80%-95%（含）、75%-95%（含）；D类规上企业、规下企业比例均调整为后5%",
}  # fmt: skip
# what no source gives: the rule or the score that needs it is unknown
EMPTY = {("taizhou-2025", "tax_guide"), ("taizhou-2025", "far_excepted")}
ALL = {**PACKS, **SCORES}


def _sources(parameter: Parameter) -> Iterator[Source]:
    if parameter.source is not None:
        yield parameter.source
    yield from (dated.source for dated in parameter.dated if dated.source is not None)


def _found(quote: str, document: str) -> bool:
    words = re.sub(r"\s", "", WORDS[document])
    return all(re.sub(r"\s", "", part) in words for part in quote.split("……"))


@pytest.mark.parametrize("name", PACKS)
def test_the_rules_quote_what_the_documents_say(name):
    for rule in PACKS[name].rules:
        assert rule.clause.section
        assert rule.clause.item
        assert _found(rule.clause.quote.replace("……的", "……"), rule.document), rule.id


@pytest.mark.parametrize("name", SCORES)
def test_the_groups_quote_what_the_documents_say(name):
    for group in SCORES[name].groups:
        assert _found(group.clause.quote, SCORES[name].document), group.id


@pytest.mark.parametrize("name", ALL)
def test_each_parameter_has_unit_confidence_and_a_source_or_is_the_tools_own(name):
    for parameter in ALL[name].parameters:
        sources = list(_sources(parameter))
        assert parameter.unit
        assert (parameter.basis == "document") == bool(sources), parameter.id
        for source in sources:
            assert source.quote, parameter.id
            assert _found(source.quote, source.document), parameter.id
        # what is the tool's own is never shown as read in a source
        assert parameter.basis == "document" or parameter.confidence != "H"
        assert parameter.basis == "document" or parameter.note, parameter.id


def test_only_what_could_not_be_sourced_is_empty():
    empty = {(name, p.id) for name, pack in ALL.items() for p in pack.parameters if not p.values}
    assert empty == EMPTY


# numbers that the documents write as words
SPELLED = {"built_floor", "invested_floor", "above_free_tenants", "below_free_tenants"}


@pytest.mark.parametrize("name", ALL)
def test_numbers_stand_in_the_words_that_are_quoted_for_them(name):
    for parameter in ALL[name].parameters:
        pairs = [(parameter.value, parameter.source)]
        pairs += [(dated.value, dated.source) for dated in parameter.dated]
        for value, source in pairs:
            if source is None or not isinstance(value, (int, float)):
                continue
            if parameter.unit == "年" or parameter.id in SPELLED:
                continue
            numbers = [float(n) for n in re.findall(r"\d+(?:\.\d+)?", source.quote or "")]
            assert float(value) in numbers, parameter.id


def test_the_packs_of_the_workspaces_cite_documents_that_they_know():
    ws = Workspace.open("yueqing")
    assert set(ws.packs) == {
        "yueqing-2022", "yueqing-electric-145", "yueqing-two-high", "idle-land-53",
    }  # fmt: skip
    assert ws.scores == {}
    assert ws.rules().pack == ws.rules("2022").pack == "yueqing-2022"
