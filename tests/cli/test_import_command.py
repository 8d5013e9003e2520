"""``platforms import``: looked at, then written; exit status and JSON."""

from __future__ import annotations

import json

import pytest

from platforms import messages
from platforms.cli import main


@pytest.fixture
def parks(tmp_path):
    path = tmp_path / "园区.csv"
    path.write_text("名称,用地（公顷）,企业数\n南园,2,7\n", encoding="gb18030")
    return str(path)


def importing(city, parks, *words):
    cited = ("--doc", "plan", "--section", "一")
    return main(["import", parks, "--layer", "parks", "-w", str(city), *cited, *words])


def test_it_is_only_looked_at_until_it_is_to_be_written(city, parks, capsys):
    path = city / "layers/parks.csv"
    before = path.read_bytes()
    assert importing(city, parks) == 0
    told = capsys.readouterr().out
    assert "用地（公顷） → land_mu（用地）" in told
    assert "公顷 → 亩" in told
    assert "2 → 30" in told
    assert messages.text("importing.cli.preview") in told
    assert path.read_bytes() == before
    assert importing(city, parks, "--write") == 0
    assert "P3" in path.read_text("utf-8")
    assert "parks.csv" in capsys.readouterr().out


def test_json_is_one_object_with_every_column_and_row(city, parks, capsys):
    assert importing(city, parks, "--json", "--write") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["rows"] == {"in": 1, "good": 1, "same": 0, "set_aside": 0}
    assert told["records"][0]["land_mu"] == "30"
    assert told["source"]["encoding"] == "gb18030"
    assert {c["source"] for c in told["columns"] if c["source"]} == {
        "名称",
        "用地（公顷）",
        "企业数",
    }
    assert [name.rsplit("/", 1)[-1] for name in told["written"]] == ["parks.csv"]


def test_rows_set_aside_make_the_status_one(city, tmp_path, capsys):
    path = tmp_path / "a.csv"
    path.write_text("名称,企业数\n" + "".join(f"{n}园,约{n}\n" for n in range(9)), "utf-8")
    aside = tmp_path / "aside.csv"
    assert importing(city, str(path), "--set-aside", str(aside)) == 1
    told = capsys.readouterr()
    assert told.err.count("不是数字") == 5
    assert "还有 4 行" in told.err
    good = tmp_path / "b.csv"
    good.write_text("名称,企业数\n南园,3\n北园,约3\n", "utf-8")
    assert importing(city, str(good), "--set-aside", str(aside), "--write") == 1
    assert "北园" in aside.read_text("utf-8-sig")


@pytest.mark.parametrize(
    "words",
    [
        ("--map", "名称"),
        ("--map", "名称=colour"),
        ("--map", "颜色=name"),
        ("--word", "name=x"),
        ("--table", "9"),
        ("--places", "somewhere"),
    ],
)
def test_words_that_name_nothing_are_wrong_usage(city, parks, capsys, words):
    assert importing(city, parks, *words) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_mapping_is_said_once(city, tmp_path, capsys):
    path = tmp_path / "a.csv"
    path.write_text("叫什么,有几家,多大\n南园,3,2\n", "utf-8")
    said = (
        "--map",
        "叫什么=name",
        "--map",
        "有几家=firms",
        "--map",
        "多大=land_mu",
        "--unit",
        "多大=公顷",
    )
    assert importing(city, str(path), *said, "--write") == 0
    path.write_text("叫什么,有几家,多大\n北园,4,3\n", "utf-8")
    capsys.readouterr()
    assert importing(city, str(path)) == 0
    assert messages.text("importing.how.remembered") in capsys.readouterr().out


def test_boundaries_of_another_ending_are_refused_before_the_table_is_written(city, parks, capsys):
    before = (city / "layers/parks.csv").read_bytes()
    words = ("--write", "--boundaries", "areas.gpkg", "--stated", "2026-11-22")
    assert importing(city, parks, *words) == 1
    told = capsys.readouterr().err
    assert ".geojson" in told
    assert "areas.gpkg" in told
    assert (city / "layers/parks.csv").read_bytes() == before
