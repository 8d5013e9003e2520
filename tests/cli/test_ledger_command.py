"""``platforms ledger``: in words, as JSON, and what is refused."""

from __future__ import annotations

import json

import openpyxl
import pytest

import platforms as ip
from platforms.cli import main


@pytest.fixture(autouse=True)
def _own_store(tmp_path, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path / "kept"))


@pytest.fixture
def filled(example_ledger, tmp_path):
    return example_ledger(tmp_path / "kept")


def ledger(capsys, *arguments):
    status = main(["ledger", *map(str, arguments)])
    return status, *capsys.readouterr()


def test_a_run_fills_it(capsys, yueqing):
    status, out, _ = ledger(capsys, "status")
    assert (status, "ledger take" in out) == (0, True)
    status, out, _ = ledger(capsys, "take", "--by", "王", "--json")
    told = json.loads(out)
    assert (status, told["same"], told["absent"]) == (0, 0, [])
    status, out, _ = ledger(capsys, "take", "--by", "王")
    assert f"没有变化 {len(told['added'])} 宗" in out
    assert len(ip.open_store(yueqing).ledger.plots()) == len(told["added"])


def test_a_plot_goes_through_its_life(capsys, filled, tmp_path):
    words = ("set", "SP-0003", "SP-0035", "--step", "方案", "--unit", "市经信局",
             "--due", "2020-03-01", "--by", "李", "--why", "会议")  # fmt: skip
    status, out, _ = ledger(capsys, *words)
    assert (status, "已改动 2 宗" in out) == (0, True)
    status, out, _ = ledger(
        capsys, "milestone", "2099-Q1", "--step", "close", "--plots", 3, "--by", "王"
    )
    assert status == 0
    status, out, _ = ledger(capsys, "status")
    for part in ("示例数据", "方案：2 宗", "逾期 2 宗", "SP-0035", "2099-Q1 全部 销号：目标 3 宗"):
        assert part in out
    told = json.loads(ledger(capsys, "status", "--json")[1])
    assert told["overdue"] == ["SP-0003", "SP-0035"]
    assert sum(row["plots"] for row in told["steps"]) == told["total"]["plots"]
    past = json.loads(ledger(capsys, "history", "SP-0003", "--json")[1])["history"]
    assert {row["field"] for row in past[-3:]} == {"step", "unit", "due"}
    assert {row["why"] for row in past[-3:]} == {"会议"}
    status, out, _ = ledger(capsys, "history", "SP-0003")
    assert "状态：认定 → 方案 — 会议" in out
    status, out, _ = ledger(capsys, "undo", past[-1]["act"], "--by", "赵")
    assert (status, "2 宗恢复原值" in out) == (0, True)
    path = tmp_path / "l.xlsx"
    assert ledger(capsys, "export", path)[0] == 0
    assert ledger(capsys, "export", path)[0] == 1
    status, out, _ = ledger(capsys, "import", path, "--by", "赵")
    assert (status, "改动 0 宗" in out) == (0, True)


def test_the_targets_stand_beside_what_is_recorded(capsys, filled, tmp_path):
    words = ("set", "SP-0003", "--step", "销号", "--by", "李")
    assert ledger(capsys, *words)[0] == 0
    told = json.loads(ledger(capsys, "status", "--json")[1])["targets"]
    assert (told["done"], told["steps"]) == ("close", ["accept", "close"])
    rows = {row["id"]: row for row in told["targets"]}
    net = filled.plots().set_index("plot_id").loc["SP-0003", "reclaimable_mu"]
    past = rows["yq2022-10"]
    assert (past["recorded"], past["state"], past["why"]) == (None, "unknown", "before")
    assert (past["value"], past["outside_period"]) == (300, pytest.approx(net, abs=1e-4))
    assert rows["yq2022-01"]["why"] == "no_measure"
    # no target is made up, and none is lost
    assert set(rows) == set(ip.Workspace.open("yueqing").table("targets")["target_id"])
    assert {part["step"]: part["reclaimable_mu"] for part in told["plots"]} == {
        "accept": pytest.approx(net), "close": pytest.approx(net),
    }  # fmt: skip
    out = ledger(capsys, "status")[1]
    for part in ("与规划目标对账（台账自", "目标 300 亩，情况不明", "销号，按乡镇街道："):
        assert part in out
    path = tmp_path / "l.xlsx"
    assert ledger(capsys, "export", path)[0] == 0
    book = openpyxl.load_workbook(path)
    assert {"目标对账", "无对应口径的目标", "完成情况分列", "完成地块明细"} <= set(book.sheetnames)
    sheet = list(book["目标对账"].iter_rows(min_row=3, values_only=True))
    by_id = {row[0]: dict(zip(sheet[0], row, strict=True)) for row in sheet[1:]}
    assert (by_id["yq2022-10"]["目标值"], by_id["yq2022-10"]["达到销号"]) == (300, None)
    assert by_id["yq2022-10"]["进展"] == "情况不明"
    # it comes back as it went out
    assert "改动 0 宗" in ledger(capsys, "import", path, "--by", "赵")[1]


def test_a_conflict_is_told_field_by_field(capsys, filled):
    filled.set(ip.LedgerEdit("SP-0003", {"unit": "甲局"}), by="李")
    words = ("set", "SP-0003", "--unit", "乙局", "--version", 1, "--by", "赵")
    status, _, err = ledger(capsys, *words)
    assert status == 1
    assert "责任单位：原为 —，现为 甲局，您写的是 乙局" in err
    assert "未写入任何内容" in err
    assert filled.plots().set_index("plot_id").loc["SP-0003", "unit"] == "甲局"


def test_wrong_words_are_refused(capsys, filled):
    assert ledger(capsys, "set", "SP-0003")[0] == 2
    assert ledger(capsys, "set", "NONE", "--unit", "x", "--by", "赵")[0] == 1
    assert ledger(capsys, "set", "SP-0003", "--step", "x", "--by", "赵")[0] == 1
    assert ledger(capsys, "set", "SP-0003", "--unit", "x", "--by", "")[0] == 1
    assert ledger(capsys, "history", "NONE")[0] == 1
    assert ledger(capsys, "import", "none.xlsx", "--by", "赵")[0] == 1
