"""A small pack that uses every operator, for the tests of the language."""

from __future__ import annotations

from pathlib import Path

import yaml

from platforms.policy.schema import Pack

TEXT = """
pack: small
title: {zh: 小包, en: Small}
document: own
documents:
  - {id: own, title: 自带的文件, number: 第 1 号, issuer: 某部, date: "2012-06-01", region: 全国}
region: 全国
valid_from: 2012-07-01
assessment_year: 2022
fields:
  - {id: agreed, title: {zh: 约定动工日, en: Agreed start}, type: date}
  - {id: stopped, title: {zh: 停工日, en: Stopped}, type: date}
  - {id: tax_wan, title: {zh: 税收, en: Tax}, type: number, unit: 万元, yearly: true}
  - {id: fee_wan, title: {zh: 费, en: Fees}, type: number, unit: 万元, yearly: true}
  - {id: paid_wan, title: {zh: 税费, en: Paid}, type: number, unit: 万元, yearly: true, sum: [tax_wan, fee_wan]}
  - {id: promised_wan, title: {zh: 约定税收, en: Promised}, type: number, unit: 万元}
  - {id: energy, title: {zh: 能耗, en: Energy}, type: number, unit: 吨标准煤}
facts:
  - {id: control_line, title: {zh: 工业用地控制线, en: Control line}, layer: control_line}
parameters:
  - id: late
    title: {zh: 满几年, en: Years late}
    unit: 年
    value: 1
    basis: document
    source: {document: own, clause: 第二条}
    confidence: H
  - id: share
    title: {zh: 线内占比, en: Share inside}
    unit: "1"
    value: 0.5
    basis: tool
    confidence: L
  - id: limit
    title: {zh: 能耗线, en: Energy line}
    unit: 吨标准煤
    basis: document
    source: {document: own, clause: 附则}
    confidence: H
    dated:
      - {from: 2018-01-01, to: 2020-12-31, value: 3000}
      - {from: 2022-01-01, value: 1000, source: {document: own, clause: 修订一}}
rules:
  - id: not_started
    title: {zh: 未动工满一年, en: Not started for a year}
    document: own
    clause: {section: 二, item: "1", quote: 满一年未动工}
    condition:
      elapsed: {from: agreed, until: judging_date, op: ">=", years: {parameter: late}}
    outcome: idle
  - id: stopped_long
    title: {zh: 停工超过 90 天, en: Stopped for over 90 days}
    document: own
    clause: {section: 二, item: "2", quote: 停工}
    condition:
      elapsed: {from: agreed, until: stopped, op: ">", days: 90}
    outcome: idle
  - id: inside
    title: {zh: 多半在控制线内, en: Mostly inside the line}
    document: own
    clause: {section: 三, item: "1", quote: 控制线内}
    condition:
      spatial: {fact: control_line, op: share_at_least, share: {parameter: share}}
    outcome: low_efficiency
  - id: broken_promise
    title: {zh: 未达约定, en: Less than promised}
    document: own
    clause: {section: 三, item: "2", quote: 未达约定}
    condition:
      compare: {field: paid_wan, op: "<", field2: promised_wan, year_offset: -1}
    outcome: low_efficiency
  - id: energy_review
    title: {zh: 能耗审查（旧）, en: Energy review (old)}
    document: own
    clause: {section: 四, item: "1", quote: 节能审查}
    valid_to: 2021-12-31
    condition:
      compare: {field: energy, op: ">=", parameter: limit}
    outcome: review_province
  - id: energy_review
    title: {zh: 能耗审查（新）, en: Energy review (new)}
    document: own
    clause: {section: 四, item: "1", quote: 节能审查}
    valid_from: 2022-01-01
    condition:
      compare: {field: energy, op: ">=", parameter: limit}
    outcome: review_city
"""


def pack(**changes: object) -> Pack:
    """The small pack, with other top-level keys."""
    return Pack.model_validate(yaml.safe_load(TEXT) | changes)


def only(*names: str) -> Pack:
    """The small pack with some of its rules."""
    whole = pack()
    return whole.model_copy(update={"rules": tuple(r for r in whole.rules if r.id in names)})


def condition(written: dict[str, object], **changes: object) -> Pack:
    """The small pack with one rule of a given condition."""
    rule = yaml.safe_load(TEXT)["rules"][0] | {"id": "one", "condition": written}
    return pack(rules=[rule], **changes)


def written(folder: Path, old: str = "", new: str = "") -> Path:
    """Write the small pack with one change into a file."""
    assert not old or old in TEXT, "the case no longer touches the pack"
    path = folder / "small.yaml"
    path.write_text(TEXT.replace(old, new, 1) if old else TEXT, encoding="utf-8")
    return path
