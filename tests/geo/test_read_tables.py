"""All tables of a file, with what their merged cells span."""

from __future__ import annotations

import zipfile

import geopandas as gpd
import openpyxl
import pytest
import shapely

from platforms.errors import FormatError, LimitError
from platforms.geo.ingest.limits import Limits
from platforms.geo.ingest.preflight import Upload
from platforms.geo.read import read_plots
from platforms.geo.read_tables import read_tables
from table_files import cell, page, paragraph, table, word


def test_a_word_table_with_merged_cells_is_laid_out(tmp_path):
    path = word(
        tmp_path / "规划.docx",
        paragraph("附件一")
        + paragraph("单位：亩")
        + table(
            [cell("名称", merge="restart"), cell("用地", wide=2)],
            [cell("", merge="continue"), "规划", "已用"],
            ["甲", cell("10", merge="restart"), "4"],
            ["乙", cell("", merge="continue"), "5\n6"],
        )
        + paragraph("尾注")
        + table(["A", "B"]),
    )
    tables = read_tables(path)
    first, second = tables.grids
    assert first.cells == [
        ["名称", "用地", ""],
        ["", "规划", "已用"],
        ["甲", "10", "4"],
        ["乙", "", "5\n6"],
    ]
    assert (first.name, second.name) == ("1", "2")
    assert first.above == ["附件一", "单位：亩"]
    assert second.above == ["尾注"]
    assert first.merged == [(0, 1, 2), (1, 3, 4)]
    assert first.lines == [1, 2, 3, 4]
    assert tables.source.driver == "Word"


def test_a_merged_cell_that_begins_nowhere_keeps_its_column(tmp_path):
    path = word(tmp_path / "a.docx", table([cell("x", merge="continue"), "y"], ["1", "2"]))
    assert read_tables(path).grids[0].cells == [["x", "y"], ["1", "2"]]


def test_deleted_text_and_tables_within_cells_are_apart(tmp_path):
    inner = table(["内", "表"])
    outer = (
        "<w:tbl><w:tr><w:tc><w:p><w:del><w:r><w:delText>旧</w:delText></w:r></w:del>"
        f"<w:ins><w:r><w:t>新</w:t></w:r></w:ins></w:p>{inner}</w:tc></w:tr></w:tbl>"
    )
    grids = read_tables(word(tmp_path / "a.docx", outer)).grids
    assert [grid.cells for grid in grids] == [[["新"]], [["内", "表"]]]


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312"])
def test_a_web_page_with_spans_is_laid_out(tmp_path, encoding):
    path = page(
        tmp_path / "表.html",
        "<p>园区\n情况</p><script>var t='<table><tr><td>x</td></tr></table>'</script>"
        "<table><tr><th rowspan=2>名称<th colspan=2>用地面积</tr><tr><th>规划</th><th>已用</tr>"
        "<tr><td>甲&amp;乙<td rowspan=99>10</td><td>4<br>5</tr><tr><td>丙</td><td>6</td></tr>",
        encoding=encoding,
    )
    (grid,) = read_tables(path).grids
    assert grid.cells == [
        ["名称", "用地面积", ""],
        ["", "规划", "已用"],
        ["甲&乙", "10", "4\n5"],
        ["丙", "", "6"],
    ]
    assert grid.merged == [(0, 1, 2), (1, 3, 4)]
    assert grid.above == ["园区情况"]


def test_each_sheet_that_can_be_seen_is_a_table(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "甲"
    book.active.append(["a", 1])
    book.create_sheet("空")
    book.create_sheet("乙").append(["b", "2"])
    hidden = book.create_sheet("藏")
    hidden.append(["c"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    tables = read_tables(tmp_path / "a.xlsx")
    assert [(g.name, g.cells) for g in tables.grids] == [("甲", [["a", "1"]]), ("乙", [["b", "2"]])]
    assert dict(tables.issues.by_kind()) == {"sheets_hidden": 1}


def test_attributes_of_a_map_file_are_a_table(tmp_path):
    frame = gpd.GeoDataFrame(
        {"名称": ["甲", None], "面积": [12.0, 2.5], "户": [3, 4]},
        geometry=[shapely.box(121, 28, 121.01, 28.01)] * 2,
        crs="EPSG:4490",
    )
    frame.to_file(tmp_path / "a.gpkg", layer="parks")
    tables = read_tables(tmp_path / "a.gpkg")
    assert tables.mapped
    assert tables.grids[0].cells == [["名称", "面积", "户"], ["甲", "12", "3"], ["", "2.5", "4"]]
    assert tables.grids[0].lines == [0, 1, 2]


HOSTILE = '<!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


def test_a_document_that_declares_entities_is_refused(tmp_path):
    path = word(tmp_path / "a.docx", table(["&x;", "b"]), declared=HOSTILE)
    with pytest.raises(FormatError) as refused:
        read_tables(path)
    assert refused.value.key == "read.xml_declaration"


def test_a_document_that_unpacks_to_much_more_is_refused(tmp_path):
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("word/document.xml", b" " * (40 << 20))
    with pytest.raises(LimitError) as refused:
        read_tables(path)
    assert refused.value.key == "read.zip_ratio"


@pytest.mark.parametrize(
    ("name", "data", "key"),
    [
        ("a.docx", b"\xd0\xcf\x11\xe0" + b"\0" * 100, "read.convert_doc"),
        ("a.doc", b"\xd0\xcf\x11\xe0" + b"\0" * 100, "read.convert_doc"),
        ("a.docx", b"hello", "read.not_this_kind"),
        ("a.html", b"<p>no table</p>", "read.not_this_kind"),
        ("a.html", "<table><tr><td>1</table>".encode("utf-16-le"), "read.not_this_kind"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 100, "read.convert_xls"),
    ],
)
def test_what_is_no_table_is_told(name, data, key):
    with pytest.raises(FormatError) as refused:
        read_tables(Upload(name, data))
    assert refused.value.key == key


def test_a_page_cannot_claim_a_large_table(tmp_path):
    path = page(tmp_path / "a.html", "<table><tr><td colspan=65000>x<td colspan=65000>y</table>")
    with pytest.raises(LimitError) as refused:
        read_tables(path, limits=Limits(sheet_columns=1000))
    assert refused.value.key == "read.fields_many"


def test_documents_are_no_plots(tmp_path):
    path = word(tmp_path / "a.docx", table(["a", "b"]))
    with pytest.raises(FormatError) as refused:
        read_plots(path)
    assert refused.value.key == "read.kind_unknown"


@pytest.mark.parametrize("digits", ["1001", "1" + "0" * 9, "9" * 5000])
@pytest.mark.parametrize("before", [True, False])
def test_a_word_cell_wider_than_any_table_is_refused_before_it_is_laid_out(
    tmp_path, digits, before
):
    body = table(["a", "b"])
    if before:
        body = body.replace("<w:tr>", f'<w:tr><w:trPr><w:gridBefore w:val="{digits}"/></w:trPr>', 1)
    else:
        body = body.replace("<w:tc>", f'<w:tc><w:tcPr><w:gridSpan w:val="{digits}"/></w:tcPr>', 1)
    with pytest.raises(LimitError) as refused:
        read_tables(word(tmp_path / "a.docx", body))
    assert refused.value.key == "read.fields_many"


def test_word_tables_nested_by_the_thousand_are_refused(tmp_path):
    body = "<w:tbl><w:tr><w:tc>" * 5000 + "</w:tc></w:tr></w:tbl>" * 5000
    with pytest.raises(FormatError) as refused:
        read_tables(word(tmp_path / "a.docx", body))
    assert refused.value.key == "read.not_opened"
