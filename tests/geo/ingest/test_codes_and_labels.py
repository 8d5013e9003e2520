"""Words for codes of a FileGDB, ids written into drawings, what arcs lose."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET

import corpus
import pytest
from test_corpus import AREA

from platforms.geo import read
from platforms.geo.ingest.formats.domains import _fields, code_key

_LAYER = """<DEFeatureClassInfo><Name>DK</Name><GPFieldInfoExs>
<GPFieldInfoEx><Name>LX</Name></GPFieldInfoEx>
<GPFieldInfoEx><Name>QS</Name><DomainName>a</DomainName></GPFieldInfoEx>
</GPFieldInfoExs><SubtypeFieldName>LX</SubtypeFieldName><Subtypes>
<Subtype><SubtypeName>工业</SubtypeName><SubtypeCode>1</SubtypeCode><FieldInfos>
<SubtypeFieldInfo><FieldName>QS</FieldName><DomainName>{}</DomainName></SubtypeFieldInfo>
</FieldInfos></Subtype></Subtypes></DEFeatureClassInfo>"""


def test_codes_become_words_and_stay_beside(tmp_path):
    plots = read.read_plots(corpus.domains(tmp_path, codes=(1, 9)), workspace=AREA)
    assert plots.frame["QSXZ"].tolist() == ["国有", "9"]
    assert plots.frame["QSXZ_code"].tolist() == [1, 9]
    (issue,) = (i for i in plots.issues if i.kind == "domain_code_unknown")
    assert (issue.field, issue.values["codes"]) == ("QSXZ", ["9"])


def test_every_code_has_a_word(tmp_path):
    plots = read.read_plots(corpus.domains(tmp_path), workspace=AREA)
    assert plots.frame["QSXZ"].tolist() == ["国有", "集体"]
    assert "domain_code_unknown" not in plots.issues.by_kind()


def test_a_database_without_domains_says_nothing(tmp_path):
    plots = read.read_plots(corpus.gdb(tmp_path), workspace=AREA)
    assert not {"domains_told", "domains_unread"} & set(plots.issues.by_kind())


@pytest.mark.parametrize(("name", "varying"), [("a", []), ("b", ["QS"]), ("", [])])
def test_subtypes(name, varying):
    words = {"a": {"1": "国有"}, "b": {"1": "集体"}}
    fields, found = _fields(ET.fromstring(_LAYER.format(name)), words)  # noqa: S314 our own text
    assert fields["LX"] == {"1": "工业"}
    assert found == varying
    assert ("QS" in fields) == (not varying)


def test_codes_as_text():
    assert [code_key(c) for c in (1, 1.0, "1", "1.0", "01", "A1", 100)] == [
        *["1"] * 4,
        "01",
        "A1",
        "100",
    ]


def _drawing(folder, *entities: str) -> read.Plots:
    return read.read_plots(corpus.raw(folder, "a.dxf", corpus.dxf(*entities)), workspace=AREA)


@pytest.mark.parametrize("kind", ["TEXT", "MTEXT"])
def test_a_text_alone_in_an_outline_is_its_id(kind, tmp_path):
    words = corpus.text("宗地7", 50, 50, kind=kind), corpus.text("图例", 500, 50)
    plots = _drawing(tmp_path, corpus.polyline(True), *words)
    assert plots.frame["plot_id"].tolist() == ["宗地7"]
    assert "drawing_labels_open" not in plots.issues.by_kind()


def test_texts_in_nested_or_crowded_outlines_are_no_ids(tmp_path):
    outer = corpus.line((0, 0), (100, 0), (100, 100), (0, 100))
    inner = corpus.line((40, 40), (60, 40), (60, 60), (40, 60))
    alone = corpus.line((200, 0), (300, 0), (300, 100), (200, 100))
    words = corpus.text("7", 50, 50), corpus.text("8", 250, 50)
    plots = _drawing(tmp_path, outer, inner, alone, *words)
    assert plots.frame["plot_id"].tolist()[2] == "8"
    assert "7" not in plots.frame["plot_id"].tolist()
    (issue,) = (i for i in plots.issues if i.kind == "drawing_labels_open")
    assert issue.values["count"] == 2


@pytest.mark.parametrize("bulge", [0.3, -0.3])
def test_what_arcs_lose_is_told(bulge, tmp_path):
    plots = _drawing(tmp_path, corpus.polyline(True, bulge=bulge))
    (issue,) = (i for i in plots.issues if i.kind == "curves_split")
    # chords of the step s of a circle lose r²(s - sin s)/2 each; four arcs of four atan(bulge)
    angle, step = 4 * math.atan(0.3), math.radians(0.25)
    radius = 50 / math.sin(angle / 2)
    count = math.ceil(angle / step)
    loss = 4 * count * radius**2 / 2 * (angle / count - math.sin(angle / count))
    # the corners run clockwise: bends to the left are cut out of the plot
    assert issue.delta_m2 == pytest.approx(math.copysign(loss, bulge), rel=0.02)
    assert issue.values["count"] == 1


def test_a_drawing_without_arcs_has_no_row_of_arcs(tmp_path):
    plots = _drawing(tmp_path, corpus.polyline(True))
    assert "curves_split" not in plots.issues.by_kind()


def test_closing_a_ring_changes_no_area(tmp_path):
    case = next(c for c in corpus.CASES if c.name.startswith("J10"))
    plots = read.read_plots(case.make(tmp_path), workspace=AREA)
    (issue,) = (i for i in plots.issues if i.kind == "ring_closed")
    assert issue.delta_m2 == 0
