"""A store knows of which city a workspace is, and keeps two of one name apart."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from platforms.cli import main
from platforms.errors import StoreError
from platforms.layers.cards import Text
from platforms.store.care.backup import backup_store, restore_store
from platforms.store.care.checking import check_store
from platforms.store.copying.copying import copy_store
from platforms.store.opening import admit_workspace, open_store


def named(workspace, **plan):
    return replace(workspace, plan=workspace.plan.model_copy(update=plan))


@pytest.fixture
def other(yueqing):
    """Another county whose folder has the same name."""
    return named(yueqing, county_code="330303")


def write(store, name="a.gpkg"):
    store.journal.note("upload", name, by="王")


def refused(call, *arguments, **named_):
    with pytest.raises(StoreError) as caught:
        call(*arguments, **named_)
    assert caught.value.message("zh_CN") != caught.value.message("en")
    return caught.value


def test_another_city_of_the_same_name_is_neither_read_nor_written(opened, yueqing, other):
    store = opened(yueqing)
    # looking marks nothing
    assert len(opened(other).plots) == 0
    late = opened(other)
    write(store)
    error = refused(opened, other)
    assert error.key == "store.other_city"
    assert (error.fields["there"], error.fields["here"]) == (["乐清市 330382"], ["乐清市 330303"])
    assert "platforms store admit" in error.message("zh_CN")
    assert refused(write, late).key == "store.other_city"
    again = opened(yueqing)
    write(again)
    assert len(again.journal.lines()) == 2
    assert opened(named(yueqing, county_code="330382")).workspace == "yueqing"
    # a name alone says nothing of a city
    assert len(opened("yueqing").journal.lines()) == 2
    assert not check_store(again).faults


def test_the_name_of_the_city_counts_as_well(opened, yueqing):
    write(opened(yueqing))
    assert refused(opened, named(yueqing, name=Text(zh="试验市", en="Trial"))).key == (
        "store.other_city"
    )


def test_who_says_that_it_is_the_same_is_let_in(opened, yueqing, other):
    write(opened(yueqing))
    known = admit_workspace(other, opened.place(), by="王")
    assert known == ("乐清市 330382", "乐清市 330303")
    assert admit_workspace(other, opened.place(), by="王") == known
    for city in (yueqing, other):
        write(opened(city))
    assert refused(opened, named(yueqing, county_code="330304")).key == "store.other_city"


def test_a_store_without_a_mark_is_read_and_takes_that_of_the_first_writer(opened, yueqing, other):
    # a name alone leaves no mark, as a store of an earlier version has none
    write(opened("yueqing"))
    assert len(opened(other).journal.lines()) == 1
    assert len(opened(yueqing).journal.lines()) == 1
    write(opened(other))
    assert refused(opened, yueqing).key == "store.other_city"


def test_the_mark_goes_with_a_copy(opened, yueqing, other, tmp_path):
    source = open_store(yueqing, tmp_path / "mine.gpkg")
    write(source)
    # opened by the name alone, so that only the copy can bring it
    copy_store(open_store("yueqing", tmp_path / "mine.gpkg"), opened("yueqing"), by="王")
    assert refused(opened, other).key == "store.other_city"
    foreign = open_store(other, tmp_path / "other.gpkg")
    write(foreign)
    bare = open_store("yueqing", tmp_path / "other.gpkg")
    for dry_run in (True, False):
        error = refused(copy_store, bare, opened("yueqing"), by="王", dry_run=dry_run)
        assert error.key == "store.other_city"
    assert len(opened(yueqing).journal.lines()) == 1


def test_the_mark_goes_with_a_backup_and_comes_back(opened, yueqing, other, tmp_path):
    write(opened(yueqing))
    made = backup_store(opened(yueqing), tmp_path / "b.gpkg", by="王")
    assert refused(open_store, other, made.path).key == "store.other_city"
    restore_store(opened("elsewhere", "two"), made.path, by="王")
    assert refused(open_store, other, opened.place("two")).key == "store.other_city"
    assert len(open_store(yueqing, opened.place("two")).journal.lines()) == 1


def test_the_command_says_what_the_store_knows(capsys, yueqing, other, tmp_path, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path))
    write(open_store(other))
    assert main(["plots", "list"]) == 1
    assert "platforms store admit" in capsys.readouterr().err
    assert main(["store", "admit", "--by", "王", "--json"]) == 0
    known = json.loads(capsys.readouterr().out)["known"]
    assert known == ["乐清市 330303", "乐清市 330382"]
    assert main(["plots", "list"]) == 0
    assert main(["store", "admit", "--by", "王"]) == 0
    assert "乐清市 330303" in capsys.readouterr().out
