"""Of each table of the documents, what the data hold; and citations that a table does not have."""

from __future__ import annotations

import pytest

import platforms as ip
from platforms.layers.documents.coverage import document_faults

HEAD = "table_id,doc,section,title,rows,layer,match,counted,reason,reason_en,note"


@pytest.fixture
def listed(city):
    """Give the small city a list of tables."""
    shipped = ip.Workspace.open("yueqing").path("document_tables").with_suffix(".yaml")
    card = shipped.read_text("utf-8")
    documents = "[yq2016, yq-electric-145, yq2022, yq2023]"
    assert documents in card
    (city / "layers/document_tables.yaml").write_text(card.replace(documents, "[plan]"), "utf-8")

    def write(*rows):
        file = city / "layers/document_tables.csv"
        file.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
        return ip.Workspace.open(city)

    return write


@pytest.mark.parametrize(
    ("row", "taken"),
    [
        ("T1,plan,附件二,园区,27,parks,,,,,", 1),
        ("T1,plan,附件二,园区,27,parks,附件*;三（四）,record,,,", 2),
        ("T1,plan,附件二,园区,27,parks,附件二;三（四）,section,,,", 2),
        ("T1,plan,三、（四）,园区,27,parks,,record,,,", 1),
        ("T1,plan,附件三,园区,27,parks,,,,,", 0),
        ("T1,plan,附件二,园区,27,,,,,,", 0),
        # a layer that is not there holds nothing
        ("T1,plan,附件二,园区,27,projects,,,,,", 0),
    ],
)
def test_rows_are_counted_by_what_they_cite(listed, row, taken):
    (one,) = ip.document_coverage(listed(row)).to_dict("records")
    assert (one["rows"], one["taken"], one["missing"]) == (27, taken, 27 - taken)


@pytest.mark.parametrize(("rows", "told"), [(3, []), (4, ["listed_uncounted"])])
def test_rows_without_numbers_are_counted_or_told(listed, tmp_path, rows, told):
    workspace = listed(f"T1,plan,表1,指标,{rows},,,,略,left out,")
    text = tmp_path / "plan.txt"
    head = "表1 指标\n指标\t单位\t目标\n"
    text.write_text(head + "产值\t亿元\t9\n" * 3, encoding="utf-8")
    issues = ip.check_documents(workspace, {"plan": text}).issues
    assert [one.kind for one in issues if one.kind.startswith("listed")] == told


def test_faults_name_file_and_row(listed):
    workspace = listed(
        "T1,plan,附件二,园区,2,parks,,,略,left out,",
        "T2,plan,三（四）,片区,5,parks,,record,只有中文,,",
        "T3,plan,三,片区,1,parks,三*;附件*,record,,,",
        "T4,plan,表1,指标,7,,,,不在范围内,out of scope,",
        "T5,plan,专栏1,成段文字,0,parks,附件二,record,,,",
    )
    found = document_faults(workspace)
    assert [(one.file, one.line, one.kind) for one in found] == [
        ("layers/parks.csv", 2, "row_beyond"),
        ("layers/document_tables.csv", 3, "table_reason"),
        ("layers/document_tables.csv", 4, "table_more"),
    ]
    assert (
        found[0].message("zh_CN")
        == "layers/parks.csv 第 2 行引用“园区”第 3 行，而这张表只有 2 行。"
    )
    assert "layers/parks.csv row 2" in found[0].message("en")


def test_a_layer_that_cannot_be_read_hides_no_other_fault(listed, city):
    workspace = listed(
        "T1,plan,附件二,园区,2,parks,,,略,left out,", "T2,plan,三,片区,5,broken,,,,,"
    )
    readable = {"county", "gazetteer", "parks", "document_tables"}
    assert [one.kind for one in document_faults(workspace, readable=readable)] == [
        "row_beyond",
        "table_reason",
    ]
    left = readable - {"gazetteer"}
    assert [one.kind for one in document_faults(workspace, readable=left)] == ["row_beyond"]
    assert document_faults(workspace, readable={"parks"}) == []


def test_without_a_list_nothing_is_covered_and_nothing_wrong(city):
    workspace = ip.Workspace.open(city)
    assert ip.document_coverage(workspace).empty
    assert document_faults(workspace) == []


@pytest.fixture(scope="module", params=["yueqing", "taizhou"])
def shipped(request):
    return ip.Workspace.open(request.param)


def test_every_table_of_the_shipped_documents_is_taken_or_says_why_not(shipped):
    workspace = shipped
    assert [fault.message() for fault in document_faults(workspace)] == []
    coverage = ip.document_coverage(workspace)
    # each document lists its tables, and each layer with rows of a document stands in the list
    assert set(coverage["doc"]) == {document.id for document in workspace.plan.documents}
    named = {layer for layers in coverage["layers"] for layer in layers.split(";") if layer}
    assert named <= set(workspace.cards)


COUNTS = {
    ("yq2016", "表2-1"): 17,
    ("yq2016", "表3-1"): 5,
    ("yq2016", "附件二"): 27,
    ("yq2016", "附件三（一）"): 21,
    ("yq2016", "附件三（二）"): 11,
    ("yq2016", "附件四"): 38,
    ("yq2022", "附件"): 61,
    ("yq2023", "附件"): 50,
    ("yq-electric-145", "五"): 26,
    ("tz-145", "表1"): 21,
}


def test_the_great_tables_are_whole(shipped):
    found = {
        (one["doc"], one["section"]): (one["rows"], one["taken"])
        for one in ip.document_coverage(shipped).to_dict("records")
    }
    docs = {document.id for document in shipped.plan.documents}
    asked = {place: (count, count) for place, count in COUNTS.items() if place[0] in docs}
    assert asked
    assert {place: found[place] for place in asked} == asked


def test_a_full_text_proves_the_list_of_tables(listed, tmp_path):
    text = tmp_path / "plan.txt"
    text.write_text(
        "三、布局\n（四）新区建设西园\n附件二 园区\n1\t南园\n2\t北园\n3\t东园\n", "utf-8"
    )
    workspace = listed(
        "T1,plan,附件二,园区,3,parks,,,略,left out,",
        "T2,plan,附件二,园区,4,parks,,,略,left out,",
        "T3,plan,附件三,项目,4,parks,,,略,left out,",
        "T4,plan,三（四）,片区,4,parks,,,略,left out,",
    )
    issues = ip.check_documents(workspace, {"plan": text}).issues
    assert [(one.kind, one.feature, one.values["line"]) for one in issues] == [
        ("listed_rows", "T2", 3),
        ("listed_table", "T3", 4),
    ]
