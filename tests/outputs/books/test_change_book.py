from __future__ import annotations

import openpyxl
import pandas as pd
import pytest

from platforms.errors import OutputError
from platforms.geo.area import measure_frame
from platforms.outputs.books.change_book import save_changes
from platforms.policy.diff import policy_diff


@pytest.fixture(scope="module")
def plots(yueqing):
    return measure_frame(yueqing.layer("plots"))


@pytest.fixture(scope="module")
def diff(yueqing, plots):
    pack = yueqing.rules("2022")
    return policy_diff(plots, pack, pack.choose(mean_share="below_10_percent"))


@pytest.fixture(scope="module")
def book(diff, plots, tmp_path_factory):
    path = tmp_path_factory.mktemp("changes") / "changes.xlsx"
    return openpyxl.load_workbook(save_changes(diff, plots, path))


def _table(sheet):
    rows = list(sheet.iter_rows(3, values_only=True))
    return pd.DataFrame(rows[1:], columns=rows[0])


def test_the_flips_stand_there_with_both_verdicts_reasons_and_area(book, diff, plots):
    table = _table(book["变化地块"])
    changed = diff.changed
    assert len(changed) > 0
    assert table["地块编号"].tolist() == changed["plot_id"].tolist()
    words = {"low_efficiency": "低效", "not": "非低效", "unknown": "情况不明"}
    assert table["前"].tolist() == changed["left"].map(words).tolist()
    assert table["后"].tolist() == changed["right"].map(words).tolist()
    assert table["椭球面积（亩）"].tolist() == pytest.approx(changed["area_mu"].tolist())
    assert table["前：理由"].tolist() == changed["because_left"].tolist()
    assert table["后：理由"].tolist() == changed["because_right"].tolist()
    assert table["企业"].tolist() == plots.loc[changed.index, "firm_name"].tolist()


def test_the_sums_are_those_of_the_comparison_and_cover_every_plot(book, diff, plots):
    table = _table(book["变化汇总"])
    told = diff.totals[diff.totals["plots"] > 0]
    assert table["地块数"].tolist() == told["plots"].tolist()
    assert table["地块数"].sum() == len(plots)
    assert table["椭球面积（亩）"].tolist() == told["area_mu"].tolist()


def test_the_settings_that_differ_are_named(book):
    table = _table(book["参数变化"])
    assert len(table) == 1
    assert table["后"].tolist() == ["below_10_percent"]


def test_sample_is_marked_and_every_sheet_is_ready_to_print(book):
    for sheet in book:
        assert "示例数据" in sheet["A2"].value
        assert "示例数据" in sheet.oddFooter.left.text
        assert sheet.auto_filter.ref.startswith("A3:")
        assert sheet.print_title_rows == "$3:$3"


def test_two_packs_have_no_settings_in_common(yueqing, plots, tmp_path):
    pack, other = yueqing.rules("2022"), yueqing.rules("idle-land-53")
    path = save_changes(policy_diff(plots, pack, other), plots, tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["变化地块", "变化汇总"]
    assert "闲置" in set(_table(book["变化地块"])["后"])


def test_a_file_that_is_there_stays(diff, plots, tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_text("mine")
    with pytest.raises(OutputError):
        save_changes(diff, plots, path)
    assert path.read_text() == "mine"


def test_no_flip_is_an_empty_list(yueqing, plots, tmp_path):
    pack = yueqing.rules("2022")
    path = save_changes(policy_diff(plots, pack, pack), plots, tmp_path / "x.xlsx")
    assert _table(openpyxl.load_workbook(path)["变化地块"])["地块编号"].dropna().empty
