"""A relocation as files: the same digits in the workbook, the JSON and the layers."""

from __future__ import annotations

import pyogrio
import pytest
from openpyxl import load_workbook

import move_samples as samples
import platforms as ip
from platforms.errors import OutputError

SHEETS = ["方案", "企业", "园区", "流向", "未安置", "参数与权重", "数据问题"]


def sheet_rows(path, name):
    """Return the rows of a sheet by their headings."""
    found = load_workbook(path)[name].iter_rows(min_row=3, values_only=True)
    heads = next(found)
    return [dict(zip(heads, row, strict=True)) for row in found if any(v is not None for v in row)]


@pytest.fixture
def found(yueqing):
    return ip.relocate(ip.relocation_data(yueqing), effort=ip.SearchEffort(rounds=2))


def test_the_workbook_has_the_digits_of_the_json(found, yueqing, tmp_path):
    path = ip.save_relocation(found, tmp_path / "moves.xlsx", workspace=yueqing)
    assert load_workbook(path, read_only=True).sheetnames == SHEETS
    told = found.to_record()
    moved = {row["firm_id"]: row for row in told["assignments"]}
    firms = sheet_rows(path, "企业")
    assert len(firms) == 500
    for row in firms:
        given = moved.get(row["企业编号"])
        assert (row["园区编号"], row["直线距离（公里）"]) == (
            (None, None) if given is None else (given["park_id"], given["km"])
        )
        assert (row["原因"] is None) == (given is not None)
    parks = sheet_rows(path, "园区")
    for row, given in zip(parks, told["parks"], strict=True):
        assert (
            row["园区编号"],
            row["已安排（亩）"],
            row["可承接（亩）"],
            row["剩余（亩）"],
        ) == tuple(given[name] for name in ("park_id", "used_mu", "capacity_mu", "free_mu"))
    assert sum(row["企业"] for row in sheet_rows(path, "流向")) == len(moved)
    stays = sheet_rows(path, "未安置")
    assert [row["企业编号"] for row in stays] == [row["firm_id"] for row in told["unassigned"]]
    assert stays[0]["说明"] == told["unassigned"][0]["message"]
    plan = {row["项目"]: row["数值"] for row in sheet_rows(path, "方案")}
    for title, name in (("目标值", "objective"), ("下界", "bound"), ("差距（占目标值）", "gap")):
        assert plan[title] == pytest.approx(told[name], rel=1e-15)
    weights = {row["指标"]: row["权重"] for row in sheet_rows(path, "参数与权重")}
    assert list(weights.values()) == list(told["weights"].values())
    assert "示例数据" in load_workbook(path)["方案"]["A2"].value


def test_text_that_looks_like_a_formula_is_text(tmp_path):
    path = ip.save_relocation(samples.answer(F1="=1+1", P1="=cmd|x"), tmp_path / "moves.xlsx")
    first = sheet_rows(path, "企业")[0]
    assert (first["名称"], first["迁入园区"]) == ("=1+1", "=cmd|x")
    cells = [cell for row in load_workbook(path)["企业"].iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)


def test_the_page_needs_the_ground_of_a_city(yueqing, tmp_path):
    with pytest.raises(OutputError, match="工作区"):
        ip.save_relocation(samples.answer(), tmp_path / "moves.html")
    assert not (tmp_path / "moves.html").exists()
    path = ip.save_relocation(samples.answer(), tmp_path / "moves.html", workspace=yueqing)
    assert "企业搬迁入园方案" in path.read_text(encoding="utf-8")


def test_the_layers_hold_sums_by_town(tmp_path):
    path = ip.save_relocation(samples.answer(), tmp_path / "moves.gpkg")
    assert {name for name, _ in pyogrio.list_layers(path)} == {
        "flows", "flows_by_town", "firms", "parks",
    }  # fmt: skip
    (row,) = pyogrio.read_dataframe(path, layer="flows_by_town").to_dict("records")
    assert (row["town"], row["firms"], row["mu"], row["sample"]) == ("甲镇", 2, 30.0, False)
    assert row["geometry"].geom_type == "LineString"


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(OutputError):
        ip.save_relocation(samples.answer(), tmp_path / "moves.docx")
