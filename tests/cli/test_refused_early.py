"""Who may not write hears so before anything long is read or computed."""

from __future__ import annotations

import pytest

import platforms as ip
from platforms.cli import main

COSTLY = (
    "run", "read_plots", "import_positions", "restore_store", "relocation_data", "relocate",
)  # fmt: skip
COMMANDS = [
    "ledger take",
    "ledger take --plots {file}",
    "ledger import {file}",
    "ledger attach SP-0003 {file}",
    "plots take {file}",
    "positions import {file}",
    "store restore {file}",
]


@pytest.fixture
def store(yueqing, tmp_path, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path / "kept"))
    made = ip.open_store(yueqing)
    for name, role in (("审", "approver"), ("编", "editor"), ("看", "reader")):
        made.members.add(name, role, by="审")
    return made


@pytest.fixture
def stopped(monkeypatch):
    """What costs time; says which of it was begun."""
    begun = []

    def costly(name):
        def begin(*_, **__):
            begun.append(name)
            raise RuntimeError(name)

        return begin

    for name in COSTLY:
        monkeypatch.setattr(ip, name, costly(name))
    monkeypatch.setattr("platforms.store.ledger.ledger.read_ledger_file", costly("ledger"))
    return begun


@pytest.mark.parametrize("who", ["看", "路人", ""])
@pytest.mark.parametrize("words", COMMANDS)
def test_a_reader_and_a_stranger_are_refused_before_it_begins(
    capsys, store, stopped, tmp_path, words, who
):
    file = tmp_path / "given.gpkg"
    file.write_bytes(b"not read")
    before = store.journal.lines(), len(store.ledger.history()), store.plots.count()
    status = main([*(word.format(file=file) for word in words.split()), "--by", who])
    err = capsys.readouterr().err
    assert (status, stopped, "Traceback" in err) == (1, [], False)
    # nobody at all is asked for a name
    assert "审" in err or not who
    assert (len(store.ledger.history()), store.plots.count()) == before[1:]


@pytest.mark.parametrize("words", ["run -o {out} --save-as 方案", "relocate --save-as 方案"])
def test_what_is_kept_is_refused_before_it_is_computed(capsys, store, stopped, tmp_path, words):
    given = words.format(out=tmp_path / "out").split()
    assert main([*given, "--author", "看"]) == 1
    assert ("审" in capsys.readouterr().err, stopped) == (True, [])


def test_an_editor_gets_as_far_as_the_work_and_no_further_than_the_role(capsys, store, stopped):
    main(["ledger", "take", "--by", "编"])
    assert stopped == ["run"]
    # a backup takes the place of what everybody wrote
    assert main(["store", "restore", "none.gpkg", "--by", "编"]) == 1
    assert ("审批" in capsys.readouterr().err, stopped) == (True, ["run"])


def test_without_members_whoever_is_named_may(capsys, yueqing, tmp_path, monkeypatch, stopped):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path / "other"))
    main(["ledger", "take", "--by", "谁"])
    assert stopped == ["run"]
    assert main(["ledger", "take", "--by", ""]) == 1
    assert stopped == ["run"]
