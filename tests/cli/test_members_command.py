"""Members, files of plots and the journal on the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

import platforms as ip
from platforms.cli import main
from platforms.cli.journal import journal_command as journal


@pytest.fixture(autouse=True)
def filled(tmp_path, monkeypatch, example_ledger):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path / "kept"))
    example_ledger(tmp_path / "kept")


def ledger(capsys, *arguments):
    status = main(["ledger", *map(str, arguments)])
    return status, *capsys.readouterr()


def test_members_come_and_go_and_their_roles_hold(capsys):
    assert "单用户模式" in ledger(capsys, "members", "list")[1]
    assert "单用户模式" in ledger(capsys, "status")[1]
    status, _, err = ledger(capsys, "members", "add", "编", "--role", "editor", "--by", "编")
    assert (status, "第一个成员" in err) == (1, True)
    assert ledger(capsys, "members", "add", "审", "--role", "审批", "--by", "审")[0] == 0
    assert ledger(capsys, "members", "add", "编", "--role", "editor", "--by", "审")[0] == 0
    told = json.loads(ledger(capsys, "members", "list", "--json")[1])
    assert [(one["name"], one["role"]) for one in told["members"]] == [
        ("审", "approver"), ("编", "editor"),
    ]  # fmt: skip
    assert not told["single_user"]
    assert json.loads(ledger(capsys, "status", "--json")[1])["members"] == 2
    status, _, err = ledger(capsys, "set", "SP-0003", "--step", "验收", "--by", "编")
    assert (status, "审批" in err, "Traceback" in err) == (1, True, False)
    assert ledger(capsys, "set", "SP-0003", "--step", "验收", "--by", "审")[0] == 0
    assert ledger(capsys, "members", "role", "编", "--role", "查看", "--by", "审")[0] == 0
    assert ledger(capsys, "members", "remove", "编", "--by", "审", "--why", "调离")[0] == 0
    out = ledger(capsys, "members", "history")[1]
    assert "编 移出 查看 → — — 调离" in out
    assert len(json.loads(ledger(capsys, "members", "history", "--json")[1])["history"]) == 4
    assert "成员 1 人；审批人：审" in ledger(capsys, "status")[1]


def test_a_file_is_put_to_a_plot_fetched_and_taken_off(capsys, tmp_path):
    path = tmp_path / "现场.pdf"
    path.write_bytes(b"%PDF-1.4\n")
    assert ledger(capsys, "attach", "SP-0003", path, "--by", "王")[0] == 0
    [row] = json.loads(ledger(capsys, "attachments", "--json")[1])["attachments"]
    assert (row["plot_id"], row["name"], row["size"]) == ("SP-0003", "现场.pdf", 9)
    assert "现场.pdf：9 字节" in ledger(capsys, "attachments", "SP-0003")[1]
    made = tmp_path / "again.pdf"
    assert ledger(capsys, "fetch", row["sha256"][:8], "-o", made)[0] == 0
    assert made.read_bytes() == path.read_bytes()
    assert ledger(capsys, "fetch", row["sha256"], "-o", made)[0] == 1
    assert ledger(capsys, "detach", "SP-0003", row["sha256"][:10], "--by", "王")[0] == 0
    assert "没有附件" in ledger(capsys, "attachments", "SP-0003")[1]
    assert "移除附件" in ledger(capsys, "history", "SP-0003")[1]


def test_the_journal_is_told_from_a_day_on(capsys, yueqing):
    store = ip.open_store(yueqing)
    run = CliRunner().invoke
    assert "是空的" in run(journal, []).output
    store.journal.note("upload", "地块.zip", by="", data=b"abc")
    out = run(journal, ["--since", "2020-01-01"]).output
    assert "（未署名） 上传 地块.zip，3 字节" in out
    [row] = json.loads(run(journal, ["--json"]).output)["journal"]
    assert (row["what"], row["size"], row["note"]) == ("upload", 3, "")
    assert json.loads(run(journal, ["--json", "--since", "2999-01-01"]).output)["journal"] == []
