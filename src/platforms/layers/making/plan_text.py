"""plan.yaml of a new workspace, with comments that say what each line is for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields

from platforms.errors import InputError
from platforms.layers.making.wishes import GivenDocument
from platforms.layers.written_date import is_written_date

__all__ = ["LIMITS", "city_document", "plan_text"]

LIMITS = ("permanent_farmland", "ecological_redline", "river", "road")
"""Limits that are asked for, in their order: the first takes land that two claim."""

_PACK = "idle-land-53"
_KEYS = tuple(field.name for field in fields(GivenDocument))


def city_document(text: str) -> GivenDocument:
    """Read a document as the command line has it: ``id=…,title=…,date=…``.

    Parameters
    ----------
    text
        Keys of :class:`GivenDocument` with their values; a comma in a value stays in it.

    Raises
    ------
    InputError
        For a key that is not known, or where id or title is missing.
    """
    found: dict[str, str] = {}
    last = ""
    for piece in text.split(","):
        key, sign, value = piece.partition("=")
        name = key.strip()
        if sign and name in _KEYS:
            found[name] = value.strip()
            last = name
        elif last and not (sign and name.isidentifier() and name.isascii()):
            # a comma of the title itself
            found[last] += f",{piece}"
        else:
            raise InputError("city.document_key", text=text[:80], key=name, allowed=list(_KEYS))
    if not found.get("id") or not found.get("title"):
        raise InputError("city.document_incomplete", text=text[:80], allowed=list(_KEYS))
    if found.get("date") and not is_written_date(found["date"]):
        raise InputError("city.document_date", text=text[:80], value=found["date"])
    return GivenDocument(**found)


def plan_text(
    *, name: str, code: str, zone: tuple[int, float], year: int, documents: Sequence[GivenDocument]
) -> str:
    """Return plan.yaml.

    Parameters
    ----------
    name, code
        Of the county.
    zone
        EPSG code of the survey plane, and its central meridian in degrees.
    year
        Year that rules are judged for.
    documents
        What rows may cite.
    """
    epsg, meridian = zone
    lines = [
        "# 这个工作区说的是哪个县、按什么坐标系量面积、引用哪些文件。改后用 platforms check 查看。",
        f"name: {{zh: {_quoted(name)}, en: {_quoted(name)}}}",
        f"county_code: {_quoted(code)}  # 区划代码（GB/T 2260）",
        f"crs: EPSG:{epsg}  # 量面积的测量平面：CGCS2000 三度带，按县域中心的经度选定",
        f"central_meridian: {meridian:g}",
        f"assessment_year: {year}  # 规则默认按哪一年认定",
        "# 默认的规则包。本县自己的规则写成 policy/ 下的规则包后换成它的编号；",
        f"# {_PACK} 是全国通用的闲置土地规定，不是本县的低效认定标准。",
        f"default_pack: {_PACK}",
        "# 限制要素，按扣除的先后排列。图斑放进图层 constraints 后才会扣除；没有图层的不扣，",
        "# 结果会注明缺哪一项。",
        f"constraints: [{', '.join(LIMITS)}]",
    ]
    if not documents:
        lines += [
            "# 规划文件，一份一条；平台、目标等各表的 doc 列引用这里的 id，例如：",
            '#   - {id: plan2021, title: 某某规划, number: 某政发〔2021〕1号, date: "2021-05"}',
            "documents: []",
        ]
        return "\n".join([*lines, ""])
    lines.append("# 规划文件；各表的 doc 列引用这里的 id。全文放在 documents/ 下，以 id 为名")
    lines.append("documents:")
    for document in documents:
        told = [(key, getattr(document, key)) for key in _KEYS]
        written = [f"{key}: {_quoted(value)}" for key, value in told if value]
        lines += [f"  {'-' if at == 0 else ' '} {line}" for at, line in enumerate(written)]
    return "\n".join([*lines, ""])


def _quoted(text: str) -> str:
    # JSON is YAML, and quotes whatever a user wrote
    return json.dumps(text, ensure_ascii=False)
