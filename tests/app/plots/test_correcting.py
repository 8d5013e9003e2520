"""Correcting an uploaded plot through the page: what the map sends, and what is then shown."""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box
from streamlit.testing.v1 import AppTest

import platforms as ip
from platforms.app.ledger.drafts import Draft
from platforms.app.plots.chosen import said_of
from platforms.app.plots.saving import plots_as
from platforms.app.plots.upload import Reading, Upload

WEST, SOUTH = 120.96, 28.13


def page() -> None:
    """Draw the page without the frame around it."""
    from platforms.app.guard import guard
    from platforms.app.views import plots

    with guard():
        plots.page()


@pytest.fixture
def upload(tmp_path):
    file = tmp_path / "a.geojson"
    shapes = [
        box(WEST, SOUTH, WEST + 0.001, SOUTH + 0.001),
        box(WEST + 0.001, SOUTH, WEST + 0.002, SOUTH + 0.001),
    ]
    frame = gpd.GeoDataFrame({"plot_id": ["A", "B"]}, geometry=shapes, crs=4490)
    frame.to_file(file, engine="pyogrio")
    return Upload("a.geojson", file.read_bytes(), Reading(crs="EPSG:4490"))


def told(at) -> str:
    return "\n".join(m.value for m in at.markdown) + "\n".join(
        str(h.proto.body) for h in at.get("html")
    )


def test_a_correction_is_part_of_what_is_read(upload):
    change = ip.PlotCorrection("A", line=((WEST + 0.0004, 28), (WEST + 0.0004, 29)))
    corrected = upload.corrected([change])
    assert corrected.key != upload.key
    assert corrected.data == upload.data
    assert corrected.corrected(()).key == upload.key
    # read as something else, its plots are others
    assert corrected.read_as(Reading(crs="EPSG:4326")).corrections == ()


def test_the_page_shows_what_a_correction_changed_and_the_way_back(upload):
    wider = box(WEST, SOUTH, WEST + 0.0012, SOUTH + 0.001)
    change = ip.PlotCorrection("A", shape=((tuple(wider.exterior.coords),),))
    at = AppTest.from_function(page, default_timeout=60)
    at.session_state["upload"] = upload.corrected([change])
    at.run()
    assert not at.exception
    shown = told(at)
    assert "已修改" in shown
    assert "重叠" in shown
    assert not at.button(key="correct-undo").disabled
    assert at.button(key="correct-redo").disabled
    at.button(key="correct-undo").click().run()
    assert at.session_state["upload"].corrections == ()
    assert at.button(key="correct-undo").disabled
    at.button(key="correct-redo").click().run()
    assert at.session_state["upload"].corrections == (change,)
    at.button(key="correct-drop").click().run()
    assert at.session_state["upload"].corrections == ()
    assert at.session_state["upload"].data == upload.data
    assert not at.exception


def test_a_split_shows_each_piece_and_the_sum(upload):
    change = ip.PlotCorrection("A", line=((WEST + 0.0004, 28), (WEST + 0.0004, 29)))
    at = AppTest.from_function(page, default_timeout=60)
    at.session_state["upload"] = upload.corrected([change])
    at.run()
    assert not at.exception
    shown = told(at)
    assert "A-1" in shown
    assert "A-2" in shown


def test_the_sum_of_a_choice_counts_hundredths_and_says_what_is_unknown():
    rows = pd.DataFrame({"area_m2": [0.1, 0.2, float("nan")]})
    assert "0.30 m²" in said_of(rows)
    assert "1" in said_of(rows)
    assert "2" in said_of(rows[["area_m2"]].rename(columns={"area_m2": "other"}).iloc[:2])


@pytest.mark.parametrize("ending", ["gpkg", "zip", "geojson", "txt", "xlsx", "csv"])
def test_plots_are_written_in_every_offered_format(scene, tmp_path, ending):
    data = plots_as(scene.run.plots.iloc[:2], ending)
    assert len(data) > 100
    if ending == "geojson":
        assert len(json.loads(data)["features"]) == 2
    if ending == "gpkg":
        file = tmp_path / "a.gpkg"
        file.write_bytes(data)
        assert len(gpd.read_file(file)) == 2


def test_leaving_is_asked_about_while_a_correction_is_made_and_not_after(upload):
    change = ip.PlotCorrection("A", line=((WEST + 0.0004, 28), (WEST + 0.0004, 29)))

    def told_to_the_browser() -> None:
        import streamlit as st

        from platforms.app.leaving import ask_before_leaving, unsaved

        ask_before_leaving()
        st.session_state["lost"] = unsaved()

    at = AppTest.from_function(told_to_the_browser).run()
    assert at.session_state["lost"] == {"corrected": "", "drafts": False}
    at.session_state["upload"] = upload.corrected([change])
    assert at.run().session_state["lost"]["corrected"]
    at.session_state["upload"] = upload
    assert not at.run().session_state["lost"]["corrected"]
    seen = pd.DataFrame(
        {"plot_id": ["A"], "version": 1, "step": "", "unit": "", "due": "", "note": ""}
    )
    at.session_state["ledger-drafts"] = {("A",): Draft(seen, {"note": "x"})}
    assert at.run().session_state["lost"]["drafts"]
    assert not at.exception


def test_a_plot_of_a_file_that_is_no_longer_there_is_told_about(upload):
    at = AppTest.from_function(page, default_timeout=60)
    at.query_params["at"] = "plots:T7-07"
    assert "T7-07 在当前数据中没有" in told(at.run())
    at.session_state["upload"] = upload
    at.query_params["at"] = "plots:A"
    assert "重新上传文件" not in told(at.run())
