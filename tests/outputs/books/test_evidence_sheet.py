from __future__ import annotations

import pandas as pd
import pytest

from platforms.outputs.books.evidence_sheet import evidence_fields
from platforms.planning.run import run
from platforms.policy.links import FirmData
from platforms.policy.trace import explain


def _table(fields) -> pd.DataFrame:
    return pd.DataFrame({field.name: field.cells for field in fields})


def test_every_plot_that_is_hit_or_open_is_listed_and_no_other(example):
    fields, note = evidence_fields(example)
    table = _table(fields)
    plots = example.plots
    judged = plots.loc[plots["verdict"].ne("not"), "plot_id"]
    assert set(table["plot_id"]) == set(judged)
    assert f" {len(judged)} " in note
    assert f" {int(plots['verdict'].eq('not').sum())} " in note
    assert table["verdict"].tolist() == sorted(table["verdict"], key=["低效", "情况不明"].index)


def test_the_rows_are_those_of_the_explained_tree(example):
    table = _table(evidence_fields(example)[0])
    plot_id = table["plot_id"].iloc[0]
    titles = {one.id: one.title for one in example.workspace.plan.documents}
    told = explain(example.plots, example.pack, plot_id, documents=titles).to_text()
    rows = table[table["plot_id"].eq(plot_id)]
    assert len(rows)
    for row in rows.to_dict("records"):
        assert f"[{row['result']}] {row['text']}" in told
        assert row["rule"] in told
        assert row["clause"] in told
        assert all(line in told for line in row["parameters"].splitlines())


def test_what_is_left_out_is_said_and_no_plot_is_cut_in_two(example):
    whole = _table(evidence_fields(example)[0])
    fields, note = evidence_fields(example, most=20)
    table = _table(fields)
    assert 0 < len(table) <= 20
    listed = table["plot_id"].unique()
    assert len(table) == whole["plot_id"].isin(listed).sum()
    left = whole["plot_id"].nunique() - len(listed)
    assert f"另有 {left} 宗" in note


@pytest.fixture(scope="module")
def sheet(example_book):
    return example_book["认定依据"]


@pytest.mark.long
def test_the_sheet_is_filtered_frozen_and_printed_on_wide_paper(sheet, example):
    table = _table(evidence_fields(example)[0])
    assert sheet.max_row == 3 + len(table)
    assert sheet.auto_filter.ref == f"A3:H{sheet.max_row}"
    assert sheet.freeze_panes == "C4"
    assert sheet.print_title_rows == "$3:$3"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == ("8", "landscape") or (
        sheet.page_setup.paperSize,
        sheet.page_setup.orientation,
    ) == (8, "landscape")
    assert "示例数据" in sheet["A2"].value
    assert "未列" in sheet["D2"].value
    # a row is as tall as its parameters
    tall = next(row for row in range(4, 40) if (sheet.cell(row, 8).value or "").count("\n") >= 3)
    assert sheet.row_dimensions[tall].height >= 4 * 15


def test_firms_that_are_judged_one_by_one_are_listed_one_by_one(yueqing):
    plots = yueqing.layer("plots").head(40)
    firms = pd.DataFrame(
        {
            "firm_id": ["F1", "F2"],
            "name": ["甲公司", "乙公司"],
            "scale": ["below", "below"],
            "area_mu": [10.0, 10.0],
            "tax_wan_2020": [5.0, 500.0],
            "tax_wan_2021": [5.0, 500.0],
            "grade_2020": ["B", "B"],
            "grade_2021": ["B", "B"],
        }
    )
    plot_id = plots["plot_id"].iloc[0]
    links = pd.DataFrame({"plot_id": [plot_id, plot_id], "firm_id": ["F1", "F2"]})
    made = run(yueqing, plots=plots, firms=FirmData(firms, links, "any"))
    table = _table(evidence_fields(made)[0])
    assert f"{plot_id}/甲公司" in set(table["plot_id"])
    assert f"{plot_id}/乙公司" not in set(table.loc[table["verdict"].eq("低效"), "plot_id"])
