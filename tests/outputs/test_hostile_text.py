"""Hostile text goes out through every file as the text that it is, and leaves no folder."""

from __future__ import annotations

import csv
import dataclasses
import json
import re

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely

from hostile import CORPUS, HOSTILE
from platforms.outputs.books.table_file import save_table
from platforms.outputs.books.workbook import save_workbook
from platforms.outputs.maps.map_reading import layer_frames, read_page
from platforms.outputs.maps.map_sheet import run_document
from platforms.outputs.maps.page import save_html
from platforms.outputs.plots_file import harmless, write_plots

STARTS = set("=+-@\t\r\n＝＋－＠")
# what the drivers of files do not take in a text
NO_FILE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
# how a workbook writes a sign that XML does not take, and what looks like that already
ESCAPED = re.compile("_x([0-9A-F]{4})_")


def read_as_excel(value: str) -> str:
    """Return a cell's text as Excel shows it."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)


@pytest.fixture(scope="module")
def plots():
    """A plot for each text, with a column that is called like a text."""
    texts = [text for text in HOSTILE if not NO_FILE.search(text)]
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


def test_the_corpus_is_large_and_no_text_stands_in_it_twice():
    assert len(set(HOSTILE)) == len(HOSTILE) >= 150


def test_only_what_a_spreadsheet_would_compute_is_quoted_in_a_text_file():
    told = {one.text: str(harmless(one.text)) for one in CORPUS}
    assert told == {one.text: f"'{one.text}" if one.csv == "quoted" else one.text for one in CORPUS}
    assert not [text for text in told.values() if text[0] in STARTS]


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
            assert cell.value is not None
            assert read_as_excel(cell.value) == text


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
