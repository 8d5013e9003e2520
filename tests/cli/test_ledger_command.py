"""``platforms ledger``: in words, as JSON, and what is refused."""

from __future__ import annotations

import json
import os

import openpyxl
import pytest
import sqlalchemy as sa

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


def test_signs_of_control_neither_stay_nor_reach_a_terminal(capsys, filled, tmp_path):
    note = "\x1b[31m第一行\r2026-01-01 00:00 UTC 假\n第二行\x07"
    assert ledger(capsys, "set", "SP-0003", "--note", note, "--by", "李\x1b[2J")[0] == 0
    told = filled.plots().set_index("plot_id").loc["SP-0003", "note"]
    assert told == "[31m第一行\n2026-01-01 00:00 UTC 假\n第二行"
    # an export that nobody edited changes nothing
    ledger(capsys, "export", tmp_path / "ledger.xlsx")
    _, out, _ = ledger(capsys, "import", tmp_path / "ledger.xlsx", "--by", "王", "--json")
    assert json.loads(out)["count"] == 0
    status, out, _ = ledger(capsys, "history", "SP-0003")
    assert (status, "\x1b" in out) == (0, False)
    # a note stays in its own line
    assert not [line for line in out.splitlines() if line.startswith("2026-01-01 00:00 UTC 假")]


def test_an_older_entry_with_signs_of_control_is_written_out(capsys, filled, yueqing):
    with ip.open_store(yueqing).turns.writing("李") as connection:
        connection.execute(
            sa.text(
                "INSERT INTO ledger_event (workspace, act, subject, key, version, what, who, at,"
                " field, became, why) VALUES (:ws, 'a', 'plot', 'SP-0003', 99, 'set', 'x',"
                " '2099-01-01T00:00:00.000000+00:00', 'note', :note, '')"
            ),
            {"ws": filled.workspace, "note": "\x1b[31m红\n假行"},
        )
    out = ledger(capsys, "history", "SP-0003")[1]
    assert "\\x1b[31m红 ⏎ 假行" in out


def test_a_conflict_says_you_wrote_only_of_what_was_given(capsys, filled):
    assert filled is not None
    ledger(capsys, "set", "SP-0003", "--unit", "甲", "--note", "n", "--due", "2099-01-01")
    status, _, err = ledger(capsys, "set", "SP-0003", "--unit", "cc", "--version", 1)
    assert status == 1
    wrote = [line for line in err.splitlines() if "您写的是" in line]
    assert [line.split()[1] for line in wrote] == ["责任单位：原为"]
    assert "备注：原为 —，现为 n" in err


@pytest.mark.parametrize("option", ["--unit", "--note", "--why", "--by"])
def test_text_of_another_encoding_is_refused(capsys, filled, option):
    words = {"--unit": "甲", "--by": "李"} | {option: "市经信局".encode("gbk")}
    given = [part for name, word in words.items() for part in (name, word)]
    given = [os.fsdecode(one) if isinstance(one, bytes) else one for one in given]
    status, _, err = ledger(capsys, "set", "SP-0003", *given)
    assert (status, "UTF-8" in err, option in err) == (2, True, True)
    assert filled.plots().set_index("plot_id").loc["SP-0003", "unit"] == ""
