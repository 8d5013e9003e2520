"""A small city of two documents whose tables say of parks what plans say."""

from __future__ import annotations

import pytest

import platforms as ip

_COLUMNS = {
    "sites": ("site_id", "name", "aliases", "mentions", "aim", "place_id"),
    "statements": ("statement_id", "layer", "feature_id", "named", "text", "note"),
    "tasks": ("task_id", "initiative", "name", "text", "lead", "joint", "topic", "targets"),
    "measures": ("measure_id", "chapter", "name", "text", "responsible"),
    "contradictions": (
        "contradiction_id", "layer", "feature_id", "kind", "differs", "differs_en",
        "doc_a", "section_a", "row_a", "text_a", "doc_b", "section_b", "row_b", "text_b", "note",
    ),
    "comparisons": (
        "comparison_id", "table", "subject", "indicator", "indicator_text", "value", "value_text",
        "unit", "year", "nature", "relation_text", "derived",
    ),
    "indicator_history": ("history_id", "table", "subject", "indicator", "year", "value", "unit"),
}  # fmt: skip
_CITED = ("doc", "section", "row")
_NUMBERS = {"value", "derived"}
_ROWS = {
    "sites": (
        "P1,东方工业园,东方基地,new:五:7,做大做强,,old,附件,1",
        "P2,新东方工业园,,,,,old,附件,2",
        "P3,西园,,,,,,,",
    ),
    "statements": (
        "S1,sites,P1,东方园,建设东方园,,old,二1,",
        "S2,sites,P1,东方工业园,建设 东方园,,new,三,4",
        "S3,sites,P1,东方工业园,提升,,new,六,",
    ),
    "tasks": (
        "T1,一,提升园区,提升东方工业园,甲局,乙局;丙局,园区,t1;t2,new,三,4",
        "T2,一,另一园区,提升新东方工业园,乙局,,,,new,三,5",
        "T3,二,别名,扩大东方基地,,丙局,,,new,三,6",
    ),
    "measures": ("M1,工程,推广应用,推广,丁局,old,五1,",),
    "contradictions": (
        "C1,sites,P1,year,年份不同,The years differ,old,二1,,2020年,new,三,4,2025年,",
        "C2,sites,P2,name,名称不同,,old,二2,,甲,new,三,5,乙,",
    ),
    "comparisons": (
        "F1,比较,方城县,产值,工业产值,10,10亿元,亿元,2020,actual,,,old,一,",
        "F2,比较,圆城县,产值,产值,,,亿元,2020,actual,为方城县的两倍,20,old,一,",
        "F3,比较,圆城县,产值,产值,3,3%,%,2020,actual,,,old,一,",
        "F4,比较,圆城县,企业,企业,,很多,家,,actual,,,old,一,",
        "F5,比较,圆城县,企业,企业,5,5家,家,,planned,,,old,一,",
    ),
    "indicator_history": (
        "H1,表1,方城县,增速,2014,-2,%,old,表1,1",
        "H2,表1,方城县,增速,2015,3.5,%,old,表1,1",
        "H3,表2,方城县,增速,2016,4,%,new,表2,1",
    ),
}


def _card(layer: str, columns: tuple[str, ...]) -> str:
    place = layer == "sites"
    lines = [
        f"layer: {layer}", f"file: {layer}.csv", f"title: {{zh: {layer}, en: {layer}}}",
        "description: {zh: 测试, en: test}", f"geometry: {'place' if place else 'none'}",
        f"key: {columns[0]}", "documents: [old, new]", "source: test", 'date: "2020"', "columns:",
    ]  # fmt: skip
    for name in columns:
        kind = "number" if name in _NUMBERS else "string"
        more = ", refers_to: gazetteer.place_id" if name == "place_id" else ""
        lines.append(f"  - {{name: {name}, title: {{zh: {name}, en: {name}}}, type: {kind}{more}}}")
    return "\n".join(lines) + "\n"


@pytest.fixture
def told(city) -> ip.Workspace:
    """A city with what its documents say."""
    layers = city / "layers"
    for layer, own in _COLUMNS.items():
        columns = own if layer == "contradictions" else (*own, *_CITED)
        (layers / f"{layer}.yaml").write_text(_card(layer, columns), encoding="utf-8")
        rows = "\n".join((",".join(columns), *_ROWS[layer]))
        (layers / f"{layer}.csv").write_text(rows + "\n", encoding="utf-8")
    plan = layers / "plan.yaml"
    head = plan.read_text(encoding="utf-8").partition("documents:")[0]
    documents = (
        'documents:\n  - {id: old, title: 旧规划, date: "2016"}\n  - {id: new, title: 新规划}\n'
    )
    plan.write_text(head + documents, encoding="utf-8")
    # no park of the other kind here
    for name in ("parks.yaml", "parks.csv"):
        (layers / name).unlink()
    return ip.Workspace.open(city)
