"""Citations proven by a full text; each way to be wrong is told with file and row."""

from __future__ import annotations

import zipfile

import pytest

import platforms as ip
from platforms.errors import FormatError, InputError
from platforms.layers.documents import proving
from platforms.layers.documents.finding import find_words, nearest_words
from platforms.layers.documents.full_text import read_lines
from platforms.layers.documents.structure import Span, Structure

TEXT = """\
方城县规划

目 录
三、布局\t3
附件二 园区一览表\t9

前言

为了发展，制定本规划。

三、布局

（三）旧城

1、退二进三。旧城工业外迁²。

（四）新区

1、北区。建设西园，着力打造先进制造业

— 3 —

基地，面积约 20 万 m ²。

2.南区。保留现状。

² 外迁到西园。

四、其他

附件二 园区一览表

序号\t名称\t方向
1\t南园\t保留提升
2\t北园\t退二进三，发展
\t\t现代服务
3\t东园\t整合提升
"""


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "plan.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def proof(city, text):
    def prove(parks=None, column="land_text"):
        card = city / "layers/parks.yaml"
        written = card.read_text("utf-8").replace(
            "  - {name: firms,", f"  - {{name: {column}, title: {{zh: 原文, en: Text}}, type: string}}\n  - {{name: firms,"
        )  # fmt: skip
        if parks is not None:
            card.write_text(written, encoding="utf-8")
            head = "park_id,name,land_mu,land_text,firms,open,since,place_id,doc,section,row"
            rows = [f"P{n},{name},,{said},,,,,plan,{section},{row}" for n, (name, said, section, row) in enumerate(parks, 1)]  # fmt: skip
            (city / "layers/parks.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
        return ip.check_documents(ip.Workspace.open(city), {"plan": text})

    return prove


def test_rows_of_plain_lines_are_counted():
    lines = ["附件一 平台名单", "1 塘下工业区：保留提升", "2 马屿工业区：整合", "（完）"]
    text = Structure([(line,) for line in lines])
    rows = text.rows(text.section("附件一"))
    assert rows == {"1": Span(1, 2), "2": Span(2, 4)}
    # lines of another order are no rows
    broken = Structure([(line,) for line in [*lines, "7 其他"]])
    assert broken.rows(broken.section("附件一")) == {}


def test_what_stands_there_is_found(proof):
    found = proof()
    assert found.table["status"].tolist() == ["found", "found"]
    assert len(found.issues) == 0
    assert found.texts == {"plan": "plan.txt"}


@pytest.mark.parametrize(
    "park",
    [
        # cut by the end of a page
        ("西园", "着力打造先进制造业基地，面积约20万m²", "三（四）1", ""),
        ("西园", "着力打造……基地", "三、（四）1", ""),
        ("南区", "保留现状", "三（四）2", ""),
        # the mark of a footnote does not part words
        ("旧城", "旧城工业外迁。", "三（三）1", ""),
        ("西园", "外迁到西园", "三（三）1 脚注2", ""),
        ("前言", "为了发展，制定本规划", "前言", ""),
        ("北园", "退二进三，发展现代服务", "附件二", 2),
        ("前言", "制定本规划", "正文首段", ""),
        # a merged cell: the words in row 2, the name in row 3
        ("东园", "退二进三", "附件二", 3),
    ],
)
def test_words_are_found_however_the_file_breaks_them(proof, park):
    assert proof([park]).table["status"].tolist() == ["found"], proof([park]).table.to_dict(
        "records"
    )


@pytest.mark.parametrize(
    ("park", "status", "told"),
    [
        (("西园", "建设西园", "三（五）", ""), "no_section", "三（五）"),
        (("东园", "整合提升", "附件二", 4), "no_row", "3"),
        (("东园", "整合提升", "附件二", 1), "other_row", "3"),
        (("西园", "保留现状", "三（四）1", ""), "elsewhere", "三（四）2"),
        (("西园", "面积约200万m²", "三（四）1", ""), "differs", "面积约20万m2"),
        (("西园", "完全不同的话", "三（四）1", ""), "differs", ""),
        # words of two places, joined by nothing, are not words of the document
        (("西园", "建设西园基地", "三（四）1", ""), "differs", "建设西园"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_row(proof, park, status, told):
    found = proof([("南园", "保留提升", "附件二", 1), park])
    assert found.table["status"].tolist() == ["found", status]
    assert told in found.table["nearest"][1] + found.table["words"][1]
    (issue,) = found.issues
    assert issue.severity == "error"
    assert "layers/parks.csv" in issue.message()
    assert " 3 " in issue.message("zh_CN")
    assert "row 3" in issue.message("en")


def test_a_place_that_names_nothing_is_to_be_looked_up(proof):
    found = proof([("无名园", "", "三（四）1", "")])
    assert found.table["status"].tolist() == ["named"]
    assert [issue.severity for issue in found.issues] == ["warning"]


def test_a_document_that_nobody_cites_is_refused(city, text):
    with pytest.raises(InputError, match=r"other.*plan"):
        ip.check_documents(ip.Workspace.open(city), {"other": text})


HTML = """<html><head><title>不是正文</title><style>p {}</style></head><body><p>三、布局</p>
<p>（四）<b>新</b>区</p><table><tr><td>1</td><td><p>南园</p><p>西部</p></td></tr>
<tr><td>2</td><td>北园</td></tr></table><script>var x = "三、脚本"</script></body></html>"""

WORD = """<?xml version="1.0"?><w:document xmlns:w="w"><w:body>
<w:p><w:r><w:t>三、布局</w:t></w:r></w:p>
<w:p><w:r><w:t>（四）新</w:t></w:r><w:del><w:r><w:t>旧</w:t></w:r></w:del><w:r><w:t>区</w:t></w:r></w:p>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc><w:sdt><w:sdtContent><w:tc><w:p><w:r><w:t>南园</w:t></w:r></w:p>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>西部</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:tc></w:sdtContent></w:sdt></w:tr>
<w:tr><w:tc><w:p><w:r><w:t>2</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>北园</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
</w:body></w:document>"""


def _word(path, content):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", content)


@pytest.mark.parametrize("ending", ["html", "docx", "txt"])
def test_each_kind_of_file_gives_lines_and_cells(tmp_path, ending):
    path = tmp_path / f"plan.{ending}"
    if ending == "docx":
        _word(path, WORD)
    else:
        plain = "三、布局\n（四）新区\n1\t南园西部\n2\t北园\n"
        data = HTML.encode() if ending == "html" else plain.encode("gb18030")
        path.write_bytes(data)
    text = Structure(read_lines(path))
    assert text.flat == "三、布局(四)新区1南园西部2北园"
    section = text.section("三（四）")
    assert section is not None
    rows = text.rows(section)
    assert set(rows) == {"1", "2"}
    first, end = text.bounds(rows["1"])
    assert text.flat[first:end] == "1南园西部"


@pytest.mark.parametrize(
    ("name", "data", "key"),
    [
        ("plan.pdf", b"%PDF-1.7", "documents.pdf"),
        ("plan.txt", b"%PDF-1.7", "documents.pdf"),
        ("plan.doc", b"x", "documents.old_word"),
        ("plan.docx", b"no zip", "documents.unreadable"),
        ("plan.txt", b"\xff\x00\x00", "documents.unreadable"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(tmp_path, name, data, key):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(FormatError) as caught:
        read_lines(tmp_path / name)
    assert caught.value.key == key


def test_entities_are_refused(tmp_path):
    path = tmp_path / "plan.docx"
    _word(path, '<!DOCTYPE x [<!ENTITY a "b">]>' + WORD.partition("?>")[2])
    with pytest.raises(FormatError):
        read_lines(path)
    with pytest.raises(FormatError):
        read_lines(tmp_path / "missing.txt")


def test_words_are_cut_between_lines_only():
    flat = "建设先进制造业3脚注基地"
    breaks = {0, 7, 8, 10}
    assert find_words(flat, "先进制造业基地", 0, len(flat), breaks=breaks) == 2
    assert find_words(flat, "先进制造业基地", 0, len(flat), breaks={0}) is None
    assert find_words(flat, "建设基地", 0, len(flat), breaks=breaks) is None
    assert find_words(flat, "基地……建设", 0, len(flat), breaks=breaks) is None


def test_the_nearest_words_are_near():
    assert nearest_words("一二三四甲乙丙丁五六", "甲乙丙戊").startswith("甲乙丙丁")
    assert nearest_words("一二三四", "甲乙丙丁") == ""


def test_some_rows_together_are_proven_together(tmp_path, text):
    lines = Structure(read_lines(text))
    rows = lines.rows(lines.section("附件二"))
    assert proving._spanned("1-2", rows) == Span(rows["1"].first, rows["2"].end)
    assert proving._spanned("3", rows) == rows["3"]
    assert proving._spanned("2-4", rows) is None


UNNUMBERED = """\
表1 指标（单位：亿元）
\t指标\t2020年\t2025年

表2 企业
年度\t产值\t税收
2014 年\t10\t1
2015 年\t20\t2

表3 增长
2014 年 2015 年 2016 年 2017 年
产值 1.0 2.0 3.0 4.0
税收 5.0 6.0 7.0 8.0

表4 属性
\t指标
\t单位
\t目标

\t产值
\t亿元
\t50

\t税收
\t亿元
\t5
注：按当年价格
"""


@pytest.mark.parametrize(("table", "second"), [("表2", "2015年202"), ("表3", "税收5.06.07.08.0")])
def test_rows_without_numbers_are_counted_where_their_number_is_known(table, second):
    lines = Structure([tuple(line.split("\t")) for line in UNNUMBERED.splitlines()])
    span = lines.section(table)
    rows = lines.rows(span, 2)
    first, end = lines.bounds(rows["2"])
    assert lines.flat[first:end] == second
    # nobody says how many there are, or other than there are
    assert lines.rows(span) == {}
    assert lines.rows(span, 9) == {}


def test_a_table_of_a_cell_a_line_is_counted_by_its_blocks():
    lines = Structure([tuple(line.split("\t")) for line in UNNUMBERED.splitlines()])
    rows = lines.rows(lines.section("表4"), 2)
    first, end = lines.bounds(rows["1"])
    assert lines.flat[first:end] == "产值亿元50"
