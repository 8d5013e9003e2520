"""Where the app listens: here only, unless a host is named; and what is said then."""

from __future__ import annotations

from itertools import pairwise

import pytest

import platforms as ip
from platforms.cli import main, serve, serve_hosts
from platforms.cli.serve_hosts import door

# all addresses of a machine
ALL = ".".join("0000")


@pytest.fixture
def started(monkeypatch, tmp_path):
    """The arguments that the server was started with."""
    argv = []
    monkeypatch.setattr(serve.os, "name", "other")
    monkeypatch.setattr(
        serve.subprocess, "run", lambda words, **_: argv.append(words) or _Done()
    )  # fmt: skip
    monkeypatch.setattr(serve_hosts, "own_names", lambda: ("192.168.1.20", "office"))
    monkeypatch.setattr(serve_hosts.Path, "home", lambda: tmp_path / "home")
    monkeypatch.chdir(tmp_path)
    return argv


class _Done:
    returncode = 0


def after(argv, word):
    return [value for name, value in pairwise(argv) if name == word]


def test_without_a_word_it_listens_on_this_machine_only(started, capsys):
    assert main(["serve"]) == 0
    (argv,) = started
    assert (after(argv, "--address"), after(argv, "--host")) == (["127.0.0.1"], [])
    out, err = capsys.readouterr()
    assert ("http://127.0.0.1:8501" in out, err) == (True, "")


def test_an_open_door_without_sign_in_is_warned_of(started, capsys, tmp_path):
    assert main(["serve", "--host", ALL, "--port", "8600"]) == 0
    (argv,) = started
    assert after(argv, "--address") == [ALL]
    assert after(argv, "--host") == ["192.168.1.20", "office"]
    out, err = capsys.readouterr()
    for name in ("192.168.1.20", "office", "127.0.0.1"):
        assert f"http://{name}:8600" in out
    assert "没有配置登录" in err
    assert "members.md" in err
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text("[auth]\nclient_id = 'x'\n")
    assert main(["serve", "--host", ALL]) == 0
    err = capsys.readouterr().err
    assert ("没有配置登录" in err, "须先登录" in err) == (False, True)


@pytest.mark.parametrize(
    ("hosts", "address", "names"),
    [
        (("localhost",), "127.0.0.1", ()),
        (("127.0.0.1", "::1"), "127.0.0.1", ()),
        (("192.168.1.20",), "192.168.1.20", ("192.168.1.20",)),
        (("[fd00::5]",), "fd00::5", ("fd00::5",)),
        (("plans.example",), ALL, ("plans.example", "192.168.1.20", "office")),
        (("10.0.0.1", "10.0.0.2"), ALL, ("10.0.0.1", "10.0.0.2", "192.168.1.20", "office")),
        (("::",), "::", ("192.168.1.20", "office")),
    ],
)
def test_an_address_is_listened_at_and_a_name_answered_to(started, hosts, address, names):
    found = door(hosts)
    assert (found.address, found.names) == (address, names)
    assert found.to_others == (address != "127.0.0.1")


@pytest.mark.parametrize("word", ["http://x", "a b", "", "*", "x:8501"])
def test_what_is_no_host_is_refused(started, capsys, word):
    assert main(["serve", "--host", word]) == 2
    assert started == []


def test_this_machine_says_its_own_names():
    assert all(not serve_hosts._is_here(one) for one in serve_hosts.own_names())


def test_a_name_of_a_proxy_is_answered_to_and_not_listened_at(started, capsys):
    words = ["--allow-host", "plans.county.example", "--upload-mb", "30"]
    assert main(["serve", *words]) == 0
    (argv,) = started
    assert after(argv, "--address") == ["127.0.0.1"]
    assert after(argv, "--host") == ["plans.county.example"]
    assert after(argv, "--upload-mb") == ["30"]
    out, err = capsys.readouterr()
    assert "plans.county.example" in out
    assert "没有配置登录" in err


def test_a_proxy_and_a_host_go_together():
    found = door(("192.168.1.20",), ("plans.example",))
    assert (found.address, found.names) == ("192.168.1.20", ("192.168.1.20", "plans.example"))


@pytest.mark.parametrize(
    "words", [["--allow-host", "*"], ["--upload-mb", "0"], ["--upload-mb", "x"]]
)
def test_what_would_open_it_to_all_is_refused(started, words):
    assert main(["serve", *words]) == 2
    assert started == []


def test_a_server_with_sign_in_says_that_its_first_approver_is_to_be_named(
    started, capsys, tmp_path, monkeypatch
):
    kept = tmp_path / "kept"
    monkeypatch.setenv("PLATFORMS_STORE", str(kept))
    assert main(["serve"]) == 0
    assert capsys.readouterr().err == ""
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text("[auth]\n", encoding="utf-8")
    assert main(["serve"]) == 0
    told = capsys.readouterr().err
    assert "platforms ledger members add" in told
    assert "--role approver" in told
    # looking makes no store
    assert not kept.exists()
    ip.open_store("yueqing").members.add("王", "approver", by="王")
    assert main(["serve"]) == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("PLATFORMS_STORE", "postgresql://u:p@127.0.0.1:1/base")
    assert main(["serve"]) == 0
    assert len(started) == 4
