"""Names that a shapefile cut: told by our table, completed where one fits, left where two do."""

from __future__ import annotations

import corpus
import pyarrow as pa
import pytest
from test_corpus import AREA

from platforms import write_plots
from platforms.geo import read
from platforms.geo.ingest.columns import columns_beginning
from platforms.geo.ingest.formats.names import whole_names


def test_our_own_zip_comes_back_as_it_was(tmp_path):
    first = read.read_plots(corpus.ours(tmp_path, field_map=True), workspace=AREA).frame
    write_plots(first, tmp_path / "b.zip")
    again = read.read_plots(tmp_path / "b.zip", workspace=AREA).frame
    assert list(again.columns) == list(first.columns)
    assert {"credit_code", "declared_m2", "tax_wan_2022", "用地单位联系人姓名"} <= set(again)
    table = again.drop(columns="geometry")
    assert table.to_dict() == first.drop(columns="geometry").to_dict()
    assert again.geometry.geom_equals_exact(first.geometry, 1e-9).all()


def test_names_that_only_one_column_begins_with_are_completed(tmp_path):
    plots = read.read_plots(corpus.ours(tmp_path, field_map=False), workspace=AREA)
    assert {"credit_code", "declared_m2", "floor_area_m2"} <= set(plots.frame)
    # the year was cut off, so the column keeps what is left
    assert "tax_wan_20" in plots.frame
    (issue,) = (i for i in plots.issues if i.kind == "names_completed")
    assert issue.severity == "info"
    assert "credit_cod → credit_code" in issue.message("en")


def _names(*names: str, field_map: str = "", folder=None) -> list[str]:
    path = None
    if folder is not None:
        path = folder / "field_map.csv"
        path.write_text(field_map, encoding="utf-8-sig")
    named, _ = whole_names({n: pa.nulls(1) for n in names}, path)
    return list(named)


def test_only_a_file_of_ours_is_completed():
    assert _names("completion", "floor_area") == ["completion", "floor_area"]
    assert _names("plot_id", "completion") == ["plot_id", "completion_date"]


@pytest.mark.parametrize("short", ["energy_tce", "credit_cod_", "credit_co", "industry", "无名"])
def test_what_is_open_or_not_cut_stays(short):
    assert _names("plot_id", short) == ["plot_id", short]


def test_a_name_that_is_there_is_not_given_twice():
    assert _names("plot_id", "credit_cod", "credit_code") == [
        "plot_id",
        "credit_cod",
        "credit_code",
    ]


def test_the_table_is_believed_only_where_it_can_be_true(tmp_path):
    table = "field,name\nabcdefghij,abcdefghijkl\nabcdefgh_1,abcdefghijkm\nx,evil\n'=a,'=ab\n"
    names = ["abcdefghij", "abcdefgh_1", "x", "=a"]
    found = _names(*names, field_map=table, folder=tmp_path)
    assert found == ["abcdefghijkl", "abcdefghijkm", "x", "=ab"]


@pytest.mark.parametrize(
    "table", ["", "a,b\nabcdefghij,abcdefghijkl\n", "field,name\nabcdefghij\n"]
)
def test_a_table_of_something_else_changes_nothing(table, tmp_path):
    assert _names("abcdefghij", field_map=table, folder=tmp_path) == ["abcdefghij"]


def test_beginnings():
    assert columns_beginning("credit_cod") == {"credit_code"}
    assert len(columns_beginning("tax_wan_20")) > 1
    assert columns_beginning("nothing") == set()
