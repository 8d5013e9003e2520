from __future__ import annotations

from platforms.layers.citations import citation, citations
from platforms.layers.workspace import Workspace


def test_a_citation_names_document_number_section_and_row(city):
    workspace = Workspace.open(city)
    cited = citations(workspace.layer("parks"), workspace.plan)
    assert cited.tolist() == [
        "《方城县规划》（方政〔2020〕1号）附件二第 3 行",
        "《方城县规划》（方政〔2020〕1号）三（四）",
    ]


def test_a_row_without_document_says_so(city):
    plan = Workspace.open(city).plan
    assert citation({"doc": None, "section": "一"}, plan) == "文件未注明出处"
    assert citation({"doc": None}, plan, lang="en") == "no document named"
