"""Hostile text goes out through every file as the text that it is, and leaves no folder."""

from __future__ import annotations

import csv
import dataclasses
import json
import unicodedata

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely

from hostile import HOSTILE
from platforms.outputs.books.table_file import save_table
from platforms.outputs.books.workbook import save_workbook
from platforms.outputs.maps.map_reading import layer_frames, read_page
from platforms.outputs.maps.map_sheet import run_document
from platforms.outputs.maps.page import save_html
from platforms.outputs.plots_file import harmless, write_plots

STARTS = set("=+-@\t\r\n＝＋－＠")


@pytest.fixture(scope="module")
def plots():
    """A plot for each text, with a column that is called like a text."""
    texts = [text for text in HOSTILE if "\x01" not in text]
    shapes = [
        shapely.box(121 + n / 1000, 28, 121.0005 + n / 1000, 28.0005) for n in range(len(texts))
    ]
    frame = {"plot_id": [f"P{n}" for n in range(len(texts))], "name": texts, "=1+1": texts}
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=4490)


@pytest.fixture(scope="module")
def hostile_run(example):
    """A run whose plots and firms are called like the corpus."""
    plots = example.plots.head(len(HOSTILE)).copy()
    for column in ("name", "firm_name", "industry"):
        plots[column] = HOSTILE
    return dataclasses.replace(example, plots=plots)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_starts_a_formula_in_a_text_file(text):
    told = str(harmless(text))
    assert told[0] not in STARTS
    assert told in {text, f"'{text}"}


@pytest.mark.parametrize("number", ["-3", "+4.5", "-1e5", "1"])
def test_a_number_stays_a_number(number):
    assert harmless(number) == number


def test_a_table_as_text_holds_no_formula_in_cells_or_headings(tmp_path):
    table = pd.DataFrame({"=cmd()": HOSTILE, "＠a": HOSTILE})
    made = save_table(table, tmp_path / "a.csv", sheet="a")
    with made.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == len(HOSTILE) + 1
    assert not [cell for row in rows for cell in row if cell[:1] in STARTS]


def test_plots_as_text_hold_no_formula_in_cells_or_headings(plots, tmp_path):
    write_plots(plots, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert not [cell for row in rows for cell in row if cell[:1] in STARTS]


def test_the_ledger_holds_the_texts_as_text(hostile_run, tmp_path):
    book = openpyxl.load_workbook(save_workbook(hostile_run, tmp_path / "a.xlsx"))
    sheet = book["地块台账"]
    heads = [cell.value for cell in sheet[3]]
    for title in ("企业", "行业"):
        cells = [row[heads.index(title)] for row in sheet.iter_rows(min_row=4)]
        assert {cell.data_type for cell in cells} == {"s"}
        assert not any(cell.hyperlink for cell in cells)
        for cell, text in zip(cells, HOSTILE, strict=True):
            if not any(unicodedata.category(c) == "Cc" for c in text) and "_x" not in text:
                assert cell.value == text


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "parquet"])
def test_files_for_programs_give_the_texts_back(plots, tmp_path, ending):
    path = write_plots(plots, tmp_path / f"a.{ending}")
    read = gpd.read_parquet(path) if ending == "parquet" else gpd.read_file(path)
    assert read["name"].tolist() == plots["name"].tolist()
    if ending == "geojson":
        told = json.loads(path.read_text(encoding="utf-8"))["features"]
        assert [one["properties"]["name"] for one in told] == plots["name"].tolist()


def test_the_page_gives_the_texts_back_and_has_no_script_but_ours(hostile_run, tmp_path):
    path = save_html(run_document(hostile_run), tmp_path / "a.html")
    text = path.read_text(encoding="utf-8")
    assert text.count("<script") == 2
    assert "<img src=x" not in text
    frame = layer_frames(read_page(path))["plots"]
    assert frame["firm_name"].tolist() == HOSTILE
