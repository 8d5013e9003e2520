"""Certificates and boundary points from the page are those of the command line."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import pytest
import shapely
from streamlit.testing.v1 import AppTest

import platforms as ip
from platforms import messages
from platforms.app.plots import papers
from platforms.app.plots.paper_form import time_told
from platforms.app.plots.papers import Paper, make_paper, writable
from platforms.app.plots.upload import Upload
from platforms.app.scene import make_scene
from platforms.errors import CRSError, InputError

PAGE = "from platforms.app.views import exports\nexports.page()\n"
SQUARE = shapely.box(40598000, 3121000, 40598100, 3121100)
BOW = shapely.Polygon(
    [(40598200, 3121000), (40598300, 3121100), (40598300, 3121000), (40598200, 3121100)]
)


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    path = tmp_path_factory.mktemp("given") / "a.gpkg"
    next_to = shapely.affinity.translate(SQUARE, 0, 500)
    ids = ["甲", "乙", "坏"]
    gpd.GeoDataFrame({"plot_id": ids}, geometry=[SQUARE, next_to, BOW], crs=4528).to_file(path)
    return path


@pytest.fixture(scope="module")
def shown(given):
    city = ip.Workspace.open("yueqing")
    return make_scene(city, ip.read_plots(given, workspace=city))


def test_a_certificate_is_that_of_the_library(shown, given, tmp_path):
    city = shown.run.workspace
    survey = ip.survey(ip.read_plots(given, workspace=city), workspace=city)
    ip.save_certificate(survey, tmp_path / "a.html", plot_ids=["乙"])
    made = make_paper(shown, Paper("html", ("乙",)))
    mine, theirs = made.data.decode(), (tmp_path / "a.html").read_text(encoding="utf-8")
    areas = mine.partition("<h2>面积</h2>")[2].partition("<h2>量算方法")[0]
    assert areas
    assert areas in theirs
    assert (made.plots, made.left_out) == (1, ())


def test_all_plots_with_an_area_are_certified_and_the_others_named(shown):
    made = make_paper(shown, Paper("html"))
    assert (made.plots, made.left_out) == (2, ("坏",))
    assert writable(shown, "pdf") == ["甲", "乙"]
    # nobody here has a command line
    printed = made.data.decode().partition("<body>")[2]
    assert "--" not in printed
    assert "platforms check" not in messages.text("certificate.set_aside", features=2, count=1)
    with pytest.raises(InputError):
        make_paper(shown, Paper("html", ("坏",)))


def test_a_certificate_is_a_pdf_too(shown):
    pytest.importorskip("typst")
    assert make_paper(shown, Paper("pdf", ("甲",))).data.startswith(b"%PDF")


@pytest.mark.parametrize("stated", ["planar_m2", "area_m2", "declared_m2"])
def test_boundary_points_state_the_area_that_was_chosen(shown, tmp_path, stated):
    made = make_paper(shown, Paper("txt", ("甲",), stated))
    (told, *_) = made.issues
    assert told.values["area"] == stated
    path = tmp_path / "a.txt"
    path.write_bytes(made.data)
    (plot,) = ip.read_plots(path, workspace=shown.run.workspace).frame.to_dict("records")
    assert plot["plot_id"] == "甲"
    area = shown.run.plots.set_index("plot_id")[stated]["甲"]
    # hectares with four decimals; what is not known is not stated
    assert plot["declared_m2"] == pytest.approx(area, abs=0.5, nan_ok=True)
    assert made.plots == 1


def test_shifted_coordinates_are_not_certified(shown):
    source = dataclasses.replace(shown.run.source, certified=False)
    other = dataclasses.replace(shown, run=dataclasses.replace(shown.run, source=source))
    with pytest.raises(CRSError):
        make_paper(other, Paper("html"))


def _page(given):
    app = AppTest.from_string(PAGE, default_timeout=60)
    held = Upload(given.name, given.read_bytes())
    app.session_state["upload"] = app.session_state["upload-read"] = held
    return app


def _html(app):
    return "\n".join(part.proto.body for part in app.get("html"))


def test_the_page_makes_a_paper_of_the_chosen_plots(given):
    app = _page(given).run()
    assert "共 2 宗，约需 1 秒" in _html(app)
    app.multiselect[-1].set_value(["甲"]).run()
    app.button(key="make-txt").click().run()
    assert not app.exception
    assert "已生成：1 宗" in _html(app)
    assert "平面面积" in _html(app)
    labels = [part.proto.label for part in app.get("download_button")]
    assert any(label.startswith("下载 TXT（") for label in labels)
    # another choice takes the paper away
    app.multiselect[-1].set_value(["乙"]).run()
    assert "已生成" not in _html(app)


def test_what_is_wrong_with_a_paper_is_said(given):
    app = _page(given).run()
    app.multiselect[-1].set_value(["坏"]).run()
    app.button(key="make-html").click().run()
    assert not app.exception
    assert "问题清单" in _html(app).split("ip-error")[1]


def test_a_batch_that_is_too_large_is_not_begun(given, monkeypatch):
    monkeypatch.setitem(papers.MOST, "pdf", 1)
    app = _page(given).run()
    assert app.button(key="make-pdf").disabled
    assert not app.button(key="make-html").disabled
    assert "一次最多 1 宗" in _html(app)


def test_a_long_time_is_told_in_minutes():
    assert time_told(0.2) == "1 秒"
    assert time_told(59.2) == "60 秒"
    assert time_told(121) == "3 分钟"
