"""``platforms scenario`` and ``--save-as``: in words, as JSON, and what is refused."""

from __future__ import annotations

import json

import pytest

import platforms as ip
from platforms.cli import main


@pytest.fixture(autouse=True)
def _own_store(tmp_path, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path / "kept"))


@pytest.fixture
def kept(yueqing):
    """Two sitings, the first for 20 亩 and the second for 2,000."""
    store = ip.open_store(yueqing)
    for name, mu in (("small", 20), ("large", 200)):
        answer = ip.site({"industry": "C38", "land_mu": mu}, workspace=yueqing)
        store.keep(ip.scenario_of(answer, workspace=yueqing), name=name, author="王")
    return store


def call(capsys, *arguments):
    status = main(list(map(str, arguments)))
    return status, *capsys.readouterr()


def scenario(capsys, *arguments):
    return call(capsys, "scenario", *arguments)


def test_an_answer_is_kept_under_its_name(capsys, tmp_path):
    (tmp_path / "p.yaml").write_text("industry: C38\nland_mu: 20\n", encoding="utf-8")
    words = ("site", tmp_path / "p.yaml", "--save-as", "甲", "--author", "王", "--json")
    status, out, err = call(capsys, *words)
    told = json.loads(out)["scenario"]
    assert (status, told["name"]) == (0, "甲")
    assert "已保存为“甲”" in err
    status, out, _ = scenario(capsys, "list", "--json")
    row = json.loads(out)["scenarios"][0]
    assert (row["key"], row["author"], row["kind"]) == (told["key"], "王", "siting")
    assert row["sample"] is True
    # a name that is taken is refused before anything is computed
    status, _, err = call(capsys, *words)
    assert (status, "已有方案叫“甲”" in err) == (1, True)


def test_author_and_note_want_a_name(capsys, tmp_path):
    (tmp_path / "p.yaml").write_text("industry: C38\n", encoding="utf-8")
    status, _, err = call(capsys, "site", tmp_path / "p.yaml", "--note", "x")
    assert status == 2
    assert "--save-as" in err


def test_portfolio_and_relocation_are_kept_too(capsys, yueqing):
    assert call(capsys, "portfolio", "--mu", 50, "--curve", 0, "--save-as", "p")[0] == 0
    assert call(capsys, "relocate", "--seconds", 1, "--save-as", "r")[0] in {0, 1}
    kinds = ip.open_store(yueqing).scenarios().set_index("name")["kind"].to_dict()
    assert kinds == {"p": "portfolio", "r": "relocation"}


def test_nothing_kept_is_said(capsys):
    status, out, _ = scenario(capsys, "list")
    assert (status, "--save-as" in out) == (0, True)
    status, _, err = scenario(capsys, "show", "a")
    assert (status, "还没有保存过方案" in err) == (1, True)


def test_two_are_compared_in_words_and_as_json(capsys, kept):
    status, out, _ = scenario(capsys, "compare", "small", "large")
    assert status == 0
    assert "项目：用地（亩） 20 → 200" in out
    status, out, _ = scenario(capsys, "compare", "small", "large", "--json")
    told = json.loads(out)
    assert (told["unit"], told["a_name"]) == ("score", "small")
    steps = told["waterfall"]
    moved = sum(row["change"] for row in steps)
    assert steps[0]["value_to"] + moved == pytest.approx(steps[-1]["value_to"], abs=1e-9)
    assert sum(told["states"]["sites"].values()) == len(kept.kept("small").scenario["sites"])
    assert all(row["state"] != "same" for row in told["tables"]["sites"])


def test_the_whole_life_of_one(capsys, kept, tmp_path):
    for words in (
        ("rename", "small", "new", "--by", "李", "--why", "clear"),
        ("note", "new", "a word", "--by", "李"),
        ("lock", "new", "--by", "张"),
        ("copy", "new", "other", "--by", "李"),
        ("export", "new", tmp_path / "x.zip"),
        ("import", tmp_path / "x.zip", "--name", "again", "--by", "李"),
        ("show", "new"),
        ("list", "--kind", "siting"),
    ):
        status, out, err = scenario(capsys, *words)
        assert (status, bool(out.strip())) == (0, True), (words, err)
    status, _, err = scenario(capsys, "remove", "new")
    assert (status, "已锁定" in err) == (1, True)
    assert scenario(capsys, "unlock", "new", "--by", "张")[0] == 0
    assert scenario(capsys, "remove", "new", "--by", "张")[0] == 0
    assert set(kept.scenarios()["name"]) == {"large", "other", "again"}
    status, out, _ = scenario(capsys, "show", "other", "--json")
    told = json.loads(out)
    assert told["history"][0]["what"] == "copy"
    assert told["note"] == "a word"


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_every_command_says_what_it_does(capsys, lang, monkeypatch):
    monkeypatch.setenv("PLATFORMS_LANG", lang)
    status, out, _ = scenario(capsys, "--help")
    assert status == 0
    assert all(word in out for word in ("compare", "export", "import", "unlock"))


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("mysql://user:secret@host/base", "mysql"),
        ("postgresql://user:secret@127.0.0.1:1/base", ":1"),
    ],
)
def test_a_server_that_cannot_be_used_is_told_without_the_password(
    capsys, monkeypatch, address, told
):
    monkeypatch.setenv("PLATFORMS_STORE", address)
    status, _, err = scenario(capsys, "list")
    assert status == 1
    assert told in err
    assert "secret" not in err


def test_the_same_commands_on_a_server(capsys, monkeypatch, postgis):
    name = postgis.database()
    monkeypatch.setenv("PLATFORMS_STORE", postgis.address(name))
    assert scenario(capsys, "list", "--json")[0] == 0
    status, _, err = scenario(capsys, "show", "none")
    assert (status, "none" in err) == (1, True)
    postgis.give_back(name)
