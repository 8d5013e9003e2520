"""Positions are added and never changed; what holds follows from the entries."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as some

import platforms as ip
from platforms.errors import FormatError, InputError, StoreError
from platforms.layers.positions import laid_over
from platforms.store.opening import open_store

_KEY = ("platforms", "YQ-P13")


def position(width: float = 0.01, feature: str = "YQ-P13", **more: object) -> ip.Position:
    told = {
        "layer": "platforms", "feature_id": feature, "basis": "drawn", "accuracy_m": 20.0,
        "author": "张三", "source": "地形图", "stated": "2026-01-02",
        "shape": shapely.box(120.97, 28.04, 120.97 + width, 28.05),
    }  # fmt: skip
    return ip.Position(**{**told, **more})


@pytest.fixture
def kept(opened):
    return opened("yueqing").positions


@pytest.fixture
def in_file(tmp_path):
    return open_store("yueqing", tmp_path / "s.gpkg").positions


def test_a_position_is_there_after_the_store_was_opened_again(opened, kept):
    kept.place(position(), by="李四", why="初稿", after="")
    again = opened("yueqing").positions
    assert again.current() == ip.PositionSet("yueqing", (position(),))
    assert again.history()[["what", "who", "why", "holds"]].values.tolist() == [
        ["set", "李四", "初稿", True]
    ]
    assert opened("taizhou").positions.current().positions == ()


def test_a_button_pressed_twice_is_no_conflict_and_no_second_entry(kept):
    first = kept.place(position(), by="张三", why="初稿", after="")
    # the second press still has what was seen before the first
    assert kept.place(position(), by="张三", why="初稿", after="") == first
    assert kept.place(position(), by="张三", why="初稿", after=first) == first
    assert len(kept.history()) == 1
    taken = kept.undo(*_KEY, by="张三", after=first)
    assert kept.undo(*_KEY, by="张三", after=first) == taken
    assert kept.history()["what"].tolist() == ["set", "undo"]
    # another boundary, or another person, is one
    for shape, who in ((position(0.02), "张三"), (position(), "李四")):
        with pytest.raises(InputError) as wrong:
            kept.place(shape, by=who, why="初稿", after="")
        assert wrong.value.key == "positions.meanwhile"
    with pytest.raises(InputError):
        kept.undo(*_KEY, by="李四", after=first)


def test_when_somebody_was_quicker_is_told_in_local_time(kept):
    kept.place(position(), by="张三")
    with pytest.raises(InputError) as wrong:
        kept.place(position(0.02), by="李四", after="")
    at = kept.history()["at"].iloc[0].to_pydatetime().astimezone()
    assert wrong.value.fields["at"] == f"{at:%Y-%m-%d %H:%M}"


def test_undo_is_an_entry_and_goes_back_one_by_one(kept):
    kept.place(position(0.01), by="a")
    kept.place(position(0.02), by="b")
    kept.undo(*_KEY, by="c")
    assert kept.current().get(*_KEY) == position(0.01)
    kept.place(position(0.03), by="d")
    kept.undo(*_KEY, by="e")
    assert kept.current().get(*_KEY) == position(0.01)
    kept.undo(*_KEY, by="f")
    assert len(kept.current()) == 0
    with pytest.raises(InputError) as wrong:
        kept.undo(*_KEY, by="g")
    assert wrong.value.key == "positions.nothing_to_undo"
    history = kept.history(*_KEY)
    assert history["what"].tolist() == ["set", "set", "undo", "set", "undo", "undo"]
    assert history["number"].tolist() == [1, 2, 3, 4, 5, 6]
    keys = history["key"].tolist()
    assert history["undoes"].dropna().tolist() == [keys[1], keys[3], keys[0]]


@settings(max_examples=15)
@given(some.lists(some.one_of(some.none(), some.integers(1, 9)), max_size=8))
def test_what_holds_is_what_a_stack_of_the_acts_has_on_top(tmp_path_factory, acts):
    kept = open_store("yueqing", tmp_path_factory.mktemp("s") / "s.gpkg").positions
    stack: list[int] = []
    for act in acts:
        if act is not None:
            kept.place(position(act / 1000), by="a")
            stack.append(act)
        elif stack:
            kept.undo(*_KEY, by="a")
            stack.pop()
    now = kept.current().get(*_KEY)
    assert now == (position(stack[-1] / 1000) if stack else None)


def test_who_has_not_seen_the_newest_is_refused(kept):
    kept.place(position(), by="李四", after="")
    for act in (
        lambda: kept.place(position(0.02), by="a", after=""),
        lambda: kept.undo(*_KEY, by="a", after=""),
    ):
        with pytest.raises(InputError, match="李四"):
            act()
    kept.place(position(0.02), by="a", after=kept.newest(*_KEY))
    assert len(kept.history()) == 2


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"author": " "}, "positions.author_missing"),
        ({"source": ""}, "positions.source_missing"),
        ({"basis": "sample"}, "positions.basis"),
        ({"accuracy_m": -1.0}, "positions.accuracy"),
        ({"accuracy_m": float("nan")}, "positions.accuracy"),
        ({"stated": "yesterday"}, "positions.stated"),
        ({"stated": "2999-01-01"}, "positions.stated"),
        ({"source": "x" * 1001}, "positions.long"),
        ({"shape": shapely.Point(121, 28)}, "positions.shape"),
        ({"shape": shapely.Polygon()}, "positions.shape"),
        ({"shape": shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])}, "positions.shape"),
    ],
)
def test_a_position_that_does_not_say_enough_is_refused(kept, more, key):
    with pytest.raises(InputError) as wrong:
        kept.place(position(**more), by="a")
    assert wrong.value.key == key
    assert kept.history().empty


def test_a_change_by_other_means_is_noticed(in_file, tmp_path):
    kept = in_file
    kept.place(position(), by="a")
    with closing(sqlite3.connect(tmp_path / "s.gpkg")) as plain:
        with pytest.raises(sqlite3.IntegrityError, match="does not change"):
            plain.execute("UPDATE position_entry SET author = 'x'")
        plain.execute("DROP TRIGGER position_entry_no_update")
        plain.execute("UPDATE position_entry SET author = 'x'")
        plain.commit()
    with pytest.raises(StoreError) as wrong:
        kept.current()
    assert wrong.value.key == "positions.changed"


def test_a_store_of_the_first_version_gets_what_it_lacks_and_keeps_what_it_has(tmp_path):
    path = tmp_path / "s.gpkg"
    open_store("yueqing", path)
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("DROP TABLE position_entry")
        plain.execute("DELETE FROM gpkg_contents WHERE table_name = 'position_entry'")
        plain.execute("UPDATE store_mark SET value = '1' WHERE name = 'schema_version'")
        plain.commit()
    kept = open_store("yueqing", path).positions
    kept.place(position(), by="a")
    assert len(kept.current()) == 1
    with closing(sqlite3.connect(path)) as plain, pytest.raises(sqlite3.IntegrityError):
        plain.execute("DELETE FROM position_entry")


def test_of_two_processes_that_write_at_once_none_is_lost(opened, kept):
    code = (
        "import sys, shapely, platforms as ip\n"
        "kept = ip.open_store('yueqing', sys.argv[1]).positions\n"
        "for n in range(8):\n"
        "    kept.place(ip.Position(layer='platforms', feature_id='YQ-P13', basis='drawn',"
        " accuracy_m=None, author=sys.argv[2], source=str(n), stated='2026-01-01',"
        " shape=shapely.box(121, 28, 121.01, 28.01)), by=sys.argv[2])\n"
    )
    path = opened.place()
    running = [subprocess.Popen([sys.executable, "-c", code, path, one]) for one in "ab"]
    assert [one.wait() for one in running] == [0, 0]
    history = kept.history()
    assert history["number"].tolist() == list(range(1, 17))
    for who in "ab":
        assert history.loc[history["who"].eq(who), "source"].tolist() == [str(n) for n in range(8)]


def test_a_change_set_goes_out_and_comes_in_as_it_was(opened, kept, tmp_path):
    kept.place(position(), by="a")
    kept.place(position(feature="YQ-P01", accuracy_m=None, basis="surveyed"), by="a")
    path = ip.export_positions(kept.current(), tmp_path / "p.geojson")
    came = ip.import_positions(path)
    assert came == kept.current()
    assert came.sha256 == kept.current().sha256
    there = opened("yueqing", "other").positions
    assert len(there.bring(came, by="b")) == 2
    assert there.bring(came, by="b") == []
    assert there.current() == came


def test_a_change_set_that_does_not_know_of_what_holds_is_refused_whole(kept, tmp_path):
    kept.place(position(), by="a")
    old = ip.import_positions(ip.export_positions(kept.current(), tmp_path / "old.geojson"))
    kept.place(position(0.02), by="李四")
    both = ip.PositionSet("yueqing", (*old, position(feature="YQ-P01")), old.follows)
    with pytest.raises(InputError, match="李四") as wrong:
        kept.bring(both, by="b")
    assert wrong.value.key == "positions.older"
    # nothing of it was taken, the new one neither
    assert kept.current() == ip.PositionSet("yueqing", (position(0.02),))
    assert len(kept.bring(both, by="b", replace=True)) == 2
    assert kept.current().get(*_KEY) == position()


def test_a_newer_change_set_goes_in_where_an_older_one_went_before(opened, kept, tmp_path):
    there = opened("yueqing", "other").positions
    for width in (0.01, 0.02):
        kept.place(position(width), by="a")
        path = ip.export_positions(kept.current(), tmp_path / f"{width}.geojson")
        assert len(there.bring(ip.import_positions(path), by="b")) == 1
    assert there.current() == kept.current()
    # what was edited by hand still says what it follows
    path = _edited(path, lambda t: (t.pop("platforms"),
                                    t["features"][0]["properties"].update(author="王五")))  # fmt: skip
    assert len(there.bring(ip.import_positions(path, "yueqing"), by="b")) == 1
    assert there.current().get(*_KEY).author == "王五"


def test_what_was_taken_back_does_not_come_again_by_an_old_file(kept, tmp_path):
    kept.place(position(), by="a")
    path = ip.export_positions(kept.current(), tmp_path / "p.geojson")
    kept.undo(*_KEY, by="a")
    with pytest.raises(InputError) as wrong:
        kept.bring(ip.import_positions(path), by="b")
    assert wrong.value.key == "positions.older"
    assert len(kept.current()) == 0


def _edited(path, change):
    tree = json.loads(path.read_text(encoding="utf-8"))
    change(tree)
    path.write_text(json.dumps(tree), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda t: t["features"][0]["properties"].update(author="x"), "positions.file_changed"),
        (lambda t: t["features"][0]["properties"].pop("source"), "positions.file_feature"),
        (lambda t: t["features"][0].update(geometry=None), "positions.file_feature"),
        (lambda t: t["features"].append(t["features"][0]), "positions.file_twice"),
        (lambda t: t.pop("crs"), "positions.file_crs"),
        (lambda t: t["crs"]["properties"].update(name="EPSG:4528"), "positions.file_crs"),
        (lambda t: t.pop("features"), "positions.not_a_file"),
    ],
)
def test_a_file_that_is_wrong_is_named_with_what_is_wrong(kept, tmp_path, change, key):
    kept.place(position(), by="a")
    path = _edited(ip.export_positions(kept.current(), tmp_path / "p.geojson"), change)
    with pytest.raises(FormatError) as wrong:
        ip.import_positions(path)
    assert wrong.value.key == key


def test_a_file_made_by_hand_needs_no_hash(kept, tmp_path):
    kept.place(position(), by="a")
    path = ip.export_positions(kept.current(), tmp_path / "p.geojson")
    path = _edited(path, lambda tree: tree.pop("platforms"))
    assert ip.import_positions(path, "yueqing") == kept.current()


def test_the_workspace_takes_them_and_its_fingerprint_says_so(opened, yueqing, kept, tmp_path):
    assert ip.with_positions(yueqing, tmp_path / "none.gpkg") is yueqing
    assert not (tmp_path / "none.gpkg").exists()
    kept.place(position(), by="a")
    city = ip.with_positions(yueqing, opened.place())
    row = city.layer("platforms").set_index("platform_id").loc["YQ-P13"]
    assert (row["basis"], row["accuracy_m"], row["position_author"]) == ("drawn", 20.0, "张三")
    assert row["geometry"].equals(position().shape)
    assert city.fingerprint != yueqing.fingerprint
    assert city.corrected(None).fingerprint == yueqing.fingerprint
    own = yueqing.layer("platforms")
    assert own["basis"].ne("drawn").all()
    assert laid_over(own, "platform_id", (position(feature="no"),)) is own
    with pytest.raises(ip.PlatformsError):
        yueqing.corrected(ip.PositionSet("taizhou"))


def test_a_run_says_what_was_corrected_and_its_scenario_too(opened, yueqing, kept, example):
    kept.place(position(0.02), by="a")
    run = ip.run(ip.with_positions(yueqing, opened.place()))
    assert run.to_json()["corrections"] == {"positions": 1, "sha256": kept.current().sha256}
    assert example.to_json()["corrections"] is None
    inside = run.plots[run.plots["platform_way"].eq("within")]
    assert set(inside["platform_id"]) == {"YQ-P13"}
    assert len(inside)
    told = {one.name: one for one in ip.scenario_of(run, workspace=yueqing).inputs}
    plain = {one.name: one for one in ip.scenario_of(example, workspace=yueqing).inputs}
    assert told["positions"].sha256 == kept.current().sha256
    assert told["workspace"] == plain["workspace"]
    assert "positions" not in plain
