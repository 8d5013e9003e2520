"""The line of sources says which data are made up, and how many documents stand behind."""

from __future__ import annotations

from platforms.outputs.figures.slide_source import slide_sources

PLOTS = {"id": "plots", "sample": True, "visible": True}
PARKS = {"id": "platforms", "sample": False, "visible": True}


def content(*titles):
    return {"layers": [PLOTS, PARKS], "sources": [{"title": title} for title in titles]}


def test_data_that_are_made_up_are_named_before_the_documents():
    line = slide_sources(content("甲", "乙", "丙"), None, "zh_CN")
    assert line.startswith("示例数据")
    assert line.endswith("《甲》等 3 份文件")


def test_a_slide_of_documents_alone_names_no_sample():
    assert slide_sources(content("甲"), ["platforms"], "zh_CN") == "《甲》"
    assert "sample" in slide_sources(content("甲"), ["plots"], "en")


def test_without_documents_nothing_is_named():
    assert slide_sources(content(), ["platforms"], "zh_CN") == ""
