"""The corpus on sheets, decks, certificates, in KML and in notebooks: words, and no more."""

from __future__ import annotations

import html
import io
import re
import shutil
import subprocess
import zipfile
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import folium
import geopandas as gpd
import jinja2
import openpyxl
import pptx
import pytest
import shapely

import map_samples as samples
from hostile import HOSTILE, LONG
from platforms.outputs.certificates.certificate import render_certificate, save_certificate
from platforms.outputs.certificates.certificate_document import certificate_document
from platforms.outputs.desktop.kml import write_kml
from platforms.outputs.desktop.run_layers import RunLayer
from platforms.outputs.figures import pptx_slides
from platforms.outputs.figures.figure_words import clean
from platforms.outputs.figures.plan_figure import save_figure
from platforms.outputs.figures.pptx_slides import save_slides
from platforms.outputs.maps.folium_map import build_map
from platforms.outputs.maps.map_document import Bar, Chart, Figure
from platforms.outputs.maps.page import render_page
from platforms.outputs.maps.slides import Slide, with_slides
from platforms.planning.survey import survey

SHORT = [text for text in HOSTILE if text not in LONG]
# one text in twenty-five each time, all of them where there is time
EACH = [
    pytest.param(text, id=str(n), marks=[pytest.mark.long] if n % 25 else [])
    for n, text in enumerate(HOSTILE)
]
SVG = "{http://www.w3.org/2000/svg}"
KML = "{http://www.opengis.net/kml/2.2}"
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def document_of(text: str):
    """A map with a text as title, note, figure, chart, layer and slide."""
    made = samples.document(
        samples.plots_layer(names=(text,) * 3, title=text, source=text, note=text),
        title=text,
        subtitle=text,
        notes=[text],
        figures=[Figure(key="f", label=text, value=text, unit=text)],
        charts=[Chart(id="c", title=text, unit=text, bars=[Bar(label=text, value=2, text=text)])],
        tables=[],
    )
    slide = Slide(id="s", title=text[:120], text=text[:1200], figures=("f",), chart="c")
    return with_slides(made, [slide])


@pytest.mark.parametrize("text", EACH)
def test_a_sheet_draws_a_text_and_nothing_else(text, tmp_path):
    path = save_figure(document_of(text), tmp_path / "f.svg")
    root = ET.fromstring(path.read_bytes())  # noqa: S314 our own file
    kinds = {"svg", "defs", "pattern", "clipPath", "rect", "line", "path", "circle", "g", "text"}
    assert {node.tag.removeprefix(SVG) for node in root.iter()} <= kinds
    for node in root.iter():
        assert not [name for name in node.attrib if name.startswith("on") or "href" in name]
    said = {node.text for node in root.iter(f"{SVG}text")}
    if len(clean(text)) < 20:
        assert not clean(text) or clean(text) in said


@pytest.mark.parametrize("text", EACH[::5])
def test_a_deck_holds_a_text_without_link_or_formula(text, tmp_path, monkeypatch):
    monkeypatch.setattr(pptx_slides, "_DPI", 50)
    path = save_slides(document_of(text), tmp_path / "s.pptx")
    (slide,) = pptx.Presentation(str(path)).slides
    words = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    start = clean(text)[:20]
    assert any(start in one for one in words)
    with zipfile.ZipFile(path) as file:
        for name in file.namelist():
            if name.startswith("ppt/slides/"):
                told = file.read(name).decode("utf-8", "replace")
                assert "hlinkClick" not in told
                assert 'TargetMode="External"' not in told
            elif name.endswith(".xlsx"):
                book = openpyxl.load_workbook(io.BytesIO(file.read(name)))
                cells = [cell for row in book.active.iter_rows() for cell in row]
                assert not [one for one in cells if one.data_type == "f" or one.hyperlink]


class _Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.said = set(), set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.said.append(data)


@pytest.fixture(scope="module")
def certificates(yueqing):
    """A certificate for each text."""
    boxes = [
        shapely.box(40598000 + 200 * n, 3121000, 40598100 + 200 * n, 3121100)
        for n in range(len(SHORT))
    ]
    columns = {"plot_id": [f"P{n}" for n in range(len(SHORT))], "name": SHORT, "firm_name": SHORT}
    return survey(
        gpd.GeoDataFrame(columns, geometry=boxes, crs="EPSG:4528"), workspace=yueqing
    )  # fmt: skip


def test_a_certificate_names_each_plot_letter_by_letter(certificates):
    page = _Tags()
    page.feed(render_certificate(certificate_document(certificates)))
    assert not page.tags & {"script", "img", "iframe", "form", "a", "object"}
    assert not {name for name in page.attributes if name.startswith("on")}
    for text in SHORT:
        if text.isprintable():
            assert text in page.said


@pytest.mark.long
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler")
def test_the_typesetter_takes_each_text_as_words(certificates, tmp_path):
    pytest.importorskip("typst")
    save_certificate(certificates, tmp_path / "c.pdf")
    command = ["pdftotext", "-layout", str(tmp_path / "c.pdf"), "-"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    flat = re.sub(r"[\s\u200b]", "", told)
    for text in SHORT:
        if text.isascii() and text.isprintable():
            assert re.sub(r"\s", "", text) in flat


def test_kml_holds_each_text_as_name_title_and_value(tmp_path):
    layers = []
    for text in HOSTILE:
        frame = gpd.GeoDataFrame(
            {"name": [text], text: [text]}, geometry=[shapely.Point(121, 28)], crs=4490
        )
        layers.append(
            RunLayer(
                name=text,
                frame=frame,
                kind="point",
                title=text,
                titles={text: text},
                notes={},
                about={"SOURCE": text},
            )
        )
    write_kml(layers, tmp_path / "a.kml", title=HOSTILE[0])
    data = (tmp_path / "a.kml").read_bytes()
    assert b"<![CDATA[" not in data
    tree = ET.fromstring(data)  # noqa: S314 our own file
    assert not {node.tag for node in tree.iter()} & {f"{KML}a", f"{KML}href", f"{KML}script"}
    # a reader of XML makes one sign of any end of a line
    wanted = [NO_XML.sub("", text).replace("\r\n", "\n").replace("\r", "\n") for text in HOSTILE]
    for place in ("Folder", "Placemark"):
        assert [one.find(f"{KML}name").text for one in tree.iter(f"{KML}{place}")] == wanted
    assert [one.text for one in tree.iter(f"{KML}SimpleData")] == wanted


def test_no_text_reaches_a_template(monkeypatch):
    made = samples.document(*[
        samples.plots_layer(names=(text,), name=f"l{n}", title=text, source=text)
        for n, text in enumerate(HOSTILE)
    ], title="{{7*7}} {% raw %} ${window.hit=3}")  # fmt: skip
    page = render_page(made)
    read = []
    real = jinja2.Environment.compile
    monkeypatch.setattr(
        jinja2.Environment, "compile", lambda self, source, *a, **k: (
            read.append(source), real(self, source, *a, **k)
        )[1],
    )  # fmt: skip
    shown = build_map(made)
    framed = shown._repr_html_()
    folium.Figure().add_child(shown)
    texts = [shown.render(), shown.get_root().render(), html.unescape(framed)]
    assert read
    assert not [one for one in read if isinstance(one, str) and "7*7" in one]
    assert all(page in text for text in texts)
    assert "{{7*7}}" in page
