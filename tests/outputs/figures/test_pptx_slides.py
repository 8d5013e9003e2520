"""Presentations, opened again: words, numbers, pictures, charts, notes, all on the page."""

import io
import shutil
import subprocess
import zipfile

import openpyxl
import pptx
import pytest
from PIL import Image

from map_samples import document, hostile_document
from platforms.errors import InputError
from platforms.outputs.figures import pptx_slides
from platforms.outputs.figures.pptx_slides import save_slides
from platforms.outputs.maps.map_document import Bar, Chart, Figure
from platforms.outputs.maps.slides import Slide, with_slides

CHART = Chart(
    id="c",
    title="认定",
    unit="亩",
    bars=[
        Bar(label="低效", value=3514.525, text="3,514.53", color="#cc6677"),
        Bar(label="=1+1", value=1, text="1.00"),
    ],
)
CHAPTERS = [
    Slide(id="all", title="总图", text="第一行\n第二行", figures=("plots",)),
    Slide(
        id="near", title="近处", extent=(120.85, 28.05, 120.95, 28.1), layers=("plots",), chart="c"
    ),
]


@pytest.fixture(autouse=True)
def _coarse(request, monkeypatch):
    """Print pictures coarsely where nobody looks at their dots."""
    if "picture" not in request.node.name:
        monkeypatch.setattr(pptx_slides, "_DPI", 50)


def deck(tmp_path, made=None):
    made = made or with_slides(document(charts=[CHART], internal=True), CHAPTERS)
    return pptx.Presentation(str(save_slides(made, tmp_path / "s.pptx")))


def words(slide) -> str:
    found = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    for shape in slide.shapes:
        if shape.has_table:
            found += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(found)


def test_each_chapter_is_a_slide_with_its_picture_numbers_and_marks(tmp_path):
    made = deck(tmp_path)
    assert (made.slide_width, made.slide_height) == (12192001, 6858000)
    first, second = made.slides
    assert "总图" in words(first)
    assert "第一行\n第二行" in words(first)
    assert "地块（宗）\n9" in words(first)
    for slide in (first, second):
        assert "示例数据 · 示意 · 内部资料" in words(slide)
        assert "2026-01-02" in words(slide)
        assert "某市“十三五”规划" in words(slide)
        pictures = [shape for shape in slide.shapes if shape.shape_type == 13]
        (picture,) = pictures
        assert picture._element.nvPicPr.cNvPr.get("descr").startswith("规划图：")
        with Image.open(io.BytesIO(picture.image.blob)) as image:
            assert image.width / (picture.width / 914400) >= 200
        notes = slide.notes_slide.notes_text_frame.text
        assert "某发〔2016〕1号 · 某局 · 2016-10" in notes
    assert first.shapes[0].shape_type is not None


def test_a_chart_can_be_changed_and_its_numbers_are_the_document_s(tmp_path):
    second = deck(tmp_path).slides[1]
    (shape,) = [one for one in second.shapes if one.has_chart]
    series = shape.chart.plots[0].series[0]
    assert list(series.values) == [3514.525, 1]
    labels = [series.points[i].data_label.text_frame.text for i in (0, 1)]
    assert labels == ["3,514.53", "1.00"]


def test_no_label_is_a_formula_in_the_sheet_of_a_chart(tmp_path):
    deck(tmp_path)
    with zipfile.ZipFile(tmp_path / "s.pptx") as file:
        (name,) = [n for n in file.namelist() if n.endswith(".xlsx")]
        book = openpyxl.load_workbook(io.BytesIO(file.read(name)))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert "=1+1" in {str(cell.value).strip() for cell in cells}
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)


def test_a_step_of_a_waterfall_stands_on_the_one_before(tmp_path):
    steps = [Bar(label="甲", value=10, text="10"), Bar(label="乙", value=5, text="5", start=10.0)]
    made = document(charts=[Chart(id="c", title="步", bars=steps)])
    slide = next(
        s for s in deck(tmp_path, with_slides(made, CHAPTERS)).slides if "近处" in words(s)
    )
    (shape,) = [one for one in slide.shapes if one.has_chart]
    base, step = shape.chart.plots[0].series
    assert list(base.values) == [0, 10]
    assert list(step.values) == [10, 5]


def test_a_map_without_chapters_has_an_overview_and_its_charts(tmp_path):
    made = with_slides(document(charts=[CHART]), [])
    slides = deck(tmp_path, made).slides
    assert len(slides) == 2
    assert "测试图" in words(slides[0])
    assert any(shape.has_chart for shape in slides[1].shapes)


@pytest.mark.parametrize("hostile", [False, True])
def test_nothing_lies_outside_the_page(tmp_path, hostile):
    long = [
        Figure(key=f"f{i}", label="很长的指标名称" * 9, value="9" * 40, unit="亩") for i in range(6)
    ]
    made = with_slides(
        document(charts=[CHART], figures=long, title="长" * 300),
        [
            Slide(
                id="a",
                title="长" * 120,
                text="字" * 1200,
                figures=tuple(f"f{i}" for i in range(6)),
                chart="c",
            )
        ],
    )
    if hostile:
        made = hostile_document()
    shown = deck(tmp_path, made)
    for slide in shown.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= shown.slide_width
            assert shape.top + shape.height <= shown.slide_height


def test_words_name_a_chinese_font_and_are_never_a_link(tmp_path):
    save_slides(hostile_document(), tmp_path / "h.pptx")
    with zipfile.ZipFile(tmp_path / "h.pptx") as file:
        for name in file.namelist():
            if name.startswith("ppt/slides/") and name.endswith((".xml", ".rels")):
                text = file.read(name).decode()
                assert "hlinkClick" not in text
                assert 'TargetMode="External"' not in text
                assert "\u202e" not in text
                assert name.endswith(".rels") or 'a:ea typeface="Microsoft YaHei"' in text


def test_a_name_with_another_ending_is_refused(tmp_path):
    with pytest.raises(InputError, match="pptx"):
        save_slides(document(), tmp_path / "s.ppt")
    assert not list(tmp_path.iterdir())


@pytest.mark.long
def test_libreoffice_shows_as_many_pages_as_there_are_chapters(tmp_path):
    office = shutil.which("soffice")
    if office is None or shutil.which("pdfinfo") is None:
        pytest.skip("needs LibreOffice and poppler")
    deck(tmp_path)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [office, profile, "--headless", "--convert-to", "pdf", "s.pptx"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=200, check=False
    )
    if "could not be loaded" in done.stdout + done.stderr:
        pytest.skip("this LibreOffice is without Impress (Debian: libreoffice-impress)")
    info = subprocess.run(
        ["pdfinfo", tmp_path / "s.pdf"], capture_output=True, text=True, check=True
    )
    assert "Pages:           2" in info.stdout
