"""What an officer signs: the numbers, the words, and that user text stays text."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import shutil
import subprocess
from html.parser import HTMLParser

import geopandas as gpd
import numpy as np
import pytest
import shapely

from platforms import messages
from platforms.errors import CRSError, InputError, MissingPartError, OutputError
from platforms.geo.datum import read_shift
from platforms.issues import Issue, IssueTable
from platforms.outputs.certificates import certificate_pdf
from platforms.outputs.certificates.certificate import render_certificate, save_certificate
from platforms.outputs.certificates.certificate_document import certificate_document
from platforms.planning.adjustment import adjust
from platforms.planning.survey import survey

DAY = dt.date(2026, 11, 21)
HOSTILE = '=1+1 <script>alert(1)</script> "#sys.inputs" $x$ *b* _i_ `r` @ref {{7*7}} ${1} ]]>'
SQUARE = shapely.box(40598000, 3121000, 40598100, 3121100)
RING = shapely.MultiPolygon(
    [
        shapely.box(40596500, 3121000, 40596700, 3121150).difference(
            shapely.box(40596550, 3121040, 40596620, 3121090)
        ),
        shapely.box(40596720, 3121000, 40596800, 3121060),
    ]
)


def _survey(yueqing, shapes, **columns):
    ids = [f"P{n}" for n in range(1, len(shapes) + 1)]
    frame = gpd.GeoDataFrame({"plot_id": ids, **columns}, geometry=shapes, crs="EPSG:4528")
    return survey(frame, workspace=yueqing)


def _blob(points):
    turns = np.linspace(0, 2 * np.pi, points + 1)[:-1]
    return shapely.Polygon(np.c_[40597000 + 150 * np.cos(turns), 3122000 + 90 * np.sin(turns)])


@pytest.fixture
def square(yueqing):
    return _survey(yueqing, [SQUARE], name=["甲地块"], declared_m2=[10000.0])


class _Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes = set(), set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_the_numbers_of_the_golden_square(square):
    page = certificate_document(square, day=DAY).pages[0]
    areas = {row.name: row for row in page.areas}
    assert areas["area_m2"].area_m2 == "9997.63"
    assert (areas["area_m2"].area_mu, areas["area_m2"].area_ha) == ("14.9964", "0.9998")
    assert areas["planar_m2"].difference_m2 == "+2.37"
    assert areas["planar_m2"].difference_ppm == "+237.1"
    assert areas["declared_m2"].area_mu == "15.0000"
    assert areas["geodesic_m2"].area_m2 == "9997.628"
    assert [(p.name, p.x, p.y, p.length) for p in page.points] == [
        ("J1", "3121100.000", "40598000.000", "100.00"),
        ("J2", "3121100.000", "40598100.000", "100.00"),
        ("J3", "3121000.000", "40598100.000", "100.00"),
        ("J4", "3121000.000", "40598000.000", "100.00"),
        ("J1", "3121100.000", "40598000.000", ""),
    ]
    assert dict(page.facts)["周长（平面）"] == "400.00 m"
    assert page.marks == ()


def test_it_says_how_the_numbers_came_about(square):
    text = render_certificate(certificate_document(square, day=DAY))
    for needed in (
        "国土调查办发〔2008〕32号",
        "CGCS2000",
        "EPSG:4528",
        "由用户指定",
        square.source.sha256,
        "量算人",
        "校核人",
        "单位（盖章）",
        "2026-11-21",
    ):
        assert needed in text


def test_rings_are_named_and_numbered_on(yueqing):
    page = certificate_document(_survey(yueqing, [RING]), day=DAY).pages[0]
    rings = [(p.ring, p.name) for p in page.points if p.ring]
    assert [name for _, name in rings] == ["J1", "J5", "J9"]
    assert ["内部挖除" in ring for ring, _ in rings] == [False, True, False]
    assert "多圈" not in page.sketch_note
    assert any("2 个部分" in issue for issue in page.issues)


def test_a_declared_area_that_is_missing_stays_empty(yueqing):
    page = certificate_document(_survey(yueqing, [SQUARE]), day=DAY).pages[0]
    declared = next(row for row in page.areas if row.name == "declared_m2")
    assert {declared.area_m2, declared.difference_m2, declared.difference_ppm} == {"—"}


def _told(what, page):
    found = re.search(rf"(\d+) 个{what}", page.sketch_note)
    return int(found[1]) if found else 0


@pytest.mark.parametrize("points", [3, 40, 400])
def test_labels_never_cover_one_another_and_what_is_left_out_is_counted(yueqing, points):
    page = certificate_document(_survey(yueqing, [_blob(points)]), day=DAY).pages[0]
    pattern = r'translate\(([\d.]+) ([\d.]+)\) rotate\((-?[\d.]+)\)">([^<]+)<'
    labels = re.findall(pattern, page.svg)
    boxes = []
    for x, y, angle, text in labels:
        half = (len(text) * 5.8 / 2, 5)
        box = shapely.box(-half[0], -half[1], half[0], half[1])
        turned = shapely.affinity.rotate(box, float(angle), origin=(0, 0))
        boxes.append(shapely.affinity.translate(turned, float(x), float(y)))
    tree = shapely.STRtree(boxes)
    pairs = tree.query(boxes, predicate="overlaps")
    assert pairs.shape[1] == 0
    names = [text for *_, text in labels if text.startswith("J")]
    assert "J1" in names
    assert len(names) + _told("点号", page) == points
    assert len(labels) - len(names) + _told("边长", page) == points
    assert len(names) >= min(points, 20)


def test_user_text_stays_text_in_html(yueqing):
    measured = _survey(
        yueqing, [SQUARE], name=[HOSTILE], firm_name=["<img src=x onerror=alert(1)>"]
    )
    text = render_certificate(certificate_document(measured, day=DAY))
    tags = _Tags()
    tags.feed(text)
    assert not tags.tags & {"script", "img", "iframe", "form", "a", "object"}
    assert not {name for name in tags.attributes if name.startswith("on")}
    assert "default-src 'none'" in text
    assert "{{7*7}}" in text
    assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler")
def test_a_pdf_holds_the_numbers_and_user_text_as_text(yueqing, tmp_path):
    pytest.importorskip("typst")
    measured = _survey(yueqing, [SQUARE, RING], name=[HOSTILE, "x" * 200])
    path = tmp_path / "c.pdf"
    save_certificate(measured, path, day=DAY)
    text = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    ).stdout
    flat = re.sub(r"[\s\u200b]", "", text)
    assert "9997.63" in flat
    assert "40598000.000" in flat
    assert "国土调查办发〔2008〕32号" in flat
    assert re.sub(r"\s", "", HOSTILE) in flat
    assert "x" * 200 in flat
    facts = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    assert "A4" in facts
    fonts = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout
    assert all(line.split()[-5] == "yes" for line in fonts.splitlines()[2:])


def test_same_certificate_same_bytes(square, tmp_path):
    pytest.importorskip("typst")
    made = []
    for ending in ("html", "pdf"):
        for name in ("a", "b"):
            save_certificate(square, tmp_path / f"{name}.{ending}", day=DAY)
            made.append((tmp_path / f"{name}.{ending}").read_bytes())
    assert made[0] == made[1]
    assert made[2] == made[3]


def test_sample_plots_are_marked_on_every_page(yueqing):
    measured = _survey(yueqing, [SQUARE, RING], basis=["sample", "surveyed"])
    pages = certificate_document(measured, day=DAY).pages
    assert "示例数据" in pages[0].marks[0]
    assert pages[1].marks == ()


def test_a_shifted_datum_is_not_certified(square):
    square.frame.attrs["certified"] = False
    with pytest.raises(CRSError) as caught:
        certificate_document(square)
    assert caught.value.key == "certificate.not_certified"


def test_adjusted_areas_stand_beside_the_measured_one(square):
    frame = square.frame.assign(adjusted_m2=9997.65, residue_m2=0.02)
    page = certificate_document(dataclasses.replace(square, frame=frame), day=DAY).pages[0]
    areas = {row.name: row for row in page.areas}
    assert areas["area_m2"].area_m2 == "9997.63"
    assert areas["adjusted_m2"].difference_m2 == "+0.02"


def test_the_control_total_closes_on_the_sheet(square, yueqing):
    pair = _survey(yueqing, [SQUARE, RING], town=["柳市镇", "北白象镇"])
    frame = adjust(pair.frame, {"柳市镇": 9997.7}, group="town").frame
    pages = certificate_document(dataclasses.replace(pair, frame=frame)).pages
    for number in ("柳市镇：", "9,997.70", "9,997.63", "0.07", "+0.07 m²", "平差后 9997.70 m²"):
        assert number in pages[0].adjusted
    assert "没有参加" in pages[1].adjusted
    assert [label for label, _ in pages[0].method].count("平差后面积") == 1
    bare = certificate_document(square).pages[0]
    assert bare.adjusted == ""
    assert "平差后面积" not in dict(bare.method)


def test_a_city_grid_is_told_as_its_user_knows_it(square):
    grid = "+proj=tmerc +lat_0=0 +lon_0=121.5 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m"
    for crs, words in ((grid, ("121.5", grid)), ("local", ("地方坐标系",)), ("", ("没有记录",))):
        source = dataclasses.replace(square.source, crs=crs)
        page = certificate_document(dataclasses.replace(square, source=source)).pages[0]
        assert all(word in dict(page.source)["原坐标系"] for word in words)


def test_only_faults_stand_among_the_faults(square):
    issues = IssueTable()
    issues.add("id_column", "info", column="编号")
    # of another plot, and of limits
    issues.add(
        "declared_close", "info", count=2, plot="P2", declared_m2="1", official_m2="2",
        planar_m2="3", change_m2="4", percent="5",
    )  # fmt: skip
    issues.add("constraint_absent", "warning", layer="road")
    issues.add("adjust_overlap", "warning", overlap_m2="5.00")
    issues.add("adjust_no_area", "warning", feature="P1")
    issues.add("adjust_no_area", "warning", feature="P2")
    messages.set_language("en")
    page = certificate_document(dataclasses.replace(square, issues=issues)).pages[0]
    assert [issue.split(".")[0] for issue in page.issues] == [
        "Plot P1 has no area",
        "Plots overlap by 5",
    ]
    assert page.issues[0].endswith("area. Not adjusted; its adjusted area stays empty.")


@pytest.mark.parametrize("kept", [False, True])
def test_how_the_files_areas_were_understood_stands_among_the_faults(square, kept):
    found = ("area_unit_by_size", "info", {"field": "证载面积", "unit": "m2"})
    named = ("id_column", "info", {"field": "编号"})
    issues = IssueTable()
    for kind, severity, values in (found, named):
        if kept:
            # as a run's folder holds them: the words, and the kind beside
            told = {"kind": kind, "message": f"{values['field']}：", "action": "。"}
            issues.extend([Issue("recorded", severity, values=told)])
        else:
            issues.add(kind, severity, **values)
    page = certificate_document(dataclasses.replace(square, issues=issues)).pages[0]
    assert len(page.issues) == 1
    assert "证载面积" in page.issues[0]


def test_shift_parameters_and_what_they_leave_are_printed(square):
    told = read_shift("cf:12.5,-48.1,3.2,0.5,0.2,-0.3,3.1").text
    for rms, words in ((0.0213, "0.021 m"), (None, "未经检核")):
        source = dataclasses.replace(
            square.source, crs_basis="parameters", parameters=told, parameters_rms_m=rms
        )
        facts = dict(
            certificate_document(dataclasses.replace(square, source=source)).pages[0].source
        )
        assert "dx=12.5m" in facts["转换参数"]
        assert "坐标框架旋转（布尔沙模型）" in facts["转换参数"]
        assert words in facts["控制点残差"]
    assert "转换参数" not in dict(certificate_document(square).pages[0].source)


CROWD = shapely.Polygon(
    [(40597000, 3122000), (40597000, 3122100), (40597100, 3122100)]
    + [(40597100.2 + 0.1 * (n % 2), 3122050.3 - 0.1 * n) for n in range(6)]
    + [(40597100, 3122000)]
)
SLIVER = shapely.Polygon(
    [(40597000, 3122000), (40597800, 3122010), (40597800, 3122010.4), (40597000, 3122000.3)]
)


@pytest.mark.parametrize(("shape", "letters"), [(CROWD, "A"), (SLIVER, "AB"), (SQUARE, "")])
def test_points_that_crowd_are_drawn_again_enlarged(yueqing, shape, letters):
    page = certificate_document(_survey(yueqing, [shape])).pages[0]
    # once beside the ring in the whole, once in the corner of the detail
    assert re.findall(r">([AB])<", page.svg) == [letter for letter in letters for _ in "12"]
    assert page.svg.count("<svg") == 1 + len(letters)
    assert not _told("点号", page)
    numbers = [float(n) for n in re.findall(r"[ML ](-?[\d.]+) ", page.svg)]
    assert max(map(abs, numbers)) < 1e4


def _pages(path):
    facts = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    return int(re.search(r"Pages:\s+(\d+)", facts)[1])


@pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="needs poppler")
def test_a_plot_of_few_points_fits_one_sheet_and_each_counts_its_own(yueqing, tmp_path):
    pytest.importorskip("typst")
    shapes = [SQUARE, RING, SLIVER, CROWD, _blob(12), _blob(300)]
    facts = {"firm_name": ["某某电器股份有限公司"] * 6, "declared_m2": [s.area for s in shapes]}
    measured = _survey(yueqing, shapes, name=["甲"] * 6, land_use=["工业用地"] * 6, **facts)
    control = {"甲": round(float(measured.frame["area_m2"].sum()), 2) + 0.5}
    frame = adjust(measured.frame, control, group="name").frame
    save_certificate(dataclasses.replace(measured, frame=frame), tmp_path / "c.pdf", day=DAY)
    shown = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "c.pdf", "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = re.findall(r"第\s*(\d+)\s*页\s*共\s*(\d+)\s*页", shown)
    total = _pages(tmp_path / "c.pdf") - 5
    assert found == [("1", "1")] * 5 + [(str(n), str(total)) for n in range(1, total + 1)]
    assert total > 2
    # the head of the table stands again on each sheet that it runs on to
    assert all("X（米）" in sheet for sheet in shown.split("\f")[5:-2])


def test_plots_are_chosen_by_id_and_those_without_area_are_named(yueqing):
    measured = _survey(yueqing, [SQUARE, RING, None])
    assert [p.plot_id for p in certificate_document(measured, ["P2", "P1", "P2"]).pages] == [
        "P2",
        "P1",
    ]
    assert certificate_document(measured).left_out == ("P3",)
    for ids, key in ((["P9"], "unknown_plot"), (["P3"], "no_area"), ([], "no_area")):
        with pytest.raises(InputError) as caught:
            certificate_document(measured, ids)
        assert caught.value.key == f"certificate.{key}"
    with pytest.raises(InputError):
        certificate_document(_survey(yueqing, [None]))


def test_text_that_turns_the_line_round_is_taken_out(yueqing):
    measured = _survey(yueqing, [SQUARE], name=["甲\u202e地\x07块\n第二行"])
    assert dict(certificate_document(measured).pages[0].facts)["名称"] == "甲 地 块 第二行"


def test_english_is_complete(square):
    messages.set_language("en")
    text = render_certificate(certificate_document(square, day=DAY))
    assert "Plot area certificate" in text
    assert 'lang="en"' in text


def test_endings_files_and_missing_parts_are_named(square, tmp_path, monkeypatch):
    with pytest.raises(OutputError, match="docx"):
        save_certificate(square, tmp_path / "c.docx")
    save_certificate(square, tmp_path / "c.html")
    with pytest.raises(OutputError):
        save_certificate(square, tmp_path / "c.html")
    pytest.importorskip("typst")
    certificate_pdf._font.cache_clear()
    monkeypatch.setattr(certificate_pdf, "FONTS", ("No Such Font",))
    with pytest.raises(MissingPartError, match="fonts-noto-cjk"):
        save_certificate(square, tmp_path / "c.pdf")
    certificate_pdf._font.cache_clear()
    monkeypatch.setitem(__import__("sys").modules, "typst", None)
    with pytest.raises(MissingPartError, match="pip install typst"):
        save_certificate(square, tmp_path / "c.pdf")
    assert not (tmp_path / "c.pdf").exists()
