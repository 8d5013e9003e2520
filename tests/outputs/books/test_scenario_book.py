"""A comparison as a file: the workbook says what the comparison says, the page opens offline."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook

import platforms as ip
from platforms.errors import OutputError


@pytest.fixture(scope="module")
def change(yueqing, example):
    lower = ip.with_settings(yueqing.rules(), ["tax_floor=8"])
    both = (example, ip.run(yueqing, rules=lower))
    return ip.compare_scenarios(*(ip.scenario_of(one, workspace=yueqing) for one in both))


def test_the_workbook_has_every_table_and_steps_that_sum(yueqing, change, tmp_path):
    path = ip.save_comparison(yueqing, change, tmp_path / "c.xlsx", names=("=1+1", "乙"))
    book = load_workbook(path)
    assert book.sheetnames == [
        "对比概要", "为什么变", "地块差别", "乡镇差别", "园区差别", "片区差别", "输入", "参数",
    ]  # fmt: skip
    rows = list(book["为什么变"].iter_rows(min_row=2, values_only=True))
    assert rows[0][3] + sum(row[2] for row in rows) == pytest.approx(rows[-1][3], abs=1e-6)
    figures = {row[0]: row[1:] for row in book["对比概要"].iter_rows(values_only=True)}
    assert figures["名称"][:2] == ("=1+1", "乙")
    moved = change.figures.set_index("figure").loc["reclaimable_mu"]
    assert figures["可腾退面积（亩）"] == (moved["a"], moved["b"], moved["change"])
    plots = list(book["地块差别"].iter_rows(min_row=2, values_only=True))
    assert len(plots) == len(change.tables["plots"])
    # what differs stands first, and is told from what is the same
    same = [row[2] == "相同" for row in plots]
    assert same == sorted(same)
    assert not same[0]
    shas = {row[3] for row in book["输入"].iter_rows(min_row=2, values_only=True)}
    assert shas == set(change.inputs["a_sha"])


def test_the_page_is_whole_and_offline(yueqing, change, tmp_path):
    text = ip.save_comparison(yueqing, change, tmp_path / "c.html").read_text(encoding="utf-8")
    assert "方案对比图" in text
    assert "https://" not in text.split('<script type="application/json"')[1].split("</script>")[0]


def test_another_ending_and_a_file_that_is_there_are_refused(yueqing, change, tmp_path):
    with pytest.raises(OutputError):
        ip.save_comparison(yueqing, change, tmp_path / "c.pdf")
    (tmp_path / "c.xlsx").write_text("mine")
    with pytest.raises(OutputError):
        ip.save_comparison(yueqing, change, tmp_path / "c.xlsx")
    assert (tmp_path / "c.xlsx").read_text() == "mine"
